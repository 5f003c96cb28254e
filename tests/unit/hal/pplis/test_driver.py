"""The driver against a machine that misbehaves as told: what was sent, and what the caller is told."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from hal.clock import SystemClock
from hal.drivers.pplis.address import Address
from hal.drivers.pplis.driver import PplisDriver
from hal.errors import (
    OutcomeUnknownError,
    Reason,
    RefusedError,
    UnreachableError,
)
from hal.orders import PackingOrder, PouchOrder, digest_of, document_of
from hal.status import capabilities_digest
from tests.support.serial_peer import CAPABILITIES, LEASE, Machine, opened, usual

POUCH = PouchOrder(0, "s|1", ("Åse % Sørensen",) * 200, ())
ORDER = PackingOrder("o-1", 12, 7, capabilities_digest(CAPABILITIES), (POUCH,))


COMMANDS: list[tuple[str, Callable[[PplisDriver], Awaitable[None]]]] = [
    ("LOAD", lambda driver: driver.ensure_loaded(ORDER)),
    ("START", lambda driver: driver.ensure_packing(12)),
    ("PAUSE", lambda driver: driver.ensure_paused()),
    ("STOP", lambda driver: driver.ensure_stopped()),
]
FIRST = {"LOAD": ["STATUS", "BAYS"]}
"""What is read before a command is sent."""
every_command = pytest.mark.parametrize(("kind", "command"), COMMANDS, ids=[kind for kind, _ in COMMANDS])


def test_open_takes_the_lease_and_reads_capabilities(machine: Machine) -> None:
    async def check() -> None:
        async with machine() as peer:
            driver = PplisDriver(Address.parse(peer.uri), SystemClock())
            capabilities = await driver.open(LEASE)
            await driver.close()
        assert capabilities.model == "peer"
        assert peer.kinds == ["HELLO", "STATUS"]
        assert peer.requests[0].records == [["C", "controller", "7"]]
        assert peer.requests[0].sender == "controller"

    asyncio.run(check())


def test_an_order_arrives_as_it_was_given(machine: Machine) -> None:
    async def check() -> None:
        async with machine() as peer, opened(peer.uri) as driver:
            await driver.ensure_loaded(ORDER)
            request = peer.requests[-1]
        assert request.records[0] == ["J", digest_of(ORDER)]
        assert "".join(record[1] for record in request.records[1:]) == document_of(ORDER)

    asyncio.run(check())


@every_command
def test_a_refusal_tells_every_reason(
    machine: Machine, kind: str, command: Callable[[PplisDriver], Awaitable[None]]
) -> None:
    async def check() -> None:
        async with machine() as peer, opened(peer.uri) as driver:
            no = ["REFUSED", "FENCED", "by 9", "STALE_JOB", "1|2"]
            peer.reply = lambda request: [["A", request.message_id, *no]] if request.kind == kind else usual(request)
            with pytest.raises(RefusedError) as refused:
                await command(driver)
            assert refused.value.reasons == (Reason("FENCED", "by 9"), Reason("STALE_JOB", "1|2"))
            assert peer.kinds == ["HELLO", "STATUS", *FIRST.get(kind, []), kind]

    asyncio.run(check())


@every_command
def test_a_lost_answer_leaves_the_outcome_unknown_and_the_command_is_on_the_wire_once(
    machine: Machine, kind: str, command: Callable[[PplisDriver], Awaitable[None]]
) -> None:
    async def check() -> None:
        async with machine() as peer, opened(peer.impatient()) as driver:
            peer.reply = lambda request: None if request.kind == kind else usual(request)
            with pytest.raises(OutcomeUnknownError):
                await command(driver)
            peer.reply = usual
            assert (await driver.read_status()).last_seq == 3
            assert peer.kinds == ["HELLO", "STATUS", *FIRST.get(kind, []), kind, "STATUS"]
            assert peer.heard.count(f"|{kind}\r".encode()) == 1

    asyncio.run(check())


@every_command
def test_a_machine_that_does_not_acknowledge_the_enquiry_was_sent_nothing(
    machine: Machine, kind: str, command: Callable[[PplisDriver], Awaitable[None]]
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
    machine: Machine, kind: str, command: Callable[[PplisDriver], Awaitable[None]]
) -> None:
    async def check() -> None:
        async with machine() as peer:
            async with opened(peer.uri) as driver:

                def hang_up_at_a_frame(data: bytes) -> bytes:
                    if f"|{kind}\r".encode() in data:
                        peer.hang_up()
                        return b""
                    return data

                before = FIRST.get(kind, [])
                peer.hear = hang_up_at_a_frame
                with pytest.raises(OutcomeUnknownError):
                    await command(driver)
                with pytest.raises(UnreachableError):
                    await command(driver)
                peer.hear = bytes
                await driver.open(LEASE)
                await command(driver)
            assert peer.kinds == ["HELLO", "STATUS", *before, "HELLO", "STATUS", *before, kind]

    asyncio.run(check())


def test_a_frame_refused_six_times_leaves_the_outcome_unknown(machine: Machine) -> None:
    async def check() -> None:
        async with machine() as peer, opened(peer.uri) as driver:
            peer.hear = lambda data: data.replace(b"\x03", b"x")
            peer.heard.clear()
            with pytest.raises(OutcomeUnknownError):
                await driver.ensure_packing(1)
            assert peer.heard.count(b"\x021H|") == 6
            peer.hear = bytes
            await driver.read_status()
            assert peer.kinds == ["HELLO", "STATUS", "STATUS"]

    asyncio.run(check())


def test_a_read_is_asked_twice_and_no_more(machine: Machine) -> None:
    async def check() -> None:
        async with machine() as peer, opened(peer.impatient()) as driver:
            peer.reply = lambda request: usual(request) if len(peer.requests) > 3 else None
            assert (await driver.read_status()).boot_id == "b1"
            assert peer.kinds == ["HELLO", "STATUS", "STATUS", "STATUS"]
            peer.reply = lambda _request: None
            with pytest.raises(UnreachableError):
                await driver.read_bays()
            assert peer.kinds[4:] == ["BAYS", "BAYS"]

    asyncio.run(check())


def test_an_answer_that_does_not_verify_is_no_answer(machine: Machine) -> None:
    def swap(records: list[bytes]) -> list[bytes]:
        return [records[0], records[1].replace(b"OK", b"KO"), *records[2:]]

    async def check() -> None:
        async with machine() as peer, opened(peer.impatient()) as driver:
            peer.garble = swap
            with pytest.raises(OutcomeUnknownError):
                await driver.ensure_packing(1)
            assert peer.kinds == ["HELLO", "STATUS", "START"]

    asyncio.run(check())


def test_a_late_answer_is_not_taken_for_the_next_one(machine: Machine) -> None:
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


def test_an_order_too_large_is_refused_before_anything_is_sent(machine: Machine) -> None:
    async def check() -> None:
        async with machine() as peer, opened(peer.uri) as driver:
            for text in ("x" * 1_000_001, "å" * 300_000):
                large = PackingOrder("o", 1, 7, capabilities_digest(CAPABILITIES), (PouchOrder(0, "s", (text,), ()),))
                with pytest.raises(RefusedError):
                    await driver.ensure_loaded(large)
                assert b"LOAD" not in peer.heard

    asyncio.run(check())
