"""The risk file: every hazard with its controls, every check with its codes and seeded faults, and what is left."""

from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Final

from dispenser.app.selftest.kinds import KINDS
from pharmacy_sync import problems
from safety import codes
from safety.check import Check
from safety.checks_danish import HOLDS
from safety.findings import Code
from safety.hazards import Hazard, Words, hazards_of
from safety.registry import CHECKS

_KNOWN: Final = {code.id: code for code in (*codes.ALL_CODES, *problems.ALL_CODES)}


@dataclass(frozen=True, slots=True)
class CheckEntry:
    """A check, what it holds in both languages, all codes it raises, the hazards it answers, and its seeded faults.

    `faults` are names of the kinds of fault that `dispenser safety selftest` puts into sound worlds for it.
    """

    check: Check
    holds: Words
    codes: tuple[Code, ...]
    hazards: tuple[str, ...]
    faults: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RiskFile:
    """Hazards and checks of this version of the product."""

    hazards: tuple[Hazard, ...]
    checks: tuple[CheckEntry, ...]


@cache
def risk_file() -> RiskFile:
    """Return what the product knows of its own risks.

    Raises:
        HazardFileError: the hazard file that is shipped is not whole.
    """
    hazards = hazards_of(files("safety").joinpath("hazards.toml").read_text(encoding="utf-8"))
    return RiskFile(hazards, tuple(_entry(check, hazards) for check in CHECKS))


def _entry(check: Check, hazards: tuple[Hazard, ...]) -> CheckEntry:
    return CheckEntry(
        check=check,
        holds=Words(HOLDS[check.id], check.holds),
        codes=(*check.codes, *(_KNOWN[name] for name in check.elsewhere)),
        hazards=tuple(hazard.id for hazard in hazards if check.id in hazard.checks),
        faults=tuple(kind.name for kind in KINDS if check.id in kind.checks),
    )


def risk_rows(file: RiskFile) -> list[dict[str, object]]:
    """Return one row per hazard, with the seeded faults of its checks, in English."""
    faults = {entry.check.id: entry.faults for entry in file.checks}
    return [
        {
            "hazard": hazard.id,
            "what": hazard.what.english,
            "severity": hazard.severity,
            "controls": len(hazard.controls),
            "checks": ", ".join(hazard.checks),
            "tests": len(hazard.tests),
            "seeded_faults": len({name for check in hazard.checks for name in faults[check]}),
            "residual": hazard.residual.english,
        }
        for hazard in file.hazards
    ]
