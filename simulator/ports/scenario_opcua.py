"""A controller's end of OPC UA for scenarios: a real client at the machine's real port, over TCP, in virtual time.

While a call is under way the machine's time stands still, so the run is the same as without a wire, byte for byte.
"""

import asyncio
import json
import socket
from asyncio import Task
from collections.abc import Mapping
from contextlib import suppress
from types import MappingProxyType
from typing import Final

from asyncua.client.client import Client
from asyncua.common.node import Node
from asyncua.ua.uatypes import QualifiedName, Variant, VariantType

from hal.wire import opcua as words
from simulator.clock import ScaledClock
from simulator.host import Host
from simulator.injection import Injection
from simulator.ports.opcua import serve_opcua
from simulator.ports.opcua_client import LOOPBACK, client_at, endpoint_at
from simulator.recording import RecordedMachine
from simulator.scenario_hands import unlike
from simulator.scenario_stage import Reasons, Stage, StuckError

_READ_LIMIT: Final = 200
_TEXT: Final = VariantType.String
_COUNT: Final = VariantType.UInt64
_NEVER: Final = 3_600.0


class _Standing(ScaledClock):
    """The machine's own time, which only the stage lets pass."""

    def __init__(self, machine: RecordedMachine) -> None:
        super().__init__(1.0)
        self._machine = machine

    def now_ms(self) -> int:
        """Return what it is now."""
        return self._machine.now_ms

    def seconds_until(self, at_ms: int) -> float:
        """Return so long that nobody waits for it."""
        return 0.0 if at_ms <= self._machine.now_ms else _NEVER


class OpcUaHands:
    """A controller that is connected by OPC UA; a new server and a new client at every power-up."""

    counts: Mapping[str, int] = MappingProxyType({})

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._loop = asyncio.new_event_loop()
        self._serving: Task[None] | None = None
        self._client: Client | None = None
        self._packer: Node | None = None
        self._own = 0
        self._journal: list[dict[str, object]] = []
        self._place: tuple[str, int] = ("", 0)
        stage.wire = self

    # -- What the stage asks --------------------------------------------------------------------------------------

    def next_due(self) -> int | None:
        """Nothing happens here by itself."""
        return None

    def turn(self) -> None:
        """Nothing is ever due."""

    def power(self, machine: RecordedMachine | None) -> None:
        """Serve the machine and connect, or lose it."""
        self._loop.run_until_complete(self._leave())
        if machine is not None:
            self._loop.run_until_complete(self._meet(machine))

    def inject(self, injection: Injection) -> None:
        """Refuse: what goes wrong on a line is for the serial wire."""
        message = f"{injection.name} is for a serial line"
        raise StuckError(message)

    async def _meet(self, machine: RecordedMachine) -> None:
        with socket.socket() as probe:
            probe.bind((LOOPBACK, 0))
            port = int(probe.getsockname()[1])
        ready = asyncio.Event()
        host = Host(machine, clock=_Standing(machine))
        self._serving = asyncio.ensure_future(serve_opcua(host, endpoint_at(port), ready.set))
        waiting = asyncio.ensure_future(ready.wait())
        await asyncio.wait({self._serving, waiting}, return_when=asyncio.FIRST_COMPLETED)
        waiting.cancel()
        if self._serving.done():
            self._serving.result()
        self._client = client_at(port)
        await self._client.connect()
        self._own = await self._client.get_namespace_index(words.NAMESPACE)
        objects = self._client.get_objects_node()
        self._packer = await objects.get_child([QualifiedName(words.PACKER, self._own)])

    async def _leave(self) -> None:
        client, self._client, self._packer = self._client, None, None
        if client is not None:
            with suppress(OSError, TimeoutError):
                await client.disconnect()
        serving, self._serving = self._serving, None
        if serving is not None:
            serving.cancel()
            await asyncio.gather(serving, return_exceptions=True)

    # -- What a controller does ------------------------------------------------------------------------------------

    @property
    def unread(self) -> int:
        """Entries of the machine's journal that were not read as it wrote them."""
        return unlike(self._journal, self._stage.entries())

    def hello(self, holder: str, epoch: int) -> Reasons:
        """Take the machine."""
        return self._job(words.HELLO, Variant(holder, _TEXT), Variant(epoch, _COUNT))

    def load(self, document: str, digest: str) -> Reasons:
        """Load an order."""
        return self._job(words.STORE, Variant(document, _TEXT), Variant(digest, _TEXT))

    def start(self, epoch: int, command: int, number: int) -> Reasons:
        """Start an order."""
        return self._job(words.START, *(Variant(one, _COUNT) for one in (epoch, command, number)))

    def pause(self, epoch: int, command: int) -> Reasons:
        """Pause."""
        return self._job(words.PAUSE, Variant(epoch, _COUNT), Variant(command, _COUNT))

    def stop(self, epoch: int, command: int) -> Reasons:
        """Stop."""
        return self._job(words.STOP, Variant(epoch, _COUNT), Variant(command, _COUNT))

    def acknowledge(self, epoch: int, boot_id: str, seq: int, head: str) -> Reasons:
        """Tell what is on record."""
        place = Variant(epoch, _COUNT), Variant(boot_id, _TEXT), Variant(seq, _COUNT), Variant(head, _TEXT)
        return _reasons(self._call(words.JOURNAL, words.ACKNOWLEDGE, *place))

    def read_journal(self) -> Reasons:
        """Read the journal to its end, from where it was read to."""
        while True:
            boot_id, seq = self._place
            limit = Variant(_READ_LIMIT, VariantType.UInt32)
            documents = self._call(words.JOURNAL, words.READ, Variant(boot_id, _TEXT), Variant(seq, _COUNT), limit)
            if not isinstance(documents, list) or not documents:
                return ()
            entries = [json.loads(document) for document in documents]
            self._journal += entries
            self._place = str(entries[-1]["boot"]), int(entries[-1]["seq"])

    def close(self) -> None:
        """Leave the machine, and stop serving it."""
        self._loop.run_until_complete(self._leave())
        self._loop.close()

    def _job(self, name: str, *arguments: Variant) -> Reasons:
        return _reasons(self._call(words.JOBS, name, *arguments))

    def _call(self, place: str, name: str, *arguments: Variant) -> object:
        if self._packer is None:
            raise StuckError("the machine has no power")
        return self._loop.run_until_complete(self._called(self._packer, place, name, arguments))

    async def _called(self, packer: Node, place: str, name: str, arguments: tuple[Variant, ...]) -> object:
        parent = await packer.get_child([QualifiedName(place, self._own)])
        return await parent.call_method(QualifiedName(name, self._own), *arguments)


def _reasons(answer: object) -> Reasons:
    document = json.loads(str(answer))
    return () if document["ok"] else tuple((one["code"], one["detail"]) for one in document["reasons"])
