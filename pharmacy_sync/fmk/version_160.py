"""FMK schema 1.6.0 (fmk-teknik.dk/160): one start date, and periods that follow each other by their lengths.

Source: DosageForRequestType, DosageForResponseType and DosagePeriodType of the FMK schemas.
"""

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Final

from dispenser.core.daily import ACCORDING_TO_NEED, COMBINED, FIXED, dosage_type
from dispenser.core.dosage import Dosage, DosageStructure, FreeTextDosage, LocalSchemaDosage, StructuredDosage
from dispenser.core.limits import EARLIEST, LATEST
from pharmacy_sync.fmk import values
from pharmacy_sync.fmk.structure_160 import Frame, read_structure
from pharmacy_sync.fmk.supplement import Supplement, read_supplements
from pharmacy_sync.fmk.xml_fields import Element
from pharmacy_sync.fmk.xml_tree import Node
from pharmacy_sync.problems import fmk, fmk_parked
from pharmacy_sync.report import Report

NAMESPACE: Final = "http://fmk-teknik.dk/160"

_STRUCTURED: Final = ("Precondition", "UnitText", "UnitTexts", "Parameter", "DosagePeriod")
_OTHERS: Final = ("FreeText", "AdministrationAccordingToSchemaInLocalSystem")
_STARTS: Final = ("StartDate", "DosageStartedPreviously")
_ENDS: Final = ("EndDate", "DosageEndingUndetermined")
_LENGTHS: Final = ("PeriodLength", "PeriodLengthFreeText")
_KINDS: Final = {"Fixed": False, "PRN": True}
_TYPES: Final = {FIXED: "Fixed", ACCORDING_TO_NEED: "PRN", COMBINED: "Combined"}
_LONGEST_PERIOD: Final = 999_999_999
_LONGEST_LENGTH_TEXT: Final = 256
_LONGEST_TRIGGER: Final = 200


@dataclass(slots=True)
class _Progress:
    """How far the periods are read: where the next one starts, None when that cannot be told."""

    start: date | None
    complete: bool = True
    supplements: list[Supplement] = field(default_factory=list[Supplement])


def read(root: Node, report: Report) -> tuple[Dosage | None, str]:
    """Return the dosage of a `Dosage` element, None when our model cannot hold it, and its instruction."""
    dosage = Element(root, NAMESPACE, report)
    dosage.only("IsSelfAdministration", *_STRUCTURED, *_OTHERS, "Type", "DosageTranslationCombined")
    dosage.empty("IsSelfAdministration")
    structured = any(dosage.has(name) for name in _STRUCTURED)
    others = [name for name in _OTHERS if dosage.has(name)]
    if structured + len(others) != 1:
        names = f"DosagePeriod, {', '.join(_OTHERS)}"
        report.add(fmk.NOT_ONE_CHILD, dosage.place, names=names, count=structured + len(others))
    if structured or not others:
        return _structured(dosage)
    if dosage.has("Type"):
        dosage.words("Type", values.LONGEST_UNIT)
    other = dosage.one(others[0])
    return _other(other) if other else LocalSchemaDosage(), ""


def _other(other: Element) -> Dosage:
    text = ("Text",) if other.node.name == "FreeText" else ()
    other.only(*_STARTS, *_ENDS, *text)
    for pair in (_STARTS, _ENDS):
        if other.choice(*pair) == pair[1]:
            other.empty(pair[1])
    values.check_order(other.day(_STARTS[0]), other.day(_ENDS[0]), other.place, other.report)
    return FreeTextDosage(other.words("Text", values.LONGEST_FREE_TEXT)) if text else LocalSchemaDosage()


def _structured(dosage: Element) -> tuple[Dosage | None, str]:
    report = dosage.report
    unit = _unit(dosage)
    progress = _Progress(_start(dosage))
    for parameter in dosage.all("Parameter"):
        report.add(fmk_parked.PARAMETER_SCHEMA, parameter.place)
    periods = dosage.all("DosagePeriod")
    # A start that is not known parks the dosage; type and daily dose of one period do not hang on it.
    progress.complete = progress.start is not None or len(periods) == 1
    if not periods:
        dosage.required("DosagePeriod")
    for index, period in enumerate(periods, start=1):
        _period(period, progress, last=index == len(periods))
    instruction = read_supplements(progress.supplements, report)
    structures = values.in_order([supplement.structure for supplement in progress.supplements])
    found = StructuredDosage(unit, structures)
    if dosage.has("Type"):
        said = dosage.words("Type", values.LONGEST_UNIT)
        if progress.complete and said != _TYPES.get(dosage_type(found)):
            report.add(fmk.TYPE_DIFFERS, dosage.place, said=said, found=dosage_type(found))
    return (found if progress.complete and structures else None), instruction


