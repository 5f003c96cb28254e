"""Numbers in words that the structure does not have."""

import json
import os
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispenser.core.dosage import DosageDay, DosageStructure, DoseRange, OrderedDose, StructuredDosage
from safety.text_checks import StrangeNumbers, strange_numbers
from tests.support.dosages import dosage_of
from tests.support.medicine import EVENING, MONDAY, MORNING, NOON, daily, dose

FILE = Path(__file__).resolve().parents[3].parent / "shared" / "data" / "national_516.json"
NONE = StrangeNumbers((), ())
ONE = daily(dose("1", MORNING))
HALF = daily(dose("0.5", MORNING))
MIXED = daily(dose("1.5", MORNING), dose("2", EVENING))


def cycle(interval: int, *numbers: int, last: int | None = None) -> StructuredDosage:
    days = tuple(DosageDay(number, (dose("1", MORNING),)) for number in numbers)
    end = None if last is None else MONDAY + timedelta(days=last - 1)
    return StructuredDosage("tablet", (DosageStructure(interval, MONDAY, end, days),))


@pytest.mark.parametrize(
    ("text", "dosage"),
    [
        ("", ONE),
        ("1 tablet morgen", ONE),
        ("1 tablet kl. 8 og kl. 20.30", ONE),
        ("1 tablet 08:00 og 20.00", ONE),
        ("fra 24.12.2026, 2026-12-24 og den 3. december 2026", ONE),
        ("30 min før et måltid", ONE),
        ("1 time før eller 2-3 timer efter måltid, mindst en halv time", ONE),
        ("med 12 timers interval", ONE),
        ("50 mg, 2,5 mg + 573 mg, 10 mg/5 ml, 100 mikrogram, 250 µg, 5 %", ONE),
        ("½ tablet, 1/2 tablet, 0,5 tablet, en halv", HALF),
        ("1½ morgen og 2 aften", MIXED),
        ("1 1/2 og to; i alt 3,5", MIXED),
        ("halvanden og 2 doser, 1 af hver", MIXED),
        ("2 gange 5 og 1 gang 7", daily(dose("5", MORNING), dose("7", NOON), dose("5", EVENING))),
        ("1 tablet 3 gange om ugen", cycle(7, 1, 3, 5)),
        ("dag 1, 3 og 5 af 7 dage", cycle(7, 1, 3, 5)),
        ("1 i 10 dage, herefter 18 dages pause", cycle(28, *range(1, 11))),
        ("hver 4. uge", cycle(28, 1)),
        ("hver måned", cycle(28, 1)),
        ("hver 3. måned", cycle(84, 1)),
        ("hver 3. måned", cycle(90, 1)),
        ("hver 2. måned", cycle(62, 1)),
        ("i 14 dage, 2 uger", cycle(1, 1, last=14)),
        ("4 pust, 2 i hvert næsebor", daily(dose("4", MORNING))),
        ("2 i begge øjne", daily(dose("4", MORNING))),
    ],
)
def test_what_the_structure_explains_is_no_matter(text: str, dosage: StructuredDosage) -> None:
    assert strange_numbers(text, dosage) == NONE


