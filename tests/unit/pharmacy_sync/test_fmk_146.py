"""FMK's XML of schema 1.4.6, and any XML: what is read, what is parked and what is refused, with its place."""

from datetime import date
from decimal import Decimal

import pytest

from dispenser.core.dosage import (
    DosageDay,
    DosageStructure,
    DoseRange,
    FreeTextDosage,
    LocalSchemaDosage,
    OrderedDose,
    PartOfDay,
    StructuredDosage,
)
from pharmacy_sync.fmk.xml_dosage import read_xml
from tests.support.fmk import NAMESPACE_146, NAMESPACE_160

MORNING_146 = "<Dose><Time>morning</Time><Quantity>1</Quantity></Dose>"
HEAD_146 = "<IterationInterval>1</IterationInterval><StartDate>2026-11-23</StartDate><EndDate>2026-12-06</EndDate>"
DAY_146 = f"<Day><Number>1</Number>{MORNING_146}</Day>"
STRUCTURE = f"<Structure>{HEAD_146}{DAY_146}</Structure>"
UNIT_146 = '<UnitTexts source="Local"><Singular>tablet</Singular><Plural>tabletter</Plural></UnitTexts>'
FIXED = f"<StructuresFixed>{STRUCTURE}</StructuresFixed>"
NEEDED = f"<StructuresAccordingToNeed>{STRUCTURE}</StructuresAccordingToNeed>"
PAUSES = "<EmptyStructure><StartDate>2026-11-23</StartDate><DosageEndingUndetermined/></EmptyStructure>"
OPEN = "<StartDate>2026-11-23</StartDate><DosageEndingUndetermined/>"
LOCAL = (
    "<AdministrationAccordingToSchemaInLocalSystem><DosageStartedPreviously/><EndDate>2026-12-06</EndDate>"
    "</AdministrationAccordingToSchemaInLocalSystem>"
)


def old(inner: str, namespace: str = NAMESPACE_146) -> str:
    return f'<Dosage xmlns="{namespace}">{inner}</Dosage>'


def found(text: str) -> list[tuple[str, str]]:
    return [(finding.code.id, finding.subject) for finding in read_xml(text).findings]


def test_both_lists_of_the_old_version_are_read() -> None:
    any_day = "<AnyDay><Dose><MinimalQuantity>1</MinimalQuantity><MaximalQuantity>2.5</MaximalQuantity></Dose></AnyDay>"
    needed = f"<Structure><NotIterated/>{OPEN}{any_day}</Structure>{PAUSES}"
    text = f"{UNIT_146}{FIXED}<StructuresAccordingToNeed>{needed}</StructuresAccordingToNeed><Type>kombineret</Type>"
    read = read_xml(old(text))
    first, last = date(2026, 11, 23), date(2026, 12, 6)
    ranged = OrderedDose(None, DoseRange(Decimal(1), Decimal("2.5")), as_needed=True)
    assert read.dosage == StructuredDosage(
        "tablet",
        (
            DosageStructure(1, first, last, (DosageDay(1, (OrderedDose(PartOfDay.MORNING, Decimal(1)),)),)),
            DosageStructure(0, first, None, (DosageDay(0, (ranged,)),)),
            DosageStructure(0, first, None, ()),
        ),
    )
    assert read.findings == ()


def test_units_without_a_source_are_of_the_extended_namespace() -> None:
    inner = f'<UnitText>tablet</UnitText><StructuresFixed><Structure xmlns="{NAMESPACE_146}">{HEAD_146}{DAY_146}'
    assert found(old(f"{inner}</Structure></StructuresFixed>", f"{NAMESPACE_146}/E2")) == []


@pytest.mark.parametrize("said", ["efter behov", "fast"])
def test_a_type_that_lists_or_doses_give_is_taken(said: str) -> None:
    """Doses of 0 as needed alone are fixed to FMK's tools, and as needed to FMK's lists."""
    assert found(old(f"{UNIT_146}{NEEDED.replace('>1</Quantity', '>0</Quantity')}<Type>{said}</Type>")) == []


@pytest.mark.parametrize(
    ("inner", "expected"),
    [
        (f"<FreeText>{OPEN}<Text>1 tablet</Text></FreeText><Type>ikke angivet</Type>", FreeTextDosage("1 tablet")),
        (
            LOCAL,
            LocalSchemaDosage(),
        ),
    ],
)
def test_what_is_not_structured_is_read(inner: str, expected: object) -> None:
    read = read_xml(old(inner))
    assert (read.dosage, read.findings) == (expected, ())
    typed = inner if "<Type>" in inner else f"{inner}<Type>Fixed</Type>"
    assert read_xml(old(typed, NAMESPACE_160)).dosage == expected


def test_the_response_of_the_old_version_is_read() -> None:
    words = "<DosageTranslation><LongText>1 tablet</LongText></DosageTranslation></Structure>"
    text = FIXED.replace("<Day>", "<SupplementaryText>Synkes hele</SupplementaryText><Day>")
    read = read_xml(old(f"<!-- svar -->{UNIT_146}{text.replace('</Structure>', words)}<Type>fast</Type>"))
    assert read.dosage
    assert (read.instruction, read.findings) == ("Synkes hele", ())


def test_pauses_alone_beside_the_other_list_are_parked() -> None:
    read = read_xml(old(f"{UNIT_146}{FIXED}<StructuresAccordingToNeed>{PAUSES}</StructuresAccordingToNeed>"))
    assert [(one.code.id, one.subject) for one in read.findings] == [
        ("DOSE-1755", "Dosage/StructuresAccordingToNeed[1]")
    ]
    assert isinstance(read.dosage, StructuredDosage)
    assert len(read.dosage.structures) == 1


