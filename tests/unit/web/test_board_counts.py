"""Aggregates agree with the rows they count, on both kinds of database."""

from datetime import timedelta

from dispenser.app.views_board import board
from dispenser.core.batch import BatchState
from dispenser.core.ids import BatchId, CitizenId, MachineId, RollId
from dispenser.core.job import JobState
from dispenser.core.roll import HEADER_NUMBER
from dispenser.store.board import Load, Progress
from dispenser.store.session import Database
from hal.wire import words
from tests.support.hall import NORTH, SOUTH, busy_hall
from tests.support.world import VirtualClock

BATCH = BatchId("000001")
M2, M3 = MachineId("M2"), MachineId("M3")


def test_progress_is_what_the_rows_say(database: Database) -> None:
    hall = busy_hall(database, VirtualClock())
    with database.read() as tx:
        rolls = [roll.roll_id for roll in tx.batches.rolls(BATCH)]
        rows = [row for row in tx.jobs.pouches_of_batch(BATCH) if row.number != HEADER_NUMBER]
        packed = {roll: sum(row.state == "packed" for row in rows if row.roll_id == roll) for roll in rolls}
        assert {roll: progress.packed for roll, progress in tx.board.of_rolls(rolls).items()} == packed
        assert tx.board.of_rolls_in(BATCH) == tx.board.of_rolls(rolls)
        assert tx.board.of_batches([BATCH]) == {BATCH: Progress(packed=sum(packed.values()))}
        assert tx.board.of_batches([]) == {}
        loads = tx.board.loads()
        assert loads[M2] == Load(RollId("0000010003"), BATCH, JobState.PACKING, 35, Progress(packed=17), 0)
        assert loads[MachineId("M5")].queued == 1
        assert tx.board.released_batches(9) == [BATCH]
        assert tx.board.newest_jobs(rolls)[RollId("0000010003")] is JobState.PACKING
        assert list(tx.board.group_names()) == [NORTH, SOUTH]
        assert tx.board.citizen_names({CitizenId("citizen-5")}) == {CitizenId("citizen-5"): "Jens Æbelø"}
        assert tx.board.citizen_names(set()) == {}
    assert board(hall.services).tiles[0].done == 17


def test_films_thrown_away_are_counted_and_unknown_pouches_are_not_packed(database: Database) -> None:
    hall = busy_hall(database, VirtualClock())
    roll = RollId("0000010003")
    hall.machines[M2].command("Abort")
    hall.run(M2, 30_000)
    with database.read() as tx:
        sent = [job.order_number for job in tx.jobs.of_roll(roll) if job.order_number is not None]
        entries = [entry for number in sent for entry in tx.journal.of_order(M2, number)]
        void = sum(e.kind == words.POUCH_CLOSED and e.fields["outcome"] == words.VOID for e in entries)
        assert void == 1
        assert tx.board.of_rolls([roll])[roll].void == void
        planned = next(
            row
            for row in tx.jobs.pouches_of_job(tx.jobs.of_roll(RollId("0000010005"))[0].job_id)
            if row.state == "planned"
        )
    with database.write() as tx:
        assert tx.jobs.close_pouch(planned.job_id, planned.number, "unknown", None, "", hall.services.clock.now())
    with database.read() as tx:
        assert tx.board.of_rolls([planned.roll_id])[planned.roll_id] == Progress(packed=23, unknown=1)


def test_contact_ages_and_the_board_follows_the_batch(database: Database) -> None:
    clock = VirtualClock()
    hall = busy_hall(database, clock)
    hall.lose(M3, timedelta(seconds=90))
    tile = next(tile for tile in board(hall.services).tiles if tile.machine_id == M3)
    assert (tile.idle_seconds, tile.situation.value) == (90, "link-lost")
    with database.write() as tx:
        assert tx.batches.move(BATCH, BatchState.RELEASED, BatchState.PACKED, "clock", clock.now())
    with database.read() as tx:
        assert tx.board.released_batches(9) == []
