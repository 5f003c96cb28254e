"""A pharmacy's hall in one process: a real database, real simulated machines on virtual time, people with plans."""

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from dispenser.app.batching import plan_batch
from dispenser.app.bookkeeping import Book
from dispenser.app.dispatch import prepare
from dispenser.app.machines import snapshot_document, stock_of
from dispenser.app.services import Services
from dispenser.app.told import Note
from dispenser.core.citizen import Identity
from dispenser.core.dosage import ClockTime, DosageDay, DosageStructure, OrderedDose, PartOfDay, Slot, StructuredDosage
from dispenser.core.ids import BatchId, CitizenId, GroupId, MachineId, OrdinationId, ProductId
from dispenser.core.plan import Disposition, MedicationPlan, Ordination, ParkedLine
from dispenser.core.product import Catalogue, Partable, Product
from dispenser.core.roll import Period
from dispenser.core.slots import SlotTable
from dispenser.core.stock import MachineStock
from dispenser.store.records import CitizenRecord, FindingRecord, InboxRecord, LineRecord, PeriodRecord
from dispenser.store.session import Database, Transaction
from hal.clock import Clock
from hal.documents import bays_of, capabilities_of, entry_of, status_of
from hal.journal import Cursor
from hal.orders import digest_of, document_of
from hal.status import Capabilities, capabilities_digest
from labels.content import LabelSite
from simulator.machine import Machine
from simulator.memory import InMemory
from simulator.spec import BaySpec, MachineSpec
from tests.support.fills import fill_as_it_stands
from tests.support.rules import QUIET

MONDAY = date(2026, 11, 23)
WEEK = Period(MONDAY, MONDAY + timedelta(days=6))
FORTNIGHT = Period(MONDAY + timedelta(days=14), MONDAY + timedelta(days=27))
NORTH, SOUTH = GroupId("nord"), GroupId("syd")
SITE = LabelSite("Svane Apotek", "33 12 34 56", "05712345000007")
MORNING, NOON, EVENING, NIGHT = PartOfDay
PARKED = FindingRecord(
    "DOSE-1310",
    "park",
    "MedicationRequest/pn-1",
    "Doseringen er efter behov.",
    "The dosage is as needed.",
    "Udlever lægemidlet uden for dosisrullen.",
    "Hand the medicine out beside the roll.",
)
REFUSED = FindingRecord(
    "DOSE-1104",
    "refuse",
    "Bundle.entry[2].resource.dosageInstruction[0].doseAndRate[0]",
    "Feltet doseQuantity mangler.",
    "The element doseQuantity is missing.",
    "Angiv dosis som et antal enheder, og send planen igen.",
    "State the dose as a number of units and send the plan again.",
)
_NAMES = (
    "Åse Sørensen",
    "Børge Kjærgaard",
    "Ingrid Østergaard",
    "Poul-Erik Thøgersen",
    "Karen Margrethe Lund",
    "Jens Æbelø",
)
_PRODUCTS = (
    ("28100000001", "Pamol 500 mg", Partable.HALVES, "hvid, oval"),
    ("28100000002", "Hjertemagnyl 75 mg", Partable.INDIVISIBLE, "hvid, hjerteformet"),
    ("28100000003", "Metoprolol 50 mg", Partable.HALVES, "hvid, rund, delekærv"),
    ("28100000004", "Simvastatin 40 mg", Partable.INDIVISIBLE, "lyserød, oval"),
    ("28100000005", "Furix 40 mg", Partable.QUARTERS, "hvid, rund, krydskærv"),
    ("28100000006", "Sertralin 50 mg", Partable.HALVES, "hvid, aflang"),
)


def catalogue() -> Catalogue:
    products = {
        ProductId(number): Product(
            product_id=ProductId(number),
            name=short.rsplit(" ", 2)[0],
            form="tabletter",
            strength=" ".join(short.rsplit(" ", 2)[1:]),
            atc="",
            short_name=short,
            units=("tablet", "tabletter"),
            partable=partable,
            dispensable=True,
            solid_oral=True,
            separate_pouch=False,
            tray_only=False,
            substitution_group="",
            appearance=looks,
            appearance_invented=False,
        )
        for number, short, partable, looks in _PRODUCTS
    }
    return Catalogue("hall-1", products)


def services_over(database: Database, clock: Clock) -> Services:
    """Return the services of a hall whose data is in `database` already."""
    return Services(database, catalogue(), SlotTable(), clock, SITE, (QUIET,))


