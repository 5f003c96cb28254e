"""What stands against a line holds the batch that packs it; what only warns does not."""

import pytest

from dispenser.core.ids import CitizenId
from safety.findings import Code, Finding, Overriding, Severity, found
from safety.rule_batch import RULES_OBJECT, check_standing

WHO = CitizenId("citizen-1")


def code(severity: Severity) -> Code:
    return Code("DOSE-0199", severity, "Nej: {why}.", "No: {why}.", "Spørg.", "Ask.", "test")


@pytest.mark.parametrize("severity", [Severity.PARK, Severity.HOLD, Severity.REFUSE])
def test_what_stops_a_line_holds_the_batch(severity: Severity) -> None:
    (finding,) = check_standing(WHO, [found(code(severity), "m1", why="x")])
    assert finding == found(RULES_OBJECT, WHO, line="m1", alert="DOSE-0199", danish="Nej: x.", english="No: x.")
    assert finding.text("da") == "m1: DOSE-0199 Nej: x."
    assert finding.text("en") == "m1: DOSE-0199 No: x."


@pytest.mark.parametrize("severity", [Severity.INFO, Severity.WARN])
def test_what_warns_holds_nothing(severity: Severity) -> None:
    assert check_standing(WHO, [found(code(severity), "m1", why="x")]) == ()


class InItsLanguage(Finding):
    """A finding that tells in which language it is asked."""

    def text(self, language: str) -> str:
        return f"in {language}"


def test_each_text_is_asked_for_in_its_own_language() -> None:
    (finding,) = check_standing(WHO, [InItsLanguage(code(Severity.PARK), "m1")])
    assert finding == found(RULES_OBJECT, WHO, line="m1", alert="DOSE-0199", danish="in da", english="in en")


def test_every_one_is_told_in_its_order() -> None:
    alerts = [found(code(Severity.PARK), name, why="x") for name in ("m2", "m1")]
    assert [dict(finding.details)["line"] for finding in check_standing(WHO, alerts)] == ["m2", "m1"]


def test_it_holds_and_only_the_alert_itself_can_be_overridden() -> None:
    assert (RULES_OBJECT.id, RULES_OBJECT.severity) == ("DOSE-0240", Severity.HOLD)
    assert RULES_OBJECT.overriding is Overriding.NEVER
