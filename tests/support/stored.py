"""Short ways to fill a database in tests."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from dispenser.core.batch import Batch, BatchState
from dispenser.core.citizen import Identity
from dispenser.core.dosage import ClockTime, FreeTextDosage, PartOfDay
from dispenser.core.ids import BatchId, CitizenId, GroupId, JobId, MachineId, OrdinationId, ProductId, RollId
from dispenser.core.job import JobState
from dispenser.core.plan import Disposition, MedicationPlan, Ordination, ParkedLine
from dispenser.core.pouch import Content, Pouch
from dispenser.core.quantity import Quarters
from dispenser.core.roll import Period, Roll
from dispenser.store.records import CitizenRecord, FindingRecord, InboxRecord, JobRecord, LineRecord, ResourceRecord
from dispenser.store.session import Database, Transaction
from hal.journal import JournalEntry

NOW = datetime(2026, 11, 22, 10, 30, 0, 123456, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)
GROUP = GroupId("nord")
M1, M2 = MachineId("M1"), MachineId("M2")
PERIOD = Period(date(2026, 11, 30), date(2026, 12, 13))
BATCH = BatchId("000001")
FINDING = FindingRecord("DOSE-0101", "PARK", "ordination/1", "skæv dosis", "odd dose", "ring", "call")


def citizen_id(number: int = 1) -> CitizenId:
    return CitizenId(f"c{number}")


def roll_id(number: int = 1, batch: BatchId = BATCH) -> RollId:
    return RollId(f"{batch}{number:04d}")


def message(message_id: str = "m1", **changes: object) -> InboxRecord:
    record = InboxRecord(
        message_id=message_id,
        received_at=NOW,
        sender="home-care",
        kind="bundle",
        digest="d" * 64,
        body=b'{"\xc3\xa6": 1}\x00',
        outcome="accepted",
        status_code=200,
        findings=(FINDING,),
        answer="{}",
        lines=3,
        citizen_id=None,
    )
    return replace(record, **changes)


def citizen(number: int = 1, **changes: object) -> CitizenRecord:
    record = CitizenRecord(
        citizen_id=citizen_id(number),
        fhir_id=f"patient-{number}",
        identity=Identity(f"Åse Sørensen {number}", f"{number:010d}", date(1940, 2, 29)),
        group_id=GROUP,
        version=1,
        digest="e" * 64,
    )
    return replace(record, **changes)


def resource(resource_id: str = "r1", version: int = 1, **changes: object) -> ResourceRecord:
    record = ResourceRecord(
        kind="MedicationRequest",
        resource_id=resource_id,
        version=version,
        citizen_id=citizen_id(),
        status="active",
        content='{"resourceType":"MedicationRequest","meta":{"source":"x"}}',
        digest=f"{version}",
        updated_at=NOW,
    )
    return replace(record, **changes)


def plan(number: int = 1, revision: int = 1) -> MedicationPlan:
    ordination = Ordination(
        OrdinationId(f"o{number}"), ProductId("28100000001"), FreeTextDosage("efter behov"), date(2026, 1, 1), None
    )
    return MedicationPlan(
        citizen_id(number), revision, (ordination,), (ParkedLine(OrdinationId("p"), "Salve", ("x",)),)
    )


def lines(of: MedicationPlan) -> list[LineRecord]:
    packed = LineRecord(of.citizen_id, of.revision, OrdinationId("o"), "Pamol", Disposition.PACKED, ())
    parked = LineRecord(of.citizen_id, of.revision, OrdinationId("p"), "Salve", Disposition.PARKED, (FINDING,))
    return [packed, parked]


def roll(number: int = 1, pouches: int = 3, batch: BatchId = BATCH, period: Period = PERIOD) -> Roll:
    return Roll(
        roll_id(number, batch),
        citizen_id(number),
        1,
        period,
        tuple(
            Pouch(
                place,
                period.first + timedelta(days=(place - 1) // 4),
                PartOfDay.MORNING if place % 2 else ClockTime(21, 30),
                1,
                1,
                (Content(OrdinationId(f"o{number}"), ProductId("28100000001"), Quarters(6)),),
                "med mad",
            )
            for place in range(1, pouches + 1)
        ),
    )


def batch(rolls: int = 1, pouches: int = 3, name: BatchId = BATCH, period: Period = PERIOD) -> Batch:
    made = tuple(roll(number, pouches, name, period) for number in range(1, rolls + 1))
    return Batch(name, GROUP, period, "catalogue-1", "slots-1", made)


def job(job_id: str = "j1", number: int = 1, machine_id: MachineId = M1, **changes: object) -> JobRecord:
    record = JobRecord(JobId(job_id), roll_id(number), machine_id, None, JobState.QUEUED, "", "", 0, NOW, NOW)
    return replace(record, **changes)


def entry(seq: int, boot: str = "boot-a", number: int = 1, **changes: object) -> JournalEntry:
    made = JournalEntry(boot, number, seq, "2026-11-22T10:00:00Z", "Dropped", 7, seq % 5, {"bay": 3, "fill": "f1"})
    return replace(made, **changes)


def add_people(tx: Transaction, count: int = 1) -> None:
    """One message, one group, and citizens 1 to `count` with a first plan revision each."""
    tx.inbox.add(message())
    tx.groups.ensure(GROUP, "Nord")
    for number in range(1, count + 1):
        tx.citizens.put(citizen(number))
        tx.plans.append(plan(number), NOW, "m1", lines(plan(number)))


def add_machines(tx: Transaction) -> None:
    tx.machines.configure(M1, "opc.tcp://m1:4840/")
    tx.machines.configure(M2, "pplis+socket://m2:5001")


def add_batch(tx: Transaction, rolls: int = 1, pouches: int = 3) -> Batch:
    """People, both machines, and a planned batch with a roll for each citizen."""
    add_people(tx, rolls)
    add_machines(tx)
    made = batch(rolls, pouches)
    tx.batches.add(made, "f" * 64, (FINDING,), BatchState.PLANNED, NOW)
    return made


def fill(database: Database, rolls: int = 1, pouches: int = 3) -> Batch:
    with database.write() as tx:
        return add_batch(tx, rolls, pouches)


def send(tx: Transaction, job_id: str = "j1", order_number: int = 1) -> bool:
    return tx.jobs.set_sent(JobId(job_id), order_number, "{}", "a" * 64, 1, LATER)
