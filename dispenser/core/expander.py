"""From any number of plans to what each citizen takes together: days as bit masks, equal day patterns worked out once.

One path for one citizen and for a nation. The work grows with the lines of the plans and not with the days, because
an intake that is the same on many days is one pattern with a set of days.
"""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import NamedTuple

from dispenser.core.days import Days, days_between, falling_on
from dispenser.core.dosage import ClockTime, Dosage, DosageDay, Slot, StructuredDosage
from dispenser.core.ids import OrdinationId
from dispenser.core.limits import EARLIEST, LATEST
from dispenser.core.plan import Ordination
from dispenser.core.quantity import Quarters, quarters_of
from dispenser.core.reasons import why_not_packable
from dispenser.core.roll import Period
from dispenser.core.slots import SlotTable, slot_word

_MOST_KNOWN = 50_000
"""Patterns that an expander remembers before it starts afresh; keeps a nation's run in bounded memory."""

_Key = tuple[int, str, int, int, int]
_Place = int
"""A slot and days in one whole number: the slot's rank in the high bits, a bit for each day of the window below."""
_Portion = tuple[Ordination, Quarters]


class NotPackableError(ValueError):
    """An ordination that no machine may pack: `ordination_id`, and all `reasons`."""

    def __init__(self, ordination_id: OrdinationId, reasons: tuple[str, ...]) -> None:
        """Keep every one of `reasons`; at least one."""
        super().__init__(f"{ordination_id}: {', '.join(reasons)}")
        self.ordination_id = ordination_id
        self.reasons = reasons


class Strand(NamedTuple):
    """`quarters` of one ordination at `slot` on each of `days` of the window."""

    slot: Slot
    quarters: Quarters
    days: Days


class IntakePattern(NamedTuple):
    """What one citizen takes together at `slot`, the same on each of `days` of the window."""

    slot: Slot
    days: Days
    portions: tuple[_Portion, ...]
    """The ordinations, and quarters of a unit of each."""


