"""Rows `expand`, `checked` and `changed`: plans to what is taken together, against rrule and against tidy Python."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal

import nation
from dateutil.rrule import DAILY, rrule
from harness import Case, cpu_seconds
from nation import WINDOW

from dispenser.core.days import offsets
from dispenser.core.dosage import DosageStructure, OrderedDose, StructuredDosage
from dispenser.core.expander import Expander, IntakePattern
from dispenser.core.plan import MedicationPlan, Ordination
from dispenser.core.quantity import quarters_of
from dispenser.core.slots import SlotTable, slot_word
from safety.plan_checks import PlanChecker
from safety.second_expansion import SecondExpansion
from safety.verifier import verify_intakes

_SLOTS = SlotTable()
_PEER_CITIZENS = 100
_FIRST = WINDOW.first.toordinal()

Intakes = dict[tuple[int, str], list[tuple[str, int]]]
"""Day of the window and slot -> ordinations and quarters."""
_Seen = dict[tuple[int, int, int, int], tuple[tuple[int, str, int], ...]]
"""Cells of a pattern in one phase."""
Answer = list[Intakes] | list[list[IntakePattern]]


def expanded(count: int) -> Case[Answer]:
    """Return the workload of `count` citizens over one fortnight, expanded and put together."""
    plans = list(nation.citizens(0, count))

    def ours(some: list[MedicationPlan]) -> Answer:
        expander = Expander(WINDOW, _SLOTS)
        return [expander.intakes(plan.ordinations) for plan in some]

    return _against_rrule(plans, ours)


def checked(count: int) -> Case[Answer]:
    """Return the same workload with every check of a plan on, and a second expansion compared with the first."""
    plans = list(nation.citizens(0, count))
    catalogue = nation.catalogue()

    def ours(some: list[MedicationPlan]) -> Answer:
        expander, checker = Expander(WINDOW, _SLOTS), PlanChecker(catalogue, _SLOTS)
        second = SecondExpansion(WINDOW, _SLOTS)
        found: list[list[IntakePattern]] = []
        for plan in some:
            intakes = expander.intakes(plan.ordinations)
            if checker.check(plan) or verify_intakes(intakes, plan, second):
                message = f"{plan.citizen_id}: a sound plan has findings"
                raise ValueError(message)
            found.append(intakes)
        return found

    return _against_rrule(plans, ours)


def changed(count: int) -> Case[Answer]:
    """Return `count` single changed citizens, against tidy Python; both have seen the patterns before."""
    plans = list(nation.citizens(0, count))
    expander = Expander(WINDOW, _SLOTS)
    seen: _Seen = {}

    def cold() -> Answer:
        return [Expander(WINDOW, _SLOTS).intakes(plan.ordinations) for plan in plans]

    tidy = cpu_seconds(lambda: [_tidy(plan, seen) for plan in plans])
    return Case(
        units=count,
        ours=lambda: [expander.intakes(plan.ordinations) for plan in plans],
        peer=lambda: [_tidy(plan, seen) for plan in plans],
        limit=lambda: [_tidy(plan, seen) for plan in plans],
        oracle=_cells,
        notes={
            "unit": "citizens, one at a time",
            "peer": "tidy Python, slot tuples cached per pattern and phase",
            "x_peer_nothing_seen_before": round(tidy / cpu_seconds(cold), 3),
        },
    )


def _against_rrule(plans: list[MedicationPlan], ours: Callable[[list[MedicationPlan]], Answer]) -> Case[Answer]:
    few = plans[:_PEER_CITIZENS]
    seen: _Seen = {}
    aligned = cpu_seconds(lambda: [_by_rrule(plan, _last_before) for plan in few]) / len(few)
    mine = cpu_seconds(lambda: ours(plans)) / len(plans)
    return Case(
        units=len(plans),
        ours=lambda: ours(plans),
        peer=lambda: [_by_rrule(plan, _begin) for plan in few],
        limit=lambda: [_tidy(plan, seen) for plan in plans],
        oracle=_cells,
        peer_units=len(few),
        ours_for_peer=lambda: ours(few),
        notes={
            "unit": "citizens over 14 days",
            "peer": "dateutil.rrule from each dosage's own start, into a dict",
            "x_peer_started_at_the_window": round(aligned / mine, 2),
            "limit": "tidy Python without checks, slot tuples cached per pattern and phase",
            "lines": sum(len(plan.ordinations) for plan in plans),
        },
    )


def _cells(answer: Answer) -> list[list[tuple[int, str, str, int]]]:
    return [sorted(_unfolded(one)) for one in answer]


def _unfolded(one: Intakes | list[IntakePattern]) -> list[tuple[int, str, str, int]]:
    if isinstance(one, dict):
        return [(day, slot, name, quarters) for (day, slot), doses in one.items() for name, quarters in doses]
    return [
        (day, slot_word(slot), line.ordination_id, int(quarters))
        for slot, days, portions in one
        for day in offsets(days)
        for line, quarters in portions
    ]


def _structure(line: Ordination) -> DosageStructure:
    if not isinstance(line.dosage, StructuredDosage):
        raise TypeError(line.ordination_id)
    return line.dosage.structures[0]


def _quarters(dose: OrderedDose) -> int:
    if not isinstance(dose.amount, Decimal):
        raise TypeError(dose)
    return int(quarters_of(dose.amount))


def _word(dose: OrderedDose) -> str:
    return "" if dose.slot is None else slot_word(dose.slot)


def _begin(structure: DosageStructure, number: int) -> date:
    return structure.start + timedelta(days=number - 1)


def _last_before(structure: DosageStructure, number: int) -> date:
    """Return the last turn before the window: what a caller would have to work out to spare rrule the past."""
    begin = _begin(structure, number)
    return begin + timedelta(days=max(0, (WINDOW.first - begin).days) // structure.interval * structure.interval)


def _by_rrule(plan: MedicationPlan, begin: Callable[[DosageStructure, int], date]) -> Intakes:
    """One rule for each day of the pattern: what a programmer who knows the library writes first."""
    found: Intakes = {}
    first, last = _midnight(WINDOW.first), _midnight(WINDOW.last)
    for line in plan.ordinations:
        structure = _structure(line)
        until = min(last, _midnight(structure.end)) if structure.end else last
        for day in structure.days:
            doses = [(_word(dose), _quarters(dose)) for dose in day.doses]
            start = _midnight(begin(structure, day.number))
            rule = rrule(DAILY, interval=structure.interval, dtstart=start, until=until)
            for at in rule.between(first, last, inc=True):
                for slot, quarters in doses:
                    found.setdefault((at.toordinal() - _FIRST, slot), []).append((line.ordination_id, quarters))
    return found


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day)  # noqa: DTZ001 - rrule counts civil days as naive midnights


def _tidy(plan: MedicationPlan, seen: _Seen) -> Intakes:
    """A plain loop over cached tuples of cells, without a check of anything."""
    found: Intakes = {}
    for line in plan.ordinations:
        structure = _structure(line)
        start, interval = structure.start.toordinal() - _FIRST, structure.interval
        stop = WINDOW.days if structure.end is None else min(WINDOW.days, structure.end.toordinal() - _FIRST + 1)
        key = (id(structure.days), interval, start % interval, stop)
        cells = seen.get(key)
        if cells is None:
            cells = seen[key] = tuple(
                (day, _word(dose), _quarters(dose))
                for one in structure.days
                for day in range((start + one.number - 1) % interval, stop, interval)
                for dose in one.doses
            )
        for day, slot, quarters in cells:
            intake = found.get((day, slot))
            if intake is None:
                found[day, slot] = [(line.ordination_id, quarters)]
            else:
                intake.append((line.ordination_id, quarters))
    return found
