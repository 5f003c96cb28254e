"""Checks of who sets a finding aside, and why."""

from typing import Final

from safety.check import Check

CHECKS: Final[tuple[Check, ...]] = ()
