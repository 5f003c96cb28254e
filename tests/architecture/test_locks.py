"""What is installed is locked by hash, from nowhere in particular, and never shadows a folder of ours."""

import json
import re
from itertools import chain
from pathlib import Path
from typing import Any, Protocol

import pytest

LOCKS = ("requirements.lock", "requirements-dev.lock")
PEERS = "requirements-peers.lock"
NPM = "tests/peers/node/package-lock.json"
REQUIREMENT = re.compile(r"([a-z0-9][a-z0-9._-]*)(?:\[[a-z0-9,_-]+\])?==([\w.!+-]+)(?: ; [^\\]+)? \\")
HASH = re.compile(r"    --hash=sha256:[0-9a-f]{64}(?: \\)?")
COMMENT = re.compile(r"\s*#(?! *https?:).*")
OURS = {"dispenser", "hal", "labels", "pharmacy-sync", "safety", "scheduling", "simulator"}


class Repository(Protocol):
    root: Path
    project: dict[str, Any]


def locked(repository: Repository, lock: str) -> dict[str, str]:
    versions: dict[str, str] = {}
    for line in (repository.root / lock).read_text("utf-8").splitlines():
        if match := REQUIREMENT.fullmatch(line):
            versions[match[1]] = match[2]
    return versions


def name_of(requirement: str) -> str:
    match = re.match(r"[A-Za-z0-9._-]+", requirement)
    assert match, requirement
    return re.sub(r"[-_.]+", "-", match[0]).lower()


@pytest.mark.parametrize("lock", [*LOCKS, PEERS])
def test_a_lock_holds_versions_and_hashes_and_nothing_else(repository: Repository, lock: str) -> None:
    lines = (repository.root / lock).read_text("utf-8").splitlines()
    strange = [
        line for line in lines if line and not any(form.fullmatch(line) for form in (REQUIREMENT, HASH, COMMENT))
    ]
    assert strange == []
    assert not any("://" in line for line in lines)


@pytest.mark.parametrize("lock", [*LOCKS, PEERS])
def test_every_requirement_has_a_hash(repository: Repository, lock: str) -> None:
    lines = (repository.root / lock).read_text("utf-8").splitlines()
    places = [index for index, line in enumerate(lines) if REQUIREMENT.fullmatch(line)]
    assert places
    assert [lines[index] for index in places if not HASH.fullmatch(lines[index + 1])] == []


@pytest.mark.parametrize("lock", [*LOCKS, PEERS])
def test_no_package_shadows_a_folder_of_ours(repository: Repository, lock: str) -> None:
    assert OURS & locked(repository, lock).keys() == set()


def test_what_runs_is_what_was_tested(repository: Repository) -> None:
    runtime, development = (locked(repository, lock) for lock in LOCKS)
    assert {name: version for name, version in runtime.items() if development.get(name) != version} == {}


def test_everything_named_is_locked(repository: Repository) -> None:
    runtime, development = (locked(repository, lock) for lock in LOCKS)
    named = {name_of(item) for item in repository.project["project"]["dependencies"]}
    assert named - runtime.keys() == set()
    groups = dict(repository.project["dependency-groups"])
    peers = {name_of(item) for item in groups.pop("peers")}
    assert locked(repository, PEERS).keys() == peers
    tools = {name_of(item) for group in groups.values() for item in group if isinstance(item, str)}
    assert tools - development.keys() == set()


def test_no_peer_is_part_of_what_runs(repository: Repository) -> None:
    runtime, development = (locked(repository, lock) for lock in LOCKS)
    assert locked(repository, PEERS).keys() & (runtime.keys() | development.keys()) == set()


def npm_packages(repository: Repository) -> dict[str, dict[str, Any]]:
    lock: dict[str, dict[str, dict[str, Any]]] = json.loads((repository.root / NPM).read_text("utf-8"))
    return {place: package for place, package in lock["packages"].items() if place}


def test_every_npm_package_has_a_hash(repository: Repository) -> None:
    packages = npm_packages(repository)
    assert "node_modules/node-opcua" in packages
    strange = [place for place, package in packages.items() if not package["integrity"].startswith("sha512-")]
    assert strange == []


def test_the_npm_lock_names_no_host(repository: Repository) -> None:
    text = (repository.root / NPM).read_text("utf-8")
    assert "://" not in text
    keys = set(chain.from_iterable(npm_packages(repository).values()))
    assert keys & {"resolved", "funding", "link"} == set()


def test_the_npm_lock_holds_what_is_named(repository: Repository) -> None:
    named = json.loads((repository.root / NPM).with_name("package.json").read_text("utf-8"))["dependencies"]
    packages = npm_packages(repository)
    assert {name: packages[f"node_modules/{name}"]["version"] for name in named} == named
