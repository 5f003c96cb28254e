"""Faults that were put in and still act, over power cuts: which, on what, for how long."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from simulator.injection import Injection
from simulator.logbook import Logbook

_NO_END: Final = -1


@dataclass(slots=True)
class Active:
    """A fault under way. `left` films may still be spoiled (-1: no limit), `film` is the newest that was."""

    injection: Injection
    since: int
    left: int = _NO_END
    film: int = -1
    until: int | None = None

    @property
    def key(self) -> str:
        """Name, and the bay where it has one."""
        return key_of(self.injection.name, self.injection.number("bay"))


def key_of(name: str, bay: int = 0) -> str:
    """Return under which key a fault is kept: one at a time for each name and bay."""
    return f"{name} {bay}" if bay else name


def injection_from(document: Mapping[str, object]) -> Injection:
    """Return the injection that `Injection.document` described.

    Raises:
        KeyError: no name.
        TypeError: no mapping of values.
    """
    values = document["values"]
    if not isinstance(values, dict):
        message = f"no values: {document!r}"
        raise TypeError(message)
    return Injection(str(document["name"]), values, is_over=bool(document.get("over")))


def _begun(injection: Injection, film: int) -> Active:
    pouches = injection.number("for_pouches")
    return Active(injection, film, pouches if pouches > 0 else _NO_END)


def take(active: dict[str, Active], note: Mapping[str, object]) -> Injection | None:
    """Take in a note of the log, if it is one of `Mishaps`; return what it put in."""
    ended, spent = note.get("ended"), note.get("spent")
    if isinstance(ended, str):
        active.pop(ended, None)
    elif isinstance(spent, str) and spent in active:
        _spend(active[spent], int(str(note["film"])))
    document = note.get("inject")
    if not isinstance(document, dict):
        return None
    one = _begun(injection_from(document), int(str(note["film"])))
    active[one.key] = one
    return one.injection


def _spend(one: Active, film: int) -> None:
    one.film = film
    if one.left > 0:
        one.left -= 1


class Mishaps:
    """Every fault under way; `active` is empty on a machine that nobody disturbs, which is all the hot path asks."""

    def __init__(self, log: Logbook, known: Iterable[Active] = ()) -> None:
        self._log = log
        self.active: dict[str, Active] = {one.key: one for one in known}
        self.changes = 0
        """How often a fault began or ended since power-up."""

    def put(self, injection: Injection, film: int, now: int) -> None:
        """Let a fault begin with the pouch on `film`; it replaces the same fault of the same bay."""
        one = _begun(injection, film)
        lasts = injection.number("for_ms")
        one.until = now + lasts if lasts > 0 else None
        self.active[one.key] = one
        self.changes += 1
        self._log.note({"inject": injection.document(), "film": film})

    def end(self, key: str) -> bool:
        """Let a fault end; tell whether it was under way."""
        if self.active.pop(key, None) is None:
            return False
        self.changes += 1
        self._log.note({"ended": key})
        return True

    def keys(self, name: str) -> tuple[str, ...]:
        """Return the keys of every fault of this name under way."""
        return tuple(key for key, one in self.active.items() if one.injection.name == name)

    def find(self, name: str, bay: int = 0) -> Active | None:
        """Return the fault of this bay or of any bay, if it is under way; nothing is spent."""
        if not self.active:
            return None
        return (self.active.get(key_of(name, bay)) if bay else None) or self.active.get(name)

    def acts(self, name: str, film: int, bay: int = 0) -> Injection | None:
        """Return the fault when it spoils the pouch on `film`, however often it is asked for that pouch."""
        one = self.find(name, bay)
        if one is None:
            return None
        if one.film != film:
            if one.left == 0:
                self.end(one.key)
                return None
            self._log.note({"spent": one.key, "film": film})
            _spend(one, film)
        return one.injection

    def once(self, name: str, film: int, bay: int = 0) -> Injection | None:
        """Return the fault the first time that it is asked for the pouch on `film`."""
        one = self.find(name, bay)
        return None if one is None or one.film == film else self.acts(name, film, bay)

    @property
    def due(self) -> int | None:
        """When the next fault ends by itself, in virtual milliseconds."""
        if not self.active:
            return None
        return min((one.until for one in self.active.values() if one.until is not None), default=None)

    def over(self, now: int) -> tuple[Active, ...]:
        """Return the faults whose time is up."""
        return tuple(one for one in self.active.values() if one.until is not None and one.until <= now)
