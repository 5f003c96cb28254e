"""Row `demo`: the whole chain in one process, from pushed plans to read-back labels, with what each step costs."""

import tempfile
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from harness import SEED, Steps, WrongAnswerError

from dispenser.app.batching import plan_batch
from dispenser.app.bookkeeping import Book
from dispenser.app.dispatch import next_queued, prepare
from dispenser.app.intake import accept_bundle
from dispenser.app.machines import capabilities_document, snapshot_document, stock_of
from dispenser.app.printing import batch_labels
from dispenser.app.refill import FillDraft, PackScan, register_fills, register_gtins
from dispenser.app.release import release_batch
from dispenser.app.rule_packs import demonstration_rules
from dispenser.app.services import Services
from dispenser.app.told import Note
from dispenser.core.fills import HAND, with_check_digit
from dispenser.core.ids import GroupId, MachineId, ProductId
from dispenser.core.product import Partable, Product
from dispenser.core.slots import SlotTable
from dispenser.store.records import BatchRecord
from dispenser.store.session import Database
from hal.clock import SystemClock
from hal.documents import bays_of, capabilities_of, status_of
from hal.journal import START, Cursor, entry_of
from hal.orders import digest_of, document_of
from hal.status import capabilities_digest
from labels.content import LabelSite
from labels.readback import read_back
from pharmacy_sync.catalogue.demo import load_demo
from scheduling.calendar import period_from
from simulator.homecare import plans
from simulator.homecare_dosages import Ware
from simulator.logbook import encode
from simulator.machine import Machine
from simulator.memory import InMemory
from simulator.spec import BaySpec, MachineSpec

FIRST = date(2026, 11, 30)
GROUP = "bench"
MACHINE = MachineId("m1")
_PAGE = 500
_ROLL_MS = 600_000
_PARTS = {Partable.INDIVISIBLE: 4, Partable.HALVES: 2, Partable.QUARTERS: 1}


def run(steps: Steps, citizens: int) -> int:
    """Take `citizens` from FHIR bytes to packed pouches and read-back labels; return the number of dose pouches."""
    with tempfile.TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{folder}/bench.db")
        database.migrate()
        site = LabelSite("Demoapoteket", "70 00 00 00", "02000000000008")
        services = Services(database, load_demo(), SlotTable(), SystemClock(), site, (demonstration_rules(),))
        try:
            return _course(steps, services, citizens)
        finally:
            database.close()


def _course(steps: Steps, services: Services, citizens: int) -> int:
    products = packable(services)
    bodies = plans(citizens, SEED, FIRST, wares_of(products), bad=0, group=GROUP)
    with steps.step("intake"):
        for body in bodies:
            if accept_bundle(services, body, "bench").status != 200:  # noqa: PLR2004 - taken
                raise WrongAnswerError("a good plan was refused")
    machine = _machine(services, products)
    with steps.step("plan and check"):
        batch = plan_batch(services, GroupId(GROUP), period_from(FIRST), "bench")
    with steps.step("release"):
        release_batch(services, batch.batch_id, "bench")
    _pack(steps, services, machine)
    _print(steps, services, batch)
    return batch.pouches


def packable(services: Services) -> list[Product]:
    """Return the products of the catalogue that a machine may pack."""
    listed = services.catalogue.products.values()
    return [product for product in listed if product.dispensable and product.solid_oral]


def wares_of(products: Sequence[Product]) -> list[Ware]:
    """Return the products as a simulated home care prescribes them."""
    return [Ware(str(product.product_id), product.units[0], _PARTS[product.partable]) for product in products]


def _machine(services: Services, products: list[Product]) -> Machine:
    droppable = [product for product in products if not product.tray_only]
    bays = tuple(
        BaySpec(number, f"K{number}", f"K{number}-1", str(product.product_id), 1_000_000)
        for number, product in enumerate(droppable, start=1)
    )
    machine = Machine(MachineSpec(MACHINE, bays, order_pouches=1_000), InMemory())
    capabilities = capabilities_of(encode(machine.capabilities_document()))
    status, seen = status_of(encode(machine.status_document())), bays_of(encode(machine.bays_documents()))
    with services.database.write() as tx:
        tx.machines.configure(MACHINE, "bench:")
        tx.machines.set_capabilities(MACHINE, capabilities_document(capabilities))
        tx.machines.set_link(MACHINE, "online", services.clock.now(), snapshot_document(status, seen, Note()))
    fill(services, products, bays)
    return machine


def fill(services: Services, products: Sequence[Product], bays: Sequence[BaySpec]) -> None:
    """Register what is in the canisters, and hand stock of everything, in two names."""
    gtins = {
        str(product.product_id): with_check_digit(f"0570990{number:06d}") for number, product in enumerate(products)
    }
    two = ("bench", "bench too")
    register_gtins(services, [(gtin, ProductId(name), 1_000_000) for name, gtin in gtins.items()], *two)
    held = [(bay.canister, bay.fill, bay.product) for bay in bays] + [(HAND, "", name) for name in gtins]
    drafts = [
        FillDraft(
            container, code, ProductId(name), (PackScan(f"(01){gtins[name]}(17)291231(10)L{place}(21){place}"),), *two
        )
        for place, (container, code, name) in enumerate(held)
    ]
    register_fills(services, [replace(draft, second_scan=gtins[draft.product_id]) for draft in drafts])


def _pack(steps: Steps, services: Services, machine: Machine) -> None:
    book = Book(services, MACHINE)
    capabilities = capabilities_of(encode(machine.capabilities_document()))
    digest, cursor, now_ms = capabilities_digest(capabilities), START, 0
    while True:
        with steps.step("dispatch and check"):
            queued = next_queued(services, MACHINE)
            if not queued:
                return
            stock = stock_of(MACHINE, capabilities, bays_of(encode(machine.bays_documents())))
            order = prepare(services, queued[0], stock, digest, 1)
        if order is None:
            raise WrongAnswerError("a queued job was not sent")
        with steps.step("simulated machine"):
            machine.store(document_of(order), digest_of(order))
            machine.start(1, order.number, order.number)
            now_ms += _ROLL_MS
            machine.advance(now_ms)
        while documents := machine.journal_after(cursor.boot_id, cursor.seq, _PAGE):
            with steps.step("record"):
                entries = [entry_of(document) for document in documents]
                book.record(entries)
            cursor = Cursor(entries[-1].boot_id, entries[-1].seq)


def _print(steps: Steps, services: Services, batch: BatchRecord) -> None:
    with steps.step("labels"):
        pdf = batch_labels(services, batch.batch_id)
    with steps.step("labels read back"):
        read = len(read_back(pdf))
    if read != batch.pouches + batch.rolls:
        message = f"{read} labels for {batch.pouches} pouches and {batch.rolls} headers"
        raise WrongAnswerError(message)
