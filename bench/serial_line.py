"""Row `serial`: driver and simulated machine over a pseudo-terminal, against what the line itself can carry.

The limit is the time that the very bytes that passed need on a line of that speed, ten bits each, one after the other:
LIS01-A2 is a dialogue, nobody speaks while the other does.
"""

import asyncio
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from harness import WrongAnswerError, emit

from hal.clock import SystemClock
from hal.driver import Lease
from hal.drivers.pplis.address import Address
from hal.drivers.pplis.driver import PplisDriver
from hal.journal import START
from hal.orders import BayPick, PackingOrder, PouchOrder, digest_of
from hal.status import capabilities_digest
from hal.transport.serial import OpenLine, open_line
from simulator.host import Host
from simulator.machine import Machine
from simulator.memory import InMemory
from simulator.ports.line import serve_line
from simulator.spec import BaySpec, MachineSpec

_BITS_PER_BYTE = 10
_SPEC = MachineSpec(
    id="S1", wire="serial", bays=(BaySpec(1, "C1", "F1", "28100000101", 5_000),), pouches_per_minute=600
)


@dataclass
class Tap:
    """Counts what passes."""

    passed: int = 0

    async def opener(
        self, url: str, baud: int, received: Callable[[bytes], None], lost: Callable[[str], None]
    ) -> OpenLine:
        """Open a line whose bytes are counted."""

        def hear(data: bytes) -> None:
            self.passed += len(data)
            received(data)

        return _Tapped(await open_line(url, baud, hear, lost), self)


@dataclass
class _Tapped:
    line: OpenLine
    tap: Tap

    def write(self, data: bytes) -> None:
        self.tap.passed += len(data)
        self.line.write(data)

    async def close(self) -> None:
        await self.line.close()


def of_wire(baud: int, seconds: float) -> dict[str, object]:
    """Load orders and read the journal for about `seconds`; return how near that comes to the limit of the wire.

    `of_limit` is the time that the bytes need at `baud`, over the time that they took: 1 is as fast as the line.

    Raises:
        WrongAnswerError: the machine does not know what it was sent.
    """
    return asyncio.run(_of_wire(baud, seconds))


async def _of_wire(baud: int, seconds: float) -> dict[str, object]:
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder) / "S1"
        host = Host(Machine(_SPEC, InMemory()))
        ready = asyncio.Event()
        serving = asyncio.create_task(serve_line(host, f"pty:{place}", baud, 1.0, ready.set))
        await ready.wait()
        tap = Tap()
        driver = PplisDriver(Address.parse(f"pplis://{place}?baud={baud}"), SystemClock(), tap.opener)
        try:
            digest = capabilities_digest(await driver.open(Lease("bench", 1)))
            tap.passed, began, wanted = 0, time.perf_counter(), _order(digest)
            while time.perf_counter() - began < seconds:
                await driver.ensure_loaded(wanted)
                await driver.journal_after(START, 500)
            took, passed = time.perf_counter() - began, tap.passed
            (known,) = (await driver.read_status()).orders
            if known.digest != digest_of(wanted):
                raise WrongAnswerError("the machine knows another order")
        finally:
            await driver.close()
            serving.cancel()
            await asyncio.gather(serving, return_exceptions=True)
    limit = passed * _BITS_PER_BYTE / baud
    return {"baud": baud, "bytes": passed, "seconds": round(took, 2), "of_limit": round(limit / took, 4)}


def _order(digest: str) -> PackingOrder:
    pick = BayPick(1, "C1", "F1", "28100000101", 1)
    pouches = tuple(PouchOrder(at, f"(21){at:06d}", ("Åse Sørensen", f"pose {at}"), (pick,)) for at in range(1, 41))
    return PackingOrder("order-1", 1, 1, digest, pouches)


def serial_line(seconds: float) -> list[dict[str, object]]:
    """Measure the slowest and the fastest speed; print a line of JSON for each."""
    return [emit({"row": "serial", **of_wire(baud, seconds)}) for baud in (9_600, 115_200)]


if __name__ == "__main__":
    serial_line(12.0)
