"""Faults in how a roll is cut into pouches: numbers, parts, instructions, and what may share a pouch."""

from dataclasses import replace
from datetime import timedelta
from typing import Final

from dispenser.app.selftest.chance import Chance, one_of, pick, two_of
from dispenser.app.selftest.handles import (
    numbered,
    some_pouch,
    some_roll,
    with_pouches,
    with_roll,
)
from dispenser.app.selftest.kind import Fault, Kind, Part, Seed
from dispenser.app.selftest.world import World
from dispenser.core.dosage import ClockTime
from dispenser.core.pouch import Pouch
from dispenser.core.quantity import QUARTERS_PER_UNIT
from dispenser.core.roll import Roll

_DAY: Final = timedelta(days=1)


def _number_off(chance: Chance, world: World) -> Fault | None:
    found = some_pouch(chance, world)
    if found is None:
        return None
    roll, pouch = found
    return with_pouches(world, roll, {pouch: replace(pouch, number=pouch.number + pick(chance, (-1, 1)))})


def _out_of_order(chance: Chance, world: World) -> Fault | None:
    """Swap two pouches, and number all anew."""
    roll = some_roll(chance, world)
    found = two_of(chance, range(len(roll.pouches)))
    if found is None:
        return None
    pouches = list(roll.pouches)
    one, other = found
    pouches[one], pouches[other] = pouches[other], pouches[one]
    return with_roll(world, roll, replace(roll, pouches=numbered(pouches)))


def _part_wrong(chance: Chance, world: World) -> Fault | None:
    found = some_pouch(chance, world)
    if found is None:
        return None
    roll, pouch = found
    wrong = pick(
        chance,
        (
            replace(pouch, parts=pouch.parts + 1),
            replace(pouch, part=pouch.part + 1),
            replace(pouch, part=pouch.part + 1, parts=pouch.parts + 1),
        ),
    )
    return with_pouches(world, roll, {pouch: wrong})


def _unmarked(chance: Chance, world: World) -> Fault | None:
    """Let a part of several look like all."""
    found = some_pouch(chance, world, lambda pouch: pouch.parts > 1)
    return with_pouches(world, found[0], {found[1]: replace(found[1], part=1, parts=1)}) if found else None


def _instruction_lost(chance: Chance, world: World) -> Fault | None:
    found = some_pouch(chance, world, lambda pouch: pouch.instruction != "")
    return with_pouches(world, found[0], {found[1]: replace(found[1], instruction="")}) if found else None


def _instruction_wrong(chance: Chance, world: World) -> Fault | None:
    found = some_pouch(chance, world)
    return with_pouches(world, found[0], {found[1]: replace(found[1], instruction="Må knuses")}) if found else None


def _together(world: World, roll: Roll, one: Pouch, other: Pouch) -> Fault:
    """Put all of `other` into `one`, which comes before it, and make parts and numbers look right."""
    merged = replace(one, contents=(*one.contents, *other.contents), instruction=one.instruction or other.instruction)
    rest = [merged if pouch is one else pouch for pouch in roll.pouches if pouch is not other]
    here = [place for place, pouch in enumerate(rest) if (pouch.date, pouch.slot) == (one.date, one.slot)]
    for part, place in enumerate(here, start=1):
        rest[place] = replace(rest[place], part=part, parts=len(here))
    return with_roll(world, roll, replace(roll, pouches=numbered(rest)))


def _pairs(world: World) -> list[tuple[Roll, Pouch, Pouch]]:
    """Return every two pouches that one intake was split into."""
    return [
        (roll, one, other)
        for roll in world.batch.rolls
        for place, one in enumerate(roll.pouches)
        for other in roll.pouches[place + 1 :]
        if (one.date, one.slot) == (other.date, other.slot)
    ]


def _not_alone(chance: Chance, world: World) -> Fault | None:
    """Merge what must be alone with what it must be apart from."""
    products = world.catalogue.products
    found = one_of(
        chance,
        [
            (roll, one, other)
            for roll, one, other in _pairs(world)
            if any(products[content.product_id].separate_pouch for content in (*one.contents, *other.contents))
        ],
    )
    return _together(world, *found) if found else None


def _mixed_instructions(chance: Chance, world: World) -> Fault | None:
    found = one_of(
        chance,
        [
            (roll, one, other)
            for roll, one, other in _pairs(world)
            if one.instruction and other.instruction and one.instruction != other.instruction
        ],
    )
    return _together(world, *found) if found else None


def _overfull(chance: Chance, world: World) -> Fault | None:
    """Merge the parts of an intake that one pouch cannot hold."""
    products = world.catalogue.products

    def room(pouch: Pouch) -> tuple[int, int]:
        units = [(-(-content.quarters // QUARTERS_PER_UNIT), content.product_id) for content in pouch.contents]
        return sum(count for count, _ in units), sum(count * products[name].volume_mm3 for count, name in units)

    def is_too_full(one: Pouch, other: Pouch) -> bool:
        units, volume = (here + there for here, there in zip(room(one), room(other), strict=True))
        return units > world.limits.units or volume > world.limits.volume_mm3

    found = one_of(chance, [(roll, one, other) for roll, one, other in _pairs(world) if is_too_full(one, other)])
    return _together(world, *found) if found else None


def _empty(chance: Chance, world: World) -> Fault | None:
    """Add a pouch with nothing in it at a time of its own."""
    roll = some_roll(chance, world)
    last = roll.pouches[-1]
    empty = Pouch(len(roll.pouches) + 1, last.date, ClockTime(23, 59), 1, 1, ())
    return with_roll(world, roll, replace(roll, pouches=(*roll.pouches, empty)))


def _outside(chance: Chance, world: World) -> Fault | None:
    """Pack one more day than the period has."""
    roll = some_roll(chance, world)
    last = [replace(one, date=one.date + _DAY) for one in roll.pouches if one.date == roll.pouches[-1].date]
    return with_roll(world, roll, replace(roll, pouches=numbered((*roll.pouches, *last))))


def _kind(name: str, what: str, seed: Seed, *checks: str) -> Kind:
    return Kind(name, what, Part.BATCH, checks, seed)


KINDS: Final = (
    _kind("pouch-number-off", "a pouch has its neighbour's number", _number_off, "C3"),
    _kind("pouches-out-of-order", "two pouches of a roll have changed places", _out_of_order, "C3"),
    _kind("part-marks-wrong", "a pouch claims to be another part than it is", _part_wrong, "C13"),
    _kind("part-marks-lost", "one of several parts looks like all", _unmarked, "C13"),
    _kind("instruction-lost", "an instruction is missing from a pouch", _instruction_lost, "R8"),
    _kind("instruction-wrong", "a pouch has an instruction that nobody gave", _instruction_wrong, "R8"),
    _kind("instructions-mixed", "medicines with two instructions share a pouch", _mixed_instructions, "R8"),
    _kind("not-alone", "what must be alone in a pouch is not", _not_alone, "C11"),
    _kind("overfull", "a pouch holds more than it can", _overfull, "C13"),
    _kind("pouch-empty", "a pouch has nothing in it", _empty, "C2"),
    _kind("outside-period", "a roll has pouches for a day after its period", _outside, "C3"),
)
