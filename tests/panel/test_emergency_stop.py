"""From a pressed emergency stop to the word on the screen: machine, wire, controller, database, push, browser."""

import asyncio
import shutil
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from dispenser.app.batching import plan_batch
from dispenser.app.fleet import Fleet
from dispenser.app.machines import known_stocks
from dispenser.app.release import release_batch
from dispenser.core.batch import BatchState
from dispenser.core.ids import MachineId
from dispenser.store.session import Database
from hal.clock import SystemClock
from hal.drivers.opcua.driver import OpcUaDriver
from simulator.host import Host
from simulator.injection import injection_of
from simulator.machine import Answer, Machine
from simulator.memory import InMemory
from simulator.ports.opcua import serve_opcua
from simulator.spec import BaySpec, MachineSpec
from tests.support.fills import fill_as_it_stands
from tests.support.hall import FORTNIGHT, NORTH, Hall
from tests.support.pharmacy import WHO
from tests.support.screen import Looker, Server

M1 = MachineId("M1")
BAYS = tuple(BaySpec(place, f"K{place}", f"K{place}-1", f"2810000000{place}", 5_000) for place in range(1, 7))
SPEC = MachineSpec("M1", BAYS, warm_up_ms=100, clear_ms=6_000)
ROUNDS = 3
MOST_SECONDS = 5.0
"""What a slow, busy computer is given; the figure that counts is printed."""
SHOWN = "() => document.querySelector('.tile')?.dataset.tone === 'alarm'"


class Line:
    """A simulated machine on OPC UA and the controller's fleet, in real time in a thread of their own."""

    def __init__(self, hall: Hall) -> None:
        self._hall = hall
        self._loop = asyncio.new_event_loop()
        self._done = asyncio.Event()
        self._up = threading.Event()
        self.host = Host(Machine(SPEC, InMemory()))
        self._thread = threading.Thread(target=self._loop.run_until_complete, args=(self._serve(),))

    async def _serve(self) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            address = f"opc.tcp://127.0.0.1:{probe.getsockname()[1]}/"
        up = asyncio.Event()
        tasks = [asyncio.create_task(self.host.run()), asyncio.create_task(serve_opcua(self.host, address, up.set))]
        await up.wait()
        fleet = Fleet(self._hall.services, {M1: OpcUaDriver(address, SystemClock())}, "test")
        await fleet.start()
        self._up.set()
        await self._done.wait()
        await fleet.stop()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def start(self) -> None:
        self._thread.start()
        assert self._up.wait(20)

    def stop(self) -> None:
        self._loop.call_soon_threadsafe(self._done.set)
        self._thread.join()
        self._loop.close()

    def do(self, act: Callable[[Machine], object]) -> None:
        """Let somebody do something at the machine, now."""
        done = threading.Event()
        self._loop.call_soon_threadsafe(lambda: (self.host.call(act), done.set()))
        assert done.wait(20)


@pytest.fixture
def hall(migrated_file: Path, tmp_path: Path) -> Iterator[Hall]:
    file = tmp_path / "hall.db"
    shutil.copyfile(migrated_file, file)
    with Database.open(f"sqlite:///{file}") as database:
        yield Hall(database, SystemClock(), machines=1)


@pytest.fixture
def line(hall: Hall) -> Iterator[Line]:
    line = Line(hall)
    line.start()
    yield line
    line.stop()


@pytest.fixture
def served(hall: Hall, line: Line) -> Hall:
    """The hall, whose machine has a controller."""
    assert line.host
    return hall


@pytest.fixture
def page(served: Hall, sit_down: Callable[..., Looker]) -> Iterator[Page]:
    """The fleet's page, served from the database into which the fleet writes, once the machine has answered."""
    running = Server(served)
    running.start()
    looker = sit_down()
    looker.address = running.address
    page = looker.open("/")
    expect(tile(page)).not_to_have_attribute("data-tone", "lost")
    yield page
    page.close()
    running.stop()


def tile(page: Page) -> Locator:
    return page.locator(".tile", has_text="M1")


def give_work(hall: Hall) -> None:
    """Release more than the machine packs while the test lasts."""
    hall.people(NORTH, "Nord", 1, 4)
    with hall.services.database.read() as tx:
        (stock,) = known_stocks(tx.machines.all())
    fill_as_it_stands(hall.services, stock)
    record = plan_batch(hall.services, NORTH, FORTNIGHT, WHO)
    assert record.state is BatchState.PLANNED, record.findings
    release_batch(hall.services, record.batch_id, WHO)


def seconds_until_shown(line: Line, page: Page) -> float:
    """Press the emergency stop, and return how long it took until the page showed it."""
    pressed = time.perf_counter()
    line.do(lambda machine: machine.inject(injection_of("emergency_stop", {})))
    page.wait_for_function(SHOWN, polling="raf")
    shown = time.perf_counter() - pressed
    expect(tile(page).locator(".band")).to_have_text("Nødstop")
    return shown


def put_right(line: Line, page: Page, tone: str) -> None:
    """Release the emergency stop, clear the machine, and wait until the page shows it as before."""
    for command in ("Clear", "Reset"):
        for _ in range(100):
            answers: list[Answer] = []
            line.do(lambda machine, name=command, answers=answers: answers.append(machine.command(name)))
            if answers[0].ok:
                break
            page.wait_for_timeout(100)
    expect(tile(page)).to_have_attribute("data-tone", tone)


@pytest.mark.parametrize("tone", ["ready", "working"])
def test_an_emergency_stop_is_on_the_screen_at_once(line: Line, hall: Hall, page: Page, tone: str) -> None:
    line.do(lambda machine: machine.command("Reset"))
    if tone == "working":
        give_work(hall)
    expect(tile(page)).to_have_attribute("data-tone", tone)
    waits: list[float] = []
    for turn in range(ROUNDS):
        # Not always at the same moment of the controller's round.
        page.wait_for_timeout(1_000 + 370 * turn)
        waits.append(seconds_until_shown(line, page))
        put_right(line, page, tone)
    sys.stdout.write(f"emergency stop to screen, {tone}: {', '.join(f'{wait:.2f}' for wait in waits)} s\n")
    assert max(waits) < MOST_SECONDS
