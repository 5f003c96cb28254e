"""From pushed lines to a judged plan: every line ends as packed, parked or refused."""

from collections.abc import Iterable
from dataclasses import dataclass

from dispenser.app.decisions import NOTHING_DECIDED, Decisions, Judged, standing
from dispenser.core.ids import CitizenId
from dispenser.core.plan import Disposition, MedicationPlan, Ordination, ParkedLine
from dispenser.core.product import Catalogue
from dispenser.core.slots import SlotTable
from dispenser.store.records import LineRecord
from pharmacy_sync.fhir.submission import LineStatus, SubmittedLine
from safety.findings import Finding, Severity
from safety.plan_checks import check_plan, judge

_TAKEN = frozenset({LineStatus.ACTIVE, LineStatus.ON_HOLD})


@dataclass(frozen=True, slots=True)
class JudgedPlan:
    """A plan revision, what became of each line, every finding that stands, and all findings as they were judged."""

    plan: MedicationPlan
    lines: tuple[LineRecord, ...]
    findings: tuple[Finding, ...]
    judged: tuple[Judged, ...]


def judged_plan(
    citizen_id: CitizenId,
    revision: int,
    lines: Iterable[SubmittedLine],
    catalogue: Catalogue,
    slots: SlotTable,
    decisions: Decisions = NOTHING_DECIDED,
) -> JudgedPlan:
    """Judge the `lines` of a citizen that are still taken and return them as plan revision `revision`.

    What `decisions` set aside keeps no line out of the pouches, and stays with its line.
    """
    ordinations: list[Ordination] = []
    parked: list[ParkedLine] = []
    records: list[LineRecord] = []
    judged: list[Judged] = []
    for line in sorted(lines, key=lambda line: line.ordination_id):
        if line.status not in _TAKEN:
            continue
        found_here = line.reasons + (judge(line.ordination, catalogue, slots) if line.ordination else ())
        here = decisions.judge(found_here, citizen_id, (line.ordination,) if line.ordination else ())
        problems = standing(here)
        disposition = _disposition(line, problems)
        if disposition is Disposition.PACKED and line.ordination is not None:
            ordinations.append(line.ordination)
        else:
            codes = tuple(problem.code.id for problem in problems)
            parked.append(ParkedLine(line.ordination_id, line.text, codes))
        judged.extend(here)
        records.append(
            LineRecord(
                citizen_id,
                revision,
                line.ordination_id,
                line.text,
                disposition,
                tuple(one.record() for one in here),
            )
        )
    plan = MedicationPlan(citizen_id, revision, tuple(ordinations), tuple(parked))
    known = {one.finding for one in judged}
    between = [finding for finding in check_plan(plan, catalogue, slots) if finding not in known]
    judged.extend(decisions.judge(between, citizen_id, plan.ordinations))
    return JudgedPlan(plan, tuple(records), standing(judged), tuple(judged))


def _disposition(line: SubmittedLine, problems: Iterable[Finding]) -> Disposition:
    worst = max((problem.code.severity.value for problem in problems), default=0)
    if worst >= Severity.REFUSE.value:
        return Disposition.REFUSED
    if worst >= Severity.PARK.value or line.ordination is None:
        return Disposition.PARKED
    return Disposition.PACKED
