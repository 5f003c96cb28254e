"""A dosage in Danish words, for the human who reads a line; never read by a machine again."""

from collections.abc import Iterable
from typing import Final

from pharmacy_sync.fhir.elements import Quantity
from pharmacy_sync.fhir.resources import Dosage, DoseAndRate, MedicationRequest, Repeat, Timing

_WHEN: Final = {"MORN": "morgen", "NOON": "middag", "EVE": "aften", "NIGHT": "nat", "HS": "sengetid"}
_DAYS: Final = {
    "mon": "mandag",
    "tue": "tirsdag",
    "wed": "onsdag",
    "thu": "torsdag",
    "fri": "fredag",
    "sat": "lørdag",
    "sun": "søndag",
}
_UNITS: Final = {
    "s": "sekunder",
    "min": "minutter",
    "h": "timer",
    "d": "dage",
    "wk": "uger",
    "mo": "måneder",
    "a": "år",
}


def medicine_name(request: MedicationRequest) -> str:
    """Return the medicine's name as sent: its text, else a code's display, else the code."""
    concept = request.medication_codeable_concept
    if concept is None:
        return "?"
    if concept.text:
        return concept.text
    words = [coding.display or coding.code for coding in concept.coding]
    return next((word for word in words if word), "?")


def describe(request: MedicationRequest, dosages: Iterable[str]) -> str:
    """Return medicine and dosage in words, the latter from the words of its parts."""
    dosage = "; ".join(filter(None, dosages))
    name = medicine_name(request)
    return f"{name}: {dosage}" if dosage else name


def dosage_words(dosage: Dosage) -> str:
    """Return one part of a dosage in words: the sender's own text where there is one."""
    if dosage.text:
        return dosage.text
    words = [_dose(dose) for dose in dosage.dose_and_rate]
    if dosage.timing is not None:
        words.append(_timing(dosage.timing))
    if dosage.as_needed_boolean or dosage.as_needed_codeable_concept is not None:
        words.append("efter behov")
    if dosage.patient_instruction:
        words.append(dosage.patient_instruction)
    return " ".join(word for word in words if word)


def _timing(timing: Timing) -> str:
    words = [_repeat(timing.repeat)] if timing.repeat is not None else []
    if timing.code is not None:
        words.extend(coding.code or coding.display or "" for coding in timing.code.coding)
        words.append(timing.code.text or "")
    if timing.event:
        words.append("den " + ", ".join(timing.event))
    return " ".join(dict.fromkeys(word for word in words if word))


def _dose(dose: DoseAndRate) -> str:
    if dose.dose_range is not None:
        return f"{_quantity(dose.dose_range.low)} - {_quantity(dose.dose_range.high)}"
    return _quantity(dose.dose_quantity)


def _quantity(quantity: Quantity | None) -> str:
    if quantity is None or quantity.value is None:
        return "?"
    return f"{quantity.value} {quantity.unit or quantity.code or ''}".strip().replace(".", ",", 1)


def _repeat(repeat: Repeat) -> str:
    words: list[str] = []
    times = [_WHEN.get(code, code) for code in repeat.when] + [text[:5] for text in repeat.time_of_day]
    if times:
        words.append(", ".join(times))
    elif repeat.frequency is not None:
        most = f"-{repeat.frequency_max}" if repeat.frequency_max is not None else ""
        words.append(f"{repeat.frequency}{most} gange")
    if repeat.day_of_week:
        words.append(", ".join(_DAYS[day] for day in repeat.day_of_week))
    if repeat.period is not None and repeat.period_unit is not None and (repeat.period, repeat.period_unit) != (1, "d"):
        words.append(f"hver {repeat.period} {_UNITS[repeat.period_unit]}")
    elif repeat.frequency is not None and not times:
        words.append("daglig")
    if repeat.count is not None:
        words.append(f"i alt {repeat.count} gange")
    return " ".join(words)
