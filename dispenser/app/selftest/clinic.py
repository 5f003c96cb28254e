"""The clinical rules of the self-test, and providers of rules that cannot be relied on."""

from collections.abc import Callable
from datetime import date
from functools import lru_cache
from importlib.resources import files

from dispenser.app.rules_in_force import Rules
from dispenser.core.ids import CitizenId
from safety.findings import Finding
from safety.pack_rules import PackRules
from safety.rule_question import Allergy, ProviderIdentity, RuleQuestion
from safety.rulepack import RulePack
from safety.rulepack_file import read_rule_pack


def rule_text() -> str:
    """Return the self-test's own rule pack as TOML."""
    return files("dispenser.app.selftest").joinpath("rules.toml").read_text(encoding="utf-8")


@lru_cache(maxsize=1)
def rule_pack() -> RulePack:
    """Return the self-test's own rule pack."""
    return read_rule_pack(rule_text())


@lru_cache(maxsize=1)
def _provider() -> PackRules:
    return PackRules(rule_pack())


def rules_on(day: date) -> Rules:
    """Return the rules in force on `day`; nobody is known not to tolerate anything."""
    return Rules((_provider(),), day, {})


def not_tolerated(rules: Rules, citizen_id: CitizenId, allergy: Allergy) -> Rules:
    """Return `rules` of which a citizen is known not to tolerate something."""
    return Rules(rules.providers, rules.day, {citizen_id: (allergy,)})


class Broken:
    """A provider that answers in `how` it should not."""

    def __init__(self, how: Callable[[RuleQuestion], tuple[Finding, ...]]) -> None:
        """Keep how it answers."""
        self._how = how

    def identity(self) -> ProviderIdentity:
        """Return a name like any other."""
        return ProviderIdentity("broken", "1", "0" * 64)

    def check(self, question: RuleQuestion) -> tuple[Finding, ...]:
        """Answer in the way that was asked for."""
        return self._how(question)
