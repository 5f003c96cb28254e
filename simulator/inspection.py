"""The camera over the sealed pouch: sees most wrong contents, and sometimes rejects right ones."""

from typing import Final

from simulator.dice import Dice
from simulator.faults import FaultProfile

PASS: Final = "pass"  # noqa: S105  # a verdict, no password
REJECT: Final = "reject"
_VERDICT = 301
"""Purpose number of the draw."""


def verdict(profile: FaultProfile, dice: Dice, film: int, *, right: bool) -> str:
    """Return `PASS` or `REJECT` for the pouch on `film`, whose contents are `right` or not in truth."""
    if right:
        rejected = profile.camera_false_reject > 0 and dice.unit(film, _VERDICT) < profile.camera_false_reject
    else:
        rejected = profile.camera_miss <= 0 or dice.unit(film, _VERDICT) >= profile.camera_miss
    return REJECT if rejected else PASS
