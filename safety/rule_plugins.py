"""What a plug-in of clinical rules hands over, and what stands in for one that cannot be used."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from safety.findings import Finding
from safety.rule_question import ProviderIdentity, RuleProvider, RuleQuestion

RULES_CONTRACT: Final = 1
"""Version of what plug-ins of the entry point group `safety.rules` must keep to."""


@dataclass(frozen=True, slots=True)
class RulesInfo:
    """A plug-in's rules: their name, the contract they were written for, and how to get them."""

    name: str
    contract: int
    build: Callable[[], RuleProvider]


class UnusableRulesError(Exception):
    """Rules that should be in force cannot be used."""


@dataclass(frozen=True, slots=True)
class UnusableRules:
    """Stands in for rules that cannot be used: every question fails, so that no line passes unchecked."""

    name: str
    why: str

    def identity(self) -> ProviderIdentity:
        """Return the name of the rules, without version and digest."""
        return ProviderIdentity(self.name, "", "")

    def check(self, question: RuleQuestion) -> tuple[Finding, ...]:
        """Answer nothing.

        Raises:
            UnusableRulesError: always.
        """
        del question
        raise UnusableRulesError(self.why)
