"""The real supervisor and the real store against a machine that loses power, requests and replies."""

import asyncio
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.support.small_site import LOOKS, MACHINE, World
from tests.support.world import Mishap


def run(mishaps: Mapping[int, Mishap], kills: tuple[int, ...] = (), profile: str = "none") -> World:
    async def course(folder: str) -> World:
        world = World(Path(folder), {}, profile)
        await world.release()
        world.line.mishaps = {world.line.calls + number: mishap for number, mishap in mishaps.items()}
        for looks in kills:
            await world.serve(looks, until_packed=True)
        await world.serve(LOOKS, until_packed=True)
        world.require_truth()
        world.services.database.close()
        return world

    with TemporaryDirectory() as folder:
        return asyncio.run(course(folder))


def test_a_quiet_day_packs_every_pouch_once() -> None:
    world = run({})
    assert world.line.refusals == []


@pytest.mark.parametrize("mishap", Mishap)
@pytest.mark.parametrize("call", [4, 5, 6, 7, 8, 9, 12])
def test_one_mishap_around_the_first_order_costs_no_pouch(mishap: Mishap, call: int) -> None:
    run({call: mishap})


# Shrinking a whole course takes minutes; the printed example is small enough to be read as it is.
@settings(
    max_examples=15, phases=[Phase.explicit, Phase.reuse, Phase.generate], suppress_health_check=list(HealthCheck)
)
@given(
    st.dictionaries(st.integers(1, 120), st.sampled_from(Mishap), max_size=8),
    st.lists(st.integers(1, 40), max_size=4).map(tuple),
    st.sampled_from(["none", "visible"]),
)
def test_any_mishaps_and_kills_leave_the_truth_on_record(
    mishaps: dict[int, Mishap], kills: tuple[int, ...], profile: str
) -> None:
    run(mishaps, kills, profile)


def test_a_database_older_than_the_machine_serves_it_no_more() -> None:
    async def course(folder: str, other: str) -> None:
        world = World(Path(folder), {})
        await world.release()
        await world.serve(LOOKS, until_packed=True)
        restored = World(Path(other), {})
        restored.line = world.line
        truth = world.line.truth()
        await restored.serve(LOOKS, until_packed=False)
        with restored.services.database.read() as tx:
            assert tx.machines.get(MACHINE).link == "offline"
        assert world.line.truth() == truth
        for each in (world, restored):
            each.services.database.close()

    with TemporaryDirectory() as folder, TemporaryDirectory() as other:
        asyncio.run(course(folder, other))
