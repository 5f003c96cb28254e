"""Read the tables of a rule pack by the keys that they may have; every problem is kept, none stops the reading."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Final, TypeVar

from dispenser.core.limits import EARLIEST, FRACTION_DIGITS, LATEST
from safety import rulepack_codes
from safety.findings import Code, Finding, found
from safety.rules.keys import Holds, Key, Values
from safety.rules.which import is_atc

_LONGEST: Final = 1_000
"""Characters of a text."""
_DIGITS: Final = 9
"""Digits of an amount before and behind its point."""
_SHOWN: Final = 100
"""Characters of a value that are told."""
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f]")

Kept = TypeVar("Kept")
Item = TypeVar("Item")

EXPECTED: Final[Mapping[Holds, str]] = {
    Holds.TEXT: "en tekst på én linje / a text on one line",
    Holds.WORDS: "en liste af tekster / a list of texts",
    Holds.ATC: 'en liste af ATC-koder / a list of ATC codes: ["N02BE01"]',
    Holds.NUMBER: "et helt tal / a whole number",
    Holds.NUMBERS: "en liste af hele tal / a list of whole numbers",
    Holds.AMOUNT: "et tal over nul / a number above zero: 4 or 2.5",
    Holds.FLAG: "true / false",
    Holds.CHOICE: "et af ordene / one of the words",
}

EXPECTED_DATE: Final = "en dato / a date: 2027-01-04"


class Reader:
    """Reads values; `findings` holds what is wrong with them."""

    def __init__(self) -> None:
        """Have found nothing yet."""
        self.findings: list[Finding] = []

    def add(self, code: Code, place: str, **details: object) -> None:
        """Keep a finding about `place`."""
        self.findings.append(found(code, place, **details))

    def tables_of(self, value: object, place: str) -> list[Mapping[str, object]]:
        """Return a list of tables."""
        if isinstance(value, list) and all(isinstance(one, dict) for one in value):
            return [{str(key): entry for key, entry in one.items()} for one in value]
        self.bad(place, value, "en liste af tabeller / a list of tables")
        return []

    def bad(self, place: str, value: object, expected: str) -> None:
        """Keep that `value` cannot be read."""
        self.add(rulepack_codes.BAD_VALUE, place, key=place, value=_shown(value), expected=expected)

    def known(self, table: Mapping[str, object], keys: Iterable[str], place: str = "") -> None:
        """Keep every key of `table` that is none of `keys`."""
        names = tuple(keys)
        for name in sorted(table.keys() - set(names)):
            where = f"{place}.{name}" if place else name
            self.add(rulepack_codes.UNKNOWN_KEY, where, key=where, known=", ".join(names))

    def values(self, table: Mapping[str, object], keys: Sequence[Key], place: str) -> Values:
        """Return what the table holds for `keys`; what cannot be read is not there."""
        self.known(table, (key.name for key in keys), place)
        texts: dict[str, str] = {}
        words: dict[str, tuple[str, ...]] = {}
        numbers: dict[str, tuple[int, ...]] = {}
        amounts: dict[str, Decimal] = {}
        flags: dict[str, bool] = {}
        for key in keys:
            where = f"{place}.{key.name}"
            if key.name not in table:
                if key.required:
                    self.add(rulepack_codes.MISSING, where, key=where, expected=_expected(key))
                continue
            value = table[key.name]
            match key.holds:
                case Holds.TEXT | Holds.CHOICE:
                    self._keep(texts, key, _text(value, key), value, where)
                case Holds.WORDS | Holds.ATC:
                    self._keep(words, key, _list(value, _word, key), value, where)
                case Holds.NUMBER:
                    self._keep(numbers, key, _list([value], _number, key), value, where)
                case Holds.NUMBERS:
                    self._keep(numbers, key, _list(value, _number, key), value, where)
                case Holds.AMOUNT:
                    self._keep(amounts, key, amount_of(value), value, where)
                case _:
                    self._keep(flags, key, value if isinstance(value, bool) else None, value, where)
        return Values(texts, words, numbers, amounts, flags)

    def date_of(self, table: Mapping[str, object], name: str, place: str) -> date | None:
        """Return a civil date of this century, None if the key is not there or holds something else."""
        if name not in table:
            return None
        value = table[name]
        # In Python, a point in time is a date too.
        if isinstance(value, date) and not isinstance(value, datetime) and EARLIEST <= value <= LATEST:
            return value
        self.bad(f"{place}.{name}", value, EXPECTED_DATE)
        return None

    def _keep(self, kept: dict[str, Kept], key: Key, read: Kept | None, value: object, where: str) -> None:
        if read is None:
            self.bad(where, value, _expected(key))
        else:
            kept[key.name] = read


def amount_of(value: object) -> Decimal | None:
    """Return a number above zero with at most nine digits before and nine behind the point, else None."""
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        return None
    if (isinstance(value, Decimal) and not value.is_finite()) or not 0 < value < 10**_DIGITS:
        return None
    amount = Decimal(value)
    exponent = amount.as_tuple().exponent
    return amount if isinstance(exponent, int) and exponent >= -FRACTION_DIGITS else None


def _text(value: object, key: Key) -> str | None:
    if not isinstance(value, str):
        return None
    text = value.strip()
    if key.holds is Holds.CHOICE:
        return text if text in key.choices else None
    return text if text and len(text) <= _LONGEST and not _CONTROL.search(text) else None


def _word(value: object, key: Key) -> str | None:
    if key.holds is Holds.ATC:
        return value if isinstance(value, str) and is_atc(value) else None
    return _text(value, key)


def _number(value: object, key: Key) -> int | None:
    whole = isinstance(value, int) and not isinstance(value, bool)
    return value if whole and isinstance(value, int) and key.least <= value <= key.most else None


def _list(value: object, read: Callable[[object, Key], Item | None], key: Key) -> tuple[Item, ...] | None:
    if not isinstance(value, list) or not value:
        return None
    items = [read(one, key) for one in value]
    whole = tuple(one for one in items if one is not None)
    return whole if len(whole) == len(items) else None


def _expected(key: Key) -> str:
    if key.holds is Holds.CHOICE:
        return f"{EXPECTED[key.holds]}: {', '.join(key.choices)}"
    if key.holds in {Holds.NUMBER, Holds.NUMBERS}:
        return f"{EXPECTED[key.holds]}: {key.least}-{key.most}"
    return EXPECTED[key.holds]


def _shown(value: object) -> str:
    try:
        return str(value)[:_SHOWN]
    except (ValueError, RecursionError):
        # A number of thousands of digits, or tables within tables without end.
        return type(value).__name__
