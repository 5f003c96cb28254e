"""How much of a medicine a dosage says: one exact quantity or a range of them, or a reason why not."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from dispenser.core.dosage import DoseRange
from dispenser.core.limits import MOST_COUNTED_UNITS, MOST_UNITS
from dispenser.core.quantity import QuantityError, quarters_of
from pharmacy_sync.fhir.elements import Quantity, Range
from pharmacy_sync.fhir.resources import Dosage, DoseAndRate
from pharmacy_sync.fhir.vocabulary import (
    CODE_SYSTEMS,
    COUNTED_CODES,
    COUNTED_UNITS,
    OTHER_UNITS,
    UCUM_SYSTEM,
)
from pharmacy_sync.problems import medicine, parked_dose
from pharmacy_sync.report import Report
from pharmacy_sync.strict_json import is_list, is_object

_COUNTED: Final = frozenset(COUNTED_UNITS.values())
_TYPES: Final = frozenset({"ordered", "calculated"})


@dataclass(frozen=True, slots=True)
class Amount:
    """`value` units, `unit` being tablet, kapsel or stk, or the word of another known unit, which is parked."""

    value: Decimal | DoseRange
    unit: str


def read_amount(dosage: Dosage, root: str, report: Report) -> Amount | None:
    """Return the one quantity or range of `dosage`, or None; what is wrong or uncertain about it is in `report`."""
    if not dosage.dose_and_rate:
        if dosage.timing is not None:
            report.add(parked_dose.NO_DOSAGE, f"{root}.doseAndRate")
        return None
    dose, *others = dosage.dose_and_rate
    if others:
        report.add(parked_dose.SEVERAL_DOSES, f"{root}.doseAndRate", value="+")
        return None
    path = f"{root}.doseAndRate[0]"
    if dose.extension is not None:
        report.add(parked_dose.EXTENSION, f"{path}.extension")
    if dose.type is not None and not _is_known_type(dose.type):
        report.add(parked_dose.DOSE_TYPE, f"{path}.type")
    rated = _note_rates(dose, path, report)
    amount: Amount | None = None
    if dose.dose_range is not None:
        if dose.dose_quantity is not None:
            report.add(medicine.CHOICE_TWICE, path, names="doseQuantity, doseRange")
            return None
        amount = _read_range(dose.dose_range, f"{path}.doseRange", report)
    elif dose.dose_quantity is not None:
        amount = _read_quantity(dose.dose_quantity, f"{path}.doseQuantity", report)
    elif not rated:
        report.add(parked_dose.NO_DOSAGE, path)
    return None if rated else amount


def _is_known_type(kind: object) -> bool:
    """Return whether `kind`, a CodeableConcept as JSON, says ordered or calculated: the quantity is what it is."""
    codings = kind.get("coding") if is_object(kind) else None
    return is_list(codings) and all(is_object(coding) and coding.get("code") in _TYPES for coding in codings)


def _note_rates(dose: DoseAndRate, path: str, report: Report) -> bool:
    rates = (("rateRatio", dose.rate_ratio), ("rateRange", dose.rate_range), ("rateQuantity", dose.rate_quantity))
    given = [name for name, rate in rates if rate is not None]
    for name in given:
        report.add(parked_dose.RATE, f"{path}.{name}")
    return bool(given)


def _read_range(limits: Range, path: str, report: Report) -> Amount | None:
    report.add(parked_dose.DOSE_RANGE, path)
    if limits.low is None or limits.high is None:
        return None
    low = _read_quantity(limits.low, f"{path}.low", report, least=Decimal(0))
    high = _read_quantity(limits.high, f"{path}.high", report)
    if low is None or high is None or isinstance(low.value, DoseRange) or isinstance(high.value, DoseRange):
        return None
    if low.unit != high.unit:
        report.add(medicine.UNIT_CONTRADICTION, path, first=low.unit, second=high.unit)
        return None
    if low.value > high.value:
        report.add(medicine.RANGE_REVERSED, path, low=low.value, high=high.value)
        return None
    return Amount(DoseRange(low.value, high.value), low.unit)


def _read_quantity(quantity: Quantity, path: str, report: Report, least: Decimal | None = None) -> Amount | None:
    """Return an amount of `least` or more, None of more than nothing."""
    if quantity.extension is not None:
        report.add(parked_dose.EXTENSION, f"{path}.extension")
    if quantity.comparator is not None:
        report.add(parked_dose.SEVERAL_DOSES, f"{path}.comparator", value=quantity.comparator)
    unit = read_unit(quantity, path, report)
    if quantity.value is None:
        report.add(parked_dose.NO_DOSAGE, f"{path}.value")
        return None
    value = Decimal(quantity.value)
    counted = unit in _COUNTED
    limit = MOST_COUNTED_UNITS if counted or unit is None else MOST_UNITS
    if value > limit or value < 0 or (value == 0 and least != 0) or (counted and not _in_quarters(value)):
        report.add(medicine.QUANTITY_IMPOSSIBLE, f"{path}.value", value=value, unit=unit or "", limit=limit)
        return None
    if unit is not None and not counted:
        report.add(parked_dose.NOT_COUNTED, f"{path}.unit", unit=unit)
    return Amount(value, unit) if unit is not None and quantity.comparator is None else None


def _in_quarters(value: Decimal) -> bool:
    try:
        quarters_of(value)
    except QuantityError:
        return False
    return True


def read_unit(quantity: Quantity, path: str, report: Report) -> str | None:
    """Return the counted unit, or the word of another known unit; None with a finding for everything else."""
    by_word = _word(quantity.unit, f"{path}.unit", report) if quantity.unit is not None else None
    by_code = _code(quantity, f"{path}.code", report) if quantity.code is not None else None
    if quantity.unit is None and quantity.code is None:
        report.add(medicine.UNIT_MISSING, path)
        return None
    if (quantity.unit is not None and by_word is None) or (quantity.code is not None and by_code is None):
        return None
    if by_word is None or by_code is None:
        return by_word or by_code
    general = COUNTED_CODES["1"]
    if by_word == by_code or (by_code == general and by_word in _COUNTED):
        return by_word
    if by_word not in _COUNTED and by_code not in _COUNTED:
        return by_word
    report.add(medicine.UNIT_CONTRADICTION, path, first=quantity.unit, second=quantity.code)
    return None


def _word(unit: str, path: str, report: Report) -> str | None:
    word = unit.casefold()
    if word in COUNTED_UNITS:
        return COUNTED_UNITS[word]
    if word in OTHER_UNITS:
        return word
    report.add(medicine.UNIT_UNKNOWN, path, value=unit)
    return None


def _code(quantity: Quantity, path: str, report: Report) -> str | None:
    code = (quantity.code or "").casefold()
    wanted = CODE_SYSTEMS.get(code, UCUM_SYSTEM)
    if code in COUNTED_CODES and quantity.system in (None, wanted):
        return COUNTED_CODES[code]
    if code in COUNTED_UNITS and quantity.system is None:
        return COUNTED_UNITS[code]
    if code in OTHER_UNITS and quantity.system in (None, UCUM_SYSTEM):
        return code
    report.add(medicine.UNIT_UNKNOWN, path, value=quantity.code)
    return None
