"""How a run of a command ended."""

import json
from collections.abc import Callable
from dataclasses import dataclass


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
