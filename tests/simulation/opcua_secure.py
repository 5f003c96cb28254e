"""A machine and controllers with keys, made once and cheap to vary."""

import asyncio
import socket
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from asyncua.client.client import Client
from asyncua.server.server import Server
from asyncua.ua.uaerrors._base import UaStatusCodeError

from hal.clock import SystemClock
from hal.driver import Lease
from hal.drivers.opcua.driver import OpcUaDriver
from hal.drivers.opcua.keys import DriverKeys, Identity, set_identity, trust
from hal.drivers.opcua.security import POLICIES, Secured, Timeouts, hardened_client
from hal.errors import RefusedError
from hal.wire.certificates import make, read
from hal.wire.keys import OWN_CERTIFICATE, OWN_KEY, OwnKeys, write_private
from simulator.keys import Security, Users, hash_of
from simulator.ports.opcua_server import hardened_server

MACHINE_URI = "urn:test:packer"
CONTROLLER_URI = "urn:test:controller"
USER = "controller"
PASSWORD = "correct horse battery"  # noqa: S105 - of a machine that lives as long as a test
QUICK = Timeouts(request=2.0, open=4.0, close=0.5, watchdog=0.5)


def now() -> datetime:
    return datetime.now(UTC)


def own(uri: str, at: datetime | None = None, trusted: frozenset[bytes] = frozenset()) -> OwnKeys:
    der, pem = make(uri, ["localhost", "127.0.0.1"], at or now())
    return OwnKeys(read(der), pem, trusted)


def put(folder: Path, keys: OwnKeys) -> None:
    """Put a certificate and its key where a driver looks for them."""
    write_private(folder / OWN_CERTIFICATE, keys.certificate.der)
    write_private(folder / OWN_KEY, keys.key_pem)


class LaterClock(SystemClock):
    """The host's clock, so many days ahead."""

    def __init__(self, days: float) -> None:
        self._ahead = timedelta(days=days)
        self.seconds = 0.0

    def monotonic(self) -> float:
        return self.seconds

    def now(self) -> datetime:
        return super().now() + self._ahead


class CountingUsers(Users):
    """Users who count how often a password was looked at."""

    tried = 0

    def may_enter(self, name: str, password: str) -> bool:
        self.tried += 1
        return super().may_enter(name, password)


class Keys:
    """A machine's keys and a controller's, who trust each other."""

    def __init__(self) -> None:
        machine, controller = own(MACHINE_URI), own(CONTROLLER_URI)
        self.machine = replace(machine, trusted=frozenset({controller.certificate.der}))
        self.controller = replace(controller, trusted=frozenset({machine.certificate.der}))
        self.security = Security(self.machine, CountingUsers({USER: hash_of(PASSWORD)}))

    def folder(self, where: Path, *, trusts: bool = True, password: str = PASSWORD) -> Path:
        """Return a driver's folder with the controller's keys."""
        where.mkdir(parents=True, exist_ok=True)
        put(where, self.controller)
        set_identity(where, USER, password)
        if trusts:
            (where.parent / "machine.der").write_bytes(self.machine.certificate.der)
            trust(where, where.parent / "machine.der")
        return where

    def client(
        self,
        endpoint: str,
        keys: OwnKeys | None = None,
        identity: Identity | None = None,
        at: Callable[[], datetime] = now,
    ) -> Client:
        """Return a client of the stack, with limits, that says whatever a test wants it to say."""
        driver_keys = DriverKeys(keys or self.controller, identity or Identity(USER, PASSWORD))
        return hardened_client(endpoint, QUICK, Secured(POLICIES[0], self.machine.certificate.der, driver_keys, at))


def free_endpoint() -> str:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return f"opc.tcp://127.0.0.1:{probe.getsockname()[1]}/"


class Site:
    """A secured server without a machine behind it, a plain one, and keys for both."""

    def __init__(self, folder: Path) -> None:
        self.keys = Keys()
        self.folder = self.keys.folder(folder / "keys")
        self.endpoint, self.plain = free_endpoint(), free_endpoint()

    async def start(self) -> None:
        self.server: Server = await hardened_server(self.endpoint, self.keys.security)
        self.plain_server: Server = await hardened_server(self.plain)
        for server in (self.server, self.plain_server):
            await server.start()

    async def stop(self) -> None:
        for server in (self.server, self.plain_server):
            await server.stop()

    async def refused(
        self, *, endpoint: str = "", clock: SystemClock | None = None, folder: Path | None = None
    ) -> list[str]:
        """Return the codes with which our driver is turned away, or turns away."""
        driver = OpcUaDriver(endpoint or self.endpoint, clock or SystemClock(), QUICK, folder or self.folder)
        with pytest.raises(RefusedError) as caught:
            await driver.open(Lease("test", 1))
        await driver.close()
        return [reason.code for reason in caught.value.reasons]


async def fails(client: Client) -> int:
    """Return the status code with which `client` is turned away."""
    try:
        async with asyncio.timeout(QUICK.open):
            with pytest.raises(UaStatusCodeError) as caught:
                await client.connect()
    finally:
        client.disconnect_socket()
        await asyncio.sleep(0)
    return int(caught.value.code)
