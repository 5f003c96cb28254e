"""The camera over the sealed pouch: sees most wrong contents, sometimes rejects right ones, and reads the print."""

from dataclasses import dataclass
from typing import Final

from simulator.dice import Dice
from simulator.faults import FaultProfile
from simulator.mishaps import Mishaps

PASS: Final = "pass"  # noqa: S105  # a verdict, no password
REJECT: Final = "reject"
_VERDICT = 301
_READ = 302
"""Purpose numbers of the draws."""
_DOT_SPOILS: Final = 0.25
"""Share of the symbols that a dead dot of the print head makes unreadable."""

BLANK: Final = "print_blank"
PARTIAL: Final = "print_partial"
DEAD_DOT: Final = "print_dead_dot"
PRINT_FAULTS: Final = (BLANK, PARTIAL, DEAD_DOT)


@dataclass(frozen=True, slots=True)
class Seen:
    """What the camera says about a pouch: result, the symbol it read, and which faults had a hand in it."""

    result: str
    read: str
    faults: tuple[str, ...] = ()


def verdict(profile: FaultProfile, dice: Dice, film: int, *, right: bool) -> str:
    """Return `PASS` or `REJECT` for the pouch on `film`, whose contents are `right` or not in truth."""
    if right:
        rejected = profile.camera_false_reject > 0 and dice.unit(film, _VERDICT) < profile.camera_false_reject
    else:
        rejected = profile.camera_miss <= 0 or dice.unit(film, _VERDICT) >= profile.camera_miss
    return REJECT if rejected else PASS


def readable(symbol: str, printed: str, dice: Dice, film: int) -> str:
    """Return the symbol as it can be read from a print with the fault `printed` (empty: a good print)."""
    if printed in {BLANK, PARTIAL}:
        return ""
    if printed == DEAD_DOT and dice.unit(film, _READ) < _DOT_SPOILS:
        return ""
    return symbol


class Camera:
    """Looks at one pouch after another; keeps the last picture, for it may be one pouch behind."""

    def __init__(self, profile: FaultProfile, dice: Dice, mishaps: Mishaps) -> None:
        self._profile = profile
        self._dice = dice
        self._mishaps = mishaps
        self._last = Seen(PASS, "")

    def look(self, film: int, read: str, mirrored: str, *, right: bool) -> Seen:
        """Return what is said of the pouch on `film`; `mirrored` is the symbol of its mirror image in the order."""
        seen = Seen(verdict(self._profile, self._dice, film, right=right), read)
        last, self._last = self._last, seen
        return self._disturbed(film, seen, last, mirrored, right=right) if self._mishaps.active else seen

    def _disturbed(self, film: int, seen: Seen, last: Seen, mirrored: str, *, right: bool) -> Seen:
        acts = self._mishaps.acts
        if right and acts("inspection_reject", film):
            seen = Seen(REJECT, seen.read, ("inspection_reject",))
        elif not right and acts("inspection_miss", film):
            seen = Seen(PASS, seen.read, ("inspection_miss",))
        if acts("inspection_off_by_one", film):
            return Seen(last.result, last.read, ("inspection_off_by_one",))
        if acts("inspection_reversed", film):
            return Seen(PASS, mirrored, ("inspection_reversed",))
        return seen
