"""Whom a machine that signs and encrypts lets in, and whom it turns away."""

import asyncio
from datetime import timedelta

import pytest
from asyncua.crypto.security_policies import SecurityPolicyBasic256Sha256
from asyncua.ua.status_codes import StatusCodes
from asyncua.ua.uaerrors._base import UaStatusCodeError
from asyncua.ua.uaprotocol_auto import MessageSecurityMode, RegisteredServer
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from cryptography.x509 import load_der_x509_certificate

from hal.drivers.opcua.keys import Identity
from hal.drivers.opcua.security import POLICIES, discovery_client, hardened_client
from simulator.keys import Security, Users
from simulator.ports.opcua_server import InsecureEndpointError, hardened_server

from .opcua_secure import CONTROLLER_URI, PASSWORD, QUICK, USER, Site, fails, free_endpoint, now, own


def test_who_has_all_that_it_takes_is_let_in(runner: asyncio.Runner, site: Site) -> None:
    async def scene() -> None:
        for policy in POLICIES:
            client = site.keys.client(site.endpoint)
            client.security_policy = policy(
                load_der_x509_certificate(site.keys.machine.certificate.der),
                load_der_x509_certificate(site.keys.controller.certificate.der),
                load_pem_private_key(site.keys.controller.key_pem, None),
                MessageSecurityMode.SignAndEncrypt,
            )
            client.uaclient.set_security(client.security_policy)
            async with client:
                assert await client.get_namespace_array()

    runner.run(scene())


@pytest.mark.parametrize(
    "identity",
    [
        Identity(USER, "another password"),
        Identity(USER, ""),
        Identity("stranger", PASSWORD),
        Identity("admin", PASSWORD),
        Identity("Admin", "admin"),
        Identity("admin", ""),
        Identity(USER.upper(), PASSWORD),
    ],
    ids=lambda identity: f"{identity.user}-{len(identity.password)}",
)
def test_a_user_who_is_not_known_is_turned_away(runner: asyncio.Runner, site: Site, identity: Identity) -> None:
    async def scene() -> None:
        site.server.allow_remote_admin(allow=True)
        assert await fails(site.keys.client(site.endpoint, identity=identity)) == StatusCodes.BadUserAccessDenied
        site.server.allow_remote_admin(allow=False)

    runner.run(scene())


def test_nobody_is_let_in_without_a_name(runner: asyncio.Runner, site: Site) -> None:
    async def scene() -> None:
        nameless = site.keys.client(site.endpoint, identity=Identity("", ""))
        assert await fails(nameless) == StatusCodes.BadIdentityTokenRejected
        by_certificate = site.keys.client(site.endpoint, identity=Identity("", ""))
        by_certificate.user_certificate = load_der_x509_certificate(site.keys.controller.certificate.der)
        by_certificate.user_private_key = load_pem_private_key(site.keys.controller.key_pem, None)
        assert await fails(by_certificate) == StatusCodes.BadIdentityTokenRejected

    runner.run(scene())


@pytest.mark.parametrize(
    ("uri", "days", "trusted", "expected"),
    [
        (CONTROLLER_URI, 0, False, StatusCodes.BadCertificateUntrusted),
        (CONTROLLER_URI, -4 * 365, True, StatusCodes.BadCertificateTimeInvalid),
        (CONTROLLER_URI, 2, True, StatusCodes.BadCertificateTimeInvalid),
        ("urn:test:another", 0, True, StatusCodes.BadCertificateUriInvalid),
    ],
    ids=["untrusted", "expired", "not yet valid", "another URI"],
)
def test_a_certificate_that_is_not_right_is_turned_away(
    runner: asyncio.Runner, site: Site, uri: str, days: int, *, trusted: bool, expected: int
) -> None:
    async def scene() -> None:
        keys = own(uri, now() + timedelta(days=days), site.keys.controller.trusted)
        gate = site.server.gate
        before = gate._trusted
        if trusted:
            gate._trusted = before | {keys.certificate.der}
        client = site.keys.client(site.endpoint, keys)
        client.application_uri = CONTROLLER_URI
        assert await fails(client) == expected
        gate._trusted = before

    runner.run(scene())


