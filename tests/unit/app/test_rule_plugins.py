"""Rules as plug-ins: a broken, doubled or outdated one has a state, stops nothing, and lets nothing pass."""

from importlib.metadata import EntryPoint
from types import SimpleNamespace

import pytest

from dispenser.app.rule_plugins import GROUP, RulesState, discover_rules
from safety.findings import found
from safety.providers import ask
from safety.rule_codes import PROVIDER_FAILED
from safety.rule_plugins import RULES_CONTRACT, RulesInfo, UnusableRules
from safety.rule_question import ProviderIdentity, RuleProvider, RuleQuestion
from tests.support.medicine import MONDAY, SLOTS, catalogue, daily, dose, ordination, plan
from tests.support.rules import QUIET, Saying

GOOD = RulesInfo("licensed", RULES_CONTRACT, lambda: QUIET)
OTHER = RulesInfo("other", RULES_CONTRACT, lambda: Saying(lambda _: (), "other"))
OLD = RulesInfo("old", RULES_CONTRACT - 1, lambda: QUIET)
QUESTION = RuleQuestion(plan(ordination(daily(dose("1")))), catalogue(), SLOTS, MONDAY)


def _fails() -> RuleProvider:
    raise OSError("no licence")


def _exits() -> RuleProvider:
    raise SystemExit(3)


class _Nameless(Saying):
    def identity(self) -> ProviderIdentity:
        raise KeyError("name")


UNLICENSED = RulesInfo("unlicensed", RULES_CONTRACT, _fails)
LEAVING = RulesInfo("leaving", RULES_CONTRACT, _exits)
NAMELESS = RulesInfo("nameless", RULES_CONTRACT, lambda: _Nameless(lambda _: ()))
NO_RULES = SimpleNamespace(name="no rules")


def point(name: str, target: str) -> EntryPoint:
    return EntryPoint(name, target if ":" in target else f"{__name__}:{target}", GROUP)


def test_usable_rules_are_asked() -> None:
    (plugin,) = discover_rules([point("a", "GOOD")])
    assert (plugin.name, plugin.state, plugin.detail) == ("licensed", RulesState.USABLE, "")
    assert plugin.target == f"{__name__}:GOOD"
    assert plugin.provider is QUIET
    assert ask([plugin.provider], QUESTION) == ()


@pytest.mark.parametrize(
    ("target", "name", "state", "detail"),
    [
        ("no_such_module:X", "a", RulesState.LOAD_ERROR, "ModuleNotFoundError: No module named 'no_such_module'"),
        ("MISSING", "a", RulesState.LOAD_ERROR, f"AttributeError: module '{__name__}' has no attribute 'MISSING'"),
        ("NO_RULES", "a", RulesState.NOT_RULES, "a SimpleNamespace is no RulesInfo"),
        ("OLD", "old", RulesState.WRONG_CONTRACT, "it speaks contract 0, this controller 1"),
        ("UNLICENSED", "unlicensed", RulesState.BUILD_ERROR, "OSError: no licence"),
        ("LEAVING", "leaving", RulesState.BUILD_ERROR, "SystemExit: 3"),
        ("NAMELESS", "nameless", RulesState.BUILD_ERROR, "KeyError: 'name'"),
    ],
)
def test_a_plug_in_that_cannot_be_used_says_why_and_lets_nothing_pass(
    target: str, name: str, state: RulesState, detail: str
) -> None:
    sound, broken = sorted(
        discover_rules([point("a", target), point("z", "OTHER")]), key=lambda one: one.name != "other"
    )
    assert sound.state is RulesState.USABLE
    assert (broken.name, broken.state, broken.detail) == (name, state, detail)
    assert broken.provider == UnusableRules(name, f"{state.value}: {detail}")
    (finding,) = ask([broken.provider], QUESTION)
    why = f"UnusableRulesError: {state.value}: {detail}"
    assert finding == found(PROVIDER_FAILED, "ordination-A", provider=name, why=why)


def test_of_two_with_one_name_neither_is_used() -> None:
    plugins = discover_rules([point("a", "GOOD"), point("b", "GOOD"), point("c", "OTHER")])
    assert [(one.name, one.state, one.detail) for one in plugins] == [
        ("licensed", RulesState.DUPLICATE_NAME, "2 plug-ins have it"),
        ("licensed", RulesState.DUPLICATE_NAME, "2 plug-ins have it"),
        ("other", RulesState.USABLE, ""),
    ]
    assert len(ask([plugins[0].provider], QUESTION)) == 1


def test_none_is_shipped() -> None:
    assert discover_rules() == ()
