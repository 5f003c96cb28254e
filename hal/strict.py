"""Strict reading of JSON: an object has exactly the keys that are expected, and every value its type."""

import json
import re
from collections.abc import Container, Iterable, Mapping
from typing import Final, NoReturn

from hal.errors import ProtocolViolationError
from hal.journal import FieldValue

_LARGEST: Final = 2**63 - 1
_SURROGATE: Final = re.compile(r"\\u[dD][89a-fA-F]")


def parsed(what: str, text: str) -> object:
    """Return the JSON value of `text`; `what` names the document in a complaint.

    Raises:
        ProtocolViolationError: not JSON, a key stands twice in an object, or half a character (a lone surrogate), which
            no encoding and so no database, log or hash can hold.
    """
    try:
        text.encode()
        value: object = json.loads(text, object_pairs_hook=_without_repeats, parse_constant=_no_constant)
        if _SURROGATE.search(text):
            json.dumps(value, ensure_ascii=False).encode()
    except (ValueError, RecursionError) as error:
        message = f"{what}: not a document: {error}"
        raise ProtocolViolationError(message) from error
    return value


def _without_repeats(pairs: Iterable[tuple[str, object]]) -> dict[str, object]:
    result: dict[str, object] = {}
    for key, value in pairs:
        if key in result:
            message = f"key {key!r} stands twice"
            raise ValueError(message)
        result[key] = value
    return result


def _no_constant(name: str) -> NoReturn:
    message = f"{name} is no JSON number"
    raise ValueError(message)


def violated(what: str, detail: str) -> NoReturn:
    """Complain that document `what` is not as the contract names it.

    Raises:
        ProtocolViolationError: always.
    """
    message = f"{what}: {detail}"
    raise ProtocolViolationError(message)


class Reader:
    """One object of a document, whose keys are exactly `keys`."""

    def __init__(self, what: str, item: object, keys: Iterable[str]) -> None:
        if not isinstance(item, dict):
            violated(what, "not an object")
        self._what = what
        self._item: Mapping[str, object] = item
        expected = keys if isinstance(keys, frozenset) else frozenset(keys)
        if item.keys() != expected:
            found = set(self._item)
            violated(what, f"missing keys {sorted(expected - found)}, unknown keys {sorted(found - expected)}")

    def text(self, key: str) -> str:
        """Return the text under `key`."""
        value = self._item[key]
        if not isinstance(value, str):
            violated(self._what, f"{key} is no text")
        return value

    def count(self, key: str, least: int = 0) -> int:
        """Return the whole number under `key`, not below `least`."""
        value = self._item[key]
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= _LARGEST:
            violated(self._what, f"{key} is no whole number from {least}")
        return value

    def flag(self, key: str) -> bool:
        """Return the truth value under `key`."""
        value = self._item[key]
        if not isinstance(value, bool):
            violated(self._what, f"{key} is neither true nor false")
        return value

    def word(self, key: str, words: Container[str]) -> str:
        """Return the text under `key`, which is one of `words`."""
        value = self.text(key)
        if value not in words:
            violated(self._what, f"{key} is {value!r}, none of {words}")
        return value

    def counts(self, key: str) -> tuple[int, ...]:
        """Return the array of whole numbers under `key`."""
        values = self.items(key)
        if not all(type(value) is int and 0 <= value <= _LARGEST for value in values):
            violated(self._what, f"{key} is no array of whole numbers")
        return tuple(value for value in values if isinstance(value, int))

    def item(self, key: str) -> object:
        """Return whatever stands under `key`."""
        return self._item[key]

    def items(self, key: str) -> list[object]:
        """Return the array under `key`."""
        value = self._item[key]
        if not isinstance(value, list):
            violated(self._what, f"{key} is no array")
        return value

    def values(self, key: str) -> dict[str, FieldValue]:
        """Return the object under `key`, whose values are texts and whole numbers."""
        value = self._item[key]
        if not isinstance(value, dict):
            violated(self._what, f"{key} is no object")
        result: dict[str, FieldValue] = {}
        for name, content in value.items():
            if isinstance(content, bool) or not isinstance(content, str | int):
                violated(self._what, f"{key}.{name} is neither text nor whole number")
            if isinstance(content, int) and not -_LARGEST <= content <= _LARGEST:
                violated(self._what, f"{key}.{name} is beyond 63 bits")
            result[name] = content
        return result