def test_nothing_but_discovery_without_security(runner: asyncio.Runner, site: Site) -> None:
    async def scene() -> None:
        for password in (None, PASSWORD):
            client = hardened_client(site.endpoint, QUICK)
            if password:
                client.set_user(USER)
                client.set_password(password)
            assert await fails(client) == StatusCodes.BadSecurityModeInsufficient
        asking = discovery_client(site.endpoint, QUICK)
        await asking.connect_sessionless()
        modes = {
            (one.SecurityMode, str(one.SecurityPolicyUri).rpartition("#")[2]) for one in await asking.get_endpoints()
        }
        encrypted = MessageSecurityMode.SignAndEncrypt
        assert modes == {(encrypted, "Aes256_Sha256_RsaPss"), (encrypted, "Basic256Sha256")}
        assert {token.TokenType.name for one in await asking.get_endpoints() for token in one.UserIdentityTokens} == {
            "UserName"
        }
        with pytest.raises(UaStatusCodeError) as caught:
            await asking.uaclient.register_server(RegisteredServer())
        assert caught.value.code == StatusCodes.BadSecurityModeInsufficient
        await asking.disconnect_sessionless()

    runner.run(scene())


def test_a_channel_that_only_signs_is_turned_away(runner: asyncio.Runner, site: Site) -> None:
    async def scene() -> None:
        client = site.keys.client(site.endpoint)
        client.security_policy = SecurityPolicyBasic256Sha256(
            load_der_x509_certificate(site.keys.machine.certificate.der),
            load_der_x509_certificate(site.keys.controller.certificate.der),
            load_pem_private_key(site.keys.controller.key_pem, None),
            MessageSecurityMode.Sign,
        )
        client.uaclient.set_security(client.security_policy)
        assert await fails(client) == StatusCodes.BadSecurityChecksFailed

    runner.run(scene())


def test_a_certificate_that_is_another_s_is_turned_away(runner: asyncio.Runner, site: Site) -> None:
    async def scene() -> None:
        keys = own(CONTROLLER_URI, trusted=site.keys.controller.trusted)
        before = site.server.gate._trusted
        site.server.gate._trusted = before | {keys.certificate.der}
        client = site.keys.client(site.endpoint, keys)
        # The channel is its own; in the session it claims to be the controller, whose certificate is no secret.
        asked = client.uaclient.session.create_session

        async def claim(parameters: object) -> object:
            parameters.ClientCertificate = site.keys.controller.certificate.der
            return await asked(parameters)

        client.uaclient.create_session = claim
        assert await fails(client) == StatusCodes.BadSecurityChecksFailed
        site.server.gate._trusted = before

    runner.run(scene())


def test_a_session_is_bound_to_its_connection_and_there_is_one_in_each(runner: asyncio.Runner, site: Site) -> None:
    async def scene() -> None:
        async with site.keys.client(site.endpoint) as first:
            thief = site.keys.client(site.endpoint)
            await thief.connect_sessionless()
            thief.uaclient.session.restore_authentication_token(first.uaclient.session.authentication_token)
            with pytest.raises(UaStatusCodeError) as caught:
                await thief.activate_session(USER, PASSWORD)
            assert caught.value.code == StatusCodes.BadSessionIdInvalid
            thief.disconnect_socket()
            with pytest.raises(UaStatusCodeError) as caught:
                await first.create_session()
            assert caught.value.code == StatusCodes.BadTooManySessions
            assert await first.get_namespace_array()
        for _ in range(200):
            if not site.server.iserver._external_sessions:
                break
            await asyncio.sleep(0.01)
        assert site.server.iserver._external_sessions == {}

    runner.run(scene())


def test_a_plain_server_is_for_this_computer_alone() -> None:
    for host in ("0.0.0.0", "192.0.2.1", "machine.example"):  # noqa: S104 - that is the point
        with pytest.raises(InsecureEndpointError):
            asyncio.run(hardened_server(f"opc.tcp://{host}:4840/"))


def test_a_machine_with_an_outdated_certificate_does_not_start() -> None:
    for days in (-4 * 365, 2):
        outdated = Security(own("urn:test:packer", now() + timedelta(days=days)), Users({}))
        with pytest.raises(ValueError, match="own certificate: valid"):
            asyncio.run(hardened_server(free_endpoint(), outdated))


def test_a_channel_is_renewed_under_way(runner: asyncio.Runner, site: Site) -> None:
    async def scene() -> None:
        client = site.keys.client(site.endpoint)
        client.secure_channel_timeout = 400
        async with client:
            began = client.uaclient.protocol._connection.security_token.TokenId
            for _ in range(50):
                assert await client.get_namespace_array()
                await asyncio.sleep(0.02)
            assert client.uaclient.protocol._connection.security_token.TokenId >= began + 2

    runner.run(scene())
