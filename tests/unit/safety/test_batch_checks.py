"""A planned batch with one thing made wrong at a time."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from dispenser.core.ids import CitizenId, OrdinationId, ProductId, RollId
from dispenser.core.plan import MedicationPlan
from dispenser.core.pouch import Content, Pouch
from dispenser.core.product import Catalogue, Partable
from dispenser.core.quantity import Quarters
from dispenser.core.roll import Period, Roll
from dispenser.core.slots import SlotTable
from dispenser.core.stock import PouchLimits
from dispenser.core.volume import Dimensions, Shape
from safety import batch_codes
from safety.batch_checks import check_batch
from safety.findings import Code, Verdict, verdict_of
from safety.roll_checks import check_capacity
from tests.support.medicine import (
    CITIZEN,
    EVENING,
    FORTNIGHT,
    LIMITS,
    MONDAY,
    MORNING,
    NOON,
    SLOTS,
    batch,
    catalogue,
    daily,
    day,
    dosage,
    dose,
    ordination,
    plan,
    product,
    roll,
    structure,
)

PLAN = plan(
    ordination(daily(dose("1"), dose("0.5", EVENING)), "A"),
    ordination(daily(dose("2")), "B", instruction="Synkes hele"),
)
ROLL = roll(PLAN)


def codes(
    *rolls: Roll,
    plans: tuple[MedicationPlan, ...] = (PLAN,),
    products: Catalogue | None = None,
    neighbours: tuple[Roll, ...] = (),
    limits: PouchLimits | None = LIMITS,
) -> set[Code]:
    by_citizen = {one.citizen_id: one for one in plans}
    findings = check_batch(batch(*rolls), by_citizen, products or catalogue(), SLOTS, neighbours, limits)
    assert all(finding.text("da") and "{" not in finding.text("da") + finding.text("en") for finding in findings)
    return {finding.code for finding in findings}


def with_pouch(number: int, change: Callable[[Pouch], Pouch]) -> Roll:
    return replace(ROLL, pouches=tuple(change(one) if one.number == number else one for one in ROLL.pouches))


def with_contents(number: int, *contents: Content) -> Roll:
    return with_pouch(number, lambda pouch: replace(pouch, contents=contents))


def content(line: str, what: str, quarters: int) -> Content:
    return Content(OrdinationId(line), ProductId(what), Quarters(quarters))


A_WHOLE = content("ordination-A", "A", 4)
A_HALF = content("ordination-A", "A", 2)
B_TWO = content("ordination-B", "B", 8)


def test_what_packing_made_passes() -> None:
    assert codes(ROLL) == set()
    assert codes(ROLL, limits=None) == set()
    assert ROLL.pouches[0].contents == (A_WHOLE, B_TWO)
    assert ROLL.pouches[1].contents == (A_HALF,)


def test_dropped_content() -> None:
    assert codes(with_contents(1, A_WHOLE)) == {
        batch_codes.MISSING_DOSE,
        batch_codes.WRONG_TOTAL,
        batch_codes.DAY_TOTAL,
        batch_codes.BAD_INSTRUCTION,
    }


def test_doubled_content() -> None:
    assert codes(with_contents(2, A_HALF, A_HALF)) == {
        batch_codes.WRONG_QUANTITY,
        batch_codes.WRONG_TOTAL,
        batch_codes.DAY_TOTAL,
    }


def test_content_moved_to_another_time_keeps_the_total() -> None:
    first, second = ROLL.pouches[:2]
    moved = (
        replace(first, contents=(B_TWO,)),
        replace(second, contents=(A_WHOLE, A_HALF)),
    )
    assert codes(replace(ROLL, pouches=(*moved, *ROLL.pouches[2:]))) == {
        batch_codes.MISSING_DOSE,
        batch_codes.WRONG_QUANTITY,
    }


def test_content_of_another_line_or_product() -> None:
    assert codes(with_contents(2, A_HALF, content("ordination-C", "C", 4))) == {
        batch_codes.EXTRA_DOSE,
        batch_codes.WRONG_TOTAL,
        batch_codes.DAY_TOTAL,
    }
    assert batch_codes.EXTRA_DOSE in codes(with_contents(2, content("ordination-A", "D", 2)))


def test_missing_pouch_is_seen_by_number_and_dose() -> None:
    assert codes(replace(ROLL, pouches=(ROLL.pouches[0], *ROLL.pouches[2:]))) == {
        batch_codes.MISSING_DOSE,
        batch_codes.WRONG_TOTAL,
        batch_codes.DAY_TOTAL,
        batch_codes.BAD_ORDER,
    }


def test_a_dosage_that_cannot_be_verified_holds() -> None:
    open_plan = plan(ordination(daily(dose("1", as_needed=True)), "A"))
    assert codes(replace(ROLL, pouches=()), plans=(open_plan,)) == {batch_codes.NOT_VERIFIABLE}
    assert codes(plans=(open_plan,)) == {batch_codes.NOT_VERIFIABLE}


def test_citizen_without_roll_is_missed_unless_nothing_is_due() -> None:
    assert codes(plans=(PLAN,)) == {batch_codes.MISSING_ROLL}
    over = plan(ordination(daily(dose("1")), last=MONDAY - timedelta(days=1)))
    assert codes(plans=(over,)) == set()


def test_a_roll_over_part_of_the_period_leaves_doses_out() -> None:
    week = Period(MONDAY, MONDAY + timedelta(days=6))
    other = Period(MONDAY + timedelta(days=7), FORTNIGHT.last)
    assert codes(roll(PLAN, week)) == {batch_codes.MISSING_ROLL}
    assert codes(roll(PLAN, week), roll(PLAN, other, name="0000010002")) == set()


def test_roll_of_a_citizen_without_plan() -> None:
    assert codes(ROLL, replace(ROLL, roll_id=RollId("x"), citizen_id=CitizenId("other"))) == {batch_codes.NO_PLAN}


def test_roll_of_another_citizens_plan() -> None:
    other = plan(ordination(daily(dose("1")), "C"), citizen=CitizenId("other"))
    swapped = replace(ROLL, citizen_id=other.citizen_id), replace(roll(other, name="2"), citizen_id=CITIZEN)
    assert {batch_codes.EXTRA_DOSE, batch_codes.MISSING_DOSE} <= codes(*swapped, plans=(PLAN, other))


def test_stale_revision() -> None:
    assert codes(replace(ROLL, plan_revision=2)) == {batch_codes.STALE_REVISION}


def test_roll_name_used_twice_and_the_same_doses_twice() -> None:
    assert codes(ROLL, ROLL) == {batch_codes.ROLL_TWICE, batch_codes.OVERLAP}


@pytest.mark.parametrize(
    ("other", "overlaps"),
    [
        (roll(PLAN, name="old"), True),
        (roll(plan(ordination(daily(dose("1")), "A", "renewed")), name="old"), True),
        (roll(plan(ordination(daily(dose("1")), "F", "ordination-A")), name="old"), True),
        (roll(plan(ordination(daily(dose("1")), "F", "supplement")), name="old"), False),
        (roll(plan(ordination(daily(dose("1", NOON)), "A")), name="old"), False),
        (roll(PLAN, Period(MONDAY - timedelta(days=14), MONDAY - timedelta(days=1)), name="old"), False),
        (replace(roll(PLAN, name="old"), citizen_id=CitizenId("other")), False),
    ],
)
def test_double_doses_over_rolls(other: Roll, overlaps: bool) -> None:  # noqa: FBT001
    assert (batch_codes.OVERLAP in codes(ROLL, neighbours=(other,))) is overlaps


def test_pouch_outside_the_period() -> None:
    outside = with_pouch(1, lambda pouch: replace(pouch, date=MONDAY - timedelta(days=1)))
    assert batch_codes.OUTSIDE_PERIOD in codes(outside)
    longer = roll(PLAN, Period(MONDAY, MONDAY + timedelta(days=14)))
    assert batch_codes.OUTSIDE_PERIOD in codes(longer)


def test_numbers_and_order() -> None:
    first, second, *rest = ROLL.pouches
    swapped = (replace(second, number=1), replace(first, number=2), *rest)
    assert codes(replace(ROLL, pouches=swapped)) == {batch_codes.BAD_ORDER}
    assert codes(with_pouch(1, lambda pouch: replace(pouch, number=99))) == {batch_codes.BAD_ORDER}


def test_parts_must_be_marked() -> None:
    assert codes(with_pouch(1, lambda pouch: replace(pouch, parts=2))) == {batch_codes.BAD_PARTS}


def test_instructions_must_suit() -> None:
    lost = with_pouch(1, lambda pouch: replace(pouch, instruction=""))
    strange = with_pouch(2, lambda pouch: replace(pouch, instruction="Tygges"))
    assert codes(lost) == codes(strange) == {batch_codes.BAD_INSTRUCTION}


def test_empty_pouch_and_zero_content() -> None:
    empty = Pouch(29, FORTNIGHT.last, EVENING, 2, 2, ())
    last = replace(ROLL.pouches[-1], parts=2)
    assert codes(replace(ROLL, pouches=(*ROLL.pouches[:-1], last, empty))) == {batch_codes.EMPTY_POUCH}
    assert batch_codes.EMPTY_POUCH in codes(with_contents(2, A_HALF, content("ordination-A", "A", 0)))


@pytest.mark.parametrize(
    ("products", "code"),
    [
        (catalogue(product("A")), batch_codes.UNSUITABLE),
        (catalogue(product("A"), product("B", dispensable=False)), batch_codes.UNSUITABLE),
        (catalogue(product("A"), product("B", solid_oral=False)), batch_codes.UNSUITABLE),
        (catalogue(product("A"), product("B", separate=True)), batch_codes.NOT_ALONE),
        (catalogue(product("A", partable=Partable.INDIVISIBLE), product("B")), batch_codes.BAD_FRACTION),
    ],
)
def test_products_are_judged_again(products: Catalogue, code: Code) -> None:
    assert codes(ROLL, products=products) == {code}


def test_too_much_of_one_product_over_several_lines() -> None:
    many = plan(*[ordination(daily(dose("7")), "A", name) for name in ("first", "second")])
    assert codes(roll(many), plans=(many,)) == {batch_codes.TOO_MANY_AT_ONCE}


def test_capacity() -> None:
    assert codes(ROLL, limits=PouchLimits(2)) == {batch_codes.OVER_CAPACITY}
    bulky = catalogue(product("A", volume=500), product("B", volume=300))
    findings = check_capacity(ROLL, bulky, PouchLimits(8, 1000))
    assert [dict(finding.details)["what"] for finding in findings] == ["1100 mm3 > 1000 mm3"] * 14


def test_a_volume_that_was_lost_on_the_way_is_noticed_by_the_dimensions() -> None:
    """19 x 9 x 6 mm: each box has 1026 mm3, and two thirds of it are filled at the very least."""
    forgotten = replace(product("B"), dimensions=Dimensions(Shape.OBLONG, 19_000, 9_000, 6_000))
    findings = check_capacity(ROLL, catalogue(product("A"), forgotten), PouchLimits(8, 1000))
    assert [dict(finding.details)["what"] for finding in findings] == ["1368 mm3 > 1000 mm3"] * 14


def test_a_unit_that_no_pouch_can_hold_is_named() -> None:
    products = catalogue(product("A", volume=1001), product("B"))
    assert codes(products=products, limits=PouchLimits(8, 1000)) == {
        batch_codes.MISSING_ROLL,
        batch_codes.UNIT_TOO_LARGE,
    }
    assert codes(products=products, limits=PouchLimits(8)) == {batch_codes.MISSING_ROLL}


def test_other_versions() -> None:
    planned = batch(ROLL, version="older")
    findings = check_batch(planned, {CITIZEN: PLAN}, catalogue(), replace(SLOTS, version="newer"))
    assert [finding.code for finding in findings] == [batch_codes.OTHER_VERSION] * 2
    assert verdict_of(findings) is Verdict.REFUSE


def test_the_omission_in_fmks_own_sample_card_is_caught() -> None:
    """A night dose that is in only 4 of 14 days, under a right declared total."""
    night = plan(ordination(daily(dose("1", NOON)), "A"))
    whole = roll(night)
    assert codes(replace(whole, pouches=whole.pouches[:4]), plans=(night,)) == {
        batch_codes.MISSING_DOSE,
        batch_codes.WRONG_TOTAL,
        batch_codes.DAY_TOTAL,
    }


@pytest.mark.parametrize("lost", [7, 14])
def test_a_lost_last_day_of_a_cycle_is_caught(lost: int) -> None:
    cycle = plan(ordination(dosage(structure(*[day(n, dose("1")) for n in range(1, lost + 1)], interval=lost))))
    broken = plan(ordination(dosage(structure(*[day(n, dose("1")) for n in range(1, lost)], interval=lost))))
    assert batch_codes.MISSING_DOSE in codes(roll(broken), plans=(cycle,))


def test_times_of_plain_doses_are_the_sites() -> None:
    plain = plan(ordination(daily(dose("1", None))))
    moved = roll(plain, slots=SlotTable(plain={1: (EVENING,)}))
    assert moved.pouches[0].slot is not MORNING
    assert {batch_codes.MISSING_DOSE, batch_codes.EXTRA_DOSE} == codes(moved, plans=(plain,))
