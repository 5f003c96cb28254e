"""Writes a dosage as FMK's wires do: JSON, XML 1.4.6 and XML 1.6.0; and every dosage that all three can say."""

from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal
from itertools import groupby

from hypothesis import strategies as st

from dispenser.core.dosage import (
    ClockTime,
    DosageDay,
    DosageStructure,
    DoseRange,
    OrderedDose,
    PartOfDay,
    Slot,
    StructuredDosage,
)
from tests.support.medicine import MONDAY

Json = dict[str, object]
NAMESPACE_146 = "http://www.dkma.dk/medicinecard/xml.schema/2015/06/01"
NAMESPACE_160 = "http://fmk-teknik.dk/160"
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def as_json(dosage: StructuredDosage, text: str = "") -> Json:
    """The JSON model, with `text` beside every structure that has days."""
    structures = [_json_structure(one, text) for one in dosage.structures]
    return {"structures": {"unitOrUnits": {"unit": dosage.unit}, "structures": structures}}


def as_146(dosage: StructuredDosage, text: str = "", kind: str = "") -> str:
    """FMK 1.4.6; pauses stand in the list that has doses."""
    needed = [one for one in dosage.structures if one.days and one.days[0].doses[0].as_needed]
    fixed = [one for one in dosage.structures if one.days and one not in needed]
    pauses = [one for one in dosage.structures if not one.days]
    lists = [("StructuresFixed", fixed), ("StructuresAccordingToNeed", needed)]
    (fixed if fixed or not needed else needed).extend(pauses)
    inner = "".join(element(name, *(_structure_146(one, text) for one in of)) for name, of in lists if of)
    said = element("Type", kind) if kind else ""
    unit = f'<UnitText source="Local">{dosage.unit}</UnitText>'
    return f'<Dosage xmlns="{NAMESPACE_146}">{unit}{inner}{said}</Dosage>'


def as_160(dosage: StructuredDosage, text: str = "") -> str:
    """FMK 1.6.0; structures of the same dates are one period, and whole weeks are written as weeks."""
    periods = [_period_160(tuple(same), text) for _, same in groupby(dosage.structures, key=lambda one: one.start)]
    start = element("Precondition", element("ValidFrom", dosage.structures[0].start))
    return f'<Dosage xmlns="{NAMESPACE_160}">{start}{element("UnitText", dosage.unit)}{"".join(periods)}</Dosage>'


def element(name: str, *inner: object) -> str:
    return f"<{name}>{''.join(map(str, inner))}</{name}>"


def _json_structure(structure: DosageStructure, text: str) -> Json:
    written: Json = {
        "iterationInterval": structure.interval,
        "startDate": structure.start.isoformat(),
        "days": [
            {"dayNumber": day.number, "allDoses": [_json_dose(dose) for dose in day.doses]} for day in structure.days
        ],
    }
    if structure.end is not None:
        written["endDate"] = structure.end.isoformat()
    if text and structure.days:
        written["supplText"] = text
    return written


def _json_dose(dose: OrderedDose) -> Json:
    kind = "Plain"
    written: Json = {"isAccordingToNeed": dose.as_needed}
    if isinstance(dose.slot, PartOfDay):
        kind = dose.slot.value.capitalize()
    elif dose.slot is not None:
        kind = "Timed"
        written["time"] = {"hour": dose.slot.hour, "minute": dose.slot.minute}
    written["type"] = f"{kind}DoseWrapper"
    if isinstance(dose.amount, DoseRange):
        return written | {"minimalDoseQuantity": dose.amount.low, "maximalDoseQuantity": dose.amount.high}
    return written | {"doseQuantity": dose.amount}


def _structure_146(structure: DosageStructure, text: str) -> str:
    end = element("EndDate", structure.end) if structure.end else element("DosageEndingUndetermined")
    dates = element("StartDate", structure.start) + end
    if not structure.days:
        return element("EmptyStructure", dates)
    interval = element("IterationInterval", structure.interval) if structure.interval else element("NotIterated")
    return element(
        "Structure",
        interval,
        dates,
        element("SupplementaryText", text) if text else "",
        *(_day_146(day) for day in structure.days),
    )


def _day_146(day: DosageDay) -> str:
    doses = [element("Dose", _time_146(dose.slot), _amount(dose, "Minimal", "Maximal")) for dose in day.doses]
    return element("Day", element("Number", day.number), *doses) if day.number else element("AnyDay", *doses)


def _time_146(slot: Slot | None) -> str:
    if slot is None:
        return ""
    return element("Time", slot.value if isinstance(slot, PartOfDay) else f"{slot}:00")


def _amount(dose: OrderedDose, low: str, high: str) -> str:
    if isinstance(dose.amount, DoseRange):
        return element(f"{low}Quantity", f"{dose.amount.low:f}") + element(f"{high}Quantity", f"{dose.amount.high:f}")
    return element("Quantity", f"{dose.amount:f}")


def _period_160(structures: tuple[DosageStructure, ...], text: str) -> str:
    first = structures[0]
    length = element("PeriodLength", (first.end - first.start).days + 1) if first.end else ""
    if not first.days:
        return element("DosagePeriod", length, element("Empty"))
    return element("DosagePeriod", length, *(_structure_160(one, text) for one in structures))


