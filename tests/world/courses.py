"""Single misfortunes at a chosen moment: what sweeps go through one by one, and what finds each seeded bug."""

from collections.abc import Awaitable, Callable
from dataclasses import replace

from tests.world import oracle
from tests.world.loop import Host, pass_time
from tests.world.plans import EVENING, MORNING, NOON, Line, Plan
from tests.world.world import Told, World

Course = Callable[[World], Awaitable[None]]
AWAY_SECONDS = 2.0
LONGEST = 45.0


async def quiet(world: World) -> None:
    """Nothing goes wrong until everything is packed."""
    await world.until(lambda: not oracle.pending(world), LONGEST)


def later(world: World, seconds: float, action: Callable[[], object]) -> None:
    """Do something from outside."""
    world.loop.call_later(seconds, action, context=world.loop.outside.context)


def crash(kind: str, point: int) -> Course:
    """A host of a `kind` (controller, m1, ...) dies right before its effect number `point`, and comes back."""

    async def course(world: World) -> None:
        def strike(host: Host) -> None:
            if world.effects.get(kind) == point and world.kills == 0:
                world.trouble()
                world.kill(host)
                later(world, AWAY_SECONDS, world.ensure_all)

        world.on_effect = strike
        await quiet(world)

    return course


def power_cut(machine: int, line: int) -> Course:
    """A machine's power goes before it keeps line number `line`: between two drops, before or after a seal."""

    async def course(world: World) -> None:
        box = world.boxes[machine]
        box.dies_at_append = line
        while box.is_on and oracle.pending(world):
            await world.until(lambda: not box.is_on or not oracle.pending(world), LONGEST)
        world.trouble()
        later(world, AWAY_SECONDS, world.ensure_all)
        await quiet(world)

    return course


def cut(machine: int, at: float) -> Course:
    """A wire is cut with whatever is under way on it."""

    async def course(world: World) -> None:
        later(world, at, world.boxes[machine].wire.cut)
        world.trouble(at + 15.0)
        await quiet(world)

    return course


def overtaken(at: float, seconds: float) -> Course:
    """A controller stands still; another one takes over; the first comes back and knows of nothing."""

    async def course(world: World) -> None:
        first = world.controllers[0]

        def stand_still() -> None:
            world.trouble(seconds + 15.0)
            first.host.paused_until = world.loop.now + seconds
            later(world, 0.2, world.start_controller)

        later(world, at, stand_still)
        await world.until(lambda: world.loop.now > at + seconds + 5.0 and not oracle.pending(world), LONGEST)

    return course


def changed(pouches: int, *, wholly: bool = True) -> Course:
    """The second citizen's plan is stopped, or doubled, right after so many pouches for him or her have begun."""

    def begun(world: World) -> int:
        return sum(box.citizens[order] == 2 for box in world.boxes for _, order, _ in box.starts)

    async def course(world: World) -> None:
        while begun(world) < pouches and oracle.pending(world):
            await pass_time(0.1)
        lines = tuple(
            Line(one.product, one.quarters if wholly else 2 * one.quarters, one.slots, active=not wholly)
            for one in world.told[2][-1].plan.lines
        )
        told = Told(Plan(2, 2, lines))
        world.told[2].append(told)
        await world.send(told)
        await world.until(lambda: world.loop.now > (told.at or 0.0) + 10.0 and not oracle.pending(world), LONGEST)

    return course


def restored(copied: float, back: float) -> Course:
    """A copy of the database is made, and put in the place of the database later on."""

    async def course(world: World) -> None:
        await world.until(lambda: world.loop.now >= copied, LONGEST)
        copy = world.save()
        await world.until(lambda: world.loop.now >= back, LONGEST)
        world.trouble()
        for controller in list(world.controllers):
            world.kill_controller(controller)
        later(world, 0.01, lambda: world.restore(copy))
        later(world, AWAY_SECONDS, world.ensure_all)
        await world.until(lambda: world.loop.now >= back + 30.0, LONGEST)

    return course


async def blackout(world: World) -> None:
    """The power goes everywhere when everything is packed, and comes back."""
    await quiet(world)
    for box in world.boxes:
        box.power_off()
    later(world, AWAY_SECONDS, world.ensure_all)
    await world.until(lambda: all(box.is_on for box in world.boxes), LONGEST)


def restored_beside_one_off(away: float = 90.0) -> Course:
    """A machine packs a changed plan and is switched off; a copy of before is put back, and the plan comes once more.

    The other machine has done nothing since the copy: it knows no more than the database does.
    """

    async def course(world: World) -> None:
        await quiet(world)
        await pass_time(10.0)
        copy = world.save()
        before = [len(box.starts) for box in world.boxes]
        # The longest roll goes to the first machine: citizen 2's goes there alone, and elsewhere beside citizen 1's.
        first, *others = world.told[2][-1].plan.lines
        doubled = Plan(2, 2, (replace(first, quarters=2 * first.quarters), *others))
        longer = Plan(1, 2, (replace(doubled.lines[0], slots=(MORNING, NOON, EVENING)), *others))
        await _take(world, doubled)
        await quiet(world)
        await pass_time(10.0)
        world.trouble(away + 30.0)
        world.kill_controller(world.controllers[0])
        for box, starts in zip(world.boxes, before, strict=True):
            if len(box.starts) > starts:
                box.power_off()
        await pass_time(AWAY_SECONDS)
        world.restore(copy)
        world.start_controller()
        for change in (longer, doubled):
            await _take(world, change)
        await pass_time(away)
        world.ensure_all()

    return course


async def _take(world: World, plan: Plan) -> None:
    """Send a plan until it is taken."""
    told = Told(plan)
    world.told[plan.citizen].append(told)
    await world.send(told)
