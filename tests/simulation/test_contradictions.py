"""What the record, the plan or the catalogue contradicts is not packed, and the reason is the right one."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from structlog.testing import capture_logs

from dispenser.app.batching import plan_batch
from dispenser.app.bookkeeping import Book
from dispenser.app.distrust import StrangePouchError
from dispenser.app.release import NotReleasableError, release_batch
from dispenser.app.superseding import supersede
from dispenser.app.supervise import Supervisor
from dispenser.app.views_board import board
from dispenser.core.ids import CitizenId
from dispenser.core.plan import MedicationPlan
from hal.errors import UnreachableError
from hal.journal import Cursor, FieldValue, JournalEntry
from hal.wire import words
from tests.support.small_site import GROUP, LOOKS, MACHINE, PERIOD, World
from tests.support.world import DirectDriver, SimulatedLine

CITIZEN = CitizenId("c1")


def in_world(course: Callable[[World], Awaitable[None]]) -> None:
    async def run() -> None:
        with TemporaryDirectory() as folder:
            world = World(Path(folder), {})
            await course(world)
            world.services.database.close()

    asyncio.run(run())


async def reasons_away(world: World, driver: DirectDriver, looks: int = LOOKS) -> list[str]:
    """Serve the machine with `driver`; return the kinds of error for which it was left alone."""
    start = world.line.calls
    with capture_logs() as logs:
        task = asyncio.create_task(Supervisor(world.services, MACHINE, driver, "test").run())
        while world.line.calls < start + looks and not task.done():  # noqa: ASYNC110 - virtual time
            await asyncio.sleep(0)
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
    return [entry["kind"] for entry in logs if entry["event"] == "machine away"]


class NeverStarts(DirectDriver):
    async def ensure_packing(self, number: int) -> None:
        message = f"start of {number} lost"
        raise UnreachableError(message)


class HotSeals(DirectDriver):
    async def journal_after(self, cursor: Cursor, limit: int) -> Sequence[JournalEntry]:
        entries = await super().journal_after(cursor, limit)
        return [
            replace(entry, fields={**entry.fields, "temperature_dc": 9_999}) if entry.kind == words.SEALED else entry
            for entry in entries
        ]


class StrayDrops(DirectDriver):
    """Tells of one more drop at the first closing of a pouch with anything in it, as `tell` makes it."""

    def __init__(
        self, line: SimulatedLine, tell: Callable[[JournalEntry, JournalEntry], Sequence[JournalEntry]]
    ) -> None:
        super().__init__(line)
        self._tell = tell
        self._drop: JournalEntry | None = None

    async def journal_after(self, cursor: Cursor, limit: int) -> Sequence[JournalEntry]:
        """Stop at the extra entries: what comes after would be numbered otherwise than the machine has it."""
        told: list[JournalEntry] = []
        for entry in await super().journal_after(cursor, limit):
            told.append(entry)
            if entry.kind == words.DROPPED:
                self._drop = entry
            if entry.kind == words.POUCH_CLOSED and self._drop is not None:
                more = self._tell(entry, self._drop)
                return [*told, *(replace(one, seq=entry.seq + place) for place, one in enumerate(more, start=1))]
        return told


def too_late(_: JournalEntry, drop: JournalEntry) -> Sequence[JournalEntry]:
    return [drop]


def into_no_pouch(closed: JournalEntry, drop: JournalEntry) -> Sequence[JournalEntry]:
    begun = replace(closed, kind=words.POUCH_STARTED, pouch=99, fields={"film": 9_999})
    return [begun, replace(drop, pouch=99)]


def for_another_order(_: JournalEntry, drop: JournalEntry) -> Sequence[JournalEntry]:
    return [replace(drop, order_number=drop.order_number + 1)]


def new_plan(world: World, plan: MedicationPlan) -> None:
    with world.services.database.write() as tx:
        tx.plans.append(plan, world.clock.now(), "message-1", ())


def with_instruction(world: World) -> MedicationPlan:
    with world.services.database.read() as tx:
        plan = tx.plans.get(CITIZEN, 1)
    changed = tuple(replace(ordination, instruction="Med måltid") for ordination in plan.ordinations)
    return replace(plan, revision=2, ordinations=changed)


def test_a_loaded_order_of_a_roll_that_went_void_is_never_started() -> None:
    async def course(world: World) -> None:
        await world.release()
        assert "UnreachableError" in await reasons_away(world, NeverStarts(world.line), looks=12)
        with world.services.database.read() as tx:
            job = tx.jobs.live_on(MACHINE)[0]
            roll = tx.batches.roll(job.roll_id)
        plan = MedicationPlan(roll.citizen_id, 2, ())
        new_plan(world, plan)
        with world.services.database.write() as tx:
            supersede(world.services, tx, plan, world.clock.now())
        await world.serve(LOOKS, until_packed=True)
        assert [line for line in world.line.truth() if line["order"] == job.order_number] == []
        with world.services.database.read() as tx:
            assert tx.batches.roll_record(job.roll_id).void_reason

    in_world(course)


def test_packed_without_evidence_ends_the_service() -> None:
    async def course(world: World) -> None:
        await world.release()
        assert (await reasons_away(world, HotSeals(world.line)))[-1:] == ["MissingEvidenceError"]
        with world.services.database.read() as tx:
            assert sum(tx.jobs.packed_counts(world.batch().batch_id).values()) == 0

    in_world(course)


@pytest.mark.parametrize("tell", [too_late, into_no_pouch, for_another_order])
def test_a_drop_for_a_pouch_that_is_not_open_ends_the_service(
    tell: Callable[[JournalEntry, JournalEntry], Sequence[JournalEntry]],
) -> None:
    async def course(world: World) -> None:
        await world.release()
        assert (await reasons_away(world, StrayDrops(world.line, tell)))[-1:] == ["StrangePouchError"]
        (tile,) = board(world.services).tiles
        assert tile.note.english.startswith("DOSE-0618 m1 let ")

    in_world(course)


def test_a_drop_while_no_order_is_under_way_is_not_passed_over() -> None:
    async def course(world: World) -> None:
        await world.serve(6, until_packed=False)
        with world.services.database.read() as tx:
            (last,) = tx.journal.newest(MACHINE, 1)
            epoch = tx.machines.get(MACHINE).epoch
        drop = replace(last, seq=last.seq + 1, kind=words.DROPPED, order_number=77, pouch=1)
        with pytest.raises(StrangePouchError, match=r"^DOSE-0618 "):
            Book(world.services, MACHINE, epoch).record([drop])

    in_world(course)


def test_an_older_record_is_recognised_before_anything_is_read_from_the_journal() -> None:
    async def course(world: World) -> None:
        await world.release()
        await world.serve(LOOKS, until_packed=True)
        with TemporaryDirectory() as other:
            restored = World(Path(other), {})
            restored.line = world.line
            with restored.services.database.write() as tx:
                # A lower fencing token would be turned away by the machine itself; this one is not.
                tx.machines.take_epoch(MACHINE, above=99)
            assert await reasons_away(restored, DirectDriver(world.line)) == ["OlderRecordError"]
            with restored.services.database.read() as tx:
                assert tx.journal.count(MACHINE) == 0
            restored.services.database.close()

    in_world(course)


def test_a_packed_pouch_of_an_order_that_is_not_under_way_is_not_passed_over() -> None:
    async def course(world: World) -> None:
        await world.serve(6, until_packed=False)
        with world.services.database.read() as tx:
            (last,) = tx.journal.newest(MACHINE, 1)
            epoch = tx.machines.get(MACHINE).epoch
        fields: dict[str, FieldValue] = {"film": 1, "outcome": words.PACKED, "reason": ""}
        strange = replace(last, seq=last.seq + 1, kind=words.POUCH_CLOSED, order_number=77, pouch=1, fields=fields)
        with pytest.raises(StrangePouchError):
            Book(world.services, MACHINE, epoch).record([strange])

    in_world(course)


def test_a_batch_planned_with_another_catalogue_is_not_released() -> None:
    async def course(world: World) -> None:
        await world.serve(12, until_packed=False)
        batch = plan_batch(world.services, GROUP, PERIOD, "test")
        newer = replace(world.services, catalogue=replace(world.services.catalogue, version="newer"))
        with pytest.raises(NotReleasableError, match="another catalogue"):
            release_batch(newer, batch.batch_id, "test")
        release_batch(world.services, batch.batch_id, "test")

    in_world(course)


def test_a_plan_that_changes_only_an_instruction_keeps_the_batch_from_being_released() -> None:
    async def course(world: World) -> None:
        await world.serve(12, until_packed=False)
        batch = plan_batch(world.services, GROUP, PERIOD, "test")
        new_plan(world, with_instruction(world))
        with pytest.raises(NotReleasableError, match="the plan has changed"):
            release_batch(world.services, batch.batch_id, "test")

    in_world(course)


def test_a_plan_that_changes_only_an_instruction_voids_the_roll() -> None:
    async def course(world: World) -> None:
        await world.release()
        plan = with_instruction(world)
        new_plan(world, plan)
        with world.services.database.write() as tx:
            supersede(world.services, tx, plan, world.clock.now())
        with world.services.database.read() as tx:
            void = {roll.citizen_id: roll.void_reason for roll in tx.batches.rolls(world.batch().batch_id)}
        assert void == {CITIZEN: "plan revision 2", CitizenId("c2"): None}

    in_world(course)
