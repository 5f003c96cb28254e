"""Checks against what is in force and what was packed before."""

from typing import Final

from safety import batch_codes, continuity_codes, finished_codes
from safety.check import Check, Stage

_BATCH: Final = "safety.batch_checks.check_batch"
_CONTINUITY: Final = "safety.continuity_checks.check_continuity"

CHECKS: Final[tuple[Check, ...]] = (
    Check(
        "C5",
        "no day without pouches between two rolls, unless a pause, a hold or a stop says why",
        (_CONTINUITY,),
        (continuity_codes.GAP_AHEAD, continuity_codes.GAP_BEHIND),
        (Stage.BATCH,),
    ),
    Check(
        "C6",
        "a cycle of several days goes on where the last pouches left it, or somebody confirms",
        (_CONTINUITY,),
        (continuity_codes.PHASE_SHIFT,),
        (Stage.BATCH,),
    ),
    Check(
        "C7",
        "nothing stopped is left in use, and nothing is packed for days of absence",
        (_CONTINUITY,),
        (continuity_codes.NOT_DISCARDED, continuity_codes.DURING_ABSENCE),
        (Stage.BATCH,),
    ),
    Check(
        "C18",
        "plan, catalogue and slots are the ones in force",
        (_BATCH, "safety.finished_checks.check_finished"),
        (
            batch_codes.STALE_REVISION,
            batch_codes.OTHER_VERSION,
            finished_codes.SNAPSHOT_CHANGED,
            finished_codes.NO_PLAN_IN_FORCE,
            finished_codes.PLAN_ASKS_MORE,
            finished_codes.OTHER_CATALOGUE,
            finished_codes.CHANGED_MEANWHILE,
        ),
        (Stage.BATCH, Stage.RELEASE),
    ),
    Check(
        "R11",
        "a change of brand is told, and made once for a line and period",
        (_CONTINUITY,),
        (continuity_codes.BRAND_CHANGED, continuity_codes.BRAND_TWICE),
        (Stage.BATCH,),
    ),
)
