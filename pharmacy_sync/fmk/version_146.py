"""FMK schema 1.4.6 (2015/06/01): fixed and as-needed structures in two lists, dates in every structure.

Source: DosageForRequestType and DosageForResponseType of the FMK schemas.
"""

from collections.abc import Sequence
from typing import Final

from dispenser.core.daily import ACCORDING_TO_NEED, COMBINED, FIXED, UNSPECIFIED, dosage_type
from dispenser.core.dosage import (
    Dosage,
    DosageDay,
    DosageStructure,
    FreeTextDosage,
    LocalSchemaDosage,
    OrderedDose,
    PartOfDay,
    Slot,
    StructuredDosage,
)
from dispenser.core.limits import EARLIEST, LONGEST_INTERVAL
from pharmacy_sync.fmk import values
from pharmacy_sync.fmk.supplement import Supplement, read_supplements
from pharmacy_sync.fmk.xml_fields import Element
from pharmacy_sync.fmk.xml_tree import Node
from pharmacy_sync.problems import fmk, fmk_parked
from pharmacy_sync.report import Report

NAMESPACE: Final = "http://www.dkma.dk/medicinecard/xml.schema/2015/06/01"
EXTENDED: Final = f"{NAMESPACE}/E2"
"""The same with units that have no source; only the direct children of Dosage are of this namespace."""
NAMESPACES: Final = (NAMESPACE, EXTENDED)

_LISTS: Final = ("StructuresFixed", "StructuresAccordingToNeed")
_OTHERS: Final = ("FreeText", "AdministrationAccordingToSchemaInLocalSystem")
_STARTS: Final = ("StartDate", "DosageStartedPreviously")
_ENDS: Final = ("EndDate", "DosageEndingUndetermined")
_SOURCE: Final = ("source", "date", "yearAndWeek")
_TYPES: Final = {
    FIXED: "fast",
    ACCORDING_TO_NEED: "efter behov",
    COMBINED: "kombineret",
    UNSPECIFIED: "ikke angivet",
}
_PARTS: Final = {part.value: part for part in PartOfDay}
_LONGEST_NUMBER: Final = 999_999


def read(root: Node, report: Report) -> tuple[Dosage | None, str]:
    """Return the dosage of a `Dosage` element and its administration instruction."""
    dosage = Element(root, root.namespace, report)
    dosage.only("UnitText", "UnitTexts", *_LISTS, *_OTHERS, "Type")
    found, instruction = _content(dosage)
    if dosage.has("Type"):
        said = dosage.words("Type", values.LONGEST_UNIT)
        types = {dosage_type(found)}
        if isinstance(found, StructuredDosage):
            # FMK's own type follows the lists that are there, whatever stands in them.
            fixed, needed = (dosage.has(name) for name in _LISTS)
            types.add(COMBINED if fixed and needed else ACCORDING_TO_NEED if needed else FIXED)
        if said not in {_TYPES[one] for one in types}:
            report.add(fmk.TYPE_DIFFERS, dosage.place, said=said, found=_TYPES[dosage_type(found)])
    return found, instruction


def _content(dosage: Element) -> tuple[Dosage, str]:
    structured = any(dosage.has(name) for name in ("UnitText", "UnitTexts", *_LISTS))
    others = [name for name in _OTHERS if dosage.has(name)]
    if structured + len(others) != 1:
        names = f"{' + '.join(_LISTS)}, {', '.join(_OTHERS)}"
        dosage.report.add(fmk.NOT_ONE_CHILD, dosage.place, names=names, count=structured + len(others))
    if structured or not others:
        return _structured(dosage)
    other = dosage.one(others[0])
    return _other(Element(other.node, NAMESPACE, dosage.report)) if other else LocalSchemaDosage(), ""


def _other(other: Element) -> Dosage:
    _dates(other)
    if other.node.name != "FreeText":
        other.only(*_STARTS, *_ENDS)
        return LocalSchemaDosage()
    other.only(*_STARTS, *_ENDS, "Text")
    return FreeTextDosage(other.words("Text", values.LONGEST_FREE_TEXT))


