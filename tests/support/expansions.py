"""Dosages over the whole range that can be expanded, and what the two expansions say of them."""

from collections import Counter
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

from hypothesis import assume
from hypothesis import strategies as st

from dispenser.core.dosage import ClockTime, DosageDay, DosageStructure, OrderedDose, PartOfDay, Slot, StructuredDosage
from dispenser.core.expander import Expander
from dispenser.core.expansion import expand, ordered_intakes
from dispenser.core.limits import EARLIEST, MOST_DOSES_A_DAY
from dispenser.core.plan import Ordination
from dispenser.core.reasons import is_counted, why_not_packable, why_refused
from dispenser.core.roll import Period
from dispenser.core.slots import SlotTable
from safety.verifier import expected_doses
from tests.support.medicine import MONDAY, SLOTS, ordination

CLOCKS = [ClockTime(2, 30), ClockTime(8, 0), ClockTime(12, 0), ClockTime(23, 59)]
EVERY_PLAIN = SlotTable(
    plain={count: tuple(ClockTime(place, 17) for place in range(count)) for count in range(1, MOST_DOSES_A_DAY + 1)}
)
"""A time of its own for every plain dose, at which nothing else is given."""

SLOTS_OF_DOSES = [None, None, None, *PartOfDay, *CLOCKS]


def decimal_of(number: int) -> Decimal:
    """The last digit says how many decimals the others have."""
    return Decimal(number // 10).scaleb(-(number % 10))


# Few draws for each dosage: Hypothesis takes far longer to choose one than both expansions take to follow it.
near = st.sampled_from([MONDAY, date(2028, 2, 27), date(2026, 10, 20), EARLIEST + timedelta(days=900)])
in_quarters = st.sampled_from([OrderedDose(slot, Decimal(n) / 4) for slot in SLOTS_OF_DOSES for n in range(13)])
in_decimals = st.builds(OrderedDose, st.sampled_from(SLOTS_OF_DOSES), st.integers(0, 999_999).map(decimal_of))
intervals = st.sampled_from([0, 1, 1, 1, 2, 3, 5, 7, 7, 14, 28, 30, 90, 365])

Case = tuple[StructuredDosage, Period]
Expanded = dict[tuple[date, Slot], int]


@st.composite
def _structures(
    draw: st.DrawFn, start: date, end: date | None, doses: st.SearchStrategy[OrderedDose]
) -> DosageStructure:
    interval = draw(intervals)
    numbers = {draw(st.integers(1, interval or 40)) for _ in range(draw(st.integers(0, 4)))}
    days = (DosageDay(number, tuple(draw(doses) for _ in range(draw(st.integers(1, 4))))) for number in numbers)
    return DosageStructure(interval, start, end, tuple(days))


@st.composite
def dosages(draw: st.DrawFn, unit: str = "tablet") -> StructuredDosage:
    """Pauses, cycles and tapers in any order, for a machine to follow; in other units than tablets, for a human."""
    doses = in_quarters if is_counted(unit) else in_decimals
    start = draw(near) - timedelta(days=draw(st.integers(-20, 800)))
    made: list[DosageStructure] = []
    for _ in range(draw(st.integers(0, 2))):
        end = start + timedelta(days=draw(st.integers(0, 40)))
        made.append(draw(_structures(start, end, doses)))
        start = end + timedelta(days=1)
    # The last one is open now and then.
    length = draw(st.integers(-30, 90))
    made.append(draw(_structures(start, None if length < 0 else start + timedelta(days=length), doses)))
    if draw(st.booleans()):
        made.reverse()
    found = StructuredDosage(unit, tuple(made))
    # All that this may refuse is a dosage of zeros.
    assume(not why_refused(found))
    return found


@st.composite
def cases(draw: st.DrawFn, unit: str = "tablet") -> Case:
    """A dosage, and a window near it; now and then a year."""
    dosage = draw(dosages(unit))
    earliest = min(structure.start for structure in dosage.structures)
    first = earliest + timedelta(days=draw(st.integers(-10, 150)))
    # Most windows are of a few weeks, the longest of more than a year.
    length = draw(st.integers(0, 20)) ** 2
    return dosage, Period(first, first + timedelta(days=length))


def machine_form(line: Ordination, window: Period, slots: SlotTable = SLOTS) -> Expanded:
    """Quarters of a unit by date and slot; every dose is one of a kind."""
    found: Expanded = {}
    for dose in expand(line, window, slots):
        assert (dose.date, dose.slot) not in found
        found[dose.date, dose.slot] = dose.quarters
    return found


def by_patterns(lines: list[Ordination], expander: Expander) -> list[Expanded]:
    """What each of `lines` gives by the patterns of all of them; no two patterns of a slot share a day."""
    found: list[Expanded] = [{} for _ in lines]
    taken: dict[Slot, int] = {}
    for slot, days, portions in expander.intakes(lines):
        assert days
        assert not taken.get(slot, 0) & days
        taken[slot] = taken.get(slot, 0) | days
        for offset in range(days.bit_length()):
            if days >> offset & 1:
                at = expander.window.first + timedelta(days=offset)
                for line, count in portions:
                    place = next(number for number, one in enumerate(lines) if one is line)
                    found[place][at, slot] = found[place].get((at, slot), 0) + count
    return found


def machine_forms_agree(dosage: StructuredDosage, window: Period) -> None:
    """Both expansions name the same quarters at the same dates and slots, dose by dose and as patterns."""
    assert why_not_packable(dosage, SLOTS) == ()
    line = ordination(dosage, first=EARLIEST)
    theirs = {when: units * 4 for when, units in expected_doses(line, window, SLOTS).items()}
    assert machine_form(line, window) == theirs
    assert by_patterns([line], Expander(window, SLOTS)) == [theirs]


def ordered_forms_agree(dosage: StructuredDosage, window: Period) -> None:
    """Both expansions name the same exact quantities, those of plain doses whatever their places."""
    ours: Counter[tuple[date, Slot | None, Fraction]] = Counter(
        (one.date, one.slot, Fraction(one.amount)) for one in ordered_intakes(dosage, window)
    )
    theirs: Counter[tuple[date, Slot | None, Fraction]] = Counter(
        (at, None if slot in EVERY_PLAIN.plain[MOST_DOSES_A_DAY] else slot, units)
        for (at, slot), units in expected_doses(ordination(dosage, first=EARLIEST), window, EVERY_PLAIN).items()
    )
    assert ours == theirs
