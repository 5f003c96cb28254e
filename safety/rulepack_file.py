"""A rule pack as people write it, a TOML file; read whole, every problem named, its own cases tried."""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import replace
from decimal import Decimal
from hashlib import sha256
from typing import Final

from dispenser.core.limits import EARLIEST
from safety import rulepack_codes
from safety.findings import Finding, found
from safety.rulepack import RuleCase, RulePack
from safety.rulepack_cases import read_cases, try_cases
from safety.rulepack_reader import EXPECTED_DATE, Reader
from safety.rules.keys import ABOUT_KEYS, Holds, Key
from safety.rules.kinds import KINDS
from safety.rules.rule import About, Kind, Rule

LONGEST_FILE: Final = 20_000_000
"""Characters of a pack: some ten thousand rules with their cases."""
PACK_KEYS: Final = (
    Key("id", Holds.TEXT, "the pack's name; its versions replace each other"),
    Key("version", Holds.TEXT, "this version"),
    Key("title", Holds.TEXT, "what people call it"),
    Key("source", Holds.TEXT, "where the rules come from"),
    Key("clinical", Holds.FLAG, "true: its author answers for use on patients; false: for demonstration only"),
    Key("jurisdiction", Holds.TEXT, "where it holds: `DK`"),
    Key("author", Holds.TEXT, "who has made it, and answers for it"),
)
PACK_DATES: Final = {
    "valid_from": "first day on which it holds",
    "valid_to": "last day on which it holds; open if left out",
}


CASES: Final = "cases"
"""The key of a rule that holds its cases."""


class RulePackError(Exception):
    """A rule pack that is refused, for all of `findings`; a finding's subject is the place in the file."""

    def __init__(self, findings: Iterable[Finding]) -> None:
        """Keep all `findings`; at least one."""
        self.findings = tuple(findings)
        places = (f"{one.subject}: {one.code.id} {one.text('en')} {one.fix('en')}" for one in self.findings)
        super().__init__("\n".join(places))


def read_rule_pack(text: str) -> RulePack:
    """Return the pack that `text` (TOML) holds.

    Raises:
        RulePackError: not TOML, too large, a key that does not exist or is missing, a value that cannot be read, two
            rules of one name, a rule without a case that fires and one that does not, or a case that fails.
    """
    document = _document(text)
    reader = Reader()
    reader.known(document, ("pack", *KINDS))
    pack = _with_rules(reader, document, _head(reader, document))
    if not reader.findings:
        # Rules that could not be read would only fail their cases once more.
        reader.findings.extend(try_cases(pack))
    if reader.findings:
        raise RulePackError(reader.findings)
    return replace(pack, digest=sha256(text.encode()).hexdigest())


def _document(text: str) -> Mapping[str, object]:
    if len(text) > LONGEST_FILE:
        raise RulePackError([found(rulepack_codes.TOO_LARGE, "file", size=len(text), limit=LONGEST_FILE)])
    try:
        return tomllib.loads(text, parse_float=Decimal)
    except (ValueError, ArithmeticError, RecursionError) as error:
        raise RulePackError([found(rulepack_codes.NOT_TOML, "file", why=error)]) from error


def _head(reader: Reader, document: Mapping[str, object]) -> RulePack:
    head = document.get("pack")
    table = {str(key): value for key, value in head.items()} if isinstance(head, dict) else {}
    values = reader.values({key: value for key, value in table.items() if key not in PACK_DATES}, PACK_KEYS, "pack")
    valid_from, valid_to = reader.date_of(table, "valid_from", "pack"), reader.date_of(table, "valid_to", "pack")
    if "valid_from" not in table:
        reader.add(rulepack_codes.MISSING, "pack.valid_from", key="pack.valid_from", expected=EXPECTED_DATE)
    if valid_from and valid_to and valid_to < valid_from:
        reader.add(rulepack_codes.ENDS_BEFORE_START, "pack.valid_to", valid_from=valid_from, valid_to=valid_to)
    return RulePack(
        pack_id=values.text("id"),
        version=values.text("version"),
        title=values.text("title"),
        source=values.text("source"),
        clinical=values.flag("clinical"),
        jurisdiction=values.text("jurisdiction"),
        author=values.text("author"),
        valid_from=valid_from or EARLIEST,
        valid_to=valid_to,
        rules=(),
    )


def _with_rules(reader: Reader, document: Mapping[str, object], head: RulePack) -> RulePack:
    rules: list[Rule] = []
    cases: list[RuleCase] = []
    ids: set[str] = set()
    for kind in KINDS.values():
        for number, table in enumerate(reader.tables_of(document.get(kind.name, []), kind.name), start=1):
            place = f"{kind.name}[{number}]"
            rule = _rule(reader, kind, table, place)
            if rule is None:
                continue
            if rule.about.id in ids:
                reader.add(rulepack_codes.ID_TWICE, f"{place}.id", id=rule.about.id)
            ids.add(rule.about.id)
            rules.append(rule)
            value = table.get(CASES, [])
            cases.extend(read_cases(reader, value, rule.about.id, head.valid_from, f"{place}.{CASES}"))
    if not rules and not reader.findings:
        reader.add(rulepack_codes.NO_RULES, "pack")
    return replace(head, rules=tuple(rules), cases=tuple(cases))


def _rule(reader: Reader, kind: Kind, table: Mapping[str, object], place: str) -> Rule | None:
    before = len(reader.findings)
    own = {name: value for name, value in table.items() if name != CASES}
    values = reader.values(own, (*ABOUT_KEYS, *kind.keys), place)
    if kind.one_of and not any(table.get(name) for name in kind.one_of):
        reader.add(rulepack_codes.NOTHING_CHOSEN, place, known=", ".join(kind.one_of))
    if len(reader.findings) > before:
        return None
    return kind.build(About(values.text("id"), values.text("source"), values.text("text")), values)
