"""One example of everything that the tables of Dosage say: element, outcome, finding code, dosages."""

from datetime import date
from typing import Final, NamedTuple

Json = dict[str, object]

PACKED: Final = "packed"
PARKED: Final = "parked"
REFUSED: Final = "refused"
WRITTEN: Final = date(2026, 11, 20)
EXTENSION: Final = [{"url": "https://example.org/x", "valueString": "y"}]
START: Final = {"boundsPeriod": {"start": "2026-11-23"}}
TABLET: Final = {"value": 1, "unit": "tablet"}


class Row(NamedTuple):
    """`element` of the FHIR type `kind`, what becomes of `dosages`, and the code that says why not."""

    kind: str
    element: str
    outcome: str
    code: str
    dosages: list[Json]

    def __str__(self) -> str:
        return f"{self.kind}.{self.element}-{self.outcome}-{self.code}"


def one(**more: object) -> list[Json]:
    """A tablet every morning, and `more` elements of Dosage; None takes one away."""
    dosage = {"timing": {"repeat": START | {"when": ["MORN"]}}, "doseAndRate": [{"doseQuantity": TABLET}]} | more
    return [{name: value for name, value in dosage.items() if value is not None}]


def bare(**timing: object) -> list[Json]:
    """A tablet with nothing but this timing."""
    return one(timing=timing)


def repeated(**repeat: object) -> list[Json]:
    """A tablet from Monday on, repeated like this."""
    return bare(repeat=START | repeat)


def dosed(**dose: object) -> list[Json]:
    return one(doseAndRate=[dose])


def quantity(**more: object) -> list[Json]:
    values = TABLET | more
    return dosed(doseQuantity={name: value for name, value in values.items() if value is not None})


def per_day(value: object) -> Json:
    return {"numerator": {"value": value, "unit": "tablet"}, "denominator": {"value": 1, "code": "d"}}


def step(sequence: int, value: int, **repeat: object) -> Json:
    return {
        "sequence": sequence,
        "timing": {"repeat": {"when": ["MORN"]} | repeat},
        "doseAndRate": [{"doseQuantity": {"value": value, "unit": "tablet"}}],
    }


DOSAGE: Final = [
    Row("Dosage", "id", PACKED, "", one(id="a")),
    Row("Dosage", "extension", PARKED, "DOSE-1316", one(extension=EXTENSION)),
    Row("Dosage", "modifierExtension", REFUSED, "DOSE-1025", one(modifierExtension=EXTENSION)),
    Row("Dosage", "sequence", PACKED, "", one(sequence=1)),
    Row("Dosage", "sequence", PACKED, "", [step(2, 1), step(1, 2, boundsDuration={"value": 7, "code": "d"})]),
    Row("Dosage", "sequence", PARKED, "DOSE-1347", [step(1, 2), step(2, 1)]),
    Row("Dosage", "sequence", REFUSED, "DOSE-1023", one(sequence="1")),
    Row("Dosage", "text", PACKED, "", one(text="1 tablet morgen")),
    Row("Dosage", "text", PACKED, "DOSE-1318", one(text="1 tablet i 9 dage")),
    Row("Dosage", "text", PARKED, "DOSE-1319", one(text="2 tabletter morgen")),
    Row("Dosage", "text", PARKED, "DOSE-1305", [{"text": "efter skema"}]),
    Row("Dosage", "text", PARKED, "DOSE-1311", one(text="1 tablet, dog ikke søndag")),
    Row("Dosage", "text", REFUSED, "DOSE-1023", one(text=1)),
    Row("Dosage", "additionalInstruction", PACKED, "", one(additionalInstruction=[{"text": "Synkes hele"}])),
    Row("Dosage", "additionalInstruction", PARKED, "DOSE-1309", one(additionalInstruction=[{"text": "Med is"}])),
    Row(
        "Dosage", "additionalInstruction", PARKED, "DOSE-1310",
        one(additionalInstruction=[{"text": "Tygges"}, {"text": "Knuses"}]),
    ),
    Row("Dosage", "additionalInstruction", PARKED, "DOSE-1301", one(additionalInstruction=[{"text": "Ved anfald"}])),
    Row("Dosage", "additionalInstruction", REFUSED, "DOSE-1023", one(additionalInstruction="Tygges")),
    Row("Dosage", "patientInstruction", PACKED, "", one(patientInstruction="Tygges")),
    Row("Dosage", "patientInstruction", PARKED, "DOSE-1301", one(patientInstruction="Ved behov")),
    Row("Dosage", "patientInstruction", PARKED, "DOSE-1309", one(patientInstruction="Med is")),
    Row("Dosage", "patientInstruction", REFUSED, "DOSE-1023", one(patientInstruction=True)),
    Row("Dosage", "timing", PACKED, "", one()),
    Row("Dosage", "timing", PARKED, "DOSE-1330", one(timing=None)),
    Row("Dosage", "asNeededBoolean", PACKED, "", one(asNeededBoolean=False)),
    Row("Dosage", "asNeededBoolean", PARKED, "DOSE-1301", one(asNeededBoolean=True)),
    Row(
        "Dosage", "asNeededBoolean", REFUSED, "DOSE-1207",
        one(asNeededBoolean=True, asNeededCodeableConcept={"text": "smerter"}),
    ),
    Row("Dosage", "asNeededCodeableConcept", PARKED, "DOSE-1301", one(asNeededCodeableConcept={"text": "smerter"})),
    Row(
        "Dosage", "asNeededCodeableConcept", REFUSED, "DOSE-1207",
        one(asNeededBoolean=False, asNeededCodeableConcept={"text": "smerter"}),
    ),
    Row("Dosage", "site", PARKED, "DOSE-1313", one(site={"text": "tunge"})),
    Row("Dosage", "route", PACKED, "", one(route={"coding": [{"code": "26643006"}]})),
    Row("Dosage", "route", PARKED, "DOSE-1313", one(route={"text": "i øret"})),
    Row("Dosage", "method", PARKED, "DOSE-1313", one(method={"text": "gnides ind"})),
    Row("Dosage", "doseAndRate", PACKED, "", one()),
    Row("Dosage", "doseAndRate", PARKED, "DOSE-1306", one(doseAndRate=None)),
    Row("Dosage", "doseAndRate", PARKED, "DOSE-1308", one(doseAndRate=[{"doseQuantity": TABLET}] * 2)),
    Row("Dosage", "maxDosePerPeriod", PACKED, "", one(maxDosePerPeriod=per_day(1))),
    Row("Dosage", "maxDosePerPeriod", PARKED, "DOSE-1304", one(maxDosePerPeriod={"numerator": TABLET})),
    Row("Dosage", "maxDosePerPeriod", REFUSED, "DOSE-1224", one(maxDosePerPeriod=per_day(0))),
    Row("Dosage", "maxDosePerAdministration", PACKED, "", one(maxDosePerAdministration=TABLET)),
    Row(
        "Dosage", "maxDosePerAdministration", PARKED, "DOSE-1304",
        one(maxDosePerAdministration={"value": 100, "unit": "mg"}),
    ),
    Row(
        "Dosage", "maxDosePerAdministration", REFUSED, "DOSE-1224",
        one(doseAndRate=[{"doseQuantity": TABLET | {"value": 2}}], maxDosePerAdministration=TABLET),
    ),
    Row("Dosage", "maxDosePerLifetime", PARKED, "DOSE-1304", one(maxDosePerLifetime={"value": 99, "unit": "tablet"})),
]  # fmt: skip

