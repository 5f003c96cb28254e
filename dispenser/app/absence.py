"""People note what no plan says: a citizen is away or back, a roll is lost, a cycle may go on in another phase."""

from datetime import date, datetime

from dispenser.app.noted import PHASE, presence_notes
from dispenser.app.services import Services
from dispenser.app.slot_tables import slots_of_roll
from dispenser.app.superseding import Cause, follow, take_out
from dispenser.core.acute import Acute
from dispenser.core.change import Change, lost
from dispenser.core.ids import CitizenId, ProductId, RollId
from dispenser.core.presence import ABSENT, PresenceNote, require_sense
from dispenser.store.errors import NotFoundError
from dispenser.store.records import CitizenRecord, DiscardRecord, NoteRecord
from dispenser.store.session import Transaction
from scheduling.calendar import local_moment


class UnsignedError(ValueError):
    """Nothing is noted without a name and a reason."""


def note_presence(
    services: Services, citizen_id: CitizenId, note: PresenceNote, who: str, reason: str
) -> tuple[DiscardRecord, ...]:
    """Note that a citizen is away or back, and return the pouches to discard.

    Rolls with pouches on days of absence get no more, and their packed pouches of those days are named at once. After
    a return the next batch of the period packs what is missing then.

    Raises:
        NotFoundError: no such citizen.
        UnsignedError: no name or no reason.
        PresenceError: it contradicts what is known.
    """
    now = services.clock.now()
    with services.database.write() as tx:
        known = tx.notes.of_citizens((citizen_id,)).get(citizen_id, ())
        require_sense(presence_notes(known), note)
        kind = note.presence.value
        add_note(tx, note_record(tx, citizen_id, kind, "", (note.first, note.last), who, reason, now))
        plan = tx.plans.current(citizen_id)
        if plan is None or note.presence not in ABSENT:
            return ()
        return follow(services, tx, plan, Cause(f"{kind} from {note.first}", who, now))


def confirm_phase(
    services: Services, citizen_id: CitizenId, product_id: ProductId, first: date, who: str, reason: str
) -> None:
    """Note that a product's cycle may go on from `first`, although the pouches before let expect another date (C6).

    Raises:
        NotFoundError: no such citizen, or the plan has no such product.
        UnsignedError: no name or no reason.
    """
    now = services.clock.now()
    with services.database.write() as tx:
        add_note(tx, note_record(tx, citizen_id, PHASE, product_id, (first, None), who, reason, now))
        plan = tx.plans.current(citizen_id)
        if plan is None or product_id not in {line.product_id for line in plan.ordinations}:
            message = f"the plan of the citizen has no product {product_id}"
            raise NotFoundError(message)


def declare_lost(services: Services, roll_id: RollId, who: str, reason: str) -> tuple[DiscardRecord, ...]:
    """Note that nobody has a roll any more: its pouches from now on must not be used should they turn up.

    The next batch of the period packs them again.

    Raises:
        NotFoundError: no such roll.
        UnsignedError: no name or no reason.
    """
    _require_signed(who, reason)
    now = services.clock.now()
    with services.database.write() as tx:
        roll = tx.batches.roll(roll_id)
        made = [one for one in tx.batches.made_rolls((roll.citizen_id,), roll.period) if one.roll.roll_id == roll_id]
        since, slots = local_moment(now), slots_of_roll(services, tx, roll_id)
        gone = tuple(discard for one in made for discard in lost(one, since, slots))
        end = tuple(one.roll.roll_id for one in made if not one.ended)
        means = f"{Acute.LOST.value}, {len(gone)} pouches" if gone else "nothing of it was still to be taken"
        detail = f"lost: {reason}: {means}"
        tx.audit.append(now, who, "roll lost", f"roll/{roll_id}", detail)
        if gone:
            tx.audit.append(now, who, "acute packing needed", f"citizen/{roll.citizen_id}", detail)
        return tuple(take_out(tx, made, Change(end, gone, (), Acute.LOST), Cause(f"lost: {reason}", who, now)))


def find_citizen(tx: Transaction, name: str) -> CitizenRecord:
    """Return the citizen whom we or the sender call `name`; no civil number, which would stay in a shell's history.

    Raises:
        NotFoundError: nobody is called that.
    """
    record = tx.citizens.find(CitizenId(name)) or tx.citizens.by_fhir_id(name)
    if record is None:
        message = f"no citizen {name}"
        raise NotFoundError(message)
    return record


def note_record(
    tx: Transaction,
    citizen_id: CitizenId,
    kind: str,
    subject: str,
    days: tuple[date, date | None],
    who: str,
    reason: str,
    now: datetime,
    text: str = "",
) -> NoteRecord:
    """Return the citizen's next note.

    Raises:
        NotFoundError: no such citizen.
        UnsignedError: no name or no reason.
    """
    _require_signed(who, reason)
    tx.citizens.get(citizen_id)
    number = tx.notes.next_number(citizen_id)
    return NoteRecord(citizen_id, number, kind, subject, days[0], days[1], who.strip(), reason.strip(), now, text)


def _require_signed(who: str, reason: str) -> None:
    if not who.strip() or not reason.strip():
        raise UnsignedError("say who notes it and why")


def add_note(tx: Transaction, record: NoteRecord) -> None:
    """Append a note, in the audit trail too."""
    tx.notes.add(record)
    days = f"{record.first} to {record.last}" if record.last else f"from {record.first}"
    words = [record.kind, record.subject, record.text, days]
    detail = f"{' '.join(word for word in words if word)}: {record.reason}"
    tx.audit.append(record.at, record.who, "citizen noted", f"citizen/{record.citizen_id}", detail)