def _structured(dosage: Element) -> tuple[StructuredDosage, str]:
    unit = _unit(dosage)
    if not any(dosage.has(name) for name in _LISTS):
        dosage.choice(*_LISTS)
    fixed, needed = (_list(dosage, name, as_needed=name == _LISTS[1]) for name in _LISTS)
    if fixed and needed:
        for supplements, name in ((fixed, _LISTS[0]), (needed, _LISTS[1])):
            if not any(supplement.structure.days for supplement in supplements):
                # Beside the other list these pauses say nothing, and would look like pauses of it.
                dosage.report.add(fmk_parked.ONLY_PAUSES, f"{dosage.place}/{name}[1]")
                supplements.clear()
    supplements = [*fixed, *needed]
    structures = values.in_order([supplement.structure for supplement in supplements])
    return StructuredDosage(unit, structures), read_supplements(supplements, dosage.report)


def _unit(dosage: Element) -> str:
    name = dosage.choice("UnitText", "UnitTexts")
    unit = dosage.one(name)
    if unit is None:
        return ""
    sources = _SOURCE if dosage.namespace == NAMESPACE else ()
    if name == "UnitText":
        return values.words(unit.value(sources), values.LONGEST_UNIT, unit.place, unit.report)
    unit.only("Singular", "Plural", attributes=sources)
    unit.words("Plural", values.LONGEST_UNIT)
    return unit.words("Singular", values.LONGEST_UNIT)


def _list(dosage: Element, name: str, *, as_needed: bool) -> list[Supplement]:
    found = dosage.one(name)
    if found is None:
        return []
    inner = Element(found.node, NAMESPACE, dosage.report)
    inner.only("Structure", "EmptyStructure", "DosageTranslationCombined")
    if not inner.has("Structure") and not inner.has("EmptyStructure"):
        inner.choice("Structure", "EmptyStructure")
    pauses = [_pause(element) for element in inner.all("EmptyStructure")]
    structures = [_structure(element, as_needed=as_needed) for element in inner.all("Structure")]
    return [*structures, *pauses]


def _pause(element: Element) -> Supplement:
    element.only("StartDate", *_ENDS)
    return Supplement(_dated(element, 0, ()), ())


def _structure(element: Element, *, as_needed: bool) -> Supplement:
    known = ("IterationInterval", "NotIterated", "StartDate", *_ENDS, "SupplementaryText")
    element.only(*known, "AnyDay", "Day", "DosageTranslation")
    interval = 0
    if element.choice("IterationInterval", "NotIterated") == "NotIterated":
        element.empty("NotIterated")
    else:
        interval = element.whole("IterationInterval", 1, LONGEST_INTERVAL)
    any_day = element.one("AnyDay")
    days = [_day(day, as_needed=as_needed) for day in ([any_day] if any_day else []) + element.all("Day")]
    if not days:
        element.choice("AnyDay", "Day")
    texts: Sequence[tuple[str, str]] = ()
    text = element.one("SupplementaryText")
    if text is not None:
        texts = ((values.words(text.value(), values.LONGEST_SUPPLEMENT, text.place, text.report), text.place),)
    return Supplement(_dated(element, interval, tuple(days)), tuple(texts))


def _dated(element: Element, interval: int, days: tuple[DosageDay, ...]) -> DosageStructure:
    element.required("StartDate")
    start = element.day("StartDate") or EARLIEST
    if element.choice(*_ENDS) == "DosageEndingUndetermined":
        element.empty("DosageEndingUndetermined")
    return DosageStructure(interval, start, element.day("EndDate"), days)


def _dates(element: Element) -> None:
    """Check the dates of a dosage that is not structured; our model has no place for them."""
    for pair in (_STARTS, _ENDS):
        if element.choice(*pair) == pair[1]:
            element.empty(pair[1])
    values.check_order(element.day("StartDate"), element.day("EndDate"), element.place, element.report)


def _day(day: Element, *, as_needed: bool) -> DosageDay:
    numbered = day.node.name == "Day"
    day.only("Number" if numbered else "Dose", "Dose")
    if not day.has("Dose"):
        day.required("Dose")
    doses = tuple(_dose(dose, as_needed=as_needed) for dose in day.all("Dose"))
    return DosageDay(day.whole("Number", 1, _LONGEST_NUMBER) if numbered else 0, doses)


def _dose(dose: Element, *, as_needed: bool) -> OrderedDose:
    dose.only("Time", "Quantity", "MinimalQuantity", "MaximalQuantity")
    slot: Slot | None = None
    time = dose.one("Time")
    if time is not None:
        text = time.value()
        slot = _PARTS.get(text) or values.clock_time(text, time.place, time.report)
    return OrderedDose(slot, dose.amount("Quantity", "MinimalQuantity", "MaximalQuantity"), as_needed)
