"""What is told of a plan that cannot be packed as it is, word by word; and what a checker of many plans remembers."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

import safety.plan_checks
from dispenser.core.dosage import Dosage, DosageStructure, StructuredDosage
from dispenser.core.plan import Ordination
from dispenser.core.product import Partable, Product
from dispenser.core.reasons import why_not_packable
from dispenser.core.slots import SlotTable
from safety.plan_checks import PlanChecker, check_plan, judge, judge_dosage
from tests.support.medicine import (
    EVENING,
    MONDAY,
    MORNING,
    SLOTS,
    catalogue,
    daily,
    day,
    dosage,
    dose,
    ordination,
    plan,
    product,
    structure,
)
from tests.support.told import told

ONCE = daily(dose("1"))


def on(number: int) -> date:
    return MONDAY + timedelta(days=number)


def lines(line: Ordination, *products: Product, slots: SlotTable = SLOTS) -> list[str]:
    listed = catalogue(*products)
    found = told(judge(line, listed, slots))
    # A plan of this line alone says the same.
    assert told(check_plan(plan(line), listed, slots)) == found
    assert all(f" {line.ordination_id}" in one for one in found)
    return [one.replace(f" {line.ordination_id}", "", 1) for one in found]


def test_a_product_that_is_unknown_or_unsuitable() -> None:
    assert lines(ordination(ONCE, "X")) == ["DOSE-0101 product=X"]
    assert lines(ordination(ONCE), product("A", dispensable=False, solid_oral=False)) == [
        "DOSE-0102 product=Product A",
        "DOSE-0103 product=Product A form=tabletter",
    ]


def test_an_instruction_that_does_not_fit() -> None:
    assert lines(ordination(ONCE, instruction="x" * 22)) == []
    assert lines(ordination(ONCE, instruction="x" * 23)) == ["DOSE-0110 length=23 limit=22"]


def test_fractions_are_named_each_once_and_in_order() -> None:
    parts = daily(dose("0.75"), dose("0.25", EVENING), dose("0.25", MORNING), dose(("0.5", "1")), dose("2"))
    whole = product("A", partable=Partable.INDIVISIBLE)
    assert lines(ordination(parts), whole)[-2:] == [
        "DOSE-0104 amount=0.25 product=Product A",
        "DOSE-0104 amount=0.75 product=Product A",
    ]


@pytest.mark.parametrize(
    ("how", "amount"),
    [
        (daily(dose("12.25")), "12.25"),
        (daily(dose("7"), dose("6"), dose("13", EVENING)), "13"),
        (daily(dose("7"), dose("7"), dose("13", EVENING)), "14"),
        (daily(dose("7", None), dose("7")), "14"),
        (daily(dose("7", None), dose("7", None), dose("7", EVENING)), "14"),
        (daily(*(dose("13", None) for _ in range(5))), "13"),
        (daily(dose(("1", "13"))), "13"),
        (dosage(structure(day(1, dose("1")), day(2, dose("14")), interval=2)), "14"),
    ],
)
def test_too_many_at_once(how: Dosage, amount: str) -> None:
    assert lines(ordination(how))[-1] == f"DOSE-0106 amount={amount} product=Product A limit=12"


def test_the_most_at_once_without_slots_of_their_own() -> None:
    """More plain doses than the site has times for stay apart."""
    many = daily(*(dose("12", None) for _ in range(5)))
    assert [line.split(" ")[0] for line in lines(ordination(many))] == ["DOSE-0129"]
    assert lines(ordination(daily(dose("12"), dose("12", EVENING)))) == []


@pytest.mark.parametrize(
    ("start", "end", "first", "last", "expected"),
    [
        (0, None, 0, None, ""),
        (0, None, 0, 9, ""),
        (0, 9, 0, 9, ""),
        (5, None, 0, 5, ""),
        (0, 5, 0, None, ""),
        (0, 5, 0, 9, f"DOSE-0109 end={on(5)} last={on(9)}"),
        (0, 9, 0, 8, f"DOSE-0108 dosage={on(0)} - {on(9)} treatment={on(0)} - {on(8)}"),
        (0, None, 1, None, f"DOSE-0108 dosage={on(0)} -  treatment={on(1)} - "),
        (6, None, 0, 5, f"DOSE-0108 dosage={on(6)} -  treatment={on(0)} - {on(5)}"),
        (0, None, 5, 4, f"DOSE-0107 first={on(5)} last={on(4)}"),
        (4, None, 4, 4, ""),
    ],
)
def test_dates(start: int, end: int | None, first: int, last: int | None, expected: str) -> None:
    how = dosage(structure(day(1, dose("1")), start=on(start), end=None if end is None else on(end)))
    line = ordination(how, first=on(first), last=None if last is None else on(last))
    assert lines(line) == ([expected] if expected else [])


def test_dates_of_several_structures_are_their_outermost() -> None:
    first = structure(day(1, dose("1")), start=on(0), end=on(3))
    then = structure(day(1, dose("2")), start=on(4), end=on(8))
    for how in (dosage(first, then), dosage(then, first)):
        assert lines(ordination(how, first=on(0), last=on(8))) == []
        assert lines(ordination(how, first=on(0), last=on(9))) == [f"DOSE-0109 end={on(8)} last={on(9)}"]
        assert lines(ordination(how, first=on(1), last=on(8))) == [
            f"DOSE-0108 dosage={on(0)} - {on(8)} treatment={on(1)} - {on(8)}"
        ]
    assert lines(ordination(dosage(first, replace(then, end=None)), first=on(0), last=on(9))) == []
    assert [line.split(" ")[0] for line in lines(ordination(dosage(), first=on(0), last=on(9)))] == ["DOSE-0130"]


def test_a_dosage_by_itself_names_what_it_is_about() -> None:
    wrong = daily(dose("1", as_needed=True), dose("-1"))
    assert [(one.code.id, one.subject) for one in judge_dosage(wrong, "line 3")] == [
        ("DOSE-0140", "line 3"),
        ("DOSE-0122", "line 3"),
    ]


def test_lines_are_held_against_each_other() -> None:
    products = catalogue(
        product("A", atc="C07"), product("B", atc="C07"), product("C"), product("D"), product("E", atc="B01")
    )
    two = daily(dose("7.5"), dose("2.5"))
    listed = plan(
        ordination(two, "B"),
        ordination(daily(dose(("1", "2"))), "A"),
        ordination(ONCE, "C"),
        ordination(ONCE, "D"),
        ordination(ONCE, "E"),
        ordination(ONCE, "C"),
    )
    assert told(check_plan(listed, products, SLOTS))[-2:] == [
        "DOSE-0111 ordination-C",
        "DOSE-0112 ordination-A atc=C07 ordinations=ordination-A: 1-2; ordination-B: 10",
    ]


PATTERN = (day(1, dose("0.5")),)


def line(
    unit: str = "tablet", interval: int = 1, start: int = 0, end: int | None = None, what: str = "A", text: str = ""
) -> Ordination:
    last = None if end is None else on(end)
    how = StructuredDosage(unit, (DosageStructure(interval, on(start), last, PATTERN),))
    return ordination(how, what, first=on(start), last=last, instruction=text)


def test_what_is_known_of_a_pattern_is_not_taken_for_another_line() -> None:
    """Lines that share a pattern with a sound one, and are not sound themselves."""
    products = catalogue(product("A"), product("B", partable=Partable.INDIVISIBLE), product("C", dispensable=False))
    checker = PlanChecker(products, SLOTS)
    unsound = [
        line(what="B"),
        line(what="C"),
        line(what="X"),
        line(unit="ml"),
        line(interval=-1),
        line(text="x" * 23),
        replace(line(end=9), last=on(8)),
        replace(line(), first=on(1)),
        line(end=-1),
        line(start=-(10**4)),
        line(end=10**5),
    ]
    for sound in (line(), line(start=-3), line(end=9), line(interval=0), line(interval=7), line(text="x")):
        for wrong in unsound:
            assert checker.check(plan(sound)) == ()
            assert checker.check(plan(wrong)) == judge(wrong, products, SLOTS) != ()


def test_a_dose_of_twelve_is_sound_and_more_is_not_whoever_was_first() -> None:
    for amounts in (("12", "12.25"), ("12.25", "12")):
        checker = PlanChecker(catalogue(), SLOTS)
        found = {amount: checker.check(plan(ordination(daily(dose(amount)), first=MONDAY))) for amount in amounts}
        assert found["12"] == ()
        assert [one.code.id for one in found["12.25"]] == ["DOSE-0106"]


def test_the_finest_part_decides() -> None:
    products = catalogue(product("A", partable=Partable.HALVES))
    for amounts, sound in ((("1", "2.5"), True), (("1", "0.75"), False), (("0.25", "0.75"), False), (("3",), True)):
        how = daily(*(dose(amount, slot) for amount, slot in zip(amounts, (MORNING, EVENING), strict=False)))
        checker = PlanChecker(products, SLOTS)
        assert (checker.check(plan(ordination(how, first=MONDAY))) == ()) is sound


def test_a_sound_pattern_is_judged_once(monkeypatch: pytest.MonkeyPatch) -> None:
    looked: list[Dosage] = []

    def counted(how: Dosage, slots: SlotTable) -> tuple[str, ...]:
        looked.append(how)
        return why_not_packable(how, slots)

    monkeypatch.setattr(safety.plan_checks, "why_not_packable", counted)
    monkeypatch.setattr(safety.plan_checks, "_MOST_KNOWN", 2)
    checker = PlanChecker(catalogue(), SLOTS)
    for one in (line(), line(start=5), line(end=3), line(what="B"), line(interval=2), line()):
        assert checker.check(plan(one)) == ()
    assert len(looked) == 2
    # A third pattern begins what is known afresh.
    for one in (line(interval=3), line(interval=3), line()):
        assert checker.check(plan(one)) == ()
    assert len(looked) == 4


def test_units_a_day_are_shown_without_trailing_zeros() -> None:
    products = catalogue(*(product(letter, atc="N02") for letter in "AB"))
    amounts = (Decimal("2.50"), Decimal(10))
    listed = plan(*(ordination(daily(dose(str(one))), what) for one, what in zip(amounts, "AB", strict=True)))
    assert told(check_plan(listed, products, SLOTS)) == [
        "DOSE-0112 ordination-A atc=N02 ordinations=ordination-A: 2.5; ordination-B: 10"
    ]


def test_a_pause_alone_is_sound() -> None:
    assert PlanChecker(catalogue(), SLOTS).check(plan(ordination(dosage(structure()), first=MONDAY))) == ()
