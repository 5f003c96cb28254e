"""Asking several providers of clinical rules; whatever a provider does, no line passes unasked."""

from dataclasses import dataclass, replace
from decimal import Decimal

import pytest

from safety import rule_codes
from safety.allergy_checks import check_allergies
from safety.findings import Code, Finding, Overriding, Severity, found
from safety.pack_rules import PackRules
from safety.providers import ask
from safety.rule_question import Allergy, ProviderIdentity, RuleQuestion
from safety.rules.day_cap import DayCap
from safety.rules.suitability import Suitability
from safety.rules.which import Which
from tests.support.clinical import ABOUT, codes, drug, line, numbered, pack, question, told
from tests.support.medicine import daily, dose

CAP = DayCap(ABOUT, ("N02BE01",), Decimal(4), "g")
FORMS = Suitability(numbered(CAP, "forms"), Which(forms=("bruse",)))


def test_no_provider_parks_every_line() -> None:
    asked = question([line(), line("B")], [drug(), drug("B")])
    assert [(one.code.id, one.subject) for one in ask((), asked)] == [("DOSE-0170", "line-A"), ("DOSE-0170", "line-B")]
    for code in (rule_codes.RULES_MISSING, rule_codes.RULES_EXPIRED, rule_codes.PROVIDER_FAILED):
        assert code.severity is Severity.PARK
        assert code.overriding is Overriding.NEVER


_TEXTS = ("id", "danish", "english", "fix_danish", "fix_english", "source")


@dataclass(frozen=True)
class Foreign:
    """A provider that is not ours."""

    answer: object = ()
    fails: type[Exception] | None = None
    nameless: bool = False

    def identity(self) -> ProviderIdentity:
        if self.nameless:
            raise LookupError("who am I")
        return ProviderIdentity("foreign", "1", "")

    def check(self, question: RuleQuestion) -> tuple[Finding, ...]:
        if self.fails:
            raise self.fails("line " + "x" * 300)
        assert question is not None
        return self.answer  # type: ignore[return-value]  # a plug-in may return anything


@pytest.mark.parametrize(
    ("provider", "name", "why"),
    [
        (Foreign(fails=ZeroDivisionError), "foreign", ("ZeroDivisionError: line " + "x" * 300)[:200]),
        (Foreign(fails=OSError), "foreign", ("OSError: line " + "x" * 300)[:200]),
        (Foreign(nameless=True), "Foreign", "LookupError: who am I"),
        (Foreign(answer=3), "foreign", "no tuple of findings"),
        (Foreign(answer=None), "foreign", "no tuple of findings"),
        (Foreign(answer={}), "foreign", "no tuple of findings"),
        (Foreign(answer=""), "foreign", "no tuple of findings"),
        (Foreign(answer=("text",)), "foreign", "not about this plan"),
        (Foreign(answer=(found(rule_codes.CAUTION, "line-Z"),)), "foreign", "not about this plan"),
    ],
)
def test_a_provider_without_an_answer_parks_every_line(provider: Foreign, name: str, why: str) -> None:
    asked = question([line(), line("B")], [drug(), drug("B")])
    details = {"provider": name, "why": why}
    expected = [("DOSE-0172", "line-A", details), ("DOSE-0172", "line-B", details)]
    assert told(ask([PackRules(pack(FORMS)), provider], asked)) == expected


_SOUND = found(rule_codes.CAUTION, "line-A", product="Pinex")


def broken(**changes: object) -> Finding:
    return replace(_SOUND, **changes)  # type: ignore[arg-type]  # a plug-in may hold anything


def coded(**changes: object) -> Code:
    return replace(_SOUND.code, **changes)  # type: ignore[arg-type]  # a plug-in may hold anything


