"""Checks of the packed batch before its signature."""

from typing import Final

from safety.check import Check

CHECKS: Final[tuple[Check, ...]] = ()
