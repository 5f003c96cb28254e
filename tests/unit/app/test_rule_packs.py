"""Rule packs are proposed by one, signed by another, and then asked; signing one judges all plans anew."""

import json
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from dispenser.app.intake import accept_bundle
from dispenser.app.rejudging import FOLLOWED, LineChange, Rejudged, diff, follow_rules, rejudge, rejudge_all
from dispenser.app.rule_packs import (
    demonstration_rules,
    not_clinical,
    propose_rules,
    providers_for,
    providers_with,
    sign_rules,
)
from dispenser.app.services import Services
from dispenser.core.ids import CitizenId
from dispenser.core.plan import Disposition, MedicationPlan
from dispenser.store.errors import NotFoundError
from dispenser.store.rule_packs import RulePackDraft
from dispenser.store.session import Database, Transaction
from safety.findings import Code, Severity
from safety.pack_rules import PackRules
from safety.rule_plugins import UnusableRules
from safety.rule_question import ProviderIdentity, RuleProvider
from safety.rulepack_file import RulePackError, read_rule_pack
from tests.support.fhir import Json, altered, bundle, patient, request
from tests.support.medicine import catalogue, product
from tests.support.rule_files import pack_file
from tests.support.rules import QUIET, Saying, against
from tests.support.stored import GROUP, add_people, citizen
from tests.support.world import VirtualClock

TODAY = date(2026, 11, 22)
DAY = timedelta(days=1)
HOLM, LUND = "A. Holm", "B. Lund"
METHOTREXATE = "28100009555"
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
ELTROXIN = "28100020455"


class Nameless(Saying):
    """Rules that do not say who they are."""

    def identity(self) -> ProviderIdentity:
        raise KeyError("name")


class Later(VirtualClock):
    """Two days later."""

    def now(self) -> datetime:
        return super().now() + 2 * DAY


@pytest.fixture
def site(services: Services) -> Services:
    """A site without rules of its own, whose products have ATC codes: one of thyroid, one of methotrexate."""
    products = catalogue(product(ELTROXIN, atc="H03AA01"), product(METHOTREXATE, atc="L04AX03"))
    return replace(services, catalogue=products, rules=(QUIET,))


def of_methotrexate(name: str) -> Json:
    coding = {"system": "https://laegemiddelstyrelsen.dk/drugid", "code": METHOTREXATE}
    return request(name) | {"medicationCodeableConcept": {"coding": [coding], "text": "Methotrexat"}}


def push(site: Services, *lines: Json) -> None:
    sent = bundle(patient(), *(lines or (request("m1"), of_methotrexate("m2"))))
    assert accept_bundle(site, json.dumps(sent).encode(), "test").status == 200


def plan_of(site: Services) -> MedicationPlan:
    with site.database.read() as tx:
        citizen = tx.citizens.by_fhir_id("p1")
        assert citizen is not None
        plan = tx.plans.current(citizen.citizen_id)
    assert plan is not None
    return plan


def citizen_id_in(tx: Transaction) -> CitizenId:
    known = tx.citizens.by_fhir_id("p1")
    assert known is not None
    return known.citizen_id


def names(providers: tuple[RuleProvider, ...]) -> list[tuple[str, str]]:
    return [(one.identity().name, one.identity().version) for one in providers]


def in_force(site: Services, day: date = TODAY) -> list[tuple[str, str]]:
    with site.database.read() as tx:
        return names(providers_for(site, tx, day))


def problems(error: pytest.ExceptionInfo[RulePackError]) -> list[str]:
    return [finding.code.id for finding in error.value.findings]


def audit(site: Services) -> list[tuple[str, str, str]]:
    with site.database.read() as tx:
        return [(one.who, one.action, one.subject) for one in reversed(tx.audit.newest(50))]


def test_a_proposed_pack_counts_once_another_has_signed_it(site: Services) -> None:
    record = propose_rules(site, pack_file(), f" {HOLM} ")
    assert (record.name, record.author, record.pack_id, record.version) == ("rules-1", HOLM, "apotek", "1")
    assert record.digest == read_rule_pack(pack_file()).digest
    assert in_force(site) == [("test", "1")]
    assert sign_rules(site, "rules-1", LUND).signed_by == LUND
    assert in_force(site) == [("test", "1"), ("apotek", "1")]
    assert audit(site) == [
        (HOLM, "rule pack proposed", "rules/rules-1"),
        (LUND, "rule pack signed", "rules/rules-1"),
    ]


def test_a_pack_that_cannot_be_used_is_not_stored(site: Services) -> None:
    with pytest.raises(RulePackError) as refused:
        propose_rules(site, "id =", HOLM)
    assert problems(refused) == ["DOSE-0801"]
    with site.database.read() as tx:
        assert tx.rule_packs.all() == ()


