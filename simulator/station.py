"""One machine in real time over all its power-ups: its host, its memory, what is recorded, and faults put in live."""

import asyncio
import secrets
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from simulator.control import RefusedInjectionError
from simulator.host import Host
from simulator.injection import Injection
from simulator.machine import Machine
from simulator.memory import Memory
from simulator.power import CUT, forget, reach
from simulator.recording import RecordedMachine
from simulator.run_file import RunFile
from simulator.spec import MachineSpec
from simulator.state_folder import FileMemory
from simulator.watch import Seen, WatchedMemory

DARK_SECONDS: Final = 2.0
"""Virtual seconds without power after a fault that takes it away."""


class Station:
    """A machine's place; `folder` holds its log, and its recording when `run_file` is given.

    `seen` stays empty unless it `is_watched`.
    """

    def __init__(
        self,
        spec: MachineSpec,
        folder: Path,
        speed: float,
        run_file: RunFile | None = None,
        *,
        is_watched: bool = False,
    ) -> None:
        self.spec = spec
        self.folder = folder
        self._file = FileMemory(folder)
        self.seen = Seen()
        self.memory: Memory = WatchedMemory(self._file, self.seen) if is_watched else self._file
        self.host: Host | None = None
        self._speed = speed
        self._run_file = run_file
        self._off = asyncio.Event()
        self._lost: Injection | None = None

    def close(self) -> None:
        """Stop in an orderly way and give the folder free."""
        if self.host is not None and isinstance(self.host.machine, RecordedMachine):
            self.host.machine.switch_off()
        self.host = None
        self._file.close()
        if self._run_file is not None:
            self._run_file.close()

    async def run(self, serve: Callable[[Host], Awaitable[None]]) -> None:
        """Power the machine up, again after each loss of power; `serve` puts it on its wire. Ends by being cancelled.

        Raises:
            MemoryDamagedError: its log holds a line that no machine wrote.
            OSError: its memory cannot keep what happened.
        """
        while True:
            self._off.clear()
            host = self.host = Host(self._machine(), self._speed)
            await first_of(host.run(), serve(host), self._off.wait())
            if not self._off.is_set():
                return
            if self._lost is not None and self._lost.name != CUT:
                self._forget(self._lost)
            await asyncio.sleep(DARK_SECONDS / self._speed)

    def press(self, name: str) -> str:
        """Press a PackML command at the machine's own panel; return what to tell.

        Raises:
            RefusedInjectionError: its state does not allow it, or it has no power.
            OSError: the machine's memory cannot keep it.
        """
        host = self.host
        if host is None:
            raise RefusedInjectionError("the machine has no power")
        answer = host.call(lambda machine: machine.command(name))
        if not answer.ok:
            raise RefusedInjectionError("; ".join(f"{code}: {detail}" for code, detail in answer.reasons))
        return name

    def inject(self, injection: Injection) -> str:
        """Put a fault in; return what to tell.

        Raises:
            RefusedInjectionError: it cannot be put in now.
            OSError: the machine's memory cannot keep it.
        """
        host = self.host
        if host is None:
            raise RefusedInjectionError("the machine has no power")
        if injection.fault.where == "wire":
            if self.spec.wire != "serial" and not self.spec.relay:
                raise RefusedInjectionError("this wire cannot be disturbed; give the machine relay = true in its file")
            host.wire.inject(injection)
        elif injection.fault.where == "power":
            step = injection.text("step")
            if step and not host.call(lambda machine: reach(machine, step)):
                message = f"no pouch comes to the step {step!r}: nothing is being packed"
                raise RefusedInjectionError(message)
            self._lost, self.host = injection, None
            self._off.set()
        else:
            answer = host.call(lambda machine: machine.inject(injection))
            if not answer.ok:
                raise RefusedInjectionError("; ".join(f"{code}: {detail}" for code, detail in answer.reasons))
        values = ", ".join(f"{key} {value}" for key, value in injection.values.items())
        return f"{injection.name} ended" if injection.is_over else f"{injection.name} {values}".strip()

    def _machine(self) -> Machine:
        boot_id, now = secrets.token_hex(8), datetime.now(UTC)
        if self._run_file is None:
            return Machine(self.spec, self.memory, boot_id, now)
        return RecordedMachine(self.spec, self.memory, boot_id, now, self._run_file.tell)

    def _forget(self, injection: Injection) -> None:
        if self._run_file is not None:
            self._run_file.tell({"forget": injection.document(), "lines": len(self.memory.read())})
        forget(self.memory, injection)


async def first_of(*works: Awaitable[object]) -> None:
    """Run until one of `works` ends, then end the others; raise what it raised."""
    tasks = [asyncio.ensure_future(work) for work in works]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    for task in done:
        task.result()
