"""Which lots the pouches of a packed roll may hold, and what was said of them since (C14, C15)."""

from collections.abc import Iterable, Iterator

from dispenser.core.fills import LotName, Lots, LotState
from dispenser.core.pouch import Pouch
from safety import finished_codes
from safety.findings import Finding, found
from safety.finished import FinishedRoll


def lots_in_use(one: FinishedRoll, pouches: Iterable[Pouch], notices: Lots) -> Iterator[Finding]:
    """Yield what is wrong with the lots of those `pouches` of a roll that are packed and in use.

    A pouch whose lots nobody knows, of one product even, may hold a lot that is stopped.
    """
    unknown: list[int] = []
    stopped: dict[LotName, list[int]] = {}
    for pouch in pouches:
        lots = [lot for lot in one.lots if lot.number == pouch.number]
        named = {lot.product_id for lot in lots if lot.name is not None}
        nameless = {lot.product_id for lot in lots if lot.name is None}
        if nameless or any(content.product_id not in named for content in pouch.contents):
            unknown.append(pouch.number)
        for name in dict.fromkeys(lot.name for lot in lots if lot.name is not None):
            if notices.state_of(name) is not LotState.FREE:
                stopped.setdefault(name, []).append(pouch.number)
    if unknown:
        yield found(finished_codes.LOTS_UNKNOWN, one.roll.roll_id, pouches=_listed(unknown))
    for name, numbers in stopped.items():
        is_recalled = notices.state_of(name) is LotState.RECALLED
        code = finished_codes.LOT_RECALLED_IN_USE if is_recalled else finished_codes.LOT_QUARANTINED_IN_USE
        yield found(code, one.roll.roll_id, pouches=_listed(numbers), lot=name.lot, gtin=name.gtin)


def _listed(numbers: Iterable[int]) -> str:
    return ", ".join(map(str, numbers))
