"""Small files, small functions, nothing dead, nothing hidden."""

import ast
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Protocol

FILE_LINES = 300
FUNCTION_LINES = 60
BROAD_EXCEPTS = 3
LONGEST_SLEEP = 0.05
WRITTEN = (".py", ".js", ".css", ".html")
# Found by name at run time, or shipped for others to import.
ROOTS = ("dispenser.main", "simulator.__main__", "hal.conformance", "dispenser.store.migrations")
# Joined here, so that this file is not what it looks for.
REGISTRIES = ("pypi" + ".org", "files.python" + "hosted", "registry.npm" + "js", "crates" + ".io", "index-" + "url")
MACHINE_PATHS = re.compile(r"(?<![\w.])/(?:work|root|home/\w+|Users/\w+|tmp/spec|mnt)/")


class Repository(Protocol):
    root: Path
    files: tuple[str, ...]
    trees: Mapping[str, ast.Module]
    modules: Mapping[str, str]
    imports: Mapping[str, frozenset[str]]
    project: dict[str, Any]

    def imports_of(self, path: str) -> frozenset[str]: ...


def lines_of(repository: Repository, name: str) -> list[str]:
    return (repository.root / name).read_text("utf-8").splitlines()


def test_no_file_is_longer_than_a_person_reads(repository: Repository) -> None:
    names = [name for name in repository.files if name in repository.trees or name.endswith(WRITTEN[1:])]
    lengths = {name: len(lines_of(repository, name)) for name in names}
    assert {name: count for name, count in lengths.items() if count > FILE_LINES} == {}
    assert lengths


def functions(tree: ast.Module) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def test_no_function_is_longer_than_a_screen(repository: Repository) -> None:
    long = {
        f"{name}:{node.name}": (node.end_lineno or 0) - node.lineno + 1
        for name, tree in repository.trees.items()
        for node in functions(tree)
        if (node.end_lineno or 0) - node.lineno + 1 > FUNCTION_LINES
    }
    assert long == {}


def test_every_module_is_used_by_another_or_is_an_entry(repository: Repository) -> None:
    entries = [
        str(entry).partition(":")[0]
        for group in repository.project["project"]["entry-points"].values()
        for entry in group.values()
    ]
    used = {target for name, targets in repository.imports.items() for target in targets if target != name}
    # What only the reference pages need is needed.
    used |= repository.imports_of("docs/generate.py")
    dead = [
        name
        for name, path in repository.modules.items()
        if not path.endswith("__init__.py")
        and name not in used
        and not any(name == root or name.startswith(f"{root}.") for root in (*ROOTS, *entries))
    ]
    assert dead == []


def test_no_package_is_empty(repository: Repository) -> None:
    packages = {name for name, path in repository.modules.items() if path.endswith("__init__.py")}
    full = {name.rpartition(".")[0] for name in repository.modules} | {
        name
        for name in packages
        if any(not isinstance(node, ast.Expr) for node in repository.trees[repository.modules[name]].body)
    }
    assert packages - full == set()


def test_every_ignored_type_error_has_a_code_and_a_reason(repository: Repository) -> None:
    bare = re.compile(r"#\s*(?:type|pyright):\s*ignore(?!\[[\w, -]+\]\s+[#-]\s*\S)")
    found = [
        f"{name}:{number}"
        for name in repository.modules.values()
        for number, line in enumerate(lines_of(repository, name), start=1)
        if bare.search(line)
    ]
    assert found == []


def is_broad(node: ast.ExceptHandler) -> bool:
    last = node.body[-1]
    if isinstance(last, ast.Raise) and last.exc is None:
        # It only tidies up; the error goes on.
        return False
    if node.type is None:
        return True
    caught = node.type.elts if isinstance(node.type, ast.Tuple) else [node.type]
    return any(isinstance(item, ast.Name) and item.id in {"Exception", "BaseException"} for item in caught)


def test_errors_are_caught_by_name(repository: Repository) -> None:
    broad = [
        f"{name}:{node.lineno}"
        for name in repository.modules.values()
        for node in ast.walk(repository.trees[name])
        if isinstance(node, ast.ExceptHandler) and is_broad(node)
    ]
    assert len(broad) <= BROAD_EXCEPTS, broad


def test_the_product_asserts_nothing(repository: Repository) -> None:
    found = [
        f"{name}:{node.lineno}"
        for name in repository.modules.values()
        for node in ast.walk(repository.trees[name])
        if isinstance(node, ast.Assert)
    ]
    assert found == []


def test_nothing_is_mocked(repository: Repository) -> None:
    found = [
        name
        for name, tree in repository.trees.items()
        for node in ast.walk(tree)
        if (isinstance(node, ast.ImportFrom) and (node.module or "").startswith("unittest"))
        or (isinstance(node, ast.Import) and any(alias.name.startswith("unittest") for alias in node.names))
    ]
    assert found == []


def is_long_sleep(node: ast.AST) -> bool:
    if not isinstance(node, ast.Call) or not node.args or not isinstance(node.args[0], ast.Constant):
        return False
    called = node.func
    name = called.attr if isinstance(called, ast.Attribute) else called.id if isinstance(called, ast.Name) else ""
    seconds = node.args[0].value
    # The project's clocks have a `sleep` of their own, on virtual time.
    owner = called.value.id if isinstance(called, ast.Attribute) and isinstance(called.value, ast.Name) else "time"
    return (
        name == "sleep"
        and owner in {"time", "asyncio"}
        and isinstance(seconds, int | float)
        and seconds > LONGEST_SLEEP
    )


def test_no_test_waits_on_the_clock(repository: Repository) -> None:
    found = [
        f"{name}:{node.lineno}"
        for name, tree in repository.trees.items()
        if name.startswith("tests/")
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and is_long_sleep(node)
    ]
    assert found == []


def test_no_file_names_a_registry_or_a_place_on_one_machine(repository: Repository) -> None:
    found = []
    for name in repository.files:
        try:
            lines = lines_of(repository, name)
        except UnicodeDecodeError:
            continue
        found += [
            f"{name}:{number}"
            for number, line in enumerate(lines, start=1)
            if any(word in line for word in REGISTRIES) or MACHINE_PATHS.search(line)
        ]
    found = [place for place in found if not place.startswith("tests/architecture/test_tidy.py:")]
    assert found == []
