"""The sum of a day catches what a check that trusts the slot table cannot see."""

from dataclasses import replace
from datetime import timedelta

from dispenser.core.ids import OrdinationId
from dispenser.core.moment import Moment
from dispenser.core.plan import MedicationPlan
from dispenser.core.pouch import Pouch
from dispenser.core.presence import Absence, Noted, Presence
from dispenser.core.roll import Period, Roll
from safety import batch_codes
from safety.batch_checks import check_batch
from safety.day_checks import check_day_totals
from safety.findings import Verdict, verdict_of
from safety.outstanding import NOTHING_NOTED
from tests.support.medicine import (
    EVENING,
    MONDAY,
    NOON,
    SLOTS,
    batch,
    catalogue,
    daily,
    dose,
    ordination,
    plan,
    roll,
    start_of,
)
from tests.support.told import told

THRICE = plan(ordination(daily(dose("1", None), dose("1", None), dose("1", None))))


def without_noon(whole: Roll) -> Roll:
    kept = [pouch for pouch in whole.pouches if pouch.slot is not NOON]
    return replace(whole, pouches=tuple(replace(pouch, number=number) for number, pouch in enumerate(kept, 1)))


def test_a_roll_that_holds_what_is_ordered_passes() -> None:
    assert check_day_totals(roll(THRICE), THRICE) == ()


def test_a_slot_table_that_loses_the_dose_at_noon_is_caught_by_the_days_sum() -> None:
    lost = without_noon(roll(THRICE))
    (finding,) = check_day_totals(lost, THRICE)
    assert finding.code is batch_codes.DAY_TOTAL
    listed = dict(finding.details)["differences"].split("; ")
    assert listed == [f"{MONDAY + timedelta(days=number)}: 3 -> 2" for number in range(14)]
    assert f"{MONDAY}: 3 -> 2" in finding.text("da")
    found = check_batch(batch(lost), {lost.citizen_id: THRICE}, catalogue(), SLOTS)
    assert finding in found
    assert verdict_of(found) is not Verdict.PASS


def test_a_slot_table_that_merges_two_doses_is_no_difference_of_the_day() -> None:
    merged = roll(THRICE)
    moved = [pouch for pouch in merged.pouches if pouch.slot is not NOON]
    double = [replace(one, contents=one.contents * 2) if one.slot is moved[0].slot else one for one in moved]
    assert check_day_totals(replace(merged, pouches=tuple(double)), THRICE) == ()


def test_a_line_that_nobody_ordered_is_a_difference() -> None:
    other = replace(THRICE, ordinations=())
    (finding,) = check_day_totals(roll(THRICE), other)
    assert "0 -> 3" in finding.text("en")


def test_a_line_without_a_certain_day_is_a_finding_and_hides_no_other() -> None:
    vague = ordination(daily(dose(("1", "2"))), "B")
    both = replace(THRICE, ordinations=(vague, *THRICE.ordinations))
    findings = check_day_totals(without_noon(roll(THRICE)), both)
    assert [finding.code for finding in findings] == [batch_codes.NOT_VERIFIABLE, batch_codes.DAY_TOTAL]
    assert dict(findings[0].details)["ordination"] == vague.ordination_id


def test_one_line_sent_twice_is_ordered_twice() -> None:
    twice = replace(THRICE, ordinations=THRICE.ordinations * 2)
    (finding,) = check_day_totals(roll(THRICE), twice)
    assert "6 -> 3" in finding.text("en")
    assert finding.subject == roll(THRICE).roll_id
    assert dict(finding.details)["ordination"] == OrdinationId(THRICE.ordinations[0].ordination_id)


A_DAY = timedelta(days=1)
TWO_DAYS = Period(MONDAY, MONDAY + A_DAY)
PLAN = plan(ordination(daily(dose("1"), dose("0.5", EVENING)), "A"), ordination(daily(dose("2")), "B"))
ROLL = roll(PLAN, TWO_DAYS)
FIRST, SECOND, THIRD, FOURTH = ROLL.pouches


def of(*pouches: Pouch) -> Roll:
    return replace(ROLL, pouches=pouches)


