"""What stands at the end of a unit line: found out without arming it, so that nothing moves."""

from dataclasses import replace

from hal.driver import Surroundings
from hal.drivers.pplis import points
from hal.drivers.unit.address import address_of
from hal.drivers.unit.wire import SerialExchange, UnitWire
from hal.errors import ProtocolViolationError, RefusedError, UnreachableError
from hal.examination import Examination, Point
from hal.status import Capabilities
from hal.transport.serial import Opener, open_line


async def examine(uri: str, surroundings: Surroundings, opener: Opener = open_line) -> Examination:
    """Tell what answers at `uri`; takes no lease, writes nothing, moves nothing."""
    try:
        address = address_of(uri)
    except ValueError as error:
        return Examination(uri, False, None, None, (points.seen(points.ADDRESS, str(error), fulfilled=False),))  # noqa: FBT003 - reached
    exchange = SerialExchange(address, surroundings.clock, _nobody_listens, opener)
    told: Capabilities | None = None
    try:
        await exchange.open()
        seen: list[Point] = [points.seen(points.PORT, address.url)]
        told, last = await _asked(UnitWire(exchange), uri)
        seen += last
    except UnreachableError as error:
        seen = [points.seen(points.PORT, str(error), fulfilled=False)]
    finally:
        await exchange.close()
    known = None if told is None else replace(told, journal_keeper="driver")
    return Examination(uri, known is not None, known, None, (points.seen(points.ADDRESS, uri), *seen))


async def _asked(wire: UnitWire, uri: str) -> tuple[Capabilities | None, list[Point]]:
    try:
        told = await wire.about()
    except UnreachableError as error:
        return None, [points.seen(points.LINK, str(error), fulfilled=False)]
    except (ProtocolViolationError, RefusedError) as error:
        return None, [points.seen(points.LINK, uri), points.seen(points.CONTRACT, str(error), fulfilled=False)]
    is_ours = not told.journal and not told.idempotent_load
    contract = f"contract {told.contract}" if is_ours else "it keeps a journal itself: it is for pplis://"
    return told, [points.seen(points.LINK, uri), points.seen(points.CONTRACT, contract, fulfilled=is_ours)]


def _nobody_listens() -> None:
    return
