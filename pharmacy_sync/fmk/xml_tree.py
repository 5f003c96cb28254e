"""XML as a plain tree, opened so that nothing in it can reach out, expand or pile up."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from lxml import etree

from pharmacy_sync.problems import fmk
from pharmacy_sync.report import Report

LARGEST_DOCUMENT: Final = 100_000
"""Longest document, in bytes; a dosage needs a few thousand."""
DEEPEST: Final = 24
"""Deepest nesting; a dosage needs 10."""
SCHEMA_INSTANCE: Final = "http://www.w3.org/2001/XMLSchema-instance"

_UNSAFE: Final = ("<!DOCTYPE", "<!ENTITY")
_Said = str | bytes
"""What the parser's events carry: text always, though its types say less."""


@dataclass(frozen=True, slots=True)
class Node:
    """An element: namespace and name, attributes as (namespace, name, value), its own text, and where it stands.

    `text` is the text of the element itself, without that of its children. `broken` says that a comment or processing
    instruction stands in it, which splits a text.
    """

    namespace: str
    name: str
    attributes: tuple[tuple[str, str, str], ...]
    text: str
    children: tuple["Node", ...]
    place: str
    broken: bool


def read_tree(text: str, report: Report) -> Node | None:
    """Return the root of an XML document, None with the reason in `report`.

    A DOCTYPE is refused before anything is parsed, so no entity is ever expanded and nothing is ever fetched.
    """
    body = text.encode("utf-8", "surrogatepass")
    if len(body) > LARGEST_DOCUMENT:
        report.add(fmk.XML_TOO_LARGE, "", size=len(body), limit=LARGEST_DOCUMENT)
        return None
    if any(word in text for word in _UNSAFE):
        report.add(fmk.XML_UNSAFE, "")
        return None
    builder = _Builder(report)
    # A text has no encoding left, whatever its declaration says.
    parser = etree.XMLParser(
        target=builder,
        encoding="utf-8",
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        recover=False,
    )
    try:
        parser.feed(body)
        parser.close()
    except etree.XMLSyntaxError as error:
        report.add(fmk.XML_INVALID, "", problem=error.msg or "syntax error")
        return None
    return builder.root


@dataclass(slots=True)
class _Open:
    """An element whose end has not come yet."""

    tag: str
    attributes: tuple[tuple[str, str, str], ...]
    place: str
    texts: list[str] = field(default_factory=list[str])
    children: list[Node] = field(default_factory=list[Node])
    seen: Counter[str] = field(default_factory=Counter[str])
    broken: bool = False

    def closed(self) -> Node:
        namespace, name = _split(self.tag)
        text = "".join(self.texts)
        return Node(namespace, name, self.attributes, text, tuple(self.children), self.place, self.broken)


class _Builder:
    """Takes the parser's events; elements below the deepest level are noted once each and left out."""

    def __init__(self, report: Report) -> None:
        self.report = report
        self.root: Node | None = None
        self.open: list[_Open] = []
        self.below = 0

    def start(self, tag: _Said, attrib: Mapping[_Said, _Said]) -> None:
        if len(self.open) == DEEPEST or self.below:
            if not self.below:
                self.report.add(fmk.XML_TOO_DEEP, self.open[-1].place, limit=DEEPEST)
            self.below += 1
            return
        name = _split(tag)[1]
        place = name
        if self.open:
            parent = self.open[-1]
            parent.seen[name] += 1
            place = f"{parent.place}/{name}[{parent.seen[name]}]"
        attributes = tuple((*_split(key), _text(value)) for key, value in attrib.items())
        self.open.append(_Open(_text(tag), attributes, place))

    def end(self, tag: _Said) -> None:  # noqa: ARG002 - the parser has matched it already
        if self.below:
            self.below -= 1
            return
        node = self.open.pop().closed()
        if self.open:
            self.open[-1].children.append(node)
        else:
            self.root = node

    def data(self, data: _Said) -> None:
        if not self.below:
            self.open[-1].texts.append(_text(data))

    def comment(self, text: _Said) -> None:  # noqa: ARG002 - it only splits the text around it
        if self.open:
            self.open[-1].broken = True

    def pi(self, target: _Said, data: _Said | None = None) -> None:  # noqa: ARG002 - as a comment
        if self.open:
            self.open[-1].broken = True

    def close(self) -> None:
        """Take the end of the document."""


def _text(said: _Said) -> str:
    return said if isinstance(said, str) else said.decode()


def _split(name: _Said) -> tuple[str, str]:
    """Return namespace and local name of `{namespace}local`."""
    namespace, _, local = _text(name).rpartition("}")
    return namespace[1:], local
