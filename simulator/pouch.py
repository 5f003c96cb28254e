"""The physical pouch: what lies in it in truth, what is printed on it, and its closing entry."""

from dataclasses import dataclass, field
from typing import Final

from hal.wire.words import POUCH_CLOSED
from simulator.drop import Piece
from simulator.logbook import Logbook

POWER_LOSS: Final = "power loss"
JUMPED_IN: Final = "jumped_in"
"""Among the faults of a pouch: a pill of the former one lies in it."""


@dataclass(slots=True)
class Pouch:
    """The pouch in work. `film` counts every film ever fed, `shown` is the machine's own count.

    `pieces` is what lies in it, `faults` what went wrong in truth, `symbol` what can be read from the print, `printed`
    how the print is: good, a fault of the print, or empty when there is none.
    """

    order: int
    number: int
    film: int
    shown: int
    pieces: list[Piece] = field(default_factory=list)
    symbol: str = ""
    printed: str = ""
    faults: list[str] = field(default_factory=list)

    @property
    def contents(self) -> dict[str, int]:
        """Product to quarter units."""
        contents: dict[str, int] = {}
        for piece in self.pieces:
            contents[piece[0]] = contents.get(piece[0], 0) + piece[1]
        return contents

    def truth(self, outcome: str) -> dict[str, object]:
        """Return the truth document of this pouch."""
        return {
            "order": self.order,
            "pouch": self.number,
            "film": self.film,
            "outcome": outcome,
            "contents": self.contents,
            "symbol": self.symbol,
            "pieces": self.pieces,
            "print": self.printed,
            "faults": self.faults,
        }


def close(log: Logbook, pouch: Pouch, outcome: str, reason: str) -> None:
    """Write a pouch's outcome and truth, in one line."""
    fields = {"film": pouch.shown, "outcome": outcome, "reason": reason}
    log.write(POUCH_CLOSED, pouch.order, pouch.number, fields, {"truth": pouch.truth(outcome)})
