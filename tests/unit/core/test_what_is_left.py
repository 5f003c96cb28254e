"""What of a plan is still to be packed when pouches exist: nothing twice, nothing changed on the way."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from dispenser.core.acute import Acute
from dispenser.core.change import MadeRoll, Why, changes, lost
from dispenser.core.dosage import StructuredDosage
from dispenser.core.ids import OrdinationId, RollId
from dispenser.core.moment import Moment
from dispenser.core.pouch import Dose, Pouch
from dispenser.core.remainder import due, plan_by_product, plan_of, remaining, roll_by_product
from dispenser.core.replacing import Gone, acute_of
from dispenser.core.roll import Period, Roll
from tests.support.medicine import (
    EVENING,
    MONDAY,
    MORNING,
    SLOTS,
    clock,
    daily,
    dose,
    ordination,
    plan,
    roll,
    start_of,
)

TWO_DAYS = Period(MONDAY, MONDAY + timedelta(days=1))
ONE_DAY = Period(MONDAY, MONDAY)
LINE = ordination(replace(daily(dose("1.5"), dose("2", EVENING)), unit="kapsel"), "A", "line-1", instruction="Tygges")


def told(doses: tuple[Dose, ...]) -> list[tuple[str, date, object, int]]:
    return [(one.ordination_id, one.date, one.slot, one.quarters) for one in doses]


def test_a_day_begins_with_its_first_minute_and_not_after() -> None:
    begin = start_of(MONDAY)
    assert begin == Moment(MONDAY, clock("00:00"))
    assert begin.is_before(MONDAY, clock("00:00"), SLOTS)
    assert not begin.is_before(MONDAY - timedelta(days=1), clock("23:59"), SLOTS)
    assert Moment(MONDAY, clock("08:00")).is_before(MONDAY, MORNING, SLOTS)
    assert not Moment(MONDAY, clock("08:01")).is_before(MONDAY, MORNING, SLOTS)


def test_a_plan_of_doses_says_them_and_is_otherwise_the_plan() -> None:
    whole = plan(LINE, ordination(daily(dose("1")), "B"), revision=7)
    doses = due(plan(LINE), TWO_DAYS, SLOTS)[1:]
    made = plan_of(whole, doses)
    assert (made.citizen_id, made.revision) == (whole.citizen_id, 7)
    (line,) = made.ordinations
    assert (line.ordination_id, line.product_id, line.instruction) == ("line-1", "A", "Tygges")
    assert (line.first, line.last) == (MONDAY, TWO_DAYS.last)
    assert isinstance(line.dosage, StructuredDosage)
    assert line.dosage.unit == "kapsel"
    assert [(one.start, one.end) for one in line.dosage.structures] == [(MONDAY, TWO_DAYS.last)]
    assert due(made, Period(MONDAY - timedelta(days=9), MONDAY + timedelta(days=99)), SLOTS) == doses


def test_a_tablet_that_was_packed_for_another_line_serves_one_line_only_once() -> None:
    old = roll(plan(ordination(daily(dose("1.5")), "A", "old")), ONE_DAY)
    lines = [ordination(daily(dose("1")), "A", name) for name in ("new-1", "new-2", "new-3")]
    left = remaining(due(plan(*lines), ONE_DAY, SLOTS), old.pouches)
    assert told(left) == [("new-2", MONDAY, MORNING, 2), ("new-3", MONDAY, MORNING, 4)]


def test_a_tablet_serves_the_line_that_it_was_packed_for_before_any_other() -> None:
    old = roll(plan(ordination(daily(dose("1")), "A", "second")), ONE_DAY)
    lines = [ordination(daily(dose("1")), "A", name) for name in ("first", "second")]
    assert told(remaining(due(plan(*lines), ONE_DAY, SLOTS), old.pouches)) == [("first", MONDAY, MORNING, 4)]


def test_a_lost_pouch_is_told_by_its_roll_and_all_that_it_held() -> None:
    made = roll(plan(LINE, ordination(daily(dose("0.5")), "B")), ONE_DAY, name="0000010009")
    first, second = lost(MadeRoll(made, frozenset({1, 2})), start_of(MONDAY), SLOTS)
    assert (first.roll_id, first.pouch, second.roll_id) == ("0000010009", made.pouches[0], "0000010009")
    assert [(one.product_id, one.why, one.was, one.becomes) for one in first.faults] == [
        ("A", Why.LOST, 6, 6),
        ("B", Why.LOST, 2, 2),
    ]
    assert lost(MadeRoll(made, frozenset({2})), start_of(MONDAY), SLOTS) == (second,)


def test_an_ended_roll_is_its_sealed_pouches_and_reaches_to_the_last_of_them() -> None:
    made = roll(plan(LINE), TWO_DAYS)
    assert MadeRoll(made, frozenset({1})).live() == made
    ended = MadeRoll(made, frozenset({1}), ended=True).live()
    assert (ended.period, ended.pouches) == (ONE_DAY, made.pouches[:1])
    assert MadeRoll(made, frozenset(), ended=True).live() == replace(made, pouches=())


def test_a_part_that_is_still_to_come_goes_with_a_part_whose_roll_ends() -> None:
    one, two = (ordination(daily(dose("1")), "A", name) for name in ("line-1", "line-2"))
    evening = ordination(daily(dose("1", EVENING)), "B")
    first = roll(plan(one), TWO_DAYS, name="0000000001")
    second = roll(plan(two, evening), TWO_DAYS, name="0000000002")
    made = [MadeRoll(first, frozenset()), MadeRoll(second, frozenset())]
    (found,) = changes(made, plan(one, two, revision=2), SLOTS, start_of(MONDAY), ())
    assert (found.end, found.discard, found.acute) == ((first.roll_id, second.roll_id), (), Acute.CHANGE)
    assert sorted(told(found.missing)) == [
        (name, day, MORNING, 4) for name in ("line-1", "line-2") for day in (TWO_DAYS.first, TWO_DAYS.last)
    ]


def test_by_product_a_renewed_line_makes_the_same_roll_of_the_same_plan() -> None:
    other = ordination(daily(dose("1", EVENING)), "B", "line-2", instruction="Synkes hele")
    renewed = replace(LINE, ordination_id=OrdinationId("renewed"))
    old, new = roll(plan(LINE, other), TWO_DAYS), roll(plan(renewed, other), TWO_DAYS)
    assert old != new
    assert roll_by_product(old) == roll_by_product(new)
    assert plan_by_product(plan(LINE, other)) == plan_by_product(plan(renewed, other))
    assert roll_by_product(old) == roll(plan_by_product(plan(LINE, other)), TWO_DAYS)
    told_apart = plan_by_product(plan(LINE, other))
    assert [(one.ordination_id, one.product_id) for one in told_apart.ordinations] == [("A", "A"), ("B", "B")]
    assert roll_by_product(roll(plan(replace(LINE, instruction="")), TWO_DAYS)) != roll_by_product(old)


def named(name: str) -> Roll:
    return roll(plan(LINE), ONE_DAY, name=f"000000000{name}")


def gone(name: str, pouch: Pouch, acute: Acute = Acute.LOST) -> Gone:
    return Gone(RollId(f"000000000{name}"), pouch, acute)


@pytest.mark.parametrize(
    ("live", "expected"),
    [("", Acute.LOST), ("1", Acute.LOST), ("2", Acute.LOST), ("3", Acute.SUPPLEMENT), ("31", Acute.SUPPLEMENT)],
)
def test_a_pouch_that_is_gone_counts_until_a_younger_roll_stands_in_its_time(live: str, expected: Acute) -> None:
    missing = due(plan(LINE), ONE_DAY, SLOTS)
    rolls = [named(name) for name in live]
    assert acute_of(missing, [gone("2", named("2").pouches[0])], rolls) is expected


def test_only_what_was_gone_at_a_missing_time_counts_and_the_gravest_names_the_roll() -> None:
    morning, evening = named("2").pouches
    missing = [one for one in due(plan(LINE), ONE_DAY, SLOTS) if one.slot == MORNING]
    assert acute_of(missing, [gone("2", evening)], []) is None
    every = [gone("2", morning, why) for why in (Acute.CHANGE, Acute.REPLACEMENT, Acute.LOST)]
    for count, expected in ((1, Acute.CHANGE), (2, Acute.REPLACEMENT), (3, Acute.LOST)):
        assert acute_of(missing, every[:count], [named("1")]) is expected
