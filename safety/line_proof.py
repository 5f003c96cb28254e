"""What a line gives at which slot on which days of a period, where two accounts of it agree; else nothing is said.

The second expansion says what is due slot by slot, the sum of units a day (C23) what is due whatever the slot. Lines of
one pattern that meet the period in the same way are worked out once, however many citizens have them.
"""

from dispenser.core.day_totals import NoDayTotalError, ordered_per_day
from dispenser.core.dosage import ClockTime, Slot, StructuredDosage
from dispenser.core.plan import Ordination
from dispenser.core.quantity import QUARTERS_PER_UNIT
from dispenser.core.roll import Period
from dispenser.core.slots import SlotTable
from safety.second_expansion import SecondExpansion, Turn, UnverifiableError

Order = tuple[int, int, str]
"""A slot by its place in the day, as `SlotTable.order` gives it; no two slots share one."""
Strands = dict[tuple[Order, int], int]
"""Days of the period (bit 0 is the first) by slot and quarters of a unit."""

_MOST_KNOWN = 50_000


class SlotOrders:
    """The place in the day of any number of slots, each asked for once."""

    def __init__(self, slots: SlotTable) -> None:
        """Know nothing yet."""
        self._slots = slots
        # The slot is kept, so that its identity stays its own.
        self._known: dict[int, tuple[Slot, Order]] = {}

    def has(self, slot: Slot) -> bool:
        """Return whether `slot` has a time at this site."""
        return isinstance(slot, ClockTime) or slot in self._slots.times

    def of(self, slot: Slot) -> Order:
        """Return the place of `slot`; the same object for the same slot."""
        known = self._known.get(id(slot))
        if known is None:
            known = self._known[id(slot)] = (slot, self._slots.order(slot))
        return known[1]


class LineProof:
    """Says of any number of lines what they give over one period at one site."""

    def __init__(self, period: Period, slots: SlotTable, orders: SlotOrders) -> None:
        """Know nothing yet."""
        self._period = period
        self._orders = orders
        self._second = SecondExpansion(period, slots)
        # The line is kept, so that the identity of its list of days stays its own.
        self._known: dict[Turn, tuple[Ordination, Strands | None]] = {}

    def strands(self, line: Ordination) -> Strands | None:
        """Return what `line` gives; None when an account of it cannot be given, or two of them differ.

        None is no finding: it only says that this line needs a closer look.
        """
        turn = self._second.turn(line)
        if turn is None:
            return self._agreed(line)
        known = self._known.get(turn)
        if known is None:
            known = line, self._agreed(line) if _is_regular(line) else None
            if len(self._known) >= _MOST_KNOWN:
                self._known.clear()
            self._known[turn] = known
        return known[1]

    def _agreed(self, line: Ordination) -> Strands | None:
        try:
            given, ordered = self._second.given(line), ordered_per_day(line, self._period)
        except (UnverifiableError, NoDayTotalError):
            return None
        strands: Strands = {}
        for doses, days in given:
            for dose in doses:
                quarters = dose.units * QUARTERS_PER_UNIT
                if quarters.denominator != 1 or not self._orders.has(dose.slot):
                    return None
                strand = (self._orders.of(dose.slot), quarters.numerator)
                strands[strand] = strands.get(strand, 0) | days
        first = self._period.first.toordinal()
        sums = {at.toordinal() - first: units * QUARTERS_PER_UNIT for at, units in ordered.items()}
        return strands if _quarters_a_day(strands) == sums else None


def _is_regular(line: Ordination) -> bool:
    """Return whether every day lies in its cycle.

    Only then is a turn all that the sum of a day depends on: a day beyond the cycle falls once, counted from a start
    that a turn does not tell.
    """
    structures = line.dosage.structures if isinstance(line.dosage, StructuredDosage) else ()
    return all(one.interval == 0 or all(1 <= day.number <= one.interval for day in one.days) for one in structures)


def _quarters_a_day(strands: Strands) -> dict[int, int]:
    sums: dict[int, int] = {}
    for (_, quarters), days in strands.items():
        for offset in range(days.bit_length()):
            if days >> offset & 1:
                sums[offset] = sums.get(offset, 0) + quarters
    return sums
