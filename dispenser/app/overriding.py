"""People set alerts aside, sign as the second, or take it back: a plan follows at once, a batch when it is planned."""

from datetime import date, datetime

from dispenser.app.alerts import code_of
from dispenser.app.decisions import override_of
from dispenser.app.rejudging import rejudge
from dispenser.app.services import Services
from dispenser.app.staff import NotAllowedError, name_on_list, staff_of
from dispenser.app.superseding import Cause, take_out
from dispenser.core.change import Change
from dispenser.core.ids import RollId
from dispenser.core.roll import Period
from dispenser.store.alert_records import AlertRecord, OverrideRecord
from dispenser.store.errors import NotFoundError
from dispenser.store.session import Transaction
from pharmacy_sync.problems import RefusedMessageError
from safety.findings import Overriding, Severity
from safety.override_checks import Wish, check_override, check_revocation, check_second
from scheduling.calendar import local_date

OVERRIDDEN = "alert overridden"
SECONDED = "override signed"
REVOKED = "override revoked"


def override_alert(services: Services, key: str, wish: Wish) -> OverrideRecord:
    """Set the alert whose key begins with `key` aside as wished; where two must agree, it counts from the second on.

    Raises:
        NotFoundError: no such alert.
        NotAllowedError: with everything that is missing; nothing is changed.
    """
    now = services.clock.now()
    today = local_date(now)
    with services.database.write() as tx:
        alert = tx.alerts.find(key)
        code, staff = code_of(alert), staff_of(tx)
        known = [override_of(record) for record in tx.overrides.of_alert(alert.key)]
        findings = check_override(code, wish, staff, today, known)
        if findings or wish.expires is None:
            raise NotAllowedError(findings=findings)
        who = name_on_list(wish.who, staff)
        record = tx.overrides.add(alert.key, who, wish.reason.strip(), wish.expires, now)
        _note(tx, alert, who, OVERRIDDEN, f"until {record.expires}: {record.reason}", now)
        if code.overriding is Overriding.PHARMACIST:
            _follow(services, tx, alert, who, now)
        return record


def sign_second(services: Services, key: str, who: str) -> OverrideRecord:
    """Sign the override of an alert as the other person; from now on it counts.

    Raises:
        NotFoundError: no such alert, or nobody has overridden it.
        NotAllowedError: with everything that is wrong; nothing is changed.
    """
    now = services.clock.now()
    with services.database.write() as tx:
        alert, record = _newest(tx, key)
        staff = staff_of(tx)
        findings = check_second(code_of(alert), override_of(record), who, staff, local_date(now))
        if findings:
            raise NotAllowedError(findings=findings)
        second = name_on_list(who, staff)
        tx.overrides.sign(record, second, now)
        _note(tx, alert, second, SECONDED, f"signed first by {record.who}, until {record.expires}", now)
        _follow(services, tx, alert, second, now)
        return tx.overrides.of_alert(alert.key)[-1]


def revoke_override(services: Services, key: str, who: str, reason: str) -> OverrideRecord:
    """Take the override of an alert back; the line of a plan waits again, and what is packed of it is out of use.

    A roll that went because of it gets no more pouches.

    Raises:
        NotFoundError: no such alert, or nobody has overridden it.
        NotAllowedError: with everything that is wrong; nothing is changed.
    """
    now = services.clock.now()
    with services.database.write() as tx:
        alert, record = _newest(tx, key)
        staff = staff_of(tx)
        findings = check_revocation(override_of(record), who, reason, staff)
        if findings:
            raise NotAllowedError(findings=findings)
        name = name_on_list(who, staff)
        tx.overrides.revoke(record, name, reason.strip(), now)
        _note(tx, alert, name, REVOKED, f"that of {record.who}: {reason.strip()}", now)
        _follow(services, tx, alert, name, now)
        _end_rolls(tx, alert, Cause(REVOKED, name, now))
        return tx.overrides.of_alert(alert.key)[-1]


def _newest(tx: Transaction, key: str) -> tuple[AlertRecord, OverrideRecord]:
    alert = tx.alerts.find(key)
    records = tx.overrides.of_alert(alert.key)
    if not records:
        message = f"nobody has overridden alert {key}"
        raise NotFoundError(message)
    return alert, records[-1]


def _follow(services: Services, tx: Transaction, alert: AlertRecord, who: str, now: datetime) -> None:
    """Judge the citizen's plan anew when the alert is about a line, or is one of the revision in force.

    A plan that cannot be read any more stays as it is, and the signature all the same: its batches are checked.
    """
    of_line = alert.severity == Severity.PARK.name
    if not of_line and alert.key not in {one.key for one in tx.alerts.in_current_plans((alert.citizen_id,))}:
        return
    try:
        rejudge(services, tx, alert.citizen_id, who, now)
    except RefusedMessageError as error:
        detail = "; ".join(finding.code.id for finding in error.findings)
        tx.audit.append(now, who, "plan not judged anew", f"citizen/{alert.citizen_id}", detail)


def _end_rolls(tx: Transaction, alert: AlertRecord, cause: Cause) -> None:
    """End the citizen's rolls of which pouches are to come, and whose batch went because the alert was set aside."""
    made = tx.batches.made_rolls((alert.citizen_id,), Period(local_date(cause.now), date.max))
    coming = [one.roll.roll_id for one in made if not one.ended and len(one.packed) < len(one.roll.pouches)]
    ends = [roll_id for roll_id in coming if _went_because(tx, roll_id, alert)]
    take_out(tx, made, Change(tuple(ends), (), (), None), cause)


def _went_because(tx: Transaction, roll_id: RollId, alert: AlertRecord) -> bool:
    batch = tx.batches.get(tx.batches.roll_record(roll_id).batch_id)
    return any(finding.alert == alert.key and finding.override for finding in batch.findings)


def _note(tx: Transaction, alert: AlertRecord, who: str, what: str, detail: str, now: datetime) -> None:
    about = f"{alert.code} {alert.subject} of citizen/{alert.citizen_id}"
    tx.audit.append(now, who, what, f"alert/{alert.key}", f"{about}, {detail}")
