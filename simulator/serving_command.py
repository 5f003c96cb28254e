"""Serving machines from the command line: ready lines, and one clear line when it does not work."""

from collections.abc import Sequence
from pathlib import Path

from simulator.options import fail, say
from simulator.recall import MemoryDamagedError
from simulator.recording import RunDamagedError
from simulator.serving import Service, WireError, serve
from simulator.spec import MachineSpec


def serve_or_fail(
    specs: Sequence[MachineSpec],
    state: Path,
    speed: float,
    *,
    record: bool = False,
    web: tuple[str, int] | None = None,
) -> None:
    """Serve until told to stop."""
    try:
        serve(Service(specs, state, speed, lambda name, where: say(f"ready {name} {where}"), record, web))
    except (WireError, MemoryDamagedError, RunDamagedError, OSError) as error:
        fail(str(error))
