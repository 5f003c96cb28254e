"""The children of one XML element, each of its kind, and none left over."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from dispenser.core.dosage import ClockTime, DoseRange
from pharmacy_sync.fmk import values
from pharmacy_sync.fmk.xml_tree import Node
from pharmacy_sync.problems import fmk
from pharmacy_sync.report import Report


class Element:
    """One element of a known namespace, read by the names of its children; what does not fit is noted.

    As with JSON, a harmless value stands in for what does not fit; a refused report gives no dosage.
    """

    def __init__(self, node: Node, namespace: str, report: Report) -> None:
        """Begin with `node`, whose children must be of `namespace`."""
        self.node = node
        self.namespace = namespace
        self.report = report

    @property
    def place(self) -> str:
        """Where the element stands, as an XPath."""
        return self.node.place

    def only(self, *names: str, attributes: Iterable[str] = ()) -> None:
        """Note every child that is none of `names` or of another namespace, every text and every other attribute."""
        for child in self.node.children:
            if child.name not in names or child.namespace != self.namespace:
                shown = child.name if child.namespace == self.namespace else f"{{{child.namespace}}}{child.name}"
                self.report.add(fmk.ELEMENT_UNKNOWN, child.place, name=shown)
        if self.node.text.strip():
            self.report.add(fmk.STRAY_TEXT, self.place, value=self.node.text.strip())
        self._attributes(attributes)

    def has(self, name: str) -> bool:
        """Return whether there is such a child."""
        return bool(self._named(name))

    def all(self, name: str) -> list["Element"]:
        """Return every such child, in order."""
        return [Element(child, self.namespace, self.report) for child in self._named(name)]

    def one(self, name: str) -> "Element | None":
        """Return the only such child, None without one; a second one is noted."""
        found = self.all(name)
        for repeated in found[1:]:
            self.report.add(fmk.ELEMENT_TWICE, repeated.place, name=name)
        return found[0] if found else None

    def choice(self, *names: str) -> str:
        """Return which one of `names` is there; none or several are noted, and give the first."""
        found = [name for name in names if self.has(name)]
        if not found:
            self.report.add(fmk.ELEMENT_MISSING, self.place, name=" | ".join(names))
        elif len(found) > 1:
            self.report.add(fmk.CHOICE_TWICE, self.place, names=", ".join(found))
        return found[0] if found else names[0]

    def empty(self, name: str) -> bool:
        """Return whether there is such a child, which holds nothing."""
        child = self.one(name)
        if child is not None:
            child.only()
        return child is not None

    def value(self, attributes: Iterable[str] = ()) -> str:
        """Return the text that is all the element holds."""
        for child in self.node.children:
            self.report.add(fmk.ELEMENT_UNKNOWN, child.place, name=child.name)
        if self.node.broken:
            self.report.add(fmk.STRAY_TEXT, self.place, value="<!-- -->")
        self._attributes(attributes)
        return self.node.text.strip()

    def required(self, name: str) -> "Element | None":
        """Return the only such child; its absence is noted."""
        child = self.one(name)
        if child is None:
            self.report.add(fmk.ELEMENT_MISSING, self.place, name=name)
        return child

    def words(self, name: str, limit: int) -> str:
        """Return the text of a required child."""
        child = self.required(name)
        return values.words(child.value(), limit, child.place, self.report) if child else ""

    def whole(self, name: str, lowest: int, highest: int) -> int:
        """Return the whole number of a required child."""
        child = self.required(name)
        return values.whole_number(child.value(), lowest, highest, child.place, self.report) if child else lowest

    def day(self, name: str) -> date | None:
        """Return the date of a child, None without one."""
        child = self.one(name)
        return values.civil_date(child.value(), child.place, self.report) if child else None

    def clock(self, name: str) -> ClockTime:
        """Return the clock time of a required child."""
        child = self.required(name)
        return values.clock_time(child.value(), child.place, self.report) if child else ClockTime(0, 0)

    def quantity(self, name: str) -> Decimal:
        """Return the exact number of a required child."""
        child = self.required(name)
        return values.quantity(child.value(), child.place, self.report) if child else Decimal(0)

    def amount(self, fixed: str, low: str, high: str) -> Decimal | DoseRange:
        """Return one quantity, or a range of two."""
        ranged = self.has(low) or self.has(high)
        if self.has(fixed) and ranged:
            self.report.add(fmk.CHOICE_TWICE, self.place, names=f"{fixed}, {low}, {high}")
        if not ranged:
            return self.quantity(fixed)
        for name in (low, high):
            if not self.has(name):
                self.report.add(fmk.RANGE_INCOMPLETE, self.place, name=name)
        ends = [self.quantity(name) if self.has(name) else Decimal(0) for name in (low, high)]
        return DoseRange(ends[0], ends[1])

    def _named(self, name: str) -> list[Node]:
        return [child for child in self.node.children if child.name == name and child.namespace == self.namespace]

    def _attributes(self, known: Iterable[str]) -> None:
        names = set(known)
        for namespace, name, _ in self.node.attributes:
            if namespace or name not in names:
                self.report.add(fmk.ATTRIBUTE_UNKNOWN, self.place, name=f"{{{namespace}}}{name}" if namespace else name)
