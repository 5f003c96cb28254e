"""Judge all that is known of a citizen, and take what comes out as the next revision of the plan."""

from dataclasses import dataclass, replace
from datetime import datetime

from dispenser.app.decisions import decisions_of, note_alerts
from dispenser.app.plan_lines import JudgedPlan, judged_plan
from dispenser.app.rules_in_force import Rules, rules_for
from dispenser.app.services import Services
from dispenser.app.slot_tables import slots_for
from dispenser.app.superseding import supersede
from dispenser.app.whole_plan import whole_plan
from dispenser.core.ids import OrdinationId
from dispenser.core.plan import MedicationPlan
from dispenser.store.alerts import in_revision
from dispenser.store.records import CitizenRecord
from dispenser.store.session import Transaction
from pharmacy_sync.fhir.submission import Submission
from safety.findings import Finding
from scheduling.calendar import local_date


@dataclass(frozen=True, slots=True)
class KnownPlan:
    """A citizen's whole plan as judged now, and what reading it gave that stops nothing."""

    judged: JudgedPlan
    warnings: tuple[Finding, ...]


def judge_known(
    services: Services, tx: Transaction, citizen: CitizenRecord, now: datetime, rules: Rules | None = None
) -> KnownPlan:
    """Judge everything that is known of `citizen` as the next revision; `rules` are those in force unless given.

    That no rules can be asked stops every line but those that go already and are as they were: what is packed of them
    was judged when it was packed, and nothing more is, for planning a batch asks again.

    Raises:
        RefusedMessageError: what is stored of the citizen does not go together.
    """
    submission = whole_plan(tx, citizen)
    citizen_id = citizen.citizen_id
    current = tx.plans.current(citizen_id)
    in_force = rules or rules_for(services, tx, (citizen_id,), now)
    judged = judged_plan(
        citizen_id,
        (current.revision if current else 0) + 1,
        submission.lines,
        services.catalogue,
        slots_for(services, tx, citizen.group_id, local_date(now)),
        replace(in_force, spared=_unchanged(submission, current)),
        decisions_of(tx, (citizen_id,), now),
    )
    return KnownPlan(judged, submission.warnings)


def _unchanged(submission: Submission, current: MedicationPlan | None) -> frozenset[OrdinationId]:
    going = {line.ordination_id: line for line in current.ordinations} if current else {}
    return frozenset(
        line.ordination_id
        for line in submission.lines
        if line.ordination is not None and going.get(line.ordination_id) == line.ordination
    )


def take_revision(services: Services, tx: Transaction, judged: JudgedPlan, message_id: str, now: datetime) -> str:
    """Append a judged plan, keep its alerts, and take out of use what it makes wrong; return it in a few words.

    `message_id` is the message that says what the plan says.
    """
    plan = judged.plan
    tx.plans.append(plan, now, message_id, judged.lines)
    note_alerts(tx, judged.judged, in_revision(plan.revision), now)
    supersede(services, tx, plan, now)
    return f"revision {plan.revision}: {len(plan.ordinations)} packed, {len(plan.parked)} parked"
