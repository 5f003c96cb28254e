"""The JSON schema of a rule pack, for editors; made of the tables that the parser reads by."""

from collections.abc import Iterable, Mapping
from typing import Final

from safety.rulepack_cases import CASE_KEYS, LINE_EXTRAS, LINE_KEYS
from safety.rulepack_file import CASES, PACK_DATES, PACK_KEYS
from safety.rules.keys import ABOUT_KEYS, Holds, Key
from safety.rules.kinds import KINDS
from safety.rules.rule import Kind

Json = dict[str, object]

_TEXT: Final[Json] = {"type": "string", "minLength": 1}
_DATE: Final[Json] = {"type": "string", "format": "date"}
_ATC: Final[Json] = {"type": "string", "pattern": "^[A-Z]([0-9]{2}([A-Z]([A-Z]([0-9]{2})?)?)?)?$"}
_DOSES: Final[Json] = {
    "type": "array",
    "items": {"type": "number", "minimum": 0},
    "minItems": 1,
    "maxItems": 4,
}


def rule_pack_schema() -> Json:
    """Return the schema (JSON Schema draft 7) of a rule pack's TOML as JSON."""
    dates = {name: _DATE | {"description": text} for name, text in PACK_DATES.items()}
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "Rule pack",
        "type": "object",
        "additionalProperties": False,
        "required": ["pack"],
        "properties": {
            "pack": _table(PACK_KEYS, dates, ("valid_from",)),
            **{name: _list_of(_kind(kind), kind.meaning) for name, kind in KINDS.items()},
        },
        "definitions": {CASES: _cases()},
    }


def _kind(kind: Kind) -> Json:
    table = _table((*ABOUT_KEYS, *kind.keys), {CASES: {"$ref": f"#/definitions/{CASES}"}}, (CASES,))
    return table | ({"anyOf": [{"required": [name]} for name in kind.one_of]} if kind.one_of else {})


def _cases() -> Json:
    line = _table(LINE_KEYS, {name: _extra(name) | {"description": text} for name, text in LINE_EXTRAS.items()})
    case = _table(CASE_KEYS, {"lines": _list_of(line, "the plan's lines")}, ("lines",))
    meaning = "plans for which the rule fires, and plans for which it does not; one of each at least"
    return _list_of(case, meaning) | {"minItems": 2}


def _extra(name: str) -> Json:
    return _DOSES if name == "doses" else _DATE


def _table(keys: Iterable[Key], more: Mapping[str, Json], needed: Iterable[str] = ()) -> Json:
    listed = tuple(keys)
    return {
        "type": "object",
        "additionalProperties": False,
        "required": [*(key.name for key in listed if key.required), *needed],
        "properties": {**{key.name: _value(key) | {"description": key.meaning} for key in listed}, **more},
    }


def _list_of(item: Json, meaning: str) -> Json:
    return {"type": "array", "description": meaning, "items": item}


def _value(key: Key) -> Json:
    number: Json = {"type": "integer", "minimum": key.least, "maximum": key.most}
    values: dict[Holds, Json] = {
        Holds.TEXT: _TEXT,
        Holds.WORDS: {"type": "array", "minItems": 1, "items": _TEXT},
        Holds.ATC: {"type": "array", "minItems": 1, "items": _ATC},
        Holds.NUMBER: number,
        Holds.NUMBERS: {"type": "array", "minItems": 1, "items": number},
        Holds.AMOUNT: {"type": "number", "exclusiveMinimum": 0},
        Holds.FLAG: {"type": "boolean"},
        Holds.CHOICE: {"type": "string", "enum": list(key.choices)},
    }
    return values[key.holds]
