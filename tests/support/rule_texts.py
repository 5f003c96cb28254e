"""Rule packs as files, and what is wrong with them."""

import pytest

from safety.findings import Severity
from safety.rulepack_codes import RULEPACK_CODES
from safety.rulepack_file import RulePackError, read_rule_pack

HEAD = """
[pack]
id = "site"
version = "3"
title = "Rules of our own"
source = "SPC"
clinical = true
jurisdiction = "DK"
author = "Ane Holm"
valid_from = 2026-11-01
"""
CAP = """
[[day_cap]]
id = "cap"
source = "SPC 4.2"
text = "At most 4 g."
atc = ["N02BE01"]
most = 4
unit = "g"
cases = [
  { fires = true, lines = [{ atc = "N02BE01", strength = "1 g", doses = [4.25] }] },
  { fires = false, lines = [{ atc = "N02BE01", strength = "1 g", doses = [1, 1, 1, 1] }] },
]
"""


def problems(text: str) -> list[tuple[str, str, dict[str, str]]]:
    with pytest.raises(RulePackError) as caught:
        read_rule_pack(text)
    for one in caught.value.findings:
        assert one.code in RULEPACK_CODES
        assert one.code.severity is Severity.REFUSE
        assert f"{one.subject}: {one.code.id} {one.text('en')}" in str(caught.value)
    return [(one.code.id, one.subject, dict(one.details)) for one in caught.value.findings]


def brief(text: str) -> list[tuple[str, str]]:
    return [(code, place) for code, place, _ in problems(text)]


def with_case(case: str) -> str:
    """The pack with another case first."""
    return HEAD + CAP.replace("cases = [", f"cases = [\n  {case},")


def kind_text(name: str, keys: str, fires: str, silent: str) -> str:
    return (
        f'[[{name}]]\nid = "{name}"\nsource = "s"\ntext = "t"\n{keys}\n'
        f"cases = [{{ fires = true, {fires} }}, {{ fires = false, {silent} }}]\n"
    )


PINEX = 'lines = [{ atc = "N02BE01" }]'
OTHER = 'lines = [{ atc = "M01AE01" }]'
BOTH = 'lines = [{ atc = "N02BE01" }, { atc = "M01AE01" }]'
ALL_OF_WHICH = 'atc = ["N02"]\nnames = ["Pin"]\nforms = ["tab"]\nstrengths = ["1 g"]'
FITS = 'lines = [{ atc = "N02BE01", name = "Pinex", strength = "1 g", form = "tabletter" }]'
