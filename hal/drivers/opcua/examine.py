"""What stands at an OPC UA address; no lease is taken, no method called, nothing written."""

import asyncio
import contextlib
import json
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import Final, TypeVar

from asyncua.client.client import Client
from asyncua.ua.uaerrors._base import UaStatusCodeError
from asyncua.ua.uaprotocol_auto import EndpointDescription
from asyncua.ua.uatypes import NodeId

from hal.documents import CONTRACT, bays_of, capabilities_of, status_of
from hal.driver import Surroundings
from hal.drivers.opcua import points
from hal.drivers.opcua.address import check_plain, check_uri
from hal.drivers.opcua.entrance import endpoints_of, turned_away, usable_keys
from hal.drivers.opcua.failures import UNREADABLE
from hal.drivers.opcua.keys import DriverKeys, has_keys
from hal.drivers.opcua.link import REQUIRED_PATHS
from hal.drivers.opcua.security import EndpointError, Timeouts, choose, hardened_client, judge, secured_by
from hal.drivers.opcua.values import request_for, text_in
from hal.errors import MachineError, ProtocolViolationError, Reason, RefusedError
from hal.examination import Examination, Point
from hal.status import Capabilities, MachineStatus
from hal.wire import opcua as words
from hal.wire.certificates import KEYS_UNUSABLE, CertificateError, first, read

Document = TypeVar("Document")
_FAILURES: Final = (OSError, *UNREADABLE)
_STATUS_TAGS: Final = (
    "UnitModeCurrent",
    "UnitSupportedModes",
    "CurMachSpeed",
    "MachSpeed",
    "EquipmentBlocked",
    "EquipmentStarved",
)
"""Mandatory below Status (OPC 30050, PackMLStatusObjectType)."""


async def examine(uri: str, surroundings: Surroundings) -> Examination:
    """Return what the server at `uri` is and lacks; takes no lease, calls no method, writes nothing."""
    work = _Work(uri, surroundings)
    try:
        check_uri(uri)
    except ValueError as error:
        work.points.append(points.seen(points.ADDRESS, str(error), fulfilled=False))
        return work.found()
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(work.timeouts.open):
            await work.look()
    return work.found()


