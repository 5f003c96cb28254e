"""Adds nodes to a server exactly as told: node ids, type definitions, references and modelling rules."""

from collections.abc import Sequence
from typing import Final

from asyncua.server.address_space import AttributeValue, NodeManagementService
from asyncua.server.server import Server
from asyncua.ua.attribute_ids import AttributeIds
from asyncua.ua.object_ids import ObjectIds
from asyncua.ua.status_codes import StatusCodes
from asyncua.ua.uaprotocol_auto import (
    AddNodesItem,
    AddReferencesItem,
    Argument,
    DataTypeDefinition,
    NodeAttributes,
    NodeClass,
)
from asyncua.ua.uaprotocol_hand import (
    DataTypeAttributes,
    MethodAttributes,
    ObjectAttributes,
    ObjectTypeAttributes,
    ReferenceTypeAttributes,
    VariableAttributes,
)
from asyncua.ua.uatypes import (
    Byte,
    DataValue,
    Int16,
    Int32,
    LocalizedText,
    NodeId,
    QualifiedName,
    UInt32,
    Variant,
    VariantType,
)


def node_id(number: int, namespace: int = 0) -> NodeId:
    """Return a numeric node id, of the base namespace when none is said."""
    return NodeId(Int32(number), Int16(namespace))


HAS_COMPONENT: Final = node_id(ObjectIds.HasComponent)
ORGANIZES: Final = node_id(ObjectIds.Organizes)
HAS_PROPERTY: Final = node_id(ObjectIds.HasProperty)
HAS_SUBTYPE: Final = node_id(ObjectIds.HasSubtype)
_HAS_RULE: Final = node_id(ObjectIds.HasModellingRule)
MANDATORY: Final = node_id(ObjectIds.ModellingRule_Mandatory)
OPTIONAL: Final = node_id(ObjectIds.ModellingRule_Optional)
_READABLE: Final = Byte(1)
_ARGUMENT: Final = node_id(ObjectIds.Argument)
PROPERTY: Final = node_id(ObjectIds.PropertyType)
VARIABLE: Final = node_id(ObjectIds.BaseDataVariableType)


class AddingError(RuntimeError):
    """The server would not have a node or reference; the text says which and why."""


class Nodes:
    """Adds nodes below others; `parent` must exist, `reference` leads from it to the new node."""

    def __init__(self, server: Server) -> None:
        self._service: NodeManagementService = server.iserver.node_mgt_service
        self._space = server.iserver.aspace

    def add_object(
        self,
        parent: NodeId,
        node: NodeId,
        name: QualifiedName,
        of_type: NodeId,
        reference: NodeId = HAS_COMPONENT,
        rule: NodeId | None = None,
    ) -> None:
        """Add an object; as a declaration in a type when `rule` is given."""
        self._add(NodeClass.Object, parent, node, name, ObjectAttributes(), reference, of_type, rule)

    def add_variable(
        self,
        parent: NodeId,
        node: NodeId,
        name: QualifiedName,
        value: Variant,
        data_type: NodeId,
        rank: int = 0,
        of_type: NodeId = VARIABLE,
        reference: NodeId = HAS_COMPONENT,
        rule: NodeId | None = None,
    ) -> None:
        """Add a variable that nobody may write over the wire; `rank` is its array dimensions."""
        attributes = VariableAttributes(
            Value=value,
            DataType=data_type,
            ValueRank=rank or -1,
            ArrayDimensions=[UInt32(0)] * rank,
            AccessLevel=_READABLE,
            UserAccessLevel=_READABLE,
        )
        self._add(NodeClass.Variable, parent, node, name, attributes, reference, of_type, rule)

    def add_property(
        self,
        parent: NodeId,
        node: NodeId,
        name: QualifiedName,
        value: Variant,
        data_type: NodeId,
        rank: int = 0,
        rule: NodeId | None = None,
    ) -> None:
        """Add a property that nobody may write over the wire."""
        self.add_variable(parent, node, name, value, data_type, rank, PROPERTY, HAS_PROPERTY, rule)

    def add_method(self, parent: NodeId, node: NodeId, name: QualifiedName, rule: NodeId | None = None) -> None:
        """Add a method without arguments; what a call does is said apart."""
        attributes = MethodAttributes(Executable=True, UserExecutable=True)
        self._add(NodeClass.Method, parent, node, name, attributes, HAS_COMPONENT, NodeId(), rule)

    def add_arguments(self, method: NodeId, node: NodeId, name: str, arguments: Sequence[Argument]) -> None:
        """Add `InputArguments` or `OutputArguments` of a method."""
        value = Variant(list(arguments), VariantType.ExtensionObject, is_array=True)
        self.add_property(method, node, QualifiedName(name, 0), value, _ARGUMENT, rank=1, rule=MANDATORY)

    def add_object_type(self, parent: NodeId, node: NodeId, name: QualifiedName) -> None:
        """Add a type of objects that is a kind of `parent`."""
        attributes = ObjectTypeAttributes(IsAbstract=False)
        self._add(NodeClass.ObjectType, parent, node, name, attributes, HAS_SUBTYPE, NodeId())

    def add_reference_type(self, parent: NodeId, node: NodeId, name: QualifiedName, inverse: str) -> None:
        """Add a type of references that is a kind of `parent`."""
        attributes = ReferenceTypeAttributes(IsAbstract=False, Symmetric=False, InverseName=LocalizedText(inverse))
        self._add(NodeClass.ReferenceType, parent, node, name, attributes, HAS_SUBTYPE, NodeId())

    def add_data_type(self, parent: NodeId, node: NodeId, name: QualifiedName, definition: DataTypeDefinition) -> None:
        """Add a type of data that is a kind of `parent`."""
        attributes = DataTypeAttributes(IsAbstract=False)
        self._add(NodeClass.DataType, parent, node, name, attributes, HAS_SUBTYPE, NodeId())
        # The service for adding nodes knows no such attribute.
        value = DataValue(Variant(definition, VariantType.ExtensionObject))
        self._space[node].attributes[AttributeIds.DataTypeDefinition] = AttributeValue(value)

    def refer(self, source: NodeId, reference: NodeId, target: NodeId) -> None:
        """Add a reference, to be followed both ways."""
        self._refer(source, reference, target, forward=True)
        self._refer(target, reference, source, forward=False)

    def _refer(self, source: NodeId, reference: NodeId, target: NodeId, *, forward: bool) -> None:
        item = AddReferencesItem(SourceNodeId=source, ReferenceTypeId=reference, IsForward=forward, TargetNodeId=target)
        (result,) = self._service.add_references([item])
        if result.value != StatusCodes.Good:
            message = f"{source} to {target}: {result.name}"
            raise AddingError(message)

    def _add(
        self,
        kind: NodeClass,
        parent: NodeId,
        node: NodeId,
        name: QualifiedName,
        attributes: NodeAttributes,
        reference: NodeId,
        of_type: NodeId,
        rule: NodeId | None = None,
    ) -> None:
        attributes.DisplayName = LocalizedText(name.Name)
        attributes.Description = LocalizedText(name.Name)
        item = AddNodesItem(
            ParentNodeId=parent,
            ReferenceTypeId=reference,
            RequestedNewNodeId=node,
            BrowseName=name,
            NodeClass=kind,
            NodeAttributes=attributes,
            TypeDefinition=of_type,
        )
        (result,) = self._service.add_nodes([item])
        if result.StatusCode.value != StatusCodes.Good:
            message = f"{name} ({node}) below {parent}: {result.StatusCode.name}"
            raise AddingError(message)
        if rule is not None:
            self._refer(node, _HAS_RULE, rule, forward=True)
