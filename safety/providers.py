"""Ask every provider of clinical rules; whatever hinders an answer parks every line."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace

from hal.foreign import Failed, attempt
from safety import rule_codes
from safety.allergy_checks import check_allergies
from safety.findings import Finding, found
from safety.guarded import guarded
from safety.rule_question import RuleProvider, RuleQuestion
from safety.site_codes import CHECK_FAILED

_LONGEST = 200
"""Characters of a failure that are told."""


def ask(providers: Sequence[RuleProvider], question: RuleQuestion) -> tuple[Finding, ...]:
    """Return what all providers and the citizen's own allergies hold against the plan, in a fixed order, each once.

    No provider, or one that fails, answers with something else than findings, or speaks of a line that is not in the
    plan, parks every line.
    """
    findings: set[Finding] = set(_own(question))
    if not providers:
        findings.update(found(rule_codes.RULES_MISSING, line.ordination_id) for line in question.plan.ordinations)
    for provider in providers:
        findings.update(_answer(provider, question))
    return tuple(sorted(findings, key=lambda one: (one.subject, one.code.id, one.details)))


def _own(question: RuleQuestion) -> Iterable[Finding]:
    answer = guarded("", check_allergies, question)
    if any(one.code is CHECK_FAILED for one in answer):
        return [replace(one, subject=line.ordination_id) for one in answer for line in question.plan.ordinations]
    return answer


def _answer(provider: RuleProvider, question: RuleQuestion) -> Iterable[Finding]:
    name = attempt(lambda: provider.identity().name)
    if isinstance(name, Failed):
        return _failed(type(provider).__name__, name.why[:_LONGEST], question)
    answer = attempt(lambda: tuple(provider.check(question)))
    if isinstance(answer, Failed):
        return _failed(name, answer.why[:_LONGEST], question)
    subjects = {line.ordination_id for line in question.plan.ordinations}
    findings = _about(answer, subjects)
    if len(findings) < len(answer):
        findings.extend(_failed(name, "not about this plan", question))
    return findings


def _about(answer: Iterable[object], subjects: Collection[str]) -> list[Finding]:
    # A plug-in's types are its own promise only.
    return [one for one in answer if isinstance(one, Finding) and one.subject in subjects]


def _failed(provider: str, why: str, question: RuleQuestion) -> tuple[Finding, ...]:
    return tuple(
        found(rule_codes.PROVIDER_FAILED, line.ordination_id, provider=provider, why=why)
        for line in question.plan.ordinations
    )
