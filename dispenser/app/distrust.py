"""Why a machine is served no more until a human has looked; going on would be guessing.

DistrustError
+-- DoublePackedError       it says it packed a pouch that is packed already
+-- StrangePouchError       it packed a pouch of an order that is not under way, or dropped for one that is not open
+-- MissingEvidenceError    it calls a pouch packed, and its own journal does not show it
+-- UnfitMachineError       it cannot give the evidence that a packed pouch needs
+-- OlderRecordError        it has had orders that the database does not know
+-- FencedOffError          another controller has taken it over
"""

from dispenser.app.told import FindingsError


class DistrustError(FindingsError):
    """Serving the machine further would be guessing."""


class DoublePackedError(DistrustError):
    """The machine says it packed a pouch that is packed already."""


class StrangePouchError(DistrustError):
    """The machine packed a pouch of an order that is not under way, or let something fall for one that is not open."""


class MissingEvidenceError(DistrustError):
    """The machine calls a pouch packed, and its own journal does not show it."""


class UnfitMachineError(DistrustError):
    """The machine cannot give the evidence that a packed pouch needs (C17)."""


class OlderRecordError(DistrustError):
    """The database is older than the machine: it was restored from a copy, or belongs to another site."""


class FencedOffError(DistrustError):
    """Another controller has taken the machine over."""
