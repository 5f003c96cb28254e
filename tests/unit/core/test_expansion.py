"""What every date gets: FMK's expansion rules, and the dosages that no machine may pack."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from dispenser.core import reasons
from dispenser.core.dosage import Dosage, FreeTextDosage, LocalSchemaDosage, Slot
from dispenser.core.expander import NotPackableError
from dispenser.core.expansion import expand
from dispenser.core.plan import Ordination
from dispenser.core.reasons import why_not_packable
from dispenser.core.roll import Period
from dispenser.core.slots import SlotTable
from tests.support.medicine import (
    EVENING,
    FORTNIGHT,
    MONDAY,
    MORNING,
    NIGHT,
    NOON,
    SLOTS,
    clock,
    daily,
    day,
    dosage,
    dose,
    ordination,
    structure,
)


def found(line: Ordination, period: Period = FORTNIGHT, slots: SlotTable = SLOTS) -> list[tuple[date, Slot, int]]:
    return [(one.date, one.slot, one.quarters) for one in expand(line, period, slots)]


def dates(line: Ordination, period: Period = FORTNIGHT) -> list[int]:
    return [(one.date - MONDAY).days for one in expand(line, period, SLOTS)]


def test_every_day_in_slot_order() -> None:
    line = ordination(daily(dose("1", EVENING), dose("0.5", MORNING), dose("1", clock("07:30"))))
    assert found(line, Period(MONDAY, MONDAY)) == [
        (MONDAY, clock("07:30"), 4),
        (MONDAY, MORNING, 2),
        (MONDAY, EVENING, 4),
    ]
    assert len(found(line)) == 3 * 14


def test_both_ends_are_inclusive_and_end_may_be_the_start() -> None:
    one_day = ordination(dosage(structure(day(1, dose("1")), start=MONDAY, end=MONDAY)))
    assert dates(one_day) == [0]


@pytest.mark.parametrize(
    ("interval", "expected"),
    [(2, [0, 2, 4, 6, 8, 10, 12]), (3, [0, 3, 6, 9, 12]), (5, [0, 5, 10]), (28, [0]), (90, [0])],
)
def test_cycles_over_a_fortnight(interval: int, expected: list[int]) -> None:
    assert dates(ordination(dosage(structure(day(1, dose("1")), interval=interval)))) == expected


@pytest.mark.parametrize(("interval", "expected"), [(2, [1, 3, 5, 7, 9, 11, 13]), (5, [2, 7, 12]), (28, [9]), (90, [])])
def test_cycles_that_began_long_before_keep_their_phase(interval: int, expected: list[int]) -> None:
    began = MONDAY - timedelta(days=103)
    assert dates(ordination(dosage(structure(day(1, dose("1")), interval=interval, start=began)))) == expected


@pytest.mark.parametrize("interval", [7, 14])
def test_the_last_day_of_a_weekly_cycle_is_not_lost(interval: int) -> None:
    doses = [day(number, dose(str(number))) for number in range(1, interval + 1)]
    got = found(ordination(dosage(structure(*doses, interval=interval))))
    assert [quarters // 4 for _, _, quarters in got] == [number % interval + 1 for number in range(14)]


def test_weekday_follows_the_start_date() -> None:
    tuesday = MONDAY + timedelta(days=1)
    line = ordination(dosage(structure(day(1, dose("1")), day(4, dose("1")), interval=7, start=tuesday)))
    assert [at.strftime("%a") for at, _, _ in found(line)] == ["Tue", "Fri", "Tue", "Fri"]


def test_interval_longer_than_the_treatment_is_given_once() -> None:
    line = ordination(dosage(structure(day(1, dose("1")), interval=90, end=MONDAY + timedelta(days=9))))
    assert dates(line) == [0]


def test_taper_with_missing_days_is_not_repeated() -> None:
    taper = structure(day(1, dose("3")), day(2, dose("2")), day(5, dose("1")), interval=0)
    assert found(ordination(dosage(taper))) == [
        (MONDAY, MORNING, 12),
        (MONDAY + timedelta(days=1), MORNING, 8),
        (MONDAY + timedelta(days=4), MORNING, 4),
    ]
    past = structure(day(1, dose("3")), interval=0, start=MONDAY - timedelta(days=1))
    assert found(ordination(dosage(past))) == []
    far = structure(day(10**9, dose("3")), interval=0)
    assert found(ordination(dosage(far))) == []


def test_explicit_zero_gives_no_dose() -> None:
    line = ordination(dosage(structure(day(1, dose("1")), day(2, dose("0")), interval=2)))
    assert dates(line) == [0, 2, 4, 6, 8, 10, 12]


def test_declared_pause_and_change_inside_the_period() -> None:
    line = ordination(
        dosage(
            structure(day(1, dose("1")), end=MONDAY + timedelta(days=2)),
            structure(start=MONDAY + timedelta(days=3), end=MONDAY + timedelta(days=9)),
            structure(day(1, dose("2")), start=MONDAY + timedelta(days=10)),
        )
    )
    assert dates(line) == [0, 1, 2, 10, 11, 12, 13]
    assert [quarters for *_, quarters in found(line)] == [4, 4, 4, 8, 8, 8, 8]


def test_treatment_limits_the_dosage() -> None:
    line = ordination(daily(dose("1")), first=MONDAY + timedelta(days=3), last=MONDAY + timedelta(days=5))
    assert dates(line) == [3, 4, 5]
    over = ordination(daily(dose("1")), first=date(2020, 1, 1), last=MONDAY - timedelta(days=1))
    assert dates(over) == []


@pytest.mark.parametrize(
    ("count", "slots"),
    [(1, [MORNING]), (2, [MORNING, EVENING]), (3, [MORNING, NOON, EVENING]), (4, [MORNING, NOON, EVENING, NIGHT])],
)
def test_plain_doses_follow_the_signed_table(count: int, slots: list[Slot]) -> None:
    line = ordination(daily(*[dose("1", None)] * count))
    assert [slot for _, slot, _ in found(line, Period(MONDAY, MONDAY))] == slots


def test_plain_doses_keep_their_order_and_a_zero_its_place() -> None:
    line = ordination(daily(dose("1", None), dose("0", None), dose("2", None)))
    assert found(line, Period(MONDAY, MONDAY)) == [(MONDAY, MORNING, 4), (MONDAY, EVENING, 8)]


def test_doses_that_meet_in_a_slot_are_one_dose() -> None:
    twice = SlotTable(plain={5: (MORNING, MORNING, NOON, EVENING, NIGHT)})
    line = ordination(daily(*[dose("0.5", None)] * 5, dose("1", MORNING)))
    assert found(line, Period(MONDAY, MONDAY), twice)[0] == (MONDAY, MORNING, 8)


def test_halves_and_quarters_are_exact() -> None:
    line = ordination(daily(dose("1.5"), dose("2.5", NOON), dose("0.25", EVENING)))
    assert [quarters for *_, quarters in found(line, Period(MONDAY, MONDAY))] == [6, 10, 1]


@pytest.mark.parametrize(
    ("first", "days"),
    [
        (date(2026, 10, 19), 14),  # clocks go back on 2026-10-25
        (date(2027, 3, 22), 14),  # clocks go forward on 2027-03-28
        (date(2028, 2, 22), 14),  # 29 February 2028
        (date(2026, 12, 28), 7),  # ISO week 53 and new year
    ],
)
def test_no_civil_day_is_lost_or_doubled(first: date, days: int) -> None:
    period = Period(first, first + timedelta(days=days - 1))
    line = ordination(
        dosage(structure(day(1, dose("1"), dose("1", clock("02:30"))), start=first - timedelta(days=100)))
    )
    got = found(line, period)
    assert [at for at, slot, _ in got if slot == MORNING] == [first + timedelta(days=n) for n in range(days)]
    assert [at for at, slot, _ in got if slot == clock("02:30")] == [first + timedelta(days=n) for n in range(days)]


@pytest.mark.parametrize(
    ("how", "reason"),
    [
        (FreeTextDosage("efter skriftlig anvisning"), reasons.FREE_TEXT),
        (LocalSchemaDosage(), reasons.LOCAL_SCHEMA),
        (dosage(), reasons.NO_STRUCTURE),
        (daily(dose("1", as_needed=True)), reasons.AS_NEEDED),
        (daily(dose(("1", "2"))), reasons.RANGE),
        (dosage(structure(day(0, dose("1")), interval=0)), reasons.DAY_NOT_FIXED),
        (dosage(structure(day(8, dose("1")), interval=7)), reasons.DAY_OUTSIDE_CYCLE),
        (dosage(structure(day(1, dose("1")), day(1, dose("1")), interval=7)), reasons.DAY_TWICE),
        (dosage(structure(day(1))), reasons.DAY_WITHOUT_DOSE),
        (daily(dose("0.028")), reasons.NOT_QUARTERS),
        (daily(dose("13.6")), reasons.NOT_QUARTERS),
        (daily(dose("-1")), reasons.NOT_A_QUANTITY),
        (daily(dose("NaN")), reasons.NOT_A_QUANTITY),
        (daily(*[dose("1", None)] * 5), reasons.PLAIN_UNMAPPED),
        (dosage(structure(day(1, dose("1")), interval=-1)), reasons.INTERVAL_OUT_OF_RANGE),
        (dosage(structure(day(1, dose("1")), end=date(2020, 1, 1))), reasons.ENDS_BEFORE_START),
    ],
)
def test_what_a_human_must_decide(how: Dosage, reason: str) -> None:
    line = ordination(how)
    assert why_not_packable(line.dosage, SLOTS) == (reason,)
    with pytest.raises(NotPackableError, match=reason) as caught:
        expand(line, FORTNIGHT, SLOTS)
    assert (caught.value.ordination_id, caught.value.reasons) == (line.ordination_id, (reason,))


@pytest.mark.parametrize(
    ("earlier_end", "later_start", "expected"),
    [
        (None, 5, (reasons.OVERLAPPING_STRUCTURES,)),
        (5, 5, (reasons.OVERLAPPING_STRUCTURES,)),
        (5, 6, ()),
        (5, 7, (reasons.GAP_BETWEEN_STRUCTURES,)),
    ],
)
def test_structures_must_follow_each_other(
    earlier_end: int | None, later_start: int, expected: tuple[str, ...]
) -> None:
    end = None if earlier_end is None else MONDAY + timedelta(days=earlier_end)
    later = structure(day(1, dose("1")), start=MONDAY + timedelta(days=later_start))
    assert why_not_packable(ordination(dosage(later, structure(day(1, dose("1")), end=end))).dosage, SLOTS) == expected


def test_every_reason_is_named_at_once() -> None:
    line = ordination(dosage(structure(day(0, dose(("1", "2"), None, as_needed=True)), interval=-2)))
    assert why_not_packable(line.dosage, SLOTS) == (
        reasons.INTERVAL_OUT_OF_RANGE,
        reasons.AS_NEEDED,
        reasons.RANGE,
        reasons.DAY_NOT_FIXED,
    )


def test_maximum_beside_fixed_is_left_to_a_human() -> None:
    combined = daily(dose("2"), dose(("1", "2"), None, as_needed=True))
    assert reasons.AS_NEEDED in why_not_packable(ordination(combined).dosage, SLOTS)


def test_amounts_are_summed_exactly() -> None:
    total = sum(Decimal(quarters) / 4 for *_, quarters in found(ordination(daily(dose("0.25"), dose("1.75", NOON)))))
    assert total == 28
