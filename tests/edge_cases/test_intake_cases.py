"""What home care sends, and when: a second before the deadline, a second after it, twice, or against another nurse."""

import json
from datetime import datetime

import pytest

from dispenser.app.batching import NothingToPackError
from dispenser.app.clockwork import Cycle, tick
from dispenser.app.intake import accept_request
from dispenser.app.release import release_batch
from dispenser.core.batch import BatchState
from dispenser.core.ids import BatchId
from scheduling.calendar import period_from
from tests.support.counter import Counter, codes, intakes, medicine, person
from tests.support.fhir import part
from tests.support.hall import MONDAY, NORTH
from tests.support.pharmacy import WHO

ONE = part("2026-11-01", None, frequency=1, when=["MORN"])
TWO = part("2026-11-01", None, frequency=1, when=["MORN"], value=2)
WEEKLY = Cycle(NORTH, datetime.fromisoformat("2026-11-30").date(), 7)
DEADLINE = "2026-11-25T11:00:00+00:00"
"""Noon in Denmark, three workdays before Monday 30 November."""


def strike(counter: Counter, instant: str) -> list[BatchId]:
    """The clock shows `instant`, and the controller looks what is due."""
    counter.clock.turn_to(datetime.fromisoformat(instant))
    return [record.batch_id for record in tick(counter.services, [WEEKLY])]


def quarters_in(counter: Counter, batch_id: BatchId) -> set[str]:
    """How many quarters of a tablet the pouches of a batch hold."""
    with counter.services.database.read() as tx:
        return {quarters for roll in tx.batches.load(batch_id).rolls for *_, quarters in intakes(roll)}


def test_a_change_one_second_before_the_deadline_is_in_the_batch(counter: Counter) -> None:
    """What arrives at 11:59:59 is packed in the coming period, and no roll is lost over it."""
    counter.take(person(), medicine(ONE))
    assert strike(counter, "2026-11-25T10:59:59+00:00") == []
    counter.take(person(), medicine(TWO))
    (batch_id,) = strike(counter, DEADLINE)
    assert quarters_in(counter, batch_id) == {"8"}
    assert counter.void_rolls() == {}


def test_a_change_one_second_after_the_deadline_takes_the_roll_out_of_use(counter: Counter) -> None:
    """What arrives at 12:00:01 finds a roll with the old dose: it is taken out of use in the open, never released."""
    counter.take(person(), medicine(ONE))
    assert strike(counter, "2026-11-25T10:59:59+00:00") == []
    (batch_id,) = strike(counter, DEADLINE)
    counter.clock.turn_to(datetime.fromisoformat("2026-11-25T11:00:01+00:00"))
    counter.take(person(), medicine(TWO))
    assert quarters_in(counter, batch_id) == {"4"}
    assert list(counter.void_rolls()) == [f"{batch_id}0001"]
    again = counter.batch(period_from(WEEKLY.first, 7))
    assert (again.state, quarters_in(counter, again.batch_id)) == (BatchState.PLANNED, {"8"})


@pytest.mark.parametrize("released", [False, True], ids=["planned", "released"])
def test_the_same_push_again_makes_no_new_pouches(counter: Counter, *, released: bool) -> None:
    """A sender that repeats itself after the batch is made changes no plan, no roll and no pouch."""
    counter.take(person(), medicine(ONE))
    batch = counter.planned()
    if released:
        release_batch(counter.services, batch.batch_id, WHO)
    before = (counter.plan_of(), counter.batches(), counter.jobs())
    counter.take(person(), medicine(ONE))
    assert (counter.plan_of(), counter.batches(), counter.jobs(), counter.void_rolls()) == (*before, {})
    with pytest.raises(NothingToPackError):
        counter.batch(batch.period)


def test_two_nurses_change_one_medicine_at_cut_off(counter: Counter) -> None:
    """Both have version 1 in front of them: the first change is packed, the second is refused and must look again."""
    counter.take(person(), medicine(ONE))
    half = part("2026-11-01", None, frequency=1, when=["MORN"], value=0.5)
    answers = [
        accept_request(counter.services, "m1", json.dumps(medicine(change)).encode(), 'W/"1"', "home care")
        for change in (TWO, half)
    ]
    assert [(answer.status, codes(answer)) for answer in answers] == [(200, set()), (412, {"DOSE-1605"})]
    assert {quarters for *_, quarters in intakes(counter.roll(period_from(MONDAY)))} == {"8"}
