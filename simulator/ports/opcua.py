"""OPC UA port of a simulated machine: translates the wire to the machine's own methods, and nothing more."""

import asyncio
import contextlib
import json
from collections.abc import Callable
from typing import Final

from asyncua.server.server import Server
from asyncua.ua.attribute_ids import AttributeIds
from asyncua.ua.status_codes import StatusCodes
from asyncua.ua.uaprotocol_auto import Argument
from asyncua.ua.uatypes import DataValue, NodeId, StatusCode, UInt32, Variant, VariantType

from hal.wire import opcua as words
from hal.wire.words import ALARM_EMPTY
from simulator.host import Host
from simulator.keys import Security
from simulator.machine import Answer, Machine
from simulator.ports.opcua_server import hardened_server
from simulator.ports.opcua_space import Method, Outcome, Space

_BELL_SECONDS: Final = 0.05
_VARIABLES_SECONDS: Final = 0.3

_TEXT: Final = VariantType.String
_COUNT: Final = VariantType.UInt64
_INDEX: Final = VariantType.UInt32
_Types = tuple[tuple[str, VariantType], ...]
"""Names and types of a method's arguments."""


async def serve_opcua(
    host: Host, endpoint: str, on_ready: Callable[[], None] | None = None, security: Security | None = None
) -> None:
    """Serve the machine of `host` at `endpoint`, `opc.tcp://127.0.0.1:4841/`, until cancelled.

    `on_ready` is called once the machine answers. With `security` it answers signed and encrypted alone.

    Raises:
        InsecureEndpointError: no security, and others than this computer could reach the endpoint.
        OSError: the endpoint is taken.
    """
    server = await hardened_server(endpoint, security)
    port = _Port(host, await Space.on(server))
    await port.build(server)
    await server.start()
    try:
        if on_ready is not None:
            on_ready()
        await port.keep_current()
    finally:
        await server.stop()


class _Port:
    """The machine's nodes, and what calling and reading them does."""

    def __init__(self, host: Host, space: Space) -> None:
        self._host = host
        self._space = space
        self._entries = -1
        self._shown: dict[str, object] = {}

    async def build(self, server: Server) -> None:
        """Add every node."""
        space = self._space
        capabilities = self._host.call(Machine.capabilities_document)
        await space.add_state_machines(self._packml)
        await space.add_status_and_admin(int(str(capabilities["design_pouches_per_minute"])))
        await space.add_variable(space.own, Variant(_json(capabilities), _TEXT), words.CAPABILITIES)
        await space.add_variable(space.own, Variant(0, _COUNT), words.LAST_SEQ)
        documents: tuple[tuple[str, Callable[[Machine], object]], ...] = (
            (words.MACHINE_STATUS, Machine.status_document),
            (words.BAYS, Machine.bays_documents),
        )
        for name, document in documents:
            await space.add_variable(space.own, Variant("", _TEXT), name)
            # Computed at every read: who reads after a command sees what the command did.
            server.iserver.set_attribute_value_callback(space.node(name).nodeid, self._reader(document))
        await space.add_object(space.own, words.JOBS)
        for name, types, job in _JOBS:
            answer = [_argument("answer", _TEXT)]
            await space.add_method(space.own, self._job(types, job), _arguments(types), answer, words.JOBS, name)
        await space.add_object(space.own, words.JOURNAL)
        entries = [_argument("entries", _TEXT, rank=1)]
        await space.add_method(space.own, self._read_journal, _arguments(_READ), entries, words.JOURNAL, words.READ)
        acknowledge = self._job(_ACKNOWLEDGE, Machine.acknowledge)
        inputs, outputs = _arguments(_ACKNOWLEDGE), [_argument("answer", _TEXT)]
        await space.add_method(space.own, acknowledge, inputs, outputs, words.JOURNAL, words.ACKNOWLEDGE)

    async def keep_current(self) -> None:
        """Ring the doorbell and show states, each no oftener than anybody needs, for ever."""
        loop = asyncio.get_running_loop()
        show_at = loop.time()
        while True:
            await self._ring()
            if loop.time() >= show_at:
                await self._show()
                show_at = loop.time() + _VARIABLES_SECONDS
                await self._host.wait_beyond(self._entries)
            else:
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout_at(show_at):
                        await self._host.wait_beyond(self._entries)
            await asyncio.sleep(_BELL_SECONDS)

    async def _ring(self) -> None:
        entries = self._host.call(lambda machine: machine.total_entries)
        if entries != self._entries:
            self._entries = entries
            await self._space.write(Variant(entries, _COUNT), words.LAST_SEQ)

    async def _show(self) -> None:
        state, alarms, speed = self._host.call(_outline)
        values: dict[str, Variant] = {
            "CurMachSpeed": Variant(float(speed), VariantType.Float),
            "EquipmentStarved": Variant(ALARM_EMPTY in alarms, VariantType.Boolean),
        }
        if self._shown.get("state") != state:
            await self._space.show_state(state)
            self._shown["state"] = state
        for name, value in values.items():
            if self._shown.get(name) != value.Value:
                await self._space.write(value, words.STATUS, name)
                self._shown[name] = value.Value

    def _reader(self, document: Callable[[Machine], object]) -> Callable[[NodeId, AttributeIds], DataValue]:
        def read(_node: NodeId, _attribute: AttributeIds) -> DataValue:
            return DataValue(Variant(_json(self._host.call(document)), _TEXT))

        return read

    def _packml(self, command: str) -> Method:
        async def call(_object: NodeId, *_parameters: Variant) -> Outcome:
            answer = self._host.call(lambda machine: machine.command(command))
            await self._show()
            return [] if answer.ok else _status(StatusCodes.BadInvalidState)

        return call

    def _job(self, types: _Types, job: Callable[..., Answer]) -> Method:
        async def call(_object: NodeId, *arguments: Variant) -> Outcome:
            wrong = _wrong(types, arguments)
            if wrong is not None:
                return wrong
            values = [argument.Value for argument in arguments]
            answer = self._host.call(lambda machine: job(machine, *values))
            return [Variant(_json(_answer_document(answer)), _TEXT)]

        return call

    async def _read_journal(self, _object: NodeId, *arguments: Variant) -> Outcome:
        wrong = _wrong(_READ, arguments)
        if wrong is not None:
            return wrong
        boot_id, seq, limit = (argument.Value for argument in arguments)
        entries = self._host.call(lambda machine: machine.journal_after(boot_id, seq, limit))
        return [Variant(entries, _TEXT, is_array=True)]


