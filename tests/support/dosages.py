"""Reads the JSON model of Trifork's dosage-to-text tools (fmk-dosis-til-tekst-ts, dto/Dosage.ts)."""

from datetime import date
from decimal import Decimal
from typing import Any

from dispenser.core.dosage import (
    ClockTime,
    Dosage,
    DosageDay,
    DosageStructure,
    DoseRange,
    FreeTextDosage,
    LocalSchemaDosage,
    OrderedDose,
    PartOfDay,
    Slot,
    StructuredDosage,
)

_PARTS = {part.value.capitalize(): part for part in PartOfDay}


def dosage_of(document: dict[str, Any]) -> Dosage:
    """Return a dosage; numbers must have been parsed as `int` or `Decimal`, never as float."""
    if "freeText" in document:
        return FreeTextDosage(document["freeText"]["text"])
    if "administrationAccordingToSchema" in document:
        return LocalSchemaDosage()
    body = document["structures"]
    unit = body["unitOrUnits"]
    return StructuredDosage(
        unit.get("unit") or unit["unitSingular"], tuple(_structure(one) for one in body["structures"])
    )


def _structure(document: dict[str, Any]) -> DosageStructure:
    end = document.get("endDate")
    return DosageStructure(
        interval=document["iterationInterval"],
        start=date.fromisoformat(document["startDate"]),
        end=date.fromisoformat(end) if end else None,
        days=tuple(
            DosageDay(one["dayNumber"], tuple(_dose(dose) for dose in one["allDoses"])) for one in document["days"]
        ),
    )


def _dose(document: dict[str, Any]) -> OrderedDose:
    kind = document["type"].removesuffix("DoseWrapper")
    slot: Slot | None = _PARTS.get(kind)
    if kind == "Timed":
        slot = ClockTime(document["time"]["hour"], document["time"]["minute"])
    amount: Decimal | DoseRange
    if "doseQuantity" in document:
        amount = Decimal(document["doseQuantity"])
    else:
        amount = DoseRange(Decimal(document["minimalDoseQuantity"]), Decimal(document["maximalDoseQuantity"]))
    return OrderedDose(slot, amount, document["isAccordingToNeed"])
