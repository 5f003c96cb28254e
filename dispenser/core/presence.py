"""When a citizen takes nothing out of a roll: on hold, admitted, moved away or dead, as stretches of civil dates.

What people noted is a list that only grows; the stretches follow from it. Rule: R12 no pouch for such a date.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import Enum

from dispenser.core.ids import ProductId
from dispenser.core.pouch import Dose

_ONE_DAY = timedelta(days=1)


class Presence(Enum):
    """What can be noted of a citizen."""

    HOLD = "hold"
    """Nothing from the machine for a while (FMK: dose dispensing on hold)."""
    ADMITTED = "admitted"
    """The hospital gives the medicine."""
    MOVED = "moved"
    """Another pharmacy takes over."""
    DEAD = "dead"
    RESUMED = "resumed"
    """Back: ends a hold, an admission or a move."""
    CORRECTED = "corrected"
    """It was a mistake: ends a death too."""


ABSENT = frozenset({Presence.HOLD, Presence.ADMITTED, Presence.MOVED, Presence.DEAD})
_DEATH = frozenset({Presence.DEAD})


class PresenceError(ValueError):
    """What was to be noted contradicts what is known; nothing is noted."""


@dataclass(frozen=True, slots=True)
class PresenceNote:
    """What holds from `first` on; `last` (inclusive) ends an absence whose end is known, None leaves it open."""

    presence: Presence
    first: date
    last: date | None = None


@dataclass(frozen=True, slots=True)
class Absence:
    """Dates without any pouch, both inclusive; `last` None is open."""

    why: Presence
    first: date
    last: date | None = None

    def covers(self, day: date) -> bool:
        """Return whether `day` is one of the dates."""
        return self.first <= day and (self.last is None or day <= self.last)


@dataclass(frozen=True, slots=True)
class Noted:
    """What people noted of a citizen: absences, and products whose cycle may go on from a date in another phase."""

    absences: tuple[Absence, ...] = ()
    phases: frozenset[tuple[ProductId, date]] = frozenset()


def absences(notes: Iterable[PresenceNote]) -> tuple[Absence, ...]:
    """Return the absences that `notes`, oldest first, come to.

    A return ends every absence that covers its date; one that begins later stays, as it was noted for later. Who was
    noted as dead by mistake is as before: a hold or an admission beside the death goes on.
    """
    found: list[Absence] = []
    for note in notes:
        if note.presence in ABSENT:
            found.append(Absence(note.presence, note.first, note.last))
            continue
        ends = _DEATH if note.presence is Presence.CORRECTED and _is_dead(found) else ABSENT - _DEATH
        found = [
            replace(absence, last=note.first - _ONE_DAY) if _ends(absence, note.first, ends) else absence
            for absence in found
            # An absence that ends on its own first date never was.
            if not (_ends(absence, note.first, ends) and absence.first == note.first)
        ]
    return tuple(found)


def require_sense(notes: Iterable[PresenceNote], note: PresenceNote) -> None:
    """Check that `note` can follow `notes`.

    Raises:
        PresenceError: it ends before it begins, an end is given where none can be, nothing is there to return from,
            or the citizen is dead.
    """
    known = absences(notes)
    if note.last is not None and note.last < note.first:
        message = f"{note.presence.value} ends {note.last}, before it begins {note.first}"
        raise PresenceError(message)
    if note.last is not None and note.presence not in {Presence.HOLD, Presence.ADMITTED}:
        message = f"'{note.presence.value}' has no last day"
        raise PresenceError(message)
    if _is_dead(known) and note.presence is not Presence.CORRECTED:
        raise PresenceError("the citizen is noted as dead; if that is a mistake, correct it first")
    ended = _DEATH if _is_dead(known) else ABSENT
    if note.presence not in ABSENT and not any(_ends(absence, note.first, ended) for absence in known):
        message = f"the citizen is not away on {note.first}"
        raise PresenceError(message)


def why_away(known: Iterable[Absence], day: date) -> Presence | None:
    """Return why no pouch may be dated `day`, or None."""
    return next((absence.why for absence in known if absence.covers(day)), None)


def present(doses: Iterable[Dose], known: Iterable[Absence]) -> tuple[Dose, ...]:
    """Return those of `doses` that are not dated in an absence, in their order."""
    held = tuple(known)
    return tuple(dose for dose in doses if why_away(held, dose.date) is None)


def _is_dead(known: Iterable[Absence]) -> bool:
    """Return whether a death is noted that nobody has corrected."""
    return any(absence.why is Presence.DEAD and absence.last is None for absence in known)


def _ends(absence: Absence, day: date, ends: frozenset[Presence]) -> bool:
    return absence.why in ends and absence.covers(day)
