"""The copies that older senders write beside a dosage must say the same, for one that differs may be the truth."""

import re
from collections import Counter
from decimal import Decimal
from typing import Final

from pharmacy_sync.fmk.json_fields import Fields
from pharmacy_sync.problems import fmk
from pharmacy_sync.strict_json import is_list, is_object

_DOSE_COPIES: Final = {
    "morningDose": "MorningDoseWrapper",
    "noonDose": "NoonDoseWrapper",
    "eveningDose": "EveningDoseWrapper",
    "nightDose": "NightDoseWrapper",
}
_LIST_COPIES: Final = {"plainDoses": "PlainDoseWrapper", "timedDoses": "TimedDoseWrapper"}
DAY_COPIES: Final = (
    *_DOSE_COPIES,
    *_LIST_COPIES,
    "accordingToNeedDoses",
    "numberOfAccordingToNeedDoses",
    "numberOfPlainDoses",
    "numberOfDoses",
)
"""Elements of a day that repeat doses of its `allDoses`, or count them."""

_WRITTEN: Final = re.compile(r"[0-9]{1,18}([.,][0-9]{1,9})?")


def check_day_copies(day: Fields) -> None:
    """Note every copy in a day that says anything else than its `allDoses`."""
    doses = [item for item, _ in day.items("allDoses")]
    for name, kind in _DOSE_COPIES.items():
        if day.has(name):
            _check(day, name, [day.raw[name]] == _of_kind(doses, kind))
    for name, kind in _LIST_COPIES.items():
        if day.has(name):
            _check(day, name, day.raw[name] == _of_kind(doses, kind))
    needed = [dose for dose in doses if is_object(dose) and dose.get("isAccordingToNeed") is True]
    if day.has("accordingToNeedDoses"):
        _check(day, "accordingToNeedDoses", day.raw["accordingToNeedDoses"] == needed)
    counts = {
        "numberOfAccordingToNeedDoses": len(needed),
        "numberOfPlainDoses": len(_of_kind(doses, "PlainDoseWrapper")),
        "numberOfDoses": len(doses),
    }
    for name, count in counts.items():
        if day.has(name):
            _check(day, name, day.integer(name) == count)


def check_written_quantity(dose: Fields, name: str, written: str) -> None:
    """Note a quantity that is written otherwise, as text, than as a number; both decimal marks are read."""
    if not dose.has(written):
        return
    text = dose.text(written)
    same = bool(_WRITTEN.fullmatch(text)) and dose.has(name) and Decimal(text.replace(",", ".")) == dose.quantity(name)
    if not same:
        dose.report.add(fmk.COPIES_DIFFER, dose.below(written), first=name, second=written)


def check_source_copy(structure: Fields) -> None:
    """Note a `refToSource`, the structure as the sender's own system has it, with another interval or other doses."""
    if not structure.has("refToSource"):
        return
    source = structure.raw["refToSource"]
    same = (
        is_object(source)
        and source.get("iterationInterval") == structure.raw.get("iterationInterval")
        and _doses_of(source.get("dosageDayElements"), "allDosages", "quantity", "accordingToNeed")
        == _doses_of(structure.raw.get("days"), "allDoses", "doseQuantity", "isAccordingToNeed")
    )
    _check(structure, "refToSource", same, "days")


def _doses_of(days: object, doses: str, *names: str) -> Counter[str]:
    """Return how often every dose stands on every day, each as a text."""
    return Counter(
        repr([day.get("dayNumber"), *(dose.get(name) for name in names)])
        for day in (days if is_list(days) else [])
        if is_object(day)
        for dose in _objects(day.get(doses))
        if is_object(dose)
    )


def _objects(value: object) -> list[object]:
    return value if is_list(value) else []


def _of_kind(doses: list[object], kind: str) -> list[object]:
    return [dose for dose in doses if is_object(dose) and dose.get("type") == kind]


def _check(fields: Fields, name: str, same: bool, other: str = "allDoses") -> None:  # noqa: FBT001 - what was found out
    if not same:
        fields.report.add(fmk.COPIES_DIFFER, fields.below(name), first=other, second=name)
