"""What goes wrong at a machine in the middle of a roll: the real controller and store against the simulator."""

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from dispenser.app.release import queue_job, release_batch
from dispenser.core.batch import BatchState
from dispenser.core.dosage import DosageDay, DosageStructure, OrderedDose, PartOfDay, StructuredDosage
from dispenser.core.ids import MachineId, RollId
from dispenser.core.job import JobState
from dispenser.store.session import Database
from hal.journal import START, JournalEntry
from hal.wire import words
from scheduling.calendar import period_from
from simulator.machine import Machine
from simulator.memory import InMemory
from simulator.spec import BaySpec
from tests.support.hall import MONDAY
from tests.support.pharmacy import M1, WHO, Fresh, Pharmacy, lined
from tests.support.small_site import BAYS, LOOKS, MACHINE, SPEC, World
from tests.support.world import SimulatedLine

Event = Callable[[World], None]
FIRST_POUCHES = 12
"""Looks after which the first roll is well under way."""


def journal(world: World) -> list[JournalEntry]:
    """Everything that the controller has on record of the machine, in the order of the machine's own numbers."""
    with world.services.database.read() as tx:
        return list(tx.journal.after(MACHINE, START, 100_000))


def closed(world: World) -> list[tuple[int, str, str]]:
    """Film, outcome and reason of every pouch that the machine fed."""
    return [
        (int(entry.fields["film"]), str(entry.fields["outcome"]), str(entry.fields["reason"]))
        for entry in journal(world)
        if entry.kind == words.POUCH_CLOSED
    ]


def advance_until(world: World, kind: str) -> None:
    """Let the machine work on until the last thing it wrote into its journal is of `kind`."""
    line = world.line
    for _ in range(100_000):
        entries = line.machine.journal_after(line.machine.boot_id, line.machine.last_seq - 1, 1)
        if entries and f'"kind":"{kind}"' in entries[0]:
            return
        line._ms += 10
        line.machine.advance(line._ms)
    raise AssertionError(kind)


def day(folder: Path, event: Event, before: Event | None = None) -> World:
    """A day on which `event` happens while the first roll is packed; in the end the truth must be on record."""

    async def course() -> World:
        world = World(folder, {})
        if before is not None:
            before(world)
        await world.release()
        await world.serve(FIRST_POUCHES, until_packed=False)
        event(world)
        await world.serve(LOOKS, until_packed=True)
        world.require_truth()
        return world

    return asyncio.run(course())


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Callable[..., World]]:
    """Play a day, and close its database in the end."""
    worlds: list[World] = []

    def play(event: Event, before: Event | None = None) -> World:
        worlds.append(day(tmp_path, event, before))
        return worlds[-1]

    yield play
    for world in worlds:
        world.services.database.close()


def test_power_loss_between_drop_and_seal(opened: Callable[..., World]) -> None:
    """Tablets lie in an open pouch when the power goes: that film is void, and the pouch is packed again from new."""

    def power_loss(world: World) -> None:
        advance_until(world, words.DROPPED)
        world.line.cut_power()

    world = opened(power_loss)
    ((film, _, reason),) = [one for one in closed(world) if one[1] == words.VOID]
    assert reason == "power loss"
    (lost,) = [line for line in world.line.truth() if line["film"] == film]
    assert lost["contents"]


def test_film_or_ribbon_is_changed_in_the_middle_of_a_roll(opened: Callable[..., World]) -> None:
    """The operator holds the machine, changes the film and goes on: no pouch twice, none missing, film by film."""

    def change_film(world: World) -> None:
        advance_until(world, words.PRINTED)
        assert world.line.machine.command("Hold").ok
        for _ in range(100):
            world.line._ms += 100
            world.line.machine.advance(world.line._ms)
        assert world.line.machine.state == "Held"
        assert world.line.machine.command("Unhold").ok

    world = opened(change_film)
    states = [str(entry.fields["to"]) for entry in journal(world) if entry.kind == words.STATE_CHANGED]
    assert "Held" in states
    assert [film for film, *_ in closed(world)] == list(range(1, len(closed(world)) + 1))
    assert {outcome for _, outcome, _ in closed(world)} == {words.PACKED}


def test_the_clock_of_the_machine_is_set_back(opened: Callable[..., World]) -> None:
    """After a restart the machine believes it is last year: its journal is read by its numbers, and nothing is lost."""

    def set_back(world: World) -> None:
        line = world.line
        line.memory = InMemory(line.memory.read())
        line.machine = Machine(SPEC, line.memory, powered_up_at=datetime(2025, 3, 30, 1, 59, 58, tzinfo=UTC))
        line._ms = 0

    world = opened(set_back)
    stamps = [entry.at for entry in journal(world)]
    assert stamps != sorted(stamps)
    order = [(entry.boot_number, entry.seq) for entry in journal(world)]
    assert order == sorted(order)


def test_a_canister_is_empty_in_the_middle_of_an_intake(opened: Callable[..., World]) -> None:
    """The canister holds less than anyone believed: the short pouch is void, and packed again after the refill."""

    def take_some_out(world: World) -> None:
        canister = world.line.machine._bays.get(1)
        assert canister is not None
        canister.left = 1

    world = opened(take_some_out)
    assert "canister empty" in [reason for *_, reason in closed(world)]
    fills = {str(entry.fields["fill"]) for entry in journal(world) if entry.fields.get("bay") == 1}
    assert fills == {"K1-1", "K1-1-2"}


