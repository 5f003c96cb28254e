"""Lots that must not be used: quarantine, recall, and which citizens have pouches of one."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass

from dispenser.app.services import Services
from dispenser.app.slot_tables import slots_of_roll
from dispenser.app.superseding import Cause
from dispenser.app.told import FindingsError
from dispenser.app.tracing import discard_pouches
from dispenser.core.change import Why
from dispenser.core.fills import ANY_GTIN, Fill, LotNotice, LotState, gtin_of
from dispenser.core.ids import RollId
from dispenser.core.pouch import Pouch
from dispenser.store.records import DiscardRecord
from dispenser.store.session import Transaction
from dispenser.store.traces import TracedPouch
from safety import fill_codes
from safety.findings import found
from safety.lot_checks import check_notice
from scheduling.calendar import local_moment


class LotError(FindingsError):
    """Nothing was decided about the lot."""


@dataclass(frozen=True, slots=True)
class Recalled:
    """What a recall found: the fills to take out of the machines, all pouches of the lot, and those to find now.

    `ended` are the rolls that get no more pouches. Pouches whose day is over are in `pouches` alone. `untraced` are
    those in use, by roll and number, that were packed before fills were registered: each may hold the lot.
    """

    fills: tuple[Fill, ...]
    pouches: tuple[TracedPouch, ...]
    discarded: tuple[DiscardRecord, ...]
    ended: tuple[RollId, ...]
    untraced: tuple[tuple[RollId, int], ...]


def quarantine_lot(services: Services, lot: str, gtin: str, who: str, reason: str) -> tuple[Fill, ...]:
    """Let no order draw on a lot any more until it is cleared, and return the fills that hold it.

    What is packed stays. `gtin` is empty for the lots of that number of every product.

    Raises:
        LotError: unsigned, no GTIN, or it is recalled.
    """
    with services.database.write() as tx:
        _decide(services, tx, (lot, gtin), LotState.QUARANTINED, who, reason)
        return tx.fills.of_lot(lot.strip(), _gtin(gtin))


def clear_lot(services: Services, lot: str, gtin: str, who: str, reason: str) -> None:
    """Lift a quarantine, in the name of another than who put the lot there.

    Raises:
        LotError: unsigned, the same person, not in quarantine under this GTIN, or recalled.
    """
    with services.database.write() as tx:
        _decide(services, tx, (lot, gtin), LotState.FREE, who, reason)


def recall_lot(services: Services, lot: str, gtin: str, who: str, reason: str) -> Recalled:
    """Let nothing of a lot be used any more: no order draws on it, and what is packed and not taken yet is discarded.

    Rolls with such pouches, or with an order under way that may draw on the lot, get no more pouches; the next batch
    of their period packs what is missing. `gtin` is empty for the lots of that number of every product.

    Raises:
        LotError: unsigned, no GTIN, or it is recalled already.
    """
    discarded: list[DiscardRecord] = []
    ended: list[RollId] = []
    with services.database.write() as tx:
        notice = _decide(services, tx, (lot, gtin), LotState.RECALLED, who, reason)
        traced = tx.traces.pouches_of_lot(notice.lot, notice.gtin)
        by_roll: defaultdict[RollId, list[TracedPouch]] = defaultdict(list)
        for one in traced:
            by_roll[one.roll_id].append(one)
        live = set(tx.traces.live_rolls_of(notice.lot, notice.gtin))
        cause = Cause(f"lot {notice.lot} recalled: {notice.reason}", notice.who, notice.at)
        for roll_id in sorted({*by_roll, *live}):
            ahead = _ahead(services, tx, roll_id, {one.number for one in by_roll[roll_id]})
            if not ahead and roll_id not in live:
                continue
            if tx.batches.roll_record(roll_id).void_reason is None:
                ended.append(roll_id)
            products = frozenset(one.product_id for one in by_roll[roll_id])
            discarded.extend(discard_pouches(tx, roll_id, ahead, Why.RECALLED, cause, products))
        fills = tx.fills.of_lot(notice.lot, notice.gtin)
        untraced = tx.traces.untraced(local_moment(notice.at).day)
    return Recalled(fills, traced, tuple(discarded), tuple(ended), untraced)


def _decide(
    services: Services, tx: Transaction, name: tuple[str, str], state: LotState, who: str, reason: str
) -> LotNotice:
    lot, gtin = name
    try:
        notice = LotNotice(lot.strip(), _gtin(gtin), state, who.strip(), reason.strip(), services.clock.now())
    except ValueError as error:
        raise LotError(findings=[found(fill_codes.GTIN_WRONG, "gtin", why=error)]) from error
    findings = check_notice(notice, tx.fills.lots())
    if findings:
        raise LotError(findings=findings)
    tx.fills.add_notice(notice)
    subject = f"lot/{notice.gtin or 'any'}/{notice.lot}"
    tx.audit.append(notice.at, notice.who, f"lot {state.value}", subject, notice.reason)
    return notice


def _gtin(text: str) -> str:
    return gtin_of(text.strip()) if text.strip() else ANY_GTIN


def _ahead(services: Services, tx: Transaction, roll_id: RollId, numbers: Collection[int]) -> list[Pouch]:
    """Return those of a roll's pouches `numbers` that are still to be taken."""
    since, slots = local_moment(services.clock.now()), slots_of_roll(services, tx, roll_id)
    pouches = tx.batches.roll(roll_id).pouches
    return [one for one in pouches if one.number in numbers and since.is_before(one.date, one.slot, slots)]
