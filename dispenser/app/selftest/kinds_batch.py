"""Faults in the pouches of a roll: what packing, storing or reading back a batch could get wrong."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Final

from dispenser.app.selftest.chance import Chance, one_of, pick, two_of
from dispenser.app.selftest.handles import (
    numbered,
    some_content,
    some_pouch,
    some_roll,
    swapped,
    with_contents,
    with_pouches,
    with_roll,
)
from dispenser.app.selftest.kind import Fault, Kind, Part, Seed
from dispenser.app.selftest.shelf import POUCH_VOLUME_MM3
from dispenser.app.selftest.world import World
from dispenser.core.dosage import ClockTime, PartOfDay
from dispenser.core.product import Partable, Product
from dispenser.core.quantity import LARGEST_DOSE_UNITS, QUARTERS_PER_UNIT, Quarters
from hal.status import Capabilities
from safety.outstanding import packed_doses

_ONCE: Final = ("C1", "C2", "C23")
_DAY: Final = timedelta(days=1)


def _dropped(chance: Chance, world: World) -> Fault | None:
    found = some_content(chance, world)
    if found is None:
        return None
    roll, pouch, content = found
    return with_contents(world, roll, pouch, swapped(pouch.contents, content, None))


def _fleet(alter: Callable[[Capabilities], Capabilities], _: Chance, world: World) -> Fault:
    fleet = {name: alter(one) for name, one in world.hall.fleet.items()}
    return Fault(replace(world, hall=replace(world.hall, fleet=fleet)))


def _doubled(chance: Chance, world: World) -> Fault | None:
    found = some_content(chance, world)
    if found is None:
        return None
    roll, pouch, content = found
    return with_contents(world, roll, pouch, (*pouch.contents, content))


def _off(chance: Chance, world: World) -> Fault | None:
    found = some_content(chance, world)
    if found is None:
        return None
    roll, pouch, content = found
    quarters = Quarters(content.quarters + pick(chance, (-1, 1, -4, 4)))
    return with_contents(world, roll, pouch, swapped(pouch.contents, content, replace(content, quarters=quarters)))


def _nothing(chance: Chance, world: World) -> Fault | None:
    """Keep a content and lose its amount."""
    found = some_content(chance, world)
    if found is None:
        return None
    roll, pouch, content = found
    return with_contents(world, roll, pouch, swapped(pouch.contents, content, replace(content, quarters=Quarters(0))))


def _moved(chance: Chance, world: World) -> Fault | None:
    """Put a content into a pouch of another date or time."""
    found = some_content(chance, world)
    if found is None:
        return None
    roll, pouch, content = found
    other = one_of(chance, [one for one in roll.pouches if (one.date, one.slot) != (pouch.date, pouch.slot)])
    if other is None:
        return None
    return with_pouches(
        world,
        roll,
        {
            pouch: replace(pouch, contents=swapped(pouch.contents, content, None)),
            other: replace(other, contents=(*other.contents, content)),
        },
    )


def _other_product(chance: Chance, world: World) -> Fault | None:
    found = some_content(chance, world)
    if found is None:
        return None
    roll, pouch, content = found
    product = pick(chance, sorted(set(world.catalogue.products) - {content.product_id}))
    return with_contents(world, roll, pouch, swapped(pouch.contents, content, replace(content, product_id=product)))


def _other_line(chance: Chance, world: World) -> Fault | None:
    """Give a content to another line of the plan."""
    found = some_content(chance, world)
    if found is None:
        return None
    roll, pouch, content = found
    lines = [line.ordination_id for line in world.plans[roll.citizen_id].ordinations]
    name = pick(chance, [line for line in lines if line != content.ordination_id])
    return with_contents(world, roll, pouch, swapped(pouch.contents, content, replace(content, ordination_id=name)))


def _contents_swapped(chance: Chance, world: World) -> Fault | None:
    """Swap the contents of two pouches of one roll; the same contents at two times are no fault."""
    roll = some_roll(chance, world)
    found = two_of(chance, roll.pouches)
    if found is None:
        return None
    one, other = found
    changed = with_pouches(
        world,
        roll,
        {one: replace(one, contents=other.contents), other: replace(other, contents=one.contents)},
    )
    return changed if _differs(world, changed) else None


def _differs(world: World, changed: Fault) -> bool:
    """Return whether any citizen would take anything else at any time."""
    before, after = world.batch.rolls, changed.world.batch.rolls
    return [packed_doses(roll) for roll in before] != [packed_doses(roll) for roll in after]


def _lost(chance: Chance, world: World) -> Fault | None:
    """Lose a pouch, and close the numbers behind it."""
    found = some_pouch(chance, world)
    if found is None:
        return None
    roll, pouch = found
    kept = numbered(one for one in roll.pouches if one is not pouch)
    return with_roll(world, roll, replace(roll, pouches=kept))


def _twice(chance: Chance, world: World) -> Fault | None:
    found = some_pouch(chance, world)
    if found is None:
        return None
    roll, pouch = found
    place = roll.pouches.index(pouch)
    return with_roll(
        world, roll, replace(roll, pouches=numbered((*roll.pouches[:place], pouch, *roll.pouches[place:])))
    )


def _date_shifted(chance: Chance, world: World) -> Fault | None:
    found = some_pouch(chance, world)
    if found is None:
        return None
    roll, pouch = found
    return with_pouches(world, roll, {pouch: replace(pouch, date=pouch.date + pick(chance, (-1, 1, 7)) * _DAY)})


def _all_shifted(chance: Chance, world: World) -> Fault | None:
    """Date a whole roll a day off, as a wrong zone or clock would."""
    roll = some_roll(chance, world)
    by = pick(chance, (-1, 1)) * _DAY
    return with_roll(
        world, roll, replace(roll, pouches=tuple(replace(one, date=one.date + by) for one in roll.pouches))
    )


def _slot_shifted(chance: Chance, world: World) -> Fault | None:
    found = some_pouch(chance, world)
    if found is None:
        return None
    roll, pouch = found
    other = pick(chance, [slot for slot in (*PartOfDay, ClockTime(3, 15)) if slot != pouch.slot])
    return with_pouches(world, roll, {pouch: replace(pouch, slot=other)})


def _unsuited(alter: Callable[[Product], Product], chance: Chance, world: World) -> Fault | None:
    """Let the catalogue in force, under the same version, say that a packed product must stay out."""
    found = some_content(chance, world)
    if found is None:
        return None
    product = alter(world.catalogue.products[found[2].product_id])
    catalogue = replace(world.catalogue, products={**world.catalogue.products, product.product_id: product})
    return Fault(replace(world, catalogue=catalogue))


def _part_of_tablet(chance: Chance, world: World) -> Fault | None:
    """Let the catalogue in force say that a product of which a part is packed must not be broken."""
    found = some_content(chance, world, lambda content: content.quarters % QUARTERS_PER_UNIT != 0)
    if found is None:
        return None
    product = replace(world.catalogue.products[found[2].product_id], partable=Partable.INDIVISIBLE)
    catalogue = replace(world.catalogue, products={**world.catalogue.products, product.product_id: product})
    return Fault(replace(world, catalogue=catalogue))


def _heap(chance: Chance, world: World) -> Fault | None:
    """Put more units of a product into an intake than a machine may pack unasked."""
    found = some_content(chance, world)
    if found is None:
        return None
    roll, pouch, content = found
    many = Quarters((LARGEST_DOSE_UNITS + chance.randint(1, 9)) * QUARTERS_PER_UNIT)
    return with_contents(world, roll, pouch, swapped(pouch.contents, content, replace(content, quarters=many)))


def _kind(name: str, what: str, seed: Seed, *checks: str) -> Kind:
    return Kind(name, what, Part.BATCH, checks or _ONCE, seed)


KINDS: Final = (
    _kind("content-dropped", "a medicine is missing from a pouch", _dropped),
    _kind("content-doubled", "a medicine is in a pouch twice", _doubled),
    _kind("content-moved", "a medicine is in a pouch of another time", _moved),
    _kind("content-of-other-line", "a medicine is booked on another line", _other_line),
    _kind("quantity-off", "a quantity is a quarter or a tablet off", _off),
    _kind("quantity-lost", "a medicine is there without a quantity", _nothing),
    _kind("product-swapped", "another product is in a pouch", _other_product),
    _kind("contents-swapped", "two pouches have each other's contents", _contents_swapped),
    _kind("pouch-lost", "a pouch is missing from a roll", _lost),
    _kind("pouch-twice", "a pouch is in a roll twice", _twice),
    _kind("pouch-date-shifted", "a pouch has another date", _date_shifted),
    _kind("roll-date-shifted", "a roll is dated a day off", _all_shifted),
    _kind("pouch-slot-shifted", "a pouch has another time of day", _slot_shifted),
    _kind("heap", "far more units at once than anyone takes", _heap, "C12"),
    _kind("packed-undividable", "part of a tablet is packed that must not be broken", _part_of_tablet, "C12"),
    _kind(
        "packed-without-d-mark",
        "a product is packed whose producer has not declared it suitable",
        partial(_unsuited, lambda product: replace(product, dispensable=False)),
        "C11",
    ),
    _kind(
        "packed-not-solid",
        "a product is packed that no pouch may hold",
        partial(_unsuited, lambda product: replace(product, solid_oral=False)),
        "C11",
    ),
    _kind(
        "unit-grown",
        "the catalogue in force says that units are larger than the pouches were filled for",
        partial(_unsuited, lambda product: replace(product, volume_mm3=POUCH_VOLUME_MM3 + 1)),
        "C13",
    ),
    _kind(
        "label-on-no-machine",
        "labels have more lines than any machine prints",
        partial(_fleet, lambda able: replace(able, print_lines=3)),
        "C13",
    ),
    _kind(
        "symbol-on-no-machine",
        "symbols are longer than any machine prints",
        partial(_fleet, lambda able: replace(able, symbol_characters=9)),
        "C13",
    ),
)