@pytest.mark.parametrize(
    "one",
    [
        broken(code=None),
        broken(code=coded(severity="PARK")),
        broken(code=coded(overriding="never")),
        *(broken(code=coded(**{name: 3})) for name in _TEXTS),
        broken(subject=["line-A"]),
        broken(details=[("product", "Pinex")]),
        broken(details=(["product", "Pinex"],)),
        broken(details=(("product",),)),
        broken(details=(("product", "Pinex", "x"),)),
        broken(details=(("product", 3),)),
        broken(details=((3, "Pinex"),)),
        broken(details=(("product", "a\x00"),)),
        broken(details=(("product", "\ud800"),)),
        broken(details=(("\udfff", "Pinex"),)),
    ],
)
def test_what_is_no_whole_finding_parks_every_line_and_breaks_nothing(one: Finding) -> None:
    answer = ask((Foreign(answer=(_SOUND, one)),), question([line(), line("B")], [drug(), drug("B")]))
    assert [(found_.code.id, found_.subject) for found_ in answer] == [
        ("DOSE-0165", "line-A"),
        ("DOSE-0172", "line-A"),
        ("DOSE-0172", "line-B"),
    ]


def test_a_list_of_findings_is_an_answer() -> None:
    assert ask((Foreign(answer=[_SOUND]),), question([line()], [drug()])) == (_SOUND,)


def test_what_a_failing_provider_says_of_the_plan_is_kept() -> None:
    good = found(rule_codes.CAUTION, "line-A")
    asked = question([line()], [drug()])
    assert codes(told(ask([Foreign(answer=(good, 3))], asked))) == [("DOSE-0165", "line-A"), ("DOSE-0172", "line-A")]
    assert ask([Foreign(answer=(good,))], asked) == (good,)


def test_the_order_of_providers_does_not_matter_and_nothing_is_told_twice() -> None:
    asked = question([line(how=daily(dose("9")))], [drug(form="brusetabletter")])
    one, other = PackRules(pack(CAP)), PackRules(pack(FORMS))
    assert ask([one, other], asked) == ask([other, one, one], asked)
    assert [finding.code.id for finding in ask([other, one], asked)] == ["DOSE-0150", "DOSE-0153"]
    assert set(ask([one], asked)) < set(ask([one, other], asked))


PENICILLIN = Allergy("J01C", "Penicillin")


def test_what_is_not_tolerated_is_parked_without_any_rule() -> None:
    asked = question([line(), line("B")], [drug(atc="J01CE02"), drug("B", "J01FA06")], allergies=[PENICILLIN])
    details = {"allergy": "Penicillin", "atc": "J01C", "product": "Product A", "substance": "J01CE02"}
    assert told(check_allergies(asked)) == [("DOSE-0160", "line-A", details)]
    assert rule_codes.ALLERGY.overriding is Overriding.TWO_PERSONS
    assert codes(told(ask([PackRules(pack(FORMS))], asked))) == [("DOSE-0160", "line-A")]
    assert codes(told(ask([], asked))) == [("DOSE-0160", "line-A"), ("DOSE-0170", "line-A"), ("DOSE-0170", "line-B")]
    assert check_allergies(question([line()], [drug()])) == ()


@pytest.mark.parametrize(
    ("atc", "text", "named"), [("", "Penicillin?", "Penicillin?"), ("jordnødder", "", "jordnødder")]
)
def test_what_nobody_has_coded_parks_every_line(atc: str, text: str, named: str) -> None:
    asked = question([line(), line("B")], [drug(), drug("B")], allergies=[Allergy(atc, text)])
    details = {"allergy": named}
    assert told(check_allergies(asked)) == [("DOSE-0162", "line-A", details), ("DOSE-0162", "line-B", details)]
    assert rule_codes.ALLERGY_NOT_CODED.overriding is Overriding.NEVER


def test_a_product_without_a_code_cannot_be_held_against_an_allergy() -> None:
    asked = question([line(), line("X")], [drug(atc="J01C")], allergies=[PENICILLIN])
    found_ = told(check_allergies(asked))
    assert codes(found_) == [("DOSE-0168", "line-A"), ("DOSE-0168", "line-X")]
    assert [details["product"] for _, _, details in found_] == ["Product A", "X"]
    [first, _] = check_allergies(asked)
    assert dict(first.details)["pack"] == "CAVE J01C"
    assert dict(first.details)["dosage"] == "2026-11-23-/1: 1=1"


def test_an_allergy_that_cannot_even_be_read_parks_every_line() -> None:
    asked = question([line(), line("B")], [drug(), drug("B")], allergies=[Allergy(3, "x")])  # type: ignore[arg-type]  # damage
    findings = ask([PackRules(pack(FORMS))], asked)
    assert [(one.code.id, one.subject) for one in findings] == [("DOSE-0600", "line-A"), ("DOSE-0600", "line-B")]
