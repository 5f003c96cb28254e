"""Thousands of pouches over a line on which one byte in ten thousand is hit, in virtual time."""

import json
import os
import random
from dataclasses import asdict

import pytest

from tests.support.invariants import violations
from tests.support.noisy_run import packed

POUCHES = int(os.environ.get("CAMPAIGN_POUCHES", "10000"))
PER_MILLION = 100


@pytest.mark.soak
@pytest.mark.timeout(3_600)
def test_thousands_of_pouches_over_a_noisy_line_break_no_invariant() -> None:
    seed = int(os.environ.get("CAMPAIGN_SEED", random.randrange(1_000_000)))
    run, figures = packed(POUCHES, PER_MILLION, seed)
    print(json.dumps({"campaign": "noise", "seed": seed, "per_million": PER_MILLION, **asdict(figures)}))  # noqa: T201
    assert violations(run) == [], f"CAMPAIGN_SEED={seed} CAMPAIGN_POUCHES={POUCHES}"
    assert figures.pouches == POUCHES
