"""One connection to an OPC UA machine, from connect to loss; never reconnected, a new one is made instead."""

import asyncio
import contextlib
from collections.abc import Callable, Coroutine, Sequence
from pathlib import Path as Folder
from typing import Final, TypeVar

from asyncua.client.client import Client
from asyncua.client.ua_client import UaClientState
from asyncua.common.node import Node
from asyncua.common.subscription import DataChangeNotif
from asyncua.ua.uaerrors._base import UaStatusCodeError
from asyncua.ua.uaprotocol_auto import CallMethodRequest, CallMethodResult, CreateSubscriptionParameters
from asyncua.ua.uatypes import NodeId, Variant

from hal.clock import Clock
from hal.drivers.opcua.entrance import client_for, turned_away
from hal.drivers.opcua.failures import UNREADABLE, failed_command, failed_read
from hal.drivers.opcua.security import EndpointError, Timeouts, opened
from hal.drivers.opcua.values import request_for, text_in, text_of
from hal.errors import OutcomeUnknownError, ProtocolViolationError, RefusedError, UnreachableError
from hal.wire import opcua as words

Path = tuple[str, ...]
_SIGN_OF_LIFE: Final = 1.0
"""Seconds after which a silent machine says that it is there."""
_LIFETIME: Final = 60.0
"""Seconds that the server keeps the doorbell's subscription of somebody who does not answer."""
Answered = TypeVar("Answered")

REQUIRED_PATHS: Final[tuple[Path, ...]] = (
    (words.CAPABILITIES,),
    (words.MACHINE_STATUS,),
    (words.BAYS,),
    (words.LAST_SEQ,),
    (words.JOBS,),
    (words.JOBS, words.HELLO),
    (words.JOBS, words.STORE),
    (words.JOBS, words.START),
    (words.JOBS, words.PAUSE),
    (words.JOBS, words.STOP),
    (words.JOURNAL,),
    (words.JOURNAL, words.READ),
    (words.JOURNAL, words.ACKNOWLEDGE),
)
"""Browse paths below the packer, own namespace, that a machine must have to be driven."""