DOSE: Final = [
    Row("Dosage.doseAndRate", "id", PACKED, "", dosed(id="a", doseQuantity=TABLET)),
    Row("Dosage.doseAndRate", "extension", PARKED, "DOSE-1316", dosed(extension=EXTENSION, doseQuantity=TABLET)),
    Row("Dosage.doseAndRate", "type", PACKED, "", dosed(type={"coding": [{"code": "ordered"}]}, doseQuantity=TABLET)),
    Row("Dosage.doseAndRate", "type", PARKED, "DOSE-1317", dosed(type={"text": "højst"}, doseQuantity=TABLET)),
    Row(
        "Dosage.doseAndRate", "doseRange", PARKED, "DOSE-1302",
        dosed(doseRange={"low": TABLET, "high": TABLET | {"value": 2}}),
    ),
    Row(
        "Dosage.doseAndRate", "doseRange", REFUSED, "DOSE-1223",
        dosed(doseRange={"low": TABLET | {"value": 2}, "high": TABLET}),
    ),
    Row(
        "Dosage.doseAndRate", "doseRange", REFUSED, "DOSE-1207",
        dosed(doseQuantity=TABLET, doseRange={"low": TABLET, "high": TABLET}),
    ),
    Row("Dosage.doseAndRate", "doseQuantity", PACKED, "", quantity(value=99, code="{tbl}")),
    Row("Dosage.doseAndRate", "doseQuantity", PARKED, "DOSE-1307", quantity(value=5, unit="ml")),
    Row("Dosage.doseAndRate", "doseQuantity", PARKED, "DOSE-1308", quantity(comparator="<")),
    Row("Dosage.doseAndRate", "doseQuantity", PARKED, "DOSE-1306", quantity(value=None)),
    Row("Dosage.doseAndRate", "doseQuantity", REFUSED, "DOSE-1213", quantity(value=0)),
    Row("Dosage.doseAndRate", "doseQuantity", REFUSED, "DOSE-1210", quantity(unit="pille")),
    Row("Dosage.doseAndRate", "doseQuantity", REFUSED, "DOSE-1211", quantity(unit=None)),
    Row("Dosage.doseAndRate", "doseQuantity", REFUSED, "DOSE-1212", quantity(code="15012000")),
    *(
        Row("Dosage.doseAndRate", name, PARKED, "DOSE-1303", dosed(**{name: value}))
        for name, value in (
            ("rateRatio", {"numerator": TABLET}), ("rateRange", {"low": TABLET}), ("rateQuantity", TABLET),
        )
    ),
]  # fmt: skip
