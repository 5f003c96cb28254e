"""Days and doses of the JSON model."""

from decimal import Decimal
from typing import Final

from dispenser.core.dosage import ClockTime, DosageDay, DoseRange, OrderedDose, PartOfDay, Slot
from pharmacy_sync.fmk.json_copies import DAY_COPIES, check_day_copies, check_written_quantity
from pharmacy_sync.fmk.json_fields import Fields
from pharmacy_sync.problems import fmk

_TIMED: Final = "TimedDoseWrapper"
_SLOTS: Final[dict[str, PartOfDay | None]] = {
    "MorningDoseWrapper": PartOfDay.MORNING,
    "NoonDoseWrapper": PartOfDay.NOON,
    "EveningDoseWrapper": PartOfDay.EVENING,
    "NightDoseWrapper": PartOfDay.NIGHT,
    "PlainDoseWrapper": None,
}
_QUANTITIES: Final = ("doseQuantity", "minimalDoseQuantity", "maximalDoseQuantity")
_WRITTEN: Final = tuple(f"{name}String" for name in _QUANTITIES)


def read_day(day: Fields) -> DosageDay:
    """Return one day of a structure; day number 0 is one that is not tied to a day."""
    day.need("dayNumber", "allDoses")
    day.close(("dayNumber", "allDoses", *DAY_COPIES))
    doses = tuple(_dose(Fields(item, place, day.report)) for item, place in day.items("allDoses"))
    check_day_copies(day)
    return DosageDay(day.integer("dayNumber"), doses)


def _dose(dose: Fields) -> OrderedDose:
    dose.need("type", "isAccordingToNeed")
    dose.close(("type", "isAccordingToNeed", "time", *_QUANTITIES, *_WRITTEN))
    for name, written in zip(_QUANTITIES, _WRITTEN, strict=True):
        check_written_quantity(dose, name, written)
    return OrderedDose(_slot(dose), _amount(dose), dose.truth("isAccordingToNeed"))


def _slot(dose: Fields) -> Slot | None:
    kind = dose.text("type")
    if kind == _TIMED:
        dose.need("time")
        return _time(dose.child("time")) if dose.has("time") else None
    if dose.has("time"):
        dose.report.add(fmk.CHOICE_TWICE, dose.place, names=f"type {kind}, time")
    if dose.has("type") and kind not in _SLOTS:
        dose.report.add(fmk.VALUE_INVALID, dose.below("type"), value=kind, expected=", ".join((*_SLOTS, _TIMED)))
    return _SLOTS.get(kind)


def _time(time: Fields) -> ClockTime:
    time.need("hour", "minute")
    time.close(("hour", "minute", "second"))
    hour, minute, second = (time.integer(name) for name in ("hour", "minute", "second"))
    if hour in range(24) and minute in range(60) and second == 0:
        return ClockTime(hour, minute)
    time.report.add(fmk.TIME_INVALID, time.place, value=f"{hour}:{minute}:{second}")
    return ClockTime(0, 0)


def _amount(dose: Fields) -> Decimal | DoseRange:
    fixed, low, high = (dose.has(name) for name in _QUANTITIES)
    if fixed and (low or high):
        dose.report.add(fmk.CHOICE_TWICE, dose.place, names="doseQuantity, minimalDoseQuantity, maximalDoseQuantity")
    elif low != high:
        name = _QUANTITIES[1 if high else 2]
        dose.report.add(fmk.RANGE_INCOMPLETE, dose.below(name), name=name)
    elif not fixed and not low:
        dose.need("doseQuantity")
    if low:
        return DoseRange(dose.quantity("minimalDoseQuantity"), dose.quantity("maximalDoseQuantity"))
    return dose.quantity("doseQuantity")
