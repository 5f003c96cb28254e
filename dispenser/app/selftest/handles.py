"""Getting hold of one thing in a world at random, and putting another in its place."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

from dispenser.app.selftest.chance import Chance, one_of, pick
from dispenser.app.selftest.kind import Fault
from dispenser.app.selftest.packed import Packed
from dispenser.app.selftest.world import World
from dispenser.core.ids import CitizenId
from dispenser.core.packing import pack
from dispenser.core.plan import MedicationPlan, Ordination
from dispenser.core.pouch import Content, Pouch
from dispenser.core.roll import Roll
from hal.orders import Pick, PouchOrder


def some_roll(chance: Chance, world: World) -> Roll:
    """Return one of the batch's rolls."""
    return pick(chance, world.batch.rolls)


def some_pouch(
    chance: Chance, world: World, fits: Callable[[Pouch], bool] = lambda _: True
) -> tuple[Roll, Pouch] | None:
    """Return a pouch that `fits`, and the roll it is in."""
    return one_of(chance, [(roll, pouch) for roll in world.batch.rolls for pouch in roll.pouches if fits(pouch)])


def some_content(
    chance: Chance, world: World, fits: Callable[[Content], bool] = lambda _: True
) -> tuple[Roll, Pouch, Content] | None:
    """Return a content that `fits`, with its pouch and roll."""
    return one_of(
        chance,
        [
            (roll, pouch, content)
            for roll in world.batch.rolls
            for pouch in roll.pouches
            for content in pouch.contents
            if fits(content)
        ],
    )


def with_rolls(world: World, rolls: Iterable[Roll]) -> Fault:
    """Return `world` with other rolls in its batch."""
    return Fault(replace(world, batch=replace(world.batch, rolls=tuple(rolls))))


def with_roll(world: World, before: Roll, now: Roll) -> Fault:
    """Return `world` with another roll in the place of `before`."""
    return with_rolls(world, (now if roll is before else roll for roll in world.batch.rolls))


def with_pouches(world: World, roll: Roll, changes: Mapping[Pouch, Pouch]) -> Fault:
    """Return `world` with other pouches in the places of some of `roll`."""
    return with_roll(world, roll, replace(roll, pouches=tuple(changes.get(one, one) for one in roll.pouches)))


def with_contents(world: World, roll: Roll, pouch: Pouch, contents: Iterable[Content]) -> Fault:
    """Return `world` with other contents in a pouch."""
    return with_pouches(world, roll, {pouch: replace(pouch, contents=tuple(contents))})


def numbered(pouches: Iterable[Pouch]) -> tuple[Pouch, ...]:
    """Return `pouches` with numbers from 1, as a roll without a trace of any change has them."""
    return tuple(replace(pouch, number=place) for place, pouch in enumerate(pouches, start=1))


def swapped(contents: Iterable[Content], before: Content, now: Content | None) -> tuple[Content, ...]:
    """Return `contents` with `now` in the place of `before`, or without it."""
    changed = ((now if content is before else content) for content in contents)
    return tuple(content for content in changed if content is not None)


def some_line(
    chance: Chance, world: World, fits: Callable[[Ordination], bool] = lambda _: True
) -> tuple[MedicationPlan, Ordination] | None:
    """Return a line that `fits`, and the plan it is in."""
    return one_of(chance, [(plan, line) for plan in world.plans.values() for line in plan.ordinations if fits(line)])


def with_line(plan: MedicationPlan, before: Ordination, now: Ordination | None) -> MedicationPlan:
    """Return `plan` with another line in the place of `before`, or without it."""
    changed = ((now if line is before else line) for line in plan.ordinations)
    return replace(plan, ordinations=tuple(line for line in changed if line is not None))


def with_plan(world: World, plan: MedicationPlan) -> World:
    """Return `world` with another plan in force."""
    return replace(world, plans={**world.plans, plan.citizen_id: plan})


def packed_from(world: World, plan: MedicationPlan) -> Fault | None:
    """Return `world` with the citizen's roll packed from `plan` though another is in force.

    None where both give the same pouches over this period: then nothing is wrong in it.
    """
    before = roll_of(world, plan.citizen_id)
    made = pack(before.roll_id, before.citizen_id, plan, before.period, world.catalogue, world.slots, world.limits)
    now = replace(made, plan_revision=before.plan_revision)
    return None if now == before else with_roll(world, before, now)


def roll_of(world: World, citizen_id: CitizenId) -> Roll:
    """Return the citizen's roll of the batch."""
    return next(roll for roll in world.batch.rolls if roll.citizen_id == citizen_id)


def some_order(
    chance: Chance, world: World, fits: Callable[[PouchOrder], bool] = lambda _: True
) -> tuple[Packed, PouchOrder] | None:
    """Return a pouch of an order that `fits`, and what it is packed with."""
    return one_of(chance, [(packed, pouch) for packed in world.packed for pouch in packed.order.pouches if fits(pouch)])


def some_pick(
    chance: Chance, world: World, fits: Callable[[Pick], bool] = lambda _: True
) -> tuple[Packed, PouchOrder, Pick] | None:
    """Return a pick that `fits`, with its pouch and what it is packed with."""
    return one_of(
        chance,
        [
            (packed, pouch, one)
            for packed in world.packed
            for pouch in packed.order.pouches
            for one in pouch.picks
            if fits(one)
        ],
    )


def with_packed(world: World, before: Packed, now: Packed) -> Fault:
    """Return `world` with something else in the place of `before`."""
    return Fault(replace(world, packed=tuple(now if packed is before else packed for packed in world.packed)))


def with_ordered(world: World, packed: Packed, pouches: Iterable[PouchOrder]) -> Fault:
    """Return `world` with other pouches in an order."""
    return with_packed(world, packed, replace(packed, order=replace(packed.order, pouches=tuple(pouches))))


def with_pouch_order(world: World, packed: Packed, before: PouchOrder, now: PouchOrder) -> Fault:
    """Return `world` with another ordered pouch in the place of `before`."""
    return with_ordered(world, packed, (now if pouch is before else pouch for pouch in packed.order.pouches))


def with_picks(world: World, packed: Packed, pouch: PouchOrder, picks: Iterable[Pick]) -> Fault:
    """Return `world` with other picks in an ordered pouch."""
    return with_pouch_order(world, packed, pouch, replace(pouch, picks=tuple(picks)))
