"""Plans are judged anew when rules begin, end or change; only what they change has a new revision."""

from dataclasses import replace
from datetime import date

import pytest

from dispenser.app.rejudging import FOLLOWED, LineChange, Rejudged, diff, follow_rules, rejudge, rejudge_all
from dispenser.app.rule_packs import (
    propose_rules,
    sign_rules,
)
from dispenser.app.services import Services
from dispenser.core.plan import Disposition
from dispenser.store.errors import NotFoundError
from dispenser.store.session import Database
from safety.findings import Code, Severity
from safety.rule_question import ProviderIdentity
from safety.rulepack_file import read_rule_pack
from tests.support.clinic import DAY, HOLM, LUND, Later, audit, citizen_id_in, clinic, of_methotrexate, plan_of, push
from tests.support.fhir import altered, request
from tests.support.rule_files import pack_file
from tests.support.rules import Saying, against
from tests.support.stored import GROUP, add_people, citizen
from tests.support.world import VirtualClock

TODAY = date(2026, 11, 22)
NOW = VirtualClock().now()
PARKS = Code("DOSE-0199", Severity.PARK, "Nej: {why}.", "No: {why}.", "Spørg.", "Ask.", "test")
ANOTHER = """
[[high_risk]]
id = "lithium"
source = "SPC 4.2"
text = "Lithium."
atc = ["N05AN01"]
cases = [
  { fires = true, lines = [{ atc = "N05AN01" }] },
  { fires = false, lines = [{ atc = "N05AX08" }] },
]
"""


class Nameless(Saying):
    """Rules that do not say who they are."""

    def identity(self) -> ProviderIdentity:
        raise KeyError("name")


@pytest.fixture
def site(services: Services) -> Services:
    return clinic(services)


def test_diff_says_what_signing_would_change_and_changes_nothing(site: Services) -> None:
    push(site)
    propose_rules(site, pack_file(), HOLM)
    before = plan_of(site)
    (change,) = diff(site, "rules-1")
    text_of = change.text
    assert change == LineChange("p1", "m2", text_of, Disposition.PACKED, Disposition.PARKED, ("DOSE-0158",))
    assert "Methotrexat" in text_of
    assert plan_of(site) == before
    with pytest.raises(NotFoundError):
        diff(site, "rules-2")


def test_signing_and_judging_anew_gives_the_plan_a_revision(site: Services) -> None:
    push(site)
    propose_rules(site, pack_file(), HOLM)
    sign_rules(site, "rules-1", LUND)
    assert rejudge_all(site, LUND) == Rejudged(1, 1, ())
    plan = plan_of(site)
    assert (plan.revision, [line.ordination_id for line in plan.ordinations]) == (2, ["m1"])
    assert [(line.ordination_id, line.reasons) for line in plan.parked] == [("m2", ("DOSE-0158",))]
    assert audit(site)[-2:] == [
        (LUND, "plan judged anew", f"citizen/{plan.citizen_id}"),
        (LUND, "plans judged by rules", "rules"),
    ]
    assert rejudge_all(site, LUND) == Rejudged(1, 0, ())
    assert plan_of(site) == plan
    with site.database.read() as tx:
        assert tx.plans.message_of(plan.citizen_id) == tx.inbox.newest(1)[0].message_id


def test_a_milder_version_lets_the_line_go_again(site: Services) -> None:
    push(replace(site, rules=(against(PARKS, "m1", why="x"),)))
    assert [line.ordination_id for line in plan_of(site).ordinations] == ["m2"]
    propose_rules(site, pack_file(rules=ANOTHER), HOLM)
    (change,) = diff(site, "rules-1")
    assert (change.line, change.after, change.codes) == ("m1", Disposition.PACKED, ("DOSE-0199",))
    sign_rules(site, "rules-1", LUND)
    assert rejudge_all(site, LUND).changed == 1
    assert [line.ordination_id for line in plan_of(site).ordinations] == ["m1", "m2"]


def test_a_change_of_reasons_alone_is_a_revision_too(site: Services) -> None:
    push(replace(site, rules=(against(PARKS, "m1", why="x"),)))
    with site.database.write() as tx:
        assert not rejudge(replace(site, rules=(against(PARKS, "m1", why="x"),)), tx, citizen_id_in(tx), LUND, NOW)
        assert rejudge(replace(site, rules=(against(PARKS, "m1", why="y"),)), tx, citizen_id_in(tx), LUND, NOW)
    assert plan_of(site).revision == 2


def test_who_has_no_plan_is_passed_over(database: Database, site: Services) -> None:
    with database.write() as tx:
        tx.groups.ensure(GROUP, "Nord")
        tx.citizens.put(citizen())
        assert not rejudge(site, tx, citizen().citizen_id, LUND, NOW)
    assert rejudge_all(site, LUND) == Rejudged(1, 0, ())


def test_a_plan_that_cannot_be_read_any_more_is_named_and_stops_no_other(database: Database, site: Services) -> None:
    push(site)
    with database.write() as tx:
        add_people(tx)
    propose_rules(site, pack_file(), HOLM)
    assert [change.citizen for change in diff(site, "rules-1")] == ["p1"]
    sign_rules(site, "rules-1", LUND)
    assert rejudge_all(site, LUND) == Rejudged(2, 1, (citizen().fhir_id,))


def test_plans_follow_when_rules_begin_and_only_then(site: Services) -> None:
    push(site)
    assert follow_rules(site) == Rejudged(1, 0, ())
    assert follow_rules(site) is None
    propose_rules(site, pack_file(valid_from=TODAY + 2 * DAY), HOLM)
    sign_rules(site, "rules-1", LUND)
    assert follow_rules(site) is None
    later = replace(site, clock=Later())
    assert follow_rules(later) == Rejudged(1, 1, ())
    assert [line.ordination_id for line in plan_of(site).ordinations] == ["m1"]
    assert follow_rules(later) is None
    nameless = replace(later, rules=(Nameless(lambda _: ()),))
    assert follow_rules(nameless) == Rejudged(1, 1, ())
    assert [line.reasons for line in plan_of(site).parked] == [("DOSE-0158", "DOSE-0172")]
    with site.database.read() as tx:
        told = [one.detail for one in tx.audit.newest(50) if one.action == FOLLOWED]
    digest = read_rule_pack(pack_file(valid_from=TODAY + 2 * DAY)).digest
    assert told == [f"apotek 1 {digest}", f"test 1 {'0' * 64}; apotek 1 {digest}", f"test 1 {'0' * 64}"]


def test_when_no_rules_can_be_asked_that_is_written_down(site: Services) -> None:
    push(site)
    assert follow_rules(replace(site, rules=())) == Rejudged(1, 0, ())
    assert [line.ordination_id for line in plan_of(site).ordinations] == ["m1", "m2"]
    with site.database.read() as tx:
        assert tx.audit.newest(1)[0].detail == "no rules"


def test_who_changes_a_line_while_no_rules_can_be_asked_has_it_wait(site: Services) -> None:
    push(site)
    dose = "dosageInstruction[0].doseAndRate[0].doseQuantity.value"
    push(replace(site, rules=()), request("m1"), altered(of_methotrexate("m2"), dose, 2))
    plan = plan_of(site)
    assert [line.ordination_id for line in plan.ordinations] == ["m1"]
    assert [(line.ordination_id, line.reasons) for line in plan.parked] == [("m2", ("DOSE-0170",))]
