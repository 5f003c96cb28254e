"""One world: controllers, machines and wires on a seeded loop; it runs through faults, is healed, and settles."""

import asyncio
import shutil
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Final

from dispenser.core.ids import MachineId
from dispenser.core.roll import Period
from hal.driver import MachineDriver
from tests.support.hall import MONDAY
from tests.world.controllers import Controller, WallClock, WorldDatabase, services_of
from tests.world.faults import all_over
from tests.world.loop import Host, WorldLoop, pass_time
from tests.world.machines import Box
from tests.world.net import Network
from tests.world.plans import Plan, first_plan
from tests.world.template import Size, specs_of, template_of
from tests.world.wiring import driver_for

SETTLE_SECONDS: Final = 900.0
"""Fifteen minutes after the last fault everything is packed (L1)."""


@dataclass
class Told:
    """A plan that home care has sent: when it was taken, by loop time; None while nobody has answered."""

    plan: Plan
    at: float | None = None
    refused: bool = False
    """Something newer had come before it."""


class World:
    """Everything there is. `on_effect` is called right before whatever a host does that others can see."""

    def __init__(self, seed: int, size: Size, folder: Path) -> None:
        self.seed = seed
        self.size = size
        self.loop = WorldLoop(seed)
        self.network = Network(self.loop)
        self.loop.connect, self.loop.listen = self.network.connect, self.network.listen
        self.on_effect: Callable[[Host], None] = lambda _host: None
        self.effects: dict[str, int] = {}
        self.folder = folder
        self.file = folder / "dispenser.db"
        shutil.copyfile(template_of(size), self.file)
        self.period = Period(MONDAY, MONDAY + timedelta(days=size.days - 1))
        self.boxes = [Box(self.loop, self.network, spec, 5001 + n) for n, spec in enumerate(specs_of(size))]
        for box in self.boxes:
            box.on_effect = self._effect
        self.network.on_effect = self._effect
        self.controllers: list[Controller] = []
        self.started = 0
        self.kills = 0
        self.restored = False
        self.set_aside: set[tuple[str, int]] = set()
        """Machine and film of pouches that people had been told to discard before the database was restored."""
        self.before_restore: Callable[[], None] = lambda: None
        self.resent: list[str] = []
        """Writes that a driver put on the wire a second time."""
        self.troubles: list[tuple[float, float]] = []
        """When something was wrong: from, to."""
        self.told = {number: [Told(first_plan(number))] for number in range(1, size.citizens + 1)}
        self.eyes = services_of(WorldDatabase(f"sqlite:///{self.file}", lambda: None), WallClock(self.loop))
        """What the oracle reads the record with."""

    # -- hosts ---------------------------------------------------------------------------------------------------

    def start_controller(self) -> Controller:
        self.started += 1
        name = f"controller-{self.started}"
        controller = Controller(self.loop, name, self.file, self.period, self._drivers, self._effect)
        self.controllers.append(controller)
        return controller

    def kill_controller(self, controller: Controller) -> None:
        if controller in self.controllers:
            self.kills += 1
            self.controllers.remove(controller)
            self.loop.kill(controller.host)
            self.network.host_died(controller.host)
            # Not at once: the kill may come from the middle of a transaction, which ends unwritten first.
            self.loop.call_soon(controller.close, context=self.loop.outside.context)

    def ensure_all(self) -> None:
        """Switch on what is off, and start a controller where there is none."""
        if not self.controllers:
            self.start_controller()
        for box in self.boxes:
            self.switch_on(box)

    def switch_on(self, box: Box) -> None:
        """Switch a machine on, unless it is, or is to stay off for a while."""
        if not box.is_on and self.loop.now >= box.off_until:
            box.power_on()

    def kill(self, host: Host) -> None:
        """Kill whatever runs on `host`."""
        for controller in list(self.controllers):
            if controller.host is host:
                self.kill_controller(controller)
        for box in self.boxes:
            if box.host is host:
                self.kills += 1
                box.power_off()

    def _drivers(self, clock: WallClock) -> dict[MachineId, MachineDriver]:
        return {MachineId(box.spec.id): driver_for(box, self.network, clock, self.resent) for box in self.boxes}

    def _effect(self, host: Host) -> None:
        kind = host.name.partition("-")[0] if host.name.startswith("controller") else host.name
        self.effects[kind] = self.effects.get(kind, 0) + 1
        self.on_effect(host)

    # -- home care -----------------------------------------------------------------------------------------------

    async def send(self, told: Told) -> None:
        """Send a plan until somebody has answered, as home care does."""
        while told.at is None:
            if not self.controllers:
                await pass_time(0.5)
                continue
            controller = self.controllers[-1]
            task = self.loop.run_on(controller.host, controller.push(told.plan.bundle()))
            await asyncio.wait({task}, timeout=5.0)
            if task.done() and not task.cancelled():
                reply = task.result()
                self.loop.note(f"plan {told.plan.citizen}.{told.plan.number}: {reply.status}")
                if reply.status == 200:
                    told.at = self.loop.now
                elif reply.status == 409:
                    told.refused = True
                    return
                else:
                    message = f"a plan was answered with {reply.status}: {reply.document}"
                    raise AssertionError(message)

    def plan_of(self, citizen: int) -> Plan:
        """The newest plan that was taken."""
        taken = [told.plan for told in self.told[citizen] if told.at is not None]
        return taken[-1]

    def trouble(self, seconds: float = 15.0) -> None:
        """Note that something is wrong now, and how long it may be felt."""
        self.troubles.append((self.loop.now - 1.0, self.loop.now + seconds))

    def was_troubled(self, since: float, until: float) -> bool:
        return any(begin <= until and end >= since for begin, end in self.troubles)

    # -- the course of a world -----------------------------------------------------------------------------------

    async def begin(self) -> None:
        for box in self.boxes:
            box.power_on()
        self.start_controller()
        for told in self.told.values():
            self.loop.run_on(self.loop.outside, self.send(told[0]))

    async def until(self, done: Callable[[], bool], seconds: float) -> bool:
        """Let time pass until `done`, at most so many seconds; tell whether it came to that."""
        end = self.loop.now + seconds
        while not done():
            if self.loop.now >= end:
                return False
            await pass_time(1.0)
        return True

    def heal(self) -> None:
        """Take every fault back, and let people do what people do: set clocks right, switch on, start again."""
        for wire in self.network.wires.values():
            wire.heal()
        for box in self.boxes:
            box.dies_at_append = 0
            if box.is_on:
                box.inject(*all_over())
            else:
                box.power_on()
        for controller in list(self.controllers):
            controller.host.paused_until = 0.0
            self.kill_controller(controller)
        self.trouble()
        controller = self.start_controller()
        self.loop.run_on(controller.host, controller.confirm_clock())

    def save(self) -> Path:
        """Copy the database as it stands, as a nightly copy does."""
        copy = self.folder / f"copy-{self.loop.steps}.db"
        source, target = sqlite3.connect(self.file), sqlite3.connect(copy)
        with source, target:
            source.backup(target)
        source.close()
        target.close()
        return copy

    def restore(self, copy: Path) -> None:
        """Put an older copy in the place of the database; nobody may have it open."""
        self.before_restore()
        self.restored = True
        self.eyes.database.close()
        for file in self.folder.glob("dispenser.db*"):
            file.unlink()
        shutil.copyfile(copy, self.file)

    def close(self) -> None:
        for controller in self.controllers:
            self.loop.kill(controller.host)
            controller.close()
        for box in self.boxes:
            if box.host is not None:
                self.loop.kill(box.host)
        self.eyes.database.close()
        self.loop.close()


@dataclass
class Run:
    """What a run of a world came to."""

    seed: int
    digest: str
    steps: int
    seconds: float
    violations: list[str] = field(default_factory=list)
    kills: int = 0
    films: int = 0
    effects: dict[str, int] = field(default_factory=dict)
