"""What the product's own checks say of a world, part by part: nothing else is asked, and nothing is added."""

from collections.abc import Callable, Mapping
from typing import Final, TypeAlias

from dispenser.app.fold import drop_of
from dispenser.app.plan_lines import judged_plan
from dispenser.app.selftest.kind import Fault, Kind, Part
from dispenser.app.selftest.world import World
from dispenser.core.batch import BatchState
from dispenser.core.plan import Ordination
from dispenser.core.replaced import Related
from hal.journal import JournalEntry
from hal.wire import words
from pharmacy_sync.fhir.submission import LineStatus, SubmittedLine
from safety.batch_checks import check_batch
from safety.canister_checks import check_drops, check_fill, check_fills
from safety.findings import Finding, Severity
from safety.finished_checks import check_closing, check_finished
from safety.label_checks import check_labels
from safety.label_words import Labelled
from safety.order_checks import check_order
from safety.pouch_checks import check_pouch
from safety.registry import CHECKS

Findings: TypeAlias = tuple[Finding, ...]
Judge: TypeAlias = Callable[[World], Findings]


def judge_plans(world: World) -> Findings:
    """Return what is found of the plans, as at intake."""
    findings: list[Finding] = []
    for plan in world.plans.values():
        lines = [_pushed(line) for line in plan.ordinations]
        judged = judged_plan(plan.citizen_id, plan.revision, lines, world.catalogue, world.slots, world.rules)
        findings.extend(judged.findings)
    return tuple(findings)


def _pushed(line: Ordination) -> SubmittedLine:
    return SubmittedLine(line.ordination_id, LineStatus.ACTIVE, "", line, (), "", "")


def judge_batch(world: World) -> Findings:
    """Return what is found of the batch, as when it is planned."""
    return check_batch(
        world.batch,
        world.plans,
        world.catalogue,
        world.slots,
        world.neighbours,
        world.limits,
        world.noted,
        world.since,
    )


def judge_orders(world: World) -> Findings:
    """Return what is found of the orders and labels, as before they are sent."""
    findings: list[Finding] = []
    for packed in world.packed:
        about = Labelled(packed.roll, packed.identity, world.catalogue, world.slots, packed.packed_on, Related())
        findings.extend(check_order(packed.order, packed.roll, packed.identity, world.stock, world.catalogue))
        findings.extend(check_labels(packed.order, about))
        findings.extend(check_fills(packed.order, packed.roll, world.known, world.catalogue, world.stock))
    return tuple(findings)


def judge_evidence(world: World) -> Findings:
    """Return what is found in the journals, pouch by pouch, since the pouch's film was last fed."""
    findings: list[Finding] = []
    for packed in world.packed:
        evidence: dict[int, list[JournalEntry]] = {}
        for entry in packed.journal:
            if entry.kind == words.POUCH_STARTED:
                evidence[entry.pouch] = []
            evidence.setdefault(entry.pouch, []).append(entry)
        for pouch in packed.order.pouches:
            findings.extend(check_pouch(pouch, evidence.get(pouch.number, ())))
        for one in packed.roll.pouches:
            drops = [drop_of(entry) for entry in evidence.get(one.number, ()) if entry.kind == words.DROPPED]
            findings.extend(check_drops(one.number, one.date, drops, world.known, world.catalogue))
    return tuple(findings)


def judge_canister(world: World) -> Findings:
    """Return what is found of a fill, as before it is registered."""
    pouring = world.pouring
    return check_fill(pouring.fill, pouring.register, world.catalogue, pouring.today)


def judge_finished(world: World) -> Findings:
    """Return what the proof of the packed batch finds, and what speaks against the signature under it."""
    proof = check_finished(world.finished)
    return (*proof.findings, *check_closing(proof, BatchState.PACKED, world.signing))


JUDGES: Final[Mapping[Part, Judge]] = {
    Part.PLANS: judge_plans,
    Part.BATCH: judge_batch,
    Part.ORDERS: judge_orders,
    Part.EVIDENCE: judge_evidence,
    Part.CANISTER: judge_canister,
    Part.FINISHED: judge_finished,
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
