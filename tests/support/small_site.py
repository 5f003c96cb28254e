"""One controller, one machine, two citizens: small enough to look into every corner of."""

import asyncio
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

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
from tests.support.fills import fill_canisters, open_hand_stock
from tests.support.medicine import EVENING, MONDAY, MORNING, SLOTS, catalogue, daily, dose, ordination
from tests.support.rules import QUIET
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
        site = LabelSite("Apotek", "70", "02000000000008")
        self.services = Services(database, MEDICINES, SLOTS, self.clock, site, (QUIET,))
        self.line = SimulatedLine(replace(SPEC, profile=profile), mishaps)
        with database.write() as tx:
            tx.machines.configure(MACHINE, "direct:")
            tx.groups.ensure(GROUP, "Nord")
        self.prepare(BAYS)
        open_hand_stock(self.services)
        for number in (1, 2):
            self._take_in(CitizenId(f"c{number}"), number)

    def prepare(self, bays: Iterable[BaySpec]) -> None:
        """Register what is in these canisters, and their next refills."""
        codes = [(bay, code) for bay in bays for code in (bay.fill, *(f"{bay.fill}-{n}" for n in range(2, 10)))]
        fill_canisters(self.services, [(bay.canister, code, bay.product) for bay, code in codes])

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
        for roll_id in set(rolls.values()):
            strip = [line["pouch"] for line in truth if line["outcome"] == "packed" and rolls[line["order"]] == roll_id]
            assert strip == sorted(strip), f"roll {roll_id} came out in the order {strip}"
        packed = sorted((rolls[line["order"]], line["pouch"]) for line in truth if line["outcome"] == "packed")
        assert packed == planned
        assert record.state is BatchState.PACKED
