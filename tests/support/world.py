"""A machine and its line in one process: power can be cut and messages lost at any call."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from enum import Enum
from typing import TypeVar

from hal.documents import bays_of, capabilities_of, status_of
from hal.driver import Lease
from hal.errors import OutcomeUnknownError, Reason, RefusedError, UnreachableError
from hal.journal import Cursor, JournalEntry, Mark, entry_of
from hal.orders import PackingOrder, digest_of, document_of
from hal.status import Bay, Capabilities, MachineStatus
from simulator.machine import Answer, Machine
from simulator.memory import InMemory
from simulator.spec import MachineSpec
from simulator.truth import truth_documents

Result = TypeVar("Result")
STEP_MS = 700
"""Virtual time that passes with every call: less than a pouch takes."""


class Mishap(Enum):
    """What can go wrong with one call."""

    REQUEST_LOST = "nothing arrives at the machine"
    REPLY_LOST = "the machine acts, nobody hears"
    POWER_CUT = "the machine loses power before it acts"
    POWER_CUT_AFTER = "the machine loses power just after it acted"


class VirtualClock:
    """Time that passes only when somebody sleeps."""

    def __init__(self) -> None:
        self._now = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
        self._elapsed = 0.0

    def now(self) -> datetime:
        return self._now

    def monotonic(self) -> float:
        return self._elapsed

    async def sleep(self, seconds: float) -> None:
        self._now += timedelta(seconds=seconds)
        self._elapsed += seconds
        await asyncio.sleep(0)


class SimulatedLine:
    """The machine as its line knows it; `mishaps` maps the number of a call to what goes wrong with it."""

    def __init__(self, spec: MachineSpec, mishaps: Mapping[int, Mishap]) -> None:
        self.spec = spec
        self.memory = InMemory()
        self.machine = Machine(spec, self.memory)
        self.mishaps = mishaps
        self.calls = 0
        self.refusals: list[tuple[tuple[str, str], ...]] = []
        self._ms = 0

    def call(self, act: Callable[[Machine], Result]) -> Result:
        self.calls += 1
        mishap = self.mishaps.get(self.calls)
        if mishap is Mishap.REQUEST_LOST:
            raise UnreachableError("request lost")
        if mishap is Mishap.POWER_CUT:
            self.cut_power()
            raise UnreachableError("no answer")
        self._ms += STEP_MS
        self.machine.advance(self._ms)
        result = act(self.machine)
        if mishap is Mishap.POWER_CUT_AFTER:
            self.cut_power()
        if mishap in {Mishap.REPLY_LOST, Mishap.POWER_CUT_AFTER}:
            raise OutcomeUnknownError("no answer")
        return result

    def cut_power(self) -> None:
        self.memory = InMemory(self.memory.read())
        self.machine = Machine(self.spec, self.memory)
        self._ms = 0

    def truth(self) -> list[dict[str, object]]:
        return sorted(truth_documents(self.memory.read()), key=lambda line: str(line["film"]).zfill(9))


class DirectDriver:
    """The machine contract over a `SimulatedLine`; reads fail like writes, and nothing is ever sent twice."""

    def __init__(self, line: SimulatedLine) -> None:
        self._line = line
        self._epoch = 0
        self._command = 0

    async def open(self, lease: Lease) -> Capabilities:
        self._command = 0 if lease.epoch != self._epoch else self._command
        self._epoch = lease.epoch
        self._obey(lambda machine: machine.hello(lease.holder, lease.epoch))
        return capabilities_of(self._line.call(lambda machine: json.dumps(machine.capabilities_document())))

    async def close(self) -> None:
        await asyncio.sleep(0)

    async def read_status(self) -> MachineStatus:
        return status_of(self._line.call(lambda machine: json.dumps(machine.status_document())))

    async def read_bays(self) -> Sequence[Bay]:
        return bays_of(self._line.call(lambda machine: json.dumps(machine.bays_documents())))

    async def ensure_loaded(self, order: PackingOrder) -> None:
        self._obey(lambda machine: machine.store(document_of(order), digest_of(order)))

    async def ensure_packing(self, number: int) -> None:
        self._obey(lambda machine: machine.start(self._epoch, self._next(), number))

    async def ensure_paused(self) -> None:
        self._obey(lambda machine: machine.pause(self._epoch, self._next()))

    async def ensure_stopped(self) -> None:
        self._obey(lambda machine: machine.stop(self._epoch, self._next()))

    async def journal_after(self, cursor: Cursor, limit: int) -> Sequence[JournalEntry]:
        documents = self._line.call(lambda machine: machine.journal_after(cursor.boot_id, cursor.seq, limit))
        return [entry_of(document) for document in documents]

    async def acknowledge(self, mark: Mark) -> None:
        place = mark.cursor
        self._obey(lambda machine: machine.acknowledge(self._epoch, place.boot_id, place.seq, mark.head))

    async def doorbell(self) -> AsyncIterator[None]:
        while True:
            yield
            await asyncio.sleep(0)

    def _next(self) -> int:
        self._command += 1
        return self._command

    def _obey(self, act: Callable[[Machine], Answer]) -> None:
        answer = self._line.call(act)
        if not answer.ok:
            self._line.refusals.append(answer.reasons)
            raise RefusedError(tuple(Reason(code, detail) for code, detail in answer.reasons))
