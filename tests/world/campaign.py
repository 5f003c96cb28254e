"""Run worlds by their seeds: `python -m tests.world.campaign fleet 17` replays one; see docs/how-to/run-long-tests.md.

Several of them in a process keep their dead, so a long campaign runs in many processes, one after the other.
"""

import argparse
import json
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from tests.world.courses import crash, power_cut, quiet
from tests.world.runs import SWEEP, fleet, run, size_of
from tests.world.template import Size
from tests.world.world import Run

KINDS = ("fleet", "restore", "crash", "power")
HOME = Path(__file__).parents[2]


@dataclass
class Sum:
    """What many runs came to."""

    runs: int = 0
    pouches: int = 0
    kills: int = 0
    steps: int = 0
    virtual_seconds: float = 0.0
    violations: list[str] = field(default_factory=list)

    def add(self, other: "Sum") -> None:
        """Take in what others came to."""
        self.runs += other.runs
        self.pouches += other.pouches
        self.kills += other.kills
        self.steps += other.steps
        self.virtual_seconds += other.virtual_seconds
        self.violations += other.violations


def replay(kind: str, point: str, wire: str) -> str:
    """The command that runs this very world again."""
    return f"python -m tests.world.campaign {kind} {point}" + (" --wire opcua" if wire == "opcua" else "")


def one(kind: str, point: str, wire: str = "serial") -> Run:
    """Run the world `point` of a kind: a seed; or whose crash it is and where, as `controller:417` or `m1:31`."""
    if kind in {"fleet", "restore"}:
        size = replace(size_of(int(point)), wire=wire)
        return fleet(int(point), size, restores=kind == "restore")
    who, _, place = point.partition(":")
    size = replace(SWEEP, wire=wire)
    course = crash(who, int(place)) if kind == "crash" else power_cut(int(who[1:]) - 1, int(place))
    return run(1, size, course)


def points_of(size: Size) -> dict[str, int]:
    """How many effects each host has in the sweep's world when nothing goes wrong."""
    return run(1, size, quiet).effects


def crashes(stride: int, wire: str, first: int = 1) -> Iterator[tuple[str, str]]:
    """Every `stride`th crash point of the sweep's world."""
    for who, effects in sorted(points_of(replace(SWEEP, wire=wire)).items()):
        for place in range(first, effects + 1, stride):
            yield "crash", f"{who}:{place}"


def many(points: list[tuple[str, str]], wire: str) -> Sum:
    """Run these worlds here, one after the other."""
    total = Sum()
    for kind, point in points:
        done = one(kind, point, wire)
        total.add(Sum(1, done.films, done.kills, done.steps, done.seconds))
        total.violations += [f"{replay(kind, point, wire)}: {what}" for what in done.violations]
    return total


def elsewhere(points: list[tuple[str, str]], wire: str, at_once: int = 25) -> Iterator[Sum]:
    """Run these worlds in processes of their own, some at a time; the hashing of texts differs in each."""
    for begin in range(0, len(points), at_once):
        texts = [f"{kind}={point}" for kind, point in points[begin : begin + at_once]]
        command = [sys.executable, "-m", "tests.world.campaign", "many", *texts, "--wire", wire]
        done = subprocess.run(command, capture_output=True, text=True, cwd=HOME, check=False)  # noqa: S603 - ours
        if done.returncode:
            message = f"{command}: {done.stderr}"
            raise RuntimeError(message)
        yield Sum(**json.loads(done.stdout.splitlines()[-1]))


def main() -> None:
    """Replay one world, or run many."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("kind", choices=(*KINDS, "many", "sweep"))
    parser.add_argument("points", nargs="+", help="seeds; or hosts and places; of a sweep: every how many")
    parser.add_argument("--wire", choices=("serial", "opcua"), default="serial")
    told = parser.parse_args()
    began = time.monotonic()
    if told.kind == "many":
        pairs = [(kind, point) for kind, _, point in (text.partition("=") for text in told.points)]
        sys.stdout.write(json.dumps(vars(many(pairs, told.wire))) + "\n")
        sys.stdout.flush()
        return
    if told.kind == "sweep":
        total = Sum()
        for part in elsewhere(list(crashes(int(told.points[0]), told.wire)), told.wire):
            total.add(part)
            sys.stderr.write(f"{total.runs} crash points, {len(total.violations)} violations\n")
        sys.stdout.write(json.dumps({**vars(total), "seconds": round(time.monotonic() - began, 1)}) + "\n")
        return
    for point in told.points:
        done = one(told.kind, point, told.wire)
        sys.stdout.write(json.dumps(vars(done), ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
