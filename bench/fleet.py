"""Row `fleet`: a controller with many machines on OPC UA, against a plain client that only follows the same ones."""

import asyncio
import json
import os
import resource
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncGenerator, Callable, Generator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

import uvicorn
from chain import FIRST, GROUP, fill, packable, wares_of
from harness import SEED, WrongAnswerError, emit, slope

from dispenser.app.batching import plan_batch
from dispenser.app.fleet import Fleet
from dispenser.app.intake import accept_bundle
from dispenser.app.release import release_batch
from dispenser.app.rule_packs import demonstration_rules
from dispenser.app.services import Services
from dispenser.core.ids import GroupId, MachineId
from dispenser.core.slots import SlotTable
from dispenser.store.session import Database, Transaction
from hal.clock import SystemClock
from hal.driver import Surroundings
from hal.drivers.opcua import build
from hal.journal import START, JournalEntry
from hal.wire import words
from labels.content import LabelSite
from pharmacy_sync.catalogue.demo import load_demo
from scheduling.calendar import period_from
from simulator.homecare import plans
from simulator.spec import BaySpec

_LONGEST_SECONDS = 300.0
_TAKEN = 200
_FIRST_PORT = 21_000
_MACHINES_EACH = 50
"""Machines in one process: many more do not get enough of one core to answer in time."""
ROLLS_EACH = 4
_SITE = LabelSite("Demoapoteket", "70 00 00 00", "02000000000008")
_PROFILES = (
    {"pouches_per_minute": 60, "tray_cells": 60, "order_pouches": 400},
    {"pouches_per_minute": 60, "tray_cells": 30, "order_pouches": 100},
    {"pouches_per_minute": 45, "tray_cells": 66, "order_pouches": 400},
    {"pouches_per_minute": 75, "tray_cells": 60, "order_pouches": 60},
)
"""Four kinds of machines: how fast, how many cells, how long an order may be."""


class _Watched(Database):
    """A store that keeps when each journal entry was committed."""

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self.committed: list[tuple[datetime, str]] = []
        """When entries were on record, each with the machine's own time of the entry."""

    @contextmanager
    def write(self) -> Generator[Transaction]:
        noted: list[str] = []
        with super().write() as tx:
            append = tx.journal.append

            def noting(machine_id: MachineId, entries: Sequence[JournalEntry], place: int | None = None) -> None:
                noted.extend(entry.at for entry in entries)
                append(machine_id, entries, place)

            tx.journal.append = noting  # type: ignore[method-assign]  # of this transaction alone
            yield tx
        if noted:
            now = datetime.now(UTC)
            self.committed += [(now, at) for at in noted]

    def delays(self) -> list[int]:
        """Return the milliseconds from each entry's time, by the machine's clock, to its commit; shortest first."""
        told = [now - datetime.fromisoformat(at) for now, at in self.committed]
        return sorted(round(delay.total_seconds() * 1_000) for delay in told)


def fleet(machines: Sequence[int], seconds: float) -> list[dict[str, object]]:
    """Measure fleets of so many `machines` for `seconds` each; print and return a row for each, and how CPU grows."""
    cpu: list[float] = []
    rows: list[dict[str, object]] = []
    for count in machines:
        # The event loop on which the controller is served.
        with asyncio.Runner(loop_factory=uvicorn.Config("").get_loop_factory()) as runner:
            figures, used = runner.run(_measured(count, seconds))
        cpu.append(used)
        if len(cpu) > 1:
            figures["exponent"] = round(slope(machines[: len(cpu)], cpu), 3)
        rows.append(emit(figures))
    return rows


