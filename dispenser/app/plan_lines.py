"""From pushed lines to a judged plan: every line ends as packed, parked or refused."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from dispenser.app.decisions import NOTHING_DECIDED, Decisions, Judged, standing
from dispenser.app.rules_in_force import Rules
from dispenser.core.ids import CitizenId
from dispenser.core.plan import Disposition, MedicationPlan, ParkedLine
from dispenser.core.product import Catalogue
from dispenser.core.slots import SlotTable
from dispenser.store.records import LineRecord
from pharmacy_sync.fhir.submission import LineStatus, SubmittedLine
from safety.findings import Finding, Severity
from safety.guarded import guarded
from safety.plan_checks import check_plan, judge
from safety.site_codes import CHECK_FAILED

_TAKEN = frozenset({LineStatus.ACTIVE, LineStatus.ON_HOLD})


@dataclass(frozen=True, slots=True)
class JudgedPlan:
    """A plan revision, what became of each line, every finding that stands, and all findings as they were judged."""

    plan: MedicationPlan
    lines: tuple[LineRecord, ...]
    findings: tuple[Finding, ...]
    judged: tuple[Judged, ...]


@dataclass(frozen=True, slots=True)
class _Line:
    """A line that is still taken, with everything found about it so far."""

    submitted: SubmittedLine
    judged: list[Judged]

    @property
    def standing(self) -> tuple[Finding, ...]:
        return standing(self.judged)

    @property
    def disposition(self) -> Disposition:
        worst = max((finding.code.severity.value for finding in self.standing), default=0)
        if worst >= Severity.REFUSE.value:
            return Disposition.REFUSED
        if worst >= Severity.PARK.value or self.submitted.ordination is None:
            return Disposition.PARKED
        return Disposition.PACKED

    def parked(self) -> ParkedLine:
        codes = tuple(finding.code.id for finding in self.standing)
        line = self.submitted
        return ParkedLine(line.ordination_id, line.text, codes, line.ordination or line.beside)

    def record(self, plan: MedicationPlan) -> LineRecord:
        line, found_here = self.submitted, tuple(one.record() for one in self.judged)
        return LineRecord(plan.citizen_id, plan.revision, line.ordination_id, line.text, self.disposition, found_here)


def judged_plan(
    citizen_id: CitizenId,
    revision: int,
    lines: Iterable[SubmittedLine],
    catalogue: Catalogue,
    slots: SlotTable,
    rules: Rules,
    decisions: Decisions = NOTHING_DECIDED,
) -> JudgedPlan:
    """Judge the `lines` of a citizen that are still taken and return them as plan revision `revision`.

    What `decisions` set aside keeps no line out of the pouches, and stays with its line.
    """
    taken = [
        _line(line, citizen_id, catalogue, slots, decisions)
        for line in sorted(lines, key=lambda line: line.ordination_id)
        if line.status in _TAKEN
    ]
    plan = _plan(citizen_id, revision, taken)
    strays = _ask(plan, taken, catalogue, slots, rules, decisions)
    plan = _plan(citizen_id, revision, taken)
    judged = [*(one for line in taken for one in line.judged), *strays]
    known = {one.finding for one in judged}
    between = [one for one in guarded(citizen_id, check_plan, plan, catalogue, slots) if one not in known]
    if any(one.code is CHECK_FAILED for one in between):
        # Nobody knows what the lines are to each other, so none of them is packed.
        for line in taken:
            line.judged.extend(decisions.judge(between, citizen_id, plan.ordinations))
        plan = _plan(citizen_id, revision, taken)
    judged.extend(decisions.judge(between, citizen_id, plan.ordinations))
    return JudgedPlan(plan, tuple(line.record(plan) for line in taken), standing(judged), tuple(judged))


def _line(
    line: SubmittedLine, citizen_id: CitizenId, catalogue: Catalogue, slots: SlotTable, decisions: Decisions
) -> _Line:
    ordinations = (line.ordination,) if line.ordination else ()
    own = (guarded(line.ordination_id, judge, ordination, catalogue, slots) for ordination in ordinations)
    found_here = (*line.reasons, *(finding for findings in own for finding in findings))
    return _Line(line, list(decisions.judge(found_here, citizen_id, ordinations)))


def _plan(citizen_id: CitizenId, revision: int, taken: Sequence[_Line]) -> MedicationPlan:
    packed = [line.submitted.ordination for line in taken if line.disposition is Disposition.PACKED]
    others = tuple(line.parked() for line in taken if line.disposition is not Disposition.PACKED)
    return MedicationPlan(citizen_id, revision, tuple(line for line in packed if line is not None), others)


def _ask(
    plan: MedicationPlan,
    taken: Sequence[_Line],
    catalogue: Catalogue,
    slots: SlotTable,
    rules: Rules,
    decisions: Decisions,
) -> list[Judged]:
    """Put what the clinical rules hold against `plan` with its lines; return what belongs to none of them.

    A line that waits now is one beside the others, so the rules are asked again until nothing more has to wait: what
    is planned from the plan is asked the very same question.
    """
    by_id = {str(line.submitted.ordination_id): line for line in taken}
    known: set[Finding] = set()
    strays: list[Judged] = []
    while True:
        alerts = [one for one in rules.alerts(plan, catalogue, slots) if one not in known]
        known.update(alerts)
        for one in decisions.judge(alerts, plan.citizen_id, plan.ordinations):
            (by_id[one.finding.subject].judged if one.finding.subject in by_id else strays).append(one)
        narrower = _plan(plan.citizen_id, plan.revision, taken)
        if narrower.ordinations == plan.ordinations:
            return strays
        plan = narrower
