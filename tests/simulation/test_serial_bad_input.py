"""What a serial line may do to a driver, as a table: it never acts on what does not verify, and is back within 2 s."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final

import pytest

from hal.driver import Lease
from hal.drivers.pplis.address import Address
from hal.drivers.pplis.driver import PplisDriver
from hal.errors import MachineError, ProtocolViolationError
from hal.journal import START
from hal.orders import PackingOrder
from hal.status import capabilities_digest
from hal.wire import words
from simulator.injection import injection_of, taken_back
from simulator.machine import Machine
from simulator.memory import InMemory
from simulator.ports.line_session import LineRate, Ringing, Session
from simulator.ports.uart import Setting, heard
from simulator.ports.wire_faults import TO_HOST, TO_MACHINE
from tests.support import virtual
from tests.support.memory_line import MemoryLine
from tests.support.noisy_run import SPEC, pouches

RESYNC_SECONDS: Final = 2.0
CALL_SECONDS: Final = 25.0
BAUD: Final = 38_400
TIMERS: Final = 0.05
"""So that time-outs are a second: with the standard's own 15 s nobody can be back within two."""
HOST, MACHINE = Setting(9_600), Setting(BAUD)


@dataclass
class Scene:
    """A driver that holds a machine with one loaded order, on a line in memory."""

    line: MemoryLine
    driver: PplisDriver
    lease: Lease = field(default_factory=lambda: Lease("c", 3))
    journal: list[str] = field(default_factory=list)

    async def load(self) -> None:
        digest = capabilities_digest(await self.driver.open(self.lease))
        made = tuple(replace(one, number=at) for at, one in enumerate(pouches(3), start=1))
        await self.driver.ensure_loaded(PackingOrder("o", 1, self.lease.epoch, digest, made))

    def both(self, change: Callable[[bytes], bytes]) -> None:
        self.line.tamper.update({TO_HOST: change, TO_MACHINE: change})

    def heal(self) -> None:
        self.line.tamper.clear()
        self.line.session.__class__ = Session
        for name in ("noise", "slow", "cut", "stall"):
            self.line.faults.inject(taken_back(name))


def once(change: Callable[[bytes], bytes], when: Callable[[bytes], bool]) -> Callable[[bytes], bytes]:
    done = False

    def one(data: bytes) -> bytes:
        nonlocal done
        if done or not when(data):
            return data
        done = True
        return change(data)

    return one


def has_frame(data: bytes) -> bool:
    return b"\x02" in data


