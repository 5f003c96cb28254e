"""Every problem that a message or price list can have, by stable code DOSE-1xxx, and the refusal that carries them."""

from collections.abc import Sequence

from pharmacy_sync.problems import (
    allergy,
    catalogue,
    citizen,
    fmk,
    fmk_parked,
    medicine,
    message,
    parked_dose,
    parked_timing,
    question,
    state,
)
from safety.findings import Finding

ALL_CODES = (
    *message.CODES,
    *citizen.CODES,
    *medicine.CODES,
    *parked_dose.CODES,
    *parked_timing.CODES,
    *catalogue.CODES,
    *state.CODES,
    *fmk.CODES,
    *fmk_parked.CODES,
    *question.CODES,
    *allergy.CODES,
)
"""Every code of this package, in the order of their ids."""


class RefusedMessageError(Exception):
    """A message was refused as a whole and nothing of it may be used; `findings` has everything that was found."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        """Keep every finding; the text names their codes only, for it may be logged and holds no person."""
        super().__init__(", ".join(sorted({finding.code.id for finding in findings})))
        self.findings: tuple[Finding, ...] = tuple(findings)
