"""The real driver and the simulated machine over a noisy line, in virtual time: the invariants hold."""

import logging
from dataclasses import replace

import pytest

from tests.support.invariants import violations
from tests.support.noisy_run import packed


def test_noise_of_one_byte_in_ten_thousand_breaks_no_invariant(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        run, figures = packed(200, 100, seed=11)
    run = replace(run, log=[record.getMessage() for record in caplog.records])
    assert violations(run) == []
    assert figures.pouches == 200
    assert figures.retransmissions > 0


@pytest.mark.parametrize("seed", [2])
def test_noise_of_one_byte_in_a_thousand_breaks_no_invariant(seed: int) -> None:
    run, figures = packed(20, 1_000, seed)
    assert violations(run) == []
    assert figures.pouches == 20
