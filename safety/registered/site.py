"""Checks of the running site: what software, machines, clock and database can do to the medicine."""

from typing import Final

from safety.check import Check

CHECKS: Final[tuple[Check, ...]] = ()
