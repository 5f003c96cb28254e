"""Lines that are packed, parked or refused."""

from datetime import date, timedelta

import pytest

from dispenser.core.dosage import Dosage, FreeTextDosage
from dispenser.core.plan import Ordination
from dispenser.core.product import Partable, Product
from dispenser.core.reasons import PARK_REASONS, REFUSE_REASONS
from safety import plan_codes
from safety.findings import Code, Severity
from safety.plan_checks import check_plan, judge
from tests.support.medicine import (
    EVENING,
    MONDAY,
    SLOTS,
    catalogue,
    daily,
    day,
    dosage,
    dose,
    ordination,
    plan,
    product,
    structure,
)


def codes(line: Ordination, *products: Product) -> list[str]:
    return [finding.code.id for finding in judge(line, catalogue(*products), SLOTS)]


def test_a_good_line_has_no_finding() -> None:
    assert codes(ordination(daily(dose("1"), dose("0.5", EVENING)), instruction="Synkes hele")) == []


def test_every_reason_has_a_code_of_its_severity() -> None:
    severities = {reason: code.severity for reason, code in plan_codes.REASON_CODES.items()}
    refused, parked = dict.fromkeys(REFUSE_REASONS, Severity.REFUSE), dict.fromkeys(PARK_REASONS, Severity.PARK)
    assert severities == {**refused, **parked}


def test_free_text_is_parked_with_its_reason() -> None:
    (finding,) = judge(ordination(FreeTextDosage("ord")), catalogue(), SLOTS)
    assert finding.code is plan_codes.REASON_CODES["free-text"]
    assert finding.text("da") == "Doseringen er kun fritekst."


def test_unknown_product_is_refused_beside_all_else() -> None:
    findings = judge(ordination(daily(dose("1", as_needed=True)), "X"), catalogue(), SLOTS)
    assert [finding.code.severity for finding in findings] == [Severity.REFUSE, Severity.PARK]
    assert "X" in findings[0].text("en")


@pytest.mark.parametrize(
    ("what", "code"),
    [
        (product("A", dispensable=False), plan_codes.NOT_DISPENSABLE),
        (product("A", solid_oral=False), plan_codes.NOT_SOLID_ORAL),
    ],
)
def test_unsuitable_products_are_parked(what: Product, code: Code) -> None:
    assert codes(ordination(daily(dose("1"))), what) == [code.id]


@pytest.mark.parametrize(
    ("partable", "amount", "allowed"),
    [
        (Partable.INDIVISIBLE, "1.5", False),
        (Partable.INDIVISIBLE, "2", True),
        (Partable.HALVES, "2.5", True),
        (Partable.HALVES, "0.25", False),
        (Partable.QUARTERS, "0.75", True),
    ],
)
def test_fractions_need_the_producers_leave(partable: Partable, amount: str, allowed: bool) -> None:  # noqa: FBT001
    got = codes(ordination(daily(dose(amount))), product("A", partable=partable))
    assert got == ([] if allowed else [plan_codes.FRACTION_NOT_ALLOWED.id])


def test_an_impossible_fraction_is_named_once() -> None:
    line = ordination(daily(dose("0.028"), dose("NaN", EVENING)))
    expected = [plan_codes.REASON_CODES[reason].id for reason in ("not-a-quantity", "not-quarters")]
    assert codes(line, product("A", partable=Partable.HALVES)) == expected


@pytest.mark.parametrize(
    "how",
    [
        daily(dose("12.25")),
        daily(dose("7"), dose("7")),
        daily(dose("7", None), dose("7")),
        daily(dose(("1", "13"))),
        daily(*[dose("13", None)] * 5),
    ],
)
def test_too_many_at_once(how: Dosage) -> None:
    assert plan_codes.TOO_MANY_UNITS.id in codes(ordination(how))


def test_twelve_a_time_is_the_most() -> None:
    assert codes(ordination(daily(dose("12"), dose("12", EVENING)))) == []


def test_instruction_must_fit() -> None:
    assert codes(ordination(daily(dose("1")), instruction="x" * 22)) == []
    assert codes(ordination(daily(dose("1")), instruction="x" * 23)) == [plan_codes.INSTRUCTION_TOO_LONG.id]


@pytest.mark.parametrize(
    ("start", "end", "first", "last", "code"),
    [
        (0, None, 0, None, None),
        (0, None, 0, 9, None),
        (0, 9, 0, 9, None),
        (0, 5, 0, 9, plan_codes.DOSAGE_ENDS_EARLY),
        (0, 9, 0, 5, plan_codes.DOSAGE_OUTSIDE_TREATMENT),
        (0, None, 1, None, plan_codes.DOSAGE_OUTSIDE_TREATMENT),
        (6, None, 0, 5, plan_codes.DOSAGE_OUTSIDE_TREATMENT),
        (0, None, 5, 4, plan_codes.TREATMENT_ENDS_BEFORE_START),
    ],
)
def test_dates_must_agree(start: int, end: int | None, first: int, last: int | None, code: Code | None) -> None:
    def on(number: int) -> date:
        return MONDAY + timedelta(days=number)

    how = dosage(structure(day(1, dose("1")), start=on(start), end=None if end is None else on(end)))
    line = ordination(how, first=on(first), last=None if last is None else on(last))
    assert codes(line) == ([] if code is None else [code.id])


def test_empty_dosage_is_parked() -> None:
    assert codes(ordination(dosage())) == [plan_codes.REASON_CODES["no-structure"].id]
    assert codes(ordination(dosage(structure(day(1))))) == [plan_codes.REASON_CODES["day-without-dose"].id]


def test_lines_are_checked_against_each_other() -> None:
    products = catalogue(
        product("A", atc="C07AB02"), product("B", atc="C07AB02"), product("C"), product("D", atc="B01AC06")
    )
    lines = [ordination(daily(dose("1")), what) for what in ("A", "B", "C", "C", "D", "X")]
    findings = check_plan(plan(*lines), products, SLOTS)
    assert [finding.code for finding in findings] == [
        plan_codes.UNKNOWN_PRODUCT,
        plan_codes.ORDINATION_TWICE,
        plan_codes.SAME_SUBSTANCE,
    ]
    assert findings[2].text("en").endswith("units a day: ordination-A: 1; ordination-B: 1.")


def test_daily_doses_are_shown_as_far_as_there_are_any() -> None:
    products = catalogue(*[product(letter, atc="N02AA01") for letter in "ABC"])
    hows = (daily(dose("7.5"), dose("2.5")), daily(dose(("1", "2"))), FreeTextDosage("ord"))
    lines = [ordination(how, letter) for how, letter in zip(hows, "ABC", strict=True)]
    (shown,) = [one for one in check_plan(plan(*lines), products, SLOTS) if one.code is plan_codes.SAME_SUBSTANCE]
    assert shown.text("da").endswith("ordination-A: 10; ordination-B: 1-2; ordination-C: ?.")
