"""Level behaviour: what is printed, and halves out of tray cells."""

from dataclasses import replace
from typing import Final

from hal.conformance.bench import Bench
from hal.conformance.breach import exempt_unless, same
from hal.conformance.check import Level, check
from hal.conformance.reading import Attempt, attempts, drop_of, packed_once, print_digest
from hal.conformance.station import Station
from hal.orders import CellPick, PackingOrder, PouchOrder
from hal.status import Capabilities

_SPOILERS: Final = (
    "Æblegrød på Øster Allé, Århus",
    "a|b^c&d~e\\f\\n%0A%7C;,\"'`$(x)",
    "<b>1/2</b> &amp; {0} [1]",
    "  to  mellemrum  ",
    "½ tablet = 50 %",
)
"""Lines that a careless wire spoils: separators, escapes, Danish letters, blanks. All stand in ISO 8859-1."""
_LONG_LINE: Final = 240
_LONG_PRINT: Final = 40


async def _packed(station: Station, order: PackingOrder) -> list[Attempt]:
    entries = await station.packed(order)
    packed_once(entries, order)
    return [attempt for attempt in attempts(entries, order.number) if attempt.is_packed]


async def _printed_as_ordered(station: Station, order: PackingOrder) -> None:
    for pouch, attempt in zip(order.pouches, await _packed(station, order), strict=True):
        same(f"digest of the print of pouch {pouch.number}", attempt.printed, print_digest(pouch))


def _fitting(found: Capabilities, lines: tuple[str, ...]) -> tuple[str, ...]:
    columns = found.print_columns or None
    return tuple(line[:columns] for line in lines[: found.print_lines])


@check(
    "print-unspoiled",
    Level.BEHAVIOUR,
    "Danish letters, separators, escapes and blanks are printed as ordered",
    "Danske bogstaver, skilletegn, escapes og blanktegn trykkes som bestilt",
)
async def print_unspoiled(bench: Bench) -> None:
    """A name that is spelt wrong is another person."""
    async with bench.opened() as station:
        order = await station.order(len(_SPOILERS))
        pouches = tuple(
            replace(pouch, lines=_fitting(station.capabilities, (line,)))
            for pouch, line in zip(order.pouches, _SPOILERS, strict=True)
        )
        await _printed_as_ordered(station, replace(order, pouches=pouches))


@check(
    "print-longest",
    Level.BEHAVIOUR,
    "As many and as long lines as the machine takes are printed as ordered",
    "Så mange og så lange linjer, som maskinen tager, trykkes som bestilt",
)
async def print_longest(bench: Bench) -> None:
    """A line that is cut off hides what stands behind it."""
    async with bench.opened() as station:
        found = station.capabilities
        wide = found.print_columns or _LONG_LINE
        lines = tuple(f"{number:02} " + "Åæø" * wide for number in range(min(found.print_lines, _LONG_PRINT)))
        full = tuple(line[:wide] for line in lines)
        order = await station.order(2)
        pouches = tuple(replace(pouch, lines=full) for pouch in order.pouches)
        await _printed_as_ordered(station, replace(order, pouches=pouches))


@check(
    "print-empty",
    Level.BEHAVIOUR,
    "Empty lines, and no line at all, are printed as ordered",
    "Tomme linjer, og slet ingen linjer, trykkes som bestilt",
)
async def print_empty(bench: Bench) -> None:
    """An empty line keeps the others in their place."""
    async with bench.opened() as station:
        order = await station.order(2)
        first, second = order.pouches
        lines = ("", *second.lines[:1])[: station.capabilities.print_lines]
        pouches = (replace(first, lines=()), replace(second, lines=lines))
        await _printed_as_ordered(station, replace(order, pouches=pouches))


@check(
    "print-read-back",
    Level.BEHAVIOUR,
    "The symbol of every packed pouch is read back as it was ordered",
    "Symbolet på hver pakket pose læses tilbage, som det blev bestilt",
)
async def print_read_back(bench: Bench) -> None:
    """A pouch is bound to its content by the symbol that was read from it, never by its place (I4)."""
    async with bench.opened() as station:
        exempt_unless(station.capabilities.camera, "the machine has no camera")
        order = await station.order()
        for pouch, attempt in zip(order.pouches, await _packed(station, order), strict=True):
            same(f"symbol read from pouch {pouch.number}", attempt.read, pouch.symbol)
            same(f"inspections of pouch {pouch.number}", attempt.results, ["pass"])


@check(
    "halves-in-cells",
    Level.BEHAVIOUR,
    "Halves from tray cells are packed and counted in quarters",
    "Halve fra bakkeceller pakkes og tælles i kvarte",
)
async def halves_in_cells(bench: Bench) -> None:
    """Half a tablet is two quarters, never half a count."""
    async with bench.opened() as station:
        found = station.capabilities
        exempt_unless(found.tray_cells > 0, "the machine has no tray")
        quarters = 2 if {0, 2} & set(found.cell_quarters) else min(found.cell_quarters)
        order = await station.order(3)
        product = next(bay.product for bay in await station.driver.read_bays())
        first, *rest = order.pouches
        filled = [
            PouchOrder(pouch.number, pouch.symbol, pouch.lines, (*pouch.picks, CellPick(cell, product, quarters)))
            for cell, pouch in enumerate(rest[: found.tray_cells], start=1)
        ]
        given = replace(order, pouches=(first, *filled))
        for pouch, attempt in zip(given.pouches, await _packed(station, given), strict=True):
            same(f"picks of pouch {pouch.number}", sorted(attempt.drops), sorted(map(drop_of, pouch.picks)))
