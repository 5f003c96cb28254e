"""Two expansions, written apart, say the same of very many dosages: `./run soak` compares a hundred thousand."""

import os
import random
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from tests.support.expansions import Case, cases, machine_forms_agree, ordered_forms_agree

PAIRS = int(os.environ.get("CAMPAIGN_PAIRS", "300"))
"""Dosages with a window, half of them of tablets for a machine, half of quantities as exact as FMK has them."""
ROUND = 1_000
"""Hypothesis remembers every example of a round, so that none comes twice."""
LONGEST_SECONDS = 300 + 0.1 * PAIRS


@pytest.mark.campaign
@pytest.mark.timeout(LONGEST_SECONDS)
def test_two_expansions_agree_on_every_dosage(record_property: Callable[[str, object], None]) -> None:
    start = int(os.environ.get("CAMPAIGN_SEED", random.randrange(1_000_000)))
    print(f"CAMPAIGN_SEED={start} CAMPAIGN_PAIRS={PAIRS} ./run soak tests/campaign/test_expansions.py")  # noqa: T201 - replays a failure
    record_property("seed", start)
    done = 0
    while done < PAIRS:
        wanted = min(ROUND, PAIRS - done)
        compared = compare(start + done, wanted)
        # The choices may run out; examples that are thrown away do not count.
        assert compared
        done += compared
    record_property("pairs", done)
    print(f"{done} pairs of dosage and window: both expansions agree")  # noqa: T201 - the campaign's figure


def compare(chance: int, wanted: int) -> int:
    """Compare `wanted` pairs of the seed; return how many were really compared."""
    compared = 0

    @seed(chance)
    @settings(
        max_examples=wanted,
        database=None,
        deadline=None,
        phases=[Phase.generate, Phase.shrink],
        suppress_health_check=list(HealthCheck),
    )
    @given(st.tuples(st.just(machine_forms_agree), cases()) | st.tuples(st.just(ordered_forms_agree), cases("ml")))
    def agree(drawn: tuple[Callable[..., None], Case]) -> None:
        nonlocal compared
        agreement, case = drawn
        agreement(*case)
        compared += 1

    agree()
    return compared
