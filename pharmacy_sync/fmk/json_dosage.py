"""A dosage in the JSON model of FMK's dosage-to-text service, onto ours.

Source: the model as the service documents it (trifork/fmk-dosis-til-tekst-ts, dto/Dosage.ts), and the older elements
that recorded calls of it carry.
"""

from datetime import date
from typing import Final

from dispenser.core.dosage import (
    Dosage,
    DosageStructure,
    FreeTextDosage,
    LocalSchemaDosage,
    StructuredDosage,
)
from dispenser.core.limits import EARLIEST
from pharmacy_sync.fmk import values
from pharmacy_sync.fmk.json_copies import check_source_copy
from pharmacy_sync.fmk.json_doses import read_day
from pharmacy_sync.fmk.json_fields import Fields
from pharmacy_sync.fmk.supplement import Supplement, read_supplements
from pharmacy_sync.problems import fmk, fmk_parked
from pharmacy_sync.reading import ReadDosage
from pharmacy_sync.report import Report
from pharmacy_sync.strict_json import is_object

_CHILDREN: Final = ("structures", "freeText", "administrationAccordingToSchema")
_STARTS: Final = ("startDate", "startDateOrDateTime")
_ENDS: Final = ("endDate", "endDateOrDateTime")
_DATES: Final = (*_STARTS, *_ENDS)


def read_json(document: object) -> ReadDosage:
    """Return the dosage in `document`, parsed JSON whose numbers are `int` or `Decimal`; every problem is a finding.

    A refusal among the findings leaves no dosage.
    """
    report = Report()
    if not is_object(document):
        report.add(fmk.NOT_A_DOSAGE, "", problem="{...} expected")
        return ReadDosage(None, "", tuple(report.findings))
    fields = Fields(document, "", report)
    fields.close((*_CHILDREN, "structured"))
    fields.truth("structured")
    children = [name for name in _CHILDREN if fields.has(name)]
    if len(children) != 1:
        report.add(fmk.NOT_ONE_CHILD, "", names=", ".join(_CHILDREN), count=len(children))
    found = [_child(fields.child(name), name) for name in children]
    dosage, instruction = found[0] if len(found) == 1 and not report.refused else (None, "")
    return ReadDosage(dosage, instruction, tuple(report.findings))


def _child(child: Fields, name: str) -> tuple[Dosage, str]:
    if name == "structures":
        return _structures(child)
    known = {*_DATES, "refToSource"}
    values.check_order(_date(child, _STARTS), _date(child, _ENDS), child.place, child.report)
    if name == "administrationAccordingToSchema":
        child.close(known)
        return LocalSchemaDosage(), ""
    child.close({*known, "text"})
    child.need("text")
    return FreeTextDosage(child.words("text", values.LONGEST_FREE_TEXT)), ""


def _structures(fields: Fields) -> tuple[StructuredDosage, str]:
    fields.need("unitOrUnits", "structures")
    fields.close((*_DATES, "unitOrUnits", "structures", "isPartOfMultiPeriodDosage"))
    fields.truth("isPartOfMultiPeriodDosage")
    unit = _unit(fields.child("unitOrUnits")) if fields.has("unitOrUnits") else ""
    first, last = _date(fields, _STARTS), _date(fields, _ENDS)
    values.check_order(first, last, fields.place, fields.report)
    read = [_structure(Fields(item, place, fields.report), first, last) for item, place in fields.items("structures")]
    structures = values.in_order([one.structure for one in read])
    return StructuredDosage(unit, structures), read_supplements(read, fields.report)


def _unit(unit: Fields) -> str:
    unit.close(("unit", "unitSingular", "unitPlural"))
    names = [name for name in ("unit", "unitSingular", "unitPlural") if unit.has(name)]
    texts = [unit.words(name, values.LONGEST_UNIT) for name in names]
    if "unit" in names and len(names) > 1:
        unit.report.add(fmk.CHOICE_TWICE, unit.place, names=", ".join(names))
    elif "unit" not in names:
        unit.need("unitSingular", "unitPlural")
    return texts[0] if texts else ""


def _structure(fields: Fields, first: date | None, last: date | None) -> Supplement:
    """Return one structure of a treatment from `first` to `last`, as far as these are known."""
    fields.need("iterationInterval", "days")
    fields.close((*_DATES, "iterationInterval", "days", "supplText", "dosagePeriodPostfix", "refToSource"))
    if not any(fields.has(name) for name in _STARTS):
        fields.need("startDate")
    days = tuple(read_day(Fields(item, place, fields.report)) for item, place in fields.items("days"))
    check_source_copy(fields)
    start, end = _date(fields, _STARTS) or EARLIEST, _date(fields, _ENDS)
    if end is None and last is not None and start <= last:
        # An open structure ends with the treatment that it is part of.
        end = last
    if (first is not None and start < first) or (last is not None and (end is None or end > last)):
        fields.report.add(fmk_parked.OUTSIDE_TREATMENT, fields.place, first=first or "-", last=last or "-")
    structure = DosageStructure(fields.integer("iterationInterval"), start, end, days)
    names = [name for name in ("supplText", "dosagePeriodPostfix") if fields.text(name).strip()]
    texts = ((fields.words(name, values.LONGEST_SUPPLEMENT), fields.below(name)) for name in names)
    return Supplement(structure, tuple(texts))


def _date(fields: Fields, names: tuple[str, str]) -> date | None:
    """Return a date, which older senders write as `{date}` or `{dateTime}`; None without one."""
    plain, wrapped = names
    dates: list[date] = []
    if fields.has(plain):
        dates.append(values.civil_date(fields.text(plain), fields.below(plain), fields.report))
    if fields.has(wrapped):
        dates += _wrapped(fields.child(wrapped))
    if len(set(dates)) > 1:
        fields.report.add(fmk.COPIES_DIFFER, fields.below(wrapped), first=plain, second=wrapped)
    return dates[0] if dates else None


def _wrapped(wrapper: Fields) -> list[date]:
    wrapper.close(("date", "dateTime"))
    names = [name for name in ("date", "dateTime") if wrapper.has(name)]
    if len(names) != 1:
        wrapper.report.add(fmk.CHOICE_TWICE, wrapper.place, names="date, dateTime")
        return []
    (name,) = names
    value, place = wrapper.raw[name], wrapper.below(name)
    if name == "dateTime":
        wrapper.report.add(fmk_parked.TIME_IN_DATE, place, value=value if isinstance(value, str | int) else "{...}")
        return [values.moment_date(value, place, wrapper.report)]
    if isinstance(value, str):
        return [values.civil_date(value, place, wrapper.report)]
    return [values.epoch_date(wrapper.integer(name), place, wrapper.report)]
