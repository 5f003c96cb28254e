"""A driver that keeps the contract, straight on a simulated machine, and hands for it; all in virtual time."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeVar

from hal.conformance.bench import Bench, Endurance
from hal.conformance.simulated import SimulatedHands
from hal.conformance.station import Pace
from hal.documents import bays_of, capabilities_of, entries_of, status_of
from hal.driver import Lease, MachineDriver
from hal.errors import OutcomeUnknownError, Reason, RefusedError, UnreachableError
from hal.journal import Cursor, JournalEntry, Mark
from hal.orders import PackingOrder, digest_of, document_of
from hal.status import Bay, Capabilities, MachineStatus
from simulator.injection import InjectionError, injection_of, taken_back
from simulator.machine import Answer, Machine
from simulator.memory import InMemory
from simulator.spec import BaySpec, MachineSpec
from tests.conformance.quick import LoopClock

Result = TypeVar("Result")
SPEC = MachineSpec(
    "bench",
    (BaySpec(1, "K1", "F1", "28100000001", 5_000), BaySpec(2, "K2", "F2", "28100000002", 5_000)),
    warm_up_ms=0,
    clear_ms=2_000,
    refill_ms=3_000,
    pouches_per_minute=120,
    order_pouches=60,
    print_lines=6,
    print_columns=40,
    cell_quarters=(2, 4),
    charset="iso-8859-1",
    symbol_characters=40,
)
PATIENCE = 1.0
"""Virtual seconds after which the driver takes a silent machine for lost."""
RING_STEP = 0.05


@dataclass
class Plant:
    """One machine, its power and its wire. `sent` counts what drivers have sent, `boots` the power-ups."""

    spec: MachineSpec = SPEC
    memory: InMemory = field(default_factory=InMemory)
    machine: Machine | None = None
    began: float = 0.0
    boots: int = 0
    sent: int = 0
    lines: int = 0
    is_shut: bool = False
    is_stalled: bool = False
    deaf_from: int | None = None

    # -- Power -----------------------------------------------------------------------------------------------------

    async def restore(self) -> None:
        self.memory = InMemory(self.memory.read())
        self.machine = Machine(self.spec, self.memory)
        self.began = asyncio.get_running_loop().time()
        self.boots += 1

    async def lose_power(self) -> None:
        self.present()
        self.machine = None
        self.cut()

    def present(self) -> Machine | None:
        """Return the machine as it stands now; None without power."""
        if self.machine is not None:
            self.machine.advance(int((asyncio.get_running_loop().time() - self.began) * 1_000))
        return self.machine

    # -- The wire: a tamper hand -----------------------------------------------------------------------------------

    def cut(self) -> None:
        self.lines += 1

    def shut(self) -> None:
        self.is_shut = True
        self.cut()

    def stall(self) -> None:
        self.is_stalled = True

    def mute(self, after: int = 0) -> None:
        self.deaf_from = self.sent + after

    def heal(self) -> None:
        self.is_shut = self.is_stalled = False
        self.deaf_from = None

    @property
    def is_deaf(self) -> bool:
        return self.deaf_from is not None and self.sent >= self.deaf_from

    # -- Faults ----------------------------------------------------------------------------------------------------

    async def put(self, name: str, values: Mapping[str, str], is_over: bool) -> bool:  # noqa: FBT001 - see Put
        machine = self.present()
        try:
            injection = taken_back(name) if is_over else injection_of(name, values)
        except InjectionError:
            return False
        return machine is not None and machine.inject(injection).ok

    async def press(self, name: str) -> bool:
        machine = self.present()
        return machine is not None and machine.command(name).ok


class Socket:
    """Cuts and restores the power of a plant."""

    def __init__(self, plant: Plant) -> None:
        self._plant = plant

    async def cut(self) -> None:
        await self._plant.lose_power()

    async def restore(self) -> None:
        await self._plant.restore()


class Sound:
    """Keeps the contract."""

    def __init__(self, plant: Plant) -> None:
        self.plant = plant
        self.line = -1
        self.epoch = 0
        self.command = 0

    async def open(self, lease: Lease) -> Capabilities:
        self.line = -1
        if self.plant.machine is None and self.plant.boots == 0:
            await self.plant.restore()
        if self.plant.is_shut or self.plant.machine is None:
            raise UnreachableError("nobody is there")
        self.line = self.plant.lines
        try:
            document = await self.read(lambda machine: json.dumps(machine.capabilities_document()))
            await self.obey(lambda machine: machine.hello(lease.holder, lease.epoch), lease.holder)
            status = await self.read(lambda machine: json.dumps(machine.status_document()))
        except (RefusedError, UnreachableError):
            self.line = -1
            raise
        except OutcomeUnknownError as error:
            self.line = -1
            raise UnreachableError(str(error)) from error
        self.epoch, self.command = lease.epoch, status_of(status).command
        return capabilities_of(document)

    async def close(self) -> None:
        self.line = -1

    async def read_status(self) -> MachineStatus:
        return status_of(await self.read(lambda machine: json.dumps(machine.status_document())))

    async def read_bays(self) -> Sequence[Bay]:
        return bays_of(await self.read(lambda machine: json.dumps(machine.bays_documents())))

    async def journal_after(self, cursor: Cursor, limit: int) -> Sequence[JournalEntry]:
        texts = await self.read(lambda machine: machine.journal_after(cursor.boot_id, cursor.seq, limit))
        return entries_of(texts, cursor, limit)

    async def ensure_loaded(self, order: PackingOrder) -> None:
        document = document_of(order)
        await self.obey(lambda machine: machine.store(document, digest_of(order)), document)

    async def ensure_packing(self, number: int) -> None:
        command = self.next_command()
        await self.obey(lambda machine: machine.start(self.epoch, command, number))

    async def ensure_paused(self) -> None:
        command = self.next_command()
        await self.obey(lambda machine: machine.pause(self.epoch, command))

    async def ensure_stopped(self) -> None:
        command = self.next_command()
        await self.obey(lambda machine: machine.stop(self.epoch, command))

    async def acknowledge(self, mark: Mark) -> None:
        place = mark.cursor
        await self.obey(lambda machine: machine.acknowledge(self.epoch, place.boot_id, place.seq, mark.head))

    async def doorbell(self) -> AsyncIterator[None]:
        silent, known = 0.0, -1
        while True:
            self.guard()
            machine = self.plant.present()
            if machine is not None and not self.plant.is_stalled and not self.plant.is_deaf:
                silent = 0.0
                if machine.total_entries != known:
                    known = machine.total_entries
                    yield
            if silent > PATIENCE:
                raise UnreachableError("the machine is silent")
            await asyncio.sleep(RING_STEP)
            silent += RING_STEP

    def next_command(self) -> int:
        self.command += 1
        return self.command

    def guard(self) -> None:
        if self.line != self.plant.lines or self.plant.is_shut:
            raise UnreachableError("not open")

    async def read(self, act: Callable[[Machine], Result]) -> Result:
        try:
            return await self.write(act, "read")
        except OutcomeUnknownError as error:
            raise UnreachableError(str(error)) from error

    async def obey(self, act: Callable[[Machine], Answer], text: str = "command") -> None:
        self.guard()
        answer = await self.write(act, text)
        if not answer.ok:
            raise RefusedError(tuple(Reason(code, detail) for code, detail in answer.reasons))

    async def write(self, act: Callable[[Machine], Result], text: str) -> Result:
        self.guard()
        # Even the quickest machine takes a moment.
        await asyncio.sleep(0.002)
        self.guard()
        plant = self.plant
        plant.sent += len(text)
        if plant.is_stalled or (machine := plant.present()) is None:
            await asyncio.sleep(PATIENCE)
            raise OutcomeUnknownError("no answer")
        result = act(machine)
        if plant.is_deaf:
            await asyncio.sleep(PATIENCE)
            raise OutcomeUnknownError("no answer")
        return result


Build = Callable[[Plant], MachineDriver]


def bench(build: Build = Sound, spec: MachineSpec = SPEC, **changes: object) -> Bench:
    """Return a bench with a new machine and every hand; `changes` are fields of the bench."""
    plant = Plant(spec)
    hands = SimulatedHands(plant.put, plant.press, LoopClock())
    made = Bench(
        lambda: build(plant),
        LoopClock(),
        pace=Pace(patience=20, step=0.1),
        long_pouches=12,
        power=Socket(plant),
        tamper=plant,
        operator=hands,
        inject=hands,
        endurance=Endurance(orders=5, reopenings=20, cuts=8, power_cuts=3, commands=60),
    )
    return replace(made, **changes)  # type: ignore[arg-type]  # by name
