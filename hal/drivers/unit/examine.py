"""What stands at the end of a unit line: found out without arming it, so that nothing moves."""

from dataclasses import replace
from pathlib import Path
from typing import Final

from hal.driver import Surroundings
from hal.drivers.pplis import points
from hal.drivers.unit.address import address_of
from hal.drivers.unit.folder import FolderError
from hal.drivers.unit.identity import identity_of, other_machine, remembered_in, shown
from hal.drivers.unit.wire import SerialExchange, UnitWire
from hal.errors import ProtocolViolationError, RefusedError, UnreachableError
from hal.examination import Examination, Point
from hal.refusals import REFUSALS
from hal.status import Capabilities
from hal.transport.serial import Opener, open_line
from hal.wire import words
from hal.wire.meanings import Meaning

_MEMORY: Final = "MEMORY"
_MACHINE: Final = "MACHINE"
_OWN: Final = {
    _MEMORY: Meaning(
        "Hukommelse",
        "Memory",
        "Det, der huskes for maskinen i mappen, er helt og kan læses.",
        "What the folder remembers for the machine is whole and can be read.",
        "Gendan mappen, som den var. Kan det ikke lade sig gøre, så giv maskinen et nyt navn i opsætningen.",
        "Restore the folder as it was. If that cannot be done, give the machine a new name in the settings.",
    ),
    _MACHINE: Meaning(
        REFUSALS[words.OTHER_MACHINE].title_da,
        REFUSALS[words.OTHER_MACHINE].title_en,
        "Maskinen har et serienummer og er den, som mappen husker for.",
        "The machine has a serial number, and is the one that the folder remembers for.",
        REFUSALS[words.OTHER_MACHINE].fix_da,
        REFUSALS[words.OTHER_MACHINE].fix_en,
    ),
    points.ADDRESS: Meaning(
        "Adresse",
        "Address",
        "Adressen er en unit-adresse.",
        "The address is one of the wire unit.",
        "Skriv den som unit:///dev/serial/by-id/..., unit+socket://vært:port eller unit+rfc2217://vært:port.",
        "Write it as unit:///dev/serial/by-id/..., unit+socket://host:port or unit+rfc2217://host:port.",
    ),
    points.LINK: Meaning(
        "Svar",
        "Answer",
        "Maskinen svarer på ABOUT, som siden om unit siger.",
        "The machine answers ABOUT as the page on unit says.",
        "Se efter, om maskinen er tændt, om TX og RX er krydset, og om hastigheden er den samme i begge ender.",
        "Check whether the machine is on, whether TX and RX are crossed, and whether both ends have the same speed.",
    ),
}
"""What is looked at on this wire alone; the rest is told as on PP-LIS."""


async def examine(uri: str, surroundings: Surroundings, opener: Opener = open_line) -> Examination:
    """Tell what answers at `uri`; takes no lease, writes nothing, moves nothing."""
    try:
        address = address_of(uri)
    except ValueError as error:
        return Examination(uri, False, None, None, (_seen(points.ADDRESS, str(error), fulfilled=False),))  # noqa: FBT003 - reached
    exchange = SerialExchange(address, surroundings.clock, _nobody_listens, opener)
    told: Capabilities | None = None
    try:
        await exchange.open()
        seen: list[Point] = [points.seen(points.PORT, address.url)]
        told, last = await _asked(UnitWire(exchange), uri)
        seen += last
        if told is not None:
            seen += _whose(told, surroundings.folder)
    except UnreachableError as error:
        seen = [points.seen(points.PORT, str(error), fulfilled=False)]
    finally:
        await exchange.close()
    known = None if told is None else replace(told, journal_keeper="driver")
    return Examination(uri, known is not None, known, None, (_seen(points.ADDRESS, uri), *seen))


async def _asked(wire: UnitWire, uri: str) -> tuple[Capabilities | None, list[Point]]:
    try:
        told = await wire.about()
    except UnreachableError as error:
        return None, [_seen(points.LINK, str(error), fulfilled=False)]
    except (ProtocolViolationError, RefusedError) as error:
        return None, [_seen(points.LINK, uri), points.seen(points.CONTRACT, str(error), fulfilled=False)]
    is_ours = not told.journal and not told.idempotent_load
    contract = f"contract {told.contract}" if is_ours else "it keeps a journal itself: it is for pplis://"
    return told, [_seen(points.LINK, uri), points.seen(points.CONTRACT, contract, fulfilled=is_ours)]


def _whose(told: Capabilities, folder: Path | None) -> list[Point]:
    """Tell whether `folder` remembers for this machine; one without a memory is as good as none."""
    there = identity_of(told)
    try:
        remembered = remembered_in(folder) if folder is not None else ()
    except FolderError as error:
        return [_seen(_MEMORY, str(error), fulfilled=False)]
    if not told.serial_number:
        return [_seen(_MACHINE, f"{shown(there)}: no serial number", fulfilled=False)]
    if remembered and remembered != there:
        return [_seen(_MACHINE, other_machine(there, remembered).detail, fulfilled=False)]
    return [_seen(_MACHINE, shown(there))]


def _seen(code: str, subject: str, *, fulfilled: bool = True) -> Point:
    one = _OWN[code]
    return Point(code, fulfilled, subject, one.text_da, one.text_en, one.fix_da, one.fix_en)


def _nobody_listens() -> None:
    return
