"""Who a Patient resource is: name, birth date, civil registration number, packing group."""

import re
import unicodedata
from datetime import date
from typing import Final

from dispenser.core.citizen import Identity
from pharmacy_sync.fhir.dates import WHOLE_DATE, civil_date
from pharmacy_sync.fhir.elements import HumanName
from pharmacy_sync.fhir.resources import Patient
from pharmacy_sync.fhir.submission import DEFAULT_GROUP
from pharmacy_sync.fhir.vocabulary import CPR_SYSTEM
from pharmacy_sync.problems import citizen, message
from pharmacy_sync.report import Report

LONGEST_NAME: Final = 120
LONGEST_GROUP: Final = 100
_REPLACEMENT_DAYS = 60
_LEAP_YEAR = 2000
_EARLIEST, _LATEST = 1850, 2126
_TEN_DIGITS = re.compile(r"[0-9]{10}\Z")
_NAME_ORDER = ("official", "usual", None, "temp")


def read_identity(patient: Patient, root: str, report: Report) -> Identity | None:
    """Return who `patient` is, or None with the reasons in `report`; a doubtful birth date is only a warning."""
    if patient.active is False:
        report.add(citizen.RECORD_NOT_IN_USE, f"{root}.active")
    if patient.link is not None:
        report.add(citizen.RECORD_NOT_IN_USE, f"{root}.link")
    name = _name(patient, root, report)
    civil_number = _civil_number(patient, root, report)
    birth_date = _birth_date(patient, root, report)
    if name is None or civil_number is None or birth_date is None:
        return None
    if not _fits(civil_number, birth_date):
        report.add(citizen.CPR_BIRTH_DATE_DIFFERS, f"{root}.birthDate")
    return Identity(name=name, civil_number=civil_number, birth_date=birth_date)


def read_group(patient: Patient, root: str, report: Report) -> str:
    """Return the packing group: value of the managing organisation's identifier, else its display, else the default."""
    organisation = patient.managing_organization
    if organisation is None:
        return DEFAULT_GROUP
    if organisation.identifier is not None and organisation.identifier.value is not None:
        value, place = organisation.identifier.value, "identifier.value"
    elif organisation.display is not None:
        value, place = organisation.display, "display"
    else:
        return DEFAULT_GROUP
    group = unicodedata.normalize("NFC", value.strip())
    if not group or len(group) > LONGEST_GROUP or not group.isprintable():
        problem = f"a packing group is one line of 1 to {LONGEST_GROUP} characters"
        report.add(message.WRONG_SHAPE, f"{root}.managingOrganization.{place}", problem=problem)
    return group


def is_dead(patient: Patient) -> bool:
    """Return whether the citizen is recorded as dead."""
    return patient.deceased_boolean is True or patient.deceased_date_time is not None


def birth_date_of(civil_number: str) -> date | None:
    """Return the birth date that ten digits say, None for 29 February of a common year.

    Source: cpr.dk, the century from the seventh digit. Replacement numbers have no sure century and are not for this.
    """
    day, month, year = int(civil_number[:2]), int(civil_number[2:4]), int(civil_number[4:6])
    seventh = civil_number[6]
    if seventh in "0123":
        century = 1900
    elif seventh in "49":
        century = 2000 if year <= 36 else 1900  # noqa: PLR2004 - the register's table
    else:
        century = 2000 if year <= 57 else 1800  # noqa: PLR2004 - the register's table
    try:
        return date(century + year, month, day)
    except ValueError:
        return None


def _name(patient: Patient, root: str, report: Report) -> str | None:
    chosen = _current_name(patient.name)
    if chosen is None:
        report.add(citizen.NAME_MISSING, f"{root}.name")
        return None
    index, name = chosen
    parts = [*name.given, *([name.family] if name.family else [])]
    words = (name.text or " ".join(parts)).split(" ")
    whole = unicodedata.normalize("NFC", " ".join(word for word in words if word))
    problem = ""
    if not whole:
        problem = "it is empty"
    elif not whole.isprintable():
        problem = "it has more than one line"
    elif len(whole) > LONGEST_NAME:
        problem = f"it has {len(whole)} characters"
    elif not any(character.isalpha() for character in whole):
        problem = "it has no letter"
    if problem:
        report.add(citizen.NAME_UNUSABLE, f"{root}.name[{index}]", problem=problem, limit=LONGEST_NAME)
        return None
    return whole


def _current_name(names: tuple[HumanName, ...]) -> tuple[int, HumanName] | None:
    for use in _NAME_ORDER:
        for index, name in enumerate(names):
            if name.use == use and (name.text or name.family or name.given):
                return index, name
    return None


def _civil_number(patient: Patient, root: str, report: Report) -> str | None:
    found = [
        (index, identifier.value)
        for index, identifier in enumerate(patient.identifier)
        if identifier.system == CPR_SYSTEM and identifier.use != "old" and identifier.value is not None
    ]
    if not found:
        report.add(citizen.CPR_MISSING, f"{root}.identifier")
        return None
    index, value = found[0]
    path = f"{root}.identifier[{index}].value"
    if len({number for _, number in found}) > 1:
        report.add(citizen.CPR_TWICE, f"{root}.identifier")
        return None
    if not _TEN_DIGITS.match(value):
        report.add(citizen.CPR_NOT_TEN_DIGITS, path)
        return None
    day, month = int(value[:2]), int(value[2:4])
    if day > _REPLACEMENT_DAYS:
        day -= _REPLACEMENT_DAYS
    try:
        date(_LEAP_YEAR, month, day)
    except ValueError:
        report.add(citizen.CPR_NO_DATE, path)
        return None
    return value


def _birth_date(patient: Patient, root: str, report: Report) -> date | None:
    value = civil_date(patient.birth_date) if WHOLE_DATE.match(patient.birth_date) else None
    if value is None or not _EARLIEST <= value.year <= _LATEST:
        report.add(citizen.BIRTH_DATE_INVALID, f"{root}.birthDate")
        return None
    return value


def _fits(civil_number: str, birth_date: date) -> bool:
    if int(civil_number[:2]) > _REPLACEMENT_DAYS:
        day = f"{int(civil_number[:2]) - _REPLACEMENT_DAYS:02d}"
        return birth_date.strftime("%d%m%y") == day + civil_number[2:6]
    return birth_date_of(civil_number) == birth_date
