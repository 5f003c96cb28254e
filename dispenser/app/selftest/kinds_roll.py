"""Faults of whole rolls: whose they are, which plan they follow, and how they stand to what is handed out already."""

from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Final

from dispenser.app.selftest.chance import Chance, one_of, pick
from dispenser.app.selftest.handles import roll_of, some_line, some_roll, with_line, with_plan, with_roll, with_rolls
from dispenser.app.selftest.kind import Fault, Kind, Part, Seed
from dispenser.app.selftest.kinds_plan import dosage_of, is_simple, structured
from dispenser.app.selftest.shelf import OTHER_BRANDS
from dispenser.app.selftest.world import World
from dispenser.core.dosage import PartOfDay, Slot
from dispenser.core.ids import CitizenId, RollId
from dispenser.core.packing import pack
from dispenser.core.plan import MedicationPlan
from dispenser.core.presence import Absence, Noted, Presence
from dispenser.core.roll import Period, Roll

_DAY: Final = timedelta(days=1)


def _pouches_swapped(_: Chance, world: World) -> Fault | None:
    """Give two citizens each other's pouches."""
    one, other = world.batch.rolls
    return with_rolls(world, (replace(one, pouches=other.pouches), replace(other, pouches=one.pouches)))


def _one_pouch_swapped(chance: Chance, world: World) -> Fault | None:
    """Swap one pouch of two citizens that is for the same time."""
    one, other = world.batch.rolls
    found = one_of(
        chance,
        [
            (mine, theirs)
            for mine in one.pouches
            for theirs in other.pouches
            if (mine.date, mine.slot, mine.part) == (theirs.date, theirs.slot, theirs.part)
        ],
    )
    if found is None:
        return None
    mine, theirs = found
    got = tuple(replace(theirs, number=mine.number) if pouch is mine else pouch for pouch in one.pouches)
    gave = tuple(replace(mine, number=theirs.number) if pouch is theirs else pouch for pouch in other.pouches)
    return with_rolls(world, (replace(one, pouches=got), replace(other, pouches=gave)))


def _owners_swapped(_: Chance, world: World) -> Fault | None:
    one, other = world.batch.rolls
    return with_rolls(
        world,
        (
            replace(one, citizen_id=other.citizen_id, plan_revision=other.plan_revision),
            replace(other, citizen_id=one.citizen_id, plan_revision=one.plan_revision),
        ),
    )


def _stranger(chance: Chance, world: World) -> Fault | None:
    """Pack for somebody of whom no plan is in force."""
    roll = some_roll(chance, world)
    return with_roll(world, roll, replace(roll, citizen_id=CitizenId("citizen-99")))


def _twice(chance: Chance, world: World) -> Fault | None:
    return with_rolls(world, (*world.batch.rolls, some_roll(chance, world)))


def _twice_renamed(chance: Chance, world: World) -> Fault | None:
    again = replace(some_roll(chance, world), roll_id=RollId(f"{world.batch.batch_id}0099"))
    return with_rolls(world, (*world.batch.rolls, again))


def _lost(chance: Chance, world: World) -> Fault | None:
    lost = some_roll(chance, world)
    return with_rolls(world, (roll for roll in world.batch.rolls if roll is not lost))


def _cut_short(chance: Chance, world: World) -> Fault | None:
    """Let a roll end before its period, and say so itself."""
    roll = some_roll(chance, world)
    last = roll.period.last - chance.randint(1, 3) * _DAY
    kept = tuple(pouch for pouch in roll.pouches if pouch.date <= last)
    return with_roll(world, roll, replace(roll, period=Period(roll.period.first, last), pouches=kept))


def _stale(chance: Chance, world: World) -> Fault | None:
    roll = some_roll(chance, world)
    return with_roll(world, roll, replace(roll, plan_revision=roll.plan_revision - 1))


def _other_version(what: str, _: Chance, world: World) -> Fault | None:
    batch = world.batch
    old = replace(batch, catalogue_version="x") if what == "catalogue" else replace(batch, slot_version="x")
    return Fault(replace(world, batch=old))


