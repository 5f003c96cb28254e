"""How expansions of two dosages, or over two windows, must stand to each other, whatever the dosage is."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from hypothesis import assume, given
from hypothesis import strategies as st

from dispenser.core.dosage import DosageDay, DosageStructure, DoseRange, OrderedDose, PartOfDay, StructuredDosage
from dispenser.core.expander import Expander
from dispenser.core.expansion import ordered_intakes
from dispenser.core.limits import EARLIEST
from dispenser.core.plan import Ordination
from dispenser.core.roll import Period
from tests.support.expansions import (
    Case,
    Expanded,
    by_patterns,
    cases,
    dosages,
    machine_form,
    machine_forms_agree,
    ordered_forms_agree,
)
from tests.support.medicine import SLOTS, ordination

lengths = st.integers(0, 40)


def line(dosage: StructuredDosage, name: str = "A") -> Ordination:
    return ordination(dosage, name, first=EARLIEST)


def later(day: date, days: int) -> date:
    return day + timedelta(days=days)


def each(structure: DosageStructure, change: Callable[[Decimal], Decimal]) -> DosageStructure:
    """The same structure with every amount changed."""
    return replace(
        structure,
        days=tuple(
            replace(day, doses=tuple(replace(dose, amount=change(exactly(dose))) for dose in day.doses))
            for day in structure.days
        ),
    )


def exactly(dose: OrderedDose) -> Decimal:
    assert not isinstance(dose.amount, DoseRange)
    return dose.amount


def moved(dosage: StructuredDosage, days: int) -> StructuredDosage:
    """The same dosage, starting and ending so many days later."""
    return replace(
        dosage,
        structures=tuple(
            replace(one, start=later(one.start, days), end=one.end and later(one.end, days))
            for one in dosage.structures
        ),
    )


def only(found: Expanded, first: date, last: date) -> Expanded:
    return {(at, slot): count for (at, slot), count in found.items() if first <= at <= last}


@st.composite
def cycles(draw: st.DrawFn) -> tuple[DosageStructure, Period]:
    """One structure with days, that starts before the window does."""
    dosage, window = draw(cases())
    structure = dosage.structures[0]
    assume(structure.days and structure.interval)
    return replace(structure, start=later(window.first, -draw(lengths)), end=None), window


@given(cases())
def test_two_expansions_agree_on_quarters_for_a_machine(case: Case) -> None:
    machine_forms_agree(*case)


@given(cases("ml"))
def test_two_expansions_agree_on_exact_quantities(case: Case) -> None:
    ordered_forms_agree(*case)


@given(cases(), lengths)
def test_a_window_split_in_two_is_the_whole(case: Case, cut: int) -> None:
    dosage, window = case
    assume(cut < window.days - 1)
    parts = Period(window.first, later(window.first, cut)), Period(later(window.first, cut + 1), window.last)
    first, second = (machine_form(line(dosage), part) for part in parts)
    assert first | second == machine_form(line(dosage), window)
    assert first.keys().isdisjoint(second)
    halves = [intake for part in parts for intake in ordered_intakes(dosage, part)]
    assert halves == list(ordered_intakes(dosage, window))


@given(cases(), st.integers(-500, 3000))
def test_everything_some_days_later_gives_the_same_doses_as_many_days_later(case: Case, days: int) -> None:
    dosage, window = case
    assume(min(one.start for one in dosage.structures) >= later(EARLIEST, 500))
    found = machine_form(line(moved(dosage, days)), Period(later(window.first, days), later(window.last, days)))
    assert found == {(later(at, days), slot): n for (at, slot), n in machine_form(line(dosage), window).items()}


@given(cycles(), st.integers(1, 9))
def test_a_cycle_that_began_whole_cycles_earlier_is_the_same_cycle(
    case: tuple[DosageStructure, Period], n: int
) -> None:
    structure, window = case
    earlier = replace(structure, start=later(structure.start, -n * structure.interval))
    dosage = StructuredDosage("ml", (structure,))
    assume(earlier.start >= EARLIEST)
    assume(any(exactly(dose) for day in structure.days for dose in day.doses))
    assert ordered_intakes(replace(dosage, structures=(earlier,)), window) == ordered_intakes(dosage, window)


@given(cases(), dosages())
def test_two_medicines_together_are_each_of_them_alone(case: Case, other: StructuredDosage) -> None:
    dosage, window = case
    lines = [line(dosage, "A"), line(other, "B")]
    alone = [machine_form(one, window) for one in lines]
    assert by_patterns(lines, Expander(window, SLOTS)) == alone
    assert by_patterns(lines[::-1], Expander(window, SLOTS)) == alone[::-1]


@given(cycles(), lengths, st.integers(1, 5))
def test_a_pause_takes_away_the_paused_days_and_nothing_else(
    case: tuple[DosageStructure, Period], after: int, n: int
) -> None:
    structure, window = case
    assume(any(exactly(dose) for day in structure.days for dose in day.doses))
    # Back in step: what follows a pause starts a cycle of its own.
    resumed = later(structure.start, (after // structure.interval + n) * structure.interval)
    paused = later(structure.start, after + 1), later(resumed, -1)
    assume(paused[0] <= paused[1])
    with_pause = (
        replace(structure, end=later(paused[0], -1)),
        DosageStructure(1, *paused, ()),
        replace(structure, start=resumed),
    )
    whole = machine_form(line(StructuredDosage("tablet", (structure,))), window)
    found = machine_form(line(StructuredDosage("tablet", with_pause)), window)
    assert found == {when: count for when, count in whole.items() if not paused[0] <= when[0] <= paused[1]}


@given(cases(), st.integers(1, 60))
def test_a_later_end_only_adds(case: Case, days: int) -> None:
    dosage, window = case
    *before, last = sorted(dosage.structures, key=lambda one: one.start)
    assume(last.end is not None)
    assert last.end is not None
    longer = replace(dosage, structures=(*before, replace(last, end=later(last.end, days))))
    found = machine_form(line(longer), window)
    assert only(found, date.min, last.end) == machine_form(line(dosage), window)
    assert only(found, later(last.end, days + 1), date.max) == {}


@given(cases(), lengths, lengths)
def test_a_treatment_cuts_a_dosage_on_both_sides(case: Case, first: int, days: int) -> None:
    dosage, window = case
    begin, end = later(window.first, first - 10), later(window.first, first - 10 + days)
    whole = machine_form(line(dosage), window)
    assert machine_form(replace(line(dosage), first=begin), window) == only(whole, begin, date.max)
    assert machine_form(replace(line(dosage), first=begin, last=end), window) == only(whole, begin, end)


@given(cases(), st.integers(2, 8))
def test_so_many_times_the_quantity_is_so_many_times_the_doses(case: Case, factor: int) -> None:
    dosage, window = case
    more = replace(dosage, structures=tuple(each(one, lambda amount: amount * factor) for one in dosage.structures))
    found = machine_form(line(more), window)
    assert found == {when: count * factor for when, count in machine_form(line(dosage), window).items()}


@given(cases())
def test_the_order_of_structures_and_days_says_nothing(case: Case) -> None:
    dosage, window = case
    backwards = tuple(replace(one, days=one.days[::-1]) for one in dosage.structures[::-1])
    again = replace(dosage, structures=backwards)
    assert machine_form(line(again), window) == machine_form(line(dosage), window)
    assert sorted(map(repr, ordered_intakes(again, window))) == sorted(map(repr, ordered_intakes(dosage, window)))


@given(st.data())
def test_an_expander_for_many_citizens_gives_each_what_one_of_their_own_gives(data: st.DataObject) -> None:
    dosage, window = data.draw(cases())
    shared = [one.days for one in dosage.structures]
    many = Expander(window, SLOTS)
    for _ in range(data.draw(st.integers(2, 6))):
        # The very same lists of days, in other cycles, from other days on and for other spans.
        days = data.draw(st.sampled_from(shared))
        interval = data.draw(st.sampled_from([0, 1, 7, 365]))
        start = later(window.first, data.draw(st.integers(-30, 10)))
        end = data.draw(st.none() | st.integers(0, 40).map(lambda length, start=start: later(start, length)))
        known = StructuredDosage("tablet", (DosageStructure(interval, start, end, days),))
        assume(not interval or all(day.number <= interval for day in days))
        assume(not days or any(exactly(dose) for day in days for dose in day.doses))
        lines = [
            line(known, "A"),
            replace(line(known, "B"), first=later(window.first, data.draw(lengths))),
            line(dosage, "C"),
        ]
        assert by_patterns(lines, many) == [machine_form(one, window) for one in lines]


@given(cases())
def test_ordered_intakes_follow_the_day(case: Case) -> None:
    dosage, window = case
    found = ordered_intakes(dosage, window)
    order = [(one.date, one.slot is None, () if one.slot is None else SLOTS.order(one.slot)) for one in found]
    assert order == sorted(order)
    named = [(one.date, one.slot) for one in found if one.slot is not None]
    assert len(named) == len(set(named))
    assert all(window.first <= one.date <= window.last and one.amount > 0 for one in found)


def test_one_list_of_days_in_another_cycle_is_another_dosage() -> None:
    window = Period(date(2026, 11, 23), date(2026, 12, 6))
    days = (DosageDay(1, (OrderedDose(PartOfDay.NOON, Decimal(1)),)),)
    expander = Expander(window, SLOTS)
    for unit, interval, start in (("tablet", 7, 0), ("tablet", 7, -7), ("tablet", 7, -8), ("kapsel", 2, -8)):
        structure = DosageStructure(interval, later(window.first, start), None, days)
        one = line(StructuredDosage(unit, (structure,)))
        assert by_patterns([one], expander) == [machine_form(one, window)]
