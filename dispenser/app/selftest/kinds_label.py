"""Faults of whole labels: a label on another pouch than its own, or none at all."""

from dataclasses import replace
from functools import partial
from typing import Final

from dispenser.app.selftest.chance import Chance, one_of, pick
from dispenser.app.selftest.handles import some_order, with_ordered, with_pouch_order
from dispenser.app.selftest.kind import Fault, Kind, Part, Seed
from dispenser.app.selftest.world import World


def _off_by_one(chance: Chance, world: World) -> Fault | None:
    """Give every pouch from one on the label of the pouch before it, as a printer that is one behind does."""
    packed = pick(chance, world.packed)
    pouches = packed.order.pouches
    since = chance.randrange(1, len(pouches))
    behind = [
        replace(pouch, symbol=pouches[place - 1].symbol, lines=pouches[place - 1].lines) if place >= since else pouch
        for place, pouch in enumerate(pouches)
    ]
    return with_ordered(world, packed, behind)


def _lines_of_other(chance: Chance, world: World) -> Fault | None:
    """Give a pouch the words of another pouch of the roll, under its own symbol."""
    packed = pick(chance, world.packed)
    pouch, other = chance.sample(list(packed.order.pouches), 2)
    return with_pouch_order(world, packed, pouch, replace(pouch, lines=other.lines))


def _symbol_of_other(chance: Chance, world: World) -> Fault | None:
    packed = pick(chance, world.packed)
    pouch, other = chance.sample(list(packed.order.pouches), 2)
    # Only one of the two is ordered, so that no symbol is there twice.
    kept = [
        replace(pouch, symbol=other.symbol) if one is pouch else one for one in packed.order.pouches if one is not other
    ]
    return with_ordered(world, packed, kept)


def _symbol_of_other_roll(chance: Chance, world: World) -> Fault | None:
    one, other = world.packed
    place = chance.randrange(min(len(one.order.pouches), len(other.order.pouches)))
    pouch = one.order.pouches[place]
    return with_pouch_order(world, one, pouch, replace(pouch, symbol=other.order.pouches[place].symbol))


def _symbol_twice(chance: Chance, world: World) -> Fault | None:
    packed = pick(chance, world.packed)
    pouch, other = chance.sample(list(packed.order.pouches), 2)
    return with_pouch_order(world, packed, pouch, replace(pouch, symbol=other.symbol))


def _of_other_citizen(chance: Chance, world: World) -> Fault | None:
    """Give a pouch the name and number of another citizen."""
    one, other = world.packed
    pouch = pick(chance, one.order.pouches)
    lines = (*other.order.pouches[0].lines[:2], *pouch.lines[2:])
    return with_pouch_order(world, one, pouch, replace(pouch, lines=lines)) if lines != pouch.lines else None


def _blank(what: str, chance: Chance, world: World) -> Fault | None:
    found = some_order(chance, world)
    if found is None:
        return None
    packed, pouch = found
    blank = replace(pouch, symbol=" ") if what == "symbol" else replace(pouch, lines=("", " "))
    return with_pouch_order(world, packed, pouch, blank)


def _instruction(now: str, chance: Chance, world: World) -> Fault | None:
    """Lose or change the instruction of a pouch on its label alone."""
    marked = {pouch.instruction for roll in world.batch.rolls for pouch in roll.pouches} - {""}
    said = one_of(chance, sorted(marked))
    if said is None:
        return None
    found = some_order(chance, world, lambda pouch: said in pouch.lines)
    if found is None:
        return None
    packed, pouch = found
    lines = tuple(line for line in (now if line == said else line for line in pouch.lines) if line)
    return with_pouch_order(world, packed, pouch, replace(pouch, lines=lines))


def _line_added(chance: Chance, world: World) -> Fault | None:
    """Let a label say something more than it should, anywhere between its first and its last line."""
    found = some_order(chance, world)
    if found is None:
        return None
    packed, pouch = found
    place = chance.randrange(1, len(pouch.lines))
    more = pick(chance, ("Tag dobbelt dosis", "Kun ved behov", "Efter aftale"))
    lines = (*pouch.lines[:place], more, *pouch.lines[place:])
    return with_pouch_order(world, packed, pouch, replace(pouch, lines=lines))


def _other_issuer(chance: Chance, world: World) -> Fault | None:
    """Let a symbol have another issuer's GTIN: one digit of it is wrong, or it is another good one."""
    found = some_order(chance, world)
    if found is None:
        return None
    packed, pouch = found
    digit = str((int(pouch.symbol[6]) + chance.randint(1, 9)) % 10)
    now = pick(chance, (f"{pouch.symbol[:6]}{digit}{pouch.symbol[7:]}", f"(01)05790000000001{pouch.symbol[18:]}"))
    return with_pouch_order(world, packed, pouch, replace(pouch, symbol=now))


def _kind(name: str, what: str, seed: Seed, *checks: str) -> Kind:
    return Kind(name, what, Part.ORDERS, checks or ("C16",), seed)


KINDS: Final = (
    _kind("label-off-by-one", "every label is on the pouch behind its own", _off_by_one),
    _kind("label-of-other-pouch", "a pouch has the words of another", _lines_of_other),
    _kind("symbol-of-other-pouch", "a pouch has the symbol of another", _symbol_of_other),
    _kind("symbol-of-other-roll", "a pouch has the symbol of another roll", _symbol_of_other_roll),
    _kind("symbol-twice", "two pouches have one symbol", _symbol_twice, "C3"),
    _kind("label-of-other-citizen", "a pouch has the name and number of another citizen", _of_other_citizen, "C3"),
    _kind("label-says-more", "a label says something more than it should", _line_added),
    _kind("symbol-of-other-issuer", "a symbol has another issuer's GTIN", _other_issuer),
    _kind("label-blank", "a pouch has no words", partial(_blank, "words")),
    _kind("symbol-blank", "a pouch has no symbol", partial(_blank, "symbol")),
    _kind("instruction-not-printed", "an instruction is not on the label", partial(_instruction, "")),
    _kind("instruction-misprinted", "an instruction is another on the label", partial(_instruction, "Må knuses")),
)
