"""Who may import whom, recomputed from the source: the layers of pyproject.toml, without the linter's help."""

import ast
import importlib
from collections.abc import Iterable, Mapping
from itertools import pairwise
from pathlib import Path
from typing import Any, Protocol


class Repository(Protocol):
    root: Path
    trees: Mapping[str, ast.Module]
    modules: Mapping[str, str]
    imports: Mapping[str, frozenset[str]]
    project: dict[str, Any]


def is_in(module: str, package: str) -> bool:
    return module == package or module.startswith(f"{package}.")


def reachable(imports: Mapping[str, frozenset[str]], start: str) -> set[str]:
    """Everything that `start` imports, however far away; itself only if it is in a cycle."""
    seen: set[str] = set()
    open_ends = [*imports.get(start, ())]
    while open_ends:
        name = open_ends.pop()
        if name not in seen:
            seen.add(name)
            open_ends += imports.get(name, ())
    return seen


def chain(imports: Mapping[str, frozenset[str]], start: str, goals: Iterable[str]) -> list[str]:
    """A shortest way from `start` to one of `goals`, empty when there is none."""
    wanted = set(goals)
    ways = [[start]]
    seen = {start}
    for way in ways:
        for target in sorted(imports.get(way[-1], ())):
            if target in wanted:
                return [*way, target]
            if target not in seen:
                seen.add(target)
                ways.append([*way, target])
    return []


def contracts(repository: Repository, kind: str) -> list[dict[str, Any]]:
    return [item for item in repository.project["tool"]["importlinter"]["contracts"] if item["type"] == kind]


def test_a_cycle_would_be_seen() -> None:
    graph = {"a": frozenset({"b"}), "b": frozenset({"c"}), "c": frozenset({"a"}), "d": frozenset({"a"})}
    assert [name for name in graph if name in reachable(graph, name)] == ["a", "b", "c"]
    assert chain(graph, "d", ["c"]) == ["d", "a", "b", "c"]


def test_no_module_is_in_a_cycle(repository: Repository) -> None:
    imports = repository.imports
    assert [chain(imports, name, [name]) for name in imports if name in reachable(imports, name)] == []
    assert sum(len(targets) for targets in imports.values()) > 0


def test_imports_go_down_the_layers_only(repository: Repository) -> None:
    broken = []
    for contract in contracts(repository, "layers"):
        layers = [[part.strip() for part in layer.split("|")] for layer in contract["layers"]]
        for height, layer in enumerate(layers):
            for package in layer:
                above = [other for upper in layers[:height] for other in upper]
                beside = [other for other in layer if other != package]
                # A package's own inner parts may stand in a layer of their own.
                barred = [other for other in (*above, *beside) if not is_in(package, other)]
                broken += [
                    (name, target)
                    for name in repository.imports
                    if is_in(name, package) and not any(is_in(name, other) for other in barred)
                    for target in repository.imports[name]
                    if any(is_in(target, other) for other in barred)
                ]
    assert broken == []


def test_what_is_forbidden_is_not_reached_by_any_way(repository: Repository) -> None:
    broken = []
    for contract in contracts(repository, "forbidden"):
        for name in repository.imports:
            if not any(is_in(name, source) for source in contract["source_modules"]):
                continue
            reached = reachable(repository.imports, name)
            goals = [target for target in reached if any(is_in(target, bad) for bad in contract["forbidden_modules"])]
            if goals:
                broken.append((contract["name"], chain(repository.imports, name, goals)))
    assert broken == []


def test_every_folder_of_ours_stands_in_a_layer(repository: Repository) -> None:
    named = [
        part.strip()
        for item in contracts(repository, "layers")
        for layer in item["layers"]
        for part in layer.split("|")
    ]
    alone = {"dispenser", "simulator", "dispenser.store.migrations"}
    outside = [
        name
        for name in repository.modules
        if not any(is_in(name, layer) for layer in named) and not any(is_in(name, one) for one in alone - {"dispenser"})
    ]
    assert outside == ["dispenser"]


def test_our_safety_is_the_one_that_is_imported(repository: Repository) -> None:
    found = importlib.import_module("safety").__file__
    assert found is not None
    assert Path(found).resolve() == repository.root / "safety" / "__init__.py"


def test_the_package_itself_is_only_a_docstring(repository: Repository) -> None:
    body = repository.trees["dispenser/__init__.py"].body
    assert len(body) == 1
    assert ast.get_docstring(repository.trees["dispenser/__init__.py"])


def test_ways_are_joined() -> None:
    graph = {"a": frozenset({"b"}), "b": frozenset({"os"})}
    way = chain(graph, "a", ["os"])
    assert all(target in graph[name] for name, target in pairwise(way))
