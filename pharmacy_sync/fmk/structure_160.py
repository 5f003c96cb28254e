"""Structures, days, weeks and doses of FMK schema 1.6.0.

Source: DosageStructureType, DayType, WeekType, DosageChoiceType and DoseType of the FMK schemas.
"""

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Final

from dispenser.core.dosage import DosageDay, DosageStructure, OrderedDose, PartOfDay
from dispenser.core.limits import LONGEST_INTERVAL, MOST_DOSES_A_DAY
from pharmacy_sync.fmk import values
from pharmacy_sync.fmk.supplement import Supplement
from pharmacy_sync.fmk.xml_fields import Element
from pharmacy_sync.problems import fmk, fmk_parked

_DAYS: Final = ("Day", "UnspecifiedDay", "Week")
_WEEKDAYS: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_WEEK: Final = len(_WEEKDAYS)
_PARTS: Final = {part.value.capitalize(): part for part in PartOfDay}
_CHOICES: Final = ("TimeOfDayDosage", "PartOfDayDosage", "TimesPerDayDosage", "UnlimitedDayDosage")
_DOSE: Final = ("Quantity", "MinimumQuantity", "MaximumQuantity", "AccordingToParameterSchema", "Infusion")
_INFUSION: Final = (
    "Duration",
    "MinimumDuration",
    "MaximumDuration",
    "InfusionRate",
    "MinimumInfusionRate",
    "MaximumInfusionRate",
)
_MOST_TIMES: Final = 999_999
_LONGEST_NAME: Final = 20
_LONGEST_MINUTES: Final = 999_999_999


@dataclass(slots=True)
class Frame:
    """The period that a structure stands in: its first and last day, and whether our model holds all that was read."""

    first: date
    last: date | None
    as_needed: bool = False
    complete: bool = True


def read_structure(element: Element, frame: Frame) -> Supplement:
    """Return the structure in a `Fixed` or `PRN` element, dated by its period."""
    element.only("MinimumDurationBetweenDoses", "Instruction", "IterationInterval", *_DAYS, "Profile")
    if element.has("MinimumDurationBetweenDoses"):
        minutes = element.whole("MinimumDurationBetweenDoses", 1, _LONGEST_MINUTES)
        element.report.add(fmk_parked.TIME_BETWEEN_DOSES, element.place, minutes=minutes)
    interval = element.whole("IterationInterval", 1, LONGEST_INTERVAL) if element.has("IterationInterval") else 0
    if element.choice(*_DAYS) == "Week":
        interval, days = _weeks(element, interval, frame)
    else:
        unspecified = element.one("UnspecifiedDay")
        days = [_day(day, frame) for day in element.all("Day") + ([unspecified] if unspecified else [])]
    structure = DosageStructure(interval, frame.first, frame.last, tuple(days))
    return Supplement(structure, _instruction(element))


def _instruction(element: Element) -> tuple[tuple[str, str], ...]:
    instruction = element.one("Instruction")
    if instruction is None:
        return ()
    instruction.only("FreeText")
    return ((instruction.words("FreeText", values.LONGEST_SUPPLEMENT), instruction.place),)


def _weeks(element: Element, interval: int, frame: Frame) -> tuple[int, list[DosageDay]]:
    """Return the cycle in days and its days; a week is the seven days from the period's first day on.

    IterationInterval of weeks is written in weeks by some and in days by others; both are read, for never both fit.
    """
    weeks = element.all("Week")
    if interval not in {0, len(weeks), len(weeks) * _WEEK}:
        details = {"interval": interval, "weeks": len(weeks), "days": len(weeks) * _WEEK}
        element.report.add(fmk.WEEK_CYCLE, element.place, **details)
    first = frame.first.weekday()
    days: list[DosageDay] = []
    earlier = False
    for index, week in enumerate(weeks):
        week.only("Weekday")
        if not week.has("Weekday"):
            week.required("Weekday")
        for weekday in week.all("Weekday"):
            at = _label(weekday)
            earlier = earlier or at < first
            days.append(DosageDay(index * _WEEK + (at - first) % _WEEK + 1, _choice(weekday, frame)))
    if earlier and (len(weeks) > 1 or not interval):
        element.report.add(fmk_parked.WEEK_PHASE, element.place)
    return len(weeks) * _WEEK if interval else 0, sorted(days, key=lambda day: day.number)


