"""What the product's own checks say of a world, part by part, and when that catches a fault."""

from collections.abc import Callable, Mapping
from typing import Final, TypeAlias

from dispenser.app.selftest.judge_packing import (
    Findings,
    judge_batch,
    judge_canister,
    judge_evidence,
    judge_finished,
    judge_orders,
    judge_plans,
)
from dispenser.app.selftest.judge_people import (
    judge_decisions,
    judge_lots,
    judge_messages,
    judge_overrides,
    judge_record,
    judge_signatures,
    judge_site,
)
from dispenser.app.selftest.kind import Fault, Kind, Part
from dispenser.app.selftest.world import World
from safety.findings import Finding, Severity
from safety.registry import CHECKS

Judge: TypeAlias = Callable[[World], Findings]
JUDGES: Final[Mapping[Part, Judge]] = {
    Part.PLANS: judge_plans,
    Part.BATCH: judge_batch,
    Part.ORDERS: judge_orders,
    Part.EVIDENCE: judge_evidence,
    Part.CANISTER: judge_canister,
    Part.FINISHED: judge_finished,
    Part.OVERRIDES: judge_overrides,
    Part.DECISIONS: judge_decisions,
    Part.SIGNATURES: judge_signatures,
    Part.LOTS: judge_lots,
    Part.SITE: judge_site,
    Part.MESSAGES: judge_messages,
    Part.RECORD: judge_record,
}
_STOPS: Final = frozenset({Severity.HOLD, Severity.REFUSE})
_CODES_OF: Final[Mapping[str, frozenset[str]]] = {
    check.id: frozenset({*(code.id for code in check.codes), *check.elsewhere}) for check in CHECKS
}


def blocks(finding: Finding, line: str = "") -> bool:
    """Return whether `finding` stops what it was found in: all of it, or the one `line` that is named."""
    severity = finding.code.severity
    return severity in _STOPS or (severity is Severity.PARK and (not line or finding.subject == line))


def catches(kind: Kind, fault: Fault, findings: Findings) -> bool:
    """Return whether one of the kind's own checks blocks the fault; what any other check says does not count."""
    codes = frozenset[str]().union(*(_CODES_OF.get(check, frozenset()) for check in kind.checks))
    return any(finding.code.id in codes and blocks(finding, fault.line) for finding in findings)
