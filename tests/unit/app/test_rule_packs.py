"""Rule packs are proposed by one, signed by another, and then asked."""

from dataclasses import replace
from datetime import date

import pytest

from dispenser.app.rejudging import rejudge_all
from dispenser.app.rule_packs import (
    demonstration_rules,
    not_clinical,
    propose_rules,
    providers_for,
    providers_with,
    sign_rules,
)
from dispenser.app.services import Services
from dispenser.store.errors import NotFoundError
from dispenser.store.rule_packs import RulePackDraft
from safety.pack_rules import PackRules
from safety.rule_plugins import UnusableRules
from safety.rule_question import RuleProvider
from safety.rulepack_file import RulePackError, read_rule_pack
from tests.support.clinic import DAY, HOLM, LUND, Later, audit, clinic, plan_of, push
from tests.support.fhir import altered, request
from tests.support.rule_files import pack_file
from tests.support.rules import QUIET

TODAY = date(2026, 11, 22)


@pytest.fixture
def site(services: Services) -> Services:
    return clinic(services)


def names(providers: tuple[RuleProvider, ...]) -> list[tuple[str, str]]:
    return [(one.identity().name, one.identity().version) for one in providers]


def in_force(site: Services, day: date = TODAY) -> list[tuple[str, str]]:
    with site.database.read() as tx:
        return names(providers_for(site, tx, day))


def problems(error: pytest.ExceptionInfo[RulePackError]) -> list[str]:
    return [finding.code.id for finding in error.value.findings]


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
