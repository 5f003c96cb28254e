"""What stands in for rules that cannot be used has their name and answers nothing."""

import pytest

from safety.findings import found
from safety.providers import ask
from safety.rule_codes import PROVIDER_FAILED
from safety.rule_plugins import RULES_CONTRACT, RulesInfo, UnusableRules, UnusableRulesError
from safety.rule_question import ProviderIdentity, RuleQuestion
from tests.support.medicine import MONDAY, SLOTS, catalogue, daily, dose, ordination, plan

RULES = UnusableRules("licensed", "load_error: x")
QUESTION = RuleQuestion(plan(ordination(daily(dose("1")))), catalogue(), SLOTS, MONDAY)


def test_it_has_the_name_and_nothing_else() -> None:
    assert RULES.identity() == ProviderIdentity("licensed", "", "")


def test_it_never_answers() -> None:
    with pytest.raises(UnusableRulesError, match=r"^load_error: x$"):
        RULES.check(QUESTION)
    why = "UnusableRulesError: load_error: x"
    assert ask([RULES], QUESTION) == (found(PROVIDER_FAILED, "ordination-A", provider="licensed", why=why),)


def test_a_plug_in_hands_over_how_to_get_its_rules() -> None:
    info = RulesInfo("licensed", RULES_CONTRACT, lambda: RULES)
    assert (info.contract, info.build()) == (1, RULES)
