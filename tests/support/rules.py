"""Clinical rules for tests: quiet ones that hold nothing against anything, and ones that say what a test wants."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final

from safety.findings import Code, Finding, found
from safety.rule_question import ProviderIdentity, RuleQuestion


@dataclass(frozen=True)
class Saying:
    """Rules that answer as `says` does."""

    says: Callable[[RuleQuestion], Iterable[Finding]]
    name: str = "test"

    def identity(self) -> ProviderIdentity:
        return ProviderIdentity(self.name, "1", "0" * 64)

    def check(self, question: RuleQuestion) -> tuple[Finding, ...]:
        return tuple(self.says(question))


def _nothing(_: RuleQuestion) -> tuple[Finding, ...]:
    return ()


QUIET: Final = Saying(_nothing)
"""Rules to which every plan is sound."""


def against(code: Code, *lines: str, **details: object) -> Saying:
    """Rules that find `code` in these lines whenever they would be packed."""

    def says(question: RuleQuestion) -> Iterable[Finding]:
        for line in question.plan.ordinations:
            if line.ordination_id in lines:
                yield found(code, line.ordination_id, **details)

    return Saying(says)
