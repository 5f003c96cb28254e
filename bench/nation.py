"""Made-up citizens of a whole country, streamed: the same seed gives the same plans, whatever part is asked for."""

import random
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal

from harness import SEED

from dispenser.core.dosage import DosageDay, DosageStructure, OrderedDose, PartOfDay, StructuredDosage
from dispenser.core.ids import CitizenId, OrdinationId, ProductId
from dispenser.core.plan import MedicationPlan, Ordination
from dispenser.core.product import Catalogue, Partable, Product
from dispenser.core.quantity import Quarters
from dispenser.core.roll import Period

WINDOW = Period(date(2027, 3, 22), date(2027, 4, 4))
"""A fortnight with the change to summer time in it."""
PRODUCTS = 600
LINES = 9
"""Medicines of a citizen on average."""
_AMOUNTS = ("1", "1", "1", "1", "2", "0.5", "1.5")
_INTAKES = (1, 1, 1, 2, 2, 3, 4)
_DAILY = 46
"""Patterns of every day among 50; the others are every other day and one to three days of the week."""
_LONGEST_AGO = 400
_OPEN = 0.8
_PATTERNS_EACH = 4


def catalogue() -> Catalogue:
    """Return `PRODUCTS` made-up tablets that may be quartered, each a substance of its own."""
    made = (f"{number:011d}" for number in range(PRODUCTS))
    return Catalogue("bench-1", {ProductId(name): _product(name) for name in made})


def citizens(first: int, count: int) -> Iterator[MedicationPlan]:
    """Return the plans of citizens `first` to `first + count`; equal day patterns are one object."""
    patterns = _patterns(random.Random(SEED))
    for number in range(first, first + count):
        dice = random.Random(SEED * 1_000_003 + number)
        products = dice.sample(range(PRODUCTS), max(1, min(20, round(dice.gauss(LINES, 3)))))
        lines = tuple(_line(dice, f"{number}-{place}", product, patterns) for place, product in enumerate(products))
        yield MedicationPlan(CitizenId(f"c{number}"), 1, lines)


Pattern = tuple[int, tuple[DosageDay, ...]]


def _patterns(dice: random.Random) -> list[Pattern]:
    cycles = [(1, (1,))] * _DAILY + [(2, (1,)), (7, (1,)), (7, (1, 4)), (7, (1, 3, 5))]
    made: list[Pattern] = []
    for interval, numbers in cycles:
        for _ in range(_PATTERNS_EACH):
            slots = sorted(dice.sample(range(4), dice.choice(_INTAKES)))
            doses = tuple(OrderedDose(list(PartOfDay)[slot], Decimal(dice.choice(_AMOUNTS))) for slot in slots)
            made.append((interval, tuple(DosageDay(number, doses) for number in numbers)))
    return made


def _line(dice: random.Random, name: str, product: int, patterns: list[Pattern]) -> Ordination:
    interval, days = dice.choice(patterns)
    start = WINDOW.first - timedelta(days=dice.randint(0, _LONGEST_AGO))
    end = None if dice.random() < _OPEN else WINDOW.first + timedelta(days=dice.randint(0, 90))
    dosage = StructuredDosage("tablet", (DosageStructure(interval, start, end, days),))
    return Ordination(OrdinationId(name), ProductId(f"{product:011d}"), dosage, start, end)


def _product(name: str) -> Product:
    return Product(
        product_id=ProductId(name),
        name=f"Made-up {name}",
        form="tablet",
        strength="10 mg",
        atc=name,
        short_name=name,
        units=("tablet", "tabletter"),
        partable=Partable.QUARTERS,
        dispensable=True,
        solid_oral=True,
        separate_pouch=False,
        tray_only=False,
        substitution_group="",
        appearance="",
        appearance_invented=True,
    )


def whole(quarters: Quarters) -> str:
    """Return quarters as text, for comparing answers."""
    return str(int(quarters))
