"""JSON for medicines: exact numbers, no duplicate names, no empty values, no invisible characters (RFC 8259, FHIR R4).

The standard parser keeps the last of two equal names and pydantic reads decimals through floats; neither will do for
doses. Whole numbers become `int`, others `Decimal`, straight from the text.
"""

import json
import re
from collections import Counter
from decimal import Decimal
from typing import TypeGuard

from pharmacy_sync.problems import RefusedMessageError, message
from pharmacy_sync.report import Report
from safety.findings import found

LARGEST_MESSAGE = 1_000_000
"""Longest message, in bytes."""
DEEPEST = 32
"""Deepest nesting; a dosage needs 9."""

_NUMBER = re.compile(r"-?[0-9]{1,18}(\.[0-9]{1,9})?\Z")
# C0 but for tab and line ends, DEL, C1, zero-width and bidirectional controls, surrogates, BOM, tags, noncharacters.
_FORBIDDEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f"
    "\ud800-\udfff\ufeff\ufff9-\uffff\U000e0000-\U000e0fff]"
)

Document = dict[str, object]


class OddNumber:
    """A number that is not taken; it fits no type, so that nothing can be built on it."""

    def __init__(self, text: str) -> None:
        """Keep the digits as written, for the finding."""
        self.text = text

    def __str__(self) -> str:
        """As written."""
        return self.text

    def __repr__(self) -> str:
        """As written, inside a list too: what is told of a message must not change from one reading to the next."""
        return self.text


class _Repeated(dict[str, object]):
    """An object in which a name stood twice."""

    names: tuple[str, ...] = ()


def is_object(value: object) -> TypeGuard[Document]:
    """Return whether `value` is a JSON object."""
    return isinstance(value, dict)


def is_list(value: object) -> TypeGuard[list[object]]:
    """Return whether `value` is a JSON list."""
    return isinstance(value, list)


def repeated_names(value: Document) -> tuple[str, ...]:
    """Return the names that stood more than once in an object read here, sorted."""
    return value.names if isinstance(value, _Repeated) else ()


def forbidden_character(text: str) -> str:
    """Return the first invisible or control character in `text` as `U+0000`; empty without one."""
    match = _FORBIDDEN.search(text)
    return f"U+{ord(match.group()):04X}" if match else ""


def read(body: bytes, report: Report) -> Document:
    """Return the JSON object in `body`; what is wrong inside it goes to `report` and reading goes on.

    Raises:
        RefusedMessageError: as `parse`.
    """
    value = parse(body)
    kind = value.get("resourceType")
    _walk(value, kind if isinstance(kind, str) and kind.isalpha() else "", 1, report)
    return value


def check(value: object, path: str, report: Report) -> None:
    """Note in `report` what FHIR does not allow inside a parsed value at `path`: empty, repeated, odd, invisible."""
    _item(value, path, 0, report)


def parse(body: bytes) -> Document:
    """Return the JSON object in `body` with exact numbers; odd numbers and repeated names are kept as such.

    Raises:
        RefusedMessageError: it is too large, not UTF-8, or not a JSON object, so there is nothing to go on with.
    """
    if len(body) > LARGEST_MESSAGE:
        raise RefusedMessageError([found(message.TOO_LARGE, "", size=len(body), limit=LARGEST_MESSAGE)])
    if body.startswith(b"\xef\xbb\xbf"):
        raise RefusedMessageError([found(message.BYTE_ORDER_MARK, "")])
    try:
        value: object = json.loads(
            body.decode("utf-8"),
            object_pairs_hook=_object,
            parse_float=_decimal,
            parse_int=_integer,
            parse_constant=OddNumber,
        )
    except UnicodeDecodeError as error:
        raise RefusedMessageError([found(message.NOT_UTF8, "", position=error.start)]) from error
    except json.JSONDecodeError as error:
        problem = f"{error.msg}, line {error.lineno} column {error.colno}"
        raise RefusedMessageError([found(message.NOT_JSON, "", problem=problem)]) from error
    except RecursionError as error:
        raise RefusedMessageError([found(message.TOO_DEEP, "", limit=DEEPEST)]) from error
    if not is_object(value):
        raise RefusedMessageError([found(message.NOT_JSON, "", problem="not an object")])
    return value


def canonical(value: Document) -> str:
    """Return an accepted document as JSON with sorted names, no spaces and shortest numbers: one text per content."""
    return _MARKED.sub(r"\1", _ENCODER.encode(value))


def _marked(value: object) -> str:
    """Return a fraction as a text that no accepted document can hold, for the encoder writes no exact fractions."""
    if not isinstance(value, Decimal):
        raise TypeError(type(value).__name__)
    text = format(value, "f")
    return "\0" + (text.rstrip("0").rstrip(".") if "." in text else text)


_ENCODER = json.JSONEncoder(
    ensure_ascii=False, sort_keys=True, separators=(",", ":"), check_circular=False, default=_marked
)
_MARKED = re.compile(r'"\\u0000([-0-9.]+)"')


def _object(pairs: list[tuple[str, object]]) -> Document:
    result = dict(pairs)
    if len(result) == len(pairs):
        return result
    repeated = _Repeated(result)
    counts = Counter(name for name, _ in pairs)
    repeated.names = tuple(sorted(name for name, count in counts.items() if count > 1))
    return repeated


def _integer(text: str) -> int | OddNumber:
    return int(text) if _NUMBER.match(text) else OddNumber(text)


def _decimal(text: str) -> Decimal | OddNumber:
    return Decimal(text) if _NUMBER.match(text) else OddNumber(text)


def _walk(value: object, path: str, depth: int, report: Report) -> None:
    if depth > DEEPEST:
        report.add(message.TOO_DEEP, path, limit=DEEPEST)
        return
    if is_object(value):
        if isinstance(value, _Repeated):
            for name in value.names:
                report.add(message.DUPLICATE_KEY, _below(path, name), name=name)
        for name, item in value.items():
            if _FORBIDDEN.search(name):
                _forbidden(name, path, report)
            # Most values are fine texts; their path is never built.
            if not isinstance(item, str) or not item or _FORBIDDEN.search(item):
                _item(item, _below(path, name), depth, report)
    elif is_list(value):
        for index, item in enumerate(value):
            _item(item, f"{path}[{index}]", depth, report)


def _below(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name


def _item(item: object, path: str, depth: int, report: Report) -> None:
    if isinstance(item, str):
        if _FORBIDDEN.search(item):
            _forbidden(item, path, report)
        elif not item:
            report.add(message.EMPTY_VALUE, path)
    elif isinstance(item, (dict, list)):
        if item:
            _walk(item, path, depth + 1, report)
        else:
            report.add(message.EMPTY_VALUE, path)
    elif item is None:
        report.add(message.EMPTY_VALUE, path)
    elif isinstance(item, OddNumber):
        report.add(message.NUMBER_NOT_ALLOWED, path, value=item)


def _forbidden(text: str, path: str, report: Report) -> None:
    report.add(message.FORBIDDEN_CHARACTER, path, character=forbidden_character(text))
