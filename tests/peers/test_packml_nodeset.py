"""Our PackML is the official one: the NodeSet of the OPC Foundation, parsed here, against the nodes of our server."""

import asyncio
from collections.abc import Iterator

import pytest
from asyncua import ua
from asyncua.server.server import Server

from hal.wire import opcua as words
from hal.wire.words import COMMANDS, STATE_NUMBERS
from simulator.host import Host
from simulator.machine import Machine
from simulator.memory import InMemory
from simulator.ports import packml_types as types
from simulator.ports.opcua import _Port
from simulator.ports.opcua_server import hardened_server
from simulator.ports.opcua_space import Space
from simulator.spec import MachineSpec
from tests.support.nodesets import Id, Node, NodeSet, packml
from tests.support.packml import OPTIONAL_HOLDS, commanded

pytestmark = pytest.mark.usefixtures("peer_nodesets")

DICTIONARIES = {180, 181, 182, 183, 184, 185, 186, 187, 188, 189, 190, 191, 195, 196, 197, 198}
"""Type dictionaries, which OPC UA gave up in version 1.04 and our server does not have."""
LEFT_OUT = {"RemoteCommand", "RemoteParameter"}
"""Optional, and for a machine that controls others."""
STRUCTURAL = {"HasTypeDefinition", "HasModellingRule", "HasSubtype", "HasDescription"}


class Built:
    """The nodes of our server, told as the NodeSet tells its own."""

    def __init__(self, server: Server, own: int, packml_index: int) -> None:
        self._space = server.iserver.aspace
        self._index = packml_index
        self._own = own
        self.packer = ua.NodeId.from_string(f"ns={own};s={words.PACKER}")

    def id(self, node: ua.NodeId) -> Id | str:
        if node.NamespaceIndex == self._own:
            return str(node.Identifier)
        return (1 if node.NamespaceIndex == self._index else 0, node.Identifier)

    def numbers(self) -> set[int]:
        return {
            node.Identifier
            for node in self._space.keys()  # noqa: SIM118 - no mapping
            if node.NamespaceIndex == self._index
        }

    def node(self, number: int) -> ua.NodeId:
        return ua.NodeId(number, self._index)

    def read(self, node: ua.NodeId, attribute: ua.AttributeIds) -> object:
        value = self._space.read_attribute_value(node, attribute).Value
        return None if value is None else value.Value

    def name(self, node: ua.NodeId) -> tuple[int, str]:
        name = self.read(node, ua.AttributeIds.BrowseName)
        return (1 if name.NamespaceIndex == self._index else 0), name.Name

    def reference_name(self, node: ua.NodeId) -> str:
        return self.name(node)[1]

    def references(self, node: ua.NodeId) -> set[tuple[str, Id | str, bool]]:
        return {
            (self.reference_name(one.ReferenceTypeId), self.id(one.NodeId), bool(one.IsForward))
            for one in self._space[node].references
        }

    def child(self, parent: ua.NodeId, name: str) -> tuple[str, ua.NodeId]:
        (found,) = (one for one in self._space[parent].references if one.IsForward and one.BrowseName.Name == name)
        return self.reference_name(found.ReferenceTypeId), found.NodeId

    def children(self, parent: ua.NodeId) -> Iterator[tuple[str, str]]:
        for one in self._space[parent].references:
            kind = self.reference_name(one.ReferenceTypeId)
            if one.IsForward and kind not in STRUCTURAL:
                yield kind, one.BrowseName.Name


@pytest.fixture(scope="module")
def built() -> Built:
    async def build() -> Built:
        server = await hardened_server("opc.tcp://127.0.0.1:4840/")
        space = await Space.on(server)
        _Port(Host(Machine(MachineSpec("m1"), InMemory())), space).build()
        return Built(server, space.own, space.packml)

    return asyncio.run(build())


@pytest.fixture(scope="module")
def official() -> NodeSet:
    return packml()


def test_the_namespace_is_the_official_one(official: NodeSet) -> None:
    assert official.uri == words.PACKML_NAMESPACE


def test_every_node_is_there_and_no_other(official: NodeSet, built: Built) -> None:
    assert official.nodes.keys() - built.numbers() == DICTIONARIES
    assert built.numbers() - official.nodes.keys() == set()


def test_every_node_has_its_class_its_name_and_its_data_type(official: NodeSet, built: Built) -> None:
    for number in official.nodes.keys() - DICTIONARIES:
        node, theirs = built.node(number), official.nodes[number]
        assert ua.NodeClass(built.read(node, ua.AttributeIds.NodeClass)).name == theirs.kind, number
        assert built.name(node) == theirs.name, number
        if theirs.kind == "Variable":
            assert built.id(built.read(node, ua.AttributeIds.DataType)) == theirs.data_type, theirs.name
            assert built.read(node, ua.AttributeIds.ValueRank) == theirs.rank, theirs.name


def both_ways(number: int, theirs: Node) -> Iterator[tuple[int, str, Id]]:
    for kind, target, forward in theirs.references:
        if forward:
            yield number, kind, target
        elif target[0] == 1:
            yield target[1], kind, (1, number)


def test_every_reference_is_there_and_no_other(official: NodeSet, built: Built) -> None:
    wanted = {
        one
        for number, theirs in official.nodes.items()
        if number not in DICTIONARIES
        for one in both_ways(number, theirs)
        if one[1] != "HasDescription"
    }
    found = {
        (number, kind, target)
        for number in built.numbers()
        for kind, target, forward in built.references(built.node(number))
        if forward and not isinstance(target, str)
    }
    assert wanted - found == set()
    assert found - wanted == set()


