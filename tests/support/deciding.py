"""A site where a rule finds something in one line, and people who decide about it."""

import json
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from dispenser.app.alerts import standing_alerts
from dispenser.app.batching import plan_batch
from dispenser.app.intake import accept_bundle
from dispenser.app.overriding import override_alert
from dispenser.app.services import Services
from dispenser.app.staff import add_staff
from dispenser.core.ids import GroupId
from dispenser.core.roll import Period
from dispenser.store.records import BatchRecord, LineRecord
from dispenser.store.session import Database
from safety.findings import Code, Overriding, Severity
from safety.override_checks import Role, Wish
from tests.support.fhir import Json, bundle, patient, request
from tests.support.medicine import catalogue, product
from tests.support.pharmacy import Pharmacy
from tests.support.rules import against
from tests.support.world import VirtualClock

TODAY = date(2026, 11, 22)
KIRSTEN, ANNA, OLE = "Kirsten Holm", "Anna Lund", "Ole Bo"
REASON = "Aftalt med lægen i dag"
RISKY = Code("DOSE-0199", Severity.PARK, "Risiko", "Risk", "Ring", "Call", "test", Overriding.PHARMACIST)
TWO = replace(RISKY, overriding=Overriding.TWO_PERSONS)
NEVER = replace(RISKY, overriding=Overriding.NEVER)
_GROUP = GroupId("default")
_DAYS = Period(date(2026, 11, 30), date(2026, 12, 2))


class MovingClock(VirtualClock):
    """Stands still until a test moves it on."""

    def __init__(self) -> None:
        super().__init__()
        self.later = timedelta()

    def now(self) -> datetime:
        return super().now() + self.later


@dataclass
class Site:
    """A site with one machine, staff, and rules that a test chooses."""

    services: Services
    clock: MovingClock

    def push(self, *lines: Json) -> None:
        body = json.dumps(bundle(patient(), *(lines or (request(),)))).encode()
        assert accept_bundle(self.services, body, "test").status == 200

    def line(self) -> LineRecord:
        return self.lines()[0]

    def lines(self) -> tuple[LineRecord, ...]:
        with self.services.database.read() as tx:
            citizen = tx.citizens.by_fhir_id("p1")
            assert citizen is not None
            return tx.plans.lines_of(citizen.citizen_id, tx.plans.revision(citizen.citizen_id))

    def key(self) -> str:
        (alert,) = standing_alerts(self.services)
        return alert.record.key

    def override(self, who: str = KIRSTEN, days: int = 14) -> str:
        key = self.key()
        override_alert(self.services, key, Wish(who, REASON, TODAY + timedelta(days=days)))
        return key

    def batch(self) -> BatchRecord:
        return plan_batch(self.services, _GROUP, _DAYS, KIRSTEN)

    def audit(self, *actions: str) -> list[tuple[str, str]]:
        with self.services.database.read() as tx:
            return [(one.action, one.who) for one in reversed(tx.audit.newest(200)) if one.action in actions]


def open_site(database: Database, code: Code) -> Site:
    """The site with a pushed plan in whose line `m1` the rules find `code`; two pharmacists and a technician."""
    clock = MovingClock()
    services = Pharmacy(database, clock).services
    medicines = catalogue(product("28100020455"), product("28100009555"))
    services = replace(services, catalogue=medicines, rules=(against(code, "m1", dose="2"),))
    for name, role in ((KIRSTEN, Role.PHARMACIST), (ANNA, Role.PHARMACIST), (OLE, Role.TECHNICIAN)):
        add_staff(services, name, role, KIRSTEN)
    opened = Site(services, clock)
    opened.push(request("m1"))
    return opened
