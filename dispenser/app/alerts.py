"""What stands in the way of packing and waits for somebody, and what people have decided about it."""

import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from statistics import median_low
from typing import Final

from dispenser.app.decisions import override_of
from dispenser.app.services import Services
from dispenser.core.ids import CitizenId
from dispenser.store.alert_records import AlertRecord, OverrideRecord
from dispenser.store.session import Transaction
from pharmacy_sync import problems
from safety.codes import ALL_CODES
from safety.findings import Code, Overriding, Severity
from safety.overrides import is_in_force, may_be_overridden
from safety.registry import CHECKS
from scheduling.calendar import local_date

MOST_LISTED: Final = 300
"""Alerts on a page."""
_FIRST_LOOK: Final = 500
"""Alerts that are looked at first; every next look is at four times as many."""
USUAL_DAYS: Final = 90
"""Days that the statistics look back."""
_CODES: Final[Mapping[str, Code]] = {code.id: code for code in (*ALL_CODES, *problems.ALL_CODES)}
_CHECK_OF: Final = {
    name: check.id for check in CHECKS for name in (*(code.id for code in check.codes), *check.elsewhere)
}


@dataclass(frozen=True, slots=True)
class StandingAlert:
    """An alert that stops something: whose it is, and the override that waits for a second signature, if any.

    `medicine` is the line that it was found in, in words; empty when it is about no single line.
    """

    record: AlertRecord
    name: str
    medicine: str
    overriding: Overriding
    waiting: OverrideRecord | None = None


@dataclass(frozen=True, slots=True)
class Override:
    """An override that counts now, with the alert that it sets aside."""

    record: OverrideRecord
    alert: AlertRecord
    name: str
    medicine: str


@dataclass(frozen=True, slots=True)
class Rate:
    """How often alerts of one code were raised and overridden.

    `waited` is the (lower) median of the time from raising to overriding; `check` is the check that raises the code,
    empty for one of a plug-in.
    """

    check: str
    code: str
    raised: int
    overridden: int
    waited: timedelta | None

    @property
    def percent(self) -> int:
        """Overridden alerts in a hundred raised, rounded down."""
        return 100 * self.overridden // self.raised


@dataclass(frozen=True, slots=True)
class AlertPage:
    """Alerts that stand, overrides in force, and how often each kind is overridden.

    `more` says that more alerts stand than are listed. `days` is how far the rates look back.
    """

    standing: tuple[StandingAlert, ...]
    in_force: tuple[Override, ...]
    rates: tuple[Rate, ...]
    more: bool
    days: int


def alert_page(services: Services, days: int = USUAL_DAYS) -> AlertPage:
    """Return everything about alerts as it is now."""
    now = services.clock.now()
    with services.database.read() as tx:
        standing, more = _standing(tx, local_date(now), MOST_LISTED)
        return AlertPage(standing, _in_force(tx, local_date(now)), _rates(tx, now - timedelta(days=days)), more, days)


def standing_alerts(services: Services) -> tuple[StandingAlert, ...]:
    """Return all alerts that stand, the newest first; what waits for a second signature stands too."""
    with services.database.read() as tx:
        return _standing(tx, local_date(services.clock.now()), sys.maxsize)[0]


def overrides_in_force(services: Services) -> tuple[Override, ...]:
    """Return the overrides that count today."""
    with services.database.read() as tx:
        return _in_force(tx, local_date(services.clock.now()))


def rates(services: Services, days: int = USUAL_DAYS) -> tuple[Rate, ...]:
    """Return how often alerts of the last `days` were overridden, by check and code (H29)."""
    with services.database.read() as tx:
        return _rates(tx, services.clock.now() - timedelta(days=days))


def code_of(alert: AlertRecord) -> Code:
    """Return the code of an alert as it is now; of one that is not ours, as it was when it was raised."""
    known = _CODES.get(alert.code)
    if known is not None:
        return known
    texts = (alert.danish, alert.english, alert.fix_danish, alert.fix_english, "")
    return Code(alert.code, Severity[alert.severity], *texts, Overriding(alert.overriding))


