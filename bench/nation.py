"""Made-up citizens of a whole country, streamed: the same seed gives the same plans, whatever part is asked for."""

import gc
import random
import resource
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from functools import cache

from harness import SEED, Steps, slope

from dispenser.core.dosage import DosageDay, DosageStructure, OrderedDose, PartOfDay, StructuredDosage
from dispenser.core.expander import Expander
from dispenser.core.ids import CitizenId, OrdinationId, ProductId
from dispenser.core.plan import MedicationPlan, Ordination
from dispenser.core.product import Catalogue, Partable, Product
from dispenser.core.roll import Period
from dispenser.core.slots import SlotTable
from safety.plan_checks import PlanChecker
from safety.second_expansion import SecondExpansion
from safety.verifier import verify_intakes

WINDOW = Period(date(2027, 3, 22), date(2027, 4, 4))
"""A fortnight with the change to summer time in it."""
PRODUCTS = 600
LINES = 9
"""Medicines of a citizen on average."""
_AMOUNTS = ("1", "1", "1", "1", "2", "0.5", "1.5")
_INTAKES = (1, 1, 1, 2, 2, 3, 4)
_DAILY = 46
"""Patterns of every day among 50; the others are every other day and one to three days of the week."""
_LONGEST_AGO = 730
"""Days since a dosage began, at most: prescriptions are valid for two years (BEK 827/2024 § 13)."""
_OPEN = 0.8
_PATTERNS_EACH = 4
_CHUNK = 1_000


def catalogue() -> Catalogue:
    """Return `PRODUCTS` made-up tablets that may be quartered, each a substance of its own."""
    made = (f"{number:011d}" for number in range(PRODUCTS))
    return Catalogue("bench-1", {ProductId(name): _product(name) for name in made})


def citizens(first: int, count: int) -> Iterator[MedicationPlan]:
    """Return the plans of citizens `first` to `first + count`; equal day patterns are one object."""
    patterns = _patterns()
    for number in range(first, first + count):
        dice = random.Random(SEED * 1_000_003 + number)
        products = dice.sample(range(PRODUCTS), max(1, min(20, round(dice.gauss(LINES, 3)))))
        lines = tuple(_line(dice, f"{number}-{place}", product, patterns) for place, product in enumerate(products))
        yield MedicationPlan(CitizenId(f"c{number}"), 1, lines)


Pattern = tuple[int, tuple[DosageDay, ...]]


@cache
def _patterns() -> list[Pattern]:
    dice = random.Random(SEED)
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


def whole_country(steps: Steps, count: int) -> int:
    """Expand and check the plans of `count` citizens in one stream; return the number of intakes, pouches if all fit.

    Raises:
        ValueError: a check has something against a sound plan.
    """
    sizes = (count // 16, count // 4, count)
    seconds: list[dict[str, float]] = []
    intakes = 0
    for size in sizes:
        before = dict(steps.cpu)
        intakes = _stream(steps, size)
        seconds.append({step: steps.cpu[step] - before.get(step, 0.0) for step in steps.cpu})
        steps.notes[f"rss_mb_{size}"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    grown = {step: [spent[step] for spent in seconds] for step in ("expand", "check", "verify")}
    grown["together"] = [sum(spent.values()) for spent in seconds]
    steps.notes["exponents"] = {step: round(slope(sizes, spent), 3) for step, spent in grown.items()}
    return intakes


def _stream(steps: Steps, count: int) -> int:
    checker, slots = PlanChecker(catalogue(), SlotTable()), SlotTable()
    expander, second = Expander(WINDOW, slots), SecondExpansion(WINDOW, slots)
    intakes = 0
    for first in range(0, count, _CHUNK):
        plans = list(citizens(first, min(_CHUNK, count - first)))
        # Else a step pays for collecting what making the plans has left, now and then.
        gc.collect()
        with steps.step("expand"):
            made = [expander.intakes(plan.ordinations) for plan in plans]
        with steps.step("check"):
            findings = sum(len(checker.check(plan)) for plan in plans)
        with steps.step("verify"):
            for patterns, plan in zip(made, plans, strict=True):
                findings += len(verify_intakes(patterns, plan, second))
        if findings:
            message = f"{findings} findings in sound plans"
            raise ValueError(message)
        intakes += sum(pattern.days.bit_count() for patterns in made for pattern in patterns)
    return intakes
