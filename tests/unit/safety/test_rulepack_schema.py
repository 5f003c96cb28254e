"""The schema for editors says what the parser says, and the pack for demonstration fits both."""

import json
import re
import tomllib
from collections.abc import Mapping
from datetime import date
from importlib.resources import files

import pytest

from pharmacy_sync.catalogue.demo import load_demo
from safety.packs import demonstration_text
from safety.rulepack_cases import CASE_KEYS, LINE_EXTRAS, LINE_KEYS
from safety.rulepack_file import PACK_DATES, PACK_KEYS, RulePackError, read_rule_pack
from safety.rulepack_schema import rule_pack_schema
from safety.rules.keys import ABOUT_KEYS
from safety.rules.kinds import KINDS
from safety.rules.which import begins, is_full_atc

SCHEMA = json.loads(files("safety.packs").joinpath("rule-pack.schema.json").read_text("utf-8"))


def fits(value: object, schema: Mapping[str, object]) -> bool:
    """Whether a value is valid, by the few words of JSON Schema that the schema uses; any other word is an error."""
    checks = {
        "$ref": lambda of: fits(value, SCHEMA["definitions"][of.removeprefix("#/definitions/")]),
        "type": lambda of: _is(value, of),
        "minLength": lambda of: len(str(value)) >= of,
        "pattern": lambda of: re.search(of, str(value)) is not None,
        "format": lambda of: of == "date" and isinstance(value, date),
        "enum": lambda of: value in of,
        "minimum": lambda of: value >= of,
        "maximum": lambda of: value <= of,
        "exclusiveMinimum": lambda of: value > of,
        "minItems": lambda of: isinstance(value, list) and len(value) >= of,
        "maxItems": lambda of: isinstance(value, list) and len(value) <= of,
        "items": lambda of: isinstance(value, list) and all(fits(one, of) for one in value),
        "required": lambda of: isinstance(value, dict) and set(of) <= set(value),
        "anyOf": lambda of: any(fits(value, one) for one in of),
        "additionalProperties": lambda of: of is False and isinstance(value, dict) and set(value) <= _named(schema),
        "properties": lambda of: (
            isinstance(value, dict) and all(fits(one, of[name]) for name, one in value.items() if name in of)
        ),
    }
    silent = {"$schema", "title", "description", "definitions"}
    return all(checks[word](of) for word, of in schema.items() if word not in silent)


def _named(schema: Mapping[str, object]) -> set[str]:
    properties = schema["properties"]
    assert isinstance(properties, dict)
    return set(properties)


def _is(value: object, of: str) -> bool:
    types: dict[str, tuple[type, ...]] = {
        "string": (str, date),
        "array": (list,),
        "object": (dict,),
        "boolean": (bool,),
        "integer": (int,),
        "number": (int, float),
    }
    return isinstance(value, types[of]) and (of == "boolean" or not isinstance(value, bool))


def test_the_shipped_schema_is_current() -> None:
    assert rule_pack_schema() == SCHEMA, "run: python docs/generate.py"


def test_the_schema_knows_every_key_and_no_other() -> None:
    assert list(SCHEMA["properties"]) == ["pack", *KINDS]
    assert SCHEMA["required"] == ["pack"]
    head = SCHEMA["properties"]["pack"]
    assert list(head["properties"]) == [*(key.name for key in PACK_KEYS), *PACK_DATES]
    assert head["required"] == [*(key.name for key in PACK_KEYS), "valid_from"]
    for kind in KINDS.values():
        table = SCHEMA["properties"][kind.name]["items"]
        keys = (*ABOUT_KEYS, *kind.keys)
        assert list(table["properties"]) == [*(key.name for key in keys), "cases"]
        assert table["required"] == [*(key.name for key in keys if key.required), "cases"]
        assert [one["required"] for one in table.get("anyOf", [])] == [[name] for name in kind.one_of]
        assert all(table["properties"][key.name]["description"] == key.meaning for key in keys)
    case = SCHEMA["definitions"]["cases"]["items"]
    assert list(case["properties"]) == [*(key.name for key in CASE_KEYS), "lines"]
    line = case["properties"]["lines"]["items"]
    assert list(line["properties"]) == [*(key.name for key in LINE_KEYS), *LINE_EXTRAS]
    assert line["required"] == ["atc"]


WRONG = [
    ('id = "forms"', 'id = ""'),
    ('source = "BEK 827/2024 § 112"', ""),
    ('forms = ["bruse"', 'shapes = ["bruse"'),
    ('unit = "g"', 'unit = "kg"'),
    ("most = 4", 'most = "4"'),
    ("most = 4", "most = 0"),
    ("days = 7", "days = 1"),
    ("days = 7", "days = 93"),
    ("days = 28", "days = 28.5"),
    ('atc = ["N02BE01", "N02BE51", "N02AJ06"]', 'atc = ["N02BE01", "N0"]'),
    ('atc = ["N02BE01", "N02BE51", "N02AJ06"]', "atc = []"),
    ("unmarked = true", "unmarked = 1"),
    ("fires = true", "fires = 1"),
    ("doses = [2.25, 2, 2, 2]", "doses = [2.25, 2, 2, 2, 2]"),
    ("doses = [2.25, 2, 2, 2]", "doses = []"),
    ("doses = [2.25, 2, 2, 2]", "doses = [-1]"),
    ("doses = [2.25, 2, 2, 2]", "dose = 2"),
    ("intervals = [7]", "intervals = [0]"),
    ("valid_from = 2000-01-01", 'valid_from = "2000-01-01"'),
    ("valid_from = 2000-01-01", ""),
    ('jurisdiction = "DK"', 'jurisdiction = "DK"\ncolour = "red"'),
    ('severity = "caution"', 'severity = "bad"'),
    ("[[separate]]", "[[together]]"),
    ("[pack]", "[packs]"),
]


@pytest.mark.parametrize(("right", "wrong"), WRONG)
def test_schema_and_parser_refuse_the_same(right: str, wrong: str) -> None:
    text = demonstration_text()
    assert right in text
    text = text.replace(right, wrong, 1)
    assert not fits(tomllib.loads(text), SCHEMA)
    with pytest.raises(RulePackError):
        read_rule_pack(text)


def test_the_pack_for_demonstration_is_whole_and_for_no_patient() -> None:
    assert fits(tomllib.loads(demonstration_text()), SCHEMA)
    pack = read_rule_pack(demonstration_text())
    assert not pack.clinical
    assert pack.name.endswith("ikke klinisk/not clinical")
    assert {kind for kind in KINDS if f"[[{kind}]]" in demonstration_text()} == set(KINDS)
    assert all(rule.about.source for rule in pack.rules)


def test_the_catalogue_for_demonstration_can_be_checked_by_it() -> None:
    pack = read_rule_pack(demonstration_text())
    codes = {product.atc for product in load_demo().products.values()}
    assert all(map(is_full_atc, codes))
    for rule in pack.rules:
        if type(rule).__name__ == "DayCap" and rule.about.id != "cap-methotrexate":
            assert any(begins(code, rule.atc) for code in codes), rule.about.id
