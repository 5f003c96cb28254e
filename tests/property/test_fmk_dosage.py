"""A dosage is the same dosage on every wire of FMK, and nothing that is sent makes a reader fall over."""

import re
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from dispenser.core.daily import daily_dose, dosage_type
from dispenser.core.dosage import DosageDay, DosageStructure, OrderedDose, StructuredDosage
from pharmacy_sync.fmk.json_dosage import read_json
from pharmacy_sync.fmk.xml_dosage import read_xml
from pharmacy_sync.reading import ReadDosage
from pharmacy_sync.strict_json import OddNumber
from safety.findings import Severity
from tests.support.fmk import NAMESPACE_146, NAMESPACE_160, as_146, as_160, as_json, element, portable_dosages
from tests.support.medicine import MONDAY

PLACEHOLDER = re.compile(r"{[a-z]+}")
TEXTS = st.sampled_from(["", "Synkes hele", "efter aftale"])

scalars = st.none() | st.booleans() | st.integers(-(10**18), 10**18) | st.text(max_size=12) | st.floats()
scalars |= st.sampled_from([Decimal("1.5"), Decimal("1e-9"), Decimal("Infinity"), OddNumber("NaN"), "2026-11-23"])
NAMES = [
    "structures", "freeText", "administrationAccordingToSchema", "unitOrUnits", "unit", "days", "allDoses", "type",
    "startDate", "endDate", "startDateOrDateTime", "date", "dateTime", "iterationInterval", "dayNumber", "doseQuantity",
    "doseQuantityString", "time", "hour", "minute", "supplText", "text", "refToSource", "morningDose", "plainDoses",
    "numberOfDoses", "isAccordingToNeed",
]  # fmt: skip
anything = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(NAMES), inner, max_size=4),
    max_leaves=10,
)
TAGS = [
    "Dosage", "UnitText", "UnitTexts", "StructuresFixed", "StructuresAccordingToNeed", "Structure", "EmptyStructure",
    "IterationInterval", "NotIterated", "StartDate", "EndDate", "Day", "AnyDay", "Number", "Dose", "Time", "Quantity",
    "MinimalQuantity", "Type", "FreeText", "Precondition", "ValidFrom", "DosagePeriod", "PeriodLength", "Fixed", "PRN",
    "Empty", "Unspecified", "Week", "Weekday", "Label", "Index", "TimesPerDayDosage", "PartOfDayDosage", "Morning",
    "UnlimitedDayDosage", "TimeOfDayDosage", "TimeOfDayDose", "TimesPerDay", "Parameter", "EndDate", "Infusion",
]  # fmt: skip
values = st.sampled_from(
    ["", "1", "7", "1.5", "-1", "2026-11-23", "morning", "08:00:00", "Monday", "fast", "x", "tablet"]
)
trees = st.recursive(
    values,
    lambda inner: st.builds(
        lambda tag, parts: element(tag, *parts), st.sampled_from(TAGS), st.lists(inner, min_size=1, max_size=4)
    ),
    max_leaves=20,
)


def check(read: ReadDosage) -> None:
    """Whatever was read, it is told apart: a refusal has no dosage, and a dosage has type and average."""
    refused = any(finding.code.severity is Severity.REFUSE for finding in read.findings)
    assert not (refused and read.dosage)
    assert read.dosage or read.findings
    if read.dosage is not None:
        dosage_type(read.dosage)
        daily_dose(read.dosage)
    for finding in read.findings:
        assert not PLACEHOLDER.search(finding.text("da") + finding.text("en")), finding


@given(anything)
def test_no_json_makes_the_reader_fall_over(document: object) -> None:
    check(read_json(document))


@given(portable_dosages(), st.data())
def test_no_damage_to_a_json_dosage_makes_the_reader_fall_over(dosage: StructuredDosage, data: st.DataObject) -> None:
    document = as_json(dosage)
    spot: object = document
    while isinstance(spot, dict | list) and spot:
        key = data.draw(st.sampled_from(sorted(spot) if isinstance(spot, dict) else list(range(len(spot)))))
        if data.draw(st.booleans()):
            spot[key] = data.draw(anything)
            break
        spot = spot[key]
    check(read_json(document))


@given(st.text(max_size=200))
def test_no_text_makes_the_xml_reader_fall_over(text: str) -> None:
    check(read_xml(text))


@given(st.sampled_from([NAMESPACE_146, f"{NAMESPACE_146}/E2", NAMESPACE_160, ""]), st.lists(trees, max_size=6))
def test_no_tree_makes_the_xml_reader_fall_over(namespace: str, inner: list[str]) -> None:
    check(read_xml(f'<Dosage xmlns="{namespace}">{"".join(inner)}</Dosage>'))


@given(portable_dosages(), st.sampled_from([as_146, as_160]), st.data())
def test_no_cut_in_an_xml_dosage_makes_the_reader_fall_over(
    dosage: StructuredDosage, write: Callable[[StructuredDosage], str], data: st.DataObject
) -> None:
    text = write(dosage)
    at = data.draw(st.integers(0, len(text)))
    until = data.draw(st.integers(at, len(text)))
    check(read_xml(text[:at] + data.draw(values) + text[until:]))


@given(portable_dosages(), TEXTS)
def test_a_dosage_is_the_same_on_every_wire(dosage: StructuredDosage, text: str) -> None:
    read = [read_json(as_json(dosage, text)), read_xml(as_146(dosage, text)), read_xml(as_160(dosage, text))]
    assert [one.dosage for one in read] == [dosage] * 3
    assert {one.instruction for one in read} == {text if text == "Synkes hele" else ""}
    for one in read:
        assert {finding.code.id for finding in one.findings} <= {"DOSE-1751", "DOSE-1770"}


@given(st.sampled_from([7, 14]), st.integers(0, 6), st.booleans())
def test_the_last_day_of_a_week_is_kept(interval: int, weekday: int, in_days: bool) -> None:  # noqa: FBT001
    start = MONDAY + timedelta(days=weekday)
    days = tuple(DosageDay(number, (OrderedDose(None, Decimal(number)),)) for number in range(1, interval + 1))
    dosage = StructuredDosage("tablet", (DosageStructure(interval, start, None, days),))
    written = as_160(dosage)
    if not in_days:
        tag = "IterationInterval"
        written = written.replace(element(tag, interval), element(tag, interval // 7))
    for read in (read_json(as_json(dosage)), read_xml(as_146(dosage)), read_xml(written)):
        assert read.dosage == dosage
