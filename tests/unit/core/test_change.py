"""What a new plan means for pouches that exist: one test for each turn that a treatment can take."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta

import pytest

from dispenser.core.acute import Acute
from dispenser.core.change import Change, MadeRoll, Why, changes, lost
from dispenser.core.dosage import ClockTime
from dispenser.core.expander import NotPackableError
from dispenser.core.ids import ProductId
from dispenser.core.moment import Moment
from dispenser.core.plan import MedicationPlan, Ordination
from dispenser.core.presence import Absence, Presence
from dispenser.core.remainder import plan_of
from dispenser.core.roll import Period, Roll
from tests.support.medicine import (
    EVENING,
    FORTNIGHT,
    MONDAY,
    MORNING,
    SLOTS,
    daily,
    day,
    dosage,
    dose,
    ordination,
    plan,
    roll,
    start_of,
    structure,
)

START = start_of(MONDAY)
A = ordination(daily(dose("1")), "A")
B = ordination(daily(dose("1", EVENING)), "B")
C = ordination(daily(dose("2")), "C")


def on(number: int) -> date:
    """Day `number` of the period, from 1."""
    return MONDAY + timedelta(days=number - 1)


def made(of: MedicationPlan | Roll, packed: int | None = 0, *, ended: bool = False) -> MadeRoll:
    """A roll with its first `packed` pouches sealed, all of them when None."""
    whole = of if isinstance(of, Roll) else roll(of)
    return MadeRoll(whole, frozenset(pouch.number for pouch in whole.pouches[:packed]), ended)


def change(*rolls: MadeRoll, to: MedicationPlan, since: Moment = START, away: Iterable[Absence] = ()) -> Change:
    (found,) = changes(rolls, to, SLOTS, since, tuple(away))
    return found


def second(*lines: Ordination) -> MedicationPlan:
    return plan(*lines, revision=2)


def test_the_same_plan_changes_nothing() -> None:
    found = change(made(plan(A, B), 7), to=second(A, B))
    assert found == Change((), (), (), None)


def test_a_renewed_line_is_the_same_medicine() -> None:
    renewed = replace(A, ordination_id="renewed")
    assert change(made(plan(A, B), 7), to=second(renewed, B)) == Change((), (), (), None)


def test_an_added_medicine_is_a_supplement_and_nothing_is_discarded() -> None:
    found = change(made(plan(A, B), None), to=second(A, B, C))
    assert (found.end, found.discard, found.acute) == ((), (), Acute.SUPPLEMENT)
    assert {(one.product_id, one.slot) for one in found.missing} == {("C", MORNING)}
    assert [one.date for one in found.missing] == [on(number) for number in range(1, 15)]


def test_an_added_medicine_goes_into_the_pouches_that_are_not_packed_yet() -> None:
    found = change(made(plan(A, B), 3), to=second(A, B, C))
    assert (len(found.end), found.discard, found.acute) == (1, (), Acute.CHANGE)
    assert next(one.date for one in found.missing if one.product_id == "A") == on(3)
    assert next(one.date for one in found.missing if one.product_id == "B") == on(2)
    assert next(one.date for one in found.missing if one.product_id == "C") == on(1)


def test_a_stopped_medicine_takes_its_pouches_along_and_leaves_the_others() -> None:
    found = change(made(plan(A, B), None), to=second(A))
    assert [(one.pouch.number, one.pouch.date, one.pouch.slot) for one in found.discard] == [
        (2 * number, on(number), EVENING) for number in range(1, 15)
    ]
    assert {fault.why for one in found.discard for fault in one.faults} == {Why.STOPPED}
    assert (found.missing, found.acute) == ((), None)


def test_what_shared_a_pouch_with_a_stopped_medicine_is_packed_anew() -> None:
    found = change(made(plan(A, C), None), to=second(A), since=start_of(on(13)))
    assert [one.pouch.date for one in found.discard] == [on(13), on(14)]
    assert [str(fault) for fault in found.discard[0].faults] == ["C stopped (2 -> 0)"]
    assert [(one.product_id, one.date) for one in found.missing] == [("A", on(13)), ("A", on(14))]
    assert found.acute is Acute.REPLACEMENT


@pytest.mark.parametrize("units", ["0.5", "2"])
def test_a_changed_dose_is_packed_anew_whether_it_rises_or_falls(units: str) -> None:
    found = change(made(plan(A, B), None), to=second(ordination(daily(dose(units)), "A"), B), since=start_of(on(14)))
    (one,) = found.discard
    assert (one.pouch.date, one.faults[0].why, one.faults[0].was) == (on(14), Why.CHANGED, 4)
    assert [(missing.product_id, missing.quarters) for missing in found.missing] == [("A", one.faults[0].becomes)]


def test_a_changed_instruction_is_on_the_pouch_and_so_discards_it() -> None:
    chewed = replace(A, instruction="Tygges")
    for old, new in ((A, chewed), (chewed, A), (chewed, replace(A, instruction="Synkes hele"))):
        found = change(made(plan(old, B), None), to=second(new, B), since=start_of(on(14)))
        assert [fault.why for one in found.discard for fault in one.faults] == [Why.INSTRUCTION]
        assert [one.instruction for one in found.missing] == [new.instruction]


def test_what_was_to_be_taken_already_is_history() -> None:
    noon = Moment(on(3), ClockTime(12, 0))
    found = change(made(plan(A, B), None), to=second(), since=noon)
    assert [one.pouch.number for one in found.discard] == list(range(6, 29))


def test_one_minute_decides_on_which_side_an_intake_lies() -> None:
    for minute, first in ((ClockTime(7, 59), 1), (ClockTime(8, 0), 1), (ClockTime(8, 1), 2)):
        found = change(made(plan(A, B), None), to=second(), since=Moment(on(1), minute))
        assert found.discard[0].pouch.number == first


def test_pause_and_resume_within_one_period() -> None:
    paused = dosage(
        structure(day(1, dose("1")), end=on(4)),
        structure(start=on(5), end=on(9)),
        structure(day(1, dose("1")), start=on(10)),
    )
    packed = made(plan(A, B), None)
    found = change(packed, to=second(ordination(paused, "A"), B))
    assert [one.pouch.date for one in found.discard] == [on(number) for number in range(5, 10)]
    assert found.missing == ()
    # The pause is called off: the pouches that were kept stay, and only the pause is packed.
    kept = packed.packed - {one.pouch.number for one in found.discard}
    again = change(MadeRoll(packed.roll, kept, ended=True), to=second(A, B))
    assert [(one.product_id, one.date) for one in again.missing] == [("A", on(number)) for number in range(5, 10)]
    assert again.discard == ()


def test_admission_after_packing_and_discharge_with_a_changed_plan() -> None:
    admitted = Absence(Presence.ADMITTED, on(4))
    packed = made(plan(A, B), None)
    gone = change(packed, to=plan(A, B), away=[admitted], since=Moment(on(3), ClockTime(12, 0)))
    assert [one.pouch.number for one in gone.discard] == list(range(7, 29))
    assert {fault.why for one in gone.discard for fault in one.faults} == {Why.AWAY}
    assert (gone.missing, gone.acute) == ((), None)
    home = replace(admitted, last=on(8))
    kept = MadeRoll(packed.roll, packed.packed - {one.pouch.number for one in gone.discard}, ended=True)
    back = change(kept, to=second(A, C), away=[home], since=start_of(on(9)))
    assert {one.product_id for one in back.missing} == {"A", "C"}
    assert (min(one.date for one in back.missing), back.discard) == (on(9), ())


def test_death_takes_everything_that_is_still_to_come() -> None:
    found = change(made(plan(A, B), 9), to=plan(A, B), away=[Absence(Presence.DEAD, on(2))])
    assert (len(found.end), found.missing, found.acute) == (1, (), None)
    assert [one.pouch.number for one in found.discard] == list(range(3, 10))


def test_an_old_roll_beside_its_acute_replacement_is_not_taken_twice() -> None:
    old, new = made(roll(plan(A), name="0000010001"), None), made(roll(plan(A), name="0000020001"), None)
    found = change(old, new, to=plan(A))
    assert {one.roll_id for one in found.discard} == {"0000020001"}
    assert {fault.why for one in found.discard for fault in one.faults} == {Why.DOUBLE}
    assert found.missing == ()


def test_a_roll_to_come_gives_way_to_what_is_sealed() -> None:
    sealed, to_come = made(roll(plan(A), name="0000020001"), None), made(roll(plan(A), name="0000010001"))
    assert change(sealed, to_come, to=plan(A)) == Change(("0000010001",), (), (), None)


def test_a_lost_roll_is_named_pouch_by_pouch_and_packed_again() -> None:
    packed = made(plan(A, B), None)
    since = Moment(on(12), ClockTime(12, 0))
    gone = lost(packed, since, SLOTS)
    assert [one.pouch.number for one in gone] == [24, 25, 26, 27, 28]
    assert {fault.why for one in gone for fault in one.faults} == {Why.LOST}
    kept = MadeRoll(packed.roll, packed.packed - {one.pouch.number for one in gone}, ended=True)
    found = change(kept, to=plan(A, B), since=since)
    assert [(one.product_id, one.date) for one in found.missing] == [
        ("A", on(13)), ("A", on(14)), ("B", on(12)), ("B", on(13)), ("B", on(14)),
    ]  # fmt: skip


def test_a_supplement_for_one_new_drug_is_a_roll_of_its_own() -> None:
    found = change(made(plan(A, B), None), to=second(A, B, C), since=start_of(on(8)))
    supplement = roll(plan_of(second(A, B, C), found.missing), Period(on(8), on(14)))
    assert [(pouch.date, len(pouch.contents)) for pouch in supplement.pouches] == [(on(n), 1) for n in range(8, 15)]
    assert {content.ordination_id for pouch in supplement.pouches for content in pouch.contents} == {C.ordination_id}
    settled = change(
        made(plan(A, B), None), MadeRoll(supplement, frozenset()), to=second(A, B, C), since=start_of(on(8))
    )
    assert settled == Change((), (), (), None)


def test_a_prescription_that_expires_on_day_nine() -> None:
    found = change(made(plan(A, B), None), to=second(replace(A, last=on(9)), B))
    assert [one.pouch.date for one in found.discard] == [on(number) for number in range(10, 15)]
    assert {content.product_id for one in found.discard for content in one.pouch.contents} == {"A"}
    assert found.missing == ()


def test_a_start_inside_the_period() -> None:
    late = replace(C, first=on(6))
    found = change(made(plan(A, B), None), to=second(A, B, late))
    assert [one.date for one in found.missing] == [on(number) for number in range(6, 15)]


def test_two_periods_are_answered_one_by_one() -> None:
    following = Period(on(15), on(28))
    delivered = made(roll(plan(A), name="0000010001"), None)
    planned = made(roll(plan(A), following, name="0000020001"))
    first, then = changes([delivered, planned], second(A, C), SLOTS, START)
    assert (first.end, first.discard, first.acute) == ((), (), Acute.SUPPLEMENT)
    assert (then.end, then.discard, then.acute) == (("0000020001",), (), Acute.CHANGE)
    assert {one.date for one in first.missing} == {on(number) for number in range(1, 15)}
    assert {one.date for one in then.missing} == {on(number) for number in range(15, 29)}


def test_two_rolls_that_meet_in_the_middle_are_one_stretch() -> None:
    front = made(roll(plan(A), Period(on(1), on(8)), name="0000010001"), None)
    rear = made(roll(plan(A), Period(on(8), on(14)), name="0000020001"), None)
    found = change(front, rear, to=plan(A))
    assert [(one.roll_id, one.pouch.date) for one in found.discard] == [("0000020001", on(8))]
    assert found.missing == ()


def test_periods_that_are_over_are_not_looked_at() -> None:
    assert changes([made(plan(A), None)], second(), SLOTS, start_of(on(15))) == ()
    assert changes([], second(A), SLOTS, START) == ()


def test_another_brand_discards_the_old_one_and_packs_the_new() -> None:
    brand = replace(A, product_id=ProductId("D"))
    found = change(made(plan(A, B), None), to=second(brand, B), since=start_of(on(13)))
    assert [str(fault) for one in found.discard for fault in one.faults] == ["A stopped (1 -> 0)"] * 2
    assert [(one.product_id, one.date) for one in found.missing] == [("D", on(13)), ("D", on(14))]


def test_half_of_a_split_dose_is_right_as_long_as_the_other_half_is_to_come() -> None:
    ten = ordination(daily(dose("10")), "A")
    half = made(plan(ten), 1)
    assert change(half, to=second(ten)) == Change((), (), (), None)
    for one, to in ((half, second(ten, B)), (replace(half, ended=True), plan(ten, revision=3))):
        found = change(one, to=to)
        # One intake is never in two rolls: what is packed of it is discarded, and all of it packed anew.
        (part,) = found.discard
        assert (part.pouch.number, list(map(str, part.faults))) == (1, ["A only a part is packed (8 -> 10)"])
        assert ("A", 40) in [(dose.product_id, dose.quarters) for dose in found.missing if dose.date == on(1)]
        assert found.acute is Acute.REPLACEMENT


def test_a_plan_that_cannot_be_dated_is_refused() -> None:
    with pytest.raises(NotPackableError):
        changes([made(plan(A))], second(ordination(daily(dose("1", as_needed=True)), "A")), SLOTS, START)


def test_fortnight_is_what_these_tests_think() -> None:
    assert (FORTNIGHT.first, FORTNIGHT.last) == (on(1), on(14))
