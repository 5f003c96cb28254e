"""Which lots the pouches of a packed roll may hold, and what was said of them since (C14, C15)."""

from collections.abc import Iterable, Iterator

from dispenser.core.fills import LotName, LotState
from dispenser.core.pouch import Pouch
from safety import finished_lot_codes
from safety.findings import Code, Finding, found
from safety.finished import FinishedBatch, FinishedRoll
from safety.outstanding import is_ahead


def lots_in_use(one: FinishedRoll, pouches: Iterable[Pouch], batch: FinishedBatch) -> Iterator[Finding]:
    """Yield what is wrong with the lots of those `pouches` of a roll that are packed and in use.

    A pouch whose lots nobody knows, of one product even, may hold a lot that is stopped. A recall discards what is
    still to be taken; what should have been taken before it can only be asked after.
    """
    unknown: list[int] = []
    stopped: dict[tuple[LotName, Code], list[int]] = {}
    for pouch in pouches:
        lots = [lot for lot in one.lots if lot.number == pouch.number]
        named = {lot.product_id for lot in lots if lot.name is not None}
        nameless = {lot.product_id for lot in lots if lot.name is None}
        if nameless or any(content.product_id not in named for content in pouch.contents):
            unknown.append(pouch.number)
        for name in dict.fromkeys(lot.name for lot in lots if lot.name is not None):
            code = _stopped(batch, name, pouch)
            if code is not None:
                stopped.setdefault((name, code), []).append(pouch.number)
    if unknown:
        yield found(finished_lot_codes.LOTS_UNKNOWN, one.roll.roll_id, pouches=_listed(unknown))
    for (name, code), numbers in stopped.items():
        yield found(code, one.roll.roll_id, pouches=_listed(numbers), lot=name.lot, gtin=name.gtin)


def _stopped(batch: FinishedBatch, name: LotName, pouch: Pouch) -> Code | None:
    """Return what the state of a lot means for a pouch that may hold it, None when it may be used."""
    state = batch.notices.state_of(name)
    if state is LotState.FREE:
        return None
    if state is not LotState.RECALLED:
        return finished_lot_codes.LOT_QUARANTINED_IN_USE
    ahead = is_ahead(pouch.date, pouch.slot, batch.now, batch.slots)
    return finished_lot_codes.LOT_RECALLED_IN_USE if ahead else finished_lot_codes.LOT_RECALLED_TAKEN


def _listed(numbers: Iterable[int]) -> str:
    return ", ".join(map(str, numbers))
