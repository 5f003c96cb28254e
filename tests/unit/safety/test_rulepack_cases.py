"""The cases of a rule as they are written in a file."""

from datetime import date
from decimal import Decimal

import pytest

from dispenser.core.dosage import FreeTextDosage, PartOfDay, StructuredDosage
from dispenser.core.product import Partable
from safety.rule_question import Allergy
from safety.rulepack_cases import question_of
from safety.rulepack_file import read_rule_pack
from tests.support.rule_texts import (
    brief,
    with_case,
)


def test_a_case_says_all_that_a_rule_may_look_at() -> None:
    text = with_case(
        '{ fires = true, allergies = ["J01C", "N"], lines = ['
        '{ atc = "N02BE01", name = "Pinex", form = "kapsler", strength = "500 mg", unit = "kapsel", interval = 7,'
        " days = [1, 4], doses = [0, 0.5, 8, 1], from = 2026-12-01, to = 2026-12-31, unmarked = true, tray = true,"
        ' separate = true }, { atc = "N02BE01", beside = true, as_needed = true, doses = [9], strength = "1 g" },'
        ' { atc = "N02BE01", free_text = true, unit = "ml" }] }'
    )
    case = read_rule_pack(text).cases[0]
    first, second, third = case.lines
    product = first.product
    assert (product.product_id, product.name, product.atc) == ("00000000001", "Pinex", "N02BE01")
    assert (product.form, product.strength, product.units) == ("kapsler", "500 mg", ("kapsel", "kapsler"))
    assert not product.dispensable
    assert product.tray_only
    assert product.separate_pouch
    assert product.solid_oral
    assert product.partable is Partable.QUARTERS
    dosage = first.ordination.dosage
    assert isinstance(dosage, StructuredDosage)
    assert dosage.unit == "kapsel"
    [structure] = dosage.structures
    assert (structure.interval, structure.start, structure.end) == (7, date(2026, 12, 1), date(2026, 12, 31))
    assert (first.ordination.first, first.ordination.last) == (date(2026, 12, 1), date(2026, 12, 31))
    assert [day.number for day in structure.days] == [1, 4]
    assert [(dose.slot, dose.amount, dose.as_needed) for dose in structure.days[1].doses] == [
        (PartOfDay.NOON, Decimal("0.5"), False),
        (PartOfDay.EVENING, Decimal(8), False),
        (PartOfDay.NIGHT, Decimal(1), False),
    ]
    assert (first.packed, second.packed, third.packed) == (True, False, True)
    assert second.product.name == "N02BE01"
    assert second.product.form == "tabletter"
    assert second.product.dispensable
    assert not second.product.tray_only
    assert not second.product.separate_pouch
    other = second.ordination.dosage
    assert isinstance(other, StructuredDosage)
    assert other.structures[0].days[0].doses[0].as_needed
    assert (other.structures[0].interval, other.structures[0].start, other.structures[0].end) == (
        1,
        date(2026, 11, 1),
        None,
    )
    assert isinstance(third.ordination.dosage, FreeTextDosage)
    assert third.product.strength == "1 mg"
    asked = question_of(case, date(2026, 11, 1))
    assert [line.ordination_id for line in asked.plan.ordinations] == ["line-1", "line-3"]
    assert [line.ordination_id for line in asked.beside] == ["line-2"]
    assert asked.allergies == (Allergy("J01C", "J01C"), Allergy("N", "N"))
    assert asked.day == date(2026, 11, 1)


@pytest.mark.parametrize(
    ("wrong", "code", "place"),
    [
        ("lines = [{ atc = 'N02BE01' }]", "DOSE-0803", "fires"),
        ("fires = 1, lines = [{ atc = 'N02BE01' }]", "DOSE-0804", "fires"),
        ("fires = true", "DOSE-0804", "lines"),
        ("fires = true, lines = 3", "DOSE-0804", "lines"),
        ("fires = true, lines = [3]", "DOSE-0804", "lines"),
        ("fires = true, rule = 'x', lines = [{ atc = 'N02BE01' }]", "DOSE-0802", "rule"),
        ("fires = true, allergies = ['x'], lines = [{ atc = 'N02BE01' }]", "DOSE-0804", "allergies"),
        ("fires = true, lines = [{ }]", "DOSE-0803", "lines[1].atc"),
        ("fires = true, lines = [{ atc = 'N02BE01' }, { atc = 'N02' }]", "DOSE-0804", "lines[2].atc"),
        ("fires = true, lines = [{ atc = 'N02BE01', unit = 'spoon' }]", "DOSE-0804", "lines[1].unit"),
        ("fires = true, lines = [{ atc = 'N02BE01', dose = [1] }]", "DOSE-0802", "lines[1].dose"),
        ("fires = true, lines = [{ atc = 'N02BE01', doses = 1 }]", "DOSE-0804", "lines[1].doses"),
        ("fires = true, lines = [{ atc = 'N02BE01', doses = [] }]", "DOSE-0804", "lines[1].doses"),
        ("fires = true, lines = [{ atc = 'N02BE01', doses = [1, 1, 1, 1, 1] }]", "DOSE-0804", "lines[1].doses"),
        ("fires = true, lines = [{ atc = 'N02BE01', doses = [1, -1] }]", "DOSE-0804", "lines[1].doses"),
        ("fires = true, lines = [{ atc = 'N02BE01', doses = [false] }]", "DOSE-0804", "lines[1].doses"),
        ("fires = true, lines = [{ atc = 'N02BE01', doses = ['1'] }]", "DOSE-0804", "lines[1].doses"),
        ("fires = true, lines = [{ atc = 'N02BE01', interval = 0 }]", "DOSE-0804", "lines[1].interval"),
        ("fires = true, lines = [{ atc = 'N02BE01', interval = 366 }]", "DOSE-0804", "lines[1].interval"),
        ("fires = true, lines = [{ atc = 'N02BE01', days = [] }]", "DOSE-0804", "lines[1].days"),
        ("fires = true, lines = [{ atc = 'N02BE01', from = '2026-01-01' }]", "DOSE-0804", "lines[1].from"),
        ("fires = true, lines = [{ atc = 'N02BE01', to = 2026-01-01T00:00:00 }]", "DOSE-0804", "lines[1].to"),
    ],
)
def test_what_is_wrong_in_a_case_is_told_at_its_place(wrong: str, code: str, place: str) -> None:
    assert brief(with_case(f"{{ {wrong} }}")) == [(code, f"day_cap[1].cases[1].{place}")]
