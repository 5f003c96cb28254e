"""PackML's names and data types in a server."""

from datetime import datetime
from typing import Final

from asyncua.ua.object_ids import ObjectIds
from asyncua.ua.uaprotocol_auto import (
    Argument,
    EnumDefinition,
    EnumField,
    EnumValueType,
    IdType,
    StructureDefinition,
    StructureField,
    StructureType,
)
from asyncua.ua.uatypes import Int64, LocalizedText, NodeId, QualifiedName, UInt16, Variant, VariantType

from hal.wire import opcua as words
from simulator.ports import packml_tags as tags
from simulator.ports import packml_types as types
from simulator.ports.opcua_nodes import HAS_COMPONENT, HAS_PROPERTY, MANDATORY, Nodes, node_id

_ENCODING: Final = node_id(ObjectIds.HasEncoding)
_ENCODING_TYPE: Final = node_id(ObjectIds.DataTypeEncodingType)


class PackmlNames:
    """Node ids and browse names of the namespace with index `packml`."""

    def __init__(self, packml: int) -> None:
        self._packml = packml

    def id(self, number: int) -> NodeId:
        """Return the node id `number` of the PackML namespace."""
        return node_id(number, self._packml)

    def name(self, name: str) -> QualifiedName:
        """Return the browse name `name` of the PackML namespace."""
        return QualifiedName(name, UInt16(self._packml))

    def data_type(self, of: int | str) -> NodeId:
        """Return a data type: a number of the base namespace, or a structure by its name."""
        return node_id(of) if isinstance(of, int) else self.id(types.STRUCTURES[of].node)

    def reference(self, name: str) -> NodeId:
        """Return a type of references by its browse name: PackML's own, HasComponent or HasProperty."""
        if name in types.REFERENCE_TYPES:
            return self.id(types.REFERENCE_TYPES[name][0])
        return HAS_PROPERTY if name == "HasProperty" else HAS_COMPONENT

    def arguments(self, call: tags.Call) -> list[Argument]:
        """Return the arguments of a method as its InputArguments describe them."""
        return [
            Argument(
                Name=name,
                DataType=self.data_type(of),
                ValueRank=1 if is_array else -1,
                ArrayDimensions=[0] if is_array else [],
            )
            for name, of, is_array in call.arguments
        ]


def add_data_types(nodes: Nodes, names: PackmlNames) -> None:
    """Add the enumeration of modes and every structure, with what a client needs to pack and unpack one."""
    _add_modes(nodes, names)
    for name, structure in types.STRUCTURES.items():
        _add_structure(nodes, names, name, structure)


def add_metadata(nodes: Nodes, names: PackmlNames) -> None:
    """Add what the server tells about the namespace."""
    node = names.id(types.METADATA)
    nodes.add_object(
        node_id(ObjectIds.Server_Namespaces),
        node,
        names.name(words.PACKML_NAMESPACE),
        node_id(ObjectIds.NamespaceMetadataType),
    )
    numbered = Variant([IdType.Numeric.value], VariantType.Int32, is_array=True)
    no_text = Variant([], VariantType.String, is_array=True)
    values: dict[str, tuple[Variant, int]] = {
        # The type dictionaries are not here.
        "IsNamespaceSubset": (Variant(Value=True, VariantType=VariantType.Boolean), ObjectIds.Boolean),
        "NamespacePublicationDate": (
            Variant(datetime.fromisoformat(types.PUBLISHED), VariantType.DateTime),
            ObjectIds.DateTime,
        ),
        "NamespaceUri": (Variant(words.PACKML_NAMESPACE, VariantType.String), ObjectIds.String),
        "NamespaceVersion": (Variant(types.VERSION, VariantType.String), ObjectIds.String),
        "StaticNodeIdTypes": (numbered, ObjectIds.IdType),
        "StaticNumericNodeIdRange": (no_text, ObjectIds.NumericRange),
        "StaticStringNodeIdPattern": (Variant("", VariantType.String), ObjectIds.String),
    }
    for name, (value, data_type) in values.items():
        place, rank = names.id(types.METADATA_NODES[name]), int(bool(value.is_array))
        nodes.add_property(node, place, QualifiedName(name), value, node_id(data_type), rank)


def _add_modes(nodes: Nodes, names: PackmlNames) -> None:
    fields = [
        EnumField(Value=Int64(value), DisplayName=LocalizedText(name), Name=name)
        for value, name in enumerate(types.MODE_NAMES)
    ]
    node = names.id(types.MODES)
    nodes.add_data_type(
        node_id(ObjectIds.Enumeration),
        node,
        names.name("ProductionMaintenanceModeEnum"),
        EnumDefinition(Fields=fields),
    )
    values = [
        EnumValueType(Value=Int64(value), DisplayName=LocalizedText(name))
        for value, name in enumerate(types.MODE_NAMES)
    ]
    nodes.add_property(
        node,
        names.id(types.MODE_NAMES_NODE),
        QualifiedName("EnumValues"),
        Variant(values, VariantType.ExtensionObject, is_array=True),
        node_id(ObjectIds.EnumValueType),
        rank=1,
        rule=MANDATORY,
    )


def _add_structure(nodes: Nodes, names: PackmlNames, name: str, structure: types.Structure) -> None:
    fields = [
        StructureField(
            Name=field,
            DataType=names.data_type(of),
            ValueRank=1 if is_array else -1,
            ArrayDimensions=[0] if is_array else [],
            IsOptional=False,
        )
        for field, of, is_array in structure.fields
    ]
    base = node_id(ObjectIds.Structure)
    definition = StructureDefinition(
        DefaultEncodingId=names.id(structure.binary),
        BaseDataType=base,
        StructureType=StructureType.Structure,
        Fields=fields,
    )
    nodes.add_data_type(base, names.id(structure.node), names.name(name), definition)
    for encoding, node in (("Default Binary", structure.binary), ("Default XML", structure.xml)):
        nodes.add_object(
            names.id(structure.node), names.id(node), QualifiedName(encoding), _ENCODING_TYPE, reference=_ENCODING
        )
