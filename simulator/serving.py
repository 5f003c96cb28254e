"""Puts machines on their wires and keeps them there until the process is told to stop."""

import asyncio
import secrets
import signal
from collections.abc import Callable, Coroutine, Sequence
from datetime import UTC, datetime
from pathlib import Path

from simulator.host import Host
from simulator.keys import load_security
from simulator.machine import Machine
from simulator.spec import SIGN_AND_ENCRYPT, MachineSpec
from simulator.state_folder import FileMemory

FASTEST_TIMERS = 0.03
"""Least factor on the line's timers however fast the machine runs: a busy host would miss shorter ones."""
_SIGNALS = (signal.SIGTERM, signal.SIGINT)


class WireError(Exception):
    """A wire that cannot be opened: the port is in use, the address is no address."""


def serve(specs: Sequence[MachineSpec], states: Path, speed: float, ready: Callable[[MachineSpec], None]) -> None:
    """Run machines until SIGTERM or SIGINT; `ready` is called for each when it answers on its wire.

    Raises:
        WireError: a wire cannot be opened.
        StateFolderError: a state folder cannot be used.
        MemoryDamagedError: a log holds a line that no machine wrote.
        OSError: a log cannot be written any more.
    """
    asyncio.run(_until_told(specs, states, speed, ready))


async def _until_told(
    specs: Sequence[MachineSpec], states: Path, speed: float, ready: Callable[[MachineSpec], None]
) -> None:
    told = asyncio.Event()
    loop = asyncio.get_running_loop()
    for one in _SIGNALS:
        loop.add_signal_handler(one, told.set)
    memories = [FileMemory(states / spec.id) for spec in specs]
    try:
        pairs = zip(specs, memories, strict=True)
        await _first(told.wait(), *(_serve_one(spec, memory, speed, ready) for spec, memory in pairs))
    finally:
        for memory in memories:
            memory.close()


async def _serve_one(spec: MachineSpec, memory: FileMemory, speed: float, ready: Callable[[MachineSpec], None]) -> None:
    machine = Machine(spec, memory, secrets.token_hex(8), datetime.now(UTC))
    host = Host(machine, speed)
    await _first(host.run(), _on_wire(spec, host, ready))


async def _on_wire(spec: MachineSpec, host: Host, ready: Callable[[MachineSpec], None]) -> None:
    is_ready = False

    def on_ready() -> None:
        nonlocal is_ready
        is_ready = True
        ready(spec)

    try:
        await _port(spec, host, on_ready)
    except (OSError, ValueError) as error:
        if is_ready:
            raise
        message = f"{spec.id}: {spec.where} cannot be opened: {getattr(error, 'strerror', None) or error}"
        raise WireError(message) from error


def _port(spec: MachineSpec, host: Host, on_ready: Callable[[], None]) -> Coroutine[object, object, None]:
    # Each wire has its own libraries; a process loads only what its machine speaks.
    if spec.wire == "serial":
        from simulator.ports.line import serve_line  # noqa: PLC0415

        return serve_line(host, spec.where, spec.baud, max(1 / host.speed, FASTEST_TIMERS), on_ready)
    from simulator.ports.opcua import serve_opcua  # noqa: PLC0415

    security = load_security(Path(spec.keys)) if spec.security == SIGN_AND_ENCRYPT else None
    return serve_opcua(host, spec.where, on_ready, security)


async def _first(*works: Coroutine[object, object, object]) -> None:
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
