"""The cases of a rule as they are written in a file."""

from datetime import date
from decimal import Decimal

import pytest

from dispenser.core.dosage import DosageDay, DosageStructure, FreeTextDosage, OrderedDose, PartOfDay, StructuredDosage
from dispenser.core.ids import CitizenId, OrdinationId, ProductId
from dispenser.core.plan import MedicationPlan, Ordination
from dispenser.core.product import Catalogue, Partable, Product
from dispenser.core.slots import SlotTable
from safety.rule_question import Allergy, RuleQuestion
from safety.rulepack import CaseLine, RuleCase
from safety.rulepack_cases import question_of
from safety.rulepack_file import read_rule_pack
from tests.support.rule_texts import brief, problems, with_case


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


def test_a_line_that_says_its_code_alone_is_a_tablet_a_day_of_a_made_up_product() -> None:
    case = read_rule_pack(with_case('{ fires = true, lines = [{ atc = "N02BE01", free_text = true }] }')).cases[0]
    made = Product(
        product_id=ProductId("00000000001"),
        name="N02BE01",
        form="tabletter",
        strength="1 mg",
        atc="N02BE01",
        short_name="1",
        units=("tablet", "tabletter"),
        partable=Partable.QUARTERS,
        dispensable=True,
        solid_oral=True,
        separate_pouch=False,
        tray_only=False,
        substitution_group="",
        appearance="",
        appearance_invented=True,
    )
    first = date(2026, 11, 1)
    taken = Ordination(OrdinationId("line-1"), made.product_id, FreeTextDosage("-"), first, None)
    assert case == RuleCase(
        rule="cap",
        fires=True,
        lines=(CaseLine(made, taken, packed=True),),
        allergies=(),
        place="day_cap[1].cases[1]",
    )
    assert question_of(case, date(2026, 12, 1)) == RuleQuestion(
        MedicationPlan(CitizenId("case"), 1, (taken,)),
        Catalogue("case", {made.product_id: made}),
        SlotTable(),
        date(2026, 12, 1),
    )
    plain = read_rule_pack(with_case('{ fires = false, lines = [{ atc = "N02BE01" }] }')).cases[0]
    doses = (OrderedDose(PartOfDay.MORNING, Decimal(1)),)
    daily = StructuredDosage("tablet", (DosageStructure(1, first, None, (DosageDay(1, doses),)),))
    ordered = Ordination(OrdinationId("line-1"), made.product_id, daily, first, None)
    assert plain.lines == (CaseLine(made, ordered, packed=True),)


def test_a_case_that_fails_names_all_that_was_found() -> None:
    lines = '{ atc = "N02BE01", strength = "9 g" }, { atc = "N02BE01", strength = "9 %" }'
    [(code, place, details)] = problems(with_case(f"{{ fires = false, lines = [{lines}] }}"))
    assert (code, place) == ("DOSE-0810", "day_cap[1].cases[1]")
    assert details["got"].startswith("DOSE-0153 9 g i døgnet")
    assert details["got"].count("; DOSE-0154 ") == details["got"].count("DOSE-015") - 1 == 1


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


@pytest.mark.parametrize(
    ("key", "wrong", "value", "expected"),
    [
        ("atc", "atc = 'N02'", "N02", "en fuld ATC-kode / a full ATC code: N02BE01"),
        ("doses", "doses = [9, -1]", "[9, -1]", "en liste af 1-4 tal / a list of 1-4 numbers: [1, 0, 1]"),
        ("doses", "doses = '1'", "1", "en liste af 1-4 tal / a list of 1-4 numbers: [1, 0, 1]"),
        ("from", "from = 3", "3", "en dato / a date: 2027-01-04"),
        ("to", "to = 1999-12-31", "1999-12-31", "en dato / a date: 2027-01-04"),
        ("unit", "unit = 'spoon'", "spoon", "et af ordene / one of the words: tablet, kapsel, ml"),
        ("days", "days = [1, 366]", "[1, 366]", "en liste af hele tal / a list of whole numbers: 1-365"),
        ("interval", "interval = 366", "366", "et helt tal / a whole number: 1-365"),
        ("as_needed", "as_needed = 1", "1", "true / false"),
    ],
)
def test_what_is_wrong_in_a_line_tells_what_may_be_written(key: str, wrong: str, value: str, expected: str) -> None:
    own = "" if key == "atc" else "atc = 'N02BE01', "
    place = f"day_cap[1].cases[1].lines[1].{key}"
    details = {"key": place, "value": value, "expected": expected}
    assert problems(with_case(f"{{ fires = true, lines = [{{ {own}{wrong} }}] }}")) == [("DOSE-0804", place, details)]
