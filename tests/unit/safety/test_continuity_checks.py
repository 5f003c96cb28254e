"""A batch goes on where the pouches before it end: every seeded fault is found, and what is right is let pass."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from dispenser.core.change import MadeRoll
from dispenser.core.dosage import ClockTime, FreeTextDosage
from dispenser.core.ids import CitizenId, ProductId
from dispenser.core.moment import Moment
from dispenser.core.plan import MedicationPlan, Ordination
from dispenser.core.presence import Absence, Noted, Presence
from dispenser.core.product import Catalogue
from dispenser.core.remainder import due, plan_of, remaining
from dispenser.core.roll import Period, Roll
from safety import batch_codes, continuity_codes
from safety.batch_checks import check_batch
from safety.continuity_checks import Known, by_citizen, check_continuity
from safety.findings import Finding
from tests.support.medicine import (
    CITIZEN,
    EVENING,
    FORTNIGHT,
    LIMITS,
    MONDAY,
    SLOTS,
    batch,
    catalogue,
    daily,
    day,
    dosage,
    dose,
    ordination,
    plan,
    product,
    roll,
    start_of,
    structure,
)

A = ordination(daily(dose("1")), "A")
B = ordination(daily(dose("1", EVENING)), "B")
BOTH = plan(A, B)
NEXT = Period(MONDAY + timedelta(days=14), MONDAY + timedelta(days=27))


def on(number: int) -> date:
    return MONDAY + timedelta(days=number - 1)


def findings(
    *rolls: Roll,
    of: MedicationPlan,
    before: tuple[Roll, ...] = (),
    period: Period = NEXT,
    noted: Noted | None = None,
    since: Moment | None = None,
    products: Catalogue | None = None,
) -> tuple[Finding, ...]:
    notes: Mapping[CitizenId, Noted] = {CITIZEN: noted} if noted else {}
    listed = products or catalogue()
    planned = replace(batch(*rolls, period=period), catalogue_version=listed.version)
    found = check_batch(planned, {CITIZEN: of}, listed, SLOTS, before, LIMITS, notes, since)
    assert all("{" not in one.text("da") + one.text("en") for one in found)
    return found


def details(finding: Finding) -> dict[str, Any]:
    return dict(finding.details)


def following(of: MedicationPlan, period: Period = NEXT, products: Catalogue | None = None) -> Roll:
    return roll(of, period, products, name="0000020001")


def test_one_period_after_the_other_is_right() -> None:
    assert findings(following(BOTH), of=BOTH, before=(roll(BOTH),), since=start_of(on(11))) == ()


def test_days_between_two_rolls_are_a_gap() -> None:
    short = roll(BOTH, Period(on(1), on(11)))
    (gap,) = findings(following(BOTH), of=BOTH, before=(short,), since=start_of(on(10)))
    assert gap.code is continuity_codes.GAP_AHEAD
    assert details(gap) == {"days": "3", "first": str(on(12)), "last": str(on(14))}


def test_days_that_are_over_are_told_and_hold_nothing() -> None:
    short = roll(BOTH, Period(on(1), on(11)))
    behind, ahead = findings(following(BOTH), of=BOTH, before=(short,), since=start_of(on(14)))
    assert (behind.code, details(behind)["days"]) == (continuity_codes.GAP_BEHIND, "2")
    assert (ahead.code, details(ahead)["days"]) == (continuity_codes.GAP_AHEAD, "1")


def test_a_roll_that_ended_early_leaves_a_gap() -> None:
    whole = roll(BOTH)
    kept = MadeRoll(whole, frozenset(range(1, 21)), ended=True).live()
    (gap,) = findings(following(BOTH), of=BOTH, before=(kept,), since=start_of(on(5)))
    assert (gap.code, details(gap)["first"]) == (continuity_codes.GAP_AHEAD, str(on(11)))


def test_a_hold_a_pause_and_a_stop_explain_a_gap() -> None:
    short = roll(BOTH, Period(on(1), on(11)))
    held = Noted((Absence(Presence.HOLD, on(12), on(14)),))
    assert findings(following(BOTH), of=BOTH, before=(short,), noted=held, since=start_of(on(5))) == ()
    paused = plan(
        ordination(
            dosage(
                structure(day(1, dose("1")), end=on(11)),
                structure(start=on(12), end=on(14)),
                structure(day(1, dose("1")), start=on(15)),
            )
        )
    )
    assert findings(following(paused), of=paused, before=(roll(paused, short.period),)) == ()
    stopped = plan(replace(A, last=on(11)))
    assert findings(of=stopped, before=(short,)) == ()


def alternate(start: date, units: str = "1") -> Ordination:
    return ordination(dosage(structure(day(1, dose(units)), interval=2, start=start)), "A")


def test_a_cycle_saved_again_with_another_start_is_asked_about() -> None:
    old, new = plan(alternate(on(1))), plan(replace(alternate(on(16)), ordination_id="renewed"), revision=2)
    (shift,) = findings(following(new), of=new, before=(roll(old),))
    assert shift.code is continuity_codes.PHASE_SHIFT
    assert details(shift) | {"product": "A"} == {
        "product": "A",
        "interval": "2",
        "last_packed": str(on(13)),
        "expected": str(on(15)),
        "planned": str(on(16)),
    }


def test_a_cycle_that_goes_on_is_right_whatever_its_start_and_its_dose() -> None:
    old = plan(alternate(on(1)))
    for start in (1, 15, 17, 29):
        new = plan(alternate(on(start), "2") if start < 29 else alternate(on(1)), revision=2)
        assert findings(following(new), of=new, before=(roll(old),)) == ()


def test_a_shift_that_somebody_confirmed_passes() -> None:
    old, new = plan(alternate(on(1))), plan(alternate(on(16)), revision=2)
    confirmed = Noted(phases=frozenset({(ProductId("A"), on(16))}))
    assert findings(following(new), of=new, before=(roll(old),), noted=confirmed) == ()
    other = Noted(phases=frozenset({(ProductId("A"), on(18))}))
    assert len(findings(following(new), of=new, before=(roll(old),), noted=other)) == 1


def test_another_dosage_is_no_shift() -> None:
    old = BOTH
    weekly = ordination(dosage(structure(day(1, dose("1")), interval=7, start=on(16))), "A")
    new = plan(weekly, B, revision=2)
    assert findings(following(new), of=new, before=(roll(old),)) == ()


def test_a_shift_is_found_after_an_admission_too() -> None:
    away = Noted((Absence(Presence.ADMITTED, on(9), on(14)),))
    old, new = plan(alternate(on(1))), plan(alternate(on(16)), revision=2)
    packed = roll(plan_of(old, due(old, FORTNIGHT, SLOTS, away.absences)))
    (shift,) = findings(following(new), of=new, before=(packed,), noted=away)
    assert (details(shift)["last_packed"], details(shift)["planned"]) == (str(on(7)), str(on(16)))
    assert findings(following(old), of=old, before=(packed,), noted=away) == ()


@settings(max_examples=60, deadline=None)
@given(st.integers(2, 13), st.integers(0, 12), st.sets(st.integers(1, 13), min_size=1, max_size=4))
def test_every_shift_of_every_cycle_is_found(interval: int, shift: int, numbers: set[int]) -> None:
    days = sorted({(number - 1) % interval + 1 for number in numbers})
    cycle = structure(*(day(number, dose("1")) for number in days), interval=interval)
    old = plan(ordination(dosage(cycle), "A"))
    new = plan(ordination(dosage(replace(cycle, start=on(1 + shift - interval * 3))), "A"), revision=2)
    packed, planned = (
        {pouch.date for pouch in roll(one, period).pouches} for one, period in ((old, NEXT), (new, NEXT))
    )
    flipped = packed != planned
    found = findings(following(new), of=new, before=(roll(old),)) if planned else ()
    assert ({one.code for one in found} == {continuity_codes.PHASE_SHIFT}) is (flipped and bool(planned))


def test_what_was_stopped_and_is_still_in_use_holds() -> None:
    half = Period(on(8), on(14))
    stopped = plan(A, ordination(daily(dose("1")), "C"), revision=2)
    rest = plan_of(stopped, remaining(due(stopped, half, SLOTS), roll(BOTH).pouches))
    found = findings(
        roll(rest, half, name="0000020001"), of=stopped, before=(roll(BOTH),), period=half, since=start_of(on(8))
    )
    assert {one.code for one in found} == {continuity_codes.NOT_DISCARDED, batch_codes.DAY_TOTAL}
    stale = [details(one) for one in found if one.code is continuity_codes.NOT_DISCARDED]
    assert [one["date"] for one in stale] == [str(on(number)) for number in range(8, 15)]
    assert {one["product"] for one in stale} == {"B"}


def test_a_supplement_beside_what_stays_is_right() -> None:
    half = Period(on(8), on(14))
    added = plan(A, B, ordination(daily(dose("1")), "C"), revision=2)
    rest = plan_of(added, remaining(due(added, half, SLOTS), roll(BOTH).pouches))
    supplement = roll(rest, half, name="0000020001")
    assert findings(supplement, of=added, before=(roll(BOTH),), period=half) == ()
    doubled = roll(added, half, name="0000020001")
    assert {batch_codes.OVERLAP, batch_codes.EXTRA_DOSE} <= {
        one.code for one in findings(doubled, of=added, before=(roll(BOTH),), period=half)
    }


def test_a_pouch_dated_in_an_absence_is_refused() -> None:
    away = Noted((Absence(Presence.DEAD, on(16)),))
    found = findings(following(BOTH), of=BOTH, noted=away)
    assert continuity_codes.DURING_ABSENCE in {one.code for one in found}
    assert batch_codes.EXTRA_DOSE in {one.code for one in found}
    present = roll(plan_of(BOTH, due(BOTH, NEXT, SLOTS, away.absences)), NEXT, name="0000020001")
    assert findings(present, of=BOTH, noted=away) == ()


def test_what_was_to_be_taken_already_is_not_asked_for() -> None:
    since = Moment(on(15), ClockTime(12, 0))
    late = roll(plan_of(BOTH, due(BOTH, NEXT, SLOTS, since=since)), NEXT, name="0000020001")
    assert len(late.pouches) == 27
    assert findings(late, of=BOTH, since=since) == ()


def brands() -> Catalogue:
    listed = [
        replace(product(name), substitution_group="0042", appearance=looks, appearance_invented=False)
        for name, looks in (("A", "hvid, rund"), ("D", "gul, oval"))
    ]
    return catalogue(*listed, product("B"))


def test_another_brand_is_told_with_its_looks() -> None:
    new = plan(replace(A, product_id=ProductId("D")), B, revision=2)
    rolls = following(new, products=brands()), roll(BOTH, products=brands())
    (change,) = findings(rolls[0], of=new, before=rolls[1:], products=brands())
    assert change.code is continuity_codes.BRAND_CHANGED
    assert "A 5 mg (hvid, rund) is replaced by D 5 mg (gul, oval)" in change.text("en")
    assert findings(following(BOTH, products=brands()), of=BOTH, before=rolls[1:], products=brands()) == ()


def test_one_brand_and_back_again_in_a_period_holds() -> None:
    other = plan(replace(A, product_id=ProductId("D")), revision=2)
    back = plan(A, revision=3)
    before = (
        roll(plan(A), Period(on(1), on(4)), brands()),
        roll(other, Period(on(5), on(9)), brands(), name="0000010002"),
    )
    rest = roll(back, Period(on(10), on(14)), brands(), name="0000020001")
    since = start_of(on(10))
    found = findings(rest, of=back, before=before, period=FORTNIGHT, since=since, products=brands())
    assert {one.code for one in found} == {continuity_codes.BRAND_TWICE, continuity_codes.BRAND_CHANGED}
    once = roll(other, Period(on(5), on(14)), brands(), name="0000020001")
    (change,) = findings(once, of=other, before=before[:1], period=FORTNIGHT, since=start_of(on(5)), products=brands())
    assert change.code is continuity_codes.BRAND_CHANGED


def test_a_roll_of_nobody_beside_rolls_in_use_is_told_once() -> None:
    known = Known(catalogue(), SLOTS, by_citizen((roll(BOTH),)), {})
    assert check_continuity(batch(following(BOTH), period=NEXT), {}, known) == ()


def test_plain_doses_are_a_gap_too() -> None:
    plain = plan(ordination(daily(dose("1", None)), "A"))
    (gap,) = findings(following(plain), of=plain, before=(roll(plain, Period(on(1), on(11))),))
    assert details(gap) == {"days": "3", "first": str(on(12)), "last": str(on(14))}


def test_days_of_two_rolls_are_supplied() -> None:
    halves = roll(BOTH, Period(on(1), on(7))), roll(BOTH, Period(on(8), on(14)), name="0000010002")
    for before in (halves, halves[::-1]):
        assert findings(following(BOTH), of=BOTH, before=before) == ()


def test_what_is_in_use_at_named_and_at_clock_times_is_listed() -> None:
    both = plan(ordination(daily(dose("1"), dose("1", ClockTime(7, 30))), "C"))
    known = Known(catalogue(), SLOTS, by_citizen((roll(both, Period(on(15), on(15))),)), {})
    listed = check_continuity(batch(period=NEXT), {CITIZEN: plan()}, known)
    assert {details(one)["slot"] for one in listed} == {"morning", "07:30"}


def test_a_line_in_words_has_no_cycle() -> None:
    words = plan(A, B, ordination(FreeTextDosage("ord"), "C"))
    assert {one.code for one in findings(following(BOTH), of=words, before=(roll(BOTH),))} == {
        batch_codes.NOT_VERIFIABLE
    }
