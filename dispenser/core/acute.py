"""Packing outside a period's ordinary roll (FMK AcutePacking)."""

from enum import Enum


class Acute(Enum):
    """Why pouches are packed outside the period's ordinary roll, in FMK's words."""

    CHANGE = "Akut ændring af medicinering"
    """What was planned and not packed is planned anew; everything that is packed stays."""
    REPLACEMENT = "Akut erstatningspakning for ændret medicinering"
    """In the place of pouches that are discarded."""
    SUPPLEMENT = "Akut supplerende pakning for tilføjet medicinering"
    """Beside pouches that all stay."""
    LOST = "Akut erstatningspakning for mistet medicin"
    """In the place of pouches that nobody has any more."""
