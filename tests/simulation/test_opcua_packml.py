"""The PackML face of a simulated machine over OPC UA: every state, every command, every browse path of OPC 30050."""

import asyncio
import socket
import struct
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass

import pytest
from asyncua import Client, ua

from hal.drivers.opcua.security import Timeouts, hardened_client
from hal.wire import opcua as words
from hal.wire.words import COMMANDS, PRODUCE, STATE_NUMBERS
from simulator.clock import ScaledClock
from simulator.host import Host
from simulator.ports.opcua import serve_opcua
from simulator.ports.opcua_server import InsecureEndpointError
from tests.support.packml import machine_in


@dataclass
class Bench:
    runner: asyncio.Runner
    host: Host
    client: Client
    own: int
    packml: int

    def path(self, *names: str, base: tuple[str, ...] = ()) -> list[str]:
        return [
            f"{self.own}:{words.PACKER}",
            *(f"{self.packml}:{name}" for name in names),
            *(f"0:{name}" for name in base),
        ]

    async def node(self, *names: str, base: tuple[str, ...] = ()) -> object:
        return await self.client.nodes.objects.get_child(self.path(*names, base=base))

    async def value(self, *names: str, base: tuple[str, ...] = ()) -> object:
        return await (await self.node(*names, base=base)).read_value()

    async def call(self, level: int, command: str) -> int:
        """Return the status code of a PackML method."""
        machine = await self.node(*words.STATE_MACHINES[level])
        arguments = [ua.Variant([], ua.VariantType.ExtensionObject, is_array=True)] if command == "Start" else []
        try:
            await machine.call_method(f"{self.packml}:{command}", *arguments)
        except ua.UaStatusCodeError as error:
            return error.code
        return ua.StatusCodes.Good


@pytest.fixture(scope="module")
def bench() -> Iterator[Bench]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        endpoint = f"opc.tcp://127.0.0.1:{probe.getsockname()[1]}/"
    host = Host(machine_in("Stopped"), clock=ScaledClock(1.0, lambda: 0.0))
    with asyncio.Runner() as runner:

        async def start() -> tuple[asyncio.Task[None], Client, int, int]:
            up = asyncio.Event()
            serving = asyncio.ensure_future(serve_opcua(host, endpoint, on_ready=up.set))
            await asyncio.wait([serving, asyncio.ensure_future(up.wait())], return_when=asyncio.FIRST_COMPLETED)
            client = hardened_client(endpoint, Timeouts())
            await client.connect()
            own = await client.get_namespace_index(words.NAMESPACE)
            return serving, client, own, await client.get_namespace_index(words.PACKML_NAMESPACE)

        serving, client, own, packml = runner.run(start())
        yield Bench(runner, host, client, own, packml)
        runner.run(client.disconnect())
        serving.cancel()
        with pytest.raises(asyncio.CancelledError):
            runner.run(wait_for(serving))


async def wait_for(task: asyncio.Task[None]) -> None:
    await task


@pytest.mark.parametrize("state", STATE_NUMBERS)
def test_every_command_is_taken_or_refused_as_the_table_says(bench: Bench, state: str) -> None:
    async def scene() -> None:
        for command, allowed in COMMANDS.items():
            for level in words.COMMAND_LEVELS[command]:
                bench.host.machine = machine_in(state)
                code = await bench.call(level, command)
                if state in allowed:
                    assert code == ua.StatusCodes.Good, (state, command)
                    assert bench.host.machine.state != state
                else:
                    assert code == ua.StatusCodes.BadInvalidState, (state, command)
                    assert bench.host.machine.state == state

    bench.runner.run(scene())


