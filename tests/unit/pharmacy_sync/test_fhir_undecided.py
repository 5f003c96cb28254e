"""What a human must decide on is held all the same: its type, its daily dose, and one reason."""

from datetime import date
from decimal import Decimal
from typing import Final

import pytest

from dispenser.core.daily import ACCORDING_TO_NEED, COMBINED, FIXED, UNSPECIFIED, daily_dose, dosage_type
from dispenser.core.dosage import (
    DosageDay,
    DosageStructure,
    FreeTextDosage,
    PartOfDay,
    StructuredDosage,
)
from dispenser.core.reasons import why_refused
from tests.support.fhir_reading import codes_of, plain, read, structures_of
from tests.support.fhir_rows import START, TABLET, WRITTEN, Json, dosed, one, quantity, repeated
from tests.support.fhir_timing_rows import DAY, WEEK, unbounded

MORNING, _, EVENING, _ = PartOfDay
MONDAY: Final = date(2026, 11, 23)
NEEDED: Final = {"asNeededBoolean": True}


@pytest.mark.parametrize(
    ("timing", "structure"),
    [
        ({}, DosageStructure(0, WRITTEN, None, (DosageDay(0, plain(1, as_needed=True)),))),
        (
            {"repeat": START | {"frequency": 3} | DAY},
            DosageStructure(1, MONDAY, None, (DosageDay(1, plain(3, as_needed=True)),)),
        ),
        (
            {"repeat": START | {"period": 6, "periodUnit": "h"}},
            DosageStructure(1, MONDAY, None, (DosageDay(1, plain(4, as_needed=True)),)),
        ),
        (
            {"repeat": START | {"frequency": 2} | WEEK},
            DosageStructure(7, MONDAY, None, (DosageDay(0, plain(2, as_needed=True)),)),
        ),
        ({"repeat": START}, DosageStructure(0, MONDAY, None, (DosageDay(0, plain(1, as_needed=True)),))),
    ],
)
def test_as_needed_is_held_like_fmk_holds_it(timing: Json, structure: DosageStructure) -> None:
    result = read(*one(timing=timing or None, **NEEDED))
    assert structures_of(result) == (structure,)
    assert "DOSE-1301" in codes_of(result)
    assert dosage_type(StructuredDosage("tablet", (structure,))) == ACCORDING_TO_NEED


@pytest.mark.parametrize(
    ("dosages", "kind", "daily"),
    [
        (one(), FIXED, Decimal(1)),
        (one(**NEEDED), ACCORDING_TO_NEED, None),
        (one(asNeededCodeableConcept={"text": "smerter"}), ACCORDING_TO_NEED, None),
        (one(patientInstruction="Ved smerter"), ACCORDING_TO_NEED, None),
        ([*one(), *one(timing=None, **NEEDED)], COMBINED, None),
        ([*one(), *one(sequence=2, timing=None, **NEEDED)], COMBINED, None),
        (dosed(doseRange={"low": TABLET, "high": TABLET | {"value": 2}}), FIXED, (Decimal(1), Decimal(2))),
        (dosed(doseRange={"low": TABLET | {"value": 0}, "high": TABLET}), FIXED, (Decimal(0), Decimal(1))),
        (quantity(value=Decimal("2.5"), unit="ml"), FIXED, Decimal("2.5")),
        (repeated(frequency=1, frequencyMax=3, **DAY), FIXED, (Decimal(1), Decimal(3))),
        (repeated(period=8, periodUnit="h"), FIXED, Decimal(3)),
        (repeated(when=["AFT", "EVE"]), FIXED, Decimal(2)),
        (repeated(when=["MORN"], offset=30), FIXED, Decimal(1)),
        (repeated(when=["MORN"], duration=5, durationUnit="min"), FIXED, Decimal(1)),
        (unbounded(period=2, periodUnit="d"), FIXED, Decimal("0.5")),
        (unbounded(when=["MORN"], boundsRange={"low": {"value": 5, "code": "d"}}), FIXED, Decimal(1)),
        (repeated(frequency=3, **WEEK), FIXED, None),
        (repeated(period=1, periodUnit="mo"), FIXED, None),
        (repeated(periodMax=2, **DAY), FIXED, None),
        (one(timing=None), FIXED, None),
        ([*one(), *one()], FIXED, Decimal(2)),
        ([{"text": "efter skema"}], UNSPECIFIED, None),
    ],
)
def test_type_and_daily_dose_are_told_also_when_a_human_must_decide(
    dosages: list[Json], kind: str, daily: Decimal | tuple[Decimal, Decimal] | None
) -> None:
    dosage = read(*dosages).dosage
    assert dosage is not None
    assert why_refused(dosage) == ()
    assert (dosage_type(dosage), daily_dose(dosage)) == (kind, daily)


@pytest.mark.parametrize(
    ("dosages", "codes"),
    [
        (one(**NEEDED), {"DOSE-1301"}),
        (one(timing=None, **NEEDED), {"DOSE-1301"}),
        (dosed(doseRange={"low": TABLET, "high": TABLET}), {"DOSE-1302"}),
        (dosed(doseRange={"high": TABLET}), {"DOSE-1302"}),
        (dosed(doseRange={"low": {"unit": "tablet"}, "high": TABLET}), {"DOSE-1302", "DOSE-1306"}),
        (dosed(id="a"), {"DOSE-1306"}),
        (quantity(extension=[{"url": "https://example.org/x"}]), {"DOSE-1316"}),
        (dosed(doseRange={"low": TABLET | {"unit": "ml"}, "high": TABLET}), {"DOSE-1302", "DOSE-1307", "DOSE-1212"}),
        (dosed(doseRange={"low": TABLET, "high": TABLET | {"value": 100}}), {"DOSE-1302", "DOSE-1213"}),
        (quantity(value=100_000, unit="ie"), {"DOSE-1213"}),
        (dosed(rateQuantity=TABLET, doseQuantity=TABLET), {"DOSE-1303"}),
        (one(timing=None), {"DOSE-1330"}),
        ([*one(), {"text": "efter skema"}], {"DOSE-1305"}),
    ],
)
def test_a_problem_has_one_code(dosages: list[Json], codes: set[str]) -> None:
    assert codes_of(read(*dosages)) == codes


def test_words_alone_are_kept() -> None:
    assert read({"text": "efter skema"}, {"patientInstruction": "se tavlen"}).dosage == FreeTextDosage(
        "efter skema; se tavlen"
    )
    assert read({"text": "efter skema"}, {"sequence": 2}).dosage is None
