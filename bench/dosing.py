"""Row `expand`: structured dosages to dated doses, against python-dateutil's rrule and a bare loop."""

import random
from datetime import date, datetime, timedelta
from decimal import Decimal

from dateutil.rrule import DAILY, rrule
from harness import SEED, Case, WrongAnswerError

from dispenser.core.dosage import DosageDay, DosageStructure, OrderedDose, PartOfDay, StructuredDosage
from dispenser.core.expansion import expand
from dispenser.core.ids import OrdinationId, ProductId
from dispenser.core.plan import Ordination
from dispenser.core.quantity import quarters_of
from dispenser.core.roll import Period
from dispenser.core.slots import SlotTable

WINDOW = Period(date(2027, 3, 22), date(2027, 4, 4))
"""A fortnight with the change to summer time in it."""
_SLOTS = SlotTable()
_AMOUNTS = [Decimal(text) for text in ("0.5", "1", "1", "1", "1.5", "2")]
_OPEN_END = 0.8
_CYCLES = (1, 1, 1, 1, 1, 1, 2, 7)

Found = list[tuple[int, int, str, int]]
"""Ordination, ordinal of the date, slot, quarters."""


def ordinations(count: int) -> list[Ordination]:
    """Return `count` made-up ordinations: mostly daily, some every other day, some weekly; one to four times a day."""
    dice = random.Random(SEED)
    made = []
    for number in range(count):
        cycle = dice.choice(_CYCLES)
        slots = sorted(dice.sample(list(PartOfDay), dice.choice((1, 1, 2, 2, 3, 4))), key=_SLOTS.order)
        doses = tuple(OrderedDose(slot, dice.choice(_AMOUNTS)) for slot in slots)
        day = DosageDay(dice.randint(1, cycle), doses)
        start = WINDOW.first - timedelta(days=dice.randint(0, 400))
        end = None if dice.random() < _OPEN_END else WINDOW.first + timedelta(days=dice.randint(0, 20))
        dosage = StructuredDosage("tablet", (DosageStructure(cycle, start, end, (day,)),))
        made.append(Ordination(OrdinationId(f"o{number}"), ProductId(f"{number:011d}"), dosage, start, None))
    return made


def _ours(orders: list[Ordination]) -> Found:
    return [
        (number, dose.date.toordinal(), str(dose.slot), int(dose.quarters))
        for number, order in enumerate(orders)
        for dose in expand(order, WINDOW, _SLOTS)
    ]


def _peer(orders: list[Ordination]) -> Found:
    """Return what rrule makes of the same orders: one rule per dose of the day."""
    found: Found = []
    first, last = _midnight(WINDOW.first), _midnight(WINDOW.last)
    for number, order in enumerate(orders):
        for structure in _structures(order):
            until = min(last, _midnight(structure.end)) if structure.end else last
            for day in structure.days:
                begin = _midnight(structure.start) + timedelta(days=day.number - 1)
                for dose in day.doses:
                    quarters = _quarters(dose)
                    rule = rrule(DAILY, interval=structure.interval, dtstart=begin, until=until)
                    days = rule.between(first, last, inc=True)
                    found += [(number, at.toordinal(), str(dose.slot), quarters) for at in days]
    return found


def _structures(order: Ordination) -> tuple[DosageStructure, ...]:
    return order.dosage.structures if isinstance(order.dosage, StructuredDosage) else ()


def _quarters(dose: OrderedDose) -> int:
    return int(quarters_of(dose.amount)) if isinstance(dose.amount, Decimal) else 0


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day)  # noqa: DTZ001 - rrule counts civil days as naive midnights


def _bare(orders: list[Ordination]) -> list[tuple[int, int, str, int, int, int]]:
    """Return the same orders as plain numbers, so that the limit has nothing to do but count."""
    plain = []
    for number, order in enumerate(orders):
        for structure in _structures(order):
            end = min(WINDOW.last, structure.end or WINDOW.last).toordinal()
            for day in structure.days:
                begin = structure.start.toordinal() + day.number - 1
                first = begin + max(0, -((begin - WINDOW.first.toordinal()) // structure.interval)) * structure.interval
                plain += [
                    (number, first, str(dose.slot), _quarters(dose), end + 1, structure.interval) for dose in day.doses
                ]
    return plain


def case(count: int) -> Case[Found]:
    """Return the workload of `count` ordinations over one fortnight."""
    orders = ordinations(count)
    plain = _bare(orders)

    def limit() -> Found:
        return [
            (number, at, slot, quarters)
            for number, first, slot, quarters, end, step in plain
            for at in range(first, end, step)
        ]

    if sorted(limit()) != sorted(_ours(orders)):
        raise WrongAnswerError("expand: the limit gives another answer")
    return Case(
        units=count,
        ours=lambda: _ours(orders),
        peer=lambda: _peer(orders),
        limit=limit,
        oracle=sorted,
        notes={
            "unit": "ordinations over 14 days",
            "peer": "dateutil.rrule",
            "limit": "list comprehension over integers",
        },
    )
