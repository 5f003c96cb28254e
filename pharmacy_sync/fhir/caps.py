"""Upper limits beside a dosage: harmless when the fixed doses are certain to keep them."""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Final

from dispenser.core.dosage import DosageDay, DosageStructure, DoseRange
from pharmacy_sync.fhir.amount import read_unit
from pharmacy_sync.fhir.elements import Quantity, Ratio
from pharmacy_sync.fhir.resources import Dosage
from pharmacy_sync.fhir.vocabulary import UCUM_SYSTEM
from pharmacy_sync.problems import medicine, parked_dose
from pharmacy_sync.report import Report

_DAY: Final = "d"


def has_caps(dosage: Dosage) -> bool:
    """Return whether `dosage` names any upper limit."""
    limits = (dosage.max_dose_per_period, dosage.max_dose_per_administration, dosage.max_dose_per_lifetime)
    return any(limit is not None for limit in limits)


def note_caps(
    dosage: Dosage,
    own: DosageStructure | None,
    whole: Sequence[DosageStructure],
    unit: str,
    root: str,
    report: Report,
) -> None:
    """Note the limits of `dosage` that its doses `own` do not keep, or that the `whole` medicine may not keep.

    A limit a day is decided on days that hold exactly known doses; every other limit is a human's.
    """
    if dosage.max_dose_per_period is not None:
        limit = _a_day(dosage.max_dose_per_period, unit)
        _judge(limit, _totals(own), _totals(*whole), f"{root}.maxDosePerPeriod", report)
    if dosage.max_dose_per_administration is not None:
        limit = _in_units(dosage.max_dose_per_administration, unit)
        _judge(limit, _doses(own), _doses(*whole), f"{root}.maxDosePerAdministration", report)
    if dosage.max_dose_per_lifetime is not None:
        report.add(parked_dose.DOSE_LIMIT, f"{root}.maxDosePerLifetime")


def _judge(limit: Decimal | None, own: Decimal | None, whole: Decimal | None, path: str, report: Report) -> None:
    if limit is not None and own is not None and own > limit:
        report.add(medicine.LIMIT_EXCEEDED, path, amount=own, limit=limit)
    elif limit is None or whole is None or whole > limit:
        report.add(parked_dose.DOSE_LIMIT, path)


def _a_day(ratio: Ratio, unit: str) -> Decimal | None:
    period = ratio.denominator
    if ratio.numerator is None or period is None or period.value != 1 or period.extension or period.comparator:
        return None
    if (period.code or period.unit) != _DAY or period.system not in (None, UCUM_SYSTEM):
        return None
    return _in_units(ratio.numerator, unit)


def _in_units(quantity: Quantity, unit: str) -> Decimal | None:
    """Return a limit in the units of the dosage, None when it is of another unit or not exact."""
    # A limit in a unit that is not known here is a human's, where a dose in one is an error.
    if read_unit(quantity, "", Report()) != unit or quantity.comparator or quantity.extension:
        return None
    return None if quantity.value is None else Decimal(quantity.value)


def _totals(*structures: DosageStructure | None) -> Decimal | None:
    """Return the most units of a day, None when that is not exactly known."""
    return _most(None if amounts is None else sum(amounts, Decimal(0)) for amounts in map(_amounts, _days(structures)))


def _doses(*structures: DosageStructure | None) -> Decimal | None:
    """Return the most units of a dose, None when that is not exactly known."""
    return _most(None if amounts is None else max(amounts) for amounts in map(_amounts, _days(structures)))


def _days(structures: Iterable[DosageStructure | None]) -> list[DosageDay]:
    return [day for structure in structures if structure is not None for day in structure.days]


def _amounts(day: DosageDay) -> list[Decimal] | None:
    """Return the doses of a day, None when it is no certain day or they are no certain ones."""
    fixed = [dose.amount for dose in day.doses if not dose.as_needed and not isinstance(dose.amount, DoseRange)]
    return fixed if day.number and fixed and len(fixed) == len(day.doses) else None


def _most(values: Iterable[Decimal | None]) -> Decimal | None:
    known = list(values)
    return max((value for value in known if value is not None), default=None) if None not in known else None
