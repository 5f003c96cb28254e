"""OPC UA clients and servers are made in one place each: the stack's own defaults let everybody in."""

import ast
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Protocol

import pytest


class Repository(Protocol):
    root: Path
    trees: Mapping[str, ast.Module]
    modules: Mapping[str, str]


STACKS = ("asyncua", "opcua")
MADE_ONLY_BY_US = frozenset({"Client", "Server", "InternalServer", "BinaryServer", "UaClient", "UASocketProtocol"})
FACTORIES = {
    "hal/drivers/opcua/security.py": {"Client", "UaClient", "UASocketProtocol"},
    "simulator/ports/opcua_client.py": {"Client"},
    "simulator/ports/opcua_server.py": {"Server", "InternalServer"},
    "simulator/ports/opcua_guard.py": {"BinaryServer"},
}


def names_of_the_stack(tree: ast.Module) -> dict[str, str]:
    """Local name to the stack's own, for everything that is imported from it."""
    return {
        alias.asname or alias.name: alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] in STACKS
        for alias in node.names
    }


def made(tree: ast.Module) -> Iterator[str]:
    """Names of the stack's clients and servers that are called or derived from."""
    known = names_of_the_stack(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            uses = [node.func]
        elif isinstance(node, ast.ClassDef):
            uses = node.bases
        else:
            continue
        for use in uses:
            if isinstance(use, ast.Name):
                name = known.get(use.id, "")
            elif isinstance(use, ast.Attribute):
                root = use.value
                while isinstance(root, ast.Attribute):
                    root = root.value
                inside = isinstance(root, ast.Name) and (root.id in STACKS or root.id in known)
                name = use.attr if inside else ""
            else:
                continue
            if name in MADE_ONLY_BY_US:
                yield name


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("from asyncua import Client as C\nC('opc.tcp://x')", ["Client"]),
        ("import asyncua\nasyncua.Server()", ["Server"]),
        ("import asyncua.client.client\nasyncua.client.client.Client('x')", ["Client"]),
        ("from asyncua.server import server\nserver.Server()", ["Server"]),
        ("from asyncua import Server\nclass Own(Server): ...", ["Server"]),
        ("from httpx import Client\nClient()", []),
        ("from asyncua import Client\ndef use(client: Client): ...", []),
    ],
)
def test_a_client_made_elsewhere_would_be_seen(source: str, expected: list[str]) -> None:
    assert list(made(ast.parse(source))) == expected


def test_clients_and_servers_are_made_in_the_factories_alone(repository: Repository) -> None:
    found = {path: set(made(repository.trees[path])) for path in repository.modules.values()}
    assert {path: names for path, names in found.items() if names} == FACTORIES
