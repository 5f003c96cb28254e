"""Whatever a sound batch holds is proven; whatever single thing of the four accounts is changed is found."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from random import Random

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from dispenser.core.digest import batch_digest
from dispenser.core.dosage import ClockTime, DosageDay, DosageStructure, OrderedDose, PartOfDay, StructuredDosage
from dispenser.core.moment import Moment
from dispenser.core.plan import MedicationPlan
from dispenser.core.pouch import Content
from dispenser.core.quantity import Quarters
from dispenser.core.roll import Period
from safety.finished import FinishedBatch, FinishedRoll
from safety.finished_checks import check_finished
from tests.support.finished import PLANNED, finished, finished_roll, rejournaled, relabelled
from tests.support.medicine import FORTNIGHT, MONDAY, catalogue, ordination, plan, roll

PRODUCTS = catalogue()
SLOTS = (*PartOfDay, ClockTime(6, 5), ClockTime(23, 59))
amounts = st.integers(1, 10).map(lambda quarters: Decimal(quarters) / 4)


@st.composite
def plans(draw: st.DrawFn) -> MedicationPlan:
    """A citizen with one to three medicines, each at fixed times of some days of a cycle."""
    lines = []
    for letter in draw(st.lists(st.sampled_from("ABDE"), min_size=1, max_size=3, unique=True)):
        interval = draw(st.integers(1, 5))
        numbers = draw(st.sets(st.integers(1, interval), min_size=1))
        days = []
        for number in sorted(numbers):
            slots = draw(st.lists(st.sampled_from(SLOTS), min_size=1, max_size=3, unique=True))
            days.append(DosageDay(number, tuple(OrderedDose(slot, draw(amounts)) for slot in slots)))
        structure = DosageStructure(interval, MONDAY - timedelta(days=draw(st.integers(0, 9))), None, tuple(days))
        instruction = draw(st.sampled_from(["", "", "mod smerter", "2 timer før mad"]))
        lines.append(
            ordination(StructuredDosage("tablet", (structure,)), letter, f"line-{letter}", instruction=instruction)
        )
    return plan(*lines)


@st.composite
def batches(draw: st.DrawFn) -> FinishedBatch:
    """A batch of one roll, packed in one or two orders, looked at before, in or after its period."""
    of = draw(plans())
    days = draw(st.integers(1, 5))
    made = roll(of, Period(MONDAY, MONDAY + timedelta(days=days - 1)))
    assume(made.pouches)
    split_at = draw(st.none() | st.integers(1, len(made.pouches)))
    now = Moment(MONDAY + timedelta(days=draw(st.integers(-5, 20))), ClockTime(draw(st.integers(0, 23)), 30))
    one = finished_roll(of, made, PRODUCTS, split_at=split_at)
    return finished(one, now=max(PLANNED, now))


chances = st.integers(0, 2**32).map(Random)


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(batches())
def test_whatever_is_sound_is_proven(batch: FinishedBatch) -> None:
    proof = check_finished(batch)
    assert [(finding.code.id, finding.details) for finding in proof.findings] == []
    (one,) = proof.rolls
    assert one.proven
    assert len({one.doses.expected, one.doses.pouches, one.doses.labels, one.doses.machine}) == 1
    assert len({one.units.expected, one.units.pouches, one.units.labels, one.units.machine}) == 1
    assert one.units.expected > 0


def _of(one: FinishedRoll, batch: FinishedBatch, *, released_so: bool = True) -> FinishedBatch:
    planned = replace(batch.batch, rolls=(one.roll,)) if released_so else batch.batch
    return replace(batch, batch=planned, digest=batch_digest(planned), rolls=(one,))


def _dose_of_the_plan(chance: Random, batch: FinishedBatch) -> FinishedBatch | None:
    """Another amount in every dose of one line: the plan is another from the first to the last."""
    one = batch.rolls[0]
    assert one.plan is not None
    place = chance.randrange(len(one.plan.ordinations))
    line = one.plan.ordinations[place]
    dosage = line.dosage
    assert isinstance(dosage, StructuredDosage)
    days = tuple(
        replace(day, doses=tuple(replace(dose, amount=dose.units + Decimal("0.25")) for dose in day.doses))
        for day in dosage.structures[0].days
    )
    other = replace(line, dosage=replace(dosage, structures=(replace(dosage.structures[0], days=days),)))
    if not any(content.product_id == line.product_id for pouch in one.roll.pouches for content in pouch.contents):
        return None
    lines = tuple(other if spot == place else each for spot, each in enumerate(one.plan.ordinations))
    changed = replace(one.plan, ordinations=lines)
    return _of(replace(one, plan=changed, followed=changed), batch)


def _line_of_the_plan(chance: Random, batch: FinishedBatch) -> FinishedBatch | None:
    """A line less in the plan."""
    one = batch.rolls[0]
    assert one.plan is not None
    line = chance.choice(one.plan.ordinations)
    if not any(content.product_id == line.product_id for pouch in one.roll.pouches for content in pouch.contents):
        return None
    fewer = replace(one.plan, ordinations=tuple(each for each in one.plan.ordinations if each is not line))
    return _of(replace(one, plan=fewer, followed=fewer), batch)


def _content_of_a_pouch(chance: Random, batch: FinishedBatch) -> FinishedBatch:
    one = batch.rolls[0]
    spot = chance.randrange(len(one.roll.pouches))
    pouch = one.roll.pouches[spot]
    place = chance.randrange(len(pouch.contents))
    content = pouch.contents[place]
    other = chance.choice(
        [
            replace(content, quarters=Quarters(content.quarters + 1)),
            replace(
                content, product_id=chance.choice([name for name in PRODUCTS.products if name != content.product_id])
            ),
        ]
    )
    contents: tuple[Content, ...] = tuple(other if at == place else each for at, each in enumerate(pouch.contents))
    pouches = tuple(
        replace(pouch, contents=contents) if at == spot else each for at, each in enumerate(one.roll.pouches)
    )
    return _of(replace(one, roll=replace(one.roll, pouches=pouches)), batch, released_so=chance.random() < 0.5)


def _date_of_a_pouch(chance: Random, batch: FinishedBatch) -> FinishedBatch:
    one = batch.rolls[0]
    spot = chance.randrange(len(one.roll.pouches))
    pouch = one.roll.pouches[spot]
    moved = replace(pouch, date=pouch.date + timedelta(days=chance.choice([-7, -1, 1, 7])))
    pouches = tuple(moved if at == spot else each for at, each in enumerate(one.roll.pouches))
    return _of(replace(one, roll=replace(one.roll, pouches=pouches)), batch)


def _line_of_a_label(chance: Random, batch: FinishedBatch) -> FinishedBatch:
    """A character of a label is another, on paper and in the digest; who packed it is nobody's medicine."""
    one = batch.rolls[0]
    number = chance.randrange(len(one.roll.pouches) + 1)

    def change(lines: tuple[str, ...]) -> list[str]:
        changed = list(lines)
        # The last lines of a header and the last of a pouch name pharmacy and day of packing.
        spot = chance.randrange(len(lines) - (2 if number == 0 else 1))
        text = changed[spot]
        letters = [at for at, letter in enumerate(text) if letter.isalnum()]
        at = chance.choice(letters)
        right = text[at]
        wrong = chance.choice([letter for letter in "0123456789abcæøå" if letter != right])
        changed[spot] = text[:at] + wrong + text[at + 1 :]
        return changed

    return _of(relabelled(one, number, change), batch)


