"""A plan against a whole pack, against several providers, and against what a citizen does not tolerate."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from hashlib import sha256

import pytest

from dispenser.core.ids import ProductId
from dispenser.core.plan import Ordination
from dispenser.core.product import Product
from safety import rule_codes
from safety.findings import Finding, Overriding, Severity, found
from safety.pack_rules import PackRules
from safety.rule_limits import days_outside, look_alike_pairs, packs_of
from safety.rule_question import Allergy, ProviderIdentity, RuleProvider, RuleQuestion
from safety.rules.day_cap import DayCap
from safety.rules.days_outside import DaysOutside
from safety.rules.high_risk import HighRisk
from safety.rules.interaction import Interaction
from safety.rules.look_alike import LookAlike
from safety.rules.rule import About, Asked, Line
from safety.rules.suitability import Suitability
from safety.rules.weekly_only import WeeklyOnly
from safety.rules.which import Which
from tests.support.clinical import ABOUT, codes, cycle, drug, line, numbered, pack, question, told
from tests.support.medicine import MONDAY, daily, dose
from tests.support.rules import QUIET

CAP = DayCap(ABOUT, ("N02BE01",), Decimal(4), "g")
FORMS = Suitability(numbered(CAP, "forms"), Which(forms=("bruse",)))


def check(rules: PackRules, asked: RuleQuestion) -> list[tuple[str, str]]:
    return codes(told(rules.check(asked)))


def test_a_pack_says_who_it_is() -> None:
    assert PackRules(pack(CAP)).identity() == ProviderIdentity("site", "3", "abc")
    assert pack(CAP).name == "site 3"
    assert pack(CAP, clinical=False).name == "site 3 - ikke klinisk/not clinical"


def test_findings_name_rule_pack_and_text() -> None:
    [finding] = PackRules(pack(FORMS, clinical=False)).check(question([line()], [drug(form="Brusetabletter")]))
    assert finding.details == (
        ("product", "Product A"),
        ("text", "Text of the rule."),
        ("rule", "forms"),
        ("pack", "site 3 - ikke klinisk/not clinical"),
    )
    assert finding.text("da").startswith(
        "Product A må ikke pakkes maskinelt. Text of the rule. (regel forms, site 3 - "
    )
    assert finding.text("en").startswith(
        "Product A must not be packed by machine. Text of the rule. (rule forms, site 3"
    )


@pytest.mark.parametrize(
    ("day", "holds"),
    [
        (date(2026, 10, 31), False),
        (date(2026, 11, 1), True),
        (date(2026, 11, 30), True),
        (date(2026, 12, 1), False),
    ],
)
def test_a_pack_that_does_not_hold_that_day_parks_every_line(day: date, holds: bool) -> None:  # noqa: FBT001 - a column
    rules = PackRules(pack(CAP, first=date(2026, 11, 1), last=date(2026, 11, 30)))
    asked = question([line(), line("B")], [drug(), drug("B")], day=day, beside=[line("A", name="beside")])
    details = {"valid_from": "2026-11-01", "valid_to": "2026-11-30", "day": str(day)}
    expected = [] if holds else [("DOSE-0171", "line-A", details), ("DOSE-0171", "line-B", details)]
    assert told(rules.check(asked)) == expected
    assert rules.pack.holds_on(day) is holds


def test_an_open_pack_holds_for_ever_and_says_so_when_it_does_not_yet() -> None:
    assert pack(CAP).holds_on(date(2126, 1, 1))
    asked = question([line()], [drug()], day=date(2025, 12, 31))
    [(code, _, details)] = told(PackRules(pack(CAP)).check(asked))
    assert (code, details["valid_to"]) == ("DOSE-0171", "")


@pytest.mark.parametrize("atc", ["", "N02BE", "N02BE0", "QN02BE01", "n02be01"])
def test_a_product_without_a_full_code_is_not_checked_in_silence(atc: str) -> None:
    asked = question([line()], [drug(atc=atc)])
    details = {"product": "Product A", "dosage": "2026-11-23-/1: 1=1", "others": ""}
    assert told(PackRules(pack(CAP)).check(asked)) == [("DOSE-0168", "line-A", details)]
    assert PackRules(pack(FORMS)).check(asked) == ()
    assert rule_codes.NOT_CLASSIFIED.severity is Severity.PARK
    assert rule_codes.NOT_CLASSIFIED.overriding is Overriding.PHARMACIST


def test_a_product_that_no_catalogue_knows_is_not_checked_in_silence() -> None:
    for rule in (CAP, FORMS):
        [(code, subject, details)] = told(PackRules(pack(rule)).check(question([line("X")], [drug()])))
        assert (code, subject, details["product"]) == ("DOSE-0168", "line-X", "X")


def test_what_is_taken_beside_and_not_known_is_told_on_every_packed_line() -> None:
    asked = question([line(), line("B")], [drug(), drug("B"), drug("C", "")], beside=[line("C"), line("X")])
    found_ = told(PackRules(pack(CAP)).check(asked))
    assert codes(found_) == [("DOSE-0169", "line-A")] * 2 + [("DOSE-0169", "line-B")] * 2
    assert {details["other"] for _, _, details in found_} == {
        "Product C (line-C): 2026-11-23-/1: 1=1",
        "X (line-X): 2026-11-23-/1: 1=1",
    }
    assert {details["product"] for _, _, details in found_} == {"C", "X"}
    assert {details["dosage"] for _, _, details in found_} == {"2026-11-23-/1: 1=1"}
    assert codes(told(PackRules(pack(FORMS)).check(asked))) == [("DOSE-0169", "line-A"), ("DOSE-0169", "line-B")]


def test_what_no_rule_can_be_used_on_is_looked_at_again_when_another_line_changes() -> None:
    unknown, twice = line("B"), line(how=daily(dose("2")))
    products = [drug(), drug("B", ""), drug("C")]

    def others(lines: Sequence[Ordination], beside: Sequence[Ordination] = ()) -> str:
        answer = told(PackRules(pack(CAP)).check(question([*lines, unknown], products, beside=beside)))
        (details,) = [details for code, subject, details in answer if (code, subject) == ("DOSE-0168", "line-B")]
        return details["others"]

    seen = [
        others([]),
        others([line()]),
        others([twice]),
        others([line("C", name="line-A")]),
        others([line(), line("C")]),
    ]
    assert len(set(seen)) == len(seen)
    assert re.fullmatch("[0-9a-f]{16}", seen[1])
    # What waits meanwhile is taken all the same.
    assert others([], [line()]) == seen[1]
    assert others([line("C"), line()]) == seen[-1]


def test_what_is_not_classified_names_the_pack_and_all_other_lines() -> None:
    unknown, beside = line("B"), line("C")
    asked = question([line(), unknown], [drug(), drug("B", ""), drug("C", "")], beside=[beside])
    words = "line-A A 2026-11-23-/1: 1=1\nline-C C 2026-11-23-/1: 1=1"
    packed = found(
        rule_codes.NOT_CLASSIFIED,
        "line-B",
        product="Product B",
        dosage="2026-11-23-/1: 1=1",
        others=sha256(words.encode()).hexdigest()[:16],
        pack="site 3",
    )
    other = {"other": "Product C (line-C): 2026-11-23-/1: 1=1", "product": "C", "dosage": "2026-11-23-/1: 1=1"}
    assert PackRules(pack(CAP)).check(asked) == (
        packed,
        *(found(rule_codes.BESIDE_NOT_CLASSIFIED, name, **other, pack="site 3") for name in ("line-A", "line-B")),
    )


def test_known_products_are_checked_beside_one_that_is_not() -> None:
    rules = PackRules(pack(CAP, FORMS))
    asked = question([line(how=daily(dose("9"))), line("B")], [drug(), drug("B", "", form="brusetabletter")])
    assert check(rules, asked) == [("DOSE-0150", "line-B"), ("DOSE-0153", "line-A"), ("DOSE-0168", "line-B")]


def test_another_catalogue_is_looked_up_afresh() -> None:
    rules = PackRules(pack(CAP))
    nine = [line(how=daily(dose("9")))]
    first = question(nine, [drug()])
    assert check(rules, first) == check(rules, first) == [("DOSE-0153", "line-A")]
    assert check(rules, question(nine, [drug(strength="100 mg")])) == []
    assert check(rules, first) == [("DOSE-0153", "line-A")]


def test_a_rule_is_found_by_codes_of_any_length() -> None:
    for prefix in ("N", "N02", "N02B", "N02BE", "N02BE01"):
        rule = HighRisk(ABOUT, Which(atc=(prefix,)))
        assert check(PackRules(pack(rule)), question([line()], [drug()])) == [("DOSE-0158", "line-A")]
    for prefix in ("M", "N03", "N02A", "N02BA", "N02BE02"):
        assert PackRules(pack(HighRisk(ABOUT, Which(atc=(prefix,))))).check(question([line()], [drug()])) == ()


def test_rules_about_two_lines_find_theirs_among_others() -> None:
    names = ["first", "second", "third", "fourth"]
    groups = [("N02", "M01"), ("M01", "B01"), ("N02", "B01"), ("C07", "N02")]
    rules = [
        Interaction(numbered(CAP, name), (one,), (other,), "caution")
        for name, (one, other) in zip(names, groups, strict=True)
    ]
    made = [drug("A", "N02BE01"), drug("B", "M01AE01"), drug("C", "B01AA03"), drug("D", "C08CA01")]
    asked = question([line("A"), line("B"), line("C"), line("D")], made)
    findings = PackRules(pack(FORMS, *rules)).check(asked)
    assert sorted((one.subject, dict(one.details)["rule"]) for one in findings) == [
        ("line-A", "first"),
        ("line-A", "third"),
        ("line-B", "first"),
        ("line-B", "second"),
        ("line-C", "second"),
        ("line-C", "third"),
    ]


@dataclass(frozen=True)
class Watched:
    """A rule about two lines that remembers of which it was asked, and about which products."""

    about: About
    atc: tuple[str, ...]
    asked: list[tuple[Asked, list[str]]]
    needs_two: bool = True
    looked_at: list[str] = field(default_factory=list[str])

    def concerns(self, product: Product) -> bool:
        self.looked_at.append(product.product_id)
        return product.atc.startswith(self.atc)

    def check(self, lines: Sequence[Line], asked: Asked) -> Iterator[Finding]:
        self.asked.append((asked, [one.name for one in lines]))
        return iter(())


def test_a_rule_about_two_lines_is_asked_only_where_two_concern_it() -> None:
    first, second = Watched(ABOUT, ("N02",), []), Watched(numbered(CAP, "second"), ("M01",), [])
    rules = PackRules(pack(first, second))
    made = [drug(), drug("B", "M01AE01"), drug("C", "M01AB05")]
    assert rules.check(question([line(), line("B")], made)) == ()
    assert first.asked == second.asked == []
    both = question([line(), line("B")], made, beside=[line("C")], allergies=[Allergy("J01", "x")])
    assert rules.check(both) == rules.check(both) == ()
    assert first.asked == []
    [(one, names), (other, again)] = second.asked
    assert names == again == ["Product B 500 mg (line-B)", "Product C 500 mg (line-C)"]
    assert (one.pack, one.day, one.allergies) == ("site 3", MONDAY, (Allergy("J01", "x"),))
    assert one.amounts is other.amounts
    # A product is looked up once for each catalogue.
    assert (first.looked_at, second.looked_at) == (["A", "A"], ["B", "B", "C"])


def test_limits_that_hold_wherever_a_product_is() -> None:
    packs = [
        pack(CAP, DaysOutside(ABOUT, Which(atc=("N02",)), 28)),
        pack(DaysOutside(ABOUT, Which(atc=("N02BE",)), 14), DaysOutside(ABOUT, Which(atc=("N03",)), 7)),
    ]
    assert days_outside(packs, drug()) == 14
    assert days_outside(packs[:1], drug()) == 28
    assert days_outside(packs, drug(atc="C07AB02")) == days_outside([], drug()) == 42


def test_pairs_that_are_scanned_twice() -> None:
    made = [drug(name, strength=f"{name} mg", called="Furix") for name in ("20", "40", "500")]
    packs = [
        pack(CAP, LookAlike(ABOUT, ("Furix 20 mg", "Furix 500 mg"))),
        pack(LookAlike(ABOUT, ("Furix 20 mg", "Furix 40 mg"))),
    ]
    expected = {frozenset((ProductId("20"), ProductId("500"))), frozenset((ProductId("20"), ProductId("40")))}
    assert look_alike_pairs(packs, iter(made)) == expected
    assert look_alike_pairs(packs[:1], made[:2]) == frozenset()
    providers: list[RuleProvider] = [PackRules(packs[0]), QUIET]
    assert packs_of(providers) == (packs[0],)


def test_weekly_cycles_are_no_daily_ones() -> None:
    rule = WeeklyOnly(ABOUT, Which(atc=("L04AX03",)), 7)
    made = [drug("A", "L04AX03", "2,5 mg")]
    assert check(PackRules(pack(rule)), question([line(how=cycle(7, 1))], made)) == []
    assert check(PackRules(pack(rule)), question([line()], made)) == [("DOSE-0155", "line-A")]