def counting(overrides: Iterable[OverrideRecord], alert: AlertRecord, day: date) -> OverrideRecord | None:
    """Return the override that sets `alert` aside on the civil date `day`, or None when it stands."""
    code = code_of(alert)
    return next((one for one in overrides if one.key == alert.key and is_in_force(override_of(one), code, day)), None)


def by_key(overrides: Iterable[OverrideRecord]) -> dict[str, list[OverrideRecord]]:
    """Return the overrides of each alert that has any, in their order."""
    found: dict[str, list[OverrideRecord]] = {}
    for override in overrides:
        found.setdefault(override.key, []).append(override)
    return found


def _standing(tx: Transaction, day: date, most: int) -> tuple[tuple[StandingAlert, ...], bool]:
    """Return at most `most` alerts that nothing sets aside, and whether there are more."""
    found: list[StandingAlert] = []
    offset, size = 0, _FIRST_LOOK
    while len(found) <= most and (alerts := tx.alerts.standing(day, size, offset)):
        offset, size = offset + len(alerts), 4 * size
        found.extend(_not_set_aside(tx, alerts, day))
    return tuple(found[:most]), len(found) > most


def _not_set_aside(tx: Transaction, alerts: Sequence[AlertRecord], day: date) -> Iterator[StandingAlert]:
    decisions = by_key(tx.overrides.of_alerts([alert.key for alert in alerts]))
    names = tx.board.citizen_names({alert.citizen_id for alert in alerts})
    medicines = _medicines(tx, alerts)
    for alert in alerts:
        overrides = decisions.get(alert.key, ())
        if counting(overrides, alert, day) is None:
            waiting = [one for one in overrides if one.revoked_at is None and day <= one.expires]
            code = code_of(alert)
            overriding = code.overriding if may_be_overridden(code) else Overriding.NEVER
            name, medicine = names.get(alert.citizen_id, ""), medicines.get((alert.citizen_id, alert.subject), "")
            yield StandingAlert(alert, name, medicine, overriding, waiting[-1] if waiting else None)


def _medicines(tx: Transaction, alerts: Iterable[AlertRecord]) -> dict[tuple[CitizenId, str], str]:
    return tx.plans.texts(sorted({alert.citizen_id for alert in alerts}))


def _in_force(tx: Transaction, day: date) -> tuple[Override, ...]:
    records = tx.overrides.open(day)
    alerts = tx.alerts.get_all([record.key for record in records])
    names = tx.board.citizen_names({record.citizen_id for record in records})
    medicines = _medicines(tx, alerts.values())
    found = [
        Override(
            record,
            alerts[record.key],
            names.get(record.citizen_id, ""),
            medicines.get((record.citizen_id, alerts[record.key].subject), ""),
        )
        for record in records
        if counting((record,), alerts[record.key], day)
    ]
    return tuple(sorted(found, key=lambda one: (one.record.expires, one.name, one.record.key)))


def _rates(tx: Transaction, since: datetime) -> tuple[Rate, ...]:
    decided = tx.alerts.overridden_since(since)
    decisions = by_key(tx.overrides.of_alerts([alert.key for alert in decided]))
    waits: dict[str, list[timedelta]] = {}
    for alert in decided:
        at = _decided_at(decisions[alert.key], code_of(alert))
        if at is not None:
            waits.setdefault(alert.code, []).append(at - alert.first_seen)
    found = [
        Rate(_CHECK_OF.get(code, ""), code, raised, len(waits.get(code, ())), _median(waits.get(code, ())))
        for code, raised in tx.alerts.raised_since(since).items()
    ]
    return tuple(sorted(found, key=lambda rate: (-rate.percent, -rate.raised, rate.code)))


def _median(waits: Sequence[timedelta]) -> timedelta | None:
    return median_low(waits) if waits else None


def _decided_at(overrides: Sequence[OverrideRecord], code: Code) -> datetime | None:
    """Return when an alert was set aside first, revoked since or not; None when it never was."""
    signed = [one.second_at if code.overriding is Overriding.TWO_PERSONS else one.at for one in overrides]
    return min((at for at in signed if at is not None), default=None)
