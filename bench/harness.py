"""Measure ours, a peer and a limit side by side in one process, after checking that they give the same answer.

Absolute figures belong to one machine and one day; the ratios are what may be compared. A fast wrong answer counts
nothing: before anything is timed, what the oracle makes of ours and of the peer's answer must be equal.
"""

import gc
import json
import math
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from statistics import median
from typing import Generic, TypeVar

SEED = 7
Answer = TypeVar("Answer")


class WrongAnswerError(Exception):
    """Ours and the peer do not agree; nothing was timed."""


@dataclass(frozen=True)
class Case(Generic[Answer]):
    """One workload of `units`; `peer_units` is less where the peer is too slow for the whole."""

    units: int
    ours: Callable[[], Answer]
    peer: Callable[[], Answer]
    limit: Callable[[], object]
    oracle: Callable[[Answer], object]
    peer_units: int = 0
    ours_for_peer: Callable[[], Answer] | None = None
    """Ours on the peer's smaller workload, for the check; None where the workloads are the same."""
    before: Callable[[], object] | None = None
    """What brings ours into the state in which it is timed, before every pass and in nobody's time."""
    notes: dict[str, object] = field(default_factory=dict)


def row(name: str, make: Callable[[int], Case[Answer]], sizes: Sequence[int], repeats: int = 5) -> dict[str, object]:
    """Measure the case of the first size thoroughly and ours alone on every size; print and return the figures.

    Times are CPU seconds per unit of work; `x_peer` is how many times faster ours is, `of_limit` how near it comes
    to the limit (1 is as fast), `exponent` the growth of ours over the sizes, if there are several (1 is linear).

    Raises:
        WrongAnswerError: ours and the peer disagree.
    """
    case = make(sizes[0])
    checked = case.oracle((case.ours_for_peer or case.ours)())
    if checked != case.oracle(case.peer()):
        message = f"{name}: ours and the peer give different answers"
        raise WrongAnswerError(message)
    peer_units = case.peer_units or case.units
    ours: list[float] = []
    ratios: list[float] = []
    limits: list[float] = []
    for _ in range(repeats):
        peer = cpu_seconds(case.peer) / peer_units
        ours.append(_timed(case) / case.units)
        limit = cpu_seconds(case.limit) / case.units
        ratios.append(peer / ours[-1])
        limits.append(limit / ours[-1])
    grown: dict[str, object] = {}
    if len(sizes) > 1:
        seconds = [median(_timed(bigger) for _ in range(3)) for bigger in map(make, sizes)]
        grown = {"exponent": round(slope(sizes, seconds), 3), "sizes": list(sizes)}
    return emit(
        {
            "row": name,
            "units": case.units,
            "ours_per_s": round(1 / median(ours), 1),
            "x_peer": round(median(ratios), 2),
            "x_peer_lo": round(min(ratios), 2),
            "of_limit": round(median(limits), 4),
            **grown,
            **case.notes,
        }
    )


def _timed(case: Case[Answer]) -> float:
    if case.before is not None:
        case.before()
    return cpu_seconds(case.ours)


class Steps:
    """Wall and CPU seconds of the named steps of a run, and what else is worth telling of it."""

    def __init__(self) -> None:
        """Start with no step."""
        self.wall: dict[str, float] = {}
        self.cpu: dict[str, float] = {}
        self.notes: dict[str, object] = {}

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Time what happens inside as part of step `name`; a name may come again."""
        wall, cpu = time.perf_counter(), time.process_time()
        try:
            yield
        finally:
            self.wall[name] = self.wall.get(name, 0.0) + time.perf_counter() - wall
            self.cpu[name] = self.cpu.get(name, 0.0) + time.process_time() - cpu


def pipeline(name: str, unit: str, run: Callable[[Steps], int]) -> dict[str, object]:
    """Run something of several steps once; print and return units per second and how long each step took.

    `run` marks its steps with `steps.step(...)` and returns how many units it made.
    """
    steps = Steps()
    began = time.perf_counter()
    units = run(steps)
    seconds = time.perf_counter() - began
    return emit(
        {
            "row": name,
            f"{unit}_per_s": round(units / seconds, 2),
            "units": units,
            "seconds": round(seconds, 3),
            "steps_wall_s": {step: round(value, 3) for step, value in steps.wall.items()},
            "steps_cpu_s": {step: round(value, 3) for step, value in steps.cpu.items()},
            **steps.notes,
        }
    )


def cpu_seconds(work: Callable[[], object]) -> float:
    """Return the CPU seconds that `work` takes, with the garbage of what was before collected first."""
    gc.collect()
    began = time.process_time()
    work()
    return time.process_time() - began


def slope(sizes: Sequence[int], times: Sequence[float]) -> float:
    """Return the exponent of growth: the least-squares slope of log time over log size."""
    xs = [math.log(size) for size in sizes]
    ys = [math.log(max(seconds, 1e-9)) for seconds in times]
    x_mean, y_mean = sum(xs) / len(xs), sum(ys) / len(ys)
    spread = sum((x - x_mean) ** 2 for x in xs)
    return sum((x - x_mean) * (y - y_mean) for x, y in zip(xs, ys, strict=True)) / spread


def emit(figures: dict[str, object]) -> dict[str, object]:
    """Print `figures` as one JSON line, with what is needed to judge and repeat them; return them."""
    line = figures | {
        "seed": SEED,
        "git": revision(),
        "python": sys.version.split()[0],
        "loadavg": round(os.getloadavg()[0], 2),
    }
    print(json.dumps(line, ensure_ascii=False), flush=True)
    return line


def revision() -> str:
    """Return the commit that is measured, `-dirty` when files were changed, empty outside a checkout."""
    command = ["git", "describe", "--always", "--dirty", "--abbrev=12"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - fixed words
    return done.stdout.strip()
