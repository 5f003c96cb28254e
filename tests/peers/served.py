"""A simulated machine on OPC UA in a thread of its own, for peers that a test drives from outside."""

import asyncio
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TypeVar

from simulator.host import Host
from simulator.keys import Security
from simulator.machine import Machine
from simulator.memory import InMemory
from simulator.ports.opcua import serve_opcua
from simulator.spec import BaySpec, MachineSpec

T = TypeVar("T")
SPEC = MachineSpec(
    "m1", (BaySpec(1, "C1", "F1", "28100000001", 100_000),), vendor="Værk", queue_depth=4, warm_up_ms=100, print_lines=4
)
SPEED = 400.0


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@dataclass
class Served:
    """A running machine: where it answers, and its inside."""

    endpoint: str
    host: Host
    loop: asyncio.AbstractEventLoop

    def call(self, function: Callable[[Machine], T]) -> T:
        """Use the machine, in its own thread."""

        async def use() -> T:
            return self.host.call(function)

        return asyncio.run_coroutine_threadsafe(use(), self.loop).result(timeout=10)


@contextmanager
def served(spec: MachineSpec = SPEC, security: Security | None = None, speed: float = SPEED) -> Iterator[Served]:
    """Run a machine for the length of a block."""
    endpoint = f"opc.tcp://127.0.0.1:{free_port()}/"
    host = Host(Machine(spec, InMemory()), speed)
    up = threading.Event()
    loop = asyncio.new_event_loop()

    async def live() -> None:
        tasks = [
            asyncio.ensure_future(host.run()),
            asyncio.ensure_future(serve_opcua(host, endpoint, up.set, security)),
        ]
        try:
            await asyncio.gather(*tasks)
        finally:
            for one in tasks:
                one.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    life = loop.create_task(live())

    def run() -> None:
        try:
            loop.run_until_complete(life)
        except asyncio.CancelledError:
            pass
        finally:
            up.set()
            loop.close()

    thread = threading.Thread(target=run)
    thread.start()
    try:
        assert up.wait(30)
        assert not life.done(), life
        yield Served(endpoint, host, loop)
    finally:
        if thread.is_alive():
            loop.call_soon_threadsafe(life.cancel)
        thread.join(30)