@pytest.mark.parametrize("state", STATE_NUMBERS)
def test_the_nested_state_machines_show_every_state(bench: Bench, state: str) -> None:
    async def scene() -> None:
        bench.host.machine = machine_in(state)
        # A refused command shows the state at once.
        refused = next(command for command, allowed in COMMANDS.items() if state not in allowed)
        assert await bench.call(words.COMMAND_LEVELS[refused][0], refused) == ua.StatusCodes.BadInvalidState
        shown = []
        for path in words.STATE_MACHINES:
            try:
                text = await bench.value(*path, base=("CurrentState",))
            except ua.uaerrors.BadStateNotActive:
                continue
            number = await bench.value(*path, base=("CurrentState", "Number"))
            identity = await bench.value(*path, base=("CurrentState", "Id"))
            shown.append(text.Text)
            assert identity.NamespaceIndex == bench.packml
            assert number == (STATE_NUMBERS | words.SUPERSTATE_NUMBERS)[text.Text]
        assert shown[-1] == state
        assert shown == [name for name in words.levels(state) if name is not None]

    bench.runner.run(scene())


def test_status_and_admin_are_where_packml_puts_them(bench: Bench) -> None:
    async def scene() -> None:
        assert await bench.value(words.ADMIN, "MachDesignSpeed") == 60.0
        assert await bench.value(words.STATUS, "UnitModeCurrent") == PRODUCE
        assert await bench.value(words.STATUS, "EquipmentBlocked") is False
        for name, slowest in (("CurMachSpeed", 0.0), ("MachSpeed", 1.0)):
            span = await bench.value(words.STATUS, name, base=("EURange",))
            assert (span.Low, span.High) == (slowest, 60.0)

    bench.runner.run(scene())


def test_nobody_may_write_or_add_anything(bench: Bench) -> None:
    async def scene() -> None:
        speed = await bench.node(words.STATUS, "MachSpeed")
        with pytest.raises(ua.UaStatusCodeError):
            await speed.write_value(ua.Variant(9.0, ua.VariantType.Float))
        with pytest.raises(ua.UaStatusCodeError):
            await bench.client.nodes.objects.add_object(bench.own, "Mine")
        assert await speed.read_value() == 60.0

    bench.runner.run(scene())


@pytest.mark.parametrize("name", ["admin", "Admin", "anybody"])
def test_a_named_user_is_turned_away(bench: Bench, name: str) -> None:
    async def scene() -> None:
        client = hardened_client(bench.client.server_url.geturl(), Timeouts())
        client.set_user(name)
        client.set_password("secret")
        with pytest.raises(ua.UaStatusCodeError):
            await client.connect()

    bench.runner.run(scene())


def test_a_flood_of_chunks_is_cut_off_and_harms_nobody(bench: Bench) -> None:
    async def flood() -> int:
        url = bench.client.server_url
        reader, writer = await asyncio.open_connection(url.hostname, url.port)
        hello = struct.pack("<IIIII", 0, 65_535, 65_535, 0, 0) + struct.pack("<I", 1) + b"x"
        writer.write(b"HELF" + struct.pack("<I", 8 + len(hello)) + hello)
        assert (await reader.read(4)) == b"ACKF"
        sent = number = 0
        with suppress(OSError):
            while sent < 4 * words.LARGEST_MESSAGE_BYTES:
                number += 1
                chunk = struct.pack("<III", 0, number, 1) + bytes(60_000)
                writer.write(b"MSGC" + struct.pack("<II", 12 + len(chunk), 0) + chunk)
                await writer.drain()
                sent += len(chunk)
        writer.transport.abort()
        return sent

    async def scene() -> None:
        assert await flood() < 4 * words.LARGEST_MESSAGE_BYTES
        assert await bench.value(words.ADMIN, "MachDesignSpeed") == 60.0

    bench.runner.run(scene())


@pytest.mark.parametrize("endpoint", ["opc.tcp://0.0.0.0:4840/", "opc.tcp://192.168.0.9:4840/", "opc.tcp://host:4840/"])
def test_a_plain_endpoint_for_others_is_refused(endpoint: str) -> None:
    with pytest.raises(InsecureEndpointError, match="without signing"):
        asyncio.run(serve_opcua(Host(machine_in("Stopped")), endpoint))
