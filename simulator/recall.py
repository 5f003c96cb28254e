"""What the machine remembers after a power cut: its log, read again."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from hal.wire.words import (
    BAY_CHANGED,
    DROPPED,
    MODE_CHANGED,
    ORDER_CHANGED,
    PACKED,
    POUCH_CLOSED,
    POUCH_STARTED,
    POWER_UP,
    PRINTED,
    PRODUCE,
)
from simulator.canister import Canister, alter
from simulator.drop import Piece
from simulator.fence import Fenced
from simulator.logbook import encode
from simulator.mishaps import Active, injection_from
from simulator.mishaps import take as take_mishap
from simulator.orderbook import Order
from simulator.pouch import JUMPED_IN, Pouch
from simulator.supply import Supplied
from simulator.tally import Tally


class MemoryDamagedError(ValueError):
    """A line of the log that no machine wrote."""


@dataclass(slots=True)
class Recollection:
    """Everything that survived. `pouch` was in work when the power went; `spilled` lies in the hopper."""

    documents: list[str] = field(default_factory=list)
    starts: dict[str, int] = field(default_factory=dict)
    boot_number: int = 0
    fenced: Fenced = field(default_factory=Fenced)
    mode: int = PRODUCE
    high_water: int = 0
    supplied: Supplied = field(default_factory=Supplied)
    orders: dict[int, Order] = field(default_factory=dict)
    loaded_at: dict[int, int] = field(default_factory=dict)
    """How many entries there were with the one that says that the order was loaded."""
    canisters: dict[int, Canister] = field(default_factory=dict)
    aside: dict[int, Canister] = field(default_factory=dict)
    mishaps: dict[str, Active] = field(default_factory=dict)
    spilled: list[Piece] = field(default_factory=list)
    pouch: Pouch | None = None
    tally: Tally = field(default_factory=Tally)

    def take(self, line: Mapping[str, object]) -> None:
        """Take in one line of the log."""
        note = line.get("note")
        if isinstance(note, dict):
            self._note(note)
        else:
            self._entry(_mapping(line["entry"]), line)

    def _entry(self, entry: Mapping[str, object], line: Mapping[str, object]) -> None:
        self.documents.append(encode(entry))
        kind, fields = entry["kind"], _mapping(entry["fields"])
        self.tally.hear(str(kind), fields, 0, str(entry["at"]))
        order, pouch = _int(entry["order"]), _int(entry["pouch"])
        if kind == POWER_UP:
            self.starts[str(entry["boot"])] = len(self.documents) - 1
            self.boot_number = _int(entry["boot_number"])
        elif kind == ORDER_CHANGED:
            self._order(order, fields, line.get("order"))
        elif kind == POUCH_STARTED:
            self._fed(order, pouch, _int(fields["film"]))
        elif kind == MODE_CHANGED:
            self.mode = _int(fields["to"])
        elif kind == BAY_CHANGED:
            self._bay(_mapping(line.get("bay", {})))
        elif kind == POUCH_CLOSED:
            self.pouch = None
            if fields["outcome"] == PACKED:
                self.orders[order].closed += 1
        elif self.pouch is not None:
            self._pouch(self.pouch, str(kind), line)

    def _order(self, number: int, fields: Mapping[str, object], loaded: object) -> None:
        if loaded is not None:
            made = _mapping(loaded)
            self.orders[number] = Order(number, str(made["order_id"]), str(made["digest"]))
            self.loaded_at[number] = len(self.documents)
            self.high_water = max(self.high_water, number)
        self.orders[number].state = str(fields["state"])

    def _note(self, note: Mapping[str, object]) -> None:
        self.fenced.take(note)
        self.supplied.take(note)
        take_mishap(self.mishaps, note)
        altered = note.get("altered")
        if altered is not None:
            injection = injection_from(_mapping(altered))
            alter(self.canisters[injection.number("bay")], injection)
        if "orders_lost" in note:
            self.orders = {}
        older = note.get("orders_older")
        if isinstance(older, int):
            kept = len(self.documents) - older
            self.orders = {number: one for number, one in self.orders.items() if self.loaded_at[number] <= kept}

    def _fed(self, order: int, pouch: int, shown: int) -> None:
        self.supplied.fed()
        self.pouch = Pouch(order, pouch, self.supplied.film, shown, self.spilled)
        if self.spilled:
            self.pouch.faults.append(JUMPED_IN)
        self.spilled = []

    def _bay(self, memo: Mapping[str, object]) -> None:
        if not memo:
            # Only what the tag reader sees has changed, not what is in the bay.
            return
        bay = _int(memo["bay"])
        former = self.canisters.pop(bay, None)
        if "canister" not in memo:
            return
        if memo.get("is_stranger") and former is not None:
            self.aside[bay] = former
        else:
            self.aside.pop(bay, None)
        self.canisters[bay] = Canister(
            bay=bay,
            canister=str(memo["canister"]),
            fill=str(memo["fill"]),
            product=str(memo["product"]),
            units=_int(memo["units"]),
            left=_int(memo["left"]),
            full=_int(memo["full"]),
            fills=_int(memo["fills"]),
            first_fill=str(memo["first_fill"]),
            really=str(memo.get("really", "")),
            is_stranger=bool(memo.get("is_stranger")),
        )

    def _pouch(self, pouch: Pouch, kind: str, line: Mapping[str, object]) -> None:
        if kind == PRINTED:
            pouch.symbol, pouch.printed = str(line["symbol"]), str(line["print"])
            self.supplied.printed += 1
        elif kind == DROPPED:
            fell = _mapping(line["fell"])
            pouch.pieces += _pieces(fell["here"])
            self.spilled += _pieces(fell.get("next", []))
            pouch.faults += _list(line.get("faults", []))
            left = line.get("left")
            if isinstance(left, list):
                canister = self.canisters[_int(left[0])]
                canister.units, canister.left = _int(left[1]), _int(left[2])


def recall(lines: Sequence[str]) -> Recollection:
    """Read the log again, from its first line.

    Raises:
        MemoryDamagedError: a line that no machine wrote.
    """
    recollection = Recollection()
    for index, text in enumerate(lines, start=1):
        try:
            line = _mapping(json.loads(text))
            recollection.take(line)
            note = line.get("note")
            if isinstance(note, dict) and "orders_older" in note:
                recollection.orders = _older(lines[: index - 1], _int(note["orders_older"]))
        except (KeyError, TypeError, ValueError) as error:
            message = f"line {index} of the machine's log is damaged: {error!r}"
            raise MemoryDamagedError(message) from error
    return recollection


def _older(lines: Sequence[str], entries: int) -> dict[int, Order]:
    """Return the order table as it was so many journal entries ago."""
    places = [index for index, line in enumerate(lines) if line.startswith('{"entry"')]
    return recall(lines[: places[-entries]] if 0 < entries <= len(places) else lines[: 0 if entries else None]).orders


def _mapping(value: object) -> Mapping[str, object]:
    if not isinstance(value, dict):
        message = f"not an object: {value!r}"
        raise TypeError(message)
    return value


def _int(value: object) -> int:
    if type(value) is not int:
        message = f"not a whole number: {value!r}"
        raise TypeError(message)
    return value


def _list(value: object) -> list[str]:
    if not isinstance(value, list):
        message = f"not a list: {value!r}"
        raise TypeError(message)
    return [str(one) for one in value]


def _pieces(value: object) -> list[Piece]:
    if not isinstance(value, list):
        message = f"not a list: {value!r}"
        raise TypeError(message)
    return [(str(product), _int(quarters), _int(x), _int(y), _int(turn)) for product, quarters, x, y, turn in value]
