"""Laws of every pack of rules: what more rules, more lines and another order do."""

from dataclasses import replace
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from dispenser.core.dosage import FreeTextDosage
from dispenser.core.plan import Ordination
from safety.findings import Finding
from safety.pack_rules import PackRules
from safety.providers import ask
from safety.rule_question import Allergy
from safety.rules.allergy import AllergyClass
from safety.rules.day_cap import DayCap
from safety.rules.days_outside import DaysOutside
from safety.rules.duplicate import Duplicate
from safety.rules.high_risk import HighRisk
from safety.rules.interaction import Interaction
from safety.rules.look_alike import LookAlike
from safety.rules.rule import Rule
from safety.rules.separate import Separate
from safety.rules.suitability import Suitability
from safety.rules.weekly_only import WeeklyOnly
from safety.rules.which import Which
from tests.support.clinical import ABOUT, drug, line, numbered, pack, question
from tests.support.medicine import MONDAY, dosage, dose, structure
from tests.support.medicine import day as dosage_day

SUBSTANCES = ("N02BE01", "N02BE51", "M01AE01", "B01AA03", "N06AB04", "N06AB06", "")
MADE = [
    drug(f"{place}{strength}", atc, f"{strength} mg") for place, atc in enumerate(SUBSTANCES) for strength in (1, 500)
]
names = st.sampled_from([str(one.product_id) for one in MADE])
listed = st.sampled_from(["N", "N02", "N02BE01", "M01A", "B01AA03", "N06AB"])
prefixes = st.lists(listed, min_size=1, max_size=2).map(tuple)
whiches = st.builds(Which, prefixes) | st.builds(Which, forms=st.just(("tab",)), strengths=st.just(("1 mg",)))
rules_drawn: st.SearchStrategy[Rule] = st.one_of(
    st.builds(DayCap, st.just(ABOUT), prefixes, st.decimals(1, 4, places=1), st.sampled_from(["g", "mg", "stk"])),
    st.builds(WeeklyOnly, st.just(ABOUT), whiches, st.integers(2, 9)),
    st.builds(HighRisk, st.just(ABOUT), whiches, st.sampled_from([(), (7,)])),
    st.builds(Suitability, st.just(ABOUT), whiches),
    st.builds(Separate, st.just(ABOUT), whiches),
    st.builds(DaysOutside, st.just(ABOUT), whiches, st.integers(1, 42)),
    st.builds(AllergyClass, st.just(ABOUT), st.just("class"), prefixes),
    st.builds(Interaction, st.just(ABOUT), prefixes, prefixes, st.sampled_from(["caution", "contraindicated"])),
    st.builds(Duplicate, st.just(ABOUT), prefixes, st.sampled_from([0, 5, 7]), st.booleans()),
    st.builds(LookAlike, st.just(ABOUT), st.just(("Product 0", "Product 1", "Product 4500"))),
)
packs_drawn = st.lists(rules_drawn, min_size=1, max_size=5).map(
    lambda drawn: [replace_about(rule, place) for place, rule in enumerate(drawn)]
)
allergies_drawn = st.lists(st.sampled_from([Allergy("N02BA", "x"), Allergy("M01", "y"), Allergy("", "z")]), max_size=2)


def replace_about(rule: Rule, place: int) -> Rule:
    return replace(rule, about=numbered(rule, f"rule-{place}"))  # type: ignore[type-var]  # every rule is a dataclass


@st.composite
def lines_drawn(draw: st.DrawFn) -> list[Ordination]:
    """Lines of several products; some end, some are weekly, as needed or in words."""
    made: list[Ordination] = []
    for place in range(draw(st.integers(1, 6))):
        start = MONDAY + timedelta(days=draw(st.integers(-20, 20)))
        amount = draw(st.sampled_from(["0.5", "1", "8", "0"]))
        taken = structure(
            dosage_day(1, dose(amount, as_needed=draw(st.booleans()))),
            interval=draw(st.sampled_from([0, 1, 2, 7])),
            start=start,
            end=draw(st.none() | st.integers(0, 30).map(lambda days, since=start: since + timedelta(days=days))),
        )
        how = draw(st.sampled_from([dosage(taken), dosage(taken), dosage(taken), FreeTextDosage("x")]))
        made.append(line(draw(names), how, f"line-{place}"))
    return made


def kinds(findings: tuple[Finding, ...]) -> set[tuple[str, str, str]]:
    """Findings without the amounts and names that other lines change."""
    return {(one.code.id, one.subject, dict(one.details).get("rule", "")) for one in findings}


@given(packs_drawn, rules_drawn, lines_drawn(), allergies_drawn, st.integers(0, 6))
def test_another_rule_takes_no_finding_away(
    rules: list[Rule], more: Rule, lines: list[Ordination], allergies: list[Allergy], packed: int
) -> None:
    asked = question(lines[:packed], MADE, beside=lines[packed:], allergies=allergies)
    fewer = ask([PackRules(pack(*rules))], asked)
    assert set(fewer) <= set(ask([PackRules(pack(*rules, replace_about(more, 99)))], asked))


@given(packs_drawn, lines_drawn(), allergies_drawn, st.data())
def test_the_order_of_lines_and_rules_does_not_matter(
    rules: list[Rule], lines: list[Ordination], allergies: list[Allergy], data: st.DataObject
) -> None:
    shuffled, turned = data.draw(st.permutations(lines)), data.draw(st.permutations(rules))
    asked = question(lines, MADE, allergies=allergies)
    again = question(shuffled, MADE, allergies=allergies)
    assert ask([PackRules(pack(*rules))], asked) == ask([PackRules(pack(*turned))], again)


@given(packs_drawn, lines_drawn(), allergies_drawn, st.integers(0, 6), st.integers(0, 6))
def test_all_lines_have_at_least_the_findings_of_some(
    rules: list[Rule], lines: list[Ordination], allergies: list[Allergy], part: int, packed: int
) -> None:
    providers = [PackRules(pack(*rules))]
    whole = kinds(ask(providers, question(lines[:packed], MADE, beside=lines[packed:], allergies=allergies)))
    some = question(lines[:packed][part:], MADE, beside=lines[packed:][:part], allergies=allergies)
    assert kinds(ask(providers, some)) <= whole
    alone = question([*lines[:packed]][:part], MADE, allergies=allergies)
    assert kinds(ask(providers, alone)) <= whole


@given(packs_drawn, lines_drawn(), allergies_drawn)
def test_every_finding_is_about_a_packed_line(
    rules: list[Rule], lines: list[Ordination], allergies: list[Allergy]
) -> None:
    asked = question(lines[:3], MADE, beside=lines[3:], allergies=allergies)
    subjects = {one.ordination_id for one in lines[:3]}
    assert {one.subject for one in ask([PackRules(pack(*rules))], asked)} <= subjects


@given(packs_drawn, lines_drawn())
def test_a_known_catalogue_and_a_fresh_one_give_the_same(rules: list[Rule], lines: list[Ordination]) -> None:
    warm = PackRules(pack(*rules))
    asked = question(lines, MADE)
    assert warm.check(asked) == warm.check(asked) == PackRules(pack(*rules)).check(asked)
