"""Level behaviour: what the journal proves of pouches, stock, states and consumables."""

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Final

from hal.conformance.bench import Bench
from hal.conformance.breach import exempt_unless, require, same
from hal.conformance.check import Level, check
from hal.conformance.reading import Attempt, attempts, nothing_open, started_films, told_once
from hal.conformance.station import Station
from hal.journal import START, JournalEntry
from hal.status import Bay, Capabilities, OrderState, UnitMode
from hal.wire import words

_FOLLOWING: Final = {
    "Reset": "Resetting",
    "Start": "Starting",
    "Hold": "Holding",
    "Unhold": "Unholding",
    "Suspend": "Suspending",
    "Unsuspend": "Unsuspending",
    "ToComplete": "Completing",
    "Stop": "Stopping",
    "Abort": "Aborting",
    "Clear": "Clearing",
}
_COMPLETED: Final = {
    "Clearing": "Stopped",
    "Stopping": "Stopped",
    "Aborting": "Aborted",
    "Resetting": "Idle",
    "Starting": "Execute",
    "Holding": "Held",
    "Unholding": "Execute",
    "Suspending": "Suspended",
    "Unsuspending": "Execute",
    "Execute": "Completing",
    "Completing": "Complete",
}
_MAY_HOLD_TOO: Final = ("Starting", "Unsuspending", "Suspended", "Suspending", "Unholding")
"""States from which OPC 30050 lets a machine hold as well, if it can."""
LEGAL: Final = frozenset(
    {(state, _FOLLOWING[command]) for command, states in words.COMMANDS.items() for state in states}
    | set(_COMPLETED.items())
    | {(state, "Holding") for state in _MAY_HOLD_TOO}
)
"""Every move of the PackML state machine (ISA-TR88.00.02, OPC 30050)."""
_ORDER_MOVES: Final = {
    "loaded": {"running", "interrupted"},
    "running": {"held", "ended", "interrupted"},
    "held": {"running", "interrupted", "ended"},
    "ended": frozenset[str](),
    "interrupted": frozenset[str](),
}


@check(
    "film-rises",
    Level.BEHAVIOUR,
    "The film index of every pouch is one more than that of the pouch before it",
    "Filmindekset for hver pose er ét højere end posens før den",
)
async def film_rises(bench: Bench) -> None:
    """It is the one name that a physical pouch has."""
    async with bench.opened() as station:
        before = (await station.driver.read_status()).film
        entries = await station.packed(await station.order())
        films = started_films(entries)
        wrap = 1 << station.capabilities.film_bits if station.capabilities.film_bits else 0
        expected = [before + step for step in range(1, len(films) + 1)]
        same("films", films, [film % wrap for film in expected] if wrap else expected)


@check(
    "pouch-one-outcome",
    Level.BEHAVIOUR,
    "In the whole journal every film has exactly one outcome, and no pouch was packed twice",
    "I hele journalen har hver film præcis ét udfald, og ingen pose er pakket to gange",
)
async def pouch_one_outcome(bench: Bench) -> None:
    """That is what the journal is for (I2, I5)."""
    async with bench.opened() as station:
        await station.packed(await station.order())
        _, entries = await station.at_rest(START)
    told_once(entries)
    nothing_open(entries)


@check(
    "packed-with-evidence",
    Level.BEHAVIOUR,
    "No pouch of the whole journal is packed without its counts, its seal, its print and its inspection",
    "Ingen pose i hele journalen er pakket uden tælling, svejsning, tryk og kontrol",
)
async def packed_with_evidence(bench: Bench) -> None:
    """Packed means proven (I4)."""
    async with bench.opened() as station:
        await station.packed(await station.order())
        _, entries = await station.at_rest(START)
        found = station.capabilities
    for one in attempts(entries):
        if one.is_packed:
            problems = _unproven(one, found)
            require(not problems, f"pouch {one.pouch} of order {one.order}: {', '.join(problems)}")


def _unproven(one: Attempt, found: Capabilities) -> list[str]:
    problems: list[str] = []
    if found.tablet_counter and one.miscounts:
        problems.append("packed with a miscount")
    if len(one.seals) != 1 or one.seals[0] <= 0:
        problems.append(f"sealed at {one.seals}")
    if not one.printed:
        problems.append("no print")
    if found.camera and one.results != ["pass"]:
        problems.append(f"inspected as {one.results}")
    return problems


@check(
    "stock-falls-as-counted",
    Level.BEHAVIOUR,
    "The count of a bay falls by what its sensor saw",
    "En plads' beholdning falder med det, dens sensor så",
)
async def stock_falls_as_counted(bench: Bench) -> None:
    """Stock follows what fell, never what was planned (I3)."""
    async with bench.opened() as station:
        before = _units(await station.driver.read_bays())
        entries = await station.packed(await station.order())
        after = _units(await station.driver.read_bays())
    fell = Counter[tuple[int, str]]()
    for entry in entries:
        if entry.kind == words.DROPPED and "bay" in entry.fields:
            place = int(entry.fields["bay"]), str(entry.fields.get("fill"))
            fell[place] += int(entry.fields.get("counted", 0))
    require(bool(fell), "an order was packed and nothing fell out of a bay")
    for place, units in fell.items():
        if place in before and place in after:
            same(f"units taken from bay {place[0]}", before[place] - after[place], units)


