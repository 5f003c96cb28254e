"""How much of a medicine a dosage says: one exact number of tablets or capsules, or a reason why not."""

from dataclasses import dataclass
from decimal import Decimal

from dispenser.core.quantity import QuantityError, quarters_of
from pharmacy_sync.fhir.elements import Quantity
from pharmacy_sync.fhir.report import Report
from pharmacy_sync.fhir.resources import Dosage, DoseAndRate
from pharmacy_sync.fhir.vocabulary import (
    COUNTED_CODES,
    COUNTED_UNITS,
    EDQM_SYSTEM,
    LARGEST_QUANTITY,
    OTHER_UNITS,
    UCUM_SYSTEM,
)
from pharmacy_sync.problems import medicine, parked_dose


@dataclass(frozen=True, slots=True)
class Amount:
    """`value` units, `unit` being tablet, kapsel or stk."""

    value: Decimal
    unit: str


def read_amount(dosage: Dosage, root: str, report: Report) -> Amount | None:
    """Return the one quantity of `dosage`, or None with the reasons in `report`."""
    _note_limits(dosage, root, report)
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
    rated = _note_rates(dose, path, report)
    if dose.dose_range is not None:
        if dose.dose_quantity is not None:
            report.add(medicine.CHOICE_TWICE, path, names="doseQuantity, doseRange")
        report.add(parked_dose.DOSE_RANGE, f"{path}.doseRange")
        return None
    if dose.dose_quantity is None:
        if not rated:
            report.add(parked_dose.NO_DOSAGE, path)
        return None
    return _read_quantity(dose.dose_quantity, f"{path}.doseQuantity", report)


def _note_limits(dosage: Dosage, root: str, report: Report) -> None:
    for name, limit in (
        ("maxDosePerPeriod", dosage.max_dose_per_period),
        ("maxDosePerAdministration", dosage.max_dose_per_administration),
        ("maxDosePerLifetime", dosage.max_dose_per_lifetime),
    ):
        if limit is not None:
            report.add(parked_dose.DOSE_LIMIT, f"{root}.{name}")


def _note_rates(dose: DoseAndRate, path: str, report: Report) -> bool:
    rates = (("rateRatio", dose.rate_ratio), ("rateRange", dose.rate_range), ("rateQuantity", dose.rate_quantity))
    given = [name for name, rate in rates if rate is not None]
    for name in given:
        report.add(parked_dose.RATE, f"{path}.{name}")
    return bool(given)


def _read_quantity(quantity: Quantity, path: str, report: Report) -> Amount | None:
    if quantity.extension is not None:
        report.add(parked_dose.EXTENSION, f"{path}.extension")
    if quantity.comparator is not None:
        report.add(parked_dose.SEVERAL_DOSES, f"{path}.comparator", value=quantity.comparator)
    unit = read_unit(quantity, path, report)
    if quantity.value is None:
        report.add(parked_dose.NO_DOSAGE, f"{path}.value")
        return None
    value = Decimal(quantity.value)
    counted = unit in COUNTED_UNITS.values()
    if not _possible(value, counted=counted):
        limit = LARGEST_QUANTITY
        report.add(medicine.QUANTITY_IMPOSSIBLE, f"{path}.value", value=value, unit=unit or "", limit=limit)
        return None
    if unit is not None and not counted:
        report.add(parked_dose.NOT_COUNTED, f"{path}.unit", unit=unit)
    return Amount(value, unit) if unit is not None and counted else None


def _possible(value: Decimal, *, counted: bool) -> bool:
    if value <= 0:
        return False
    if not counted:
        return True
    try:
        quarters_of(value)
    except QuantityError:
        return False
    return value <= LARGEST_QUANTITY


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
    if by_word == by_code or (by_code == general and by_word in COUNTED_UNITS.values()):
        return by_word
    if by_word not in COUNTED_UNITS.values() and by_code not in COUNTED_UNITS.values():
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
    edqm = code.isdigit() and code != "1"
    wanted = EDQM_SYSTEM if edqm else UCUM_SYSTEM
    if code in COUNTED_CODES and quantity.system in (None, wanted):
        return COUNTED_CODES[code]
    if code in COUNTED_UNITS and quantity.system is None:
        return COUNTED_UNITS[code]
    if code in OTHER_UNITS and quantity.system in (None, UCUM_SYSTEM):
        return code
    report.add(medicine.UNIT_UNKNOWN, path, value=quantity.code)
    return None
