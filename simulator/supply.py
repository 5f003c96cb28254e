"""Film and ribbon: how much is left, the counter of films as the machine shows it, and what happens to a roll."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from hal.wire.words import CONSUMABLE, CONSUMABLES, FILM, FILM_CHANGED, RIBBON
from simulator.logbook import Logbook
from simulator.spec import MachineSpec

_MM: Final = 1_000
OUT: Final = "out"
SPLICE: Final = "splice"
ROLL: Final = "roll"


@dataclass(slots=True)
class Supplied:
    """What must survive a power cut.

    `film` counts every pouch ever fed, whatever the machine's own counter shows; that is `shift` ahead of it. Film is
    left in millimetres, ribbon in prints; None is a full one.
    """

    film: int = 0
    shift: int = 0
    film_left: int | None = None
    ribbon_left: int | None = None
    films: int = 0
    """Fed since film was put in."""
    printed: int = 0
    """Labels printed since ribbon was put in."""

    def fed(self) -> None:
        """Count a pouch."""
        self.film += 1
        self.films += 1

    def take(self, note: Mapping[str, object]) -> None:
        """Take in a note of the log, if it is one of these."""
        for name in ("shift", "film_left", "ribbon_left"):
            value = note.get(name)
            if isinstance(value, int):
                setattr(self, name, value)
                self.films = 0 if name == "film_left" else self.films
                self.printed = 0 if name == "ribbon_left" else self.printed


class Supply:
    """Feeds film and ribbon."""

    def __init__(self, log: Logbook, spec: MachineSpec, known: Supplied) -> None:
        self._log = log
        self._known = known
        self._pitch = spec.pitch_mm
        self._mask = (1 << spec.film_bits) - 1 if spec.film_bits else 0
        self._start = spec.film_start
        self._full_film = spec.film_metres * _MM
        self._full_ribbon = spec.ribbon_prints
        film = self._full_film if known.film_left is None else known.film_left
        prints = self._full_ribbon if known.ribbon_left is None else known.ribbon_left
        self._left = film - known.films * self._pitch
        self._prints = max(0, prints - known.printed)

    @property
    def film(self) -> int:
        """Films ever fed."""
        return self._known.film

    def shown(self, film: int) -> int:
        """Return how the machine counts a film."""
        film += self._start + self._known.shift
        return film & self._mask if self._mask else film

    def documents(self) -> list[dict[str, object]]:
        """Return what is left (keys of the status document)."""
        shown: list[dict[str, object]] = []
        if self._full_film:
            left = self._left if self._left >= self._pitch else 0
            shown.append({"kind": FILM, "unit": CONSUMABLES[FILM], "left": left})
        if self._full_ribbon:
            shown.append({"kind": RIBBON, "unit": CONSUMABLES[RIBBON], "left": self._prints})
        return shown

    @property
    def has_film(self) -> bool:
        """There is film for another pouch."""
        return not self._full_film or self._left >= self._pitch

    def feed(self) -> int:
        """Feed a pouch's length of film; return the count of films ever fed."""
        self._known.film += 1
        self._left -= self._pitch
        return self._known.film

    def print(self) -> bool:
        """Use ribbon for one label; tell whether there was any."""
        if self._full_ribbon and self._prints <= 0:
            return False
        self._prints -= 1
        return True

    def film_event(self, event: str) -> None:
        """Tell of the film: out, splice or roll."""
        self._log.write(FILM_CHANGED, fields={"event": event, "film": self.shown(self._known.film)})

    def run_out(self) -> None:
        """The film is out from now on."""
        self._keep_film(0)

    def new_roll(self, metres: int = 0) -> None:
        """Put in a roll of film: a full one, or one of so many metres."""
        self._keep_film(metres * _MM or self._full_film)
        self.film_event(ROLL)
        if self._full_film:
            self._log.write(CONSUMABLE, fields={"kind": FILM, "left": self._left})

    def ribbon(self, *, is_new: bool) -> None:
        """Put in a new ribbon, or let it be out."""
        self._prints = self._full_ribbon if is_new else 0
        self._log.note({"ribbon_left": self._prints})
        if is_new:
            self._log.write(CONSUMABLE, fields={"kind": RIBBON, "left": self._prints})

    def set_counter(self, shown: int) -> None:
        """Let the machine's own counter go on from `shown`."""
        self._known.shift = shown - self._start - self._known.film
        self._log.note({"shift": self._known.shift})

    def near_wrap(self, left: int) -> None:
        """Let the machine's own counter wrap after `left` more films."""
        self.set_counter(max(0, (self._mask or (1 << 16) - 1) - left))

    def _keep_film(self, left: int) -> None:
        self._left = left
        self._log.note({"film_left": left})
