"""Which machines the driver speaks to, and what it tells of those that it does not."""

import asyncio
import logging
import re
from datetime import timedelta
from pathlib import Path

import pytest

from hal.clock import SystemClock
from hal.driver import Lease, Surroundings
from hal.drivers.opcua import build
from hal.drivers.opcua.driver import OpcUaDriver
from hal.drivers.opcua.keys import set_identity
from hal.errors import ProtocolViolationError, RefusedError
from hal.wire.certificates import (
    CONTROLLER_REFUSED,
    EXPIRED,
    KEYS_UNUSABLE,
    LOGIN_REFUSED,
    NO_SECURE_ENDPOINT,
    NOT_YET_VALID,
    UNTRUSTED,
    WRONG_URI,
)

from .opcua_bench import Wire
from .opcua_secure import CONTROLLER_URI, PASSWORD, QUICK, USER, Keys, LaterClock, Site, free_endpoint, now, own, put


def test_a_machine_that_is_not_right_is_turned_away(runner: asyncio.Runner, site: Site, tmp_path: Path) -> None:
    async def scene() -> None:
        stranger = site.keys.folder(tmp_path / "stranger", trusts=False)
        assert await site.refused(folder=stranger) == [UNTRUSTED]
        late = own(CONTROLLER_URI, now() + timedelta(days=4 * 365))
        put(site.folder, late)
        assert await site.refused(clock=LaterClock(4 * 365)) == [EXPIRED]
        early = own(CONTROLLER_URI, now() - timedelta(days=100))
        put(site.folder, early)
        assert await site.refused(clock=LaterClock(-1)) == [NOT_YET_VALID]
        put(site.folder, site.keys.controller)
        described = site.server.iserver.endpoints
        before = [one.Server.ApplicationUri for one in described]
        for one in described:
            one.Server.ApplicationUri = "urn:test:another"
        assert await site.refused(folder=stranger) == [UNTRUSTED, WRONG_URI]
        for one, uri in zip(described, before, strict=True):
            one.Server.ApplicationUri = uri

    runner.run(scene())


def test_what_a_machine_says_of_itself_is_judged_again_once_it_has_signed_it(
    runner: asyncio.Runner, site: Site
) -> None:
    async def scene() -> None:
        for one in site.server.iserver.endpoints:
            one.Server.ApplicationUri = "urn:test:another"
        client = site.keys.client(site.endpoint)
        with pytest.raises(Exception, match=WRONG_URI):
            await client.connect()
        client.disconnect_socket()
        await asyncio.sleep(0)
        for one in site.server.iserver.endpoints:
            one.Server.ApplicationUri = site.keys.machine.certificate.uris[0]

    runner.run(scene())


def test_a_machine_without_a_secure_endpoint_never_sees_the_password(runner: asyncio.Runner, site: Site) -> None:
    async def scene() -> None:
        wire = Wire(int(re.findall(r"\d+", site.plain)[-1]))
        wire.heard = bytearray()
        await wire.start()
        assert await site.refused(endpoint=f"opc.tcp://127.0.0.1:{wire.port}/") == [NO_SECURE_ENDPOINT]
        assert wire.heard
        for secret in (PASSWORD, USER):
            assert secret.encode() not in wire.heard
        await wire.stop()

    runner.run(scene())


def test_a_machine_that_asks_for_no_name_is_turned_away(runner: asyncio.Runner, site: Site) -> None:
    async def scene() -> None:
        described = site.server.iserver.endpoints
        before = [one.UserIdentityTokens for one in described]
        for one in described:
            one.UserIdentityTokens = []
        assert await site.refused() == [NO_SECURE_ENDPOINT]
        for one, tokens in zip(described, before, strict=True):
            one.UserIdentityTokens = tokens

    runner.run(scene())


def test_the_driver_tells_why_it_is_turned_away(runner: asyncio.Runner, site: Site, tmp_path: Path) -> None:
    async def scene() -> None:
        wrong = site.keys.folder(tmp_path / "wrong", password="another password")  # noqa: S106
        assert await site.refused(folder=wrong) == [LOGIN_REFUSED]
        before = site.server.gate._trusted
        site.server.gate._trusted = frozenset()
        assert await site.refused() == [CONTROLLER_REFUSED]
        site.server.gate._trusted = before

    runner.run(scene())


@pytest.mark.parametrize("file", ["own.key.pem", "identity.toml"])
def test_keys_that_others_may_read_are_not_used(runner: asyncio.Runner, site: Site, file: str) -> None:
    async def scene() -> None:
        (site.folder / file).chmod(0o644)
        assert await site.refused() == [KEYS_UNUSABLE]
        (site.folder / file).chmod(0o600)

    runner.run(scene())


def test_an_outdated_certificate_of_our_own_is_told_before_anything_is_sent(runner: asyncio.Runner, site: Site) -> None:
    async def scene() -> None:
        assert await site.refused(clock=LaterClock(5 * 365), endpoint=free_endpoint()) == [KEYS_UNUSABLE]

    runner.run(scene())


def test_without_keys_only_this_computer(tmp_path: Path) -> None:
    for folder in (None, tmp_path):
        with pytest.raises(ValueError, match="without signing"):
            build("opc.tcp://192.0.2.1:4840/", Surroundings(SystemClock(), folder))
    Keys().folder(tmp_path / "keys")
    build("opc.tcp://192.0.2.1:4840/", Surroundings(SystemClock(), tmp_path / "keys"))
    driver = OpcUaDriver("opc.tcp://192.0.2.1:4840/", SystemClock())
    with pytest.raises(RefusedError, match=KEYS_UNUSABLE):
        asyncio.run(driver.open(Lease("test", 1)))


def test_a_refused_login_is_not_tried_again_at_once(
    runner: asyncio.Runner, site: Site, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async def scene() -> None:
        clock = LaterClock(0)
        folder = site.keys.folder(tmp_path / "wrong", password="another password")  # noqa: S106
        driver = OpcUaDriver(site.endpoint, clock, QUICK, folder)
        tried = site.server.iserver.user_manager._users.tried
        for seconds, more in ((0.0, 1), (1.0, 1), (29.0, 1), (31.0, 2)):
            clock.seconds = seconds
            with pytest.raises(RefusedError, match=LOGIN_REFUSED):
                await driver.open(Lease("test", 1))
            assert site.server.iserver.user_manager._users.tried == tried + more
        # A new identity is tried at once; behind this server there is no packer.
        set_identity(folder, USER, PASSWORD)
        with pytest.raises(ProtocolViolationError):
            await driver.open(Lease("test", 1))
        await driver.close()

    caplog.set_level(logging.DEBUG)
    runner.run(scene())
    for secret in (PASSWORD, "another password"):
        assert secret not in caplog.text
