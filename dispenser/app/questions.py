"""What a dosage gives on every date of a window, asked and answered one line of JSON at a time."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from dispenser.core.daily import UNSPECIFIED, daily_dose, dosage_type
from dispenser.core.dosage import Dosage
from dispenser.core.expansion import ordered_intakes
from dispenser.core.limits import EARLIEST, LATEST, LONGEST_WINDOW_DAYS
from dispenser.core.plan import Disposition
from dispenser.core.roll import Period
from dispenser.core.slots import slot_word
from pharmacy_sync.fhir.dates import WHOLE_DATE, civil_date
from pharmacy_sync.fhir.dosages import read_dosages
from pharmacy_sync.fmk.json_dosage import read_json
from pharmacy_sync.fmk.xml_dosage import read_xml
from pharmacy_sync.problems import RefusedMessageError, message, question
from pharmacy_sync.reading import ReadDosage
from pharmacy_sync.report import Report
from pharmacy_sync.strict_json import Document, is_list, is_object, parse, repeated_names
from safety.findings import Finding, Severity
from safety.plan_checks import judge_dosage

FORMATS: Final = ("fmk-json", "fmk-xml", "fhir")
UNMAPPED: Final = "unmapped"
"""Slot of a plain dose, which only a site's slot table can place."""
_FIELDS: Final = ("id", "format", "dosage", "from", "to")
_ID_FIRST: Final = re.compile(rb'(?:\xef\xbb\xbf)?\s*\{\s*"id"\s*:\s*("(?:[^"\\]|\\.)*"|-?[0-9]{1,18})\s*,')
# What JSON lets stand in a text, but UTF-8 cannot hold or many readers take for the end of a line.
_ESCAPED: Final = re.compile("[\x7f-\x9f\u2028\u2029\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of one question; `question_id` as asked, None when it could not be told."""

    question_id: object
    outcome: Disposition
    doses: tuple[tuple[date, str, Decimal], ...]
    """Date, slot word and units; empty unless packed."""
    daily: Decimal | tuple[Decimal, Decimal] | None
    kind: str
    findings: tuple[Finding, ...]

    def document(self) -> dict[str, object]:
        """Return the answer as JSON values; quantities are texts, for JSON has no exact numbers."""
        daily = [shortest(end) for end in self.daily] if isinstance(self.daily, tuple) else self.daily
        return {
            "id": self.question_id,
            "outcome": self.outcome.value,
            "doses": [[at.isoformat(), slot, shortest(units)] for at, slot, units in self.doses],
            "daily": shortest(daily) if isinstance(daily, Decimal) else daily,
            "type": self.kind,
            "findings": [_shown(finding) for finding in self.findings],
        }


def answer(line: bytes) -> Answer:
    """Answer one line: a JSON object with `id`, `format`, `dosage`, `from` and `to`; never raises for what is in it."""
    try:
        asked = parse(line)
    except RefusedMessageError as error:
        return Answer(_id_of_unreadable(line), Disposition.REFUSED, (), None, UNSPECIFIED, error.findings)
    report = Report()
    _check_fields(asked, report)
    window = _window(asked, report)
    known = asked.get("id")
    question_id = known if isinstance(known, (str, int)) else None
    read = _read(asked, window, report)
    return _judged(question_id, read, window, (*report.findings, *read.findings))


def shortest(amount: Decimal) -> str:
    """Return `amount` with a decimal point and without trailing zeros: `1.5`, `10`, `0`."""
    text = format(amount, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def _id_of_unreadable(line: bytes) -> object:
    """Return the id of a line that cannot be read as a whole, if the line starts with it."""
    match = _ID_FIRST.match(line)
    try:
        return json.loads(match.group(1).decode()) if match else None
    except ValueError:
        return None


def _check_fields(asked: Document, report: Report) -> None:
    if not isinstance(asked.get("id"), (str, int)):
        report.add(question.FIELD_WRONG, "id", name="id", wanted="a text or whole number")
    if asked.get("format") not in FORMATS:
        report.add(question.FIELD_WRONG, "format", name="format", wanted=", ".join(FORMATS))
    for name in sorted(set(asked) - set(_FIELDS)):
        report.add(question.FIELD_UNKNOWN, name, name=name)
    for name in repeated_names(asked):
        report.add(message.DUPLICATE_KEY, name, name=name)


def _window(asked: Document, report: Report) -> Period | None:
    ends = [_date(asked, name, report) for name in ("from", "to")]
    first, last = ends
    if first is None or last is None:
        return None
    if last < first:
        report.add(question.WINDOW_REVERSED, "to", first=first, last=last)
        return None
    window = Period(first, last)
    if window.days > LONGEST_WINDOW_DAYS:
        report.add(question.WINDOW_TOO_LONG, "to", days=window.days, limit=LONGEST_WINDOW_DAYS)
        return None
    if not EARLIEST <= first <= last <= LATEST:
        details = {"first": first, "last": last, "earliest": EARLIEST, "latest": LATEST}
        report.add(question.WINDOW_OUT_OF_RANGE, "from", **details)
        return None
    return window


def _date(asked: Document, name: str, report: Report) -> date | None:
    text = asked.get(name)
    day = civil_date(text) if isinstance(text, str) and WHOLE_DATE.match(text) else None
    if day is not None:
        return day
    report.add(question.FIELD_WRONG, name, name=name, wanted="YYYY-MM-DD")
    return None


def _read(asked: Document, window: Period | None, report: Report) -> ReadDosage:
    """Read the dosage even when the rest of the line is wrong, so that all reasons are told."""
    dosage, wire = asked.get("dosage"), asked.get("format")
    if wire == "fmk-json" and is_object(dosage):
        return read_json(dosage)
    if wire == "fmk-xml" and isinstance(dosage, str):
        return read_xml(dosage)
    if wire == "fhir" and (is_list(dosage) or is_object(dosage)):
        dosages = dosage if is_list(dosage) else [dosage]
        return read_dosages(dosages, window.first if window else None)
    report.add(question.FIELD_WRONG, "dosage", name="dosage", wanted="an object, a list of FHIR Dosage or an XML text")
    return ReadDosage(None, "", ())


def _judged(question_id: object, read: ReadDosage, window: Period | None, findings: tuple[Finding, ...]) -> Answer:
    dosage = read.dosage
    own = () if dosage is None else judge_dosage(dosage, "dosage")
    if any(finding.code.severity is Severity.PARK for finding in read.findings):
        # The reader has said what a human must decide on, and where it stands.
        own = tuple(finding for finding in own if finding.code.severity is Severity.REFUSE)
    findings = (*findings, *own)
    worst = max((finding.code.severity.value for finding in findings), default=0)
    if worst >= Severity.REFUSE.value or window is None:
        kind = UNSPECIFIED if dosage is None else dosage_type(dosage)
        return Answer(question_id, Disposition.REFUSED, (), None, kind, findings)
    if dosage is None:
        return Answer(question_id, Disposition.PARKED, (), None, UNSPECIFIED, findings)
    daily, kind = daily_dose(dosage), dosage_type(dosage)
    if worst >= Severity.PARK.value:
        return Answer(question_id, Disposition.PARKED, (), daily, kind, findings)
    return Answer(question_id, Disposition.PACKED, tuple(_doses(dosage, window)), daily, kind, findings)


def _doses(dosage: Dosage, window: Period) -> Iterator[tuple[date, str, Decimal]]:
    for intake in ordered_intakes(dosage, window):
        yield intake.date, UNMAPPED if intake.slot is None else slot_word(intake.slot), intake.amount


def _shown(finding: Finding) -> dict[str, str]:
    return {
        "code": finding.code.id,
        "text": f"{finding.text('da')} {finding.fix('da')}",
        "text_en": f"{finding.text('en')} {finding.fix('en')}",
        "place": finding.subject,
    }


def answer_line(line: bytes) -> str:
    """Return the answer to `line` as one line of JSON, which UTF-8 can hold whatever was asked."""
    text = json.dumps(answer(line).document(), ensure_ascii=False)
    return _ESCAPED.sub(lambda match: f"\\u{ord(match.group()):04x}", text)
