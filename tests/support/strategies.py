"""Hypothesis strategies for dosages, plans and windows."""

from datetime import date, timedelta
from decimal import Decimal

from hypothesis import assume
from hypothesis import strategies as st

from dispenser.core.dosage import (
    ClockTime,
    Dosage,
    DosageDay,
    DosageStructure,
    DoseRange,
    FreeTextDosage,
    LocalSchemaDosage,
    OrderedDose,
    PartOfDay,
    StructuredDosage,
)
from dispenser.core.plan import MedicationPlan, Ordination
from dispenser.core.reasons import NOTHING_ORDERED, why_refused
from dispenser.core.roll import Period
from tests.support.medicine import MONDAY, catalogue, ordination, plan, product

PRODUCTS = catalogue(
    product("A", volume=120),
    product("B", volume=250),
    product("C"),
    product("D"),
    product("E", tray_only=True),
    product("F", separate=True),
)
LARGEST_AMOUNT = Decimal("1.5")
"""Four doses of two lines of one product in one slot stay at the cap of twelve units."""

near = st.dates(MONDAY - timedelta(days=40), MONDAY + timedelta(days=10))
dates = near | st.dates(MONDAY - timedelta(days=400), MONDAY + timedelta(days=60))
slots = st.sampled_from([*PartOfDay, ClockTime(2, 30), ClockTime(8, 0), ClockTime(23, 59)])
amounts = st.integers(0, int(LARGEST_AMOUNT * 4)).map(lambda quarters: Decimal(quarters) / 4)
doses = st.builds(OrderedDose, st.none() | slots, amounts)
instructions = st.sampled_from(["", "", "Tygges", "Synkes hele"])


@st.composite
def windows(draw: st.DrawFn, longest: int = 28, shortest: int = 1) -> Period:
    """A period near the doses, `shortest` to `longest` days."""
    first = MONDAY + timedelta(days=draw(st.integers(-30, 30)))
    return Period(first, first + timedelta(days=draw(st.integers(shortest - 1, longest - 1))))


@st.composite
def structures(draw: st.DrawFn, start: date, end: date | None) -> DosageStructure:
    """A packable structure, sometimes a pause."""
    interval = draw(st.integers(0, 30))
    numbers = draw(st.sets(st.integers(1, interval or 40), max_size=8))
    days = tuple(DosageDay(number, tuple(draw(st.lists(doses, min_size=1, max_size=4)))) for number in sorted(numbers))
    return DosageStructure(interval, start, end, days)


@st.composite
def packable_dosages(draw: st.DrawFn) -> StructuredDosage:
    """One to three structures that follow each other, the last open or closed."""
    start = draw(dates)
    lengths = draw(st.lists(st.integers(1, 40), max_size=2))
    made: list[DosageStructure] = []
    for length in lengths:
        end = start + timedelta(days=length - 1)
        made.append(draw(structures(start, end)))
        start = end + timedelta(days=1)
    last = draw(st.none() | st.integers(0, 60))
    made.append(draw(structures(start, None if last is None else start + timedelta(days=last))))
    dosage = StructuredDosage("tablet", tuple(draw(st.permutations(made))))
    assume(NOTHING_ORDERED not in why_refused(dosage))
    return dosage


@st.composite
def ordinations(draw: st.DrawFn, what: str, name: str) -> Ordination:
    """A packable line of product `what`, sometimes cut short by its treatment."""
    length = draw(st.none() | st.integers(0, 500))
    first = draw(dates)
    last = None if length is None else first + timedelta(days=length)
    return ordination(draw(packable_dosages()), what, name, first=first, last=last, instruction=draw(instructions))


@st.composite
def plans(draw: st.DrawFn, largest: int = 4) -> MedicationPlan:
    """A packable plan; now and then two lines of one product."""
    letters = draw(st.lists(st.sampled_from("ABCDEF"), min_size=1, max_size=largest, unique=True))
    if draw(st.booleans()):
        letters.append(letters[0])
    return plan(*(draw(ordinations(letter, f"line-{place}")) for place, letter in enumerate(letters)))


@st.composite
def busy_plans(draw: st.DrawFn) -> MedicationPlan:
    """A packable plan with two intakes every day, from a canister and from the tray, and a line or two more."""
    every_day = DosageStructure(
        1,
        MONDAY - timedelta(days=99),
        None,
        (
            DosageDay(
                1, (OrderedDose(PartOfDay.MORNING, LARGEST_AMOUNT), OrderedDose(PartOfDay.EVENING, LARGEST_AMOUNT))
            ),
        ),
    )
    letters = draw(st.lists(st.sampled_from("BCDEF"), max_size=2, unique=True))
    more = [draw(ordinations(letter, f"line-{letter}")) for letter in letters]
    return plan(ordination(StructuredDosage("tablet", (every_day,)), "A"), *more)


wild_amounts = st.one_of(
    amounts,
    st.decimals(allow_nan=True, allow_infinity=True),
    st.builds(DoseRange, amounts, amounts),
)
wild_doses = st.builds(OrderedDose, st.none() | slots, wild_amounts, st.booleans())
wild_structures = st.builds(
    DosageStructure,
    st.integers(-2, 10),
    dates,
    st.none() | dates,
    st.lists(st.builds(DosageDay, st.integers(-1, 12), st.lists(wild_doses, max_size=6).map(tuple)), max_size=4).map(
        tuple
    ),
)
wild_dosages: st.SearchStrategy[Dosage] = st.one_of(
    st.builds(FreeTextDosage, st.text()),
    st.just(LocalSchemaDosage()),
    st.builds(StructuredDosage, st.just("tablet"), st.lists(wild_structures, max_size=3).map(tuple)),
)
