"""One drop from a canister: the wheel turns until the sensor has counted; what falls lies somewhere in the pouch."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from simulator.canister import Bays, Canister
from simulator.dice import Dice
from simulator.faults import FaultProfile, PillFault
from simulator.injection import Injection
from simulator.mishaps import Mishaps
from simulator.orders import QUARTERS, BayPick
from simulator.products import Product, default_product
from simulator.sensor import KINDS, RIGHT, Sensor, sensor_of

_JAM = 401
_PILL = 402
_TURN = 403
_RETRY = 404
"""Purpose numbers of the draws."""
_PICK_STRIDE: Final = 1_000
"""Draws set aside for each pick of a pouch."""
RETRIES: Final = 3
"""Turns more that a wheel makes for a pill that did not come."""
_STAYS_STUCK: Final = 0.25
"""Share of the retries that do not free a stuck pill."""
_TURN_MS: Final = 80
_FEW: Final = 10
"""Below this part of a full canister pockets come round empty now and then, which only takes time."""
_SENSOR_POUCHES: Final = 50
"""Pouches for which a sensor stays out of order that nobody was called for."""

Piece = tuple[str, int, int, int, int]
"""What lies in a pouch: product, quarters, place across and along in parts per thousand of it, turned by degrees."""

# Fault: pills that leave the canister, quarters of each piece in this pouch, and of each in the next one.
_EFFECTS: Final[Mapping[PillFault | None, tuple[int, tuple[int, ...], tuple[int, ...]]]] = {
    PillFault.STUCK: (0, (), ()),
    PillFault.DOUBLE_SEEN: (2, (QUARTERS, QUARTERS), ()),
    PillFault.DOUBLE_UNSEEN: (2, (QUARTERS, QUARTERS), ()),
    PillFault.JUMP: (1, (), (QUARTERS,)),
    PillFault.BROKEN_SEEN: (1, (1, 1), ()),
    PillFault.BROKEN_UNSEEN: (1, (QUARTERS // 2,), ()),
    PillFault.SENSOR: (1, (QUARTERS,), ()),
    None: (1, (QUARTERS,), ()),
}
_COUNTED: Final = {PillFault.STUCK: 0, PillFault.DOUBLE_SEEN: 2, PillFault.BROKEN_SEEN: 2}
_BY_NAME: Final = tuple(fault for fault in PillFault if fault is not PillFault.SENSOR)


@dataclass(slots=True)
class Drop:
    """What one pick did; `units` is the canister's count afterwards, `left` the truth.

    `ms` is the time from the first to the last thing that the sensor saw, `beyond` fell into the next pouch, `faults`
    are the names of what went wrong in truth. `is_short`: the pill did not come, however often the wheel turned.
    """

    counted: int = 0
    pieces: list[Piece] = field(default_factory=list)
    beyond: list[Piece] = field(default_factory=list)
    units: int = 0
    left: int = 0
    ms: int = 0
    is_jammed: bool = False
    is_empty: bool = False
    is_short: bool = False
    faults: list[str] = field(default_factory=list)

    @property
    def quarters(self) -> int:
        """Quarters that lie in the pouch."""
        return sum(piece[1] for piece in self.pieces)

    @property
    def spilled_quarters(self) -> int:
        """Quarters that fell into the next pouch."""
        return sum(piece[1] for piece in self.beyond)


def piece_at(product: str, quarters: int, word: int) -> Piece:
    """Return a piece that lies where the random bits of `word` say."""
    return (
        product,
        quarters,
        (word & 1023) * 1000 >> 10,
        (word >> 10 & 1023) * 1000 >> 10,
        (word >> 20 & 511) * 360 >> 9,
    )


class Dropper:
    """Turns the wheels."""

    def __init__(
        self, bays: Bays, profile: FaultProfile, dice: Dice, mishaps: Mishaps, products: Mapping[str, Product]
    ) -> None:
        self._bays = bays
        self._dice = dice
        self._mishaps = mishaps
        self._products = products
        self._jam_rate = profile.jam_per_drop
        self._table = profile.pill_table()
        self._passing: dict[str, int] = {}

    def drop(self, pick: BayPick, film: int, index: int, now: int = 0) -> Drop:
        """Drop the pick, the `index`th of the pouch on `film`."""
        canister = self._bays.get(pick.bay)
        if canister is None:
            return Drop(is_jammed=True)
        drop = Drop(units=canister.units, left=canister.left)
        sensor, forced, turns = RIGHT, None, 0
        if self._mishaps.active:
            sensor, drop.faults = sensor_of(self._mishaps, film, pick.bay)
            forced, turns = self._forced(film, pick.bay)
        jams = self._jam_rate and self._dice.unit(film, _JAM, index) < self._jam_rate
        if jams or (self._mishaps.active and self._mishaps.once("jam", film, pick.bay)):
            drop.is_jammed = True
            drop.faults.append("jam")
            return drop
        self._turn(drop, canister, _Wheel(pick, film, index * _PICK_STRIDE, sensor, forced, turns, now))
        canister.units = max(0, canister.units - drop.counted)
        if drop.is_empty:
            # Dry turns: the machine now knows, whatever it had counted.
            canister.units = 0
        drop.units, drop.left = canister.units, canister.left
        return drop

    def _turn(self, drop: Drop, canister: Canister, wheel: "_Wheel") -> None:
        """Turn the wheel by as many pockets as ordered, and again for each that the sensor did not see."""
        first = last = -1
        time = turns = 0
        is_right = wheel.sensor is RIGHT
        is_few = canister.left * _FEW < canister.full
        for pill in range(wheel.pick.units):
            for miss in range(RETRIES + 1):
                word = self._dice.word(wheel.film, _TURN, wheel.base + turns)
                time += _TURN_MS + (word >> 29 & 31) + (_TURN_MS * (word >> 34 & 3) if is_few else 0)
                turns += 1
                if canister.left == 0 and is_right:
                    drop.is_empty = True
                    break
                fault = self._fault(wheel, pill, miss)
                if fault is not None or canister.left == 0:
                    fault = self._note(drop, canister, fault, wheel)
                seen = (_COUNTED.get(fault, 1) if fault else 1) if is_right else wheel.sensor.count(fault, word >> 36)
                self._fall(drop, canister, fault, word)
                if seen:
                    drop.counted += seen
                    last = time
                    first = time if first < 0 else first
                    break
            else:
                drop.is_short = True
            if drop.is_empty or drop.is_short:
                break
        if first >= 0:
            # A sensor that never lets go has seen something from the first turn to the last.
            drop.ms = time if wheel.sensor.stuck > 0 else last - first + self._passing_ms(canister.product)

    def _fall(self, drop: Drop, canister: Canister, fault: PillFault | None, word: int) -> None:
        leaves, here, beyond = _EFFECTS[fault]
        canister.left -= leaves
        product = canister.falls
        for quarters in here:
            drop.pieces.append(piece_at(product, quarters, word))
            word = word * 0x9E3779B97F4A7C15 >> 13
        for quarters in beyond:
            drop.beyond.append(piece_at(product, quarters, word))

    def _fault(self, wheel: "_Wheel", pill: int, miss: int) -> PillFault | None:
        if wheel.forced is not None and pill == 0 and (miss == 0 or miss < wheel.turns):
            return wheel.forced
        if self._table:
            index = wheel.base + pill
            if miss:
                stays = self._dice.unit(wheel.film, _RETRY, index * (RETRIES + 1) + miss) < _STAYS_STUCK
                return PillFault.STUCK if stays else None
            draw = self._dice.unit(wheel.film, _PILL, index)
            for limit, fault in self._table:
                if draw < limit:
                    return fault
        return None

    def _note(self, drop: Drop, canister: Canister, fault: PillFault | None, wheel: "_Wheel") -> PillFault | None:
        """Note what goes wrong in truth; return what it comes to with so few pills in the canister."""
        if canister.left == 0:
            return PillFault.STUCK
        if fault is PillFault.SENSOR:
            kind = KINDS[self._dice.between(0, len(KINDS) - 1, wheel.film, _RETRY)]
            values = {"bay": wheel.pick.bay, "for_pouches": _SENSOR_POUCHES, "per_mille": 20}
            self._mishaps.put(Injection(kind, values), wheel.film, wheel.now)
            return None
        if fault is None or _EFFECTS[fault][0] > canister.left:
            return None
        if fault.value not in drop.faults:
            drop.faults.append(fault.value)
        return fault

    def _forced(self, film: int, bay: int) -> tuple[PillFault | None, int]:
        for fault in _BY_NAME:
            injection = self._mishaps.once(fault.value, film, bay)
            if injection is not None:
                return fault, injection.number("turns")
        return None, 0

    def _passing_ms(self, product: str) -> int:
        known = self._passing.get(product)
        if known is None:
            known = (self._products.get(product) or default_product(product)).passing_ms
            self._passing[product] = known
        return known


@dataclass(frozen=True, slots=True)
class _Wheel:
    """One drop under way: where its draws fall, how its sensor is, what was put in and for how many turns."""

    pick: BayPick
    film: int
    base: int
    sensor: Sensor
    forced: PillFault | None
    turns: int
    now: int