def _structure_160(structure: DosageStructure, text: str) -> str:
    name = "PRN" if structure.days[0].doses[0].as_needed else "Fixed"
    instruction = element("Instruction", element("FreeText", text)) if text else ""
    weekly = structure.interval % 7 == 0 and structure.interval > 0 and all(day.number for day in structure.days)
    if weekly and _every_week_has_days(structure):
        days = _weeks_160(structure)
    else:
        days = "".join(_day_160(day) for day in structure.days)
    interval = element("IterationInterval", structure.interval) if structure.interval else ""
    return element(name, instruction, interval, days)


def _every_week_has_days(structure: DosageStructure) -> bool:
    return len({(day.number - 1) // 7 for day in structure.days}) == structure.interval // 7


def _weeks_160(structure: DosageStructure) -> str:
    first = structure.start.weekday()
    return "".join(
        element(
            "Week",
            *(
                element("Weekday", element("Label", WEEKDAYS[(day.number - 1 + first) % 7]), _dosage_160(day.doses))
                for day in days
            ),
        )
        for _, days in groupby(structure.days, key=lambda day: (day.number - 1) // 7)
    )


def _day_160(day: DosageDay) -> str:
    if day.number:
        return element("Day", element("Index", day.number), _dosage_160(day.doses))
    return element("UnspecifiedDay", _dosage_160(day.doses))


def _dosage_160(doses: tuple[OrderedDose, ...]) -> str:
    slot = doses[0].slot
    if slot is None:
        times = element("TimesPerDay", len(doses))
        return element("Dosage", element("TimesPerDayDosage", _amount(doses[0], "Minimum", "Maximum"), times))
    amounts = [(dose.slot, _amount(dose, "Minimum", "Maximum")) for dose in doses]
    if isinstance(slot, PartOfDay):
        parts = (element(at.value.capitalize(), amount) for at, amount in amounts if isinstance(at, PartOfDay))
        return element("Dosage", element("PartOfDayDosage", *parts))
    timed = (element("TimeOfDayDose", amount, element("Time", f"{at}:00")) for at, amount in amounts)
    return element("Dosage", element("TimeOfDayDosage", *timed))


def _exact(number: int) -> Decimal:
    return Decimal(number) / 10**9


exact_amounts = st.integers(0, 99 * 10**9).map(_exact) | st.integers(0, 12).map(Decimal)
ranges = st.tuples(exact_amounts, exact_amounts).map(lambda ends: DoseRange(min(ends), max(ends)))
amounts = exact_amounts | ranges
clock_times = st.builds(ClockTime, st.integers(0, 23), st.integers(0, 59))


@st.composite
def _doses(draw: st.DrawFn, *, as_needed: bool) -> tuple[OrderedDose, ...]:
    kind = draw(st.sampled_from(["plain", "parts", "times"]))
    if kind == "plain":
        return (OrderedDose(None, draw(amounts), as_needed),) * draw(st.integers(1, 6))
    slots: Iterable[Slot] = draw(
        st.sets(st.sampled_from(list(PartOfDay)), min_size=1)
        if kind == "parts"
        else st.sets(clock_times, min_size=1, max_size=4)
    )
    ordered = [part for part in PartOfDay if part in slots] if kind == "parts" else list(slots)
    return tuple(OrderedDose(slot, draw(amounts), as_needed) for slot in ordered)


@st.composite
def _structures(draw: st.DrawFn, start: date, end: date | None, *, as_needed: bool) -> DosageStructure:
    interval = draw(st.integers(0, 20) | st.sampled_from([7, 14, 21]))
    numbers = draw(st.sets(st.integers(1, interval or 40), min_size=1, max_size=8))
    if interval in {7, 14} and draw(st.booleans()):
        numbers = set(range(1, interval + 1))
    if as_needed and draw(st.booleans()):
        interval, numbers = 0, {0}
    days = tuple(DosageDay(number, draw(_doses(as_needed=as_needed))) for number in sorted(numbers))
    return DosageStructure(interval, start, end, days)


@st.composite
def portable_dosages(draw: st.DrawFn) -> StructuredDosage:
    """Periods that follow each other without a gap, as every wire can say them; at least one has doses."""
    start = MONDAY + timedelta(days=draw(st.integers(-400, 400)))
    kinds = draw(st.lists(st.sampled_from(["pause", "fixed", "needed", "both"]), max_size=3))
    kinds.append(draw(st.sampled_from(["fixed", "needed", "both"])))
    structures: list[DosageStructure] = []
    for index, kind in enumerate(kinds):
        is_open = index == len(kinds) - 1 and draw(st.booleans())
        end = None if is_open else start + timedelta(days=draw(st.integers(0, 60)))
        if kind == "pause":
            structures.append(DosageStructure(0, start, end, ()))
        if kind in {"fixed", "both"}:
            structures.append(draw(_structures(start, end, as_needed=False)))
        if kind in {"needed", "both"}:
            structures.append(draw(_structures(start, end, as_needed=True)))
        start = (end or start) + timedelta(days=1)
    return StructuredDosage("tablet", tuple(structures))
