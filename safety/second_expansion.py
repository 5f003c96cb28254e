"""A second expansion, written without the first: it walks day by day and asks what the dosage says of that day.

Amounts are exact fractions of a unit. A dosage that it cannot follow is an error: a check that cannot run has failed.
What a day of a pattern gives is remembered, so that a nation can be checked as one citizen is.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from fractions import Fraction
from typing import NamedTuple

from dispenser.core.dosage import DosageDay, DosageStructure, DoseRange, OrderedDose, Slot, StructuredDosage
from dispenser.core.plan import Ordination
from dispenser.core.roll import Period
from dispenser.core.slots import SlotTable, slot_word

_MOST_KNOWN = 50_000


class GivenDose(NamedTuple):
    """What one day of a dosage gives at one slot; `name` says both, for comparing without arithmetic."""

    slot: Slot
    units: Fraction
    name: str


Given = tuple[GivenDose, ...]


class UnverifiableError(ValueError):
    """The second expansion cannot say what this dosage gives on a day."""


class SecondExpansion:
    """What ordinations give on each date of `period` at a site with `slots`."""

    def __init__(self, period: Period, slots: SlotTable) -> None:
        """Know nothing yet."""
        self.period = period
        self._slots = slots
        self._dates = [period.first + timedelta(days=offset) for offset in range(period.days)]
        # By the identity of a list of days, which is kept so that it stays its own.
        self._known: dict[tuple[int, int], tuple[tuple[DosageDay, ...], Given]] = {}

    def on_each_date(self, ordination: Ordination) -> Iterator[tuple[date, Given]]:
        """Return every date of the period on which `ordination` gives something, and what: slots and units.

        Raises:
            UnverifiableError: the dosage does not say exactly how much to take when.
        """
        dosage = ordination.dosage
        if not isinstance(dosage, StructuredDosage):
            raise UnverifiableError("not structured")
        for today in self._dates:
            if today < ordination.first or (ordination.last is not None and today > ordination.last):
                continue
            covering = None
            for structure in dosage.structures:
                if structure.start <= today and (structure.end is None or today <= structure.end):
                    if covering is not None:
                        message = f"two structures on {today}"
                        raise UnverifiableError(message)
                    covering = structure
            if covering is not None:
                given = self._given(today, covering)
                if given:
                    yield today, given

    def _given(self, today: date, structure: DosageStructure) -> Given:
        elapsed = (today - structure.start).days
        if structure.interval:
            elapsed %= structure.interval
        key = (id(structure.days), elapsed)
        known = self._known.get(key)
        if known is None:
            if len(self._known) >= _MOST_KNOWN:
                self._known.clear()
            known = self._known[key] = (structure.days, self._asked(structure.days, elapsed))
        return known[1]

    def _asked(self, days: tuple[DosageDay, ...], elapsed: int) -> Given:
        if any(day.number < 1 for day in days):
            raise UnverifiableError("a day without a number")
        sums: dict[Slot, Fraction] = {}
        for day in days:
            if day.number - 1 == elapsed:
                for slot, units in _at_slots(day, self._slots):
                    sums[slot] = sums.get(slot, Fraction(0)) + units
        return tuple(GivenDose(slot, units, dose_name(slot, units)) for slot, units in sums.items() if units)


def expected_doses(ordination: Ordination, period: Period, slots: SlotTable) -> dict[tuple[date, Slot], Fraction]:
    """Return the units of `ordination` at every date and slot of `period` that has any.

    Raises:
        UnverifiableError: the dosage does not say exactly how much to take when.
    """
    found = SecondExpansion(period, slots).on_each_date(ordination)
    return {(today, dose.slot): dose.units for today, given in found for dose in given}


def dose_name(slot: Slot, units: Fraction) -> str:
    """Return one text for one slot and quantity."""
    return f"{slot_word(slot)} {units}"


def _at_slots(day: DosageDay, slots: SlotTable) -> Iterator[tuple[Slot, Fraction]]:
    unnamed = [dose for dose in day.doses if dose.slot is None]
    places = slots.plain.get(len(unnamed), ()) if unnamed else ()
    if len(places) != len(unnamed):
        message = f"no times for {len(unnamed)} doses a day"
        raise UnverifiableError(message)
    yield from ((place, _units(dose)) for place, dose in zip(places, unnamed, strict=True))
    yield from ((dose.slot, _units(dose)) for dose in day.doses if dose.slot is not None)


def _units(dose: OrderedDose) -> Fraction:
    if dose.as_needed:
        raise UnverifiableError("as needed")
    if isinstance(dose.amount, DoseRange):
        raise UnverifiableError("a range")
    if not dose.amount.is_finite() or dose.amount < 0:
        message = f"{dose.amount} is no amount"
        raise UnverifiableError(message)
    return Fraction(dose.amount)
