"""What a new plan means for pouches that exist already: which stay, which must be found and discarded, what is missing.

Smallest safe answer: a pouch that is right in full stays, whatever line it was packed for. A medicine that was added
needs a supplement beside it. Where one was stopped or changed, its pouches are discarded and those times are packed
anew. What is not packed yet is planned again. Nobody opens a pouch.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import Enum

from dispenser.core.acute import Acute
from dispenser.core.ids import ProductId, RollId
from dispenser.core.moment import Moment
from dispenser.core.plan import MedicationPlan
from dispenser.core.pouch import Dose, Pouch
from dispenser.core.presence import Absence, why_away
from dispenser.core.quantity import Quarters, text_of
from dispenser.core.remainder import Intake, by_intake, due, remaining
from dispenser.core.roll import Period, Roll
from dispenser.core.slots import SlotTable


class Why(Enum):
    """What is wrong with a pouch."""

    STOPPED = "stopped"
    PARKED = "left to a human"
    CHANGED = "changed"
    INSTRUCTION = "instruction changed"
    AWAY = "citizen away"
    DOUBLE = "in another pouch too"
    LOST = "lost"
    RECALLED = "recalled"
    UNFIT = "from an unfit fill"
    PART = "only a part is packed"


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong about one product in a pouch: what was to be taken at its time, and what is now."""

    product_id: ProductId
    why: Why
    was: Quarters
    becomes: Quarters

    def __str__(self) -> str:
        """`28100000001 stopped (1 -> 0)`."""
        return f"{self.product_id} {self.why.value} ({text_of(self.was)} -> {text_of(self.becomes)})"


@dataclass(frozen=True, slots=True)
class MadeRoll:
    """A roll as far as it has come: `packed` are the numbers of its sealed pouches that nobody has discarded.

    An `ended` roll gets no more pouches; any other still gets those that are not packed.
    """

    roll: Roll
    packed: frozenset[int]
    ended: bool = False

    def live(self) -> Roll:
        """Return the roll with only the pouches that count; an ended one covers no day after its last pouch."""
        if not self.ended:
            return self.roll
        kept = tuple(pouch for pouch in self.roll.pouches if pouch.number in self.packed)
        period = Period(self.roll.period.first, kept[-1].date) if kept else self.roll.period
        return replace(self.roll, period=period, pouches=kept)


