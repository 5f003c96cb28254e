"""A finding's words, and what a set of findings means."""

import pytest

from safety.findings import Code, Finding, Severity, Verdict, found, verdict_of

CODE = Code(
    "DOSE-0000", Severity.HOLD, "{who} på {who}: {what}", "{who} at {who}: {what}", "Ret {what}", "Mend {what}", "x"
)
ABOUT = found(CODE, "subject", who="Ida", what=7)


def of(severity: Severity) -> Finding:
    return Finding(Code("DOSE-0000", severity, "a", "b", "c", "d", "x"), "subject")


def test_details_are_texts_in_the_order_given() -> None:
    assert Finding(CODE, "subject", (("who", "Ida"), ("what", "7"))) == ABOUT


def test_every_place_of_a_detail_is_filled_in_both_languages() -> None:
    assert (ABOUT.text("da"), ABOUT.text("en")) == ("Ida på Ida: 7", "Ida at Ida: 7")
    assert (ABOUT.fix("da"), ABOUT.fix("en")) == ("Ret 7", "Mend 7")
    assert (ABOUT.text(""), ABOUT.fix("")) == ("Ida at Ida: 7", "Mend 7")


@pytest.mark.parametrize(
    ("severities", "verdict"),
    [
        ((), Verdict.PASS),
        ((Severity.INFO,), Verdict.PASS),
        ((Severity.WARN,), Verdict.PASS),
        ((Severity.PARK,), Verdict.PASS),
        ((Severity.HOLD,), Verdict.HOLD),
        ((Severity.REFUSE,), Verdict.REFUSE),
        ((Severity.HOLD, Severity.PARK), Verdict.HOLD),
        ((Severity.INFO, Severity.REFUSE, Severity.HOLD), Verdict.REFUSE),
    ],
)
def test_the_most_severe_decides(severities: tuple[Severity, ...], verdict: Verdict) -> None:
    assert verdict_of(map(of, severities)) is verdict
