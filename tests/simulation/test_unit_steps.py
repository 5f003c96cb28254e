"""A machine without a journal, its driver and the wire between them: everything goes wrong at every step once.

By record no pouch is ever packed twice, and every physical pouch is packed in record with matching truth, or void.
"""

import asyncio
import os
from pathlib import Path

import pytest

from tests.support.unit_bench import KILLED, MISHAPS, World, check_account, pack_all, packed, spec_of

PERSONALITIES = ("encoder", "dumb")
POUCHES = 3
KEEPS = 5
"""Entries that the driver keeps of what was read: it forgets all the time."""
CAMPAIGN_POUCHES = int(os.environ.get("DOSISFLEET_UNIT_POUCHES", "40"))


def steps(personality: str, folder: Path, pouches: int) -> int:
    """How many messages an undisturbed run takes."""
    world = World(spec_of(personality, pouches_per_minute=240), folder)
    check_account(world, asyncio.run(pack_all(world, pouches)), pouches)
    return len(world.kinds)


def disturbed(personality: str, mishap: str, folder: Path, pouches: int) -> None:
    for at in range(1, steps(personality, folder / "calm", pouches) + 1):
        world = World(spec_of(personality, pouches_per_minute=240), folder / str(at), {at: mishap}, keeps=KEEPS)
        check_account(world, asyncio.run(pack_all(world, pouches)), pouches)


@pytest.mark.parametrize("personality", PERSONALITIES)
@pytest.mark.parametrize("mishap", [*MISHAPS, KILLED])
def test_one_mishap_at_every_step(tmp_path: Path, personality: str, mishap: str) -> None:
    disturbed(personality, mishap, tmp_path, POUCHES)


@pytest.mark.soak
@pytest.mark.parametrize("personality", PERSONALITIES)
@pytest.mark.parametrize("mishap", [*MISHAPS, KILLED])
def test_one_mishap_at_every_step_of_a_long_order(tmp_path: Path, personality: str, mishap: str) -> None:
    disturbed(personality, mishap, tmp_path, CAMPAIGN_POUCHES)


@pytest.mark.parametrize("personality", PERSONALITIES)
def test_mishaps_one_after_another(tmp_path: Path, personality: str) -> None:
    several = (*MISHAPS, KILLED)
    mishaps = {at: several[at // 7 % len(several)] for at in range(5, 300, 7)}
    world = World(spec_of(personality, pouches_per_minute=240), tmp_path, mishaps, keeps=KEEPS)
    entries = asyncio.run(pack_all(world, 8, tries=200))
    check_account(world, entries, 8)
    voids = [one for one in entries if one.kind == "PouchClosed" and one.fields["outcome"] == "void"]
    assert voids
    assert len(packed(entries)) == 8


@pytest.mark.parametrize("personality", PERSONALITIES)
def test_visible_faults_end_in_a_true_account(tmp_path: Path, personality: str) -> None:
    spec = spec_of(personality, pouches_per_minute=240, profile="visible", seed=11, clear_ms=1_000, refill_ms=1_000)
    world = World(spec, tmp_path)
    check_account(world, asyncio.run(pack_all(world, 60)), 60)
