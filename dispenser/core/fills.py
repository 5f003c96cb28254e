"""What lies in canisters and in hand stock, pack by pack, until when it may be used, and which pouches it came into.

A fill is what was poured into one container at one time, under a code that is never used again. Tablets of one fill
cannot be told apart any more: a pouch that took from it may hold every lot in it, and is traced to all of them.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import Enum
from typing import Final

from dispenser.core.ids import ProductId

HAND: Final = "hand"
"""The container of opened packs that tray cells are filled from by hand."""
LONGEST_OUTSIDE_DAYS: Final = 42
"""Most days from the opening of a pack to the day of intake (DKMA: six weeks outside the original pack)."""
ANY_GTIN: Final = ""
"""In a notice: every product's lot of that name."""
GTIN_DIGITS: Final = 14


class LotState(Enum):
    """What may be done with a lot; ordered from anything to nothing."""

    FREE = "free"
    QUARANTINED = "quarantined"
    """Not used until somebody has cleared it; what is packed stays."""
    RECALLED = "recalled"
    """Never used again, and what is packed is destroyed."""


def lot_key(lot: str) -> str:
    """Return what all spellings of a lot number share, so that a notice that somebody types reaches the pack.

    GS1 knows small letters in lot numbers (AI 10); two lots that differ in nothing else are stopped together.
    """
    return "".join(lot.split()).upper()


@dataclass(frozen=True, slots=True)
class LotName:
    """A producer's lot: lot numbers are unique for one GTIN only."""

    gtin: str
    lot: str


@dataclass(frozen=True, slots=True)
class Pack:
    """One medicine pack as its DataMatrix names it (GS1 AIs 01, 10, 17, 21), and how many units it held.

    `serial` is empty for a pack that has none (not every medicine must have one, DR (EU) 2016/161).
    """

    gtin: str
    lot: str
    expiry: date
    serial: str
    units: int

    @property
    def name(self) -> LotName:
        """The lot it is of."""
        return LotName(self.gtin, self.lot)


@dataclass(frozen=True, slots=True)
class FillName:
    """Container (a canister's id, or `HAND`) and the code of its fill."""

    container: str
    code: str

    def __str__(self) -> str:
        """`K1/K1-2`."""
        return f"{self.container}/{self.code}"


@dataclass(frozen=True, slots=True)
class Fill:
    """What `filled_by` put into a container and `checked_by` checked: packs of one product, opened on one day.

    `days` is how long they keep after that; `at` is when the fill was registered, `ended_at` when it was taken out of
    use, None while it is not. `second_scan` is the GTIN that the second person scanned, empty where nobody did.
    """

    name: FillName
    product_id: ProductId
    packs: tuple[Pack, ...]
    opened_on: date
    filled_by: str
    checked_by: str
    at: datetime
    days: int = LONGEST_OUTSIDE_DAYS
    second_scan: str = ""
    ended_at: datetime | None = None

    @property
    def units(self) -> int:
        """Whole units in all its packs together."""
        return sum(pack.units for pack in self.packs)

    @property
    def lots(self) -> tuple[LotName, ...]:
        """Every lot that a tablet of it may be of, each once, by GTIN and lot."""
        return tuple(sorted({pack.name for pack in self.packs}, key=lambda one: (one.gtin, one.lot)))

    def open_until(self, limit: int = LONGEST_OUTSIDE_DAYS) -> date:
        """Return the last day of intake by the day it was opened, `limit` days after that at most."""
        return self.opened_on + timedelta(days=min(self.days, limit, LONGEST_OUTSIDE_DAYS))


@dataclass(frozen=True, slots=True)
class LotNotice:
    """What somebody decided about a lot of one GTIN, or of `ANY_GTIN`."""

    lot: str
    gtin: str
    state: LotState
    who: str
    reason: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Lots:
    """What may be done with each lot that anybody ever said something about."""

    notices: Mapping[tuple[str, str], LotNotice] = field(default_factory=dict)
    """The newest by GTIN (or `ANY_GTIN`) and `lot_key`."""

    def state_of(self, name: LotName) -> LotState:
        """Return the state of a lot: the graver of what is said of it and of every lot of that name."""
        said = [self.notices.get((gtin, lot_key(name.lot))) for gtin in (name.gtin, ANY_GTIN)]
        states = {notice.state for notice in said if notice is not None}
        for grave in (LotState.RECALLED, LotState.QUARANTINED):
            if grave in states:
                return grave
        return LotState.FREE


def lots_of(notices: Iterable[LotNotice]) -> Lots:
    """Return what `notices`, oldest first, say together: the newest counts, but a recall is for good."""
    newest: dict[tuple[str, str], LotNotice] = {}
    for notice in notices:
        key = notice.gtin, lot_key(notice.lot)
        if key not in newest or newest[key].state is not LotState.RECALLED:
            newest[key] = notice
    return Lots(newest)


@dataclass(frozen=True, slots=True)
class Drop:
    """One pick that a machine dropped: from the fill it names, or from a tray cell, which names none."""

    product_id: ProductId
    fill: FillName | None


@dataclass(frozen=True, slots=True)
class KnownFills:
    """What is known of the fills that something takes from.

    `hand` is the hand stock by product that a tray cell may have been filled from; `outside` are days outside the
    pack by product where they are fewer than `LONGEST_OUTSIDE_DAYS`.
    """

    fills: Mapping[FillName, Fill]
    hand: Mapping[ProductId, tuple[Fill, ...]]
    lots: Lots = field(default_factory=Lots)
    outside: Mapping[ProductId, int] = field(default_factory=dict)

    def open_until(self, fill: Fill) -> date:
        """Return the last day of intake of a fill by the day it was opened."""
        return fill.open_until(self.outside.get(fill.product_id, LONGEST_OUTSIDE_DAYS))


def drawn_from(drops: Iterable[Drop], hand: Mapping[ProductId, Iterable[FillName]]) -> tuple[FillName, ...]:
    """Return every fill that pouches of these `drops` may hold tablets of, each once, in order of first drop.

    A bay's drop names its fill. What was filled into a cell by hand may come from any of the product's `hand` stock.
    """
    return tuple(dict.fromkeys(name for drop in drops for name in _of(drop, hand)))


def _of(drop: Drop, hand: Mapping[ProductId, Iterable[FillName]]) -> Iterator[FillName]:
    if drop.fill is not None:
        yield drop.fill
    else:
        yield from hand.get(drop.product_id, ())


def gtin_of(text: str) -> str:
    """Return a GTIN of 8, 12, 13 or 14 digits as 14 digits (GS1: zeros lead).

    Raises:
        ValueError: not that many digits, or a wrong check digit.
    """
    if not (text.isascii() and text.isdigit() and len(text) in {8, 12, 13, GTIN_DIGITS}):
        message = f"'{text}' is not a GTIN of 8, 12, 13 or 14 digits"
        raise ValueError(message)
    padded = text.zfill(GTIN_DIGITS)
    if _check_digit(padded[:-1]) != int(padded[-1]):
        message = f"GTIN {text} ends with {text[-1]}, its check digit is {_check_digit(padded[:-1])}"
        raise ValueError(message)
    return padded


def with_check_digit(digits: str) -> str:
    """Return the GTIN of which `digits` are all but the last."""
    return f"{digits}{_check_digit(digits)}"


def _check_digit(digits: str) -> int:
    """GS1 General Specifications 7.9: from the right, weights 3 and 1 by turns."""
    return -sum(int(digit) * (3, 1)[place % 2] for place, digit in enumerate(reversed(digits))) % 10