def _units(bays: Iterable[Bay]) -> dict[tuple[int, str], int]:
    return {(bay.number, bay.fill_code): bay.units for bay in bays}


@check(
    "drops-name-their-fill",
    Level.BEHAVIOUR,
    "Every drop names the canister and the fill that the order named",
    "Hvert fald nævner den beholder og fyldning, ordren nævnte",
)
async def drops_name_their_fill(bench: Bench) -> None:
    """Lots are traced by the fill (I8)."""
    async with bench.opened() as station:
        bays = {bay.number: bay for bay in await station.driver.read_bays()}
        entries = await station.packed(await station.order())
    for entry in entries:
        if entry.kind == words.DROPPED and "bay" in entry.fields:
            bay = bays[int(entry.fields["bay"])]
            told = entry.fields.get("canister"), entry.fields.get("fill"), entry.fields.get("product")
            same(f"canister, fill and product in bay {bay.number}", told, (bay.canister_id, bay.fill_code, bay.product))


@check(
    "states-legal",
    Level.BEHAVIOUR,
    "Every change of state in the whole journal is a move of the PackML state machine",
    "Hvert tilstandsskift i hele journalen er et træk i PackML-tilstandsmaskinen",
)
async def states_legal(bench: Bench) -> None:
    """A state that is left out was not told (I6)."""
    async with bench.opened() as station:
        await _moved_about(bench, station)
        _, entries = await station.at_rest(START)
    moves = _moves(entries)
    require(bool(moves), "the journal tells no change of state")
    for (boot, source, target), (following, source_after, _) in pairwise(moves):
        same(f"state after {source} to {target}", source_after if boot == following else target, target)
    illegal = sorted({f"{source} to {target}" for _, source, target in moves if (source, target) not in LEGAL})
    require(not illegal, f"no moves of PackML: {', '.join(illegal)}")


async def _moved_about(bench: Bench, station: Station) -> None:
    order = await station.order(bench.long_pouches)
    await station.start(order)
    await station.until_packing(order.number)
    await station.driver.ensure_paused()
    await station.until_order(order.number, OrderState.HELD)
    await station.driver.ensure_packing(order.number)
    await station.driver.ensure_stopped()
    await station.until_order(order.number, OrderState.INTERRUPTED)
    await station.packed(await station.order(2))


def _moves(entries: Iterable[JournalEntry]) -> list[tuple[str, str, str]]:
    return [
        (entry.boot_id, str(entry.fields.get("from")), str(entry.fields.get("to")))
        for entry in entries
        if entry.kind == words.STATE_CHANGED
    ]


@check(
    "order-states-legal",
    Level.BEHAVIOUR,
    "Every order of the whole journal goes its way from loaded to ended or interrupted, and stays there",
    "Hver ordre i hele journalen går vejen fra lagt ind til sluttet eller afbrudt, og bliver dér",
)
async def order_states_legal(bench: Bench) -> None:
    """An order that comes back to life is packed twice."""
    async with bench.opened() as station:
        await _moved_about(bench, station)
        _, entries = await station.at_rest(START)
    states: dict[int, str] = {}
    for entry in entries:
        if entry.kind == words.ORDER_CHANGED:
            state, former = str(entry.fields.get("state")), states.get(entry.order_number)
            allowed = {"loaded"} if former is None else _ORDER_MOVES.get(former, frozenset())
            require(state in allowed, f"order {entry.order_number} went from {former} to {state}")
            states[entry.order_number] = state
    require(bool(states), "the journal tells of no order")


@check(
    "mode-told",
    Level.BEHAVIOUR,
    "The machine packs in the mode Produce, and says so",
    "Maskinen pakker i tilstanden Produce, og siger det",
)
async def mode_told(bench: Bench) -> None:
    """In another mode somebody works inside it."""
    async with bench.opened() as station:
        order = await station.order(bench.long_pouches)
        await station.start(order)
        await station.until_packing(order.number)
        same("mode while packing", (await station.driver.read_status()).mode, UnitMode.PRODUCE)


@check(
    "consumables-fall",
    Level.BEHAVIOUR,
    "Film and ribbon become less when pouches are packed",
    "Film og farvebånd bliver mindre, når der pakkes poser",
)
async def consumables_fall(bench: Bench) -> None:
    """A roll that ends unforeseen stops the machine at night."""
    async with bench.opened() as station:
        exempt_unless(bool(station.capabilities.consumables), "the machine estimates no consumable")
        before = {item.kind: item.left for item in (await station.driver.read_status()).consumables}
        await station.packed(await station.order())
        after = {item.kind: item.left for item in (await station.driver.read_status()).consumables}
    for kind, left in after.items():
        require(left < before[kind], f"{kind}: {before[kind]} before four pouches, {left} after them")


def alarms_of(entries: Sequence[JournalEntry]) -> tuple[list[str], list[str]]:
    """Return the codes of alarms that were raised, and of those that were cleared."""
    raised = [str(entry.fields.get("code")) for entry in entries if entry.kind == words.ALARM_RAISED]
    cleared = [str(entry.fields.get("code")) for entry in entries if entry.kind == words.ALARM_CLEARED]
    return raised, cleared