def _unit(dosage: Element) -> str:
    name = dosage.choice("UnitText", "UnitTexts")
    unit = dosage.one(name)
    if unit is None or name == "UnitText":
        return dosage.words("UnitText", values.LONGEST_UNIT) if unit else ""
    unit.only("Singular", "Plural")
    unit.words("Plural", values.LONGEST_UNIT)
    return unit.words("Singular", values.LONGEST_UNIT)


def _start(dosage: Element) -> date | None:
    """Return the first day of the first period; what makes it uncertain is noted."""
    precondition = dosage.required("Precondition")
    if precondition is None:
        return None
    precondition.only("ValidFrom", "UpdateValidFromUponHandover", "PRNTrigger", "EpisodicTreatment")
    report, start = dosage.report, precondition.day("ValidFrom")
    if precondition.empty("UpdateValidFromUponHandover"):
        report.add(fmk_parked.START_MOVES, precondition.place)
    elif start is None:
        report.add(fmk_parked.START_UNKNOWN, precondition.place)
    if precondition.has("PRNTrigger"):
        trigger = precondition.words("PRNTrigger", _LONGEST_TRIGGER)
        report.add(fmk_parked.TRIGGER, precondition.place, text=trigger)
    episodic = precondition.one("EpisodicTreatment")
    if episodic is not None:
        episodic.only("Trigger", "MinimumDaysBetweenEpisodes")
        trigger_text = episodic.required("Trigger")
        report.add(fmk_parked.EPISODIC, episodic.place, text=trigger_text.value() if trigger_text else "")
    return start


def _period(period: Element, progress: _Progress, *, last: bool) -> None:
    period.only(*_LENGTHS, "DosagePeriodDescription", "Empty", "Unspecified", *_KINDS, "EndDate")
    start, end = progress.start, _end(period, progress, last=last)
    frame = Frame(start or EARLIEST, end)
    kinds = [name for name in ("Empty", "Unspecified") if period.has(name)]
    structured = any(period.has(name) for name in _KINDS)
    if structured + len(kinds) != 1:
        code = fmk.CHOICE_TWICE if kinds else fmk.ELEMENT_MISSING
        names = ", ".join([*kinds, "Fixed | PRN"] if structured else kinds or ["Empty | Unspecified | Fixed | PRN"])
        period.report.add(code, period.place, names=names, name=names)
    if period.empty("Empty"):
        progress.supplements.append(Supplement(DosageStructure(0, frame.first, frame.last, ()), ()))
    if period.empty("Unspecified"):
        period.report.add(fmk_parked.PERIOD_UNSPECIFIED, period.place)
    for name, as_needed in _KINDS.items():
        structure = period.one(name)
        frame.as_needed = as_needed
        if structure is not None:
            progress.supplements.append(read_structure(structure, frame))
    progress.complete = progress.complete and frame.complete


def _end(period: Element, progress: _Progress, *, last: bool) -> date | None:
    """Return the last day of the period that starts at `progress`, which goes on to the next period."""
    report, start, end = period.report, progress.start, None
    if all(period.has(name) for name in _LENGTHS):
        period.choice(*_LENGTHS)
    if period.has("PeriodLength"):
        length = period.whole("PeriodLength", 1, _LONGEST_PERIOD)
        if start is not None and length > (LATEST - start).days + 1:
            report.add(fmk.PERIODS_TOO_LONG, period.place, limit=LATEST)
        elif start is not None:
            end = start + timedelta(days=length - 1)
            progress.start = start + timedelta(days=length)
    elif period.has("PeriodLengthFreeText"):
        text = period.words("PeriodLengthFreeText", _LONGEST_LENGTH_TEXT)
        report.add(fmk_parked.LENGTH_IS_TEXT, period.place, text=text)
        progress.start = None
    elif not last:
        report.add(fmk_parked.LENGTH_MISSING, period.place)
        progress.start = None
    progress.complete = progress.complete and (last or progress.start is not None)
    _check_end(period, end)
    return end


def _check_end(period: Element, end: date | None) -> None:
    """Note an end date that FMK calculated, and that is not ours."""
    said = period.one("EndDate")
    if said is None:
        return
    said.only("CalculatedEndDate", "Unknown")
    if said.choice("CalculatedEndDate", "Unknown") == "Unknown":
        said.empty("Unknown")
        return
    calculated = said.day("CalculatedEndDate")
    if end is not None and calculated != end:
        period.report.add(fmk.END_DIFFERS, said.place, said=calculated, found=end)
