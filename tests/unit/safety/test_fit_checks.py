"""A roll that no machine can take says what each of them has against it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hal.errors import Reason
from hal.wire import words
from safety.findings import Finding
from safety.fit_checks import check_fit
from safety.fit_codes import FITS_NO_MACHINE, NO_MACHINE

CODES = sorted(FITS_NO_MACHINE)
REASONS = st.lists(st.builds(Reason, st.sampled_from(CODES), st.sampled_from(["æ", "long", "wide"])), max_size=6)


def told(findings: tuple[Finding, ...]) -> list[tuple[str, str, str, str]]:
    details = [(one, dict(one.details)) for one in findings]
    return [(one.code.id, one.subject, named["machine"], named["what"]) for one, named in details]


def test_without_a_machine_nothing_is_packed() -> None:
    assert [(one.code, one.subject) for one in check_fit("roll/1", {})] == [(NO_MACHINE, "roll/1")]


def test_one_machine_that_can_take_it_is_enough() -> None:
    assert check_fit("roll/1", {"m1": [Reason(words.UNPRINTABLE, "æ")], "m2": []}) == ()


def test_every_machine_tells_each_reason_once_and_how_often() -> None:
    against = {
        "m2": [Reason(words.UNPRINTABLE, "line 1: ☃")],
        "m1": [
            Reason(words.SYMBOL_TOO_LONG, "40"),
            Reason(words.SYMBOL_TOO_LONG, "41"),
            Reason(words.UNPRINTABLE, "☃"),
        ],
    }
    assert told(check_fit("roll/1", against)) == [
        (FITS_NO_MACHINE[words.SYMBOL_TOO_LONG].id, "roll/1", "m1", "40; +1"),
        (FITS_NO_MACHINE[words.UNPRINTABLE].id, "roll/1", "m1", "☃"),
        (FITS_NO_MACHINE[words.UNPRINTABLE].id, "roll/1", "m2", "line 1: ☃"),
    ]


def test_a_reason_that_nobody_has_words_for_is_no_silence() -> None:
    with pytest.raises(KeyError):
        check_fit("roll/1", {"m1": [Reason("NEVER_HEARD_OF", "")]})


@given(against=st.dictionaries(st.sampled_from(["m1", "m2", "m3"]), REASONS))
def test_there_is_something_to_tell_exactly_when_no_machine_can_take_it(against: dict[str, list[Reason]]) -> None:
    findings = check_fit("roll/1", against)
    assert bool(findings) == all(against.values())
    if findings and against:
        wanted = {(FITS_NO_MACHINE[one.code].id, name) for name, reasons in against.items() for one in reasons}
        assert sorted((code, machine) for code, _, machine, _ in told(findings)) == sorted(wanted)
