"""What the machine remembers after a power cut: its log, read again."""

import json
from collections.abc import Iterable, Mapping
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
from simulator.canister import Canister
from simulator.fence import Fenced
from simulator.logbook import encode
from simulator.orderbook import Order
from simulator.packer import Pouch
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
    film: int = 0
    orders: dict[int, Order] = field(default_factory=dict)
    canisters: dict[int, Canister] = field(default_factory=dict)
    spilled: dict[str, int] = field(default_factory=dict)
    pouch: Pouch | None = None
    tally: Tally = field(default_factory=Tally)

    def take(self, line: Mapping[str, object]) -> None:
        """Take in one line of the log."""
        note = line.get("note")
        if isinstance(note, dict):
            self.fenced.take(note)
            return
        entry = _mapping(line["entry"])
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
            self.film = _int(fields["film"])
            self.pouch = Pouch(order, pouch, self.film, self.spilled)
            self.spilled = {}
        elif kind == MODE_CHANGED:
            self.mode = _int(fields["to"])
        elif kind == BAY_CHANGED:
            self._bay(_mapping(line["bay"]))
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
            self.high_water = max(self.high_water, number)
        self.orders[number].state = str(fields["state"])

    def _bay(self, memo: Mapping[str, object]) -> None:
        bay = _int(memo["bay"])
        if "canister" not in memo:
            self.canisters.pop(bay, None)
            return
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
        )

    def _pouch(self, pouch: Pouch, kind: str, line: Mapping[str, object]) -> None:
        if kind == PRINTED:
            pouch.symbol = str(line["symbol"])
        elif kind == DROPPED:
            fell = _mapping(line["fell"])
            for contents, key in ((pouch.contents, "here"), (self.spilled, "next")):
                for product, quarters in _mapping(fell.get(key, {})).items():
                    contents[product] = contents.get(product, 0) + _int(quarters)
            left = line.get("left")
            if isinstance(left, list):
                canister = self.canisters[_int(left[0])]
                canister.units, canister.left = _int(left[1]), _int(left[2])


def recall(lines: Iterable[str]) -> Recollection:
    """Read the log again, from its first line.

    Raises:
        MemoryDamagedError: a line that no machine wrote.
    """
    recollection = Recollection()
    for index, text in enumerate(lines, start=1):
        try:
            recollection.take(_mapping(json.loads(text)))
        except (KeyError, TypeError, ValueError) as error:
            message = f"line {index} of the machine's log is damaged: {error!r}"
            raise MemoryDamagedError(message) from error
    return recollection


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