def _count_of_the_machine(chance: Random, batch: FinishedBatch) -> FinishedBatch:
    one = batch.rolls[0]
    number = chance.randrange(1, len(one.roll.pouches) + 1)
    more = chance.choice([-1, 1, 4])
    return _of(
        rejournaled(one, number, "Dropped", lambda fields: {**fields, "counted": int(fields["counted"]) + more}), batch
    )


def _product_of_the_machine(chance: Random, batch: FinishedBatch) -> FinishedBatch:
    one = batch.rolls[0]
    number = chance.randrange(1, len(one.roll.pouches) + 1)
    return _of(rejournaled(one, number, "Dropped", lambda fields: {**fields, "product": "C"}), batch)


def _entry_of_the_journal(chance: Random, batch: FinishedBatch) -> FinishedBatch:
    one = batch.rolls[0]
    number = chance.randrange(1, len(one.roll.pouches) + 1)
    kind = chance.choice(["Dropped", "Sealed", "Printed", "Inspected", "PouchClosed"])
    return _of(rejournaled(one, number, kind, lambda _: None), batch)


def _digest_of_a_print(chance: Random, batch: FinishedBatch) -> FinishedBatch:
    one = batch.rolls[0]
    number = chance.randrange(len(one.roll.pouches) + 1)
    return _of(rejournaled(one, number, "Printed", lambda fields: {**fields, "digest": "0" * 64}), batch)


