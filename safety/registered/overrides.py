"""Checks of who sets a finding aside, and why."""

from typing import Final

from safety import override_codes
from safety.check import Check, Stage

CHECKS: Final[tuple[Check, ...]] = (
    Check(
        "R18",
        "an override has a reason, a person who may, a second where demanded, and an end",
        (
            "safety.override_checks.check_override",
            "safety.override_checks.check_second",
            "safety.override_checks.check_revocation",
            "safety.override_checks.check_addition",
            "safety.override_checks.check_removal",
            "safety.override_checks.check_pharmacist",
            "safety.overrides.decide",
        ),
        override_codes.OVERRIDE_CODES,
        (Stage.INTAKE, Stage.BATCH, Stage.ORDER, Stage.SITE),
    ),
)