def test_a_proposal_needs_a_name_a_new_version_and_days_to_come(site: Services) -> None:
    propose_rules(site, pack_file(), HOLM)
    over = pack_file(valid_to=TODAY - DAY)
    with pytest.raises(RulePackError) as refused:
        propose_rules(site, over, " ")
    assert problems(refused) == ["DOSE-0851", "DOSE-0854", "DOSE-0855"]
    assert propose_rules(site, pack_file("2", valid_to=TODAY), HOLM).name == "rules-2"


def test_nobody_signs_what_he_made_or_proposed_nor_twice(site: Services) -> None:
    propose_rules(site, pack_file(author="C. Juhl"), HOLM)
    for who, codes in ((HOLM.lower(), ["DOSE-0852"]), ("C.  Juhl", ["DOSE-0852"]), ("", ["DOSE-0851"])):
        with pytest.raises(RulePackError) as refused:
            sign_rules(site, "rules-1", who)
        assert problems(refused) == codes
    sign_rules(site, "rules-1", LUND)
    with pytest.raises(RulePackError) as refused:
        sign_rules(site, "rules-1", "D. Madsen")
    assert problems(refused) == ["DOSE-0853"]
    with pytest.raises(NotFoundError):
        sign_rules(site, "rules-7", LUND)


def test_a_newer_version_takes_the_place_of_the_older(site: Services) -> None:
    for number, file in enumerate((pack_file(), pack_file("2", valid_from=TODAY + DAY), pack_file(pack_id="b")), 1):
        propose_rules(site, file, HOLM)
        sign_rules(site, f"rules-{number}", LUND)
    assert in_force(site) == [("test", "1"), ("apotek", "1"), ("b", "1")]
    assert in_force(site, TODAY + DAY) == [("test", "1"), ("apotek", "2"), ("b", "1")]


def test_what_would_be_in_force_is_told_before_it_is_signed(site: Services) -> None:
    propose_rules(site, pack_file(), HOLM)
    sign_rules(site, "rules-1", LUND)
    newer = propose_rules(site, pack_file("2"), HOLM)
    other = propose_rules(site, pack_file(pack_id="a"), HOLM)
    with site.database.read() as tx:
        assert names(providers_with(site, tx, newer, TODAY)) == [("test", "1"), ("apotek", "2")]
        assert names(providers_with(site, tx, other, TODAY)) == [("test", "1"), ("a", "1"), ("apotek", "1")]


def test_a_pack_is_read_once(site: Services) -> None:
    propose_rules(site, pack_file(), HOLM)
    sign_rules(site, "rules-1", LUND)
    with site.database.read() as tx:
        (_, first), (_, second) = (providers_for(site, tx, TODAY) for _ in range(2))
    assert first is second


def test_a_pack_that_is_over_lets_nothing_new_pass_and_takes_nothing_away(site: Services) -> None:
    propose_rules(site, pack_file(valid_to=TODAY + DAY), HOLM)
    sign_rules(site, "rules-1", LUND)
    push(site)
    later = replace(site, clock=Later())
    rejudge_all(later, LUND)
    push(later, request("m3"), altered(request("m1"), "authoredOn", "2026-11-21"))
    plan = plan_of(site)
    assert [line.ordination_id for line in plan.ordinations] == ["m1"]
    assert [(line.ordination_id, line.reasons) for line in plan.parked] == [
        ("m2", ("DOSE-0171",)),
        ("m3", ("DOSE-0171",)),
    ]


def test_a_stored_pack_that_can_no_longer_be_read_fails_closed(site: Services) -> None:
    with site.database.write() as tx:
        draft = RulePackDraft("old", "1", "Gamle regler", TODAY, None, "[pack]\n")
        tx.rule_packs.add(draft, HOLM, site.clock.now())
        tx.rule_packs.sign("rules-1", LUND, site.clock.now())
    with site.database.read() as tx:
        (_, broken) = providers_for(site, tx, TODAY)
    assert isinstance(broken, UnusableRules)
    assert "DOSE-0803" in broken.why


def test_rules_by_which_nobody_may_be_treated_are_named(site: Services) -> None:
    with site.database.read() as tx:
        assert not_clinical(site, tx, TODAY) == ()
        demonstrating = replace(site, rules=(QUIET, demonstration_rules()))
        (name,) = not_clinical(demonstrating, tx, TODAY)
    assert name.startswith("demonstration 1")
    assert isinstance(demonstration_rules(), PackRules)
    assert demonstration_rules() is demonstration_rules()


# -- judging anew --------------------------------------------------------------------------------------------------


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
