"""Checks of what canisters and trays were filled with."""

from typing import Final

from safety.check import Check

CHECKS: Final[tuple[Check, ...]] = ()
