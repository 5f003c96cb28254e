"""Orders to try a machine with: harmless, small, and with print that a careless wire spoils."""

from collections.abc import Sequence
from typing import Final, Protocol

from hal.conformance.breach import ConformanceError
from hal.orders import BayPick, PackingOrder, PouchOrder
from hal.status import Bay, Capabilities, capabilities_digest

PRINT: Final = "Åse Ærø | 1½ & 100 % ^ ~ \\"


class OrderMaker(Protocol):
    """Makes an order that the machine can pack as it stands; needed where `order_from_bays` does not fit."""

    def __call__(
        self, capabilities: Capabilities, bays: Sequence[Bay], *, number: int, epoch: int, pouches: int
    ) -> PackingOrder:
        """Return an order `number` of `pouches` pouches, at least two of them with a pick from a bay."""
        ...


def order_from_bays(
    capabilities: Capabilities, bays: Sequence[Bay], *, number: int, epoch: int, pouches: int
) -> PackingOrder:
    """Return a header and `pouches` - 1 pouches of one unit each, from the bays in turn.

    Raises:
        ConformanceError: the machine takes no such order, or its bays hold too little for it.
    """
    if pouches > capabilities.order_pouches:
        message = f"the machine takes {capabilities.order_pouches} pouches in an order; the bench wants {pouches}"
        raise ConformanceError(message)
    enough = [bay for bay in bays if bay.units >= pouches]
    if not enough:
        message = f"no bay holds {pouches} units: fill one, or give the bench fewer pouches"
        raise ConformanceError(message)
    columns = capabilities.print_columns or None
    made = [PouchOrder(0, _symbol(number, 0), (PRINT[:columns],), ())]
    for pouch in range(1, pouches):
        bay = enough[pouch % len(enough)]
        lines = (PRINT[:columns], f"{pouch}"[:columns])[: capabilities.print_lines]
        picks = (BayPick(bay.number, bay.canister_id, bay.fill_code, bay.product, 1),)
        made.append(PouchOrder(pouch, _symbol(number, pouch), lines, picks))
    return PackingOrder(f"conformance-{number}", number, epoch, capabilities_digest(capabilities), tuple(made))


def _symbol(number: int, pouch: int) -> str:
    return f"(21)C{number}.{pouch}"
