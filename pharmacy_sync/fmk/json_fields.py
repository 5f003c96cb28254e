"""The elements of one JSON object, each of its kind, and none left over."""

from collections.abc import Iterable
from decimal import Decimal

from pharmacy_sync.fmk import values
from pharmacy_sync.problems import fmk, message
from pharmacy_sync.report import Report, shown
from pharmacy_sync.strict_json import Document, OddNumber, is_list, is_object, repeated_names


class Fields:
    """One object of a document, read by name; an element that is null counts as absent (the older senders write it).

    What does not fit is noted and replaced by a harmless value; a refused report gives no dosage.
    """

    def __init__(self, value: object, place: str, report: Report) -> None:
        """Begin with `value`, which stands at `place`; one that is no object has no elements."""
        self.place = place
        self.report = report
        self.raw: Document = {}
        if is_object(value):
            self.raw = value
            for name in repeated_names(value):
                report.add(message.DUPLICATE_KEY, self.below(name), name=name)
        else:
            self._unfit(value, place, "{...}")

    def below(self, name: str) -> str:
        """Return the place of an element."""
        return f"{self.place}.{shown(name)}" if self.place else shown(name)

    def has(self, name: str) -> bool:
        """Return whether the element is there and not null."""
        return self.raw.get(name) is not None

    def need(self, *names: str) -> None:
        """Note which of `names` are missing."""
        for name in names:
            if not self.has(name):
                self.report.add(fmk.ELEMENT_MISSING, self.below(name), name=name)

    def close(self, known: Iterable[str]) -> None:
        """Note every element that is not in `known`."""
        for name in sorted(self.raw.keys() - set(known)):
            self.report.add(fmk.ELEMENT_UNKNOWN, self.below(name), name=name)

    def child(self, name: str) -> "Fields":
        """Return the object in an element that is there."""
        return Fields(self.raw.get(name), self.below(name), self.report)

    def items(self, name: str) -> list[tuple[object, str]]:
        """Return every item of a list and its place; nothing of an element that is not there."""
        value = self.raw.get(name)
        if is_list(value):
            return [(item, f"{self.below(name)}[{index}]") for index, item in enumerate(value)]
        if value is not None:
            self._unfit(value, self.below(name), "[...]")
        return []

    def integer(self, name: str) -> int:
        """Return a whole number; 0 for an element that is not there."""
        value = self.raw.get(name)
        if isinstance(value, int) and not isinstance(value, bool):
            return value
        if value is not None:
            self._unfit(value, self.below(name), "0, 1, 2, ...")
        return 0

    def quantity(self, name: str) -> Decimal:
        """Return an exact number; 0 for an element that is not there."""
        value = self.raw.get(name)
        if isinstance(value, int | Decimal) and not isinstance(value, bool):
            return Decimal(value)
        if value is not None:
            self.report.add(fmk.QUANTITY_INVALID, self.below(name), value=value)
        return Decimal(0)

    def truth(self, name: str) -> bool:
        """Return true or false; false for an element that is not there."""
        value = self.raw.get(name)
        if isinstance(value, bool):
            return value
        if value is not None:
            self._unfit(value, self.below(name), "true, false")
        return False

    def text(self, name: str) -> str:
        """Return a text as it stands; empty for an element that is not there."""
        value = self.raw.get(name)
        if isinstance(value, str):
            return value
        if value is not None:
            self._unfit(value, self.below(name), '"..."')
        return ""

    def words(self, name: str, limit: int) -> str:
        """Return a text of 1 to `limit` characters; empty for an element that is not there."""
        text = self.text(name)
        return values.words(text, limit, self.below(name), self.report) if isinstance(self.raw.get(name), str) else text

    def _unfit(self, value: object, place: str, expected: str) -> None:
        if isinstance(value, OddNumber):
            self.report.add(message.NUMBER_NOT_ALLOWED, place, value=value)
        else:
            said = "null" if value is None else _kind(value)
            self.report.add(fmk.VALUE_INVALID, place, value=said, expected=expected)


def _kind(value: object) -> str:
    """Return a short form of a value; a whole object or list is not shown."""
    if is_object(value):
        return "{...}"
    return "[...]" if is_list(value) else str(value)
