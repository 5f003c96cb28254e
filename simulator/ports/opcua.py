"""OPC UA port of a simulated machine: translates the wire to the machine's own methods, and nothing more."""

import asyncio
import contextlib
import json
from collections.abc import Callable
from functools import partial
from operator import methodcaller
from typing import Final

from asyncua.ua.uatypes import NodeId, Variant, VariantType

from hal.wire import opcua as words
from simulator.host import Host
from simulator.keys import Security
from simulator.machine import Answer, Machine
from simulator.ports.opcua_calls import Types, argument, described, wrong
from simulator.ports.opcua_server import hardened_server
from simulator.ports.opcua_space import Method, Outcome, Space
from simulator.ports.packml_calls import PackmlCalls
from simulator.ports.packml_face import PackmlFace
from simulator.ports.packml_show import PackmlShow, snapshot

_BELL_SECONDS: Final = 0.05
_VARIABLES_SECONDS: Final = 0.3

_TEXT: Final = VariantType.String
_COUNT: Final = VariantType.UInt64
_INDEX: Final = VariantType.UInt32


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
    port.build()
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
        self._packml = PackmlShow(space)

    def build(self) -> None:
        """Add every node."""
        space = self._space
        spec = self._host.call(lambda machine: machine.spec)
        capabilities = self._host.call(Machine.capabilities_document)
        face = PackmlFace(space)
        calls = PackmlCalls(self._host, space, self._show)
        face.build(spec, calls.command, calls.unit_methods())
        face.compute_times(self._host.call)
        space.add_variable(space.own, Variant(_json(capabilities), _TEXT), words.CAPABILITIES)
        space.add_variable(space.own, Variant(_json(_trays(capabilities)), _TEXT), words.TRAYS)
        space.add_variable(space.own, Variant(0, _COUNT), words.LAST_SEQ)
        space.add_object(space.own, words.JOBS)
        for path, document in _DOCUMENTS:
            space.add_variable(space.own, Variant("", _TEXT), *path)
            # Computed at every read: who reads after a command sees what the command did.
            space.compute(partial(self._text, document), *path)
        for name, types, job in _JOBS:
            space.add_method(space.own, self._job(types, job), described(types), _ANSWER, words.JOBS, name)
        space.add_object(space.own, words.JOURNAL)
        entries = [argument("entries", _TEXT, rank=1)]
        space.add_method(space.own, self._read_journal, described(_READ), entries, words.JOURNAL, words.READ)
        acknowledge = self._job(_ACKNOWLEDGE, "acknowledge")
        inputs = described(_ACKNOWLEDGE)
        space.add_method(space.own, acknowledge, inputs, _ANSWER, words.JOURNAL, words.ACKNOWLEDGE)

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
            for news in self._host.wire.rings(entries):
                await self._space.write(Variant(news, _COUNT), words.LAST_SEQ)

    async def _show(self) -> None:
        await self._packml.show(self._host.call(snapshot))

    def _text(self, document: Callable[[Machine], object]) -> Variant:
        return Variant(_json(self._host.call(document)), _TEXT)

    def _job(self, types: Types, job: str) -> Method:
        # By its name: a machine that records has methods of its own.
        async def call(_object: NodeId, *arguments: Variant) -> Outcome:
            problem = wrong(types, arguments)
            if problem is not None:
                return problem
            values = [argument.Value for argument in arguments]
            answer: Answer = self._host.call(methodcaller(job, *values))
            return [Variant(_json(_answer_document(answer)), _TEXT)]

        return call

    async def _read_journal(self, _object: NodeId, *arguments: Variant) -> Outcome:
        problem = wrong(_READ, arguments)
        if problem is not None:
            return problem
        boot_id, seq, limit = (argument.Value for argument in arguments)
        entries = self._host.call(lambda machine: machine.journal_after(boot_id, seq, limit))
        return [Variant(entries, _TEXT, is_array=True)]


_JOBS: Final[tuple[tuple[str, Types, str], ...]] = (
    (words.HELLO, (("holder", _TEXT), ("epoch", _COUNT)), "hello"),
    (words.STORE, (("document", _TEXT), ("digest", _TEXT)), "store"),
    (words.START, (("epoch", _COUNT), ("command", _COUNT), ("number", _COUNT)), "start"),
    (words.PAUSE, (("epoch", _COUNT), ("command", _COUNT)), "pause"),
    (words.STOP, (("epoch", _COUNT), ("command", _COUNT)), "stop"),
)
_ACKNOWLEDGE: Final[Types] = (("epoch", _COUNT), ("bootId", _TEXT), ("seq", _COUNT), ("head", _TEXT))
_READ: Final[Types] = (("bootId", _TEXT), ("seq", _COUNT), ("limit", _INDEX))


_DOCUMENTS: Final[tuple[tuple[tuple[str, ...], Callable[[Machine], object]], ...]] = (
    ((words.MACHINE_STATUS,), Machine.status_document),
    ((words.BAYS,), Machine.bays_documents),
    ((words.CONSUMABLES,), lambda machine: machine.status_document()["consumables"]),
    ((words.JOBS, words.JOB_ORDER_LIST), lambda machine: machine.unit.job_orders()),
)
_ANSWER: Final = [argument("answer", _TEXT)]


def _trays(capabilities: dict[str, object]) -> list[dict[str, object]]:
    cells = capabilities["tray_cells"]
    return [{"tray": 1, "cells": cells, "cell_quarters": capabilities["cell_quarters"]}] if cells else []


def _answer_document(answer: Answer) -> dict[str, object]:
    if answer.ok:
        return {"ok": True}
    return {"ok": False, "reasons": [{"code": code, "detail": detail} for code, detail in answer.reasons]}


def _json(document: object) -> str:
    return json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
