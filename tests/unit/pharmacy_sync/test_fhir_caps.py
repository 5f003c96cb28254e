"""Limits beside a FHIR dosage: harmless when it surely keeps them, refused when it surely does not."""

import pytest

from tests.support.fhir_reading import codes_of, read
from tests.support.fhir_rows import Json, one, per_day, repeated


@pytest.mark.parametrize(
    ("dosages", "codes"),
    [
        (repeated(when=["MORN", "EVE"]), set[str]()),
        (repeated(when=["MORN", "NOON", "EVE"]), {"DOSE-1224"}),
        ([*repeated(when=["MORN", "EVE"]), *repeated(when=["NOON"])], {"DOSE-1304"}),
        (one(asNeededBoolean=True), {"DOSE-1301", "DOSE-1304"}),
    ],
)
def test_a_limit_a_day_is_kept_by_the_whole_medicine(dosages: list[Json], codes: set[str]) -> None:
    first, *others = dosages
    assert codes_of(read(first | {"maxDosePerPeriod": per_day(2)}, *others)) == codes


@pytest.mark.parametrize(
    "limit",
    [
        per_day(2) | {"denominator": {"value": 24, "code": "h"}},
        per_day(2) | {"denominator": {"value": 2, "code": "d"}},
        {"numerator": {"value": 2, "unit": "kapsel"}, "denominator": {"value": 1, "code": "d"}},
        {"numerator": {"value": 2, "unit": "noget"}, "denominator": {"value": 1, "code": "d"}},
        {"numerator": {"value": 2, "unit": "tablet", "comparator": "<"}, "denominator": {"value": 1, "code": "d"}},
        {"numerator": {"unit": "tablet"}, "denominator": {"value": 1, "code": "d"}},
        {"denominator": {"value": 1, "code": "d"}},
    ],
)
def test_a_limit_of_another_kind_is_a_humans(limit: Json) -> None:
    assert codes_of(read(*one(maxDosePerPeriod=limit))) == {"DOSE-1304"}