async def _measured(count: int, seconds: float) -> tuple[dict[str, object], float]:
    """Return the row of so many machines, and our CPU seconds per second."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        database = _Watched(f"sqlite:///{folder}/bench.db")
        services = _services(database)
        try:
            uris = _prepare(services, folder, count)
            async with _simulators(folder, count) as processes:
                async with _serving(services, uris):
                    await _release(services, count)
                    bare = await _bare(seconds, list(uris.values()))
                    database.committed.clear()
                    machines = sum(map(_cpu_of, processes))
                    cpu, began = time.process_time(), time.monotonic()
                    told = json.loads(await _line(bare))
                    cpu, machines = time.process_time() - cpu, sum(map(_cpu_of, processes)) - machines
                    took, delays = time.monotonic() - began, database.delays()
                    await bare.wait()
                idle, orders = _idle(services)
        finally:
            database.close()
    return {
        "row": "fleet",
        "machines": count,
        "seconds": round(took, 1),
        "entries_per_s": round(len(delays) / took, 1),
        "bare_entries_per_s": round(told["entries"] / told["seconds"], 1),
        "ours_cpu_percent": round(100 * cpu / took, 1),
        "bare_cpu_percent": round(100 * told["cpu"] / told["seconds"], 1),
        "machines_cpu_percent": round(100 * machines / took, 1),
        "ours_cpu_percent_each": round(100 * cpu / took / count, 3),
        "x_bare": round(cpu / took / (told["cpu"] / told["seconds"]), 2),
        "record_ms_p50": delays[len(delays) // 2],
        "record_ms_p99": delays[len(delays) * 99 // 100],
        "rss_mb": _rss_mb(),
        "orders_in_turn": orders,
        "idle_ms_by_us": idle,
    }, cpu / took


def _rss_mb() -> int:
    """Return the memory that this process uses now."""
    return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * resource.getpagesize() // 2**20


def _services(database: Database) -> Services:
    database.migrate()
    return Services(database, load_demo(), SlotTable(), SystemClock(), _SITE, (demonstration_rules(),))


def _prepare(services: Services, folder: Path, count: int) -> dict[str, str]:
    """Write the fleet file, register what is in all canisters, take in plans; return machine ids with their URIs."""
    products = packable(services)
    for body in plans(count * ROLLS_EACH, SEED, FIRST, wares_of(products), bad=0, group=GROUP):
        if accept_bundle(services, body, "bench").status != _TAKEN:
            raise WrongAnswerError("a good plan was refused")
    droppable = [product for product in products if not product.tray_only]
    uris: dict[str, str] = {}
    text: list[str] = []
    bays: list[BaySpec] = []
    for number, port in enumerate(_free_ports(count), start=1):
        name = f"m{number}"
        uris[name] = f"opc.tcp://127.0.0.1:{port}/"
        own = [
            BaySpec(place, f"{name}-K{place}", f"{name}-K{place}-1", str(product.product_id), 100_000)
            for place, product in enumerate(droppable, start=1)
        ]
        bays += own
        text.append(_machine_table(name, uris[name], number, own))
    for place in range(0, count, _MACHINES_EACH):
        some = "\n".join(text[place : place + _MACHINES_EACH])
        (folder / f"fleet{place}.toml").write_text(some, encoding="utf-8")
    fill(services, products, bays)
    with services.database.write() as tx:
        for name, uri in uris.items():
            tx.machines.configure(MachineId(name), uri)
    return uris


def _machine_table(name: str, uri: str, number: int, bays: Sequence[BaySpec]) -> str:
    profile = _PROFILES[number % len(_PROFILES)]
    keys = [f'id = "{name}"', 'wire = "opcua"', f'where = "{uri}"', f"seed = {number}", "warm_up_ms = 100"]
    keys += [f"{key} = {value}" for key, value in profile.items()]
    tables = [
        f'[[machine.bay]]\nnumber = {bay.number}\ncanister = "{bay.canister}"\nfill = "{bay.fill}"\n'
        f'product = "{bay.product}"\nunits = {bay.units}'
        for bay in bays
    ]
    return "\n".join(["[[machine]]", *keys, *tables])


@asynccontextmanager
async def _simulators(folder: Path, count: int) -> AsyncGenerator[list[int]]:
    """Run all machines in processes of their own; give the ids of these."""
    command = (sys.executable, "-m", "simulator", "fleet", "--state", str(folder / "machines"))
    started: list[int] = []
    async with AsyncExitStack() as stack:
        for place in range(0, count, _MACHINES_EACH):
            file = str(folder / f"fleet{place}.toml")
            process = await asyncio.create_subprocess_exec(*command, file, stdout=subprocess.PIPE)
            stack.push_async_callback(_end, process)
            for _ in range(min(_MACHINES_EACH, count - place)):
                await _line(process)
            started.append(process.pid)
        yield started


async def _end(process: asyncio.subprocess.Process) -> None:
    with suppress(ProcessLookupError):
        process.terminate()
    await process.wait()


def _cpu_of(process: int) -> float:
    """Return the CPU seconds that a process has used so far."""
    told = Path(f"/proc/{process}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(told[11]) + int(told[12])) / os.sysconf("SC_CLK_TCK")


@asynccontextmanager
async def _serving(services: Services, uris: dict[str, str]) -> AsyncGenerator[None]:
    surroundings = Surroundings(SystemClock(), None)
    drivers = {MachineId(name): build(uri, surroundings) for name, uri in uris.items()}
    fleet_ = Fleet(services, drivers, "bench")
    await fleet_.start()
    try:
        yield
    finally:
        await fleet_.stop()


async def _release(services: Services, count: int) -> None:
    """Plan and release the batch once every machine was read; return when all of them pack."""
    await _until(lambda: _linked(services) == count)
    batch = await asyncio.to_thread(plan_batch, services, GroupId(GROUP), period_from(FIRST), "bench")
    await asyncio.to_thread(release_batch, services, batch.batch_id, "bench")
    await _until(lambda: _at_work(services) == count)


async def _bare(seconds: float, uris: Sequence[str]) -> asyncio.subprocess.Process:
    """Start the plain client; return once it follows all machines."""
    script = str(Path(__file__).with_name("bare_opcua.py"))
    process = await asyncio.create_subprocess_exec(sys.executable, script, str(seconds), *uris, stdout=subprocess.PIPE)
    await _line(process)
    return process


async def _line(process: asyncio.subprocess.Process) -> bytes:
    if not (line := await process.stdout.readline() if process.stdout else b""):
        raise WrongAnswerError("a process that is measured ended before its time")
    return line


async def _until(is_so: Callable[[], bool]) -> None:
    async with asyncio.timeout(_LONGEST_SECONDS):
        while not await asyncio.to_thread(is_so):  # noqa: ASYNC110 - what is waited for is in a database
            await asyncio.sleep(0.5)


def _linked(services: Services) -> int:
    with services.database.read() as tx:
        return sum(machine.status is not None for machine in tx.machines.all())


def _at_work(services: Services) -> int:
    with services.database.read() as tx:
        return sum(
            tx.journal.last_of(machine.machine_id, words.POUCH_CLOSED) is not None for machine in tx.machines.all()
        )


def _idle(services: Services) -> tuple[int, int]:
    """Return the milliseconds that machines stood between two orders that were to be had, and how often."""
    idle = orders = 0
    with services.database.read() as tx:
        for machine in tx.machines.all():
            ended: datetime | None = None
            for entry in tx.journal.after(machine.machine_id, START, 10_000_000):
                at, state = datetime.fromisoformat(entry.at), entry.fields.get("state")
                if entry.kind != words.ORDER_CHANGED:
                    continue
                if state == "running" and ended is not None:
                    idle += round((at - ended).total_seconds() * 1_000)
                    orders += 1
                ended = at if state == "ended" else ended
    return idle, orders


def _free_ports(count: int) -> list[int]:
    """Return so many ports that nobody listens on, none of those that the system gives to connections."""
    found: list[int] = []
    for port in range(_FIRST_PORT, _FIRST_PORT + 100 * count):
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            found.append(port)
        if len(found) == count:
            return found
    raise WrongAnswerError("no ports are free")
