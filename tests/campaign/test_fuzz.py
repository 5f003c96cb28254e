"""A million mutated frames, half to each side."""

import json
import os
import random
import time

import pytest

from tests.support.lis_fuzz import HostSide, MachineSide, fuzz

FRAMES = int(os.environ.get("CAMPAIGN_FRAMES", "1000000"))


@pytest.mark.soak
@pytest.mark.timeout(7_200)
def test_a_million_mutated_frames_make_no_message() -> None:
    seed = int(os.environ.get("CAMPAIGN_SEED", random.randrange(1_000_000)))
    for make in (HostSide, MachineSide):
        began = time.monotonic()
        tally = fuzz(FRAMES // 2, seed, make)
        seconds = time.monotonic() - began
        print(  # noqa: T201
            json.dumps(
                {
                    "campaign": "fuzz",
                    "side": make.__name__,
                    "seed": seed,
                    "frames": tally.frames,
                    "mutated": tally.mutated,
                    "accepted": tally.accepted,
                    "refused": tally.refused,
                    "frames_per_s": round(tally.frames / seconds),
                }
            )
        )
        assert tally.corrupt == [], f"CAMPAIGN_SEED={seed}"