def test_every_value_of_a_type_is_the_official_one(official: NodeSet, built: Built) -> None:
    for number, theirs in official.nodes.items():
        if theirs.name[1] == "StateNumber":
            assert str(built.read(built.node(number), ua.AttributeIds.Value)) == theirs.value
        for_arguments = theirs.arguments
        if for_arguments:
            ours = built.read(built.node(number), ua.AttributeIds.Value)
            assert [(one.Name, built.id(one.DataType), one.ValueRank) for one in ours] == [
                (one.name, one.data_type, one.rank) for one in for_arguments
            ]


def test_every_structure_and_enumeration_is_the_official_one(official: NodeSet, built: Built) -> None:
    for number, theirs in official.nodes.items():
        if theirs.kind != "DataType":
            continue
        ours = built.read(built.node(number), ua.AttributeIds.DataTypeDefinition)
        if isinstance(ours, ua.EnumDefinition):
            assert [(one.Name, one.Value) for one in ours.Fields] == [
                (name, value) for name, value, *_ in theirs.fields
            ]
            values = built.read(built.child(built.node(number), "EnumValues")[1], ua.AttributeIds.Value)
            assert [one.Value for one in values] == [value for _, value, *_ in theirs.fields]
        else:
            fields = [(one.Name, built.id(one.DataType), one.ValueRank) for one in ours.Fields]
            assert fields == [(name, kind, rank) for name, _, kind, rank in theirs.fields]
            # No structure of the NodeSet has a field that may be missing.
            assert not any(one.IsOptional for one in ours.Fields)
            assert ours.StructureType is ua.StructureType.Structure
            assert built.id(ours.DefaultEncodingId) in theirs.targets("HasEncoding")


def test_states_and_their_numbers_are_the_official_ones(official: NodeSet) -> None:
    numbers = STATE_NUMBERS | words.SUPERSTATE_NUMBERS
    for level, machine in enumerate(types.STATE_MACHINE_TYPES):
        states = {
            node.name[1]: node.number
            for _, node in official.children(machine)
            if (0, 2307) in node.targets("HasTypeDefinition")
        }
        assert words.STATE_NODES[level] == states
        for name, number in states.items():
            (value,) = (node.value for _, node in official.children(number) if node.name[1] == "StateNumber")
            assert value == str(numbers[name])


def declared(official: NodeSet, of_type: int) -> dict[str, tuple[str, Node]]:
    """Return what an instance of a type may have: states and transitions belong to the type alone."""
    return {
        node.name[1]: (kind, node)
        for kind, node in official.children(of_type)
        if not {(0, 2307), (0, 2310)} & set(node.targets("HasTypeDefinition"))
    }


PLACES = (
    ((), types.BASE_OBJECT),
    ((words.STATUS,), types.STATUS_TYPE),
    ((words.ADMIN,), types.ADMIN_TYPE),
    *zip(words.STATE_MACHINES, types.STATE_MACHINE_TYPES, strict=True),
)


@pytest.mark.parametrize(("path", "of_type"), PLACES)
def test_the_packer_has_everything_that_its_types_declare(
    official: NodeSet, built: Built, path: tuple[str, ...], of_type: int
) -> None:
    place = built.packer
    for name in path:
        place = built.child(place, name)[1]
    assert ("HasTypeDefinition", (1, of_type), True) in built.references(place)
    wanted = declared(official, of_type)
    ours = {name: kind for kind, name in built.children(place)}
    assert wanted.keys() - ours.keys() <= LEFT_OUT
    for name in wanted.keys() & ours.keys():
        kind, theirs = wanted[name]
        node = built.child(place, name)[1]
        assert ours[name] == kind, name
        assert built.name(node) == theirs.name
        assert ua.NodeClass(built.read(node, ua.AttributeIds.NodeClass)).name == theirs.kind
        if theirs.kind == "Method":
            arguments = [one for _, node in official.children(theirs.number) for one in node.arguments]
            given = built.read(built.child(node, "InputArguments")[1], ua.AttributeIds.Value) if arguments else []
            assert [(one.Name, built.id(one.DataType), one.ValueRank) for one in given] == [
                (one.name, one.data_type, one.rank) for one in arguments
            ]
            continue
        definition = {target for kind, target, _ in built.references(node) if kind == "HasTypeDefinition"}
        assert definition == set(theirs.targets("HasTypeDefinition"))
        if theirs.kind == "Variable":
            data_type = built.id(built.read(node, ua.AttributeIds.DataType))
            # A mode is one of the enumeration that UnitSupportedModes names.
            assert data_type == ((1, types.MODES) if name == "UnitModeCurrent" else theirs.data_type), name
            assert built.read(node, ua.AttributeIds.ValueRank) == theirs.rank, name


def test_a_packer_offers_every_state_and_every_transition_but_the_optional_holds(
    official: NodeSet, built: Built
) -> None:
    for level, (path, machine) in enumerate(zip(words.STATE_MACHINES, types.STATE_MACHINE_TYPES, strict=True)):
        place = built.packer
        for name in path:
            place = built.child(place, name)[1]
        transitions = {
            node.number for _, node in official.children(machine) if (0, 2310) in node.targets("HasTypeDefinition")
        }
        for name, wanted in (
            ("AvailableStates", set(words.STATE_NODES[level].values())),
            ("AvailableTransitions", transitions - OPTIONAL_HOLDS),
        ):
            offered = built.read(built.child(place, name)[1], ua.AttributeIds.Value)
            assert {built.id(node) for node in offered} == {(1, number) for number in wanted}


def test_commands_are_allowed_where_the_transitions_say(official: NodeSet) -> None:
    assert {command: set(states) for command, states in COMMANDS.items()} == {
        command: set(moves) for command, moves in commanded(official).items()
    }
