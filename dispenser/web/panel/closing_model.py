"""The proof of a packed batch, and its signature, in words."""

from collections.abc import Sequence
from dataclasses import dataclass

from dispenser.app.views_proof import ProofPage, ProofRow
from dispenser.core.batch import Closing
from dispenser.web.i18n import N_, Texts
from dispenser.web.panel.batch_model import FindingGroup, grouped
from dispenser.web.panel.words import Sign

_PROVEN = Sign("ready", "done", N_("Proven"))
_NOT_PROVEN = Sign("alarm", "alarm", N_("Not proven"))
_UNITS = ("units_expected", "units_in_pouches", "units_on_labels", "units_counted")


@dataclass(frozen=True, slots=True)
class Tried:
    """What was typed into the form, and why the batch was not closed."""

    who: str = ""
    second: str = ""
    reason: str = ""
    problems: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ProofLine:
    """One roll: its state, pouches packed and missing, and its units by plan, pouches, labels and machine."""

    roll_id: str
    sign: Sign
    packed: str
    missing: str
    discarded: str
    units: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ClosingModel:
    """A packed batch on its way to its signature, or with it; `held` asks for a second person."""

    closing: Closing | None
    asked: bool
    lines: tuple[ProofLine, ...]
    findings: tuple[FindingGroup, ...]
    held: bool
    tried: Tried


def closing_model(page: ProofPage, texts: Texts, tried: Tried | None = None) -> ClosingModel:
    """Return the proof in the reader's language."""
    return ClosingModel(
        closing=page.closing,
        asked=page.asked,
        lines=tuple(_line(row, texts) for row in page.rows),
        findings=grouped(page.findings, texts),
        held=any(finding.severity == "HOLD" for finding in page.findings),
        tried=tried or Tried(),
    )


def _line(row: ProofRow, texts: Texts) -> ProofLine:
    packed = f"{row['packed']} {texts.t('of')} {row['pouches']}"
    sign = _PROVEN if row["proven"] else _NOT_PROVEN
    units: Sequence[str] = [str(row[name]) for name in _UNITS]
    return ProofLine(str(row["roll"]), sign, packed, str(row["missing"]), str(row["discarded"]), tuple(units))
