"""A roll is numbered by date, slot and part, and holds on every day what that day has."""

from datetime import date, timedelta

from dispenser.core.packing import PouchLimits
from dispenser.core.pouch import Pouch
from dispenser.core.roll import Period
from tests.support.medicine import EVENING, MONDAY, MORNING, day, dosage, dose, ordination, plan, roll, structure

WEEK = Period(MONDAY, MONDAY + timedelta(days=6))


def shown(pouches: tuple[Pouch, ...]) -> list[tuple[int, date, str, str]]:
    return [
        (one.number, one.date, str(one.slot), f"{one.part}/{one.parts} " + "+".join(c.product_id for c in one.contents))
        for one in pouches
    ]


def on(number: int) -> date:
    return MONDAY + timedelta(days=number)


def test_a_day_without_doses_has_no_pouch_and_leaves_no_gap_in_the_numbers() -> None:
    every_third = ordination(dosage(structure(day(1, dose("1"), dose("1", EVENING)), interval=3)), "A")
    once = ordination(dosage(structure(day(5, dose("1")), interval=0)), "B")
    assert shown(roll(plan(every_third, once), WEEK).pouches) == [
        (1, on(0), str(MORNING), "1/1 A"),
        (2, on(0), str(EVENING), "1/1 A"),
        (3, on(3), str(MORNING), "1/1 A"),
        (4, on(3), str(EVENING), "1/1 A"),
        (5, on(4), str(MORNING), "1/1 B"),
        (6, on(6), str(MORNING), "1/1 A"),
        (7, on(6), str(EVENING), "1/1 A"),
    ]


def test_parts_of_an_intake_stand_beside_each_other_on_each_of_its_days() -> None:
    weekly = ordination(dosage(structure(day(1, dose("3"), dose("1", EVENING)), interval=4)), "A")
    assert shown(roll(plan(weekly), WEEK, limits=PouchLimits(2)).pouches) == [
        (1, on(0), str(MORNING), "1/2 A"),
        (2, on(0), str(MORNING), "2/2 A"),
        (3, on(0), str(EVENING), "1/1 A"),
        (4, on(4), str(MORNING), "1/2 A"),
        (5, on(4), str(MORNING), "2/2 A"),
        (6, on(4), str(EVENING), "1/1 A"),
    ]
