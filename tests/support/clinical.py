"""Short ways to write rules, and plans that are held against them."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from dispenser.core.dosage import Dosage, OrderedDose
from dispenser.core.plan import MedicationPlan, Ordination
from dispenser.core.product import Product
from safety.findings import Finding
from safety.pack_rules import PackRules
from safety.rule_question import Allergy, RuleQuestion
from safety.rulepack import RulePack
from safety.rules.rule import About, Rule
from tests.support.medicine import (
    CITIZEN,
    MONDAY,
    SLOTS,
    catalogue,
    daily,
    dosage,
    dose,
    ordination,
    product,
    structure,
)
from tests.support.medicine import day as dosage_day

ABOUT = About("rule-1", "SPC 4.2", "Text of the rule.")
PARACETAMOL = "N02BE01"
TABLET = ("tablet", "tabletter")
LIQUID = ("ml", "ml")
Told = tuple[str, str, dict[str, str]]
"""A finding's code, subject and details, without what every finding of a rule names."""


def drug(
    name: str = "A",
    atc: str = PARACETAMOL,
    strength: str = "500 mg",
    *,
    units: tuple[str, str] = TABLET,
    form: str = "tabletter",
    called: str = "",
    separate: bool = False,
    tray_only: bool = False,
    marked: bool = True,
) -> Product:
    made = product(name, atc=atc, separate=separate, tray_only=tray_only, dispensable=marked)
    return replace(made, strength=strength, units=units, form=form, name=called or made.name)


def pack(*rules: Rule, clinical: bool = True, first: date = date(2026, 1, 1), last: date | None = None) -> RulePack:
    return RulePack("site", "3", "Rules", "SPC", clinical, "DK", "Ane Holm", first, last, rules, (), "abc")


def numbered(rule: Rule, name: str) -> About:
    """The about of a rule with another id."""
    return replace(rule.about, id=name)


def cycle(interval: int, *numbers: int, doses: Sequence[OrderedDose] = (), start: date = MONDAY) -> Dosage:
    """One tablet, or `doses`, on some days of a cycle."""
    taken = tuple(doses) or (dose("1"),)
    return dosage(structure(*(dosage_day(number, *taken) for number in numbers), interval=interval, start=start))


def line(product_name: str = "A", how: Dosage | None = None, name: str = "", last: date | None = None) -> Ordination:
    return ordination(how or daily(dose("1")), product_name, name or f"line-{product_name}", last=last)


def question(
    lines: Sequence[Ordination],
    products: Sequence[Product],
    *,
    beside: Sequence[Ordination] = (),
    day: date = MONDAY,
    allergies: Sequence[Allergy] = (),
) -> RuleQuestion:
    plan = MedicationPlan(CITIZEN, 1, tuple(lines))
    return RuleQuestion(plan, catalogue(*products), SLOTS, day, tuple(beside), tuple(allergies))


def told(findings: Sequence[Finding]) -> list[Told]:
    """Codes, subjects and details in a fixed order."""
    general = {"text", "rule", "pack"}
    brief = [
        (one.code.id, one.subject, {name: value for name, value in one.details if name not in general})
        for one in findings
    ]
    return sorted(brief, key=str)


def alerts(
    rule: Rule,
    lines: Sequence[Ordination],
    products: Sequence[Product],
    *,
    beside: Sequence[Ordination] = (),
    day: date = MONDAY,
    allergies: Sequence[Allergy] = (),
) -> list[Told]:
    """What one rule finds."""
    asked = question(lines, products, beside=beside, day=day, allergies=allergies)
    return told(PackRules(pack(rule)).check(asked))


def codes(found: Sequence[Told]) -> list[tuple[str, str]]:
    return [(code, subject) for code, subject, _ in found]
