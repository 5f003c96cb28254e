"""A small hall for use cases: one machine, one group, and plans that change while somebody works."""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal

from dispenser.app.batching import plan_batch
from dispenser.app.services import Services
from dispenser.app.superseding import supersede
from dispenser.core.dosage import Dosage, DosageDay, DosageStructure, OrderedDose, StructuredDosage
from dispenser.core.ids import CitizenId, MachineId, OrdinationId, ProductId
from dispenser.core.plan import MedicationPlan, Ordination
from dispenser.core.product import Product
from dispenser.core.roll import Period
from dispenser.store.records import AuditRecord, BatchRecord, JobRecord
from dispenser.store.session import Database
from hal.clock import Clock
from tests.support.hall import EVENING, MONDAY, MORNING, NORTH, Hall, catalogue
from tests.support.world import VirtualClock

Fresh = Callable[[str], AbstractContextManager[str]]
"""What the fixture `fresh` gives: a new database of the kind asked for."""
M1 = MachineId("M1")
DAYS = Period(MONDAY, MONDAY + timedelta(days=2))
WHO = "Farmaceut Kirsten Holm"


def line(name: str, units: str = "1", place: int = 1) -> Ordination:
    """A line of the hall's product number `place`, `units` every morning and one every evening."""
    doses = (OrderedDose(MORNING, Decimal(units)), OrderedDose(EVENING, Decimal(1)))
    structure = DosageStructure(1, date(2026, 11, 1), None, (DosageDay(1, doses),))
    return lined(name, StructuredDosage("tablet", (structure,)), place)


def lined(name: str, dosage: Dosage, place: int = 1) -> Ordination:
    """A line with any dosage, good or bad."""
    return Ordination(OrdinationId(name), ProductId(f"2810000000{place}"), dosage, date(2026, 11, 1), None)


class Pharmacy(Hall):
    """A hall whose machine M1 has answered once, unless told otherwise."""

    def __init__(self, database: Database, clock: Clock | None = None, *, answered: bool = True) -> None:
        super().__init__(database, clock or VirtualClock(), machines=1)
        if answered:
            self.look(M1)
            self.fill(M1)

    def prescribe(self, number: int, *lines: Ordination, superseding: bool = True) -> MedicationPlan:
        """Give citizen `number`, who must exist, a next revision of the plan."""
        citizen_id = CitizenId(f"citizen-{number}")
        now = self.services.clock.now()
        with self.services.database.write() as tx:
            plan = MedicationPlan(citizen_id, tx.plans.revision(citizen_id) + 1, lines)
            tx.plans.append(plan, now, f"m{number}", ())
            if superseding:
                supersede(self.services, tx, plan, now)
        return plan

    def citizen(self, number: int, *lines: Ordination) -> None:
        """A citizen of group north with exactly these lines."""
        self.people(NORTH, "Nord", number, 1)
        self.prescribe(number, *lines)

    def batch(self, period: Period = DAYS) -> BatchRecord:
        return plan_batch(self.services, NORTH, period, WHO)

    def lose_link(self, machine_id: MachineId) -> None:
        """The link is gone while a job may be live."""
        self._books[machine_id].lost()

    def jobs(self) -> tuple[JobRecord, ...]:
        """All attempts of the newest batch."""
        with self.services.database.read() as tx:
            return tx.jobs.of_batch(tx.batches.newest(1)[0].batch_id)

    def batches(self) -> tuple[BatchRecord, ...]:
        with self.services.database.read() as tx:
            return tx.batches.newest(50)

    def audit(self, action: str) -> list[AuditRecord]:
        with self.services.database.read() as tx:
            return [record for record in tx.audit.newest(500) if record.action == action]

    def void_rolls(self) -> dict[str, str]:
        """Reason by id of every roll that is out of use."""
        with self.services.database.read() as tx:
            rolls = [roll for batch in tx.batches.newest(50) for roll in tx.batches.rolls(batch.batch_id)]
        return {roll.roll_id: roll.void_reason for roll in rolls if roll.void_reason is not None}


def stop_last_line(services: Services, citizen_id: CitizenId, now: datetime) -> None:
    """Give a citizen a next revision of the plan without its last line, as known at `now`."""
    with services.database.write() as tx:
        plan = tx.plans.current(citizen_id)
        assert plan is not None
        newer = replace(plan, revision=plan.revision + 1, ordinations=plan.ordinations[:-1])
        tx.plans.append(newer, now, "m1", ())
        supersede(services, tx, newer, now)


class OpenedCatalogue(dict[ProductId, Product]):
    """The hall's products; `meanwhile` happens whenever one is looked up, at most `times` times."""

    def __init__(self, meanwhile: Callable[[], object], times: int) -> None:
        super().__init__(catalogue().products)
        self._meanwhile = meanwhile
        self._left = times

    def get(self, key: ProductId, default: object = None) -> Product | None:  # type: ignore[override]  # narrower
        del default
        if self._left:
            self._left -= 1
            self._meanwhile()
        return super().get(key)


class InterruptingClock(VirtualClock):
    """Time stands still; what is put in `meanwhile` happens once, the next time somebody looks at the clock."""

    def __init__(self) -> None:
        super().__init__()
        self.meanwhile: list[Callable[[], object]] = []

    def now(self) -> datetime:
        if self.meanwhile:
            self.meanwhile.pop()()
        return super().now()


def with_products(services: Services, products: Mapping[ProductId, Product]) -> Services:
    return replace(services, catalogue=replace(services.catalogue, products=products))