@pytest.mark.parametrize(
    ("text", "dosage", "strange"),
    [
        ("2 tabletter morgen", ONE, StrangeNumbers(("2",), ())),
        ("TO tabletter morgen", ONE, StrangeNumbers(("TO",), ())),
        ("1,5 tablet", ONE, StrangeNumbers(("1,5",), ())),
        ("1½ tablet", ONE, StrangeNumbers(("1½",), ())),
        ("1 ½ tablet", ONE, StrangeNumbers(("1 ½",), ())),
        ("¼ tablet", HALF, StrangeNumbers(("¼",), ())),
        ("¾ eller kvart", HALF, StrangeNumbers(("¾", "kvart"), ())),
        ("1/4 tablet", HALF, StrangeNumbers(("1/4",), ())),
        ("1 1/2 tablet", ONE, StrangeNumbers(("1 1/2",), ())),
        ("1/0 tablet", ONE, StrangeNumbers(("1/0",), ())),
        ("1 tablet 4 gange, 4 gange", ONE, StrangeNumbers(("4",), ())),
        ("25 tabletter", daily(dose("2.5", MORNING)), StrangeNumbers(("25",), ())),
        ("4 i hvert næsebor", daily(dose("2", MORNING)), StrangeNumbers(("4",), ())),
        ("2 i næsen", daily(dose("4", MORNING)), StrangeNumbers(("2",), ())),
        ("i 10 dage", ONE, StrangeNumbers((), ("10",))),
        ("1-2 dage før til 7 dage efter", ONE, StrangeNumbers((), ("2", "7"))),
        ("15.-24. cyklusdag", ONE, StrangeNumbers((), ("15", "24"))),
        ("i 3 måneder og 2 år, 4 døgn, 5 mdr.", ONE, StrangeNumbers((), ("3", "2", "4", "5"))),
        ("1 tablet i 15 dage", cycle(1, 1, last=14), StrangeNumbers((), ("15",))),
        ("4 gange om ugen", cycle(7, 1, 3, 6), StrangeNumbers(("4",), ())),
        ("i 6 dage", StructuredDosage("tablet", (DosageStructure(7, MONDAY, None, ()),)), StrangeNumbers((), ("6",))),
        ("to5 mg", ONE, StrangeNumbers(("to",), ())),
        ("to30 min før mad", ONE, StrangeNumbers(("to",), ())),
        ("to5 dage", ONE, StrangeNumbers(("to",), ("5",))),
    ],
)
def test_what_it_does_not_explain_is_told_as_written(
    text: str, dosage: StructuredDosage, strange: StrangeNumbers
) -> None:
    assert strange_numbers(text, dosage) == strange


def test_both_ends_of_a_range_are_explained_and_nothing_between() -> None:
    ranged = DosageDay(1, (OrderedDose(MORNING, DoseRange(Decimal(1), Decimal(3))),))
    dosage = StructuredDosage("tablet", (DosageStructure(1, MONDAY, None, (ranged,)),))
    assert strange_numbers("1-3 tabletter", dosage) == NONE
    assert strange_numbers("2 tabletter", dosage) == StrangeNumbers(("2",), ())


def test_a_day_without_a_dose_does_not_count_as_one() -> None:
    given = {10: "1", 20: "0", 30: "5"}
    days = tuple(DosageDay(number, (dose(amount, MORNING),)) for number, amount in given.items())
    dosage = StructuredDosage("tablet", (DosageStructure(40, MONDAY, None, days),))
    assert strange_numbers("2 gange", dosage) == NONE
    assert strange_numbers("4 gange", dosage) == StrangeNumbers(("4",), ())


@given(st.sampled_from(["1", "2", "1.5", "0.25", "3"]), st.sampled_from(["5", "7", "0,75", "11", "12,5"]))
def test_a_number_is_explained_by_its_own_structure_and_by_no_other(own: str, other: str) -> None:
    dosage = daily(dose(own, MORNING))
    assert strange_numbers(f"{own.replace('.', ',')} tablet morgen", dosage) == NONE
    assert strange_numbers(f"{other} tablet morgen", dosage) == StrangeNumbers((other,), ())


@pytest.mark.skipif(
    not FILE.exists() and os.environ.get("CI") != "true",
    reason="national dosage proposals (../shared/data/national_516.json) are not beside the project",
)
def test_the_national_texts_of_tablets_are_explained_but_for_journeys_and_months() -> None:
    told: set[str] = set()
    for row in json.loads(FILE.read_text(encoding="utf-8"), parse_float=Decimal):
        dosage = dosage_of(row["dosage"])
        if isinstance(dosage, StructuredDosage) and dosage.unit in {"tablet", "kapsel"}:
            strange = strange_numbers(row["short_2016"], dosage)
            assert strange.amounts == (), row["short_2016"]
            if strange.spans:
                told.add(row["short_2016"].partition(" ")[2].partition(",")[2].strip() or row["short_2016"])
    assert all("afrejse" in text or "måneder" in text for text in told), told
    assert told