def _label(weekday: Element) -> int:
    weekday.only("Label", "Dosage")
    label = weekday.words("Label", _LONGEST_NAME)
    if label in _WEEKDAYS:
        return _WEEKDAYS.index(label)
    weekday.report.add(fmk.VALUE_INVALID, weekday.place, value=label, expected=", ".join(_WEEKDAYS))
    return 0


def _day(day: Element, frame: Frame) -> DosageDay:
    indexed = day.node.name == "Day"
    day.only("Index" if indexed else "Dosage", "Dosage")
    number = day.whole("Index", 1, LONGEST_INTERVAL) if indexed and day.has("Index") else 0
    return DosageDay(number, _choice(day, frame))


def _choice(day: Element, frame: Frame) -> tuple[OrderedDose, ...]:
    dosage = day.required("Dosage")
    if dosage is None:
        return ()
    dosage.only(*_CHOICES)
    name = dosage.choice(*_CHOICES)
    chosen = dosage.one(name)
    if chosen is None:
        return ()
    if name == "PartOfDayDosage":
        return _parts(chosen, frame)
    if name == "TimeOfDayDosage":
        return _times(chosen, frame)
    return _plain(chosen, frame, limited=name == "TimesPerDayDosage")


def _parts(chosen: Element, frame: Frame) -> tuple[OrderedDose, ...]:
    chosen.only(*_PARTS)
    if not any(chosen.has(name) for name in _PARTS):
        chosen.choice(*_PARTS)
    found = ((chosen.one(name), part) for name, part in _PARTS.items())
    return tuple(replace(_dose(element, frame), slot=part) for element, part in found if element)


def _times(chosen: Element, frame: Frame) -> tuple[OrderedDose, ...]:
    chosen.only("TimeOfDayDose")
    timed = chosen.all("TimeOfDayDose")
    if not timed:
        chosen.required("TimeOfDayDose")
    return tuple(replace(_dose(element, frame, "Time"), slot=element.clock("Time")) for element in timed)


def _plain(chosen: Element, frame: Frame, *, limited: bool) -> tuple[OrderedDose, ...]:
    if limited:
        dose = _dose(chosen, frame, "TimesPerDay")
        times = chosen.whole("TimesPerDay", 1, _MOST_TIMES)
        if times > MOST_DOSES_A_DAY:
            chosen.report.add(fmk.TOO_MANY_TIMES, chosen.place, times=times, limit=MOST_DOSES_A_DAY)
            return ()
        return (dose,) * times
    dose = _dose(chosen, frame, "MaximumDailyDose")
    chosen.report.add(fmk_parked.UNLIMITED_DAY, chosen.place)
    if chosen.has("MaximumDailyDose"):
        most = chosen.quantity("MaximumDailyDose")
        chosen.report.add(fmk_parked.MAXIMUM_DAILY_DOSE, chosen.place, value=most)
    # As needed, one dose without a number says as much; a fixed one would be taken for once a day.
    frame.complete = frame.complete and frame.as_needed
    return (dose,)


def _dose(dose: Element, frame: Frame, *others: str) -> OrderedDose:
    dose.only(*_DOSE, *others)
    infusion = dose.one("Infusion")
    if infusion is not None:
        infusion.only(*_INFUSION)
        dose.report.add(fmk_parked.INFUSION, infusion.place)
    schema = dose.one("AccordingToParameterSchema")
    if schema is None:
        amount = dose.amount("Quantity", "MinimumQuantity", "MaximumQuantity")
        return OrderedDose(None, amount, frame.as_needed)
    if any(dose.has(name) for name in _DOSE[:3]):
        dose.report.add(fmk.CHOICE_TWICE, dose.place, names=", ".join(_DOSE[:4]))
    schema.value()
    dose.report.add(fmk_parked.PARAMETER_SCHEMA, schema.place)
    frame.complete = False
    return OrderedDose(None, Decimal(0), frame.as_needed)