def _record_of_a_pouch(chance: Random, batch: FinishedBatch) -> FinishedBatch:
    one = batch.rolls[0]
    row = chance.choice(one.pouches)
    now = chance.choice(
        [
            (),
            (row, row),
            (replace(row, state="void"),),
            (replace(row, state="unknown"),),
            (replace(row, film=(row.film or 0) + 1),),
            (replace(row, order_id="elsewhere"),),
        ]
    )
    return _of(replace(one, pouches=(*(each for each in one.pouches if each is not row), *now)), batch)


def _document_of_an_order(chance: Random, batch: FinishedBatch) -> FinishedBatch:
    one = batch.rolls[0]
    place = chance.randrange(len(one.orders))
    text = one.orders[place].document
    at = chance.choice([spot for spot, letter in enumerate(text) if letter.isdigit()])
    other = text[:at] + str((int(text[at]) + 1) % 10) + text[at + 1 :]
    orders = tuple(replace(each, document=other) if spot == place else each for spot, each in enumerate(one.orders))
    return _of(replace(one, orders=orders), batch)


def _pouch_on_the_discard_list(chance: Random, batch: FinishedBatch) -> FinishedBatch:
    one = batch.rolls[0]
    return _of(replace(one, discarded={chance.randrange(len(one.roll.pouches) + 1): "recall"}), batch)


def _twin(chance: Random, batch: FinishedBatch) -> FinishedBatch:
    """Another roll in use that holds one of the pouches too."""
    one = batch.rolls[0]
    pouch = chance.choice(one.roll.pouches)
    other = replace(one.roll, roll_id=type(one.roll.roll_id)("0000020001"), pouches=(replace(pouch, number=1),))
    return _of(replace(one, beside=(other,), others=(other,)), batch)


Fault = Callable[[Random, FinishedBatch], FinishedBatch | None]
FAULTS: tuple[Fault, ...] = (
    _dose_of_the_plan,
    _line_of_the_plan,
    _content_of_a_pouch,
    _date_of_a_pouch,
    _line_of_a_label,
    _count_of_the_machine,
    _product_of_the_machine,
    _entry_of_the_journal,
    _digest_of_a_print,
    _record_of_a_pouch,
    _document_of_an_order,
    _pouch_on_the_discard_list,
    _twin,
)


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.__name__[1:])
@settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow])
@given(batch=batches(), chance=chances)
def test_whatever_single_thing_is_wrong_is_found(fault: Fault, batch: FinishedBatch, chance: Random) -> None:
    wrong = fault(chance, batch)
    assume(wrong is not None)
    assert wrong is not None
    proof = check_finished(wrong)
    assert proof.refused or proof.held
    assert not all(one.proven for one in proof.rolls) or any(one.code.id == "DOSE-0260" for one in proof.findings)
    assert wrong.batch.period == FORTNIGHT
