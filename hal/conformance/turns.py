"""Two orders, one behind the other: what becomes of the second when the first is interrupted."""

from dataclasses import replace
from typing import Final

from hal.conformance.bench import Bench
from hal.conformance.breach import exempt_unless, same
from hal.conformance.reading import nothing_open, packed_once
from hal.conformance.station import Station
from hal.journal import Cursor
from hal.orders import BayPick, PackingOrder
from hal.status import OrderState
from hal.wire.words import POUCH_STARTED

Pair = tuple[PackingOrder, PackingOrder]
_TWO: Final = 2


async def two_started(bench: Bench, station: Station) -> Pair:
    """Start a long order and a short one behind it; return both once the first is being packed.

    The second needs nothing from the first bay of the first one: whatever happens there concerns the first alone.

    Raises:
        ExemptError: the machine takes one order at a time.
    """
    exempt_unless(station.capabilities.queue_depth >= _TWO, "the machine takes one order at a time")
    first, behind = await station.order(bench.long_pouches), await station.order(ahead=2)
    second = _without(behind, first_bay(first))
    await station.start(first)
    await station.start(second)
    await station.until_packing(first.number)
    return first, second


def first_bay(order: PackingOrder) -> int:
    """Return the bay of the first pick of an order."""
    return next(pick.bay for pouch in order.pouches for pick in pouch.picks if isinstance(pick, BayPick))


def _without(order: PackingOrder, bay: int) -> PackingOrder:
    pouches = (
        replace(pouch, picks=tuple(one for one in pouch.picks if not (isinstance(one, BayPick) and one.bay == bay)))
        for pouch in order.pouches
    )
    return replace(order, pouches=tuple(pouches))


async def gone_along(station: Station, pair: Pair, mark: Cursor) -> None:
    """Go on only when both orders are interrupted, and nothing of the second is packed, not even now.

    Raises:
        ConformanceError: it is not so.
    """
    for order in pair:
        await station.until_order(order.number, OrderState.INTERRUPTED)
    following = await station.order(2)
    packed_once(await station.packed(following), following)
    for order in pair:
        known = await station.known(order.number)
        same(f"state of order {order.number} later", known.state if known else None, OrderState.INTERRUPTED)
    entries = await station.news(mark)
    nothing_open(entries)
    fed = [one.pouch for one in entries if one.kind == POUCH_STARTED and one.order_number == pair[1].number]
    same("pouches fed of the order behind", fed, [])
