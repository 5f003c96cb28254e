"""Whatever people do in whatever order: a line is packed and released only while a decision about just that counts."""

from dataclasses import dataclass, replace
from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from dispenser.app.alerts import standing_alerts
from dispenser.app.batching import NothingToPackError
from dispenser.app.overriding import override_alert, revoke_override, sign_second
from dispenser.app.release import NotReleasableError, release_batch
from dispenser.app.staff import NotAllowedError
from dispenser.core.batch import BatchState
from dispenser.core.plan import Disposition
from dispenser.store.errors import NotFoundError
from dispenser.store.session import Database
from safety.findings import Code, Overriding
from safety.override_checks import Wish
from tests.support.deciding import ANNA, KIRSTEN, OLE, REASON, RISKY, TODAY, TWO, Site, open_site
from tests.support.fhir import request
from tests.support.pharmacy import Fresh
from tests.support.rules import against


@dataclass
class Decision:
    """An override as the test understands it: of which dose, by whom, until when."""

    dose: str
    first: str
    until: date
    second: str = ""
    revoked: bool = False


class Model:
    """The site, and beside it the simplest account of what counts."""

    def __init__(self, site: Site, code: Code) -> None:
        self.site = site
        self.code = code
        self.dose = "2"
        self.today = TODAY
        self.decisions: list[Decision] = []
        self.keys: dict[str, str] = {"2": site.key()}

    def counts(self) -> bool:
        needs_second = self.code.overriding is Overriding.TWO_PERSONS
        return any(
            one.dose == self.dose and not one.revoked and self.today <= one.until and (one.second or not needs_second)
            for one in self.decisions
        )

    def override(self, who: str, days: int) -> None:
        until = self.today + timedelta(days=days)
        try:
            override_alert(self.site.services, self.keys[self.dose], Wish(who, REASON, until))
        except NotAllowedError:
            return
        self.decisions.append(Decision(self.dose, who, until))

    def second(self, who: str, _: int) -> None:
        try:
            sign_second(self.site.services, self.keys[self.dose], who)
        except (NotAllowedError, NotFoundError):
            return
        self._newest().second = who

    def revoke(self, who: str, _: int) -> None:
        try:
            revoke_override(self.site.services, self.keys[self.dose], who, REASON)
        except (NotAllowedError, NotFoundError):
            return
        self._newest().revoked = True

    def wait(self, _: str, days: int) -> None:
        self.today += timedelta(days=days % 3)
        self.site.clock.later = timedelta(days=(self.today - TODAY).days)

    def change(self, _: str, days: int) -> None:
        """Another dose is found; a push has the plan judged anew."""
        self.dose = str(2 + days % 2)
        services = self.site.services
        self.site.services = replace(services, rules=(against(self.code, "m1", dose=self.dose),))
        self.site.push(request("m1"), request(f"other-{len(self.decisions)}-{self.today}-{self.dose}"))
        for alert in standing_alerts(self.site.services):
            if alert.record.subject == "m1":
                self.keys[self.dose] = alert.record.key

    def _newest(self) -> Decision:
        return [one for one in self.decisions if one.dose == self.dose][-1]


steps = st.lists(
    st.tuples(
        st.sampled_from(["override", "second", "revoke", "wait", "change"]),
        st.sampled_from([KIRSTEN, ANNA, OLE]),
        st.integers(0, 5),
    ),
    max_size=7,
)


@settings(max_examples=30, deadline=None)
@given(code=st.sampled_from([RISKY, TWO]), steps=steps)
def test_nothing_is_released_that_no_decision_in_force_lets_pass(
    fresh: Fresh, code: Code, steps: list[tuple[str, str, int]]
) -> None:
    with fresh("sqlite") as url, Database.open(url) as database:
        model = Model(open_site(database, code), code)
        for what, who, number in steps:
            getattr(model, what)(who, number)
        if model.counts():
            assert model.site.line().disposition is Disposition.PACKED
        try:
            batch = model.site.batch()
        except NothingToPackError:
            assert model.site.line().disposition is Disposition.PARKED
            return
        packs = model.site.line().disposition is Disposition.PACKED
        assert (batch.state is BatchState.PLANNED) is (model.counts() or not packs)
        try:
            release_batch(model.site.services, batch.batch_id, KIRSTEN)
        except NotReleasableError:
            assert batch.state is BatchState.HELD
        for one in model.decisions:
            assert {one.first, one.second} & {KIRSTEN, ANNA} or not model.counts()
            assert one.first != one.second
