"""A medication plan as canonical JSON and back, exactly: amounts are texts, dates ISO 8601, slots their words."""

import json
from datetime import date
from decimal import Decimal
from typing import Literal, NotRequired, TypedDict

from dispenser.core.dosage import (
    Dosage,
    DosageDay,
    DosageStructure,
    DoseRange,
    FreeTextDosage,
    LocalSchemaDosage,
    OrderedDose,
    StructuredDosage,
    shared_days,
)
from dispenser.core.ids import CitizenId, OrdinationId, ProductId
from dispenser.core.plan import MedicationPlan, Ordination, ParkedLine
from dispenser.core.slots import slot_of, slot_word
from dispenser.store.documents import canonical


class _Range(TypedDict):
    low: str
    high: str


class _Dose(TypedDict):
    slot: str | None
    amount: str | _Range
    as_needed: bool


class _Day(TypedDict):
    number: int
    doses: list[_Dose]


class _Structure(TypedDict):
    interval: int
    start: str
    end: str | None
    days: list[_Day]


class _Structured(TypedDict):
    kind: Literal["structured"]
    unit: str
    structures: list[_Structure]


class _Text(TypedDict):
    kind: Literal["text"]
    text: str


class _LocalSchema(TypedDict):
    kind: Literal["local-schema"]


class _Ordination(TypedDict):
    id: str
    product: str
    dosage: _Structured | _Text | _LocalSchema
    first: str
    last: str | None
    instruction: str


class _Parked(TypedDict):
    ordination: str
    text: str
    reasons: list[str]
    known: NotRequired[_Ordination]


class _Plan(TypedDict):
    citizen: str
    revision: int
    ordinations: list[_Ordination]
    parked: list[_Parked]


def plan_document(plan: MedicationPlan) -> str:
    """Return `plan` as canonical JSON; equal plans give equal text."""
    document: _Plan = {
        "citizen": plan.citizen_id,
        "revision": plan.revision,
        "ordinations": [_write_ordination(ordination) for ordination in plan.ordinations],
        "parked": [_write_parked(line) for line in plan.parked],
    }
    return canonical(document)


def plan_of(document: str) -> MedicationPlan:
    """Return the plan that `plan_document` wrote.

    Raises:
        ValueError: not a plan document.
    """
    try:
        parsed: _Plan = json.loads(document)
        return MedicationPlan(
            CitizenId(parsed["citizen"]),
            parsed["revision"],
            tuple(_read_ordination(ordination) for ordination in parsed["ordinations"]),
            tuple(_read_parked(line) for line in parsed["parked"]),
        )
    except (KeyError, TypeError, ArithmeticError) as error:
        message = f"not a plan document: {error!r}"
        raise ValueError(message) from error


def _write_parked(line: ParkedLine) -> _Parked:
    written: _Parked = {"ordination": line.ordination_id, "text": line.text, "reasons": list(line.reasons)}
    if line.ordination is not None:
        written["known"] = _write_ordination(line.ordination)
    return written


def _read_parked(parsed: _Parked) -> ParkedLine:
    known = _read_ordination(parsed["known"]) if "known" in parsed else None
    return ParkedLine(OrdinationId(parsed["ordination"]), parsed["text"], tuple(parsed["reasons"]), known)


def _write_ordination(ordination: Ordination) -> _Ordination:
    return {
        "id": ordination.ordination_id,
        "product": ordination.product_id,
        "dosage": _write_dosage(ordination.dosage),
        "first": ordination.first.isoformat(),
        "last": _write_date(ordination.last),
        "instruction": ordination.instruction,
    }


def _read_ordination(parsed: _Ordination) -> Ordination:
    return Ordination(
        OrdinationId(parsed["id"]),
        ProductId(parsed["product"]),
        _read_dosage(parsed["dosage"]),
        date.fromisoformat(parsed["first"]),
        _read_date(parsed["last"]),
        parsed["instruction"],
    )


def _write_dosage(dosage: Dosage) -> _Structured | _Text | _LocalSchema:
    match dosage:
        case FreeTextDosage(text):
            return {"kind": "text", "text": text}
        case LocalSchemaDosage():
            return {"kind": "local-schema"}
        case StructuredDosage(unit, structures):
            return {"kind": "structured", "unit": unit, "structures": [_write_structure(one) for one in structures]}


def _read_dosage(parsed: _Structured | _Text | _LocalSchema) -> Dosage:
    if parsed["kind"] == "text":
        return FreeTextDosage(parsed["text"])
    if parsed["kind"] == "local-schema":
        return LocalSchemaDosage()
    return StructuredDosage(parsed["unit"], tuple(_read_structure(one) for one in parsed["structures"]))


def _write_structure(structure: DosageStructure) -> _Structure:
    return {
        "interval": structure.interval,
        "start": structure.start.isoformat(),
        "end": _write_date(structure.end),
        "days": [{"number": day.number, "doses": [_write_dose(dose) for dose in day.doses]} for day in structure.days],
    }


def _read_structure(parsed: _Structure) -> DosageStructure:
    return DosageStructure(
        parsed["interval"],
        date.fromisoformat(parsed["start"]),
        _read_date(parsed["end"]),
        shared_days(
            tuple(DosageDay(day["number"], tuple(_read_dose(dose) for dose in day["doses"])) for day in parsed["days"])
        ),
    )


def _write_dose(dose: OrderedDose) -> _Dose:
    amount = dose.amount
    return {
        "slot": slot_word(dose.slot) if dose.slot else None,
        "amount": {"low": str(amount.low), "high": str(amount.high)} if isinstance(amount, DoseRange) else str(amount),
        "as_needed": dose.as_needed,
    }


def _read_dose(parsed: _Dose) -> OrderedDose:
    amount = parsed["amount"]
    return OrderedDose(
        slot_of(parsed["slot"]) if parsed["slot"] else None,
        Decimal(amount) if isinstance(amount, str) else DoseRange(Decimal(amount["low"]), Decimal(amount["high"])),
        parsed["as_needed"],
    )


def _write_date(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _read_date(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
