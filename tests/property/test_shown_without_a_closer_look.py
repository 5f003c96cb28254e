"""What is shown without a closer look is what the closer look shows: same findings, same words, same order."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from dispenser.core.day_totals import ordered_per_day
from dispenser.core.dosage import ClockTime, DosageDay, DosageStructure, OrderedDose, PartOfDay, StructuredDosage
from dispenser.core.ids import CitizenId, OrdinationId, ProductId, RollId
from dispenser.core.moment import Moment
from dispenser.core.plan import MedicationPlan, Ordination
from dispenser.core.pouch import Pouch
from dispenser.core.presence import Absence, Noted, Presence
from dispenser.core.product import Catalogue, Partable
from dispenser.core.quantity import Quarters
from dispenser.core.roll import Period, Roll
from dispenser.core.stock import PouchLimits
from safety.batch_checks import check_batch
from safety.line_proof import LineProof, SlotOrders
from safety.roll_proof import RollProof
from safety.second_expansion import SecondExpansion, UnverifiableError, expected_doses
from tests.support.every_check import every_finding
from tests.support.medicine import MONDAY, SLOTS, batch, ordination, roll
from tests.support.strategies import PRODUCTS, busy_plans, doses, near, plans, windows

TIGHT = PouchLimits(4, 1000)
_DAYS = timedelta(days=1)

patterns = st.lists(st.builds(DosageDay, st.integers(-1, 9), st.lists(doses, max_size=3).map(tuple)), max_size=4)


@st.composite
def lines_of_one_pattern(draw: st.DrawFn) -> list[Ordination]:
    """Lines that share one list of days and differ in everything else, sound or not."""
    days = tuple(draw(patterns))
    dates = st.integers(-20, 20).map(lambda off: MONDAY + timedelta(days=off))
    structures = st.builds(DosageStructure, st.integers(-1, 8), dates, st.none() | dates, st.just(days))
    made = draw(
        st.lists(st.tuples(st.lists(structures, max_size=2), dates, st.none() | dates), min_size=2, max_size=12)
    )
    return [
        ordination(StructuredDosage("tablet", tuple(listed)), first=first, last=last) for listed, first, last in made
    ]


@given(lines_of_one_pattern(), windows(20))
@settings(max_examples=300, deadline=None)
def test_what_is_remembered_is_what_walking_finds(lines: list[Ordination], period: Period) -> None:
    second = SecondExpansion(period, SLOTS)
    for line in lines:
        fresh = SecondExpansion(period, SLOTS)
        assert _outcome(second.given, line) == _outcome(fresh.given, line)
        assert second.turn(line) == fresh.turn(line)


@given(lines_of_one_pattern(), windows(20))
@settings(max_examples=300, deadline=None)
def test_what_a_line_is_shown_to_give_is_what_both_accounts_say(lines: list[Ordination], period: Period) -> None:
    proof = LineProof(period, SLOTS, SlotOrders(SLOTS))
    for line in lines:
        shown = proof.strands(line)
        if shown is None:
            continue
        listed = {
            (period.first + timedelta(days=offset), order): Fraction(quarters, 4)
            for (order, quarters), days in shown.items()
            for offset in range(days.bit_length())
            if days >> offset & 1
        }
        expected = expected_doses(line, period, SLOTS)
        assert listed == {(at, SLOTS.order(slot)): units for (at, slot), units in expected.items()}
        totals: dict[Any, Decimal] = {}
        for (at, _), units in listed.items():
            totals[at] = totals.get(at, Decimal(0)) + Decimal(units.numerator) / units.denominator
        assert totals == ordered_per_day(line, period)


def _outcome(ask: Callable[[Ordination], object], line: Ordination) -> object:
    try:
        return ask(line)
    except UnverifiableError as error:
        return str(error)


@given(plans(), windows())
@settings(deadline=None)
def test_what_packing_made_is_shown_to_be_sound(plan: MedicationPlan, period: Period) -> None:
    """Else everything would be looked at closely, and nobody would notice but by the time it takes."""
    made = roll(plan, period, PRODUCTS, limits=PouchLimits(30))
    assert RollProof(period, PRODUCTS, SLOTS, PouchLimits(30)).shows(made, plan)


def _of_product(pouch: Pouch, product: str) -> Pouch:
    return replace(pouch, contents=tuple(replace(one, product_id=ProductId(product)) for one in pouch.contents))


def _of_line(pouch: Pouch, line: str) -> Pouch:
    return replace(pouch, contents=tuple(replace(one, ordination_id=OrdinationId(line)) for one in pouch.contents))


def _more(pouch: Pouch, quarters: int) -> Pouch:
    first, *rest = pouch.contents
    return replace(pouch, contents=(replace(first, quarters=Quarters(first.quarters + quarters)), *rest))


pouch_changes: st.SearchStrategy[Callable[[Pouch], Pouch]] = st.one_of(
    st.integers(-1, 1).map(lambda by: lambda pouch: replace(pouch, number=pouch.number + by)),
    st.integers(-15, 15).map(lambda by: lambda pouch: replace(pouch, date=pouch.date + by * _DAYS)),
    st.sampled_from([*PartOfDay, ClockTime(8, 0)]).map(lambda slot: lambda pouch: replace(pouch, slot=slot)),
    st.integers(0, 2).map(lambda part: lambda pouch: replace(pouch, part=part)),
    st.integers(0, 2).map(lambda parts: lambda pouch: replace(pouch, parts=parts)),
    st.sampled_from(["", "Tygges", "Synkes hele", "x"]).map(
        lambda text: lambda pouch: replace(pouch, instruction=text)
    ),
    st.integers(0, 2).map(lambda place: lambda pouch: replace(pouch, contents=pouch.contents[:place])),
    st.sampled_from("ABFX").map(lambda name: lambda pouch: _of_product(pouch, name)),
    st.sampled_from(["line-0", "line-1", "x"]).map(lambda name: lambda pouch: _of_line(pouch, name)),
    st.sampled_from([-6, -2, -1, 1, 2, 60]).map(lambda by: lambda pouch: _more(pouch, by) if pouch.contents else pouch),
    st.just(lambda pouch: replace(pouch, contents=pouch.contents * 2)),
)


@st.composite
def changed(draw: st.DrawFn, made: Roll) -> Roll:
    """`made` with something that is not as it was made; contents are still shared where they were."""
    pouches = list(made.pouches)
    if not pouches:
        return made
    place = draw(st.integers(0, len(pouches) - 1))
    kind = draw(st.sampled_from(["change", "change", "change", "all", "drop", "swap", "double", "period", "revision"]))
    if kind == "change":
        pouches[place] = draw(pouch_changes)(pouches[place])
    elif kind == "all":
        change = draw(pouch_changes)
        pouches = [change(one) if one.slot == pouches[place].slot else one for one in pouches]
    elif kind == "drop":
        del pouches[place]
        pouches = [replace(one, number=number) for number, one in enumerate(pouches, start=1)]
    elif kind == "swap":
        other = draw(st.integers(0, len(pouches) - 1))
        pouches[place], pouches[other] = pouches[other], pouches[place]
    elif kind == "double":
        pouches.insert(place, pouches[place])
        pouches = [replace(one, number=number) for number, one in enumerate(pouches, start=1)]
    elif kind == "period":
        first, last = made.period.first, made.period.last
        shorter = draw(st.sampled_from([Period(first - _DAYS, last), Period(first, last + _DAYS), Period(last, last)]))
        return replace(made, period=shorter)
    else:
        return replace(made, plan_revision=7)
    return replace(made, pouches=tuple(pouches))


absences = st.builds(Absence, st.just(Presence.HOLD), near, st.none() | near)
moments = st.builds(Moment, near, st.sampled_from([ClockTime(0, 0), ClockTime(9, 0)]))


@st.composite
def catalogues(draw: st.DrawFn) -> Catalogue:
    """The products as they are, or one of them not as it was packed."""
    name = ProductId(draw(st.sampled_from("AB")))
    one = PRODUCTS.products[name]
    now = draw(
        st.sampled_from(
            [
                one,
                one,
                replace(one, dispensable=False),
                replace(one, solid_oral=False),
                replace(one, separate_pouch=True),
                replace(one, partable=Partable.INDIVISIBLE),
                replace(one, volume_mm3=700),
                replace(one, substitution_group="group"),
            ]
        )
    )
    other = PRODUCTS.products[ProductId("C")]
    of_group = replace(other, substitution_group="group")
    return Catalogue("test-1", {**PRODUCTS.products, other.product_id: of_group, name: now})


@given(st.data(), plans() | busy_plans(), windows())
@settings(max_examples=300, deadline=None)
def test_findings_are_those_of_the_closer_look(data: st.DataObject, plan: MedicationPlan, period: Period) -> None:
    other = replace(plan, citizen_id=CitizenId("citizen-0"))
    limits = data.draw(st.sampled_from([None, TIGHT, PouchLimits(30)]))
    packed = [
        roll(plan, period, PRODUCTS, limits=limits or TIGHT),
        roll(other, period, PRODUCTS, limits=limits or TIGHT, name="0000010002"),
    ]
    for _ in range(data.draw(st.integers(0, 2))):
        packed[0] = data.draw(changed(packed[0]))
    rolls = [one for one in packed if data.draw(st.integers(0, 9))]
    if rolls and not data.draw(st.integers(0, 9)):
        rolls.append(replace(rolls[0], roll_id=data.draw(st.sampled_from([rolls[0].roll_id, RollId("0000010003")]))))
    neighbours = _neighbours(data, plan, period)
    known = {one.citizen_id: one for one in (plan, other) if data.draw(st.integers(0, 9))}
    noted = {plan.citizen_id: Noted((data.draw(absences),))} if not data.draw(st.integers(0, 2)) else {}
    since = data.draw(st.none() | moments)
    products = data.draw(catalogues())
    made = batch(*rolls, period=period)
    findings = check_batch(made, known, products, SLOTS, neighbours, limits, noted, since)
    assert findings == every_finding(made, known, products, SLOTS, neighbours, limits, noted, since)


def _neighbours(data: st.DataObject, plan: MedicationPlan, period: Period) -> tuple[Roll, ...]:
    """Rolls of the time before that may reach into the period, sound or not."""
    days = data.draw(st.integers(0, 14))
    if not days:
        return ()
    last = period.first + timedelta(days=data.draw(st.sampled_from([-3, -1, -1, -1, -1, 0, 2])))
    before = Period(last - timedelta(days=days), last)
    made = roll(plan, before, PRODUCTS, limits=PouchLimits(30), name="0000000001")
    changed_so = data.draw(st.integers(0, 2))
    assume(made.pouches or not changed_so)
    for _ in range(changed_so):
        made = data.draw(changed(made))
    return (made,)


def test_a_pattern_that_is_used_again_is_another() -> None:
    """An identity may come again once its object is gone; what is remembered must not be taken for the new one."""
    proof = LineProof(Period(MONDAY, MONDAY), SLOTS, SlotOrders(SLOTS))
    for quarters in range(1, 40):
        days = (DosageDay(1, (OrderedDose(PartOfDay.NOON, Decimal(quarters) / 4),)),)
        line = ordination(StructuredDosage("tablet", (DosageStructure(1, MONDAY, None, days),)))
        assert proof.strands(line) == {(SLOTS.order(PartOfDay.NOON), quarters): 1}