class Link:
    """An open session with the machine's nodes resolved and its doorbell subscribed."""

    def __init__(self, client: Client, timeouts: Timeouts) -> None:
        self._client = client
        self._timeouts = timeouts
        self._nodes: dict[Path, NodeId] = {}
        self._rings = 0
        self._lost = False
        self._news = asyncio.Event()

    @classmethod
    async def connect(cls, uri: str, timeouts: Timeouts, folder: Folder | None, clock: Clock) -> "Link":
        """Return a link to the machine at `uri`; signed and encrypted when there are keys in `folder`.

        Raises:
            UnreachableError: no server, or none that answers in time.
            RefusedError: the machine must not be spoken to, or does not let us in; with every reason.
            ProtocolViolationError: a server without the machine's nodes.
        """
        try:
            async with asyncio.timeout(timeouts.open):
                return await cls._opened(await client_for(uri, timeouts, folder, clock.now), timeouts)
        except OSError as error:
            message = f"{uri}: {error!r}"
            raise UnreachableError(message) from error
        except EndpointError as error:
            raise RefusedError(error.reasons) from error
        except UaStatusCodeError as error:
            raise turned_away(uri, error) from error
        except UNREADABLE as error:
            message = f"{uri}: {error!r}"
            raise ProtocolViolationError(message) from error

    @classmethod
    async def _opened(cls, client: Client, timeouts: Timeouts) -> "Link":
        link = cls(client, timeouts)
        is_open = False
        try:
            await link._open()
            is_open = True
        finally:
            if not is_open:
                await link.close()
        return link

    async def _open(self) -> None:
        self._client.connection_lost_callback = self._on_lost
        await self._client.connect()
        opened(self._client, self._timeouts)
        await self._resolve()
        subscription = await self._client.create_subscription(_bell(self._timeouts.bell), self)
        bell = self._client.get_node(self._nodes[(words.LAST_SEQ,)])
        await subscription.subscribe_data_change(bell, queuesize=1)

    async def _resolve(self) -> None:
        namespaces = await self._client.get_namespace_array()
        if words.NAMESPACE not in namespaces:
            message = f"the server has no namespace {words.NAMESPACE}"
            raise ProtocolViolationError(message)
        index = namespaces.index(words.NAMESPACE)
        results = await self._client.translate_browsepaths(
            self._client.get_objects_node().nodeid,
            ["".join(f"/{index}:{name}" for name in (words.PACKER, *path)) for path in REQUIRED_PATHS],
        )
        for path, result in zip(REQUIRED_PATHS, results, strict=True):
            if not result.StatusCode.is_good() or len(result.Targets) != 1:
                message = f"the server has no {'/'.join(path)}"
                raise ProtocolViolationError(message)
            self._nodes[path] = result.Targets[0].TargetId

    async def read_text(self, name: str) -> str:
        """Return the text variable `name`.

        Raises:
            UnreachableError: no answer, twice, or a value that is not good and fresh.
            ProtocolViolationError: an answer that is no text.
        """
        request = request_for(self._nodes[(name,)])
        return text_in(name, await self._ask(lambda: self._client.uaclient.session.read(request)))

    async def read_texts(self, holder: str, method: str, *arguments: Variant) -> tuple[str, ...]:
        """Call a method that only reads, and return the texts that it answers.

        Raises:
            UnreachableError: no answer, twice.
            ProtocolViolationError: an answer that is no array of texts.
        """
        request = self._request(holder, method, arguments)

        async def call() -> Variant:
            return _output(f"{holder}.{method}", await self._client.uaclient.call([request]))

        value = (await self._ask(call)).Value
        if value is None:
            return ()
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            message = f"{holder}.{method}: no array of texts"
            raise ProtocolViolationError(message)
        return tuple(value)

    async def command(self, holder: str, method: str, *arguments: Variant) -> str:
        """Call a method once, whatever happens, and return the text that it answers.

        Raises:
            UnreachableError: the link was lost before anything was sent.
            OutcomeUnknownError: sent, and no answer.
            ProtocolViolationError: an answer that is no text, or that the method does not exist.
        """
        self._require()
        request = self._request(holder, method, arguments)
        name = f"{holder}.{method}"
        try:
            results = await self._client.uaclient.call([request])
            return text_of(name, _output(name, results))
        except OSError as error:
            message = f"{name}: {error!r}"
            raise OutcomeUnknownError(message) from error
        except UNREADABLE as error:
            if self._is_ending():
                # The stack gives every call under way the error that ended the connection, whatever became of the call.
                message = f"{name}: the connection ended: {error!r}"
                raise OutcomeUnknownError(message) from error
            raise failed_command(name, error) from error

    async def _ask(self, request: Callable[[], Coroutine[None, None, Answered]]) -> Answered:
        try:
            return await self._ask_once(request)
        except TimeoutError:
            pass
        try:
            return await self._ask_once(request)
        except TimeoutError as error:
            raise UnreachableError("no answer in time, twice") from error

    async def _ask_once(self, request: Callable[[], Coroutine[None, None, Answered]]) -> Answered:
        self._require()
        try:
            return await request()
        except TimeoutError:
            raise
        except OSError as error:
            raise UnreachableError(repr(error)) from error
        except UNREADABLE as error:
            raise failed_read(error) from error

    def _request(self, holder: str, method: str, arguments: tuple[Variant, ...]) -> CallMethodRequest:
        return CallMethodRequest(
            ObjectId=self._nodes[(holder,)],
            MethodId=self._nodes[(holder, method)],
            InputArguments=list(arguments),
        )

    def _require(self) -> None:
        if self._lost or self._client.state is not UaClientState.CONNECTED:
            raise UnreachableError("the link is lost")

    def _is_ending(self) -> bool:
        protocol = self._client.uaclient.protocol
        return protocol is None or protocol.transport is None or protocol.transport.is_closing()

    async def rung_after(self, count: int) -> int:
        """Wait until the doorbell rang more than `count` times, and return how often it did.

        Raises:
            UnreachableError: the link is lost.
        """
        while True:
            news = self._news
            self._require()
            if self._rings > count:
                return self._rings
            await news.wait()

    def datachange_notification(self, node: Node, val: object, data: DataChangeNotif) -> None:  # noqa: ARG002 - its names
        """Take the library's word that LastSeq has changed."""
        self._rings += 1
        self._wake()

    def status_change_notification(self, status: object) -> None:  # noqa: ARG002 - the library's name
        """Take the library's word that the subscription has ended: without a doorbell the link is of no use."""
        self._lost = True
        self._wake()

    async def _on_lost(self, _error: Exception) -> None:
        self._lost = True
        self._abort()
        self._wake()

    def _wake(self) -> None:
        news, self._news = self._news, asyncio.Event()
        news.set()

    def _abort(self) -> None:
        protocol = self._client.uaclient.protocol
        if protocol is not None and protocol.transport is not None:
            protocol.transport.abort()

    async def close(self) -> None:
        """End the session if the machine still listens; never waits longer than `Timeouts.close`."""
        protocol = self._client.uaclient.protocol
        transport = None if protocol is None else protocol.transport
        if self._lost or self._client.state is not UaClientState.CONNECTED:
            self._abort()
        self._lost = True
        try:
            with contextlib.suppress(OSError, *UNREADABLE):
                async with asyncio.timeout(self._timeouts.close):
                    await self._client.disconnect()
        finally:
            # The library leaves the socket of a link open that it has given up itself.
            if transport is not None:
                transport.abort()
            self._wake()
        await asyncio.sleep(0)


def _output(name: str, results: Sequence[CallMethodResult]) -> Variant:
    if len(results) != 1:
        message = f"{name}: {len(results)} results of one call"
        raise ProtocolViolationError(message)
    results[0].StatusCode.check()
    outputs = results[0].OutputArguments
    if len(outputs) != 1:
        message = f"{name}: {len(outputs)} output arguments"
        raise ProtocolViolationError(message)
    output: Variant = outputs[0]
    return output


def _bell(seconds: float) -> CreateSubscriptionParameters:
    """Return the doorbell's subscription: rings at most every so many `seconds`, says every second that it is there.

    One that the server has forgotten is missed soon, and the library makes it anew.
    """
    return CreateSubscriptionParameters(
        RequestedPublishingInterval=1_000 * seconds,
        RequestedMaxKeepAliveCount=max(1, round(_SIGN_OF_LIFE / seconds)),
        RequestedLifetimeCount=max(3, round(_LIFETIME / seconds)),
        MaxNotificationsPerPublish=1000,
        PublishingEnabled=True,
    )
