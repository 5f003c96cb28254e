"""The repository as it stands: what is tracked, what is Python, who imports whom."""

import ast
import os
import subprocess
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pytest

PACKAGES = ("dispenser", "hal", "labels", "pharmacy_sync", "safety", "scheduling", "simulator")
GENERATED = "dispenser/store/migrations/versions"
NEVER_OURS = {".git", ".venv", "__pycache__", "node_modules", "var", "build", "dist"}


@dataclass(frozen=True)
class Repository:
    """A checkout at `root`; paths are relative to it, with `/`."""

    root: Path

    @cached_property
    def files(self) -> tuple[str, ...]:
        """Every file of ours: what git tracks, or, in an unpacked archive, what is there."""
        if (self.root / ".git").exists():
            listing = subprocess.run(["git", "ls-files", "-z"], cwd=self.root, check=True, capture_output=True)  # noqa: S607
            names = listing.stdout.decode().split("\0")
            return tuple(sorted(name for name in names if name and (self.root / name).is_file()))
        return tuple(sorted(self._walk()))

    def _walk(self) -> Iterator[str]:
        for folder, below, names in os.walk(self.root):
            below[:] = [name for name in below if name not in NEVER_OURS and not name.endswith("cache")]
            for name in names:
                yield (Path(folder) / name).relative_to(self.root).as_posix()

    @cached_property
    def trees(self) -> Mapping[str, ast.Module]:
        """Every Python file that a person wrote, parsed."""
        return {
            name: ast.parse((self.root / name).read_text("utf-8"), name)
            for name in self.files
            if name.endswith(".py") and not name.startswith(GENERATED)
        }

    @cached_property
    def modules(self) -> Mapping[str, str]:
        """The product's modules, by dotted name."""
        return {module_name(path): path for path in self.trees if path.split("/")[0] in PACKAGES}

    @cached_property
    def project(self) -> dict[str, object]:
        """The parsed pyproject.toml."""
        return tomllib.loads((self.root / "pyproject.toml").read_text("utf-8"))

    @cached_property
    def imports(self) -> Mapping[str, frozenset[str]]:
        """What each product module imports: lazy and type-checking imports too; own modules and foreign packages."""
        return {name: self.imports_of(path) for name, path in self.modules.items()}

    def imports_of(self, path: str) -> frozenset[str]:
        """What the file at `path` imports."""
        return frozenset(self._targets(path))

    def _targets(self, path: str) -> Iterator[str]:
        name = module_name(path)
        package = name if path.endswith("__init__.py") else name.rpartition(".")[0]
        for node in ast.walk(self.trees[path]):
            if isinstance(node, ast.Import):
                yield from (self._known(alias.name) for alias in node.names)
            elif isinstance(node, ast.ImportFrom):
                base = node.module or ""
                if node.level:
                    above = package.split(".")[: len(package.split(".")) - node.level + 1]
                    base = ".".join([*above, base] if base else above)
                for alias in node.names:
                    longer = f"{base}.{alias.name}"
                    yield longer if longer in self.modules else self._known(base)

    def _known(self, dotted: str) -> str:
        """Return a module of ours whole, anything foreign by its package."""
        return dotted if dotted in self.modules else dotted.split(".", maxsplit=1)[0]


def module_name(path: str) -> str:
    return path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


@pytest.fixture(scope="session")
def repository() -> Repository:
    return Repository(Path(__file__).resolve().parents[2])
