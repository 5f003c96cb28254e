"""What must hold for the pouches of any intake, and how few pouches there are beside an oracle and the optimum."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from fractions import Fraction
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from dispenser.core.filling import Filled, fill
from dispenser.core.ids import OrdinationId, ProductId
from dispenser.core.pouch import Dose
from dispenser.core.product import Catalogue
from dispenser.core.quantity import Quarters
from dispenser.core.stock import PouchLimits
from tests.support.medicine import MONDAY, MORNING, catalogue, product

VOLUMES = (0, 120, 250, 333, 400, 600)
PRODUCTS = catalogue(
    *(product(letter, volume=volume) for letter, volume in zip("ABCDEF", VOLUMES, strict=True)),
    product("X", volume=120, separate=True),
    product("Y", separate=True),
)
LARGEST = 600

limits = st.builds(PouchLimits, st.integers(1, 8), st.sampled_from([0, LARGEST, 700, 1000, 1250]))


@st.composite
def intakes(draw: st.DrawFn, most: int = 7, largest: int = 30, letters: str = "ABCDEFXY") -> list[Dose]:
    """Doses of one intake: each of its own ordination, products now and then twice."""
    return [
        Dose(
            ordination_id=OrdinationId(f"line-{place}"),
            product_id=ProductId(draw(st.sampled_from(letters))),
            date=MONDAY,
            slot=MORNING,
            quarters=Quarters(draw(st.integers(1, largest))),
            instruction=draw(st.sampled_from(["", "", "Tygges", "Synkes hele"])),
        )
        for place in range(draw(st.integers(1, most)))
    ]


def started(quarters: int) -> int:
    return (quarters + 3) // 4


@given(intakes(), limits)
def test_every_line_keeps_its_quantity(doses: list[Dose], most: PouchLimits) -> None:
    held: Counter[OrdinationId] = Counter()
    for pouch in fill(doses, PRODUCTS, most):
        lines = [content.ordination_id for content in pouch.contents]
        assert len(set(lines)) == len(lines) > 0
        for content in pouch.contents:
            assert content.quarters > 0
            held[content.ordination_id] += content.quarters
    assert held == {dose.ordination_id: dose.quarters for dose in doses}


@given(intakes(), limits)
def test_no_pouch_is_over_count_or_volume(doses: list[Dose], most: PouchLimits) -> None:
    for pouch in fill(doses, PRODUCTS, most):
        units = [(started(one.quarters), PRODUCTS.products[one.product_id].volume_mm3) for one in pouch.contents]
        assert sum(count for count, _ in units) <= most.units
        assert not most.volume_mm3 or sum(count * volume for count, volume in units) <= most.volume_mm3


@given(intakes(), limits)
def test_separate_products_are_alone_and_last(doses: list[Dose], most: PouchLimits) -> None:
    alone = [
        [PRODUCTS.products[one.product_id].separate_pouch for one in pouch.contents]
        for pouch in fill(doses, PRODUCTS, most)
    ]
    assert all(kinds == [True] for kinds in alone if any(kinds))
    assert alone == sorted(alone, key=any)


@given(intakes(), limits)
def test_a_pouch_has_the_instruction_of_each_line_that_has_one(doses: list[Dose], most: PouchLimits) -> None:
    ordered = {dose.ordination_id: dose.instruction for dose in doses}
    for pouch in fill(doses, PRODUCTS, most):
        assert {ordered[one.ordination_id] for one in pouch.contents} - {""} == {pouch.instruction} - {""}


@given(intakes(letters="ABCDEF"), limits)
def test_parts_come_by_instruction_and_blank_ones_last(doses: list[Dose], most: PouchLimits) -> None:
    instructions = [pouch.instruction for pouch in fill(doses, PRODUCTS, most)]
    assert instructions == [*sorted(filter(None, instructions)), *("" for one in instructions if not one)]


@given(intakes(), limits)
def test_only_a_dose_that_is_too_large_for_a_pouch_is_divided_and_only_between_units(
    doses: list[Dose], most: PouchLimits
) -> None:
    pouches = fill(doses, PRODUCTS, most)
    for dose in doses:
        parts = [one.quarters for pouch in pouches for one in pouch.contents if one.ordination_id == dose.ordination_id]
        full = 4 * full_load(dose, most, PRODUCTS)
        assert sorted(parts, reverse=True) == [full] * (dose.quarters // full) + [dose.quarters % full] * (
            dose.quarters % full > 0
        )


@given(intakes(), limits, st.randoms(), st.integers(0, 400))
def test_neither_order_nor_date_matters(doses: list[Dose], most: PouchLimits, random: Random, days: int) -> None:
    other = [replace(dose, date=dose.date + timedelta(days=days)) for dose in doses]
    random.shuffle(other)
    assert fill(other, PRODUCTS, most) == fill(doses, PRODUCTS, most)


@dataclass(frozen=True)
class Load:
    units: int
    volume: int
    instruction: str
    name: tuple[str, str, int]


def full_load(dose: Dose, most: PouchLimits, products: Catalogue) -> int:
    """The most units of a dose that a pouch takes, counted up one by one."""
    volume = products.products[dose.product_id].volume_mm3
    units = 1
    while units < most.units and (not most.volume_mm3 or (units + 1) * volume <= most.volume_mm3):
        units += 1
    return units


def loads(doses: Sequence[Dose], most: PouchLimits) -> Iterator[Load]:
    for dose in doses:
        volume = PRODUCTS.products[dose.product_id].volume_mm3 if most.volume_mm3 else 0
        full = 4 * full_load(dose, most, PRODUCTS)
        for begin in range(0, dose.quarters, full):
            part = min(full, dose.quarters - begin)
            name = (dose.product_id, dose.ordination_id, part)
            yield Load(started(part), started(part) * volume, dose.instruction, name)


def together(pouch: Sequence[Load], most: PouchLimits) -> bool:
    return (
        sum(load.units for load in pouch) <= most.units
        and sum(load.volume for load in pouch) <= (most.volume_mm3 or sum(VOLUMES) * 99)
        and len({load.instruction for load in pouch} - {""}) <= 1
    )


def first_fit_decreasing(all_loads: Sequence[Load], most: PouchLimits) -> int:
    """The text-book rule: the one that takes most of a pouch first, each into the first pouch that has room."""

    def share(load: Load) -> Fraction:
        return max(Fraction(load.units, most.units), Fraction(load.volume, most.volume_mm3 or 1))

    pouches: list[list[Load]] = []
    for load in sorted(all_loads, key=lambda one: (-share(one), not one.instruction, one.instruction, one.name)):
        room = [pouch for pouch in pouches if together([*pouch, load], most)]
        if room:
            room[0].append(load)
        else:
            pouches.append([load])
    return len(pouches)


def fewest(all_loads: Sequence[Load], most: PouchLimits) -> int:
    """Try every way to share the loads out."""

    def place(rest: Sequence[Load], pouches: list[list[Load]], best: int) -> int:
        if not rest or len(pouches) >= best:
            return min(best, len(pouches))
        first, *others = rest
        for number, pouch in enumerate(pouches):
            if together([*pouch, first], most):
                best = place(others, [*pouches[:number], [*pouch, first], *pouches[number + 1 :]], best)
        return place(others, [*pouches, [first]], best)

    return place(list(all_loads), [], len(all_loads))


@given(intakes(letters="ABCDEF"), limits)
def test_never_more_pouches_than_first_fit_decreasing(doses: list[Dose], most: PouchLimits) -> None:
    assert len(fill(doses, PRODUCTS, most)) <= first_fit_decreasing(list(loads(doses, most)), most)


@given(intakes(6, 12, "ABCDEF"), limits)
@settings(max_examples=200)
def test_at_most_one_pouch_more_than_the_fewest_possible(doses: list[Dose], most: PouchLimits) -> None:
    all_loads = list(loads(doses, most))
    if len(all_loads) > 7:
        return
    best = fewest(all_loads, most)
    assert best <= len(fill(doses, PRODUCTS, most)) <= best + 1


def shown(pouches: Sequence[Filled]) -> list[tuple[str, str]]:
    return [("".join(one.product_id for one in pouch.contents), pouch.instruction) for pouch in pouches]


def dose(line: str, units: int, instruction: str = "") -> Dose:
    return Dose(OrdinationId(line), ProductId(line), MONDAY, MORNING, Quarters(4 * units), instruction)


def test_what_has_no_instruction_fills_up_the_pouches_that_have_one() -> None:
    doses = [dose("A", 1, "Tygges"), dose("B", 1, "Synkes hele"), dose("C", 2), dose("D", 2), dose("E", 2)]
    assert shown(fill(doses, PRODUCTS, PouchLimits(4))) == [("BC", "Synkes hele"), ("AD", "Tygges"), ("E", "")]


def test_a_large_one_without_instruction_goes_first_where_that_saves_a_pouch() -> None:
    """Four to a pouch: 1 + 3, 2 + 2 and 4; small ones with the instruction first would take 2 + 1, 4, 3 and 2."""
    doses = [dose("A", 2, "Tygges"), dose("B", 1, "Tygges"), dose("C", 4), dose("D", 3), dose("E", 2)]
    assert shown(fill(doses, PRODUCTS, PouchLimits(4))) == [("BD", "Tygges"), ("AE", "Tygges"), ("C", "")]