def problems(
    made: Roll,
    beside: tuple[Roll, ...] = (),
    noted: Noted = NOTHING_NOTED,
    since: Moment | None = None,
    whose: MedicationPlan = PLAN,
) -> list[str]:
    lines = told(check_day_totals(made, whose, beside, noted, since))
    assert all(line.startswith(("DOSE-0223 0000010001 ", "DOSE-0205 0000010001 ")) for line in lines)
    return [line.split(" ", 2)[2].replace("ordination=ordination-", "line=") for line in lines]


def test_more_and_less_are_told_by_line_and_day() -> None:
    assert problems(ROLL) == []
    assert problems(of(FIRST, SECOND, THIRD)) == ["line=A differences=2026-11-24: 1.5 -> 1"]
    assert problems(of(FIRST, SECOND, THIRD, FOURTH, FOURTH)) == ["line=A differences=2026-11-24: 1.5 -> 2"]
    assert problems(of(FIRST)) == [
        "line=A differences=2026-11-23: 1.5 -> 1; 2026-11-24: 1.5 -> 0",
        "line=B differences=2026-11-24: 2 -> 0",
    ]


def test_rolls_beside_are_totalled_together_by_product() -> None:
    assert problems(of(THIRD, FOURTH), (of(FIRST, SECOND),)) == []
    renewed = replace(
        PLAN, ordinations=tuple(replace(one, ordination_id=OrdinationId("x")) for one in PLAN.ordinations)
    )
    assert problems(of(THIRD, FOURTH), (of(FIRST), of(SECOND)), whose=renewed) == []
    assert problems(of(FOURTH), (of(FIRST, SECOND),)) == [
        "ordination=A differences=2026-11-24: 1.5 -> 0.5",
        "ordination=B differences=2026-11-24: 2 -> 0",
    ]


def test_only_days_of_the_roll_are_compared() -> None:
    tuesday = replace(of(THIRD, FOURTH), period=Period(TWO_DAYS.last, TWO_DAYS.last))
    longer = roll(PLAN, Period(MONDAY, MONDAY + 3 * A_DAY))
    assert problems(tuesday, (longer,)) == [
        "ordination=A differences=2026-11-24: 1.5 -> 3",
        "ordination=B differences=2026-11-24: 2 -> 4",
    ]
    for outside in (MONDAY - A_DAY, MONDAY + 2 * A_DAY):
        beside = of(replace(FIRST, date=outside))
        assert problems(of(FIRST, SECOND), (beside,)) == problems(of(FIRST, SECOND))
    for inside in (MONDAY, TWO_DAYS.last):
        beside = of(replace(FIRST, date=inside))
        assert [line[:12] for line in problems(ROLL, (beside,))] == ["ordination=A", "ordination=B"]


def test_an_absence_gives_nothing() -> None:
    away = Noted((Absence(Presence.HOLD, MONDAY, MONDAY),))
    assert problems(of(THIRD, FOURTH), noted=away) == []
    assert problems(ROLL, noted=away) == [
        "line=A differences=2026-11-23: 0 -> 1.5",
        "line=B differences=2026-11-23: 0 -> 2",
    ]


def test_a_day_that_has_begun_is_left_to_the_check_dose_by_dose() -> None:
    assert problems(of(FOURTH), since=start_of(TWO_DAYS.last)) == []
    assert problems(of(FOURTH), since=start_of(MONDAY)) == [
        "line=A differences=2026-11-24: 1.5 -> 0.5",
        "line=B differences=2026-11-24: 2 -> 0",
    ]


def test_a_vague_line_is_told_and_its_product_not_guessed() -> None:
    vague = ordination(daily(dose(("1", "2"))), "A", "vague")
    whose = replace(PLAN, ordinations=(vague, *PLAN.ordinations))
    assert problems(of(FIRST), whose=whose) == ["ordination=vague why=a range", *problems(of(FIRST))]
    assert problems(of(FIRST), (of(SECOND),), whose=whose) == [
        "ordination=vague why=a range",
        "ordination=B differences=2026-11-24: 2 -> 0",
    ]


def test_two_lines_of_one_name_are_added_day_by_day() -> None:
    """The second is ordered on a day on which the first is not."""
    first = ordination(daily(dose("1")), "A", last=MONDAY)
    then = ordination(daily(dose("2")), "A", first=TWO_DAYS.last)
    assert problems(of(), whose=plan(first, then)) == ["line=A differences=2026-11-23: 1 -> 0; 2026-11-24: 2 -> 0"]
