"""Builds the types of PackML in a server, so that a client that looks for them finds them under their own node ids.

Left out are the type dictionaries, which OPC UA itself gave up for the attribute DataTypeDefinition.
"""

from typing import Final

from asyncua.ua.object_ids import ObjectIds
from asyncua.ua.uaprotocol_auto import (
    Range,
)
from asyncua.ua.uatypes import LocalizedText, NodeId, QualifiedName, Variant, VariantType

from hal.wire import opcua as words
from hal.wire.words import STATE_NUMBERS
from simulator.ports import packml_tags as tags
from simulator.ports import packml_types as types
from simulator.ports.opcua_nodes import (
    HAS_COMPONENT,
    MANDATORY,
    OPTIONAL,
    ORGANIZES,
    PROPERTY,
    VARIABLE,
    Nodes,
    node_id,
)
from simulator.ports.packml_data import PackmlNames, add_data_types, add_metadata

EU_RANGE: Final = "EURange"
ANALOG: Final = node_id(ObjectIds.AnalogItemType)
FINITE_STATE: Final = node_id(ObjectIds.FiniteStateVariableType)
FINITE_TRANSITION: Final = node_id(ObjectIds.FiniteTransitionVariableType)
RANGE: Final = node_id(ObjectIds.Range)
NODE_ID: Final = node_id(ObjectIds.NodeId)
TEXT: Final = node_id(ObjectIds.LocalizedText)
UINT32: Final = node_id(ObjectIds.UInt32)
_STATE: Final = node_id(ObjectIds.StateType)
_TRANSITION: Final = node_id(ObjectIds.TransitionType)
_FROM: Final = node_id(ObjectIds.FromState)
_TO: Final = node_id(ObjectIds.ToState)
_CAUSE: Final = node_id(ObjectIds.HasCause)
_SUB_MACHINE: Final = node_id(ObjectIds.HasSubStateMachine)
_ENCODING: Final = node_id(ObjectIds.HasEncoding)
_ENCODING_TYPE: Final = node_id(ObjectIds.DataTypeEncodingType)
NUMBERS: Final = STATE_NUMBERS | words.SUPERSTATE_NUMBERS


