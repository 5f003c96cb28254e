"""Every edge case that is told in plain words is shown by a test that exists, and every such test is told of."""

import ast
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Protocol

FOLDER = "tests/edge_cases/"


class Repository(Protocol):
    root: Path
    files: tuple[str, ...]
    trees: Mapping[str, ast.Module]


def index(repository: Repository) -> dict[str, list[dict[str, object]]]:
    """The tables `case` and `open` of the index."""
    return {"case": [], "open": []} | tomllib.loads((repository.root / FOLDER / "index.toml").read_text("utf-8"))


def named_by(cases: list[dict[str, object]]) -> Iterator[str]:
    for case in cases:
        tests = case["tests"]
        assert isinstance(tests, list)
        yield from tests


def found_in(repository: Repository, name: str) -> set[str]:
    """Node ids of the test functions in a file."""
    tree = repository.trees.get(name, ast.Module([], []))
    return {
        f"{name}::{node.name}"
        for node in tree.body
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test_")
    }


def test_every_case_is_shown_by_tests_that_exist(repository: Repository) -> None:
    cases = index(repository)["case"]
    assert cases
    assert [case["case"] for case in cases if not case["tests"]] == []
    named = set(named_by(cases))
    assert {test for test in named if test not in found_in(repository, test.partition("::")[0])} == set()


def test_every_test_of_an_edge_case_is_in_the_index(repository: Repository) -> None:
    there = {test for name in repository.files if name.startswith(FOLDER) for test in found_in(repository, name)}
    assert there - set(named_by(index(repository)["case"])) == set()


def test_every_case_is_told_once_and_whole(repository: Repository) -> None:
    tables = index(repository)
    told = [str(case["case"]) for case in (*tables["case"], *tables["open"])]
    assert len(set(told)) == len(told)
    assert [words for words in told if not words.endswith(".")] == []
    assert [case for case in tables["case"] if case.keys() - {"theme", "case", "tests", "limit"}] == []
    assert [case for case in tables["open"] if case.keys() != {"theme", "case", "why"}] == []
