"""Processes that are flooded from outside; each writes what it has in memory, in bytes, whenever it is asked.

`server PORT` is a plain server, `client URI` a driver that tries to open a link again and again.
"""

import asyncio
import sys
from contextlib import suppress
from pathlib import Path

PAGE_BYTES = 4096


def resident() -> int:
    return int(Path("/proc/self/statm").read_text().split()[1]) * PAGE_BYTES


async def answer_questions() -> None:
    """Write the memory in use for every line that is read; return at the end of input."""
    reader = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    while await reader.readline():
        sys.stdout.write(f"{resident()}\n")
        sys.stdout.flush()


async def serve(port: str) -> None:
    from simulator.ports.opcua_server import hardened_server  # noqa: PLC0415 - only one of the two is measured

    server = await hardened_server(f"opc.tcp://127.0.0.1:{port}/")
    await server.start()
    await answer_questions()
    await server.stop()


async def knock(uri: str) -> None:
    from hal.clock import SystemClock  # noqa: PLC0415
    from hal.driver import Lease  # noqa: PLC0415
    from hal.drivers.opcua.driver import OpcUaDriver  # noqa: PLC0415
    from hal.drivers.opcua.security import Timeouts  # noqa: PLC0415
    from hal.errors import MachineError  # noqa: PLC0415

    driver = OpcUaDriver(uri, SystemClock(), Timeouts(request=1.0, open=2.0, close=0.5, watchdog=0.5))

    async def try_again() -> None:
        while True:
            with suppress(MachineError):
                await driver.open(Lease("test", 1))
            await asyncio.sleep(0.02)

    trying = asyncio.create_task(try_again())
    await answer_questions()
    trying.cancel()
    await asyncio.wait([trying])


if __name__ == "__main__":
    asyncio.run(serve(sys.argv[2]) if sys.argv[1] == "server" else knock(sys.argv[2]))
