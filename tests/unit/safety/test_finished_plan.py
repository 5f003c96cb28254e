"""What plans ask of a packed roll: now, then, and beside other rolls."""

from dataclasses import replace
from datetime import timedelta
from fractions import Fraction

import pytest

from dispenser.core.dosage import ClockTime, FreeTextDosage, Slot
from dispenser.core.ids import ProductId
from dispenser.core.moment import Moment
from dispenser.core.plan import MedicationPlan
from dispenser.core.presence import Absence, Noted, Presence
from dispenser.core.roll import Period, Roll
from safety.finished import Doses, FinishedRoll, Intake
from safety.finished_plan import Asked, asked_of, instructions
from tests.support.finished import PACKED_ON, finished, finished_roll
from tests.support.medicine import EVENING, MONDAY, MORNING, catalogue, daily, dose, ordination, plan, roll

PRODUCTS = catalogue()
FOUR = Period(MONDAY, MONDAY + timedelta(days=3))
A = ordination(daily(dose("1")), "A")
B = ordination(daily(dose("1", EVENING)), "B")
PLAN = plan(A)
ROLL = roll(PLAN, FOUR)
GOOD = finished_roll(PLAN, ROLL, PRODUCTS)
PART = replace(ROLL, pouches=ROLL.pouches[2:])
"""The roll without its first two days."""
WEDNESDAY_NOON = Moment(MONDAY + timedelta(days=2), ClockTime(12, 0))
BEFORE = Moment(PACKED_ON, ClockTime(9, 0))


def held_by(of: Roll) -> Doses:
    return {
        (content.product_id, pouch.date, pouch.slot): Fraction(content.quarters, 4)
        for pouch in of.pouches
        for content in pouch.contents
    }


def ask(one: FinishedRoll, now: Moment = BEFORE, absent: tuple[Intake, ...] = ()) -> Asked:
    return asked_of(one, held_by(one.roll), absent, one.beside, replace(finished(one), now=now))


def days(asked: Asked, product: str = "A") -> list[int]:
    return [(at - MONDAY).days for what, at, _ in sorted(asked.doses, key=str) if what == product]


def told(asked: Asked) -> list[tuple[str, dict[str, str]]]:
    for finding in asked.findings:
        assert "{" not in finding.text("da") + finding.text("en") + finding.fix("da") + finding.fix("en")
        assert finding.subject == ROLL.roll_id
    return [(finding.code.id, dict(finding.details)) for finding in asked.findings]


def intake(day: int, product: str = "A", slot: Slot = MORNING) -> Intake:
    return ProductId(product), MONDAY + timedelta(days=day), slot


def test_all_that_is_to_come_is_asked_by_the_plan_in_force() -> None:
    asked = ask(GOOD)
    assert asked.doses == held_by(ROLL)
    assert told(asked) == []
    two = plan(ordination(daily(dose("1")), "A"), ordination(daily(dose("0.5")), "A", "again"))
    assert set(ask(replace(GOOD, plan=two, followed=two)).doses.values()) == {Fraction(3, 2)}


@pytest.mark.parametrize("missing", ["plan", "followed"])
def test_without_a_plan_nothing_is_asked_and_that_is_said(missing: str) -> None:
    asked = ask(replace(GOOD, **{missing: None}))  # type: ignore[arg-type]  # one of two names
    assert (asked.doses, told(asked)) == ({}, [("DOSE-0261", {})])


def test_a_line_that_cannot_be_followed_is_named() -> None:
    words = plan(A, ordination(FreeTextDosage("efter aftale"), "B"))
    asked = ask(replace(GOOD, plan=words, followed=words))
    assert told(asked) == [("DOSE-0262", {"ordination": "ordination-B", "why": "not structured"})]
    assert days(asked) == [0, 1, 2, 3]


def test_a_dose_that_the_roll_lacks_is_asked_for() -> None:
    assert days(ask(replace(GOOD, roll=PART))) == [0, 1, 2, 3]
    assert told(ask(replace(GOOD, roll=PART))) == []


def newer(*lines: object, revision: int = 2) -> MedicationPlan:
    return replace(plan(*lines), revision=revision)  # type: ignore[arg-type]  # ordinations


def test_what_a_newer_plan_adds_is_no_fault_of_the_roll() -> None:
    asked = ask(replace(GOOD, plan=newer(A, B)))
    assert told(asked) == [("DOSE-0263", {"plan": "2", "roll": "1", "doses": "4"})]
    assert (days(asked), days(asked, "B")) == ([0, 1, 2, 3], [])


