"""The driver against a machine that misbehaves as told: what was sent, and what the caller is told."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import TYPE_CHECKING

import pytest

from hal.clock import SystemClock
from hal.driver import Lease
from hal.drivers.pplis.address import Address
from hal.drivers.pplis.driver import PplisDriver
from hal.errors import (
    MachineError,
    OutcomeUnknownError,
    ProtocolViolationError,
    Reason,
    RefusedError,
    UnreachableError,
)
from hal.journal import START
from hal.orders import PackingOrder, PouchOrder, digest_of, document_of

if TYPE_CHECKING:
    from tests.unit.hal.pplis.conftest import Peer

    Machine = Callable[[], AbstractAsyncContextManager[Peer]]

LEASE = Lease("controller", 7)
ORDER = PackingOrder("o-1", 12, 7, "c" * 64, (PouchOrder(0, "s|1", ("Åse % Sørensen",) * 200, ()),))


@asynccontextmanager
async def opened(uri: str) -> AsyncIterator[PplisDriver]:
    driver = PplisDriver(Address.parse(uri), SystemClock())
    await driver.open(LEASE)
    try:
        yield driver
    finally:
        await driver.close()


COMMANDS: list[tuple[str, Callable[[PplisDriver], Awaitable[None]]]] = [
    ("LOAD", lambda driver: driver.ensure_loaded(ORDER)),
    ("START", lambda driver: driver.ensure_packing(12)),
    ("PAUSE", lambda driver: driver.ensure_paused()),
    ("STOP", lambda driver: driver.ensure_stopped()),
]
every_command = pytest.mark.parametrize(("kind", "command"), COMMANDS, ids=[kind for kind, _ in COMMANDS])


def test_open_takes_the_lease_and_reads_capabilities(machine: "Machine") -> None:
    async def check() -> None:
        async with machine() as peer:
            driver = PplisDriver(Address.parse(peer.uri), SystemClock())
            capabilities = await driver.open(LEASE)
            await driver.close()
        assert capabilities.model == "peer"
        assert peer.kinds == ["HELLO"]
        assert peer.requests[0].records == [["C", "controller", "7"]]
        assert peer.requests[0].sender == "controller"

    asyncio.run(check())


def test_an_order_arrives_as_it_was_given(machine: "Machine") -> None:
    async def check() -> None:
        async with machine() as peer, opened(peer.uri) as driver:
            await driver.ensure_loaded(ORDER)
            request = peer.requests[-1]
        assert request.records[0] == ["J", digest_of(ORDER)]
        assert "".join(record[1] for record in request.records[1:]) == document_of(ORDER)

    asyncio.run(check())


@every_command
def test_a_refusal_tells_every_reason(
    machine: "Machine", kind: str, command: Callable[[PplisDriver], Awaitable[None]]
) -> None:
    async def check() -> None:
        async with machine() as peer, opened(peer.uri) as driver:
            peer.reply = lambda request: [["A", request.message_id, "REFUSED", "FENCED", "by 9", "STALE_JOB", "1|2"]]
            with pytest.raises(RefusedError) as refused:
                await command(driver)
            assert refused.value.reasons == (Reason("FENCED", "by 9"), Reason("STALE_JOB", "1|2"))
            assert peer.kinds == ["HELLO", kind]

    asyncio.run(check())


@every_command
def test_a_lost_answer_leaves_the_outcome_unknown_and_the_command_is_on_the_wire_once(
    machine: "Machine", kind: str, command: Callable[[PplisDriver], Awaitable[None]]
) -> None:
    async def check() -> None:
        async with machine() as peer, opened(peer.impatient()) as driver:
            usual, peer.reply = peer.reply, lambda _request: None
            with pytest.raises(OutcomeUnknownError):
                await command(driver)
            peer.reply = usual
            assert (await driver.read_status()).last_seq == 3
            assert peer.kinds == ["HELLO", kind, "STATUS"]
            assert peer.heard.count(f"|{kind}\r".encode()) == 1

    asyncio.run(check())


@every_command
def test_a_machine_that_does_not_acknowledge_the_enquiry_was_sent_nothing(
    machine: "Machine", kind: str, command: Callable[[PplisDriver], Awaitable[None]]
) -> None:
    async def check() -> None:
        async with machine() as peer, opened(peer.impatient()) as driver:
            peer.deaf = True
            peer.heard.clear()
            with pytest.raises(UnreachableError):
                await command(driver)
            assert peer.heard == b"\x05"
            assert kind not in peer.kinds

    asyncio.run(check())


@every_command
def test_a_line_that_breaks_after_a_frame_leaves_the_outcome_unknown(
    machine: "Machine", kind: str, command: Callable[[PplisDriver], Awaitable[None]]
) -> None:
    async def check() -> None:
        async with machine() as peer:
            async with opened(peer.uri) as driver:

                def hang_up_at_a_frame(data: bytes) -> bytes:
                    if b"\x02" in data:
                        peer.hang_up()
                        return b""
                    return data

                peer.hear = hang_up_at_a_frame
                with pytest.raises(OutcomeUnknownError):
                    await command(driver)
                with pytest.raises(UnreachableError):
                    await command(driver)
                peer.hear = bytes
                await driver.open(LEASE)
                await command(driver)
            assert peer.kinds == ["HELLO", "HELLO", kind]

    asyncio.run(check())


def test_a_frame_refused_six_times_leaves_the_outcome_unknown(machine: "Machine") -> None:
    async def check() -> None:
        async with machine() as peer, opened(peer.uri) as driver:
            peer.hear = lambda data: data.replace(b"\x03", b"x")
            peer.heard.clear()
            with pytest.raises(OutcomeUnknownError):
                await driver.ensure_packing(1)
            assert peer.heard.count(b"\x021H|") == 6
            peer.hear = bytes
            await driver.read_status()
            assert peer.kinds == ["HELLO", "STATUS"]

    asyncio.run(check())


def test_a_read_is_asked_twice_and_no_more(machine: "Machine") -> None:
    async def check() -> None:
        async with machine() as peer, opened(peer.impatient()) as driver:
            usual = peer.reply
            peer.reply = lambda request: usual(request) if len(peer.requests) > 2 else None
            assert (await driver.read_status()).boot_id == "b1"
            assert peer.kinds == ["HELLO", "STATUS", "STATUS"]
            peer.reply = lambda _request: None
            with pytest.raises(UnreachableError):
                await driver.read_bays()
            assert peer.kinds[3:] == ["BAYS", "BAYS"]

    asyncio.run(check())


def test_an_answer_that_does_not_verify_is_no_answer(machine: "Machine") -> None:
    def swap(records: list[bytes]) -> list[bytes]:
        return [records[0], records[1].replace(b"OK", b"KO"), *records[2:]]

    async def check() -> None:
        async with machine() as peer, opened(peer.impatient()) as driver:
            peer.garble = swap
            with pytest.raises(OutcomeUnknownError):
                await driver.ensure_packing(1)
            assert peer.kinds == ["HELLO", "START"]

    asyncio.run(check())


def test_a_late_answer_is_not_taken_for_the_next_one(machine: "Machine") -> None:
    async def check() -> None:
        async with machine() as peer, opened(peer.impatient()) as driver:
            peer.reply = lambda _request: None
            with pytest.raises(OutcomeUnknownError):
                await driver.ensure_packing(1)
            late = peer.requests[-1].message_id
            peer.reply = lambda request: [["A", request.message_id, "REFUSED", "WRONG_STATE", "really"]]
            peer.send("ANSWER", [["A", late, "OK"]])
            with pytest.raises(RefusedError):
                await driver.ensure_paused()

    asyncio.run(check())


@pytest.mark.parametrize(
    "answer",
    [
        ["OK", "what"],
        ["REFUSED"],
        ["REFUSED", "CODE"],
        ["REFUSED", "CODE", "detail", "CODE"],
        ["PERHAPS"],
        [],
    ],
)
def test_an_answer_that_is_neither_yes_nor_no_is_a_violation(machine: "Machine", answer: list[str]) -> None:
    async def check() -> None:
        async with machine() as peer, opened(peer.uri) as driver:
            peer.reply = lambda request: [["A", request.message_id, *answer]]
            with pytest.raises(ProtocolViolationError):
                await driver.ensure_paused()

    asyncio.run(check())


@pytest.mark.parametrize(
    ("records", "read"),
    [
        ([], lambda driver: driver.read_status()),
        ([["S", "{}"]], lambda driver: driver.read_status()),
        ([["S", "{}", "x"]], lambda driver: driver.read_status()),
        ([["B", "1", "C", "F", "P"]], lambda driver: driver.read_bays()),
        ([["B", "1", "C", "F", "P", "-1"]], lambda driver: driver.read_bays()),
        ([["B", "1", "C", "F", "P", "1"]] * 2, lambda driver: driver.read_bays()),
        ([["E", "{}"]], lambda driver: driver.journal_after(START, 10)),
        ([["E"]], lambda driver: driver.journal_after(START, 10)),
    ],
)
def test_an_answer_of_another_shape_is_a_violation(
    machine: "Machine", records: list[list[str]], read: Callable[[PplisDriver], Awaitable[object]]
) -> None:
    async def check() -> None:
        async with machine() as peer, opened(peer.uri) as driver:
            peer.reply = lambda request: [["A", request.message_id, "OK"], *records]
            with pytest.raises(ProtocolViolationError):
                await read(driver)

    asyncio.run(check())


def test_an_order_too_large_is_refused_before_anything_is_sent(machine: "Machine") -> None:
    async def check() -> None:
        async with machine() as peer, opened(peer.uri) as driver:
            for text in ("x" * 1_000_001, "å" * 300_000):
                large = PackingOrder("o", 1, 7, "c" * 64, (PouchOrder(0, "s", (text,), ()),))
                peer.heard.clear()
                with pytest.raises(RefusedError):
                    await driver.ensure_loaded(large)
                assert not peer.heard

    asyncio.run(check())


def test_the_bell_wakes_whoever_listens_and_the_end_of_the_line_is_told(machine: "Machine") -> None:
    async def check() -> None:
        async with machine() as peer, opened(peer.uri) as driver:
            first, second = driver.doorbell(), driver.doorbell()
            waiting = [asyncio.ensure_future(anext(bell)) for bell in (first, second)]
            await asyncio.sleep(0.001)
            peer.send("BELL", [["N", "4"]])
            assert await asyncio.gather(*waiting) == [None, None]
            waiting = [asyncio.ensure_future(anext(bell)) for bell in (first, second)]
            await asyncio.sleep(0.001)
            peer.hang_up()
            for one in waiting:
                with pytest.raises(UnreachableError):
                    await one
            with pytest.raises(UnreachableError):
                await anext(driver.doorbell())

    asyncio.run(check())


def test_a_bell_that_meets_a_request_wins_and_both_get_through(machine: "Machine") -> None:
    async def check() -> None:
        async with machine() as peer, opened(peer.uri) as driver:
            bell = driver.doorbell()
            rung = asyncio.ensure_future(anext(bell))
            for _ in range(10):
                peer.send("BELL", [["N", "4"]])
                await driver.ensure_paused()
            await rung
            assert peer.kinds == ["HELLO", *["PAUSE"] * 10]

    asyncio.run(check())


def test_calls_at_the_same_time_take_turns(machine: "Machine") -> None:
    async def check() -> None:
        async with machine() as peer, opened(peer.uri) as driver:
            await asyncio.gather(*(driver.read_status() for _ in range(8)), driver.ensure_packing(3))
            assert sorted(peer.kinds) == ["HELLO", "START", *["STATUS"] * 8]
            assert len({request.message_id for request in peer.requests}) == 10

    asyncio.run(check())


@pytest.mark.parametrize("steps", range(0, 40, 3))
def test_a_cancelled_call_leaves_the_line_usable(machine: "Machine", steps: int) -> None:
    async def check() -> None:
        async with machine() as peer, opened(peer.uri) as driver:
            call = asyncio.create_task(driver.ensure_loaded(ORDER))
            for _ in range(steps):
                await asyncio.sleep(0)
            call.cancel()
            await asyncio.gather(call, return_exceptions=True)
            assert (await driver.read_status()).last_seq == 3
            assert peer.kinds.count("LOAD") <= 1

    asyncio.run(check())


def test_nothing_works_before_open_and_after_close(machine: "Machine") -> None:
    async def check() -> None:
        async with machine() as peer:
            driver = PplisDriver(Address.parse(peer.uri), SystemClock())
            with pytest.raises(UnreachableError):
                await driver.read_status()
            await driver.open(LEASE)
            await driver.close()
            await driver.close()
            with pytest.raises(UnreachableError):
                await driver.ensure_stopped()
            await driver.open(LEASE)
            await driver.open(LEASE)
            assert (await driver.read_status()).last_seq == 3
            await driver.close()
        assert peer.connections == 3

    asyncio.run(check())


def test_nobody_there_is_unreachable() -> None:
    async def check() -> None:
        for uri in ("pplis+socket://127.0.0.1:1", "pplis:///nowhere/tty"):
            with pytest.raises(UnreachableError):
                await PplisDriver(Address.parse(uri), SystemClock()).open(LEASE)

    asyncio.run(check())


def test_a_refused_lease_closes_the_line(machine: "Machine") -> None:
    async def check() -> None:
        async with machine() as peer:
            peer.reply = lambda request: [["A", request.message_id, "REFUSED", "FENCED", "epoch 7, seen 9"]]
            driver = PplisDriver(Address.parse(peer.uri), SystemClock())
            with pytest.raises(RefusedError, match="FENCED"):
                await driver.open(LEASE)
            with pytest.raises(MachineError):
                await driver.read_status()

    asyncio.run(check())
