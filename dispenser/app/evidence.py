"""What the controller holds to be true of every physical pouch, in a form that can be held against anything else."""

from dataclasses import dataclass

from dispenser.app.services import Services
from dispenser.core.ids import MachineId
from dispenser.store.records import JobRecord
from dispenser.store.session import Transaction
from hal.journal import START, Cursor, JournalEntry
from hal.orders import BayPick, PouchOrder, order_of
from hal.wire import words

_PAGE = 10_000
_QUARTERS = 4


class UnaccountedOrderError(Exception):
    """A machine worked on an order that nobody sent."""


@dataclass(frozen=True, slots=True)
class PhysicalPouch:
    """One pouch that a machine fed: under which order and number, its film index, what became of it, what is in it.

    `contents` are quarters by product; empty for a void pouch, of which only the machine knows what fell.
    """

    order: int
    pouch: int
    film: int
    outcome: str
    contents: tuple[tuple[str, int], ...]


def physical_pouches(services: Services, machine_id: MachineId) -> tuple[PhysicalPouch, ...]:
    """Return every pouch that `machine_id` closed, by film index, from our own record alone.

    A pouch counts as packed only where the job's own row says so, with the same film.
    """
    with services.database.read() as tx:
        closed = [entry for entry in _entries(services, machine_id) if entry.kind == words.POUCH_CLOSED]
        found: list[PhysicalPouch] = []
        orders: dict[int, tuple[dict[int, PouchOrder], dict[int, int | None]]] = {}
        for entry in closed:
            if entry.order_number not in orders:
                job = job_of(tx, machine_id, entry.order_number)
                pouches = {pouch.number: pouch for pouch in order_of(job.order_document).pouches}
                films = {row.number: row.film for row in tx.jobs.pouches_of_job(job.job_id) if row.state == "packed"}
                orders[entry.order_number] = pouches, films
            pouches, films = orders[entry.order_number]
            film = int(entry.fields["film"])
            packed = films.get(entry.pouch) == film
            contents = _contents(pouches[entry.pouch]) if packed else ()
            outcome = words.PACKED if packed else words.VOID
            found.append(PhysicalPouch(entry.order_number, entry.pouch, film, outcome, contents))
    return tuple(sorted(found, key=lambda pouch: pouch.film))


def job_of(tx: Transaction, machine_id: MachineId, order_number: int) -> JobRecord:
    """Return the job that was sent to `machine_id` under `order_number`.

    Raises:
        UnaccountedOrderError: we never sent it.
    """
    job = tx.jobs.by_order(machine_id, order_number)
    if job is None:
        message = f"{machine_id} worked on order {order_number}, which was never sent to it"
        raise UnaccountedOrderError(message)
    return job


def _entries(services: Services, machine_id: MachineId) -> list[JournalEntry]:
    entries: list[JournalEntry] = []
    cursor = START
    with services.database.read() as tx:
        while page := tx.journal.after(machine_id, cursor, _PAGE):
            entries.extend(page)
            cursor = Cursor(page[-1].boot_id, page[-1].seq)
    return entries


def _contents(pouch: PouchOrder) -> tuple[tuple[str, int], ...]:
    quarters: dict[str, int] = {}
    for pick in pouch.picks:
        amount = pick.units * _QUARTERS if isinstance(pick, BayPick) else pick.quarters
        quarters[pick.product] = quarters.get(pick.product, 0) + amount
    return tuple(sorted(quarters.items()))
