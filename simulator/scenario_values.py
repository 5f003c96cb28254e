"""Reads tables of TOML against a list of keys and gathers every problem; pure."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches

from simulator.scenario_keys import Holds, Key

Table = Mapping[str, object]
_NEAR = 0.5
RANGE = re.compile(r"([0-9]{1,6})-([0-9]{1,6})")
"""Pouches from one number to another."""


def nearest(word: str, known: Iterable[str]) -> str:
    """Return "nearest: a, b", or what there is when nothing is near; empty when there is nothing."""
    names = sorted(known)
    near = get_close_matches(word, names, n=3, cutoff=_NEAR)
    if near:
        return f"nearest: {', '.join(near)}"
    return f"known: {', '.join(names)}" if names else ""


@dataclass(slots=True)
class Values:
    """The keys of one table that are right; asking for another gives what is left out."""

    where: str
    table: dict[str, object] = field(default_factory=dict)

    def has(self, key: str) -> bool:
        """Whether the key is there."""
        return key in self.table

    def text(self, key: str, default: str = "") -> str:
        """Return a text."""
        return str(self.table.get(key, default))

    def number(self, key: str, default: int = 0) -> int:
        """Return a whole number."""
        value = self.table.get(key, default)
        return value if isinstance(value, int) else default

    def texts(self, key: str, default: Sequence[str] = ()) -> tuple[str, ...]:
        """Return a list of texts."""
        value = self.table.get(key, default)
        return tuple(str(one) for one in value) if isinstance(value, Sequence) else tuple(default)

    def numbers(self, key: str) -> tuple[int, ...]:
        """Return a list of whole numbers."""
        value = self.table.get(key, ())
        return tuple(one for one in value if isinstance(one, int)) if isinstance(value, Sequence) else ()

    def part(self, key: str) -> Table:
        """Return a table within the table."""
        value = self.table.get(key, {})
        return value if isinstance(value, Mapping) else {}

    def parts(self, key: str) -> tuple[object, ...]:
        """Return a list of tables within the table."""
        value = self.table.get(key, ())
        return tuple(value) if isinstance(value, list) else ()


class Reading:
    """Gathers problems while tables are read."""

    def __init__(self) -> None:
        self.problems: list[str] = []

    def problem(self, where: str, text: str) -> None:
        """Note a problem at a place of the file."""
        self.problems.append(f"{where}: {text}" if where else text)

    def take(self, where: str, value: object, keys: Iterable[Key]) -> Values:
        """Return what is right in a table; note unknown and missing keys and wrong values."""
        known = {key.name: key for key in keys}
        values = Values(where)
        if not isinstance(value, Mapping):
            self.problem(where, "must be a table")
            return values
        for name, one in value.items():
            key = known.get(str(name))
            if key is None:
                self.problem(where, f"unknown key {name!r}; {nearest(str(name), known)}".rstrip("; "))
                continue
            wrong = _wrong(key, one)
            if wrong:
                self.problem(where, f"{key.name} {wrong}")
            else:
                values.table[key.name] = one
        for key in known.values():
            if key.required and key.name not in value:
                self.problem(where, f"{key.name} is missing")
        return values

    def one_of(self, where: str, word: str, known: Iterable[str], what: str) -> None:
        """Note a problem when `word` is none of the names of `what`."""
        names = sorted(known)
        if word not in names:
            self.problem(where, f"no {what} {word!r}; {nearest(word, names)}".rstrip("; "))


def _wrong(key: Key, value: object) -> str:
    if not _FITS[key.holds](value):
        return f"must be a {key.holds.value}, not {value!r}"
    if isinstance(value, int) and not isinstance(value, bool) and value < key.least:
        return f"must be at least {key.least}, not {value}"
    if isinstance(value, list) and key.holds is Holds.NUMBERS and any(one < key.least for one in value):
        return f"must hold numbers from {key.least}"
    return "; ".join(
        f"cannot be {word!r}; {nearest(word, key.choices)}"
        for word in (_words(value) if key.choices else ())
        if word not in key.choices
    )


def _words(value: object) -> tuple[str, ...]:
    if isinstance(value, Mapping):
        return tuple(str(one) for one in value.values())
    return tuple(str(one) for one in value) if isinstance(value, list) else (str(value),)


def _is_whole(value: object) -> bool:
    return type(value) is int


def _is_text(value: object) -> bool:
    return isinstance(value, str)


def _is_flag(value: object) -> bool:
    return isinstance(value, bool)


def _are_texts(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(one, str) for one in value)


def _are_numbers(value: object) -> bool:
    return isinstance(value, list) and all(type(one) is int for one in value)


def _are_words(value: object) -> bool:
    return isinstance(value, Mapping) and set(value) == {"da", "en"} and all(map(_is_text, value.values()))


def _are_fields(value: object) -> bool:
    return isinstance(value, Mapping) and all(isinstance(one, str | int) for one in value.values())


def _is_table(value: object) -> bool:
    return isinstance(value, Mapping)


def _are_tables(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(one, Mapping) for one in value)


def _are_pouches(value: object) -> bool:
    lists = list(value.values()) if isinstance(value, Mapping) else [value]
    return all(isinstance(one, list) and all(map(_is_pouch, one)) for one in lists)


def _is_pouch(value: object) -> bool:
    return type(value) is int or (isinstance(value, str) and RANGE.fullmatch(value) is not None)


def _is_by_order(value: object) -> bool:
    return isinstance(value, Mapping) and all(map(_is_text, value.values()))


def _are_counts(value: object) -> bool:
    return isinstance(value, Mapping) and all(type(one) is int and one >= 0 for one in value.values())


_FITS = {
    Holds.TEXT: _is_text,
    Holds.NUMBER: _is_whole,
    Holds.FLAG: _is_flag,
    Holds.TEXTS: _are_texts,
    Holds.NUMBERS: _are_numbers,
    Holds.WORDS: _are_words,
    Holds.FIELDS: _are_fields,
    Holds.TABLE: _is_table,
    Holds.TABLES: _are_tables,
    Holds.POUCHES: _are_pouches,
    Holds.BY_ORDER: _is_by_order,
    Holds.COUNTS: _are_counts,
}
