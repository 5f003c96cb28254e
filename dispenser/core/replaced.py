"""Which older rolls an acute roll stands in for, or beside: what its header pouch and its page say."""

from collections.abc import Iterable
from dataclasses import dataclass

from dispenser.core.acute import Acute
from dispenser.core.ids import RollId
from dispenser.core.pouch import Pouch
from dispenser.core.roll import Roll


@dataclass(frozen=True, slots=True)
class Replaced:
    """A roll of which `pouches` sealed ones are discarded; `whole` when none of it is used any more from then on."""

    roll_id: RollId
    pouches: int
    whole: bool


@dataclass(frozen=True, slots=True)
class Related:
    """The older rolls that a roll replaces, and those that it supplements; both in order of id."""

    replaces: tuple[Replaced, ...] = ()
    beside: tuple[RollId, ...] = ()


def related(roll: Roll, discarded: Iterable[tuple[RollId, Pouch]], live: Iterable[Roll]) -> Related:
    """Return what acute `roll` has to do with older ones of its citizen; nothing for an ordinary roll.

    `discarded` are sealed pouches that were discarded before it was planned, `live` the rolls in use with their
    pouches in use. A discarded pouch counts where `roll` has one at its time, unless a roll between has one in use.
    """
    if roll.acute is None or not roll.pouches:
        return Related()
    times = {(pouch.date, pouch.slot) for pouch in roll.pouches}
    first = min(pouch.date for pouch in roll.pouches)
    used = {
        one.roll_id: {(pouch.date, pouch.slot) for pouch in one.pouches if pouch.date >= first}
        for one in live
        if one.roll_id < roll.roll_id
    }
    if roll.acute is Acute.SUPPLEMENT:
        last = max(pouch.date for pouch in roll.pouches)
        return Related(beside=tuple(sorted(name for name, at in used.items() if any(day <= last for day, _ in at))))
    counts: dict[RollId, int] = {}
    for roll_id, pouch in discarded:
        time = (pouch.date, pouch.slot)
        stands = any(name > roll_id and time in at for name, at in used.items())
        if roll_id < roll.roll_id and time in times and not stands:
            counts[roll_id] = counts.get(roll_id, 0) + 1
    return Related(tuple(Replaced(name, count, not used.get(name)) for name, count in sorted(counts.items())))
