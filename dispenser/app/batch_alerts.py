"""A batch's findings in the light of overrides: what holds it, and whether what let it go still counts (R18)."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from dispenser.app.alerts import by_key, counting
from dispenser.app.decisions import Decisions, Judged
from dispenser.app.told import Note
from dispenser.core.batch import Batch
from dispenser.core.ids import CitizenId
from dispenser.core.plan import MedicationPlan, Ordination
from dispenser.store.alert_records import AlertRecord
from dispenser.store.records import BatchRecord, FindingRecord, RollRecord
from dispenser.store.session import Transaction
from safety.findings import Finding, Severity, found
from safety.override_codes import LAPSED


def judged_batch(
    findings: Iterable[Finding], batch: Batch, plans: Mapping[CitizenId, MedicationPlan], decisions: Decisions
) -> tuple[Judged, ...]:
    """Return the findings of `batch` as judged; one about a roll, a citizen or one of the plans' lines is theirs."""
    owners: dict[str, CitizenId] = {}
    for citizen_id, plan in plans.items():
        owners.update({str(line.ordination_id): citizen_id for line in plan.ordinations})
    owners.update({str(citizen_id): citizen_id for citizen_id in plans})
    owners.update({str(roll.roll_id): roll.citizen_id for roll in batch.rolls})

    def lines(citizen_id: CitizenId) -> Sequence[Ordination]:
        plan = plans.get(citizen_id)
        return plan.ordinations if plan is not None else ()

    return decisions.judge_all(findings, lambda finding: owners.get(finding.subject), lines)


def check_lapsed(tx: Transaction, citizen_ids: Sequence[CitizenId], day: date) -> tuple[Finding, ...]:
    """Return the lines in force of these citizens that are packed by an override that counts no more."""
    alerts = [alert for alert in tx.alerts.in_current_plans(citizen_ids) if alert.severity == Severity.PARK.name]
    overrides = by_key(tx.overrides.of_alerts([alert.key for alert in alerts]))
    findings: list[Finding] = []
    for alert in alerts:
        of_alert = overrides.get(alert.key, ())
        if of_alert and counting(of_alert, alert, day) is None and _is_packed(tx, alert):
            last = of_alert[-1]
            details = {"line": alert.subject, "of": alert.code, "who": last.who, "expires": last.expires}
            findings.append(found(LAPSED, alert.subject, **details))
    return tuple(findings)


def why_lapsed(tx: Transaction, record: BatchRecord, citizen_ids: Sequence[CitizenId], day: date) -> tuple[Note, ...]:
    """Return why the overrides that let the batch `record` and the lines of these citizens pass do so no more."""
    keys = {finding.alert: finding.code for finding in record.findings if finding.override}
    alerts = tx.alerts.get_all(tuple(keys))
    overrides = by_key(tx.overrides.of_alerts(tuple(keys)))
    over = [code for key, code in keys.items() if counting(overrides.get(key, ()), alerts[key], day) is None]
    lapsed = [dict(finding.details)["of"] for finding in check_lapsed(tx, citizen_ids, day)]
    codes = dict.fromkeys((*over, *lapsed))
    return tuple(
        Note(
            f"Pakkebatch {record.batch_id}: tilsidesættelsen af {code} er ophørt eller tilbagekaldt. "
            "Planlæg perioden igen.",
            f"Batch {record.batch_id}: the override of {code} is over or revoked. Plan the period again.",
        )
        for code in codes
    )


def overridden_in(
    tx: Transaction, rolls: Sequence[RollRecord], of_batch: Iterable[FindingRecord]
) -> tuple[FindingRecord, ...]:
    """Return what was set aside of these rolls of one batch: findings about them, and about lines packed in them."""
    subjects = {str(name) for roll in rolls for name in (roll.roll_id, roll.citizen_id)}
    decided = tx.overrides.citizens_with_any(tuple(roll.citizen_id for roll in rolls))
    of_lines = [
        finding
        for roll in rolls
        if roll.citizen_id in decided
        for line in tx.plans.lines_of(roll.citizen_id, roll.plan_revision)
        for finding in line.reasons
    ]
    found_here = [finding for finding in of_batch if finding.subject in subjects]
    return tuple(dict.fromkeys(finding for finding in (*found_here, *of_lines) if finding.override))


def _is_packed(tx: Transaction, alert: AlertRecord) -> bool:
    plan = tx.plans.current(alert.citizen_id)
    return plan is not None and alert.subject in {line.ordination_id for line in plan.ordinations}
