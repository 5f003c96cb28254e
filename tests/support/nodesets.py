"""Official OPC UA NodeSets, read from an npm package that the test environment brings; the project keeps none."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from lxml import etree

FOLDER = Path(__file__).parents[1] / "peers/node/node_modules/node-opcua-nodesets/nodesets"
PACKML = FOLDER / "Opc.Ua.PackML.NodeSet2.xml"
ISA95 = FOLDER / "opc.ua.isa95-jobcontrol.nodeset2.xml"
_UA = {"u": "http://opcfoundation.org/UA/2011/03/UANodeSet.xsd"}

Id = tuple[int, int]
"""Namespace (0 the base, 1 the NodeSet's own) and number."""


@dataclass(frozen=True)
class Argument:
    name: str
    data_type: Id
    rank: int


@dataclass
class Node:
    """A node; `references` are (type, target, forward), with types by their browse names."""

    number: int
    kind: str
    name: tuple[int, str]
    data_type: Id | None
    rank: int
    references: list[tuple[str, Id, bool]]
    value: str | None
    fields: list[tuple[str, str | int, Id | None, int]] = field(default_factory=list)
    arguments: list[Argument] = field(default_factory=list)

    def targets(self, reference: str, *, forward: bool = True) -> list[Id]:
        return [target for kind, target, way in self.references if kind == reference and way is forward]


class NodeSet:
    def __init__(self, path: Path) -> None:
        self._root = etree.parse(path).getroot()
        self._aliases = {alias.get("Alias"): alias.text for alias in self._root.find("u:Aliases", _UA)}
        self.uri = self._root.find("u:NamespaceUris", _UA)[0].text
        self.nodes: dict[int, Node] = {}
        elements = {element.get("NodeId"): element for element in self._root if element.get("NodeId")}
        self._own_references = {
            node: element.get("BrowseName").partition(":")[2]
            for node, element in elements.items()
            if element.tag.endswith("UAReferenceType")
        }
        for element in elements.values():
            node = self._node(element)
            self.nodes[node.number] = node

    def named(self, name: str, kind: str) -> Node:
        (node,) = (node for node in self.nodes.values() if node.name[1] == name and node.kind == kind)
        return node

    def children(self, parent: int) -> Iterator[tuple[str, Node]]:
        """Yield what stands below a node, with the type of reference that leads there."""
        for node in self.nodes.values():
            for kind, target, forward in node.references:
                if not forward and target == (1, parent) and kind not in {"HasSubtype", "HasSubStateMachine"}:
                    yield kind, node

    def _id(self, text: str) -> Id:
        text = self._aliases.get(text, text)
        space, _, rest = text.rpartition(";")
        return (int(space.removeprefix("ns=") or 0), int(rest.removeprefix("i=")))

    def _reference(self, text: str) -> str:
        known = {node: alias for alias, node in self._aliases.items()}
        return self._own_references.get(text) or known.get(text) or _BASE_REFERENCES.get(text) or text

    def _node(self, element: etree._Element) -> Node:
        space, number = self._id(element.get("NodeId"))
        assert space == 1
        name = element.get("BrowseName")
        data_type = element.get("DataType")
        value = element.find("u:Value", _UA)
        node = Node(
            number,
            etree.QName(element).localname.removeprefix("UA"),
            (1, name.removeprefix("1:")) if name.startswith("1:") else (0, name),
            self._id(data_type) if data_type else None,
            int(element.get("ValueRank", "-1")),
            [
                (self._reference(one.get("ReferenceType")), self._id(one.text), one.get("IsForward", "true") == "true")
                for one in element.find("u:References", _UA)
            ],
            " ".join("".join(value.itertext()).split()) if value is not None else None,
        )
        for one in element.iterfind("u:Definition/u:Field", _UA):
            kind = self._id(one.get("DataType")) if one.get("DataType") else None
            node.fields.append((one.get("Name"), int(one.get("Value", "0")), kind, int(one.get("ValueRank", "-1"))))
        for one in element.iterfind(".//{*}Argument"):
            text = {etree.QName(part).localname: " ".join(part.itertext()).strip() for part in one}
            node.arguments.append(Argument(text["Name"], self._id(text["DataType"]), int(text["ValueRank"])))
        return node


_BASE_REFERENCES = {
    "i=38": "HasEncoding",
    "i=39": "HasDescription",
    "i=51": "FromState",
    "i=52": "ToState",
    "i=53": "HasCause",
    "i=117": "HasSubStateMachine",
    "i=45": "HasSubtype",
    "i=46": "HasProperty",
    "i=47": "HasComponent",
    "i=37": "HasModellingRule",
    "i=40": "HasTypeDefinition",
    "i=35": "Organizes",
}


@cache
def packml() -> NodeSet:
    return NodeSet(PACKML)


@cache
def isa95() -> NodeSet:
    return NodeSet(ISA95)