PLACE = "Dosage/StructuresFixed[1]/Structure[1]"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", [("DOSE-1721", "")]),
        ("<Dosage", [("DOSE-1721", "")]),
        (f"{old('x' * 100_001)}", [("DOSE-1722", "")]),
        ('<!DOCTYPE Dosage [<!ENTITY a "b">]><Dosage>&a;</Dosage>', [("DOSE-1720", "")]),
        ("<a>" * 30 + "</a>" * 30, [("DOSE-1723", "/".join(["a"] + ["a[1]"] * 23))]),
        ("<Dose/>", [("DOSE-1701", "Dose")]),
        ("<Dosage/>", [("DOSE-1724", "Dosage")]),
        (old("<Dosage/>", "http://www.dkma.dk/medicinecard/xml.schema/2015/01/01"), [("DOSE-1724", "Dosage")]),
        (old(f"{UNIT_146}{FIXED}<Dose/>"), [("DOSE-1703", "Dosage/Dose[1]")]),
        (old(f'{UNIT_146}{FIXED}<Type xmlns="x">fast</Type>'), [("DOSE-1703", "Dosage/Type[1]")]),
        (old(f"{UNIT_146}{FIXED}{FIXED}"), [("DOSE-1705", "Dosage/StructuresFixed[2]")]),
        (old(f"{UNIT_146}{FIXED}<Type>efter behov</Type>"), [("DOSE-1714", "Dosage")]),
        (old(f"{UNIT_146}{FIXED}<Type>måske</Type>"), [("DOSE-1714", "Dosage")]),
        (old(f"{UNIT_146}"), [("DOSE-1704", "Dosage")]),
        (old(f"{FIXED}"), [("DOSE-1704", "Dosage")]),
        (
            old("<FreeText><StartDate>2026-11-23</StartDate><EndDate>2026-11-22</EndDate><Text>x</Text></FreeText>"),
            [("DOSE-1218", "Dosage/FreeText[1]")],
        ),
        (old(f"{UNIT_146}{FIXED}<FreeText>{OPEN}<Text>x</Text></FreeText>"), [("DOSE-1702", "Dosage")]),
        (old(f"{UNIT_146}{FIXED}og"), [("DOSE-1726", "Dosage")]),
        (old(UNIT_146 + FIXED.replace("<Structure>", '<Structure id="1">')), [("DOSE-1725", PLACE)]),
        (old(f"{UNIT_146.replace('source', 'nil')}{FIXED}"), [("DOSE-1725", "Dosage/UnitTexts[1]")]),
        (
            old(f"{UNIT_146}{FIXED.replace('>1</Quantity', '>1<!-- -->0</Quantity')}"),
            [("DOSE-1726", f"{PLACE}/Day[1]/Dose[1]/Quantity[1]")],
        ),
        (
            old(f"{UNIT_146}{FIXED.replace('>1</Quantity', '>1,5</Quantity')}"),
            [("DOSE-1707", f"{PLACE}/Day[1]/Dose[1]/Quantity[1]")],
        ),
        (
            old(f"{UNIT_146}{FIXED.replace('>1</Quantity', '>1<x/></Quantity')}"),
            [("DOSE-1703", f"{PLACE}/Day[1]/Dose[1]/Quantity[1]/x[1]")],
        ),
        (
            old(f"{UNIT_146}{FIXED.replace('</Quantity>', '</Quantity><MinimalQuantity>1</MinimalQuantity>')}"),
            [("DOSE-1710", f"{PLACE}/Day[1]/Dose[1]"), ("DOSE-1711", f"{PLACE}/Day[1]/Dose[1]")],
        ),
        (old(f"{UNIT_146}{FIXED.replace('morning', 'lunch')}"), [("DOSE-1709", f"{PLACE}/Day[1]/Dose[1]/Time[1]")]),
        (old(f"{UNIT_146}{FIXED.replace('morning', '08:00:30')}"), [("DOSE-1709", f"{PLACE}/Day[1]/Dose[1]/Time[1]")]),
        (old(f"{UNIT_146}{FIXED.replace(MORNING_146, '')}"), [("DOSE-1704", f"{PLACE}/Day[1]")]),
        (old(f"{UNIT_146}{FIXED.replace(DAY_146, '')}"), [("DOSE-1704", PLACE)]),
        (old(f"{UNIT_146}{FIXED.replace('>1</It', '>366</It')}"), [("DOSE-1706", f"{PLACE}/IterationInterval[1]")]),
        (old(f"{UNIT_146}{FIXED.replace('<StartDate>', '<NotIterated/><StartDate>')}"), [("DOSE-1710", PLACE)]),
        (old(f"{UNIT_146}{FIXED.replace('2026-12-06', '2026-12-06Z')}"), [("DOSE-1708", f"{PLACE}/EndDate[1]")]),
        (old(f"{UNIT_146}{FIXED.replace(STRUCTURE, '')}"), [("DOSE-1704", "Dosage/StructuresFixed[1]")]),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_place(text: str, expected: list[tuple[str, str]]) -> None:
    assert found(text) == expected
    assert read_xml(text).dosage is None


def test_a_schema_location_is_harmless() -> None:
    where = f'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="a b" xmlns="{NAMESPACE_146}"'
    assert found(f'<?xml version="1.0" encoding="latin1"?><Dosage {where}>{UNIT_146}{FIXED}</Dosage>') == []
    assert found(f"<Dosage {where.replace('schemaLocation', 'nil')}>{UNIT_146}{FIXED}</Dosage>") == [
        ("DOSE-1725", "Dosage")
    ]