@dataclass(frozen=True, slots=True)
class Discard:
    """A sealed pouch that must be found and destroyed, and why."""

    roll_id: RollId
    pouch: Pouch
    faults: tuple[Fault, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """The answer: rolls that end here, pouches to discard, doses to pack, and FMK's kind of the packing, if any.

    What stays and what is `missing` are together exactly what the plan says; no time is in both for one tablet.
    """

    end: tuple[RollId, ...]
    discard: tuple[Discard, ...]
    missing: tuple[Dose, ...]
    acute: Acute | None


def changes(
    made: Iterable[MadeRoll], plan: MedicationPlan, slots: SlotTable, since: Moment, absences: Sequence[Absence] = ()
) -> tuple[Change, ...]:
    """Return what `plan` means from `since` on for the citizen's rolls, one answer for each stretch that they cover.

    Raises:
        NotPackableError: an ordination of `plan` cannot be dated.
    """
    return tuple(
        _answer(rolls, plan, slots, since, absences) for rolls in stretches(made) if _window(rolls).last >= since.day
    )


def lost(one: MadeRoll, since: Moment, slots: SlotTable) -> tuple[Discard, ...]:
    """Return the sealed pouches of a roll that was lost, from `since` on: what turns up again must not be used."""
    held = by_intake(one.roll.pouches)
    return tuple(
        Discard(
            one.roll.roll_id,
            pouch,
            tuple(
                Fault(intake[0], Why.LOST, Quarters(held[intake]), Quarters(held[intake]))
                for intake in by_intake((pouch,))
            ),
        )
        for pouch in one.roll.pouches
        if pouch.number in one.packed and since.is_before(pouch.date, pouch.slot, slots)
    )


def stretches(made: Iterable[MadeRoll]) -> Iterator[list[MadeRoll]]:
    """Yield the rolls whose periods overlap together, by first day: what one of them lacks may be in another."""
    group: list[MadeRoll] = []
    for one in sorted(made, key=lambda one: (one.roll.period.first, one.roll.roll_id)):
        if group and one.roll.period.first > max(other.roll.period.last for other in group):
            yield group
            group = []
        group.append(one)
    if group:
        yield group


def _window(group: Sequence[MadeRoll]) -> Period:
    return Period(group[0].roll.period.first, max(one.roll.period.last for one in group))


def _answer(
    made: Sequence[MadeRoll], plan: MedicationPlan, slots: SlotTable, since: Moment, absences: Sequence[Absence]
) -> Change:
    wanted = due(plan, _window(made), slots, absences, since)
    judge = _Judge(wanted, made, plan, absences)
    right: dict[RollId, list[Pouch]] = {}
    discard: list[Discard] = []
    broken: set[RollId] = set()
    for one, pouch, is_packed in _in_order_of_worth(made, since, slots):
        faults = judge.faults(one.roll, pouch)
        if not faults:
            right.setdefault(one.roll.roll_id, []).append(pouch)
            continue
        broken.add(one.roll.roll_id)
        if is_packed:
            discard.append(Discard(one.roll.roll_id, pouch, faults))
    while True:
        gaps = remaining(wanted, (pouch for pouches in right.values() for pouch in pouches))
        end = tuple(one.roll.roll_id for one in made if _ends(one, broken, gaps, right))
        stays = _staying(made, end, right)
        missing = remaining(wanted, (pouch for pouches in stays.values() for pouch in pouches))
        parts = tuple(_parts(stays, missing, judge))
        if not parts:
            break
        # Its other part will be in no pouch of that roll: the intake is packed anew, all of it in one roll (C4).
        for part in parts:
            right[part.roll_id].remove(part.pouch)
            broken.add(part.roll_id)
            if any(one.roll.roll_id == part.roll_id and part.pouch.number in one.packed for one in made):
                discard.append(part)
    discard.sort(key=lambda one: (one.roll_id, one.pouch.number))
    return Change(end, tuple(discard), missing, _acute(discard, missing, end))


def _staying(
    made: Sequence[MadeRoll], end: Sequence[RollId], right: Mapping[RollId, Sequence[Pouch]]
) -> dict[RollId, list[Pouch]]:
    """Return the right pouches that there are or will be, when the rolls in `end` get no more."""
    return {
        one.roll.roll_id: [
            pouch
            for pouch in right.get(one.roll.roll_id, ())
            if pouch.number in one.packed or not (one.ended or one.roll.roll_id in end)
        ]
        for one in made
    }


def _parts(stays: Mapping[RollId, Sequence[Pouch]], missing: Sequence[Dose], judge: "_Judge") -> Iterator[Discard]:
    """Yield the pouches that hold a part of an intake of which the rest is missing."""
    held = by_intake(pouch for pouches in stays.values() for pouch in pouches)
    short = {(dose.product_id, dose.date, dose.slot) for dose in missing} & held.keys()
    for roll_id, pouches in stays.items():
        for pouch in pouches:
            faults = tuple(
                Fault(intake[0], Why.PART, Quarters(held[intake]), judge.wanted(intake))
                for intake in by_intake((pouch,))
                if intake in short
            )
            if faults:
                yield Discard(roll_id, pouch, faults)


def _in_order_of_worth(
    made: Sequence[MadeRoll], since: Moment, slots: SlotTable
) -> Iterator[tuple[MadeRoll, Pouch, bool]]:
    """Yield the pouches still to be taken: sealed ones before those to come, older rolls first."""
    rolls = sorted(made, key=lambda one: one.roll.roll_id)
    for is_packed in (True, False):
        for one in rolls:
            for pouch in one.live().pouches:
                if (pouch.number in one.packed) is is_packed and since.is_before(pouch.date, pouch.slot, slots):
                    yield one, pouch, is_packed


def _ends(one: MadeRoll, broken: set[RollId], gaps: Sequence[Dose], right: Mapping[RollId, Sequence[Pouch]]) -> bool:
    """Return whether a roll in use ends: something in it is wrong, or it has pouches to come and something is missing.

    What is missing is then packed together with them, not in a roll of its own beside them.
    """
    if one.ended:
        return False
    if one.roll.roll_id in broken:
        return True
    to_come = any(pouch.number not in one.packed for pouch in right.get(one.roll.roll_id, ()))
    return to_come and any(one.roll.period.first <= dose.date <= one.roll.period.last for dose in gaps)


def _acute(discard: Sequence[Discard], missing: Sequence[Dose], end: Sequence[RollId]) -> Acute | None:
    if not missing:
        return None
    if discard:
        return Acute.REPLACEMENT
    return Acute.CHANGE if end else Acute.SUPPLEMENT


class _Judge:
    """Holds pouches, one after the other, against what is wanted; remembers what it has let pass."""

    def __init__(
        self, wanted: Sequence[Dose], made: Sequence[MadeRoll], plan: MedicationPlan, absences: Sequence[Absence]
    ) -> None:
        self._wanted: Counter[Intake] = Counter()
        self._instructions: dict[Intake, set[str]] = {}
        for dose in wanted:
            intake = (dose.product_id, dose.date, dose.slot)
            self._wanted[intake] += dose.quarters
            self._instructions.setdefault(intake, set()).add(dose.instruction)
        self._meant = {one.roll.roll_id: by_intake(one.roll.pouches) for one in made}
        self._all = by_intake(pouch for one in made for pouch in one.live().pouches)
        self._parked = {line.ordination_id for line in plan.parked}
        self._absences = absences
        self._passed: Counter[Intake] = Counter()

    def wanted(self, intake: Intake) -> Quarters:
        """Return how much is to be taken at an intake."""
        return Quarters(self._wanted[intake])

    def faults(self, roll: Roll, pouch: Pouch) -> tuple[Fault, ...]:
        held = by_intake((pouch,))
        found = [fault for intake in held if (fault := self._fault(roll, pouch, intake, held[intake])) is not None]
        if not found and pouch.instruction and not self._ordered(pouch):
            found = [self._of(Why.INSTRUCTION, roll, intake) for intake in held]
        if not found:
            self._passed.update(held)
        return tuple(found)

    def _fault(self, roll: Roll, pouch: Pouch, intake: Intake, quarters: int) -> Fault | None:
        wanted = self._wanted[intake]
        if not wanted:
            return self._of(self._why_none(pouch, intake), roll, intake)
        # Part of what was meant may be packed and the rest still to come: the dose is judged as it was meant.
        if wanted not in {self._meant[roll.roll_id][intake], self._all[intake]}:
            return self._of(Why.CHANGED, roll, intake)
        if self._instructions[intake].isdisjoint({"", pouch.instruction}):
            return self._of(Why.INSTRUCTION, roll, intake)
        if self._passed[intake] + quarters > wanted:
            return self._of(Why.DOUBLE, roll, intake)
        return None

    def _why_none(self, pouch: Pouch, intake: Intake) -> Why:
        if why_away(self._absences, pouch.date) is not None:
            return Why.AWAY
        lines = {content.ordination_id for content in pouch.contents if content.product_id == intake[0]}
        return Why.PARKED if lines <= self._parked else Why.STOPPED

    def _ordered(self, pouch: Pouch) -> bool:
        """Return whether somebody still orders the instruction that is printed on the pouch."""
        return any(pouch.instruction in self._instructions.get(intake, ()) for intake in by_intake((pouch,)))

    def _of(self, why: Why, roll: Roll, intake: Intake) -> Fault:
        was = self._meant[roll.roll_id][intake]
        return Fault(intake[0], why, Quarters(was), Quarters(self._wanted[intake]))
