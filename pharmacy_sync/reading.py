"""What every wire's reader of one dosage returns."""

from dataclasses import dataclass

from dispenser.core.dosage import Dosage
from safety.findings import Finding


@dataclass(frozen=True, slots=True)
class ReadDosage:
    """One medicine's dosage in our own words.

    `dosage` is there whenever the sender said anything that the model can hold, also when a human must decide on it,
    because type and daily dose are told then too; None when nothing could be understood. `instruction` is the
    administration instruction, empty without one. `findings` are the problems that the model cannot show.
    """

    dosage: Dosage | None
    instruction: str
    findings: tuple[Finding, ...]