def test_what_both_plans_ask_is_asked() -> None:
    asked = ask(replace(GOOD, roll=PART, plan=newer(A, B)))
    assert days(asked) == [0, 1, 2, 3]
    assert told(asked) == [("DOSE-0263", {"plan": "2", "roll": "1", "doses": "4"})]


def test_what_a_newer_plan_asks_of_what_the_roll_holds_is_asked() -> None:
    more = newer(ordination(daily(dose("2")), "A"))
    assert set(ask(replace(GOOD, plan=more)).doses.values()) == {Fraction(2)}
    assert ask(replace(GOOD, plan=newer(B))).doses == {}


def away(first: int, last: int) -> Noted:
    days_away = Absence(Presence.HOLD, MONDAY + timedelta(days=first), MONDAY + timedelta(days=last))
    return Noted((days_away,))


def test_days_of_absence_ask_for_nothing() -> None:
    assert days(ask(replace(GOOD, noted=away(0, 1)))) == [2, 3]


def test_who_came_back_later_is_owed_by_another_roll() -> None:
    back = replace(GOOD, roll=PART, noted_then=away(0, 1))
    assert days(ask(back)) == [2, 3]
    assert told(ask(back)) == [("DOSE-0263", {"plan": "1", "roll": "1", "doses": "2"})]
    assert days(ask(replace(GOOD, roll=PART, noted=away(0, 0), noted_then=away(0, 0)))) == [1, 2, 3]


def test_what_other_rolls_hold_is_not_asked() -> None:
    first = replace(ROLL, pouches=ROLL.pouches[:2])
    asked = ask(replace(GOOD, roll=PART, beside=(first,), others=(first,)))
    assert (days(asked), told(asked)) == ([2, 3], [])
    double = ask(replace(GOOD, beside=(first,), others=(first,)))
    assert days(double) == [2, 3]


def test_what_another_roll_lost_is_not_asked_of_this_one() -> None:
    first = replace(ROLL, pouches=ROLL.pouches[:2])
    asked = ask(replace(GOOD, roll=PART, others=(first,)))
    assert days(asked) == [2, 3]
    assert told(asked) == [("DOSE-0263", {"plan": "1", "roll": "1", "doses": "2"})]


def test_a_roll_out_of_use_owes_only_what_it_holds() -> None:
    asked = ask(replace(GOOD, roll=PART, void="plan revision 2"))
    assert (days(asked), told(asked)) == ([2, 3], [])
    assert told(ask(replace(GOOD, plan=newer(A, B), void="plan revision 2"))) == []
    assert ask(replace(GOOD, plan=newer(B), void="plan revision 2")).doses == {}


def test_what_is_missing_is_asked() -> None:
    asked = ask(replace(GOOD, roll=PART, plan=newer(B), followed=PLAN), absent=(intake(0),))
    assert days(asked) == []
    known = asked_of(
        replace(GOOD, roll=PART, void="x"), held_by(PART), (intake(0),), (), replace(finished(GOOD), now=BEFORE)
    )
    assert days(known) == [0, 2, 3]


# -- History --------------------------------------------------------------------------------------------------------


def test_history_is_asked_by_the_revision_that_the_roll_follows() -> None:
    stopped = replace(GOOD, plan=newer(B))
    assert days(ask(stopped, WEDNESDAY_NOON)) == [0, 1, 2]
    assert set(ask(stopped, WEDNESDAY_NOON).doses.values()) == {Fraction(1)}
    assert days(ask(GOOD, WEDNESDAY_NOON)) == [0, 1, 2, 3]
    started = replace(GOOD, followed=plan(B), plan=newer(A))
    assert days(ask(started, WEDNESDAY_NOON)) == [3]


@pytest.mark.parametrize(
    ("now", "asked"),
    [
        (Moment(MONDAY - timedelta(days=1), ClockTime(23, 59)), []),
        (Moment(MONDAY, ClockTime(8, 0)), []),
        (Moment(MONDAY, ClockTime(8, 1)), [0]),
        (Moment(MONDAY + timedelta(days=1), ClockTime(8, 0)), [0]),
    ],
)
def test_history_ends_now(now: Moment, asked: list[int]) -> None:
    assert days(ask(replace(GOOD, plan=newer(B)), now)) == asked


def test_history_that_a_roll_lacks_is_asked_when_nothing_excuses_it() -> None:
    lacks = replace(GOOD, roll=PART)
    assert days(ask(lacks, WEDNESDAY_NOON)) == [0, 1, 2, 3]
    first = replace(ROLL, pouches=ROLL.pouches[:1])
    assert days(ask(replace(lacks, beside=(first,), others=(first,)), WEDNESDAY_NOON)) == [2, 3]
    assert days(ask(replace(lacks, noted=away(0, 0), noted_then=away(0, 0)), WEDNESDAY_NOON)) == [2, 3]
    assert days(ask(replace(lacks, void="plan revision 2"), WEDNESDAY_NOON)) == [2, 3]


