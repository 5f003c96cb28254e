"""Thousands of worlds: every crash point of a small scenario, and random fleets in trouble, on both wires."""

import json
import os
import random
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict

import pytest

from tests.world.campaign import Sum, crashes, elsewhere

FLEETS = int(os.environ.get("CAMPAIGN_FLEETS", "100"))
"""Random fleets on the serial line; a fifth as many on OPC UA, and a fifth with restored databases."""
STRIDE = int(os.environ.get("CAMPAIGN_STRIDE", "20"))
"""Every so many crash points; 1 for all."""
LONGEST_SECONDS = 600 + 30.0 * FLEETS + 30_000 / STRIDE


def _works(seed: int) -> Iterator[tuple[str, list[tuple[str, str]], str]]:
    def fleets(kind: str, count: int) -> list[tuple[str, str]]:
        return [(kind, str(seed + number)) for number in range(count)]

    yield "fleets", fleets("fleet", FLEETS), "serial"
    yield "restored", fleets("restore", FLEETS // 5), "serial"
    yield "fleets", fleets("fleet", FLEETS // 5), "opcua"
    yield "crash points", list(crashes(STRIDE, "serial")), "serial"
    yield "crash points", list(crashes(5 * STRIDE, "opcua")), "opcua"


@pytest.mark.soak
@pytest.mark.timeout(LONGEST_SECONDS)
def test_no_world_breaks_a_rule(record_property: Callable[[str, object], None]) -> None:
    seed = int(os.environ.get("CAMPAIGN_SEED", random.randrange(1_000_000)))
    print(f"CAMPAIGN_SEED={seed} ./run soak tests/campaign/test_world.py")  # noqa: T201 - replays a failure
    record_property("seed", seed)
    violations: list[str] = []
    for name, points, wire in _works(seed):
        began, total = time.monotonic(), Sum()
        for part in elsewhere(points, wire):
            total.add(part)
        violations += total.violations
        told = {**asdict(total), "violations": len(total.violations), "wall_seconds": time.monotonic() - began}
        print(name, wire, json.dumps(told))  # noqa: T201 - what was run
    assert violations == [], "\n".join(violations)
