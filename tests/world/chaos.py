"""What goes wrong in a world, when, and for how long: drawn from its seed."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Final

from tests.world.faults import LOSSY, drawn
from tests.world.loop import Host
from tests.world.machines import Box
from tests.world.plans import changed
from tests.world.world import Told, World

_MOST_EFFECTS: Final = 400


@dataclass
class Chaos:
    """One world's misfortunes; `restores` adds older copies of the database."""

    world: World
    restores: bool = False

    def __post_init__(self) -> None:
        # Dice of its own: what goes wrong does not depend on how far the world has come.
        self.dice = Random(self.world.seed * 7 + 3)
        self._copies: list[Path] = []
        self._doomed: dict[str, int] = {}
        self._over = False
        self.world.on_effect = self._effect

    async def run(self) -> None:
        """Let things go wrong for a while."""
        dice, world = self.dice, self.world
        until = world.loop.now + dice.uniform(10.0, 60.0)
        faults = self._faults()
        await asyncio.sleep(dice.uniform(0.0, 8.0))
        while world.loop.now < until:
            fault = dice.choice(faults)
            world.loop.note(f"fault {fault.__name__}")
            world.trouble(30.0)
            fault()
            await asyncio.sleep(dice.choice((0.05, 1.0, 5.0)) * dice.uniform(0.2, 2.0))
        self._over = True
        self._doomed.clear()

    def _faults(self) -> list[Callable[[], None]]:
        faults = [
            self.kill_controller,
            self.doom_controller,
            self.doom_controller,
            self.pause_controller,
            self.cut_power,
            self.doom_machine,
            self.doom_memory,
            self.cut_wire,
            self.silence,
            self.stall,
            self.delay,
            self.refuse,
            self.jump_clock,
            self.change_plan,
            self.repeat_plan,
        ]
        if self.world.size.wire == "serial":
            faults += [self.noise, self.replay, self.replay]
        if self.world.size.profile in LOSSY:
            faults += [self.inject] * 5
        if self.restores:
            faults += [self.copy, self.copy, self.restore]
        return faults

    def _later(self, seconds: float, action: Callable[[], object]) -> None:
        def act() -> None:
            if not self._over:
                action()

        self.world.loop.call_later(seconds, act, context=self.world.loop.outside.context)

    def _box(self) -> Box:
        return self.dice.choice(self.world.boxes)

    # -- controllers ---------------------------------------------------------------------------------------------

    def kill_controller(self) -> None:
        if self.world.controllers:
            self.world.kill_controller(self.dice.choice(self.world.controllers))
        self._later(self.dice.uniform(0.05, 10.0), self.world.ensure_all)

    def doom_controller(self) -> None:
        """It dies right before one of the next things it does: a commit, bytes that leave, or just after."""
        self._doomed["controller"] = self.dice.randrange(1, _MOST_EFFECTS)

    def pause_controller(self) -> None:
        """It stands still, and somebody starts a second one meanwhile."""
        world, dice = self.world, self.dice
        if world.controllers and len(world.controllers) < 3:
            seconds = dice.uniform(1.0, 30.0)
            world.controllers[-1].host.paused_until = world.loop.now + seconds
            world.trouble(seconds + 30.0)
            if dice.random() < 0.7:
                self._later(dice.uniform(0.1, seconds), world.start_controller)

    def _effect(self, host: Host) -> None:
        kind = "controller" if host.name.startswith("controller") else host.name
        left = self._doomed.get(kind, 0)
        if left:
            self._doomed[kind] = left - 1
            if left == 1:
                self.world.trouble(30.0)
                self.world.kill(host)
                self._later(self.dice.uniform(0.05, 5.0), self.world.ensure_all)

    # -- machines ------------------------------------------------------------------------------------------------

    def cut_power(self) -> None:
        box = self._box()
        if box.is_on:
            self.world.kills += 1
            box.power_off()
        self._later(self.dice.uniform(0.5, 20.0), lambda: self.world.switch_on(box))

    def doom_machine(self) -> None:
        """Its power goes right before one of the next lines that it keeps or bytes that it sends."""
        self._doomed[self._box().spec.id] = self.dice.randrange(1, _MOST_EFFECTS)

    def doom_memory(self) -> None:
        """Its power goes while it keeps something: between two drops, before or after a seal."""
        box = self._box()
        box.dies_at_append = box.appended + self.dice.randrange(1, 25)
        self._later(self.dice.uniform(5.0, 20.0), self.world.ensure_all)

    def inject(self) -> None:
        """Something breaks, sticks, or stands open at the machine."""
        self._box().inject(drawn(self.dice))
        self.world.trouble(60.0)

    # -- wires ---------------------------------------------------------------------------------------------------

    def cut_wire(self) -> None:
        self._box().wire.cut()

    def silence(self) -> None:
        """Half-open: nothing arrives, nobody is told."""
        wire = self._box().wire
        wire.silent = True
        seconds = self.dice.uniform(1.0, 40.0)
        self.world.trouble(seconds + 30.0)
        self._later(seconds, lambda: setattr(wire, "silent", False))

    def stall(self) -> None:
        wire = self._box().wire
        seconds = self.dice.uniform(0.5, 30.0)
        self.world.trouble(seconds + 30.0)
        wire.stalled_until = self.world.loop.now + seconds

    def delay(self) -> None:
        wire = self._box().wire
        wire.most_delay = self.dice.choice((0.2, 2.0, 30.0))
        wire.delay_until = self.world.loop.now + self.dice.uniform(1.0, 20.0)
        self.world.trouble(60.0)

    def refuse(self) -> None:
        wire = self._box().wire
        wire.refusing = True
        wire.cut()
        self._later(self.dice.uniform(0.5, 10.0), lambda: setattr(wire, "refusing", False))

    def noise(self) -> None:
        wire = self._box().wire
        wire.noise = self.dice.choice((0.01, 0.05, 0.3))
        seconds = self.dice.uniform(1.0, 20.0)
        self.world.trouble(seconds + 30.0)
        self._later(seconds, lambda: setattr(wire, "noise", 0.0))

    def replay(self) -> None:
        wire = self._box().wire
        if wire.sessions:
            sessions = list(wire.sessions)
            self._later(self.dice.uniform(0.0, 10.0), lambda: wire.replay(self.dice.choice(sessions)))

    # -- people --------------------------------------------------------------------------------------------------

    def jump_clock(self) -> None:
        for controller in self.world.controllers:
            controller.clock.skew += timedelta(seconds=self.dice.uniform(-300, 300))

    def change_plan(self) -> None:
        """Home care sends a next plan, once the one before was taken."""
        sent = self.world.told[self.dice.randrange(1, self.world.size.citizens + 1)]
        if len(sent) < 4 and sent[-1].at is not None:
            told = Told(changed(sent[-1].plan, self.dice))
            sent.append(told)
            self.world.loop.run_on(self.world.loop.outside, self.world.send(told))

    def repeat_plan(self) -> None:
        """A message comes once more, later."""
        sent = self.world.told[self.dice.randrange(1, self.world.size.citizens + 1)]
        again = Told(self.dice.choice(sent).plan)
        if sent[-1].at is not None:
            self.world.loop.run_on(self.world.loop.outside, self.world.send(again))

    # -- copies of the database ----------------------------------------------------------------------------------

    def copy(self) -> None:
        self._copies.append(self.world.save())

    def restore(self) -> None:
        if not self._copies:
            return
        world, copy = self.world, self.dice.choice(self._copies)
        for controller in list(world.controllers):
            world.kill_controller(controller)
        if self.dice.random() < 0.5:
            # The machine that knows best what was packed is switched off just now.
            box = self._box()
            box.off_until = world.loop.now + self.dice.uniform(5.0, 40.0)
            world.trouble(70.0)
            box.power_off()
            self._later(box.off_until - world.loop.now, world.ensure_all)
        self._later(0.01, lambda: world.restore(copy))
        self._later(self.dice.uniform(0.1, 5.0), self.world.ensure_all)