class Expander:
    """Expands the ordinations of any number of citizens over one window at one site.

    Day patterns are worked out once for every phase in which they meet the window, however many ordinations share
    them; patterns are recognised by identity, so readers of plans should let equal ones be one object.
    """

    def __init__(self, window: Period, slots: SlotTable) -> None:
        """Know nothing yet."""
        self.window = window
        self.slots = slots
        self._first = window.first.toordinal()
        self._length = window.days
        self._whole = days_between(0, self._length)
        self._slots: dict[int, Slot] = {}
        # The dosage is kept, so that the identity of its day pattern stays its own.
        self._known: dict[_Key, tuple[Dosage, tuple[tuple[_Place, Quarters], ...]]] = {}

    def strands(self, ordination: Ordination) -> tuple[Strand, ...]:
        """Return the doses of `ordination` inside the window and the treatment; no two share a slot and a day.

        Raises:
            NotPackableError: no machine may pack the dosage.
        """
        return tuple(
            Strand(self._slots[place >> self._length], quarters, place & self._whole)
            for place, quarters in self._places(ordination)
        )

    def intakes(self, ordinations: Iterable[Ordination]) -> list[IntakePattern]:
        """Return what the citizen of `ordinations` takes together, by slot: every dose in exactly one pattern and day.

        Raises:
            NotPackableError: no machine may pack one of the dosages.
        """
        groups: dict[_Place, list[_Portion]] = {}
        for ordination in ordinations:
            for place, quarters in self._places(ordination):
                group = groups.get(place)
                if group is None:
                    groups[place] = [(ordination, quarters)]
                else:
                    group.append((ordination, quarters))
        found: list[IntakePattern] = []
        rank = begun = seen = 0
        for place in sorted(groups):
            days = place & self._whole
            if place >> self._length != rank:
                rank, begun, seen = place >> self._length, len(found), 0
            if seen & days:
                _share(found, begun, days, groups[place])
            else:
                found.append(IntakePattern(self._slots[rank], days, tuple(groups[place])))
            seen |= days
        return found

    def _places(self, ordination: Ordination) -> tuple[tuple[_Place, Quarters], ...]:
        key = self._key(ordination.dosage)
        known = None if key is None else self._known.get(key)
        places = self._work_out(ordination, key) if known is None else known[1]
        first, last = ordination.first, ordination.last
        if first <= self.window.first and (last is None or last >= self.window.last):
            return places
        return tuple(self._during_treatment(places, first, last))

    def _key(self, dosage: Dosage) -> _Key | None:
        """What the doses in the window depend on, when that is one structure whose dates are sound."""
        if not isinstance(dosage, StructuredDosage) or len(dosage.structures) != 1:
            return None
        structure = dosage.structures[0]
        interval, start, end = structure.interval, structure.start, structure.end
        begin = start.toordinal() - self._first
        stop = self._length
        if end is not None:
            left = end.toordinal() - self._first + 1
            if left <= begin or end > LATEST:
                return None
            stop = min(stop, left)
        if start < EARLIEST:
            return None
        # From before the window on, only the phase of a cycle matters.
        return id(structure.days), dosage.unit, interval, begin % interval if begin < 0 < interval else begin, stop

    def _work_out(self, ordination: Ordination, key: _Key | None) -> tuple[tuple[_Place, Quarters], ...]:
        dosage = ordination.dosage
        reasons = why_not_packable(dosage, self.slots)
        if reasons or not isinstance(dosage, StructuredDosage):
            raise NotPackableError(ordination.ordination_id, reasons)
        found: dict[tuple[int, Quarters], Days] = {}
        for structure in dosage.structures:
            for day in structure.days:
                days = falling_on(structure, day.number, self.window.first, self._length)
                if days:
                    for slot, quarters in portions_of(day, self.slots):
                        rank = self._rank(slot)
                        found[rank, quarters] = found.get((rank, quarters), 0) | days
        places = tuple((rank << self._length | days, quarters) for (rank, quarters), days in found.items())
        if key is not None:
            if len(self._known) >= _MOST_KNOWN:
                self._known.clear()
            self._known[key] = (dosage, places)
        return places

    def _rank(self, slot: Slot) -> int:
        """Return the slot's place in the order of the day, as a number of its own, from 1."""
        at = self.slots.clock(slot)
        among = _LAST if isinstance(slot, ClockTime) else _NAMED.index(slot_word(slot))
        rank = (at.hour * 60 + at.minute) * (_LAST + 1) + among + 1
        self._slots[rank] = slot
        return rank

    def _during_treatment(
        self, places: Iterable[tuple[_Place, Quarters]], first: date, last: date | None
    ) -> Iterator[tuple[_Place, Quarters]]:
        begin = (first - self.window.first).days
        stop = self._length if last is None else min(self._length, (last - self.window.first).days + 1)
        treated = days_between(begin, stop)
        for place, quarters in places:
            days = place & treated
            if days:
                yield place >> self._length << self._length | days, quarters


_NAMED = ("evening", "morning", "night", "noon")
"""Named slots at one and the same minute, in the order in which `SlotTable.order` puts them."""
_LAST = len(_NAMED)


def portions_of(day: DosageDay, slots: SlotTable) -> list[tuple[Slot, Quarters]]:
    """Return the quarters of a packable day by slot, plain doses where the site takes so many, zeros left out."""
    sums: dict[Slot, int] = {}
    plain = iter(slots.plain.get(sum(dose.slot is None for dose in day.doses), ()))
    for dose in day.doses:
        slot = next(plain) if dose.slot is None else dose.slot
        sums[slot] = sums.get(slot, 0) + quarters_of(dose.units)
    return [(slot, Quarters(quarters)) for slot, quarters in sums.items() if quarters]


def _share(found: list[IntakePattern], begun: int, days: Days, portions: list[_Portion]) -> None:
    """Put `portions` on `days` of one slot's patterns (from `begun` on), splitting those that share some days."""
    for place in range(begun, len(found)):
        slot, others, theirs = found[place]
        shared = others & days
        if shared:
            found[place] = IntakePattern(slot, shared, (*theirs, *portions))
            if shared != others:
                found.append(IntakePattern(slot, others & ~shared, theirs))
            days &= ~shared
    if days:
        found.append(IntakePattern(found[begun].slot, days, tuple(portions)))
