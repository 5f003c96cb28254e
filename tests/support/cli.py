"""How a run of a command ended."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Ended:
    """Exit code, and what was written."""

    code: int
    out: str
    err: str

    @property
    def rows(self) -> list[dict[str, object]]:
        """What `--json` printed."""
        found = json.loads(self.out)
        assert isinstance(found, list)
        return found


Command = Callable[..., Ended]


def settings(folder: Path, database: str, more: str = "") -> Path:
    """Write a settings file and return where it is; the rules for demonstration are in force."""
    file = folder / "site.toml"
    file.write_text(f'database = "{database}"\ndemonstration_rules = true\n{more}', encoding="utf-8")
    return file
