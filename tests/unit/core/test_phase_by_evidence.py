"""Which packed dates say in which phase a cycle is, and which say nothing."""

from datetime import date, timedelta

from dispenser.core.ids import OrdinationId, ProductId
from dispenser.core.phase import PhaseShift, phase_shifts
from dispenser.core.plan import Ordination
from dispenser.core.roll import Period
from tests.support.medicine import MONDAY, daily, day, dosage, dose, ordination, plan, structure


def on(number: int) -> date:
    return MONDAY + timedelta(days=number - 1)


FORTNIGHT = Period(on(1), on(14))


def cycle(interval: int, start: int, number: int = 1, what: str = "A") -> Ordination:
    return ordination(dosage(structure(day(number, dose("1")), interval=interval, start=on(start))), what)


def shifts(*lines: Ordination, packed: dict[str, list[int]], first: int = 15) -> tuple[PhaseShift, ...]:
    dates = {(line.product_id, on(number)) for line in lines for number in packed.get(line.product_id, [])}
    return phase_shifts(plan(*lines), dates, FORTNIGHT, on(first))


def test_a_shift_is_told_by_line_product_and_dates() -> None:
    (shift,) = shifts(cycle(7, 15, 2), packed={"A": [5, 12]})
    assert shift == PhaseShift(OrdinationId("ordination-A"), ProductId("A"), 7, on(12), on(19), on(16))


def test_lines_that_are_no_cycles_do_not_hide_one_that_is() -> None:
    lines = ordination(daily(dose("1")), "B"), cycle(7, 9)
    assert [one.product_id for one in shifts(*lines, packed={"A": [1, 8], "B": list(range(1, 15))})] == ["A"]


def test_dates_of_another_product_say_nothing() -> None:
    lines = cycle(7, 1), cycle(7, 2, what="B")
    assert shifts(*lines, packed={"A": [1, 8], "B": [2, 9]}) == ()


def test_the_last_known_date_says_as_much_as_others() -> None:
    (shift,) = shifts(cycle(28, 20), packed={"A": [14]})
    assert (shift.last_packed, shift.expected, shift.planned) == (on(14), on(42), on(20))


def test_the_day_before_the_new_pouches_counts_and_their_first_day_does_not() -> None:
    (shift,) = shifts(cycle(14, 8), packed={"A": [7]}, first=8)
    assert (shift.last_packed, shift.expected, shift.planned) == (on(7), on(21), on(8))
    (shift,) = shifts(cycle(7, 2), packed={"A": [1, 8]}, first=8)
    assert (shift.last_packed, shift.expected, shift.planned) == (on(1), on(8), on(9))
    (shift,) = shifts(cycle(7, 2), packed={"A": [1, 9]}, first=8)
    assert (shift.last_packed, shift.expected, shift.planned) == (on(1), on(8), on(9))


def test_days_of_zero_doses_are_days_without_a_pouch() -> None:
    days = day(1, dose("1")), day(2, dose("0"))
    every_second = ordination(dosage(structure(*days, interval=2, start=on(16))), "A")
    (shift,) = shifts(every_second, packed={"A": [1, 3, 5, 7, 9, 11, 13]})
    assert (shift.expected, shift.planned) == (on(15), on(16))


def test_what_ends_on_the_first_day_is_in_force_on_it() -> None:
    last = structure(day(1, dose("1")), interval=7, start=on(8 - 6), end=on(15))
    treated = ordination(dosage(structure(day(1, dose("1")), interval=7, start=on(2))), "A", last=on(15))
    for line in (ordination(dosage(last), "A"), treated):
        (shift,) = shifts(line, packed={"A": [1, 8]})
        assert (shift.expected, shift.planned) == (on(15), on(16))


def test_of_two_cycles_the_one_that_comes_first_goes_on() -> None:
    sooner = structure(day(1, dose("1")), interval=7, start=on(1), end=on(21))
    later = structure(day(1, dose("1")), interval=7, start=on(23))
    for order in ((sooner, later), (later, sooner)):
        assert shifts(ordination(dosage(*order), "A"), packed={"A": [1, 8]}) == ()
