"""A stop that comes while an order is being loaded over a slow line: whenever it comes, it is through in no time.

The order is wholly loaded and told so, or not loaded and told so; it is never started.
"""

from hypothesis import given, settings
from hypothesis import strategies as st

from hal.status import OrderState
from tests.support.stop_and_load import AT_WORK, DONE, GAVE_WAY, Outcome, Scene, after, at_piece, frames, met

LOAD_MS = 6_500
"""Longer than the load of a scene takes at 9,600 baud."""
OWN_FRAMES = 2
"""What the stop itself, its answer and a bell between the two take."""


def require_told_as_it_is(outcome: Outcome) -> None:
    assert (outcome.load, outcome.known) in {(DONE, OrderState.INTERRUPTED), (GAVE_WAY, None)}
    assert outcome.fed <= {AT_WORK}
    assert outcome.stop == DONE


def require_in_time(outcome: Outcome, baud: int) -> None:
    assert outcome.until_sent <= frames(2, baud)
    assert outcome.until_answered <= frames(2 + OWN_FRAMES, baud)


def test_after_every_piece_that_the_controller_writes() -> None:
    outcomes: list[Outcome] = []
    while not outcomes or not outcomes[-1].was_over:
        outcomes.append(met(Scene(at_piece(len(outcomes) + 1))))
        require_told_as_it_is(outcomes[-1])
        require_in_time(outcomes[-1], 9_600)
    told = [outcome.load for outcome in outcomes]
    broken_off = told.count(GAVE_WAY)
    assert told == [GAVE_WAY] * broken_off + [DONE] * (len(told) - broken_off)
    # The reads before it, ENQ and all its frames but the last; then the last one, EOT and what the answer takes.
    assert broken_off > 40
    assert len(told) - broken_off > 5


@given(st.integers(0, LOAD_MS), st.sampled_from([9_600, 38_400]), st.booleans())
@settings(deadline=None, max_examples=30)
def test_at_any_time(at_ms: int, baud: int, is_at_work: bool) -> None:  # noqa: FBT001
    outcome = met(Scene(after(at_ms / 1_000), baud, is_at_work=is_at_work))
    require_told_as_it_is(outcome)
    require_in_time(outcome, baud)


@given(st.integers(0, LOAD_MS), st.integers(50, 3_000), st.integers(1, 1_000), st.booleans())
@settings(deadline=None, max_examples=30)
def test_on_a_noisy_line_nothing_is_told_that_is_not_so(at_ms: int, noise: int, seed: int, is_at_work: bool) -> None:  # noqa: FBT001
    outcome = met(Scene(after(at_ms / 1_000), noise=noise, seed=seed, is_at_work=is_at_work))
    assert outcome.fed <= {AT_WORK}
    assert outcome.load != DONE or outcome.known is not None
    assert outcome.load != GAVE_WAY or outcome.known is None
    assert outcome.load in {DONE, GAVE_WAY, "OutcomeUnknownError", "UnreachableError"}
    if outcome.stop == DONE:
        assert outcome.known in {OrderState.INTERRUPTED, None}
