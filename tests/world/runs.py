"""Whole runs: a world is built, disturbed, healed and judged; the same seed is the same run."""

import atexit
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from random import Random
from typing import Final

from tests.world import oracle
from tests.world.chaos import Chaos
from tests.world.courses import Course
from tests.world.faults import LOSSY
from tests.world.loop import pass_time
from tests.world.patches import patched
from tests.world.people import look_after
from tests.world.template import Size, folder_for_worlds
from tests.world.world import SETTLE_SECONDS, Run, World

SWEEP: Final = Size(citizens=3, machines=2, days=2)
_QUIET_SECONDS: Final = 5.0


@cache
def _folder() -> Path:
    """One place for all worlds of this process, one after the other."""
    folder = folder_for_worlds()
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


@contextmanager
def world_of(seed: int, size: Size) -> Iterator[World]:
    """A world that leaves nothing behind."""
    folder = _folder()
    world = World(seed, size, folder)
    world.before_restore = lambda: oracle.set_aside(world)
    try:
        with patched(world.loop, opcua=size.wire == "opcua"):
            yield world
    finally:
        world.close()
        for file in folder.iterdir():
            file.unlink()


def run(seed: int, size: Size, course: Course, patience: float = SETTLE_SECONDS) -> Run:
    """Run `course` in a new world, then heal it, let it settle for at most `patience` seconds, and judge it."""
    with world_of(seed, size) as world:

        async def whole() -> list[str]:
            await world.begin()
            await course(world)
            world.heal()
            if world.restored or size.profile in LOSSY:
                world.loop.run_on(world.loop.outside, look_after(world))
            return await _settle(world, patience)

        found = world.loop.run_until_complete(whole())
        loop = world.loop
        films = sum(len(box.films) for box in world.boxes)
        return Run(seed, loop.digest.hexdigest(), loop.steps, loop.now, found, world.kills, films, dict(world.effects))


async def _settle(world: World, patience: float) -> list[str]:
    settled = await world.until(lambda: not oracle.pending(world), patience)
    await pass_time(_QUIET_SECONDS)
    if settled:
        # A machine may have told of something right now: a door that was shut, an alarm that is over.
        await world.until(lambda: not oracle.pending(world), _QUIET_SECONDS)
    found = oracle.violations(world)
    if not settled:
        notes = [text for _, _, text in world.loop.log[-4:]]
        desk = [controller.refused[-2:] for controller in world.controllers]
        found.append(f"L1: {oracle.pending(world)}; notes {notes}; desk {desk}")
    return found + oracle.ghosts(world)


def size_of(seed: int) -> Size:
    """The size of a random fleet."""
    dice = Random(seed)
    return Size(
        citizens=dice.randint(2, 4),
        machines=dice.randint(1, 3),
        days=dice.randint(1, 3),
        profile=dice.choice(("none", "visible", "nominal", "stress")),
        per_minute=dice.choice((60, 240)),
    )


def fleet(seed: int, size: Size, *, restores: bool = False, patience: float = SETTLE_SECONDS) -> Run:
    """A world in which anything may go wrong."""
    return run(seed, size, lambda world: Chaos(world, restores).run(), patience)