def test_a_pouch_with_tablets_of_two_fills_names_both(opened: Callable[..., World]) -> None:
    """The last tablet of one fill and the first of another in one pouch: the record has both, and so both lots."""
    two_places = (BaySpec(1, "K1", "lot-1", "A", 2), BaySpec(5, "K5", "lot-2", "A", 1), *BAYS[1:])

    def nearly_empty(world: World) -> None:
        world.prepare(two_places)
        world.line = SimulatedLine(replace(SPEC, bays=two_places), {})

    world = opened(lambda _: None, nearly_empty)
    fills: dict[tuple[int, int], set[str]] = {}
    for entry in journal(world):
        if entry.kind == words.DROPPED and "fill" in entry.fields:
            fills.setdefault((entry.order_number, entry.pouch), set()).add(str(entry.fields["fill"]))
    assert {"lot-1", "lot-2"} in fills.values()


def test_the_pouches_of_a_fill_are_known_after_delivery(opened: Callable[..., World]) -> None:
    """A lot is called back when the rolls are out: the record leads from its fill to every pouch of every citizen."""
    world = opened(lambda _: None)
    called_back = {
        (entry.order_number, entry.pouch)
        for entry in journal(world)
        if entry.kind == words.DROPPED and entry.fields.get("fill") == "K1-1"
    }
    with world.services.database.read() as tx:
        rolls = {job.order_number: job.roll_id for job in tx.jobs.of_batch(world.batch().batch_id)}
        citizens = {roll.roll_id: roll.citizen_id for roll in tx.batches.rolls(world.batch().batch_id)}
    found = {(citizens[rolls[order]], pouch) for order, pouch in called_back}
    # Product A is in each of the four pouches of both citizens.
    assert found == {(citizen, pouch) for citizen in ("c1", "c2") for pouch in (1, 2, 3, 4)}


M2 = MachineId("M2")
FOUR_TIMES_A_DAY = StructuredDosage(
    "tablet",
    (
        DosageStructure(
            1, date(2026, 11, 1), None, (DosageDay(1, tuple(OrderedDose(part, Decimal(1)) for part in PartOfDay)),)
        ),
    ),
)


def packed(pharmacy: Pharmacy, roll_id: RollId) -> dict[MachineId, list[int]]:
    """Numbers of the packed pouches of a roll by machine, in the order of its film."""
    with pharmacy.services.database.read() as tx:
        rows = [row for row in tx.jobs.pouches_of_roll(roll_id) if row.state == "packed"]
    machines = {row.machine_id for row in rows}
    return {
        machine: [row.number for row in sorted(rows, key=lambda row: row.film or 0) if row.machine_id == machine]
        for machine in machines
    }


def hand_over(pharmacy: Pharmacy, roll_id: RollId, machine_id: MachineId) -> None:
    """Give what is queued of a roll to another machine."""
    now = pharmacy.services.clock.now()
    with pharmacy.services.database.write() as tx:
        (job,) = [job for job in tx.jobs.of_roll(roll_id) if job.state is JobState.QUEUED]
        numbers = [row.number for row in tx.jobs.pouches_of_job(job.job_id)]
        assert tx.jobs.move(job.job_id, JobState.QUEUED, JobState.VOID, now)
        tx.jobs.release_unpacked(job.job_id, "handed over", now)
        queue_job(tx, roll_id, machine_id, numbers, job.created_at)


@pytest.mark.parametrize("goes_on_at", [M1, M2], ids=["on-the-same-machine", "on-another-machine"])
def test_a_machine_stops_after_pouch_17_of_56(fresh: Fresh, goes_on_at: MachineId) -> None:
    """Pouches 18 to 56 are packed under a new order; no pouch is packed twice and none is forgotten."""
    with fresh("sqlite") as url, Database.open(url) as database:
        pharmacy = Pharmacy(database)
        pharmacy.citizen(1, lined("A", FOUR_TIMES_A_DAY))
        batch_id = pharmacy.batch(period_from(MONDAY)).batch_id
        release_batch(pharmacy.services, batch_id, WHO)
        roll_id = RollId(f"{batch_id}0001")
        pharmacy.start_next(M1)
        while packed(pharmacy, roll_id).get(M1, [0])[-1] < 16:
            pharmacy.run(M1, 500)
        assert pharmacy.machines[M1].command("Stop").ok
        pharmacy.run(M1, 5_000)
        stopped = packed(pharmacy, roll_id)
        if goes_on_at == M2:
            pharmacy._add_machine(M2, 2)
            pharmacy.look(M2)
            hand_over(pharmacy, roll_id, M2)
        pharmacy.start_next(goes_on_at)
        pharmacy.run(goes_on_at, 120_000)
        whole = packed(pharmacy, roll_id)
        assert stopped == {M1: list(range(18))}
        assert [number for machine in dict.fromkeys((M1, goes_on_at)) for number in whole[machine]] == list(range(57))
        assert pharmacy.batches()[0].state is BatchState.PACKED
