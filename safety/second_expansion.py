"""A second expansion, written without the first: it walks day by day and asks what the dosage says of that day.

Amounts are exact fractions of a unit. A dosage that it cannot follow is an error: a check that cannot run has failed.
What a dosage gives on the days of the period is remembered, so that a nation can be checked as one citizen is.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
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


_NEVER = date.max.toordinal()


@dataclass(frozen=True, slots=True, eq=False)
class _Span:
    """A structure with its dates as day numbers."""

    start: int
    end: int
    interval: int
    days: tuple[DosageDay, ...]


def _span(structure: DosageStructure) -> _Span:
    end = _NEVER if structure.end is None else structure.end.toordinal()
    return _Span(structure.start.toordinal(), end, structure.interval, structure.days)


Turn = tuple[int, int, int, int, int]
"""What alone decides when a dosage of one structure gives what: its list of days, its cycle, its days in the period."""


class SecondExpansion:
    """What ordinations give on each date of `period` at a site with `slots`."""

    def __init__(self, period: Period, slots: SlotTable) -> None:
        """Know nothing yet."""
        self.period = period
        self._slots = slots
        self._dates = range(period.first.toordinal(), period.last.toordinal() + 1)
        # The ordination is kept, so that the identity of its list of days stays its own.
        self._turns: dict[Turn, tuple[Ordination, tuple[tuple[Given, int], ...]]] = {}

    def turn(self, ordination: Ordination) -> Turn | None:
        """Return what no two ordinations share that give anything different; None unless there is one structure.

        It names the list of days by its identity, and is good as long as that list is kept.
        """
        dosage = ordination.dosage
        if not isinstance(dosage, StructuredDosage) or len(dosage.structures) != 1:
            return None
        structure = dosage.structures[0]
        interval, end, last = structure.interval, structure.end, ordination.last
        start = structure.start.toordinal()
        begin, stop = max(self._dates.start, start, ordination.first.toordinal()), self._dates.stop
        if end is not None:
            stop = min(stop, end.toordinal() + 1)
        if last is not None:
            stop = min(stop, last.toordinal() + 1)
        return id(structure.days), interval, start % interval if interval > 0 else start, begin, stop

    def given(self, ordination: Ordination) -> tuple[tuple[Given, int], ...]:
        """Return what `ordination` gives and on which days of the period: bit 0 is the first day.

        Raises:
            UnverifiableError: the dosage does not say exactly how much to take when.
        """
        turn = self.turn(ordination)
        if turn is None:
            return self._walk(ordination)
        known = self._turns.get(turn)
        if known is not None:
            return known[1]
        given = self._walk(ordination)
        if len(self._turns) >= _MOST_KNOWN:
            self._turns.clear()
        self._turns[turn] = (ordination, given)
        return given

    def _walk(self, ordination: Ordination) -> tuple[tuple[Given, int], ...]:
        dosage = ordination.dosage
        if not isinstance(dosage, StructuredDosage):
            raise UnverifiableError("not structured")
        first = ordination.first.toordinal()
        last = _NEVER if ordination.last is None else ordination.last.toordinal()
        spans = [_span(structure) for structure in dosage.structures]
        days: dict[tuple[_Span, int], int] = {}
        bit = 1
        for today in self._dates:
            if first <= today <= last:
                covering = None
                for span in spans:
                    if span.start <= today <= span.end:
                        if covering is not None:
                            message = f"two structures on {date.fromordinal(today)}"
                            raise UnverifiableError(message)
                        covering = span
                if covering is not None:
                    elapsed = today - covering.start
                    if covering.interval:
                        elapsed %= covering.interval
                    days[covering, elapsed] = days.get((covering, elapsed), 0) | bit
            bit <<= 1
        return tuple((self._asked(span.days, elapsed), on) for (span, elapsed), on in days.items())

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
    first = period.first.toordinal()
    return {
        (date.fromordinal(first + offset), dose.slot): dose.units
        for given, days in SecondExpansion(period, slots).given(ordination)
        for offset in range(period.days)
        if days >> offset & 1
        for dose in given
    }


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
