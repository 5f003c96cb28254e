"""Short ways to write plans, catalogues and machines in tests."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from decimal import Decimal

from dispenser.core.batch import Batch
from dispenser.core.dosage import (
    ClockTime,
    Dosage,
    DosageDay,
    DosageStructure,
    DoseRange,
    OrderedDose,
    PartOfDay,
    Slot,
    StructuredDosage,
)
from dispenser.core.ids import BatchId, CitizenId, GroupId, MachineId, OrdinationId, ProductId, RollId
from dispenser.core.moment import Moment
from dispenser.core.packing import PouchLimits, pack
from dispenser.core.plan import MedicationPlan, Ordination
from dispenser.core.product import Catalogue, Partable, Product
from dispenser.core.roll import Period, Roll
from dispenser.core.slots import SlotTable
from dispenser.core.stock import LoadedCanister, MachineStock

MORNING, NOON, EVENING, NIGHT = PartOfDay
MONDAY = date(2026, 11, 23)
FORTNIGHT = Period(MONDAY, MONDAY + timedelta(days=13))
SLOTS = SlotTable()
LIMITS = PouchLimits(8)
CITIZEN = CitizenId("citizen-1")


def product(
    name: str = "A",
    *,
    partable: Partable = Partable.QUARTERS,
    dispensable: bool = True,
    solid_oral: bool = True,
    separate: bool = False,
    tray_only: bool = False,
    atc: str = "",
    volume: int = 0,
) -> Product:
    return Product(
        product_id=ProductId(name),
        name=f"Product {name}",
        form="tabletter",
        strength="5 mg",
        atc=atc,
        short_name=f"{name} 5 mg",
        units=("tablet", "tabletter"),
        partable=partable,
        dispensable=dispensable,
        solid_oral=solid_oral,
        separate_pouch=separate,
        tray_only=tray_only,
        substitution_group="",
        appearance="hvid, rund",
        appearance_invented=True,
        volume_mm3=volume,
    )


def catalogue(*products: Product) -> Catalogue:
    listed = products or tuple(product(name) for name in "ABCDEF")
    return Catalogue("test-1", {one.product_id: one for one in listed})


def dose(amount: str | tuple[str, str], slot: Slot | None = MORNING, *, as_needed: bool = False) -> OrderedDose:
    if isinstance(amount, tuple):
        return OrderedDose(slot, DoseRange(Decimal(amount[0]), Decimal(amount[1])), as_needed)
    return OrderedDose(slot, Decimal(amount), as_needed)


def day(number: int, *doses: OrderedDose) -> DosageDay:
    return DosageDay(number, doses)


def structure(*days: DosageDay, interval: int = 1, start: date = MONDAY, end: date | None = None) -> DosageStructure:
    return DosageStructure(interval, start, end, days)


def dosage(*structures: DosageStructure) -> StructuredDosage:
    return StructuredDosage("tablet", structures)


def daily(*doses: OrderedDose) -> StructuredDosage:
    return dosage(structure(day(1, *doses)))


def ordination(
    how: Dosage,
    what: str = "A",
    name: str = "",
    *,
    first: date = date(2020, 1, 1),
    last: date | None = None,
    instruction: str = "",
) -> Ordination:
    return Ordination(OrdinationId(name or f"ordination-{what}"), ProductId(what), how, first, last, instruction)


def plan(*ordinations: Ordination, revision: int = 1, citizen: CitizenId = CITIZEN) -> MedicationPlan:
    return MedicationPlan(citizen, revision, ordinations)


def roll(
    of: MedicationPlan,
    period: Period = FORTNIGHT,
    products: Catalogue | None = None,
    slots: SlotTable = SLOTS,
    limits: PouchLimits = LIMITS,
    name: str = "0000010001",
) -> Roll:
    return pack(RollId(name), of.citizen_id, of, period, products or catalogue(), slots, limits)


def batch(*rolls: Roll, period: Period = FORTNIGHT, version: str = "test-1") -> Batch:
    return Batch(BatchId("000001"), GroupId("group"), period, version, SLOTS.version, rolls)


def stock(
    holds: Mapping[int, tuple[str, int]] | None = None,
    *,
    name: str = "m1",
    cells: int = 60,
    units: int = 8,
    volume: int = 0,
) -> MachineStock:
    """A machine with `holds`: product and units by bay."""
    held = {number: (letter, 500) for number, letter in enumerate("ABC", start=1)} if holds is None else holds
    canisters = tuple(
        LoadedCanister(bay, f"canister-{bay}", f"fill-{bay}", ProductId(of), count)
        for bay, (of, count) in sorted(held.items())
    )
    return MachineStock(MachineId(name), canisters, cells, units, volume)


def units_in(rolls: Iterable[Roll]) -> Decimal:
    quarters = sum(content.quarters for one in rolls for pouch in one.pouches for content in pouch.contents)
    return Decimal(quarters) / 4


def clock(text: str) -> ClockTime:
    hour, minute = text.split(":")
    return ClockTime(int(hour), int(minute))


def start_of(day: date) -> Moment:
    """The first moment of `day`."""
    return Moment(day, ClockTime(0, 0))
