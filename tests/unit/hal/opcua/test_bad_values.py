"""A machine whose values are wrong in type, quality or age, or whose nodes move: nothing of it is ever used."""

import asyncio
import json
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from asyncua.server import uaprocessor
from asyncua.ua.status_codes import StatusCodes
from asyncua.ua.uatypes import DataValue, NodeId, QualifiedName, StatusCode, UInt32, Variant, VariantType

from hal.drivers.opcua.driver import OpcUaDriver
from hal.errors import MachineError, OutcomeUnknownError, ProtocolViolationError, UnreachableError
from hal.journal import START
from hal.wire import opcua as words

from .conftest import LEASE, ORDER, STATUS, YES, Scene, ScriptedMachine, said

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
DEPTH = 10_000


def valued(content: object, kind: VariantType | None = None, status: int = 0, **times: datetime) -> DataValue:
    return DataValue(Variant(content, kind), StatusCode(UInt32(status)), **times)


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (StatusCodes.UncertainLastUsableValue, UnreachableError),
        (StatusCodes.UncertainInitialValue, UnreachableError),
        (StatusCodes.BadNotConnected, UnreachableError),
        (StatusCodes.BadOutOfService, UnreachableError),
        (StatusCodes.BadNodeIdUnknown, ProtocolViolationError),
        (StatusCodes.BadUserAccessDenied, ProtocolViolationError),
        (0xC000_0000, UnreachableError),
    ],
)
@pytest.mark.parametrize("name", [words.MACHINE_STATUS, words.BAYS])
def test_a_value_that_is_not_good_is_unknown(
    play: Callable[[Scene], None], machine: ScriptedMachine, name: str, status: int, kind: type[Exception]
) -> None:
    async def act(driver: OpcUaDriver) -> None:
        text = json.dumps(STATUS) if name == words.MACHINE_STATUS else "[]"
        read = driver.read_status if name == words.MACHINE_STATUS else driver.read_bays
        machine.values[name] = valued(text, status=status)
        with pytest.raises(kind):
            await read()
        machine.values[name] = valued(text)
        await read()

    play(act)


@pytest.mark.parametrize(
    "value",
    [
        valued(7, VariantType.Int64),
        valued(b"{}", VariantType.ByteString),
        valued(["{}"], VariantType.String),
        valued(None, VariantType.String),
        valued(content=True),
        valued(1.5),
        valued(NodeId(1, 1)),
        valued("<x/>", VariantType.XmlElement),
        DataValue(None),
    ],
    ids=lambda value: "nothing" if value.Value is None else value.Value.VariantType.name,
)
def test_a_value_of_another_type_is_a_violation(
    play: Callable[[Scene], None], machine: ScriptedMachine, value: DataValue
) -> None:
    async def act(driver: OpcUaDriver) -> None:
        machine.values[words.MACHINE_STATUS] = value
        with pytest.raises(ProtocolViolationError):
            await driver.read_status()

    play(act)


def test_a_status_that_is_old_by_the_machine_s_own_clock_is_unknown(
    play: Callable[[Scene], None], machine: ScriptedMachine
) -> None:
    async def act(driver: OpcUaDriver) -> None:
        text = json.dumps(STATUS)
        for age in (timedelta(seconds=11), timedelta(days=1)):
            machine.values[words.MACHINE_STATUS] = valued(text, SourceTimestamp=NOW - age, ServerTimestamp=NOW)
            with pytest.raises(UnreachableError):
                await driver.read_status()
        # A clock that is wrong, but the same for both, says nothing about the value.
        for wrong in (timedelta(days=-1), timedelta(days=1)):
            machine.values[words.MACHINE_STATUS] = valued(
                text, SourceTimestamp=NOW + wrong, ServerTimestamp=NOW + wrong + timedelta(seconds=1)
            )
            assert (await driver.read_status()).boot_id == "b"

    play(act)


@pytest.mark.parametrize("where", ["read", "command", "journal"])
def test_variants_inside_variants_end_in_an_error_and_not_in_a_crash(
    play: Callable[[Scene], None], machine: ScriptedMachine, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    nested = b"\x98\x01\x00\x00\x00" * DEPTH + b"\x01\x01"
    marker = b"\x0f" + (len(nested) - 5).to_bytes(4, "little") + b"\x07" * (len(nested) - 5)
    real = uaprocessor.struct_to_binary
    monkeypatch.setattr(uaprocessor, "struct_to_binary", lambda message: real(message).replace(marker, nested))
    bomb = Variant(b"\x07" * (len(nested) - 5), VariantType.ByteString)

    async def answer() -> object:
        return [bomb]

    async def act(driver: OpcUaDriver) -> None:
        if where == "read":
            machine.values[words.MACHINE_STATUS] = DataValue(bomb)
            with pytest.raises(ProtocolViolationError):
                await driver.read_status()
        elif where == "command":
            machine.answer = answer
            with pytest.raises(OutcomeUnknownError):
                await driver.ensure_loaded(ORDER)
        else:
            machine.entries = answer
            with pytest.raises(ProtocolViolationError):
                await driver.journal_after(START, 5)
        machine.reset()
        await driver.read_bays()

    play(act)


def test_a_subscription_that_the_machine_forgot_is_made_anew(
    play: Callable[[Scene], None], machine: ScriptedMachine
) -> None:
    async def act(driver: OpcUaDriver) -> None:
        service = machine.server.iserver.subscription_service
        bell = driver.doorbell()
        await anext(bell)
        before = set(service.subscriptions)
        await service.delete_subscriptions(list(before))
        began = time.monotonic()
        ringing = asyncio.ensure_future(anext(bell))
        count = 1
        async with asyncio.timeout(5):
            while not ringing.done():
                count += 1
                await machine.ring(count)
                await asyncio.wait([ringing], timeout=0.05)
        await ringing
        assert time.monotonic() - began < 3.0
        assert set(service.subscriptions).isdisjoint(before)

    play(act)


def test_nodes_that_moved_are_found_again_by_their_names(
    play: Callable[[Scene], None], machine: ScriptedMachine
) -> None:
    async def act(driver: OpcUaDriver) -> None:
        space, server = machine.space, machine.server
        packer, name = server.get_node(space.id()), QualifiedName(words.BAYS, space.own)
        await server.get_node(space.id(words.BAYS)).delete()
        with pytest.raises(ProtocolViolationError):
            await driver.read_bays()
        moved = await packer.add_variable(NodeId(4711, space.own), name, Variant("[]", VariantType.String))
        await driver.open(LEASE)
        assert await driver.read_bays() == ()
        await moved.delete()
        with pytest.raises(MachineError):
            await driver.open(LEASE)
        space.add_variable(space.own, Variant("", VariantType.String), words.BAYS)
        server.iserver.set_attribute_value_callback(
            space.id(words.BAYS), lambda _node, _attribute: machine.value(words.BAYS)
        )
        await driver.open(LEASE)
        assert await driver.read_bays() == ()

    play(act)


def test_a_machine_that_says_yes_and_does_nothing_is_seen_through_by_reading(
    play: Callable[[Scene], None], machine: ScriptedMachine
) -> None:
    async def act(driver: OpcUaDriver) -> None:
        machine.answer = said(YES)
        await driver.ensure_loaded(ORDER)
        await driver.ensure_packing(ORDER.number)
        status = await driver.read_status()
        assert status.orders == ()
        assert status.high_water == 0
        assert await driver.journal_after(START, 10) == ()

    play(act)
