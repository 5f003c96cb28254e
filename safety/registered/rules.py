"""Checks by the clinical rules of the rule packs in force."""

from typing import Final

from safety.check import Check

CHECKS: Final[tuple[Check, ...]] = ()