class Hall:
    """Everything a panel looks at; `run` lets virtual time pass on one machine and writes down what it did."""

    def __init__(self, database: Database, clock: Clock, machines: int = 6) -> None:
        self.services = services_over(database, clock)
        self.machines: dict[MachineId, Machine] = {}
        self._books: dict[MachineId, Book] = {}
        self._ms: dict[MachineId, int] = {}
        for number in range(1, machines + 1):
            self._add_machine(MachineId(f"M{number}"), number)

    def _add_machine(self, machine_id: MachineId, number: int) -> None:
        bays = tuple(
            BaySpec(place, f"C-{number}{place:02d}", f"F-{number}{place:02d}-1", product, 400)
            for place, (product, *_) in enumerate(_PRODUCTS, 1)
        )
        spec = MachineSpec(machine_id, bays, vendor="Nordpak", model="DP-60" if number % 2 else "Rollmaster 3")
        uri = f"opc.tcp://10.0.0.{number}:4840/" if number % 2 else "pplis:///dev/ttyUSB0?baud=38400"
        self.machines[machine_id] = Machine(spec, InMemory())
        self._books[machine_id] = Book(self.services, machine_id)
        self._ms[machine_id] = 0
        with self.services.database.write() as tx:
            tx.machines.configure(machine_id, uri)

    def capabilities(self, machine_id: MachineId) -> Capabilities:
        return capabilities_of(json.dumps(self.machines[machine_id].capabilities_document()))

    def fill(self, machine_id: MachineId) -> MachineStock:
        """Register what sits in a machine now, as far as nobody has; return it."""
        bays = bays_of(json.dumps(self.machines[machine_id].bays_documents()))
        stock = stock_of(machine_id, self.capabilities(machine_id), bays)
        fill_as_it_stands(self.services, stock)
        return stock

    def look(self, machine_id: MachineId, note: str = "", *, alarms: Sequence[tuple[str, str]] = ()) -> None:
        machine = self.machines[machine_id]
        document = machine.status_document()
        if alarms:
            document["alarms"] = [{"code": code, "detail": detail} for code, detail in alarms]
            document["state"] = "Held"
        snapshot = snapshot_document(
            status_of(json.dumps(document)), bays_of(json.dumps(machine.bays_documents())), Note(note, note)
        )
        with self.services.database.write() as tx:
            tx.machines.set_capabilities(machine_id, json.dumps(machine.capabilities_document()))
            tx.machines.set_link(machine_id, "online", self.services.clock.now(), snapshot)

    def lose(self, machine_id: MachineId, ago: timedelta) -> None:
        with self.services.database.write() as tx:
            tx.machines.set_link(machine_id, "offline", self.services.clock.now() - ago, None)

    def start_next(self, machine_id: MachineId) -> None:
        machine = self.machines[machine_id]
        with self.services.database.write() as tx:
            job = tx.jobs.queued_for(machine_id)[0]
            epoch = tx.machines.take_epoch(machine_id)
        self._books[machine_id].epoch = epoch
        assert machine.hello("hall", epoch).ok
        capabilities = self.capabilities(machine_id)
        stock = self.fill(machine_id)
        order = prepare(self.services, job, stock, capabilities_digest(capabilities), epoch)
        assert order is not None
        assert machine.store(document_of(order), digest_of(order)).ok
        assert machine.start(epoch, 1, order.number).ok
        self._books[machine_id].found_packing(order.number)

    def run(self, machine_id: MachineId, milliseconds: int) -> None:
        machine = self.machines[machine_id]
        self._ms[machine_id] += milliseconds
        machine.advance(self._ms[machine_id])
        with self.services.database.read() as tx:
            cursor: Cursor = tx.machines.get(machine_id).cursor
        documents = machine.journal_after(cursor.boot_id, cursor.seq, 1_000)
        if documents:
            self._books[machine_id].record([entry_of(document) for document in documents])
        self.look(machine_id)

    def plan(self, group_id: GroupId, period: Period) -> BatchId:
        return plan_batch(self.services, group_id, period, "clock").batch_id

    def people(self, group_id: GroupId, name: str, first: int, count: int) -> None:
        """Citizens `first` onward of a group, each with a plan; every third has a medicine that is parked."""
        with self.services.database.write() as tx:
            tx.groups.ensure(group_id, name)
            for number in range(first, first + count):
                self._person(tx, group_id, number)

    def _person(self, tx: Transaction, group_id: GroupId, number: int) -> None:
        citizen_id = CitizenId(f"citizen-{number}")
        identity = Identity(f"{_NAMES[number % len(_NAMES)]}", f"{number:010d}", date(1938 + number % 9, 2, 28))
        tx.citizens.put(CitizenRecord(citizen_id, f"patient-{number}", identity, group_id, 1, "e" * 64))
        at = self.services.clock.now() - timedelta(hours=5, minutes=number)
        parked = number % 3 == 0
        tx.inbox.add(_message(f"m{number}", at, citizen_id, parked=parked))
        ordinations = tuple(_ordinations(number))
        waiting = (
            (ParkedLine(OrdinationId(f"pn-{number}"), "Oxynorm 5 mg, efter behov", (PARKED.code,)),) if parked else ()
        )
        lines = [
            LineRecord(citizen_id, 1, one.ordination_id, one.product_id, Disposition.PACKED, ()) for one in ordinations
        ] + [
            LineRecord(citizen_id, 1, line.ordination_id, line.text, Disposition.PARKED, (PARKED,)) for line in waiting
        ]
        tx.plans.append(MedicationPlan(citizen_id, 1, ordinations, waiting), at, f"m{number}", lines)

    def refuse_message(self) -> None:
        now = self.services.clock.now() - timedelta(minutes=12)
        with self.services.database.write() as tx:
            accepted = _message("refused-1", now, CitizenId("nobody"), parked=False)
            tx.inbox.add(replace(accepted, outcome="refused", status_code=422, findings=(REFUSED,), citizen_id=None))

    def period_to_come(self, group_id: GroupId, period: Period) -> None:
        deadline = datetime(2026, 12, 1, 11, 0, tzinfo=UTC)
        with self.services.database.write() as tx:
            tx.groups.add_period(PeriodRecord(group_id, period, deadline, "open", None))


