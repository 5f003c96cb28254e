"""node-opcua against our server with signing and encryption: who may come in does, and nobody else."""

import base64
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import load_der_x509_certificate

from hal.wire import opcua as words
from hal.wire.keys import OwnKeys
from tests.peers.node_peer import NodePeer, PeerError, node_peer
from tests.peers.served import Served, served
from tests.simulation.opcua_secure import CONTROLLER_URI, PASSWORD, USER, Keys, own

pytestmark = pytest.mark.usefixtures("peer_node_opcua")

CAPABILITIES = [[words.NAMESPACE, words.PACKER], [words.NAMESPACE, words.CAPABILITIES]]


@pytest.fixture(scope="module")
def keys() -> Keys:
    return Keys()


@pytest.fixture(scope="module")
def machine(keys: Keys) -> Iterator[Served]:
    with served(security=keys.security) as one:
        yield one


@pytest.fixture(scope="module")
def client(peer_node_opcua: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[NodePeer]:
    del peer_node_opcua
    with node_peer("client.js", tmp_path_factory.mktemp("secured")) as peer:
        yield peer


def secured(folder: Path, controller: OwnKeys, machine: bytes, policy: str = "Basic256Sha256") -> dict[str, object]:
    """Write the client's keys as its stack wants them, and return how it is to be told."""
    certificate = load_der_x509_certificate(controller.certificate.der)
    (folder / "own.pem").write_bytes(certificate.public_bytes(Encoding.PEM))
    (folder / "own.key.pem").write_bytes(controller.key_pem)
    return {
        "uri": CONTROLLER_URI,
        "certificate": str(folder / "own.pem"),
        "key": str(folder / "own.key.pem"),
        "mode": "SignAndEncrypt",
        "policy": policy,
        "trusted": [base64.b64encode(machine).decode()],
    }


@pytest.mark.parametrize("policy", ["Basic256Sha256", "Aes256_Sha256_RsaPss"])
def test_a_trusted_client_with_a_user_comes_in(
    machine: Served, keys: Keys, client: NodePeer, tmp_path: Path, policy: str
) -> None:
    given = secured(tmp_path, keys.controller, keys.machine.certificate.der, policy)
    folder = str(tmp_path / "pki")
    client.ask("connect", endpoint=machine.endpoint, folder=folder, secured=given, user=[USER, PASSWORD])
    try:
        assert "m1" in client.ask("read", path=CAPABILITIES)["value"]
    finally:
        client.ask("close")


@pytest.mark.parametrize("who", ["nobody", "a wrong password", "an unknown user"])
def test_nobody_comes_in_without_the_right_user(
    machine: Served, keys: Keys, client: NodePeer, tmp_path: Path, who: str
) -> None:
    given = secured(tmp_path, keys.controller, keys.machine.certificate.der)
    user = {"nobody": None, "a wrong password": [USER, "wrong"], "an unknown user": ["admin", PASSWORD]}[who]
    with pytest.raises(PeerError):
        client.ask("connect", endpoint=machine.endpoint, folder=str(tmp_path / "pki"), secured=given, user=user)
    client.ask("close")


def test_a_client_that_is_not_trusted_is_refused(machine: Served, keys: Keys, client: NodePeer, tmp_path: Path) -> None:
    stranger = replace(own(CONTROLLER_URI), trusted=keys.controller.trusted)
    given = secured(tmp_path, stranger, keys.machine.certificate.der)
    folder = str(tmp_path / "pki")
    with pytest.raises(PeerError):
        client.ask("connect", endpoint=machine.endpoint, folder=folder, secured=given, user=[USER, PASSWORD])
    client.ask("close")


def test_a_plain_client_is_refused(machine: Served, client: NodePeer, tmp_path: Path) -> None:
    with pytest.raises(PeerError):
        client.ask("connect", endpoint=machine.endpoint, folder=str(tmp_path / "pki"), user=[USER, PASSWORD])
    client.ask("close")
