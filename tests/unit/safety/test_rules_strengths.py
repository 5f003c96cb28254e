"""Strengths of products and limits of rules, exactly."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from safety.rules.strengths import Strength, billionths, limit_of, strengths_of, text_of

ONE = 10**9
MG = 10**15
"""Billionths of a nanogram in a milligram."""


@pytest.mark.parametrize(
    ("text", "strengths"),
    [
        ("500 mg", [Strength("mass", 500 * MG)]),
        ("500\u00a0mg", [Strength("mass", 500 * MG)]),
        ("500\u2009mg", [Strength("mass", 500 * MG)]),
        ("123456789 mg", [Strength("mass", 123_456_789 * MG)]),
        ("500\u202fmg +\u2009500 mg", [Strength("mass", 500 * MG)] * 2),
        ("500\u2003mg", []),
        ("10\u2076 IE", []),
        ("500mg", [Strength("mass", 500 * MG)]),
        (" 0,4 mg ", [Strength("mass", MG * 2 // 5)]),
        ("62,5 mikrogram", [Strength("mass", MG // 16)]),
        ("62,5 mikg", [Strength("mass", MG // 16)]),
        ("1 µg", [Strength("mass", MG // 1000)]),
        ("1 μg", [Strength("mass", MG // 1000)]),
        ("1 nanogram", [Strength("mass", ONE)]),
        ("1 g", [Strength("mass", 1000 * MG)]),
        ("0,000000001 nanogram", [Strength("mass", 1)]),
        ("667 mg/ml", [Strength("mass", 667 * MG, "ml")]),
        ("400 IE", [Strength("IE", 400 * ONE)]),
        ("400 ie", [Strength("IE", 400 * ONE)]),
        ("10 mmol", [Strength("mmol", 10 * ONE)]),
        ("2,5 mg + 573 mg", [Strength("mass", MG * 5 // 2), Strength("mass", 573 * MG)]),
        ("200 mg+50 mg", [Strength("mass", 200 * MG), Strength("mass", 50 * MG)]),
        ("", []),
        ("0 mg", []),
        ("500", []),
        ("mg", []),
        ("1.000 mg", []),
        ("2.5 mg", []),
        ("1 stk", []),
        ("5 %", []),
        ("5 MG", []),
        ("10+20 mg", []),
        ("100 mg + ", []),
        ("1234567890 mg", []),
        ("1,1234567890 mg", []),
        ("500  mg", []),
        ("5 mg til hunde", []),
        ("7 mg/24 timer", []),
        ("-5 mg", []),
        ("\u0665 mg", []),
    ],
)
def test_a_strength_is_read_whole_or_not_at_all(text: str, strengths: list[Strength]) -> None:
    assert strengths_of(text) == tuple(strengths)


@pytest.mark.parametrize(
    ("amount", "unit", "text"),
    [("4", "g", "4"), ("4.5", "g", "4.5"), ("10", "mg", "10"), ("0.0625", "mg", "0.0625"), ("100", "stk", "100")],
)
def test_a_limit_is_written_as_it_was_read(amount: str, unit: str, text: str) -> None:
    assert text_of(limit_of(Decimal(amount), unit), unit) == text


@given(st.decimals(min_value=0, max_value=10**9 - 1, places=9))
def test_no_digit_of_an_amount_is_lost(amount: Decimal) -> None:
    assert Decimal(billionths(amount)) == amount.scaleb(9)
    assert Decimal(text_of(billionths(amount) * ONE, "stk")) == amount
    assert billionths(-amount) == -billionths(amount)


def test_units_are_told_from_each_other() -> None:
    assert limit_of(Decimal(1), "g") == 1000 * limit_of(Decimal(1), "mg") == 10**6 * limit_of(Decimal(1), "mikrogram")
    assert limit_of(Decimal(1), "mikrogram") == 1000 * limit_of(Decimal(1), "nanogram") == 1000 * ONE * ONE
    assert text_of(limit_of(Decimal(1), "mg"), "g") == "0.001"
