"""The packer's place in the address space; a node id is the path of browse names, so that it is always the same."""

from collections.abc import Awaitable, Callable, Sequence

from asyncua.common.node import Node
from asyncua.server.server import Server
from asyncua.ua.attribute_ids import AttributeIds
from asyncua.ua.object_ids import ObjectIds
from asyncua.ua.uaprotocol_auto import Argument
from asyncua.ua.uatypes import DataValue, NodeId, QualifiedName, StatusCode, UInt16, Variant

from hal.wire import opcua as words
from simulator.ports import packml_types as types
from simulator.ports.opcua_nodes import HAS_COMPONENT, ORGANIZES, VARIABLE, Nodes, node_id
from simulator.ports.packml_model import PackmlModel

Outcome = list[Variant] | StatusCode
Method = Callable[..., Awaitable[Outcome]]
"""Takes the node id of the object and the arguments, as the server hands them over."""
_PLAIN = node_id(ObjectIds.BaseObjectType)


class Space:
    """Builds nodes below the packer."""

    def __init__(self, server: Server, own: int, packml: int) -> None:
        self._server = server
        self._nodes = Nodes(server)
        self.own = own
        self.packml = packml
        self.model = PackmlModel(self._nodes, packml)

    @classmethod
    async def on(cls, server: Server) -> "Space":
        """Return the space of `server`, with PackML's types and the packer's object in it."""
        own = await server.register_namespace(words.NAMESPACE)
        packml = await server.register_namespace(words.PACKML_NAMESPACE)
        space = cls(server, own, packml)
        space.model.build()
        objects = node_id(ObjectIds.ObjectsFolder)
        packer = space.id()
        of_type = space.model.id(types.BASE_OBJECT)
        space._nodes.add_object(objects, packer, space._name(words.PACKER, own), of_type, ORGANIZES)
        space._nodes.refer(space.model.id(types.OBJECTS_FOLDER), ORGANIZES, packer)
        return space

    def id(self, *path: str) -> NodeId:
        """Return the node id of `path` below the packer."""
        return NodeId.from_string(f"ns={self.own};s={'/'.join((words.PACKER, *path))}")

    @staticmethod
    def _name(name: str, namespace: int) -> QualifiedName:
        return QualifiedName(name, UInt16(namespace))

    def node(self, *path: str) -> Node:
        """Return the node at `path` below the packer."""
        return self._server.get_node(self.id(*path))

    def add_object(self, namespace: int, *path: str, of_type: NodeId = _PLAIN) -> None:
        """Add the object `path`, whose parent exists."""
        self._nodes.add_object(self.id(*path[:-1]), self.id(*path), self._name(path[-1], namespace), of_type)

    def add_variable(
        self,
        namespace: int,
        value: Variant,
        *path: str,
        data_type: NodeId | None = None,
        of_type: NodeId = VARIABLE,
        reference: NodeId = HAS_COMPONENT,
    ) -> None:
        """Add the read-only variable `path`, whose parent exists."""
        rank = len(value.Dimensions) if value.Dimensions else int(bool(value.is_array))
        self._nodes.add_variable(
            self.id(*path[:-1]),
            self.id(*path),
            self._name(path[-1], namespace),
            value,
            data_type or node_id(value.VariantType.value),
            rank,
            of_type,
            reference,
        )

    def add_property(self, namespace: int, value: Variant, *path: str, data_type: NodeId | None = None) -> None:
        """Add the read-only property `path`, whose parent exists."""
        self._nodes.add_property(
            self.id(*path[:-1]),
            self.id(*path),
            self._name(path[-1], namespace),
            value,
            data_type or node_id(value.VariantType.value),
            int(bool(value.is_array)),
        )

    def add_method(
        self, namespace: int, method: Method, inputs: Sequence[Argument], outputs: Sequence[Argument], *path: str
    ) -> None:
        """Add the method `path`, whose parent exists."""
        node = self.id(*path)
        self._nodes.add_method(self.id(*path[:-1]), node, self._name(path[-1], namespace))
        for name, arguments in (("InputArguments", inputs), ("OutputArguments", outputs)):
            if arguments:
                self._nodes.add_arguments(node, self.id(*path, name), name, arguments)
        self._server.iserver.aspace.add_method_callback(node, method)

    def compute(self, read: Callable[[], Variant], *path: str) -> None:
        """Let `read` say the value of the variable `path` whenever somebody reads it."""

        def answer(_node: NodeId, _attribute: AttributeIds) -> DataValue:
            return DataValue(read())

        self._server.iserver.set_attribute_value_callback(self.id(*path), answer)

    async def write(self, value: Variant | DataValue, *path: str) -> None:
        """Write the variable `path`."""
        await self.node(*path).write_value(value)