def _still_live(chance: Chance, world: World) -> Fault | None:
    """Leave an older roll of the same days in use."""
    old = replace(some_roll(chance, world), roll_id=RollId("0000009999"))
    return Fault(replace(world, neighbours=(*world.neighbours, old)))


def _not_discarded(chance: Chance, world: World) -> Fault | None:
    """Leave a roll in use of which the plan in force asks for nothing any more."""
    found = some_line(chance, world, lambda line: is_simple(line) and dosage_of(line).structures[0].interval == 1)
    if found is None:
        return None
    plan, line = found
    old = _packed(world, roll_of(world, plan.citizen_id), replace(plan, ordinations=(line,)))
    stopped = with_line(plan, line, None)
    now = _packed(world, roll_of(world, plan.citizen_id), stopped)
    changed = with_roll(world, roll_of(world, plan.citizen_id), now).world
    left = replace(old, roll_id=RollId("0000009999"))
    return Fault(replace(with_plan(changed, stopped), neighbours=(*world.neighbours, left)))


def _packed(world: World, roll: Roll, plan: MedicationPlan) -> Roll:
    return pack(roll.roll_id, roll.citizen_id, plan, roll.period, world.catalogue, world.slots, world.limits)


def _gap(chance: Chance, world: World) -> Fault | None:
    """Let the roll of the weeks before end some days before this one begins, and nothing explain it."""
    before = pick(chance, world.neighbours)
    last = before.period.last - chance.randint(1, 4) * _DAY
    kept = tuple(pouch for pouch in before.pouches if pouch.date <= last)
    short = replace(before, period=Period(before.period.first, last), pouches=kept)
    # A day that is over when the batch is planned can only be told, not packed.
    if world.since.day > last:
        return None
    return Fault(replace(world, neighbours=tuple(short if roll is before else roll for roll in world.neighbours)))


def _phase(chance: Chance, world: World) -> Fault | None:
    """Save a cycle again with another start: the pouches of the weeks before were taken on other days."""
    found = some_line(chance, world, lambda line: is_simple(line) and dosage_of(line).structures[0].interval > 1)
    if found is None:
        return None
    plan, line = found
    one = dosage_of(line).structures[0]
    shifted = replace(one, start=one.start + chance.randint(1, one.interval - 1) * _DAY)
    now = with_line(plan, line, replace(line, dosage=structured(shifted)))
    roll = roll_of(world, plan.citizen_id)
    return with_roll(with_plan(world, now), roll, _packed(world, roll, now))


def _absence(why: Presence, chance: Chance, world: World) -> Fault | None:
    """Note that a citizen is away on days for which a roll has pouches."""
    roll = some_roll(chance, world)
    first = roll.period.first + chance.randint(0, 3) * _DAY
    last = None if why in {Presence.DEAD, Presence.MOVED} else first + chance.randint(0, 2) * _DAY
    return Fault(replace(world, noted={roll.citizen_id: Noted((Absence(why, first, last),))}))


def _brands(_: Chance, world: World) -> Fault | None:
    """Change the brand of a line twice inside the period: two rolls of it are in use, and this one has a third."""
    ordered, (second, third) = next(iter(OTHER_BRANDS.items()))
    found = next(
        (plan, line) for plan in world.plans.values() for line in plan.ordinations if line.product_id == ordered
    )
    plan, line = found
    roll = roll_of(world, plan.citizen_id)
    course = []
    for place, product in enumerate((ordered, second)):
        brand = replace(plan, ordinations=(replace(line, product_id=product),))
        day = Period(roll.period.first + place * _DAY, roll.period.first + place * _DAY)
        course.append(
            pack(RollId(f"000000999{place}"), plan.citizen_id, brand, day, world.catalogue, world.slots, world.limits)
        )
    now = with_line(plan, line, replace(line, product_id=third))
    changed = with_roll(with_plan(world, now), roll, _packed(world, roll, now)).world
    return Fault(replace(changed, neighbours=(*world.neighbours, *course)))


