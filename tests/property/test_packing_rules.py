"""What must hold for every plan: nothing lost, nothing doubled, nothing dependent on chance."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from dispenser.core.digest import batch_digest, roll_document, roll_of
from dispenser.core.dosage import Dosage, Slot, StructuredDosage
from dispenser.core.expansion import expand
from dispenser.core.ids import OrdinationId
from dispenser.core.packing import PouchLimits
from dispenser.core.plan import MedicationPlan
from dispenser.core.pouch import Pouch
from dispenser.core.quantity import started_units
from dispenser.core.reasons import why_not_packable
from dispenser.core.roll import Period, Roll
from safety.batch_checks import check_batch
from safety.plan_checks import judge
from safety.plan_codes import REASON_CODES
from safety.verifier import UnverifiableError, expected_doses
from tests.support.medicine import SLOTS, batch, ordination, roll
from tests.support.strategies import PRODUCTS, packable_dosages, plans, wild_dosages, windows

LIMITS = PouchLimits(4, 1000)

Doses = Counter[tuple[OrdinationId, date, Slot]]


def packed(one: Roll) -> Doses:
    found: Doses = Counter()
    for pouch in one.pouches:
        for content in pouch.contents:
            found[content.ordination_id, pouch.date, pouch.slot] += content.quarters
    return found


def planned(plan: MedicationPlan, period: Period) -> Doses:
    found: Doses = Counter()
    for line in plan.ordinations:
        for dose in expand(line, period, SLOTS):
            assert (dose.ordination_id, dose.date, dose.slot) not in found
            found[dose.ordination_id, dose.date, dose.slot] = dose.quarters
    return found


def unnumbered(pouches: Iterable[Pouch]) -> list[Pouch]:
    return [replace(pouch, number=0) for pouch in pouches]


@given(plans(), windows())
@settings(deadline=None)
def test_pouches_hold_exactly_the_planned_doses(plan: MedicationPlan, period: Period) -> None:
    assert packed(roll(plan, period, PRODUCTS, limits=LIMITS)) == planned(plan, period)


@given(plans(), windows(), st.randoms())
@settings(deadline=None)
def test_order_of_the_lines_does_not_matter(plan: MedicationPlan, period: Period, random: Random) -> None:
    lines = list(plan.ordinations)
    random.shuffle(lines)
    shuffled = replace(plan, ordinations=tuple(lines))
    assert roll(shuffled, period, PRODUCTS, limits=LIMITS) == roll(plan, period, PRODUCTS, limits=LIMITS)


@given(plans(), windows(), st.integers(0, 27))
@settings(deadline=None)
def test_a_window_split_in_two_is_the_whole(plan: MedicationPlan, period: Period, cut: int) -> None:
    whole = roll(plan, period, PRODUCTS, limits=LIMITS)
    if cut >= period.days - 1:
        return
    middle = period.first + timedelta(days=cut)
    parts = (Period(period.first, middle), Period(middle + timedelta(days=1), period.last))
    halves = [roll(plan, part, PRODUCTS, limits=LIMITS) for part in parts]
    assert unnumbered(whole.pouches) == unnumbered(pouch for half in halves for pouch in half.pouches)


@given(plans(), windows(14), st.integers(1, 9), st.integers(250, 1500))
@settings(deadline=None)
def test_no_pouch_holds_more_than_it_can(plan: MedicationPlan, period: Period, units: int, volume: int) -> None:
    for pouch in roll(plan, period, PRODUCTS, limits=PouchLimits(units, volume)).pouches:
        started = [(started_units(one.quarters), PRODUCTS.products[one.product_id]) for one in pouch.contents]
        assert sum(count for count, _ in started) <= units
        assert sum(count * product.volume_mm3 for count, product in started) <= volume


@given(plans(), windows())
@settings(deadline=None)
def test_checks_have_nothing_against_what_packing_makes(plan: MedicationPlan, period: Period) -> None:
    made = roll(plan, period, PRODUCTS, limits=LIMITS)
    whole = batch(made, period=period)
    assert not check_batch(whole, {plan.citizen_id: plan}, PRODUCTS, SLOTS, (), LIMITS)


@given(plans(), windows())
@settings(deadline=None)
def test_documents_read_back(plan: MedicationPlan, period: Period) -> None:
    made = roll(plan, period, PRODUCTS)
    again = roll_of(roll_document(made))
    assert again == made
    assert batch_digest(batch(again)) == batch_digest(batch(made))


@given(packable_dosages(), windows(60))
@settings(max_examples=200, deadline=None)
def test_two_expansions_agree(dosage: StructuredDosage, period: Period) -> None:
    line = ordination(dosage)
    ours = {(dose.date, dose.slot): dose.quarters for dose in expand(line, period, SLOTS)}
    theirs = {when: units * 4 for when, units in expected_doses(line, period, SLOTS).items()}
    assert ours == theirs


@given(wild_dosages, windows())
@settings(max_examples=200, deadline=None)
def test_any_dosage_is_packed_or_parked_with_a_reason(dosage: Dosage, period: Period) -> None:
    line = ordination(dosage)
    reasons = why_not_packable(line.dosage, SLOTS)
    severities = {REASON_CODES[reason].severity for reason in reasons}
    assert {finding.code.severity for finding in judge(line, PRODUCTS, SLOTS)} >= severities
    if reasons:
        return
    doses = expand(line, period, SLOTS)
    assert all(period.first <= dose.date <= period.last and dose.quarters > 0 for dose in doses)
    assert sum(expected_doses(line, period, SLOTS).values()) * 4 == sum(dose.quarters for dose in doses)


@given(wild_dosages, windows())
@settings(deadline=None)
def test_the_verifier_never_crashes(dosage: Dosage, period: Period) -> None:
    try:
        doses = expected_doses(ordination(dosage), period, SLOTS)
    except UnverifiableError:
        return
    assert all(units > 0 for units in doses.values())
