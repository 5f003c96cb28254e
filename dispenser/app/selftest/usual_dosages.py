"""Usual Danish dosages of tablets and capsules, none of which any check may stop.

The shapes are those of the national list of dosage proposals (`N daglig`, morning+noon+evening+night) and of common
schemes; the list is ours. A file of that list can be judged beside it.
"""

import json
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Final

from dispenser.app.selftest.chance import Chance, day_near
from dispenser.app.selftest.shelf import BETANIL
from dispenser.app.selftest.world import World, world_of
from dispenser.core.daily import dosage_type
from dispenser.core.dosage import (
    ClockTime,
    Dosage,
    DosageDay,
    DosageStructure,
    OrderedDose,
    PartOfDay,
    StructuredDosage,
)
from dispenser.core.ids import CitizenId, OrdinationId
from dispenser.core.plan import MedicationPlan, Ordination
from dispenser.core.reasons import is_counted
from dispenser.core.roll import Period
from pharmacy_sync.fmk.json_dosage import read_json
from safety.findings import Finding

_START: Final = date(2026, 1, 5)
_FORTNIGHT: Final = timedelta(days=13)
_FIXED: Final = "Fixed"
_AMOUNTS: Final = ("0.5", "1", "1.5", "2", "3", "4")
_MOST_TIMES: Final = 6
_PATTERNS: Final = (
    "1+0+0+0", "0+1+0+0", "0+0+1+0", "0+0+0+1", "1+0+1+0", "1+1+1+0", "1+1+1+1", "2+0+0+0", "2+0+2+0", "2+2+2+0",
    "2+2+2+2", "1+0+0+1", "0+0+1+1", "2+0+1+0", "1+0+2+0", "1+1+2+0", "2+1+1+0", "1+1+0+0", "0.5+0+0+0", "0+0+0+0.5",
    "0.5+0+0.5+0", "0.5+0.5+0.5+0", "1.5+0+0+0", "1.5+0+1.5+0", "1+0+0.5+0", "3+0+0+0", "3+0+3+0", "4+0+0+0",
    "0+0+3+0", "1+1+1+2", "2.5+0+0+0", "0.25+0+0.25+0", "0.75+0+0+0",
)  # fmt: skip
_WEEKS: Final = (
    "1 0 0 0 0 0 0", "1 0 0 1 0 0 0", "1 0 1 0 1 0 0", "1 1 1 1 1 0 0", "1 1 1 1 1 1 0", "2 1 2 1 2 1 1",
    "1.5 1.5 1 1.5 1.5 1 1", "0 0 0 0 0 0 1", "4 0 0 0 0 0 0", "6 0 0 0 0 0 0", "0 1 1 1 1 1 1", "2.5 2 2.5 2 2.5 2 2",
)  # fmt: skip
"""Units every morning of a week: weekly medicines, working days, anticoagulation schemes."""


@dataclass(frozen=True, slots=True)
class UsualDosage:
    """A dosage that somebody may order any day: what it is called, the dosage, and what reading it found."""

    name: str
    dosage: Dosage
    findings: tuple[Finding, ...] = ()


def usual_dosages() -> tuple[UsualDosage, ...]:
    """Return the built-in list."""
    return (
        *(
            UsualDosage(f"{amount} {times} daglig", _cycle(1, (None, amount, times)))
            for times in range(1, _MOST_TIMES + 1)
            for amount in _AMOUNTS
        ),
        *(UsualDosage(pattern, _by_parts(pattern)) for pattern in _PATTERNS),
        *(
            UsualDosage(f"{amount} hver {days}. dag", _cycle(days, (PartOfDay.MORNING, amount, 1)))
            for days in (2, 3, 4, 14, 28)
            for amount in ("1", "2")
        ),
        *(UsualDosage(f"uge: {week}", _week(week)) for week in _WEEKS),
        *(
            UsualDosage(f"{on} dage, {off} dages pause", _with_pause(on, off))
            for on, off in ((21, 7), (10, 18), (5, 2))
        ),
        *(
            UsualDosage(f"kl. {', '.join(map(str, hours))}", _by_clock(*hours))
            for hours in ((8,), (8, 20), (8, 14, 20))
        ),
    )


def read_dosages(text: str) -> tuple[UsualDosage, ...]:
    """Return the fixed dosages of tablets and capsules in a file of proposals.

    The file is a JSON list; each entry has a `dosage` in the JSON form of FMK's dosage-to-text tools, and may have
    `short_2016`, its Danish text.

    Raises:
        ValueError: not such a file.
    """
    found: list[UsualDosage] = []
    entries = json.loads(text, parse_float=Decimal)
    try:
        for place, entry in enumerate(entries, start=1):
            read = read_json(entry["dosage"])
            dosage = read.dosage
            if not isinstance(dosage, StructuredDosage) or not is_counted(dosage.unit):
                continue
            if dosage_type(dosage) == _FIXED:
                found.append(UsualDosage(str(entry.get("short_2016", place)), dosage, read.findings))
    except (AttributeError, KeyError, TypeError) as error:
        message = f"not a file of dosage proposals: {error!r}"
        raise ValueError(message) from error
    return tuple(found)


def world_with(chance: Chance, usual: UsualDosage) -> World:
    """Return a sound world in which somebody begins to take a tablet that can be quartered by `usual`."""
    citizen_id = CitizenId("citizen-1")
    start = _first(usual.dosage)
    first = day_near(chance, start, 3, 0)
    line = Ordination(OrdinationId("citizen-1-1"), BETANIL.product_id, usual.dosage, start, None)
    plan = MedicationPlan(citizen_id, 1, (line,))
    return world_of(chance, [plan], Period(first, first + _FORTNIGHT))


def _first(dosage: Dosage) -> date:
    starts = [one.start for one in dosage.structures] if isinstance(dosage, StructuredDosage) else []
    return min(starts, default=_START)


def _dosage(interval: int, days: tuple[DosageDay, ...]) -> StructuredDosage:
    return StructuredDosage("tablet", (DosageStructure(interval, _START, None, days),))


def _cycle(interval: int, dose: tuple[PartOfDay | None, str, int]) -> StructuredDosage:
    slot, amount, times = dose
    return _dosage(interval, (DosageDay(1, (OrderedDose(slot, Decimal(amount)),) * times),))


def _by_parts(pattern: str) -> StructuredDosage:
    amounts = zip(PartOfDay, pattern.split("+"), strict=True)
    return _dosage(1, (DosageDay(1, tuple(OrderedDose(slot, Decimal(amount)) for slot, amount in amounts)),))


def _week(week: str) -> StructuredDosage:
    amounts = week.split(" ")
    days = (
        DosageDay(number, (OrderedDose(PartOfDay.MORNING, Decimal(amount)),))
        for number, amount in enumerate(amounts, start=1)
    )
    return _dosage(len(amounts), tuple(days))


def _with_pause(on: int, off: int) -> StructuredDosage:
    dose = (OrderedDose(PartOfDay.EVENING, Decimal(1)),)
    return _dosage(on + off, tuple(DosageDay(number, dose) for number in range(1, on + 1)))


def _by_clock(*hours: int) -> StructuredDosage:
    return _dosage(1, (DosageDay(1, tuple(OrderedDose(ClockTime(hour, 0), Decimal(1)) for hour in hours)),))