def test_what_was_over_when_the_batch_was_planned_is_not_asked() -> None:
    late = replace(finished(replace(GOOD, roll=PART)), now=WEDNESDAY_NOON)
    for planned, asked in (
        (Moment(MONDAY, ClockTime(8, 0)), [0, 1, 2, 3]),
        (Moment(MONDAY, ClockTime(8, 1)), [1, 2, 3]),
        (Moment(MONDAY + timedelta(days=1), ClockTime(12, 0)), [2, 3]),
    ):
        one = replace(GOOD, roll=PART)
        assert days(asked_of(one, held_by(PART), (), (), replace(late, planned=planned))) == asked
    # What is in the roll all the same must be what the plan said.
    assert days(asked_of(GOOD, held_by(ROLL), (), (), replace(late, planned=WEDNESDAY_NOON))) == [0, 1, 2, 3]


def test_a_later_absence_does_not_change_history() -> None:
    assert days(ask(replace(GOOD, noted=away(0, 1)), WEDNESDAY_NOON)) == [0, 1, 2, 3]


def test_history_that_cannot_be_followed_is_named() -> None:
    words = plan(A, ordination(FreeTextDosage("efter aftale"), "B"))
    asked = ask(replace(GOOD, followed=words, plan=newer(A)), WEDNESDAY_NOON)
    assert [code for code, _ in told(asked)] == ["DOSE-0262"]


# -- Instructions ---------------------------------------------------------------------------------------------------

TOLD = plan(ordination(daily(dose("1")), "A", instruction="mod hjertet"), ordination(daily(dose("1")), "B"))
SAID = finished_roll(TOLD, roll(TOLD, FOUR), PRODUCTS)


def said(one: FinishedRoll, now: Moment = BEFORE) -> list[dict[str, str]]:
    findings = instructions(one, one.roll.pouches, replace(finished(one), now=now))
    for finding in findings:
        assert (finding.code.id, finding.subject) == ("DOSE-0264", one.roll.roll_id)
        assert "{" not in finding.text("da") + finding.text("en")
    return [dict(finding.details) for finding in findings]


def test_a_pouch_says_what_the_plan_orders() -> None:
    assert [pouch.instruction for pouch in SAID.roll.pouches] == ["mod hjertet"] * 4
    assert said(SAID) == []
    assert said(replace(SAID, plan=None)) == []


def test_another_instruction_is_found_on_every_pouch_to_come() -> None:
    other = newer(ordination(daily(dose("1")), "A", instruction="mod søvnløshed"), B)
    details = {"product": "A", "label": "mod hjertet", "expected": "mod søvnløshed"}
    assert said(replace(SAID, plan=other))[0] == {"pouch": "1", **details}
    late = Moment(MONDAY + timedelta(days=3), ClockTime(8, 0))
    assert [one["pouch"] for one in said(replace(SAID, plan=other), late)] == ["4", "4"]
    assert said(replace(SAID, plan=other), Moment(late.day, ClockTime(8, 1))) == []


def test_an_instruction_that_nobody_orders_any_more_is_found() -> None:
    other = newer(ordination(daily(dose("1")), "A"), ordination(daily(dose("1")), "B"))
    assert [(one["product"], one["expected"]) for one in said(replace(SAID, plan=other))[:2]] == [("A", ""), ("B", "")]
    either = newer(
        ordination(daily(dose("1")), "A"), ordination(daily(dose("1")), "A", "again", instruction="mod hjertet")
    )
    assert said(replace(SAID, plan=either)) == []
    neither = newer(
        ordination(daily(dose("1")), "A", instruction="mod smerter"),
        ordination(daily(dose("1")), "A", "again", instruction="mod feber"),
    )
    assert said(replace(SAID, plan=neither))[0]["expected"] == "mod feber / mod smerter"


def test_an_instruction_that_is_new_is_found() -> None:
    plain = finished_roll(PLAN, ROLL, PRODUCTS)
    new = newer(ordination(daily(dose("1")), "A", instruction="mod hjertet"))
    assert said(replace(plain, plan=new))[0] == {
        "pouch": "1",
        "product": "A",
        "label": "",
        "expected": "mod hjertet",
    }
    assert said(replace(plain, plan=newer(B))) == []