class PackmlModel(PackmlNames):
    """The types of PackML in the namespace with index `packml`."""

    def __init__(self, nodes: Nodes, packml: int) -> None:
        super().__init__(packml)
        self._nodes = nodes

    def build(self) -> None:
        """Add every type."""
        for name, (node, inverse) in types.REFERENCE_TYPES.items():
            self._nodes.add_reference_type(HAS_COMPONENT, self.id(node), self.name(name), inverse)
        add_data_types(self._nodes, self)
        machine = node_id(ObjectIds.FiniteStateMachineType)
        for name, number in types.OBJECT_TYPES.items():
            parent = machine if number in types.STATE_MACHINE_TYPES else node_id(ObjectIds.BaseObjectType)
            self._nodes.add_object_type(parent, self.id(number), self.name(name))
        for level in range(len(types.STATE_MACHINE_TYPES)):
            self._fill_state_machine_type(level)
        self._nest()
        for owner, tag_set in ((types.STATUS_TYPE, tags.STATUS_TAGS), (types.ADMIN_TYPE, tags.ADMIN_TAGS)):
            for name, tag in tag_set.items():
                self._declare(self.id(owner), name, tag)
        self._fill_base()
        folder = self.id(types.OBJECTS_FOLDER)
        objects, kind = node_id(ObjectIds.ObjectsFolder), node_id(ObjectIds.FolderType)
        self._nodes.add_object(objects, folder, self.name("PackMLObjects"), kind, ORGANIZES)
        add_metadata(self._nodes, self)

    def _fill_state_machine_type(self, level: int) -> None:
        parent = self.id(types.STATE_MACHINE_TYPES[level])
        states = words.STATE_NODES[level]
        for name, number in states.items():
            # The NodeSet gives this one state a rule.
            rule = OPTIONAL if name == words.CLEARED else None
            self._nodes.add_object(parent, self.id(number), self.name(name), _STATE, rule=rule)
            value = Variant(NUMBERS[name], VariantType.UInt32)
            place = self.id(types.STATE_NUMBER_NODES[name])
            self._nodes.add_property(
                self.id(number), place, QualifiedName("StateNumber"), value, UINT32, rule=MANDATORY
            )
        for command, number in types.COMMAND_NODES[level].items():
            self._nodes.add_method(parent, self.id(number), self.name(command), rule=OPTIONAL)
            if command == "Start":
                self._add_arguments(tags.START_ARGUMENTS)
        for name, transition in types.TRANSITIONS[level].items():
            node = self.id(transition.node)
            self._nodes.add_object(parent, node, self.name(name), _TRANSITION)
            # The NodeSet numbers no transition.
            self._nodes.add_property(
                node,
                self.id(transition.number_node),
                QualifiedName("TransitionNumber"),
                Variant(0, VariantType.UInt32),
                UINT32,
                rule=MANDATORY,
            )
            origin, _, target = name.partition("To")
            self._nodes.refer(node, _FROM, self.id(states[origin]))
            self._nodes.refer(node, _TO, self.id(states[target]))
            if transition.command:
                self._nodes.refer(node, _CAUSE, self.id(types.COMMAND_NODES[level][transition.command]))
        self._add_available(parent, *types.TYPE_AVAILABLE[level])

    def _add_available(self, parent: NodeId, states: int, transitions: int) -> None:
        nobody = Variant([], VariantType.NodeId, is_array=True)
        for name, node in (("AvailableStates", states), ("AvailableTransitions", transitions)):
            self._nodes.add_variable(
                parent, self.id(node), QualifiedName(name), nobody, NODE_ID, rank=1, rule=MANDATORY
            )

    def _nest(self) -> None:
        base, machine, execute = types.STATE_MACHINE_TYPES
        for parent, inside, of_type, place, state in (
            (base, words.MACHINE_STATE, machine, types.MACHINE_STATE_IN_TYPE, words.STATE_NODES[0][words.CLEARED]),
            (machine, words.EXECUTE_STATE, execute, types.EXECUTE_STATE_IN_TYPE, words.STATE_NODES[1][words.RUNNING]),
        ):
            self._declare_machine(self.id(parent), inside, of_type, place)
            self._nodes.refer(self.id(state), _SUB_MACHINE, self.id(place.node))
        parent_node = self.id(types.BASE_OBJECT)
        for path, of_type, place in zip(
            words.STATE_MACHINES, types.STATE_MACHINE_TYPES, types.NESTED_IN_BASE, strict=True
        ):
            self._declare_machine(parent_node, path[-1], of_type, place)
            parent_node = self.id(place.node)

    def _declare_machine(self, parent: NodeId, name: str, of_type: int, place: types.Declared) -> None:
        node = self.id(place.node)
        self._nodes.add_object(parent, node, self.name(name), self.id(of_type), rule=MANDATORY)
        self._add_available(node, place.available_states, place.available_transitions)
        state = self.id(place.current_state)
        text = Variant(LocalizedText(""), VariantType.LocalizedText)
        self._nodes.add_variable(
            node, state, QualifiedName("CurrentState"), text, TEXT, of_type=FINITE_STATE, rule=MANDATORY
        )
        identity = Variant(NodeId(), VariantType.NodeId)
        self._nodes.add_property(
            state, self.id(place.current_state_id), QualifiedName("Id"), identity, NODE_ID, rule=MANDATORY
        )

    def _declare(self, parent: NodeId, name: str, tag: tags.Tag) -> None:
        rule = MANDATORY if tag.mandatory else OPTIONAL
        node = self.id(tag.node)
        self._nodes.add_variable(
            parent,
            node,
            self.name(name),
            Variant(None, VariantType.Null),
            self.data_type(tag.data_type),
            rank=tag.rank,
            of_type=self.type_of(tag),
            reference=self.reference(tag.reference),
            rule=rule,
        )
        if tag.range_node:
            span = Variant(Range(), VariantType.ExtensionObject)
            self._nodes.add_property(
                node, self.id(tag.range_node), QualifiedName(EU_RANGE), span, RANGE, rule=MANDATORY
            )

    @staticmethod
    def type_of(tag: tags.Tag) -> NodeId:
        """Return the type of variable that a tag is."""
        if tag.reference == "HasProperty":
            return PROPERTY
        return ANALOG if tag.range_node else VARIABLE

    def _fill_base(self) -> None:
        base = self.id(types.BASE_OBJECT)
        for name, node, of_type in (
            (words.STATUS, tags.STATUS_IN_BASE, types.STATUS_TYPE),
            (words.ADMIN, tags.ADMIN_IN_BASE, types.ADMIN_TYPE),
        ):
            self._nodes.add_object(base, self.id(node), self.name(name), self.id(of_type), rule=MANDATORY)
        for name, (node, range_node) in tags.STATUS_TAGS_IN_BASE.items():
            tag = tags.STATUS_TAGS[name]._replace(node=node, range_node=range_node)
            self._declare(self.id(tags.STATUS_IN_BASE), name, tag)
        for name, tag in tags.BASE_PROPERTIES.items():
            self._declare(base, name, tag._replace(reference="HasProperty"))
        for name, call in tags.BASE_METHODS.items():
            rule = MANDATORY if call.mandatory else OPTIONAL
            self._nodes.add_method(base, self.id(call.node), self.name(name), rule=rule)
            self._add_arguments(call)

    def _add_arguments(self, call: tags.Call) -> None:
        self._nodes.add_arguments(
            self.id(call.node), self.id(call.arguments_node), "InputArguments", self.arguments(call)
        )
