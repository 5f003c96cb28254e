"""Why a machine is served no more until a human has looked; going on would be guessing.

DistrustError
+-- DoublePackedError       it says it packed a pouch that is packed already
+-- StrangePouchError       it packed a pouch of an order that is not under way, or dropped for one that is not open
+-- MissingEvidenceError    it calls a pouch packed, and its own journal does not show it
+-- UnfitMachineError       it cannot give the evidence that a packed pouch needs
+-- OlderRecordError        it has had orders, or was told of a journal, that the database does not know
+-- RewrittenError          its journal is not the one that was read before
+-- StillAtWorkError        it is to serve again, and is still at work
+-- FencedOffError          another controller has taken it over
"""

from typing import ClassVar

from dispenser.app.told import FindingsError


class DistrustError(FindingsError):
    """Serving the machine further would be guessing."""

    stops_machine: ClassVar[bool] = False
    """Whether the machine is to pack no further: what it makes is to be discarded anyhow."""


class DoublePackedError(DistrustError):
    """The machine says it packed a pouch that is packed already."""

    stops_machine = True


class StrangePouchError(DistrustError):
    """The machine packed a pouch of an order that is not under way, or let something fall for one that is not open."""

    stops_machine = True


class MissingEvidenceError(DistrustError):
    """The machine calls a pouch packed, and its own journal does not show it."""

    stops_machine = True


class UnfitMachineError(DistrustError):
    """The machine cannot give the evidence that a packed pouch needs (C17)."""


class OlderRecordError(DistrustError):
    """The database is older than the machine: it was restored from a copy, or belongs to another site."""


class RewrittenError(DistrustError):
    """The machine's journal is not the one that was read before."""

    stops_machine = True


class StillAtWorkError(DistrustError):
    """The machine is to serve again while it is at work; what it makes now, nobody would have discarded."""

    stops_machine = True


class FencedOffError(DistrustError):
    """Another controller has taken the machine over."""
