"""The packer's address space: PackML (OPC 30050) state machines by hand, and our own nodes beside them.

Instantiating the official types leaves the optional children of nested types out, and those are the commands.
"""

from collections.abc import Awaitable, Callable, Sequence

from asyncua.common.node import Node
from asyncua.server.server import Server
from asyncua.ua.status_codes import StatusCodes
from asyncua.ua.uaprotocol_auto import Argument, Range
from asyncua.ua.uatypes import DataValue, LocalizedText, NodeId, QualifiedName, StatusCode, UInt32, Variant, VariantType

from hal.wire import opcua as words
from hal.wire.words import STATE_NUMBERS

Outcome = list[Variant] | StatusCode
Method = Callable[..., Awaitable[Outcome]]
"""Takes the node id of the object and the arguments, as the server hands them over."""

_GOOD = StatusCode(UInt32(StatusCodes.Good))
_NOT_ACTIVE = StatusCode(UInt32(StatusCodes.BadStateNotActive))
_NUMBERS = STATE_NUMBERS | words.SUPERSTATE_NUMBERS


class Space:
    """Builds nodes below the packer; a node id is the path of browse names, so that it is the same at every start."""

    def __init__(self, server: Server, own: int, packml: int) -> None:
        self._server = server
        self.own = own
        self.packml = packml

    @classmethod
    async def on(cls, server: Server) -> "Space":
        """Return the space of `server`, with the packer's object in it."""
        own = await server.register_namespace(words.NAMESPACE)
        packml = await server.register_namespace(words.PACKML_NAMESPACE)
        space = cls(server, own, packml)
        objects = server.get_objects_node()
        await objects.add_object(space._id(()), QualifiedName(words.PACKER, own))
        return space

    def _id(self, path: tuple[str, ...]) -> NodeId:
        return NodeId.from_string(f"ns={self.own};s={'/'.join((words.PACKER, *path))}")

    def _packml_id(self, number: int) -> NodeId:
        return NodeId.from_string(f"ns={self.packml};i={number}")

    def node(self, *path: str) -> Node:
        """Return the node at `path` below the packer."""
        return self._server.get_node(self._id(path))

    async def add_object(self, namespace: int, *path: str) -> None:
        """Add the object `path`, whose parent exists."""
        await self.node(*path[:-1]).add_object(self._id(path), QualifiedName(path[-1], namespace))

    async def add_variable(self, namespace: int, value: Variant, *path: str) -> None:
        """Add the read-only variable `path`, whose parent exists."""
        await self.node(*path[:-1]).add_variable(self._id(path), QualifiedName(path[-1], namespace), value)

    async def add_property(self, namespace: int, value: Variant, *path: str) -> None:
        """Add the read-only property `path`, whose parent exists."""
        await self.node(*path[:-1]).add_property(self._id(path), QualifiedName(path[-1], namespace), value)

    async def add_method(
        self, namespace: int, method: Method, inputs: Sequence[Argument], outputs: Sequence[Argument], *path: str
    ) -> None:
        """Add the method `path`, whose parent exists."""
        await self.node(*path[:-1]).add_method(
            self._id(path), QualifiedName(path[-1], namespace), method, list(inputs), list(outputs)
        )

    async def write(self, value: Variant | DataValue, *path: str) -> None:
        """Write the variable `path`."""
        await self.node(*path).write_value(value)

    async def add_state_machines(self, commands: Callable[[str], Method]) -> None:
        """Add the three nested state machines; `commands` returns what a command method does."""
        parameter = Argument(
            Name=words.PARAMETER,
            DataType=self._packml_id(words.PARAMETER_TYPE),
            ValueRank=1,
            ArrayDimensions=[0],
        )
        for level, path in enumerate(words.STATE_MACHINES):
            await self.add_object(self.packml, *path)
            nobody = Variant(LocalizedText(""), VariantType.LocalizedText)
            await self.add_variable(0, nobody, *path, "CurrentState")
            await self.add_property(0, Variant(NodeId(), VariantType.NodeId), *path, "CurrentState", "Id")
            await self.add_property(0, Variant(0, VariantType.UInt32), *path, "CurrentState", "Number")
            states = [self._packml_id(number) for number in words.STATE_NODES[level].values()]
            transitions = [self._packml_id(number) for number in words.TRANSITION_NODES[level]]
            await self.add_variable(0, Variant(states, VariantType.NodeId), *path, "AvailableStates")
            await self.add_variable(0, Variant(transitions, VariantType.NodeId), *path, "AvailableTransitions")
            for command, where in words.COMMAND_LEVELS.items():
                if level in where:
                    inputs = [parameter] if command == "Start" else []
                    await self.add_method(self.packml, commands(command), inputs, [], *path, command)

    async def show_state(self, state: str) -> None:
        """Write CurrentState, Id and Number of all three state machines; an inactive one says BadStateNotActive."""
        for path, nodes, name in zip(words.STATE_MACHINES, words.STATE_NODES, words.levels(state), strict=True):
            status = _GOOD if name is not None else _NOT_ACTIVE
            text = Variant(LocalizedText(name or ""), VariantType.LocalizedText)
            identity = NodeId() if name is None else self._packml_id(nodes[name])
            number = 0 if name is None else _NUMBERS[name]
            await self.write(DataValue(text, StatusCode=status), *path, "CurrentState")
            await self.write(
                DataValue(Variant(identity, VariantType.NodeId), StatusCode=status), *path, "CurrentState", "Id"
            )
            await self.write(
                DataValue(Variant(number, VariantType.UInt32), StatusCode=status), *path, "CurrentState", "Number"
            )

    async def add_status_and_admin(self, design_speed: int) -> None:
        """Add what PackML asks of Status, and of Admin the design speed (pouches per minute)."""
        await self.add_object(self.packml, words.STATUS)
        await self.add_object(self.packml, words.ADMIN)
        speed = Variant(float(design_speed), VariantType.Float)
        still = Variant(0.0, VariantType.Float)
        no = Variant(Value=False, VariantType=VariantType.Boolean)
        status = words.STATUS
        await self.add_variable(self.packml, Variant(words.PRODUCE, VariantType.Int32), status, "UnitModeCurrent")
        await self.add_property(self.packml, Variant(NodeId(), VariantType.NodeId), status, "UnitSupportedModes")
        await self.add_variable(self.packml, still, status, "CurMachSpeed")
        await self.add_variable(self.packml, speed, status, "MachSpeed")
        for name in ("CurMachSpeed", "MachSpeed"):
            span = Variant(Range(Low=0.0, High=float(design_speed)), VariantType.ExtensionObject)
            await self.add_property(0, span, status, name, "EURange")
        await self.add_variable(self.packml, no, status, "EquipmentBlocked")
        await self.add_variable(self.packml, no, status, "EquipmentStarved")
        await self.add_variable(self.packml, speed, words.ADMIN, "MachDesignSpeed")
