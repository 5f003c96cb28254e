"""Ask every provider of clinical rules; whatever hinders an answer parks every line."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import fields, replace
from typing import Final, TypeGuard

from hal.foreign import Failed, attempt
from safety import rule_codes
from safety.allergy_checks import check_allergies
from safety.findings import Code, Finding, Overriding, Severity, found
from safety.guarded import guarded
from safety.rule_question import RuleProvider, RuleQuestion
from safety.site_codes import CHECK_FAILED

_LONGEST = 200
"""Characters of a failure that are told."""
_PAIR: Final = 2
"""A detail's name and its value."""
_NO_TEXT: Final = re.compile("[\x00\ud800-\udfff]")
"""What no database and no page can hold."""


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
    # A plug-in's types are its own promise only.
    answer: object = attempt(lambda: provider.check(question))
    if isinstance(answer, Failed):
        return _failed(name, answer.why[:_LONGEST], question)
    told = _items(answer)
    if told is None:
        return _failed(name, "no tuple of findings", question)
    subjects = {line.ordination_id for line in question.plan.ordinations}
    findings = [one for one in told if _is_finding(one) and one.subject in subjects]
    if len(findings) < len(told):
        findings.extend(_failed(name, "not about this plan", question))
    return findings


def _items(answer: object) -> tuple[object, ...] | None:
    return tuple(answer) if isinstance(answer, tuple | list) else None


def _is_finding(one: object) -> TypeGuard[Finding]:
    """Return whether everything in `one` is what a finding must hold, so that it can be judged, stored and shown."""
    if not isinstance(one, Finding):
        return False
    held: dict[str, object] = {name: getattr(one, name) for name in ("code", "subject", "details")}
    return _is_text(held["subject"]) and _is_code(held["code"]) and _are_details(held["details"])


def _is_code(one: object) -> bool:
    if not isinstance(one, Code):
        return False
    held: dict[str, object] = {field.name: getattr(one, field.name) for field in fields(Code)}
    kinds = isinstance(held.pop("severity"), Severity) and isinstance(held.pop("overriding"), Overriding)
    return kinds and all(map(_is_text, held.values()))


def _are_details(one: object) -> bool:
    return isinstance(one, tuple) and all(
        isinstance(pair, tuple) and len(pair) == _PAIR and all(map(_is_text, pair)) for pair in _items(one) or ()
    )


def _is_text(value: object) -> bool:
    return isinstance(value, str) and _NO_TEXT.search(value) is None


def _failed(provider: str, why: str, question: RuleQuestion) -> tuple[Finding, ...]:
    return tuple(
        found(rule_codes.PROVIDER_FAILED, line.ordination_id, provider=provider, why=why)
        for line in question.plan.ordinations
    )