def _slots_lost(chance: Chance, world: World) -> Fault | None:
    """Lose a time of n plain doses a day; whatever packs and whatever verifies asks the same table."""
    count = pick(chance, (2, 3, 4))
    places = world.slots.plain[count]
    lost = chance.randrange(count)
    return _with_table(world, {count: (*places[:lost], *places[lost + 1 :])})


def _slots_doubled(chance: Chance, world: World) -> Fault | None:
    count = pick(chance, (2, 3, 4))
    places = world.slots.plain[count]
    return _with_table(world, {count: (places[0], *places[:-1])})


def _with_table(world: World, plain: dict[int, tuple[Slot, ...]]) -> Fault:
    """Pack the whole batch with a wrong table, which is in force."""
    slots = replace(world.slots, plain={**world.slots.plain, **plain})
    return Fault(replace(world, slots=slots))


def _time_lost(chance: Chance, world: World) -> Fault | None:
    """Let two named times of a table change places."""
    one, other = chance.sample(list(PartOfDay), 2)
    times = {**world.slots.times, one: world.slots.times[other], other: world.slots.times[one]}
    return Fault(replace(world, slots=replace(world.slots, times=times)))


def _kind(name: str, what: str, seed: Seed, *checks: str) -> Kind:
    return Kind(name, what, Part.BATCH, checks, seed)


KINDS: Final = (
    _kind("citizens-pouches-swapped", "two citizens have each other's pouches", _pouches_swapped, "C1", "C2"),
    _kind("citizens-pouch-swapped", "two citizens have one of each other's pouches", _one_pouch_swapped, "C1", "C2"),
    _kind("citizens-swapped", "two rolls are each other's citizen's", _owners_swapped, "C1", "C2", "C3"),
    _kind("roll-of-nobody", "a roll is of somebody without a plan", _stranger, "C3"),
    _kind("roll-twice", "a roll is in its batch twice", _twice, "C3"),
    _kind("roll-twice-renamed", "a roll is in its batch twice, under two names", _twice_renamed, "C4"),
    _kind("roll-lost", "a citizen's roll is missing from the batch", _lost, "C1"),
    _kind("roll-cut-short", "a roll ends before the period does", _cut_short, "C1"),
    _kind("revision-stale", "a roll follows an older revision of the plan", _stale, "C18"),
    _kind("catalogue-stale", "a batch follows an older catalogue", partial(_other_version, "catalogue"), "C18"),
    _kind("slots-stale", "a batch follows an older slot table", partial(_other_version, "slots"), "C18"),
    _kind("old-roll-live", "an older roll of the same days is still in use", _still_live, "C4"),
    _kind("stopped-pouches-live", "pouches of a stopped medicine are still in use", _not_discarded, "C7"),
    _kind("gap", "days between two rolls have no pouches", _gap, "C5"),
    _kind("cycle-restarted", "a cycle goes on in another phase than the pouches taken", _phase, "C6"),
    _kind("dead", "a roll is packed for somebody who has died", partial(_absence, Presence.DEAD), "C7"),
    _kind("moved", "a roll is packed for somebody who has moved", partial(_absence, Presence.MOVED), "C7"),
    _kind("admitted", "pouches are packed for days in hospital", partial(_absence, Presence.ADMITTED), "C7"),
    _kind("on-hold", "pouches are packed for days on hold", partial(_absence, Presence.HOLD), "C7"),
    _kind("brands-mixed", "a line changes its brand twice in a period", _brands, "R11"),
    _kind("slot-table-loses-slot", "a slot table gives n doses fewer times", _slots_lost, "C23"),
    _kind("slot-table-repeats-slot", "a slot table gives two doses one time", _slots_doubled, "C23"),
    _kind("slot-table-out-of-order", "two named times of a slot table have changed places", _time_lost, "C23"),
)