def _message(message_id: str, at: datetime, citizen_id: CitizenId, *, parked: bool) -> InboxRecord:
    return InboxRecord(
        message_id=message_id,
        received_at=at,
        sender="10.1.4.20",
        kind="bundle",
        digest=message_id.ljust(64, "0"),
        body=b"{}",
        outcome="accepted",
        status_code=200,
        findings=(PARKED,) if parked else (),
        answer="{}",
        lines=4 + parked,
        citizen_id=citizen_id,
    )


def _ordinations(number: int) -> Sequence[Ordination]:
    patterns: tuple[tuple[int, tuple[tuple[Slot, str], ...]], ...] = (
        (0, ((MORNING, "2"), (NOON, "1"), (EVENING, "2"))),
        (1, ((MORNING, "1"),)),
        (2, ((MORNING, "0.5"), (EVENING, "0.5"))),
        (3, ((NIGHT, "1"),)),
        (4, ((MORNING, "1"), (ClockTime(14, 30), "0.5"))),
    )
    chosen = patterns if number % 2 else patterns[:4]
    return [
        Ordination(
            OrdinationId(f"o-{number}-{place}"),
            ProductId(_PRODUCTS[place][0]),
            StructuredDosage(
                "tablet",
                (
                    DosageStructure(
                        1,
                        date(2026, 11, 1),
                        None,
                        (DosageDay(1, tuple(OrderedDose(slot, Decimal(amount)) for slot, amount in doses)),),
                    ),
                ),
            ),
            date(2026, 11, 1),
            None,
            "tages med et glas vand" if place == 1 else "",
        )
        for place, doses in chosen
    ]


def busy_hall(database: Database, clock: Clock) -> Hall:
    """A hall in the middle of a morning: one machine jammed, one silent, two packing, one ready, one never seen."""
    from dispenser.app.release import release_batch  # noqa: PLC0415

    hall = Hall(database, clock)
    hall.people(NORTH, "Nord", 1, 6)
    hall.people(SOUTH, "Syd", 7, 3)
    m1, m2, m3, m4, m5, _ = hall.machines
    for machine_id in (m1, m2, m3, m4, m5):
        hall.look(machine_id)
    released = hall.plan(NORTH, WEEK)
    release_batch(hall.services, released, "Farmaceut Kirsten Holm")
    hall.plan(SOUTH, WEEK)
    hall.refuse_message()
    hall.period_to_come(NORTH, FORTNIGHT)
    for place, machine_id in enumerate((m1, m2, m3, m4)):
        with database.read() as tx:
            queued = tx.jobs.queued_for(machine_id)
        if queued:
            hall.start_next(machine_id)
            hall.run(machine_id, 18_000 + 6_000 * place)
    hall.look(m2, alarms=(("JAM", "bay 3"),))
    hall.lose(m4, timedelta(minutes=4))
    return hall
