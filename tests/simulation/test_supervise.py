"""The real supervisor and the real store against a machine that loses power, requests and replies."""

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dispenser.app.batching import plan_batch
from dispenser.app.evidence import physical_pouches
from dispenser.app.release import release_batch
from dispenser.app.services import Services
from dispenser.app.supervise import Supervisor
from dispenser.core.batch import BatchState
from dispenser.core.citizen import Identity
from dispenser.core.ids import CitizenId, GroupId, MachineId
from dispenser.core.plan import MedicationPlan
from dispenser.store.records import BatchRecord, CitizenRecord, InboxRecord
from dispenser.store.session import Database
from labels.content import LabelSite
from scheduling.calendar import period_from
from simulator.spec import BaySpec, MachineSpec
from tests.support.medicine import EVENING, MONDAY, MORNING, SLOTS, catalogue, daily, dose, ordination
from tests.support.world import DirectDriver, Mishap, SimulatedLine, VirtualClock

MACHINE = MachineId("m1")
GROUP = GroupId("nord")
PERIOD = period_from(MONDAY, 2)
MEDICINES = catalogue()
BAYS = tuple(BaySpec(n, f"K{n}", f"K{n}-1", product, 500) for n, product in enumerate("ABCD", start=1))
# One tray cell, and two halves in every roll: each roll takes two orders.
SPEC = MachineSpec("m1", BAYS, tray_cells=1, warm_up_ms=1_000, clear_ms=2_000, refill_ms=2_000, cell_refill_ms=500)
LOOKS = 600
"""More looks than the longest course with any number of mishaps needs; reaching it means no progress."""


class World:
    """One controller, one machine; the controller can be killed and started anew."""

    def __init__(self, folder: Path, mishaps: Mapping[int, Mishap], profile: str = "none") -> None:
        self.clock = VirtualClock()
        database = Database(f"sqlite:///{folder}/dispenser.db")
        database.migrate()
        self.services = Services(database, MEDICINES, SLOTS, self.clock, LabelSite("Apotek", "70", "02000000000008"))
        self.line = SimulatedLine(replace(SPEC, profile=profile), mishaps)
        with database.write() as tx:
            tx.machines.configure(MACHINE, "direct:")
            tx.groups.ensure(GROUP, "Nord")
        for number in (1, 2):
            self._take_in(CitizenId(f"c{number}"), number)

    def _take_in(self, citizen_id: CitizenId, number: int) -> None:
        identity = Identity(f"Borger {number}", f"010130000{number}", MONDAY.replace(year=1930))
        plan = MedicationPlan(
            citizen_id,
            1,
            (
                ordination(daily(dose("1", MORNING), dose("2", EVENING)), "A"),
                ordination(daily(dose("0.5", MORNING)), "B"),
            ),
        )
        now, name = self.clock.now(), f"message-{number}"
        with self.services.database.write() as tx:
            tx.citizens.put(CitizenRecord(citizen_id, f"fhir-{number}", identity, GROUP, 1, ""))
            tx.inbox.add(InboxRecord(name, now, "test", "bundle", name, b"", "accepted", 200, (), "", 2, citizen_id))
            tx.plans.append(plan, now, name, ())

    async def serve(self, looks: int, *, until_packed: bool) -> None:
        """Run a controller for at most `looks` looks, then kill it."""
        supervisor = Supervisor(self.services, MACHINE, DirectDriver(self.line), "test")
        task = asyncio.create_task(supervisor.run())
        start = self.line.calls
        while self.line.calls < start + looks and not task.done():
            await asyncio.sleep(0)
            if until_packed and self.batch().state is BatchState.PACKED:
                break
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task

    def batch(self) -> BatchRecord:
        with self.services.database.read() as tx:
            return tx.batches.newest(1)[0]

    async def release(self) -> None:
        await self.serve(12, until_packed=False)
        record = plan_batch(self.services, GROUP, PERIOD, "test")
        assert record.state is BatchState.PLANNED, record.findings
        release_batch(self.services, record.batch_id, "test")

    def require_truth(self) -> None:
        """What is on record is what fell: every planned pouch packed exactly once, and nothing else."""
        record = self.batch()
        truth = self.line.truth()
        known = physical_pouches(self.services, MACHINE)
        assert [(p.order, p.pouch, p.film, p.outcome) for p in known] == [
            (line["order"], line["pouch"], line["film"], line["outcome"]) for line in truth
        ]
        with self.services.database.read() as tx:
            rolls = {job.order_number: job.roll_id for job in tx.jobs.of_batch(record.batch_id)}
            planned = sorted(
                (roll.roll_id, n) for roll in tx.batches.rolls(record.batch_id) for n in range(roll.pouches + 1)
            )
        packed = sorted((rolls[line["order"]], line["pouch"]) for line in truth if line["outcome"] == "packed")
        assert packed == planned
        assert record.state is BatchState.PACKED


def run(mishaps: Mapping[int, Mishap], kills: tuple[int, ...] = (), profile: str = "none") -> World:
    async def course(folder: str) -> World:
        world = World(Path(folder), {}, profile)
        await world.release()
        world.line.mishaps = {world.line.calls + number: mishap for number, mishap in mishaps.items()}
        for looks in kills:
            await world.serve(looks, until_packed=True)
        await world.serve(LOOKS, until_packed=True)
        world.require_truth()
        world.services.database.close()
        return world

    with TemporaryDirectory() as folder:
        return asyncio.run(course(folder))


def test_a_quiet_day_packs_every_pouch_once() -> None:
    world = run({})
    assert world.line.refusals == []


@pytest.mark.parametrize("mishap", Mishap)
@pytest.mark.parametrize("call", [4, 5, 6, 7, 8, 9, 12])
def test_one_mishap_around_the_first_order_costs_no_pouch(mishap: Mishap, call: int) -> None:
    run({call: mishap})


@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    st.dictionaries(st.integers(1, 120), st.sampled_from(Mishap), max_size=8),
    st.lists(st.integers(1, 40), max_size=4).map(tuple),
    st.sampled_from(["none", "visible"]),
)
def test_any_mishaps_and_kills_leave_the_truth_on_record(
    mishaps: dict[int, Mishap], kills: tuple[int, ...], profile: str
) -> None:
    run(mishaps, kills, profile)


def test_a_database_older_than_the_machine_serves_it_no_more() -> None:
    async def course(folder: str, other: str) -> None:
        world = World(Path(folder), {})
        await world.release()
        await world.serve(LOOKS, until_packed=True)
        restored = World(Path(other), {})
        restored.line = world.line
        truth = world.line.truth()
        await restored.serve(LOOKS, until_packed=False)
        with restored.services.database.read() as tx:
            assert tx.machines.get(MACHINE).link == "offline"
        assert world.line.truth() == truth
        for each in (world, restored):
            each.services.database.close()

    with TemporaryDirectory() as folder, TemporaryDirectory() as other:
        asyncio.run(course(folder, other))
