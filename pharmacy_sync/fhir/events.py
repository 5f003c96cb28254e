"""Single dates on which a dosage is taken, in Danish civil time."""

from collections.abc import Sequence
from datetime import date

from dispenser.core.limits import MOST_DAYS, MOST_DOSES_A_DAY
from pharmacy_sync.fhir.cycle import Intakes
from pharmacy_sync.fhir.dates import read_moment
from pharmacy_sync.fhir.times import note_repeated
from pharmacy_sync.problems import medicine, parked_timing
from pharmacy_sync.report import Report


def read_events(events: Sequence[str], path: str, report: Report) -> dict[date, Intakes]:
    """Return the doses of every named date, empty with the reasons in `report` when they cannot all be read.

    A date is one dose without a time of day, a dateTime one at its Danish clock time.
    """
    if len(events) > MOST_DAYS:
        report.add(medicine.TOO_MANY_DATES, path, count=len(events), limit=MOST_DAYS)
        return {}
    note_repeated(events, path, report)
    days: dict[date, Intakes] = {}
    for index, text in enumerate(events):
        moment = read_moment(text, f"{path}[{index}]", report)
        if moment is None:
            continue
        day, time = moment
        if time is not None and time in days.get(day, ()):
            report.add(parked_timing.SAME_SLOT_TWICE, f"{path}[{index}]", slot=time)
        days[day] = (*days.get(day, ()), time)
    for day, slots in days.items():
        if len(slots) > MOST_DOSES_A_DAY:
            report.add(medicine.TOO_OFTEN, path, count=len(slots), limit=MOST_DOSES_A_DAY)
        if None in slots and len(slots) > 1:
            report.add(parked_timing.MIXED_PLAIN, path, day=day)
    return {} if report.refused else days
