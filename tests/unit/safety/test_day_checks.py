"""The sum of a day catches what a check that trusts the slot table cannot see."""

from dataclasses import replace
from datetime import timedelta

from dispenser.core.ids import OrdinationId
from dispenser.core.roll import Roll
from safety import batch_codes
from safety.batch_checks import check_batch
from safety.day_checks import check_day_totals
from safety.findings import Verdict, verdict_of
from tests.support.medicine import MONDAY, NOON, SLOTS, batch, catalogue, daily, dose, ordination, plan, roll

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