def cut_frame(scene: Scene) -> None:
    scene.both(once(lambda data: data[: len(data) // 2], has_frame))


def lost_end(scene: Scene) -> None:
    scene.both(once(lambda data: data[:-1], has_frame))


def merged_frames(scene: Scene) -> None:
    scene.both(once(lambda data: data[:-9] + data, has_frame))


def doubled_frames(scene: Scene) -> None:
    scene.both(lambda data: data * 2 if has_frame(data) else data)


def noise(scene: Scene) -> None:
    scene.line.faults.inject(injection_of("noise", {"per_million": "3000"}))


def wrong_crc(scene: Scene) -> None:
    def change(data: bytes) -> bytes:
        # Two neighbours change places: the sum of the frame is as it was.
        return data.replace(b"|OK", b"|KO").replace(b"C|3", b"C3|").replace(b"Idle", b"dIle")

    scene.both(change)


def duplicate_ack(scene: Scene) -> None:
    scene.both(lambda data: data * 2 if data == b"\x06" else data)


def lost_ack(scene: Scene) -> None:
    scene.both(once(lambda _: b"", lambda data: data == b"\x06"))


class Elsewhere(Session):
    """Answers what nobody asked."""

    def _send(
        self, machine: Ringing, kind: str, body: list[list[str]], now: float, utc: datetime, receiver: str
    ) -> None:
        if body[0][0] == "A":
            body = [["A", "00000000.1", *body[0][2:]], *body[1:]]
        super()._send(machine, kind, body, now, utc, receiver)


def ack_for_another(scene: Scene) -> None:
    scene.line.session.__class__ = Elsewhere


def nul_flood(scene: Scene) -> None:
    scene.both(lambda data: b"\x00" * 500 + data)


def only_nul(scene: Scene) -> None:
    scene.both(lambda data: b"\x00" * len(data))


def one_byte_a_second(scene: Scene) -> None:
    scene.line.faults.inject(injection_of("slow", {"bytes_per_second": "1"}))


def port_vanishes(scene: Scene) -> None:
    scene.line.faults.inject(injection_of("cut", {"for_ms": "1500"}))


def late_answer(scene: Scene) -> None:
    scene.line.faults.inject(injection_of("stall", {"for_ms": "9000"}))


def other_device(scene: Scene) -> None:
    scene.both(lambda data: b"AT+OK\r\n$GPGGA,092750.000,5321.6802,N\r\n"[: len(data) + 20])


def wrong_baud(scene: Scene) -> None:
    scene.line.tamper[TO_HOST] = lambda data: heard(data, MACHINE, HOST)
    scene.line.tamper[TO_MACHINE] = lambda data: heard(data, HOST, MACHINE)


def echo(scene: Scene) -> None:
    def both_ways(data: bytes) -> bytes:
        scene.line.echo(data)
        return data

    scene.line.tamper[TO_MACHINE] = both_ways


CASES: Final[Sequence[Callable[[Scene], None]]] = (
    cut_frame,
    lost_end,
    merged_frames,
    doubled_frames,
    noise,
    wrong_crc,
    duplicate_ack,
    lost_ack,
    ack_for_another,
    nul_flood,
    only_nul,
    one_byte_a_second,
    port_vanishes,
    late_answer,
    other_device,
    wrong_baud,
    echo,
)


async def quietly(call: Callable[[], object]) -> None:
    """Call, whatever the driver's verdict, within the time that it has."""
    try:
        async with asyncio.timeout(CALL_SECONDS):
            await call()  # type: ignore[misc]  # every call here is a coroutine function
    except MachineError:
        return


async def back(scene: Scene) -> float:
    """Return after how many seconds the driver reads the machine's status again."""
    clock = asyncio.get_running_loop().time
    began = clock()
    while True:
        try:
            await scene.driver.read_status()
        except MachineError:
            await quietly(lambda: scene.driver.open(scene.lease))
        else:
            return clock() - began


async def play(case: Callable[[Scene], None], *, command: bool) -> tuple[float, list[str]]:
    memory = InMemory()
    line = MemoryLine(Machine(SPEC, memory), LineRate(BAUD, TIMERS))
    address = Address.parse(f"pplis+socket://memory:1?baud={BAUD}&timers={TIMERS}")
    scene = Scene(line, PplisDriver(address, virtual.VirtualClock(), line.opener))
    going = asyncio.create_task(line.run())
    try:
        await scene.load()
        case(scene)
        calls: list[Callable[[], object]] = [scene.driver.read_status, lambda: scene.driver.journal_after(START, 50)]
        if command:
            calls.insert(0, lambda: scene.driver.ensure_packing(1))
        for call in calls:
            await quietly(call)
        scene.heal()
        seconds = await back(scene)
        await virtual.sleep(30)
    finally:
        await scene.driver.close()
        going.cancel()
        await asyncio.gather(going, return_exceptions=True)
    return seconds, memory.lines


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.__name__)
@pytest.mark.parametrize("command", [False, True], ids=["reads", "command"])
def test_the_driver_is_back_within_two_seconds_and_nothing_happened_twice(
    case: Callable[[Scene], None], *, command: bool
) -> None:
    seconds, lines = virtual.run(play(case, command=command))
    assert seconds <= RESYNC_SECONDS
    starts = sum(f'"kind":"{words.POUCH_STARTED}"' in line for line in lines)
    # Whoever started it: all three pouches once, or none.
    assert starts in ({0, 3} if command else {0})
    assert sum('"state":"loaded"' in line and '"entry"' in line for line in lines) == 1


def test_entries_out_of_sequence_are_no_journal() -> None:
    class Forgetful(Machine):
        def journal_after(self, boot_id: str, seq: int, limit: int) -> list[str]:
            return super().journal_after(boot_id, max(0, seq - 2), limit)

    async def check() -> None:
        line = MemoryLine(Forgetful(SPEC, InMemory()))
        driver = PplisDriver(Address.parse("pplis+socket://memory:1"), virtual.VirtualClock(), line.opener)
        going = asyncio.create_task(line.run())
        await driver.open(Lease("c", 1))
        entries = await driver.journal_after(START, 50)
        with pytest.raises(ProtocolViolationError):
            await driver.journal_after(replace(START, boot_id=entries[-1].boot_id, seq=entries[-1].seq), 50)
        await driver.close()
        going.cancel()

    virtual.run(check())
