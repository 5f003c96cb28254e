# ruff: noqa: INP001 - a script for the tutorial, not a package
"""A pouch packer that speaks one JSON object a line over TCP: the machine of the tutorial "Your first driver".

`python docs/examples/toy_machine.py --port 7070 --speed 50`. Every line is `{"id": n, "do": name, ...}`; it answers
`{"id": n, "answer": ...}` or `{"id": n, "refused": [[code, detail], ...]}`, and says `{"bell": n}` when there is
news.
It is the simulator's machine behind another wire, without memory over power cuts.
"""

import argparse
import asyncio
import json
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any

from simulator.host import Host
from simulator.machine import Answer, Machine
from simulator.memory import InMemory
from simulator.spec import BaySpec, MachineSpec

SPEC = MachineSpec(
    "toy-1",
    (BaySpec(1, "T1", "fill-1", "28100000101", 9_000), BaySpec(2, "T2", "fill-1", "28100000202", 9_000)),
    vendor="Toy Works",
    model="Toy Packer",
    warm_up_ms=500,
    order_pouches=60,
    print_lines=6,
    print_columns=40,
    tray_cells=20,
)
_LONGEST_LINE = 2_000_000

Request = Mapping[str, Any]
READS: dict[str, Callable[[Machine, Request], object]] = {
    "capabilities": lambda machine, _: machine.capabilities_document(),
    "status": lambda machine, _: machine.status_document(),
    "bays": lambda machine, _: machine.bays_documents(),
    "journal": lambda machine, asked: machine.journal_after(asked["boot"], asked["seq"], asked["limit"]),
}
COMMANDS: dict[str, Callable[[Machine, Request], Answer]] = {
    "hello": lambda machine, asked: machine.hello(asked["holder"], asked["epoch"]),
    "load": lambda machine, asked: machine.store(asked["document"], asked["digest"]),
    "start": lambda machine, asked: machine.start(asked["epoch"], asked["command"], asked["number"]),
    "pause": lambda machine, asked: machine.pause(asked["epoch"], asked["command"]),
    "stop": lambda machine, asked: machine.stop(asked["epoch"], asked["command"]),
    "acknowledge": lambda machine, asked: machine.acknowledge(
        asked["epoch"], asked["boot"], asked["seq"], asked["head"]
    ),
}


def answer(machine: Machine, asked: Request) -> dict[str, object]:
    """Do what is asked, and return the line that answers it."""
    name = asked["do"]
    if name in READS:
        return {"id": asked["id"], "answer": READS[name](machine, asked)}
    said = COMMANDS[name](machine, asked)
    return {"id": asked["id"], "answer": "ok"} if said.ok else {"id": asked["id"], "refused": said.reasons}


async def serve(host: Host, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Answer one controller until it goes."""

    async def ring() -> None:
        known = host.machine.total_entries
        while True:
            known = await host.wait_beyond(known)
            writer.write(json.dumps({"bell": known}).encode() + b"\n")
            await writer.drain()

    ringing = asyncio.create_task(ring())
    try:
        while line := await reader.readline():
            asked = json.loads(line)
            said = host.call(lambda machine, asked=asked: answer(machine, asked))
            writer.write(json.dumps(said).encode() + b"\n")
            await writer.drain()
    except (OSError, ValueError, KeyError, TypeError):
        # Whoever does not speak the protocol is left.
        return
    finally:
        ringing.cancel()
        with suppress(OSError, asyncio.CancelledError):
            await ringing
        writer.close()


async def main() -> None:
    """Serve until told to stop."""
    reader = argparse.ArgumentParser(description=__doc__)
    reader.add_argument("--port", type=int, default=7070, help="0: any free one")
    reader.add_argument("--speed", type=float, default=1.0, help="virtual seconds in a real one")
    given = reader.parse_args()
    host = Host(Machine(SPEC, InMemory()), given.speed)
    server = await asyncio.start_server(lambda r, w: serve(host, r, w), "127.0.0.1", given.port, limit=_LONGEST_LINE)
    print(f"ready toy://127.0.0.1:{server.sockets[0].getsockname()[1]}", flush=True)  # noqa: T201 - a script
    async with server:
        await asyncio.gather(host.run(), server.serve_forever())


if __name__ == "__main__":
    with suppress(KeyboardInterrupt):
        asyncio.run(main())
