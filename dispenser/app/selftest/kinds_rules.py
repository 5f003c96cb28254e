"""Faults that only clinical rules can see: the dosage is sound, the medicine is not; and rules that give no answer."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Final

from dispenser.app.rules_in_force import Rules
from dispenser.app.selftest.chance import Chance, pick
from dispenser.app.selftest.clinic import Broken, not_tolerated, rule_pack
from dispenser.app.selftest.handles import some_line, with_line, with_plan
from dispenser.app.selftest.kind import Fault, Kind, Part, Seed
from dispenser.app.selftest.kinds_plan import dosage_of, is_simple, structured
from dispenser.app.selftest.plans import WEEK, cycle, doses
from dispenser.app.selftest.shelf import EPSILOL, ETASOL, IOTREXAT, KAPPADON, LITHORIN, MYKOZOL, THETAN, THEXAN
from dispenser.app.selftest.world import World
from dispenser.core.dosage import DosageDay, PartOfDay
from dispenser.core.ids import OrdinationId
from dispenser.core.plan import Ordination
from dispenser.core.product import Product
from safety.findings import Finding, found
from safety.pack_rules import PackRules
from safety.rule_codes import HIGH_RISK
from safety.rule_question import Allergy, RuleQuestion

Asked = Callable[[RuleQuestion], tuple[Finding, ...]]
_LONG_AGO: Final = timedelta(days=300)


def _altered(
    product: Product, alter: Callable[[Chance, Ordination], Ordination], chance: Chance, world: World
) -> Fault | None:
    """Order a medicine that the plan has in another way."""
    found_line = some_line(chance, world, lambda line: line.product_id == product.product_id and is_simple(line))
    if found_line is None:
        return None
    plan, line = found_line
    return Fault(with_plan(world, with_line(plan, line, alter(chance, line))), line.ordination_id)


def _daily(_: Chance, line: Ordination) -> Ordination:
    one = dosage_of(line).structures[0]
    return replace(line, dosage=structured(replace(one, interval=1, days=(replace(one.days[0], number=1),))))


def _twice_a_week(_: Chance, line: Ordination) -> Ordination:
    one = dosage_of(line).structures[0]
    first = one.days[0]
    other = replace(first, number=first.number % WEEK + 1)
    days = tuple(sorted((first, other), key=lambda day: day.number))
    return replace(line, dosage=structured(replace(one, days=days)))


def _more_often_than_weekly(chance: Chance, line: Ordination) -> Ordination:
    one = dosage_of(line).structures[0]
    day = DosageDay(1, one.days[0].doses)
    return replace(line, dosage=structured(replace(one, interval=chance.randint(2, 6), days=(day,))))


def _over_cap(_: Chance, line: Ordination) -> Ordination:
    """Ten tablets of 500 mg a day."""
    twice = doses((PartOfDay.MORNING, "5"), (PartOfDay.EVENING, "5"))
    one = dosage_of(line).structures[0]
    return replace(line, dosage=structured(replace(one, days=(DosageDay(1, twice),))))


def _added(product: Product, chance: Chance, world: World, *beside: Product) -> tuple[World, str]:
    """Order products beside everything else of a citizen; return the name of the first."""
    plan = pick(chance, tuple(world.plans.values()))
    since = world.batch.period.first - _LONG_AGO
    names: list[str] = []
    lines: list[Ordination] = []
    for place, one in enumerate((product, *beside)):
        name = OrdinationId(f"{plan.citizen_id}-more-{place}")
        dosage = cycle(1, since, (1, doses((PartOfDay.NOON, "1"))))
        lines.append(Ordination(name, one.product_id, dosage, since, None))
        names.append(name)
    kept = tuple(
        line for line in plan.ordinations if line.product_id not in {one.product_id for one in (product, *beside)}
    )
    return with_plan(world, replace(plan, ordinations=(*kept, *lines))), names[0]


def _ordered(product: Product, beside: tuple[Product, ...], chance: Chance, world: World) -> Fault | None:
    return Fault(*_added(product, chance, world, *beside))


def _cap_over_two(chance: Chance, world: World) -> Fault | None:
    """Spread too much of a substance over two lines, neither of which is too much."""
    found_line = some_line(chance, world, lambda line: line.product_id == EPSILOL.product_id)
    if found_line is None:
        return None
    plan, line = found_line
    again = replace(
        line,
        ordination_id=OrdinationId(f"{line.ordination_id}-more"),
        dosage=cycle(1, line.first, (1, doses((None, "5")))),
    )
    return Fault(with_plan(world, replace(plan, ordinations=(*plan.ordinations, again))), line.ordination_id)


def _beside(product: Product, units: str, of: Product, chance: Chance, world: World) -> Fault | None:
    """Order a product as needed, which keeps it out of the pouches, beside one that is packed."""
    found_line = some_line(chance, world, lambda line: line.product_id == of.product_id)
    if found_line is None:
        return None
    plan, line = found_line
    since = world.batch.period.first - _LONG_AGO
    needed = (replace(doses((PartOfDay.NOON, units))[0], as_needed=True),)
    name = OrdinationId(f"{plan.citizen_id}-needed")
    more = Ordination(name, product.product_id, cycle(1, since, (1, needed)), since, None)
    return Fault(with_plan(world, replace(plan, ordinations=(*plan.ordinations, more))), line.ordination_id)


def _weekly_in_two(chance: Chance, world: World) -> Fault | None:
    """Spread a weekly medicine over two lines, each of which is weekly, on two days."""
    found_line = some_line(chance, world, lambda line: line.product_id == IOTREXAT.product_id)
    if found_line is None:
        return None
    plan, line = found_line
    one = dosage_of(line).structures[0]
    other = replace(one, days=(replace(one.days[0], number=one.days[0].number % WEEK + 1),))
    again = replace(line, ordination_id=OrdinationId(f"{line.ordination_id}-more"), dosage=structured(other))
    return Fault(with_plan(world, replace(plan, ordinations=(*plan.ordinations, again))), line.ordination_id)


def _catalogued(product: Product, alter: Callable[[Product], Product], chance: Chance, world: World) -> Fault | None:
    """Let the catalogue say something else of a medicine that somebody takes."""
    found_line = some_line(chance, world, lambda line: line.product_id == product.product_id)
    if found_line is None:
        return None
    now = alter(world.catalogue.products[product.product_id])
    catalogue = replace(world.catalogue, products={**world.catalogue.products, now.product_id: now})
    return Fault(replace(world, catalogue=catalogue), found_line[1].ordination_id)


def _allergic(allergy: Allergy, chance: Chance, world: World) -> Fault | None:
    """Note that a citizen does not tolerate a medicine that is ordered."""
    found_line = some_line(chance, world, lambda line: line.product_id == THETAN.product_id)
    if found_line is None:
        return None
    plan, line = found_line
    return Fault(replace(world, rules=not_tolerated(world.rules, plan.citizen_id, allergy)), line.ordination_id)


def _with_rules(change: Callable[[Rules], Rules], chance: Chance, world: World) -> Fault | None:
    """Let the rules that are asked be others; any line must then wait."""
    found_line = some_line(chance, world)
    return Fault(replace(world, rules=change(world.rules)), found_line[1].ordination_id) if found_line else None


def _answered(how: Asked) -> Callable[[Rules], Rules]:
    return lambda rules: replace(rules, providers=(*rules.providers, Broken(how)))


def _raises(_: RuleQuestion) -> tuple[Finding, ...]:
    raise ConnectionError("the provider's database is away")


def _about_others(_: RuleQuestion) -> tuple[Finding, ...]:
    return (found(HIGH_RISK, "a line of somebody else"),)


def _expired(rules: Rules) -> Rules:
    old = replace(rule_pack(), valid_to=rules.day - timedelta(days=1))
    return replace(rules, providers=(PackRules(old),))


def _not_yet(rules: Rules) -> Rules:
    new = replace(rule_pack(), valid_from=rules.day + timedelta(days=1))
    return replace(rules, providers=(PackRules(new),))


def _kind(name: str, what: str, check: str, seed: Seed) -> Kind:
    return Kind(name, what, Part.PLANS, (check,), seed)


KINDS: Final = (
    _kind("weekly-ordered-daily", "a weekly medicine is ordered daily", "C10", partial(_altered, IOTREXAT, _daily)),
    _kind(
        "weekly-ordered-twice",
        "a weekly medicine is ordered twice a week",
        "C10",
        partial(_altered, IOTREXAT, _twice_a_week),
    ),
    _kind(
        "weekly-ordered-often",
        "a weekly medicine is ordered every few days",
        "C10",
        partial(_altered, IOTREXAT, _more_often_than_weekly),
    ),
    _kind("high-risk", "a high-risk medicine that nobody confirmed", "C10", partial(_ordered, LITHORIN, ())),
    _kind("over-cap", "more of a substance a day than anyone may take", "C22", partial(_altered, EPSILOL, _over_cap)),
    _kind("weekly-in-two-lines", "two weekly lines give a weekly medicine twice a week", "C10", _weekly_in_two),
    _kind(
        "over-cap-with-needed",
        "what is taken as needed beside the pouches is too much with them",
        "C22",
        partial(_beside, EPSILOL, "5", EPSILOL),
    ),
    _kind(
        "contraindicated-with-needed",
        "a medicine must not be taken with one that is taken as needed",
        "R20",
        partial(_beside, MYKOZOL, "1", THETAN),
    ),
    _kind("over-cap-of-two", "two lines together give too much of a substance", "C22", _cap_over_two),
    _kind(
        "cap-not-computable",
        "a strength that nobody can compute with",
        "C22",
        partial(_catalogued, EPSILOL, lambda product: replace(product, strength="stærk")),
    ),
    _kind(
        "contraindicated", "two medicines that must not be taken together", "R20", partial(_ordered, MYKOZOL, (THETAN,))
    ),
    _kind(
        "discouraged", "two medicines that should not be taken together", "R20", partial(_ordered, MYKOZOL, (KAPPADON,))
    ),
    _kind("duplicate-therapy", "two medicines of one class", "C9", partial(_ordered, THEXAN, (THETAN,))),
    _kind(
        "allergy", "a medicine that the citizen does not tolerate", "R19", partial(_allergic, Allergy(THETAN.atc, ""))
    ),
    _kind(
        "allergy-of-class",
        "a medicine of a class that is not tolerated",
        "R19",
        partial(_allergic, Allergy(THEXAN.atc, "")),
    ),
    _kind(
        "allergy-not-coded",
        "an allergy in words, which nobody has coded",
        "R19",
        partial(_allergic, Allergy("", "noget hvidt")),
    ),
    _kind(
        "class-never-packed",
        "a medicine of a class that is never packed",
        "C11",
        partial(_catalogued, THETAN, lambda product: replace(product, atc="L01BA01")),
    ),
    _kind(
        "form-never-packed",
        "a medicine in a form that is never packed",
        "C11",
        partial(_catalogued, THETAN, lambda product: replace(product, form="brusetabletter")),
    ),
    _kind(
        "separate-mark-lost",
        "a medicine that must be alone is not marked so",
        "C11",
        partial(_catalogued, ETASOL, lambda product: replace(product, separate_pouch=False)),
    ),
    _kind(
        "not-classified",
        "a medicine whose class nobody knows",
        "R21",
        partial(_catalogued, THETAN, lambda product: replace(product, atc="")),
    ),
    _kind(
        "rules-missing",
        "no clinical rules are in force",
        "R21",
        partial(_with_rules, lambda rules: replace(rules, providers=())),
    ),
    _kind("rules-expired", "the clinical rules are out of date", "R21", partial(_with_rules, _expired)),
    _kind("rules-not-yet-valid", "the clinical rules are for later", "R21", partial(_with_rules, _not_yet)),
    _kind(
        "rules-away", "a provider of clinical rules does not answer", "R21", partial(_with_rules, _answered(_raises))
    ),
    _kind(
        "rules-about-others",
        "a provider answers about somebody else",
        "R21",
        partial(_with_rules, _answered(_about_others)),
    ),
)
