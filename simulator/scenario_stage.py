"""Where a scenario is played: one machine over all its power-ups, in virtual time, with everything recorded; pure."""

import json
from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from typing import Any, Final, Protocol

from simulator.injection import Injection
from simulator.machine import Answer
from simulator.memory import InMemory
from simulator.power import forget
from simulator.recording import EPOCHAL, Event, RecordedMachine
from simulator.spec import MachineSpec

Reasons = tuple[tuple[str, str], ...]
"""(code, detail) of everything that speaks against a command; empty when it is done."""

_ENTRY: Final = '"entry":'


class Wire(Protocol):
    """What stands between the stage's machine and a controller, in the machine's own virtual time."""

    def next_due(self) -> int | None:
        """Return when something happens on the wire next, in milliseconds since power-up."""
        ...

    def turn(self) -> None:
        """Do what is due on the wire."""
        ...

    def power(self, machine: RecordedMachine | None) -> None:
        """The machine has been powered up, or has lost its power (None)."""
        ...

    def inject(self, injection: Injection) -> None:
        """Disturb the wire."""
        ...


class StuckError(Exception):
    """What a step waits for does not come."""


class Stage:
    """One machine; `elapsed` is virtual milliseconds since the stage was set up, power cuts included."""

    def __init__(self, spec: MachineSpec, most_ms: int) -> None:
        self.spec = spec
        self.events: list[Event] = []
        self.memory = InMemory()
        self.wire: Wire | None = None
        self.boots = 0
        self._most_ms = most_ms
        self._base = 0
        self._off_at = 0
        self._machine: RecordedMachine | None = None
        self._entries: list[dict[str, Any]] = []
        self._parsed = 0

    # -- Power ---------------------------------------------------------------------------------------------------

    @property
    def machine(self) -> RecordedMachine:
        """The machine.

        Raises:
            StuckError: it has no power.
        """
        if self._machine is None:
            raise StuckError("the machine has no power")
        return self._machine

    @property
    def is_on(self) -> bool:
        """Whether the machine has power."""
        return self._machine is not None

    @property
    def elapsed(self) -> int:
        """Virtual milliseconds since the beginning."""
        return self._off_at if self._machine is None else self._base + self._machine.now_ms

    def power_up(self) -> None:
        """Give the machine power."""
        if self._machine is not None:
            raise StuckError("the machine has power already")
        self.boots += 1
        self._base = self._off_at
        powered_up_at = EPOCHAL + timedelta(milliseconds=self._base)
        boot_id = f"{self.spec.id}-boot-{self.boots}"
        self._machine = RecordedMachine(self.spec, self.memory, boot_id, powered_up_at, self.events.append)
        if self.wire is not None:
            self.wire.power(self._machine)

    def cut_power(self) -> None:
        """Take the machine's power away, now."""
        self._off_at = self.elapsed
        self.machine  # noqa: B018 - raises when there is none
        self._machine = None
        if self.wire is not None:
            self.wire.power(None)

    def forget(self, injection: Injection) -> None:
        """Let the machine without power have lost something."""
        self.events.append({"forget": injection.document(), "lines": len(self.memory.lines)})
        forget(self.memory, injection)

    # -- Time ----------------------------------------------------------------------------------------------------

    def step_on(self, limit: int) -> bool:
        """Let the next thing happen, no later than `limit` (elapsed); tell whether there was one."""
        if self._machine is None:
            self._off_at = max(self._off_at, limit)
            return False
        machine = self._machine
        dues = [machine.next_wake_ms(), self.wire.next_due() if self.wire is not None else None]
        due = min((one for one in dues if one is not None), default=None)
        if due is None or self._base + due > limit:
            machine.advance(limit - self._base)
            return False
        machine.advance(due)
        if self.wire is not None:
            self.wire.turn()
        return True

    def go_to(self, elapsed: int) -> None:
        """Let time pass until `elapsed`.

        Raises:
            StuckError: that is past already, or later than the run may last.
        """
        if elapsed < self.elapsed:
            message = f"{elapsed} ms is past, it is {self.elapsed} ms"
            raise StuckError(message)
        if elapsed > self._most_ms:
            message = f"{elapsed} ms is later than the run may last ({self._most_ms} ms)"
            raise StuckError(message)
        while self.step_on(elapsed):
            pass

    def wait(self, until: Callable[[], bool], what: str, most_ms: int | None = None) -> None:
        """Let time pass until something is so.

        Raises:
            StuckError: it does not come about within `most_ms`, or while the run may last.
        """
        limit = self._most_ms if most_ms is None else min(self._most_ms, self.elapsed + most_ms)
        while not until():
            if not self.step_on(limit) and not until():
                state = self._machine.state if self._machine is not None else "without power"
                message = f"waited until {self.elapsed} ms for {what}; the machine is {state}"
                raise StuckError(message)

    def finish(self) -> None:
        """Let everything happen that will by itself, while the run may last."""
        while self._machine is not None and self._machine.next_wake_ms() is not None and self.step_on(self._most_ms):
            pass

    def switch_off(self) -> None:
        """Stop the machine in an orderly way, if it has power."""
        if self._machine is not None:
            self._machine.switch_off()

    # -- What there is to see ------------------------------------------------------------------------------------

    def entries(self) -> list[dict[str, Any]]:
        """Return all journal entries of all boots."""
        lines = self.memory.lines
        while self._parsed < len(lines):
            line = lines[self._parsed]
            self._parsed += 1
            if _ENTRY in line:
                document = json.loads(line)
                if "entry" in document:
                    self._entries.append(document["entry"])
        return self._entries

    def orders(self) -> Iterator[Mapping[str, Any]]:
        """Yield the orders as the machine's status names them."""
        documents = self.machine.status_document()["orders"]
        yield from documents if isinstance(documents, list) else ()


def reasons_of(answer: Answer) -> Reasons:
    """Return what speaks against a command, as the machine said it."""
    return () if answer.ok else tuple(answer.reasons)