_JOBS: Final[tuple[tuple[str, _Types, Callable[..., Answer]], ...]] = (
    (words.HELLO, (("holder", _TEXT), ("epoch", _COUNT)), Machine.hello),
    (words.STORE, (("document", _TEXT), ("digest", _TEXT)), Machine.store),
    (words.START, (("epoch", _COUNT), ("command", _COUNT), ("number", _COUNT)), Machine.start),
    (words.PAUSE, (("epoch", _COUNT), ("command", _COUNT)), Machine.pause),
    (words.STOP, (("epoch", _COUNT), ("command", _COUNT)), Machine.stop),
)
_ACKNOWLEDGE: Final[_Types] = (("epoch", _COUNT), ("bootId", _TEXT), ("seq", _COUNT), ("head", _TEXT))
_READ: Final[_Types] = (("bootId", _TEXT), ("seq", _COUNT), ("limit", _INDEX))


def _outline(machine: Machine) -> tuple[str, frozenset[str], int]:
    status = machine.status_document()
    alarms = status["alarms"]
    codes = frozenset(str(alarm["code"]) for alarm in alarms) if isinstance(alarms, list) else frozenset[str]()
    speed = int(str(status["pouches_per_minute"])) if machine.state == "Execute" else 0
    return machine.state, codes, speed


def _wrong(types: _Types, arguments: tuple[Variant, ...]) -> StatusCode | None:
    if len(arguments) < len(types):
        return _status(StatusCodes.BadArgumentsMissing)
    if len(arguments) > len(types):
        return _status(StatusCodes.BadTooManyArguments)
    for (_, expected), argument in zip(types, arguments, strict=True):
        if argument.VariantType != expected or argument.is_array or argument.Value is None:
            return _status(StatusCodes.BadInvalidArgument)
    return None


def _status(code: int) -> StatusCode:
    return StatusCode(UInt32(code))


def _argument(name: str, kind: VariantType, rank: int = -1) -> Argument:
    return Argument(Name=name, DataType=NodeId.from_string(f"i={kind.value}"), ValueRank=rank)


def _arguments(types: _Types) -> list[Argument]:
    return [_argument(name, kind) for name, kind in types]


def _answer_document(answer: Answer) -> dict[str, object]:
    if answer.ok:
        return {"ok": True}
    return {"ok": False, "reasons": [{"code": code, "detail": detail} for code, detail in answer.reasons]}


def _json(document: object) -> str:
    return json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
