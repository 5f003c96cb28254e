"""From a queued job to an order on the wire: translate, check by code that did not translate, note, then send."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from dispenser.app.discarding import related_to
from dispenser.app.release import leave_for_later
from dispenser.app.services import Services
from dispenser.app.site import UnsoundSiteError, require_sound_site
from dispenser.app.slot_tables import slots_of_roll
from dispenser.app.told import FindingsError
from dispenser.app.tracing import known_fills, note_order
from dispenser.core.citizen import Identity
from dispenser.core.ids import MachineId, RollId
from dispenser.core.job import MOST_LIVE, JobState
from dispenser.core.replaced import Related
from dispenser.core.roll import HEADER_NUMBER, Roll
from dispenser.core.slots import SlotTable
from dispenser.core.stock import MachineStock
from dispenser.core.translate import CanisterPick, NotEnoughError, PouchSources, TrayPick, fitting, sources
from dispenser.store.records import JobRecord
from hal.orders import BayPick, CellPick, PackingOrder, Pick, PouchOrder, digest_of, document_of, order_of
from labels.content import LabelContent, header_label, pouch_label
from labels.errors import LabelError
from safety.canister_checks import check_fills
from safety.findings import Verdict, verdict_of
from safety.guarded import guarded
from safety.label_checks import check_labels
from safety.label_words import Labelled
from safety.order_checks import check_order
from scheduling.calendar import local_date

MOST_POUCHES = 10_000
OPEN_POUCH = frozenset({"planned", "unknown"})
"""States of a pouch that its attempt still answers for."""
MOST_TRIED = 5
"""Waiting jobs that are looked at when the first cannot be sent."""


@dataclass(frozen=True, slots=True)
class MachineNow:
    """A machine as it stands: stock, digest of its capabilities, most pouches in an order, our fencing token."""

    stock: MachineStock
    capabilities: str
    order_pouches: int
    epoch: int


class NotSendableError(FindingsError):
    """The job cannot be sent as the machine stands now; nothing was sent."""


def labels_of(
    services: Services, identity: Identity, roll: Roll, slots: SlotTable, relation: Related | None = None
) -> dict[int, LabelContent]:
    """Return the label of every pouch of `roll` by number, the header's under `HEADER_NUMBER`, as packed today.

    `slots` is the table with which the roll was planned, `relation` what an acute roll has to do with older ones.
    """
    packed_on = local_date(services.clock.now())
    total = len(roll.pouches)
    header = header_label(services.site, identity, roll, services.catalogue, slots, packed_on, relation=relation)
    labels = {HEADER_NUMBER: header}
    for pouch in roll.pouches:
        labels[pouch.number] = pouch_label(
            services.site, identity, roll, pouch, services.catalogue, slots, packed_on, total
        )
    return labels


def prepare(
    services: Services, job: JobRecord, stock: MachineStock, capabilities: str, epoch: int, most: int = MOST_POUCHES
) -> PackingOrder | None:
    """Make the order of a queued job, check it, and mark the job sent, all in one transaction.

    Returns None when someone else has moved the job meanwhile.

    Raises:
        NotSendableError: the stock does not suffice, or a check objects; the job stays queued.
    """
    with services.database.read() as tx:
        if tx.batches.roll_record(job.roll_id).void_reason is not None:
            message = f"roll {job.roll_id} is void"
            raise NotSendableError(message)
        roll = tx.batches.roll(job.roll_id)
        slots = slots_of_roll(services, tx, job.roll_id)
        identity = tx.citizens.get(roll.citizen_id).identity
        relation = related_to(tx, roll)
        numbers = sorted(pouch.number for pouch in tx.jobs.pouches_of_job(job.job_id) if pouch.state == "planned")
    try:
        now_numbers = fitting(roll, numbers[:most], stock, services.catalogue)
        picks = sources(roll, now_numbers, stock, services.catalogue)
        labels = labels_of(services, identity, roll, slots, relation)
    except (NotEnoughError, LabelError) as error:
        raise NotSendableError(str(error)) from error
    with services.database.write() as tx:
        number = tx.machines.take_order_number(job.machine_id)
        order = PackingOrder(job.job_id, number, epoch, capabilities, pouch_orders(picks, labels))
        now = services.clock.now()
        known = known_fills(services, tx, order)
        about = Labelled(roll, identity, services.catalogue, slots, local_date(now), relation)
        findings = (
            *guarded(roll.roll_id, check_order, order, roll, identity, stock, services.catalogue),
            *guarded(roll.roll_id, check_labels, order, about),
            *guarded(roll.roll_id, check_fills, order, roll, known, services.catalogue, stock),
        )
        if verdict_of(findings) is not Verdict.PASS:
            raise NotSendableError(findings=findings)
        if not tx.jobs.set_sent(job.job_id, number, document_of(order), digest_of(order), epoch, now):
            return None
        note_order(tx, order, job, known, now)
        later = [number for number in numbers if number not in now_numbers]
        if later:
            leave_for_later(tx, job, later, now)
        return order


def pouch_orders(made: Iterable[PouchSources], labels: Mapping[int, LabelContent]) -> tuple[PouchOrder, ...]:
    """Return the picks of pouches, each under its own of the `labels` by number, as a machine is told them."""
    return tuple(
        PouchOrder(
            pouch.number, labels[pouch.number].symbol, labels[pouch.number].lines, tuple(map(_pick, pouch.picks))
        )
        for pouch in made
    )


def _pick(pick: CanisterPick | TrayPick) -> Pick:
    match pick:
        case CanisterPick():
            return BayPick(pick.bay, pick.canister_id, pick.fill_code, str(pick.product_id), pick.units)
        case TrayPick():
            return CellPick(pick.cell, str(pick.product_id), int(pick.quarters))


def next_queued(services: Services, machine_id: MachineId, lanes: int = MOST_LIVE) -> Sequence[JobRecord]:
    """Return the jobs that wait for `machine_id`, the next one first.

    None while as many as it has `lanes` are live, or while nobody knows what one of them has become.
    """
    with services.database.read() as tx:
        live = tx.jobs.live_on(machine_id)
        if len(live) >= lanes or any(job.state is JobState.UNKNOWN for job in live):
            return ()
        return tx.jobs.queued_for(machine_id)


def left_beside(services: Services, stock: MachineStock) -> MachineStock:
    """Return `stock` without the units that the live orders of its machine still have to drop."""
    reserved: Counter[int] = Counter()
    with services.database.read() as tx:
        for job in tx.jobs.live_on(stock.machine_id):
            open_numbers = {pouch.number for pouch in tx.jobs.pouches_of_job(job.job_id) if pouch.state in OPEN_POUCH}
            for pouch in order_of(job.order_document).pouches:
                if pouch.number in open_numbers:
                    reserved.update({pick.bay: pick.units for pick in pouch.picks if isinstance(pick, BayPick)})
    canisters = (replace(one, units=max(0, one.units - reserved[one.bay])) for one in stock.canisters)
    return replace(stock, canisters=tuple(canisters))


def prepare_first(
    services: Services, queued: Sequence[JobRecord], now: MachineNow, refused: Collection[RollId] = ()
) -> PackingOrder | None:
    """Prepare the first of `queued` that can be sent; a roll that has begun lets no other one before it.

    What is of a `refused` roll is not looked at: the machine has just said no to it, and the others need not wait.

    Raises:
        NotSendableError: none can be sent; the reason is the site's, or the first one's.
    """
    try:
        require_sound_site(services)
    except UnsoundSiteError as unsound:
        raise NotSendableError(findings=unsound.findings) from unsound
    first: NotSendableError | None = None
    tried = 0
    for job in queued:
        if tried == MOST_TRIED:
            break
        if job.roll_id not in refused:
            tried += 1
            try:
                return prepare(services, job, now.stock, now.capabilities, now.epoch, now.order_pouches)
            except NotSendableError as error:
                first = first or error
        if _has_begun(services, job):
            break
    if first is not None:
        raise first
    return None


def _has_begun(services: Services, job: JobRecord) -> bool:
    """Return whether anything of the job's roll is packed, or on the machine."""
    with services.database.read() as tx:
        live = {one.roll_id for one in tx.jobs.live_on(job.machine_id)}
        return job.roll_id in live or any(pouch.state == "packed" for pouch in tx.jobs.pouches_of_roll(job.roll_id))
