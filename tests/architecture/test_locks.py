"""What is installed is locked by hash, from nowhere in particular, and never shadows a folder of ours."""

import re
from pathlib import Path
from typing import Any, Protocol

import pytest

LOCKS = ("requirements.lock", "requirements-dev.lock")
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


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_holds_versions_and_hashes_and_nothing_else(repository: Repository, lock: str) -> None:
    lines = (repository.root / lock).read_text("utf-8").splitlines()
    strange = [
        line for line in lines if line and not any(form.fullmatch(line) for form in (REQUIREMENT, HASH, COMMENT))
    ]
    assert strange == []
    assert not any("://" in line for line in lines)


@pytest.mark.parametrize("lock", LOCKS)
def test_every_requirement_has_a_hash(repository: Repository, lock: str) -> None:
    lines = (repository.root / lock).read_text("utf-8").splitlines()
    places = [index for index, line in enumerate(lines) if REQUIREMENT.fullmatch(line)]
    assert places
    assert [lines[index] for index in places if not HASH.fullmatch(lines[index + 1])] == []


@pytest.mark.parametrize("lock", LOCKS)
def test_no_package_shadows_a_folder_of_ours(repository: Repository, lock: str) -> None:
    assert OURS & locked(repository, lock).keys() == set()


def test_what_runs_is_what_was_tested(repository: Repository) -> None:
    runtime, development = (locked(repository, lock) for lock in LOCKS)
    assert {name: version for name, version in runtime.items() if development.get(name) != version} == {}


def test_everything_named_is_locked(repository: Repository) -> None:
    runtime, development = (locked(repository, lock) for lock in LOCKS)
    named = {name_of(item) for item in repository.project["project"]["dependencies"]}
    assert named - runtime.keys() == set()
    groups = repository.project["dependency-groups"].values()
    tools = {name_of(item) for group in groups for item in group if isinstance(item, str)}
    assert tools - development.keys() == set()
