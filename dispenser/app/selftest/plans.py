"""Sound plans at random: what Danish citizens are ordered, on the self-test's shelf."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Final

from dispenser.app.selftest.chance import Chance, day_near, likely, pick
from dispenser.app.selftest.shelf import (
    ALFENOL,
    BETANIL,
    BETANIL_STRONG,
    DELTAZID,
    EPSILOL,
    ETASOL,
    GAMMAPIN,
    GAMMAPIN_DEPOT,
    IOTREXAT,
    KAPPADON,
    THETAN,
    ZETAMIN,
)
from dispenser.core.dosage import ClockTime, DosageDay, DosageStructure, OrderedDose, PartOfDay, Slot, StructuredDosage
from dispenser.core.ids import CitizenId, OrdinationId
from dispenser.core.plan import MedicationPlan, Ordination
from dispenser.core.product import Product
from dispenser.core.roll import Period

WEEK: Final = 7
INSTRUCTIONS: Final = ("", "", "", "Tygges", "Synkes hele", "Tages på tom mave")
_SLOTS: Final[tuple[Slot, ...]] = (*PartOfDay, ClockTime(7, 30), ClockTime(14, 0), ClockTime(20, 45))
_LONG_AGO: Final = timedelta(days=400)


def doses(*wanted: tuple[Slot | None, str]) -> tuple[OrderedDose, ...]:
    """Return doses of exact amounts."""
    return tuple(OrderedDose(slot, Decimal(amount)) for slot, amount in wanted)


def cycle(interval: int, start: date, *days: tuple[int, tuple[OrderedDose, ...]]) -> StructuredDosage:
    """Return the dosage of one open cycle."""
    listed = tuple(DosageDay(number, given) for number, given in days)
    return StructuredDosage("tablet", (DosageStructure(interval, start, None, listed),))


def sound_plan(chance: Chance, citizen_id: CitizenId, period: Period) -> MedicationPlan:
    """Return a plan that a machine may pack over `period`, with something due on every day of it."""
    since = period.first - _LONG_AGO
    lines = [
        _line(ALFENOL, cycle(1, since, (1, doses((PartOfDay.MORNING, "1"), (PartOfDay.EVENING, _whole(chance)))))),
        _line(pick(chance, (BETANIL, BETANIL_STRONG)), _in_parts(chance, since), pick(chance, INSTRUCTIONS)),
        _line(
            pick(chance, (GAMMAPIN, GAMMAPIN_DEPOT)),
            cycle(1, since, (1, doses(*[(None, "1")] * chance.randint(1, 4)))),
            "Synkes hele",
        ),
        _line(IOTREXAT, _weekly(chance, since)),
        _line(ETASOL, cycle(1, since, (1, doses((PartOfDay.MORNING, "1"))))),
        *(line for line in _sometimes(chance, period) if likely(chance, 6)),
    ]
    return MedicationPlan(citizen_id, chance.randint(1, 9), _named(chance, citizen_id, lines))


def _sometimes(chance: Chance, period: Period) -> Sequence[Ordination]:
    since = period.first - timedelta(days=chance.randint(40, 60))
    every_other = cycle(2, since, (chance.randint(1, 2), doses((pick(chance, _SLOTS), _whole(chance)))))
    return (
        _line(DELTAZID, every_other, pick(chance, INSTRUCTIONS)),
        _line(THETAN, _ending(chance, period)),
        _line(ZETAMIN, cycle(1, since, (1, doses((pick(chance, _SLOTS[4:]), "1"))))),
        _line(KAPPADON, _taper(chance, period), pick(chance, INSTRUCTIONS)),
        # One dose in two pouches is always looked at closely; most rolls of a nation are not.
        _line(EPSILOL, cycle(1, since, (1, doses((pick(chance, tuple(PartOfDay)), pick(chance, ("4", "5"))))))),
    )


def _line(product: Product, dosage: StructuredDosage, instruction: str = "") -> Ordination:
    """A line that is as long as its dosage."""
    ends = [structure.end for structure in dosage.structures]
    last = None if None in ends else max(end for end in ends if end is not None)
    first = min(structure.start for structure in dosage.structures)
    return Ordination(OrdinationId(""), product.product_id, dosage, first, last, instruction)


def _named(chance: Chance, citizen_id: CitizenId, lines: list[Ordination]) -> tuple[Ordination, ...]:
    chance.shuffle(lines)
    return tuple(
        replace(line, ordination_id=OrdinationId(f"{citizen_id}-{place}")) for place, line in enumerate(lines, start=1)
    )


def _whole(chance: Chance) -> str:
    return pick(chance, ("1", "1", "2", "3"))


def _in_parts(chance: Chance, since: date) -> StructuredDosage:
    """Parts of a tablet, which come from the tray."""
    slots = chance.sample(list(PartOfDay), chance.randint(1, 3))
    return cycle(1, since, (1, doses(*((slot, pick(chance, ("0.5", "1.5", "0.25"))) for slot in slots))))


def _weekly(chance: Chance, since: date) -> StructuredDosage:
    return cycle(WEEK, since, (chance.randint(1, WEEK), doses((PartOfDay.MORNING, pick(chance, ("1", "2", "4"))))))


def _ending(chance: Chance, period: Period) -> StructuredDosage:
    """A course that ends inside the period."""
    last = day_near(chance, period.first, -2, period.days - 3)
    given = DosageDay(1, doses((PartOfDay.EVENING, _whole(chance))))
    return StructuredDosage("tablet", (DosageStructure(1, last - timedelta(days=30), last, (given,)),))


def _taper(chance: Chance, period: Period) -> StructuredDosage:
    """Three steps downwards, a pause, and the first step again; the second begins inside the period."""
    second = day_near(chance, period.first, -1, 2)
    third = second + timedelta(days=chance.randint(1, 3))
    pause = third + timedelta(days=2)
    slot = pick(chance, tuple(PartOfDay))
    day = timedelta(days=1)

    def step(start: date, last: date | None, amount: str) -> DosageStructure:
        return DosageStructure(1, start, last, (DosageDay(1, doses((slot, amount))),))

    return StructuredDosage(
        "tablet",
        (
            step(second - timedelta(days=20), second - day, "2"),
            step(second, third - day, "1.5"),
            step(third, pause - day, "0.75"),
            DosageStructure(1, pause, pause, ()),
            step(pause + day, None, "2"),
        ),
    )
