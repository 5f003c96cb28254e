"""Whether the site may plan and send: clock, disk, and what must never meet; asked before everything that matters."""

import json
from datetime import datetime

from dispenser.app.absence import UnsignedError
from dispenser.app.machines import capabilities_of
from dispenser.app.record_trust import record_findings
from dispenser.app.rule_packs import not_clinical
from dispenser.app.services import Services
from dispenser.app.told import FindingsError
from dispenser.store.records import AuditRecord
from dispenser.store.session import Transaction
from hal.clock import Clock
from pharmacy_sync.catalogue.demo import DEMO_VERSION
from safety.findings import Finding, found
from safety.site_checks import check_clock, check_fleet, check_free_space
from safety.site_codes import AUDIT_BROKEN, DAMAGED
from scheduling.calendar import local_date

DISTRUSTED = "clock distrusted"
CONFIRMED = "clock confirmed"
CLOCK = "clock"
"""Subject of both in the audit trail."""
_LOOKED_AT = 50
"""Newest records that the clock is held against."""


class UnsoundSiteError(FindingsError):
    """The site may neither plan nor send anything until somebody has acted."""


def require_sound_site(services: Services) -> None:
    """Go on only while clock and disk can be trusted and nothing made up is mixed with what is real.

    Raises:
        UnsoundSiteError: they cannot, or it is. A clock that is distrusted stays so until `confirm_clock`.
    """
    with services.database.read() as tx:
        findings = site_findings(services, tx)
        is_new = any(finding.subject == CLOCK for finding in findings) and _standing(tx) is None
    if is_new:
        with services.database.write() as tx:
            distrust_clock(tx, services.clock, _recorded(tx))
    if findings:
        raise UnsoundSiteError(findings=findings)


def site_findings(services: Services, tx: Transaction) -> tuple[Finding, ...]:
    """Return what keeps the site from planning and sending, as it stands now."""
    return (
        *_clock_findings(services, tx),
        *record_findings(services, tx),
        *check_free_space(services.database.free_bytes()),
        *check_fleet(
            {str(one): capabilities_of(document) for one, document in tx.machines.capabilities().items()},
            demonstration_catalogue=services.catalogue.version == DEMO_VERSION,
            not_clinical=not_clinical(services, tx, local_date(services.clock.now())),
        ),
    )


def distrust_clock(tx: Transaction, clock: Clock, recorded: datetime | None) -> None:
    """Write down that the clock contradicts what was `recorded`, unless it agrees or that stands already."""
    now = clock.now()
    if recorded is not None and check_clock(now, recorded) and _standing(tx) is None:
        tx.audit.append(now, "controller", DISTRUSTED, CLOCK, json.dumps({"recorded": recorded.isoformat()}))


def confirm_clock(services: Services, who: str, reason: str) -> None:
    """Confirm in `who`'s name that the clock is right now; what was recorded before is no measure any more.

    Raises:
        UnsignedError: no name or no reason.
    """
    if not who.strip() or not reason.strip():
        raise UnsignedError
    with services.database.write() as tx:
        now = services.clock.now()
        tx.machines.clamp_seen(now)
        tx.audit.append(now, who, CONFIRMED, CLOCK, reason)


def check_audit(services: Services) -> tuple[Finding, ...]:
    """Walk the audit trail from its start and find the first record that does not fit; minutes for millions."""
    with services.database.read() as tx:
        number = tx.audit.verify()
    return () if number is None else (found(AUDIT_BROKEN, "audit", number=number),)


def check_damage(services: Services) -> tuple[Finding, ...]:
    """Have the database look through its own file; nothing for a server, which does so itself."""
    what = services.database.damage()
    return () if what is None else (found(DAMAGED, "database", what=what),)


def _clock_findings(services: Services, tx: Transaction) -> tuple[Finding, ...]:
    standing = _standing(tx)
    if standing is not None:
        return check_clock(standing.at, datetime.fromisoformat(json.loads(standing.detail)["recorded"]))
    return check_clock(services.clock.now(), _recorded(tx))


def _standing(tx: Transaction) -> AuditRecord | None:
    """Return the record that the clock is distrusted, None when somebody has confirmed it since, or it never was."""
    last = tx.audit.last_of((DISTRUSTED, CONFIRMED), CLOCK)
    return last if last is not None and last.action == DISTRUSTED else None


def _recorded(tx: Transaction) -> datetime | None:
    """Return the latest instant that was recorded since somebody last confirmed the clock."""
    seen_at = tx.machines.last_seen()
    instants = [seen_at] if seen_at is not None else []
    for record in tx.audit.newest(_LOOKED_AT):
        instants.append(record.at)
        if record.action == CONFIRMED:
            break
    return max(instants, default=None)