class _Work:
    """One examination under way."""

    def __init__(self, uri: str, surroundings: Surroundings) -> None:
        self.uri = uri
        self.timeouts = Timeouts()
        self.points: list[Point] = []
        self._folder = surroundings.folder
        self._now: Callable[[], datetime] = surroundings.clock.now
        self._reached = False
        self._capabilities: Capabilities | None = None
        self._status: MachineStatus | None = None

    def found(self) -> Examination:
        """Return everything that was found out."""
        return Examination(self.uri, self._reached, self._capabilities, self._status, tuple(self.points))

    async def look(self) -> None:
        """Look as far as we are let, and as it is safe to go."""
        try:
            endpoints = await endpoints_of(self.uri, self.timeouts)
        except _FAILURES as error:
            self.points.append(points.seen(points.REACHED, f"{self.uri}: {_said(error)}", fulfilled=False))
            return
        self._reached = True
        self.points.append(points.seen(points.REACHED, self.uri))
        client = self._entrance(endpoints)
        if client is not None:
            await self._inside(client)

    def _entrance(self, endpoints: list[EndpointDescription]) -> Client | None:
        """Tell what security is offered; return a client when a session may be opened."""
        plain_is_allowed = True
        try:
            check_plain(self.uri)
        except ValueError:
            plain_is_allowed = False
        for name, is_plain in sorted({_security_of(one) for one in endpoints}):
            self.points.append(points.seen(points.ENDPOINT, name, fulfilled=plain_is_allowed or not is_plain))
        keys = self._keys()
        self._tell_certificates(endpoints, keys)
        if keys is not None:
            try:
                endpoint = choose(endpoints, keys, self._now())
            except EndpointError as error:
                self._lack(error.reasons)
                return None
            return hardened_client(self.uri, self.timeouts, secured_by(endpoint, keys, self._now))
        if not plain_is_allowed or has_keys(self._folder):
            if not has_keys(self._folder):
                self._lack((Reason(KEYS_UNUSABLE, "there are none for this machine"),))
            return None
        return hardened_client(self.uri, self.timeouts)

    def _keys(self) -> DriverKeys | None:
        if self._folder is None or not has_keys(self._folder):
            return None
        try:
            return usable_keys(self._folder, self._now())
        except RefusedError as error:
            self._lack(error.reasons)
            return None

    def _tell_certificates(self, endpoints: list[EndpointDescription], keys: DriverKeys | None) -> None:
        trusted = keys.own.trusted if keys is not None else frozenset[bytes]()
        shown = {first(one.ServerCertificate): one.Server.ApplicationUri for one in endpoints if one.ServerCertificate}
        for der, uri in shown.items():
            reasons = judge(der, uri, trusted, self._now())
            try:
                certificate = read(der)
                subject = (
                    f"{certificate.fingerprint}; {certificate.subject}; {uri}; "
                    f"{certificate.not_before:%Y-%m-%d} to {certificate.not_after:%Y-%m-%d}"
                )
            except CertificateError as error:
                subject = str(error)
            self.points.append(points.seen(points.CERTIFICATE, subject, fulfilled=not reasons))
            if keys is None:
                self._lack(reasons)

    async def _inside(self, client: Client) -> None:
        try:
            await client.connect()
            self.points.append(points.seen(points.SESSION, self.uri))
            await self._tell_nodes(client)
        except EndpointError as error:
            self._lack(error.reasons)
        except UaStatusCodeError as error:
            refusal = turned_away(self.uri, error)
            if isinstance(refusal, RefusedError):
                self._lack(refusal.reasons)
            else:
                self.points.append(points.seen(points.SESSION, str(refusal), fulfilled=False))
        except _FAILURES as error:
            self.points.append(points.seen(points.SESSION, f"{self.uri}: {_said(error)}", fulfilled=False))
        finally:
            await _leave(client, self.timeouts)

    async def _tell_nodes(self, client: Client) -> None:
        namespaces = list(await client.get_namespace_array())
        for namespace in (words.NAMESPACE, words.PACKML_NAMESPACE):
            self.points.append(points.seen(points.NAMESPACE, namespace, fulfilled=namespace in namespaces))
        if words.NAMESPACE not in namespaces:
            return
        own = namespaces.index(words.NAMESPACE)
        nodes = await _resolve(client, own, [[(own, name) for name in path] for path in REQUIRED_PATHS])
        for path, node in zip(REQUIRED_PATHS, nodes, strict=True):
            self.points.append(points.seen(points.NODE, "/".join(path), fulfilled=node is not None))
        if words.PACKML_NAMESPACE in namespaces:
            packml = namespaces.index(words.PACKML_NAMESPACE)
            paths = list(_packml_paths(packml))
            for steps, node in zip(paths, await _resolve(client, own, paths), strict=True):
                name = "/".join(step for _, step in steps)
                self.points.append(points.seen(points.PACKML, name, fulfilled=node is not None))
        known = dict(zip(REQUIRED_PATHS, nodes, strict=True))
        self._capabilities = await self._document(client, known, words.CAPABILITIES, capabilities_of)
        self._status = await self._document(client, known, words.MACHINE_STATUS, status_of)
        await self._document(client, known, words.BAYS, bays_of)

    async def _document(
        self, client: Client, nodes: dict[tuple[str, ...], NodeId | None], name: str, reader: Callable[[str], Document]
    ) -> Document | None:
        node = nodes.get((name,))
        if node is None:
            return None
        try:
            text = text_in(name, await client.uaclient.session.read(request_for(node)))
        except MachineError as error:
            self.points.append(points.seen(points.DOCUMENT, str(error), fulfilled=False))
            return None
        if name == words.CAPABILITIES:
            spoken = _contract_in(text)
            self.points.append(points.seen(points.CONTRACT, f"{spoken}", fulfilled=spoken == CONTRACT))
        try:
            document = reader(text)
        except ProtocolViolationError as error:
            self.points.append(points.seen(points.DOCUMENT, f"{name}: {error}", fulfilled=False))
            return None
        self.points.append(points.seen(points.DOCUMENT, name))
        return document

    def _lack(self, reasons: Sequence[Reason]) -> None:
        known = {(point.code, point.subject) for point in self.points}
        self.points += [points.lacking(one) for one in reasons if (one.code, one.detail) not in known]


def _security_of(endpoint: EndpointDescription) -> tuple[str, bool]:
    """Return what an endpoint offers, in words, and whether it neither signs nor encrypts."""
    policy = str(endpoint.SecurityPolicyUri).rpartition("#")[2]
    users = ", ".join(sorted({token.TokenType.name for token in endpoint.UserIdentityTokens})) or "nobody"
    mode = endpoint.SecurityMode.name.rstrip("_")
    return f"{mode}, {policy}, for {users}", mode == "None"


def _packml_paths(index: int) -> Iterator[list[tuple[int, str]]]:
    for path in words.STATE_MACHINES:
        steps = [(index, name) for name in path]
        yield steps
        yield [*steps, (0, "CurrentState")]
    for command, levels in words.COMMAND_LEVELS.items():
        for level in levels:
            yield [*((index, name) for name in words.STATE_MACHINES[level]), (index, command)]
    for tag in _STATUS_TAGS:
        yield [(index, words.STATUS), (index, tag)]
    yield [(index, words.ADMIN)]


async def _resolve(client: Client, own: int, paths: Sequence[Sequence[tuple[int, str]]]) -> list[NodeId | None]:
    texts = ["".join(f"/{index}:{name}" for index, name in ((own, words.PACKER), *path)) for path in paths]
    results = await client.translate_browsepaths(client.get_objects_node().nodeid, texts)
    return [one.Targets[0].TargetId if one.StatusCode.is_good() and one.Targets else None for one in results]


def _contract_in(text: str) -> object:
    try:
        document: object = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return document.get("contract") if isinstance(document, dict) else None


async def _leave(client: Client, timeouts: Timeouts) -> None:
    protocol = client.uaclient.protocol
    transport = None if protocol is None else protocol.transport
    with contextlib.suppress(*_FAILURES):
        async with asyncio.timeout(timeouts.close):
            await client.disconnect()
    if transport is not None:
        transport.abort()


def _said(error: Exception) -> str:
    return "no answer in time" if isinstance(error, TimeoutError) else str(error) or type(error).__name__
