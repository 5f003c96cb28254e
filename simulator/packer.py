"""Packing one pouch after another, step by step: film, drops, seal, print, inspection, outcome."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from hal.wire.words import (
    ALARM_EMPTY,
    ALARM_INSPECTION,
    ALARM_JAM,
    ALARM_NO_DROP,
    ALARM_SEAL,
    DROPPED,
    INSPECTED,
    PACKED,
    POUCH_CLOSED,
    POUCH_STARTED,
    PRINTED,
    SEALED,
    VOID,
)
from simulator import inspection
from simulator.canister import Bays
from simulator.dice import Dice
from simulator.drop import Drop, Dropper
from simulator.faults import FaultProfile
from simulator.logbook import Logbook
from simulator.orderbook import Order
from simulator.orders import QUARTERS, BayPick, CellPick, PouchSpec
from simulator.sealer import LOWEST_DC, Sealer
from simulator.tray import Tray

TRIES: Final = 3
"""Films spent on one pouch before the machine holds and calls for help."""

# Reasons of a void pouch.
MISCOUNT: Final = "miscount"
SEAL: Final = "seal temperature"
REJECTED: Final = "inspection reject"
EMPTY: Final = "canister empty"
JAM: Final = "jam"
ABORTED: Final = "aborted"
POWER_LOSS: Final = "power loss"

_HELP: Final = {MISCOUNT: ALARM_NO_DROP, SEAL: ALARM_SEAL, REJECTED: ALARM_INSPECTION}

# When a pouch's steps happen, in per cent of the time one pouch takes.
_FIRST_DROP: Final = 10
_LAST_DROP: Final = 60
_SEAL: Final = 70
_PRINT: Final = 80
_INSPECT: Final = 90
_CLOSE: Final = 100

Alarm = tuple[str, str, int]
"""Alarm code, detail, and the bay it concerns (0 when none)."""


@dataclass(slots=True)
class Pouch:
    """The physical pouch in work. `contents` is the truth: product to quarter units."""

    order: int
    number: int
    film: int
    contents: dict[str, int] = field(default_factory=dict)
    symbol: str = ""

    def truth(self, outcome: str) -> dict[str, object]:
        """Return the truth document of this pouch."""
        return {
            "order": self.order,
            "pouch": self.number,
            "film": self.film,
            "outcome": outcome,
            "contents": {product: quarters for product, quarters in self.contents.items() if quarters > 0},
            "symbol": self.symbol,
        }


def close(log: Logbook, pouch: Pouch, outcome: str, reason: str) -> None:
    """Write a pouch's outcome and truth, in one line."""
    fields = {"film": pouch.film, "outcome": outcome, "reason": reason}
    log.write(POUCH_CLOSED, pouch.order, pouch.number, fields, {"truth": pouch.truth(outcome)})


class Packer:
    """Makes the pouches of an order, one film after another.

    `film` counts every physical pouch ever fed; `spilled` is what lies in the hopper and will fall into the next one.
    `due` is the virtual millisecond of the next step, `pouch` what is in work.
    """

    def __init__(self, log: Logbook, bays: Bays, sealer: Sealer, profile: FaultProfile, dice: Dice) -> None:
        self._log = log
        self._sealer = sealer
        self._profile = profile
        self._dice = dice
        self._dropper = Dropper(bays, profile, dice)
        self._tray = Tray(profile, dice)
        self._order: Order | None = None
        self._spec = PouchSpec(0, "", (), ())
        self._next = 0
        self._started_at = 0
        self._period = 0
        self._flaw = ""
        self.has_camera = True
        self.film = 0
        self.spilled: dict[str, int] = {}
        self.pouch: Pouch | None = None
        self.due = 0

    @property
    def moment(self) -> str:
        """Where the pouch in work stands, as the fault `power_cut` names it; empty when none is in work."""
        count = len(self._spec.picks)
        if self.pouch is None:
            return ""
        if self._flaw or self._next > count + 2:
            return "before_report"
        if self._next > count:
            return "after_seal"
        if self._next == count:
            return "before_seal"
        return "between_drops" if self._next else "before_drop"

    def consumables(self) -> list[dict[str, object]]:
        """Return what is left of film and ribbon (keys of the status document)."""
        return []

    def start(self, order: Order, spec: PouchSpec, now: int, period: int, cell_refill_ms: int) -> None:
        """Feed film for a pouch; it takes `period` milliseconds, more when its tray cells must be filled again."""
        if order is not self._order:
            self._order = order
            self._tray.fill(order)
        wait = cell_refill_ms if self._tray.fill_again(spec) else 0
        order.tries += 1
        self.film += 1
        self._spec = spec
        self._next = 0
        self._flaw = ""
        self._started_at = now + wait
        self._period = period
        self.pouch = Pouch(order.number, spec.number, self.film, self.spilled)
        self.spilled = {}
        self._log.write(POUCH_STARTED, order.number, spec.number, {"film": self.film})
        self._schedule()

    def step(self) -> Alarm | None:
        """Do the step that is due; return an alarm when the machine cannot go on by itself."""
        pouch, order = self.pouch, self._order
        if pouch is None or order is None:
            return None
        index = self._next
        self._next += 1
        picks = self._spec.picks
        alarm: Alarm | None = None
        if self._flaw:
            alarm = self._void(order, pouch, self._flaw)
        elif index < len(picks):
            alarm = self._drop(order, pouch, index, picks[index])
        else:
            self._finish(order, pouch, index - len(picks))
        if self.pouch is not None:
            self._schedule()
        return alarm

    def abort(self, reason: str) -> None:
        """Close the pouch in work as void, now."""
        if self.pouch is not None:
            close(self._log, self.pouch, VOID, reason)
            self.pouch = None

    def _schedule(self) -> None:
        count = len(self._spec.picks)
        if self._flaw:
            share = _CLOSE
        elif self._next < count:
            share = _FIRST_DROP + (_LAST_DROP - _FIRST_DROP) * (self._next + 1) // (count + 1)
        else:
            share = (_SEAL, _PRINT, _INSPECT, _CLOSE)[self._next - count]
        self.due = self._started_at + self._period * share // _CLOSE

    def _drop(self, order: Order, pouch: Pouch, index: int, pick: BayPick | CellPick) -> Alarm | None:
        if isinstance(pick, CellPick):
            fell = self._tray.empty(pick)
            _add(pouch.contents, fell)
            fields: dict[str, object] = {"cell": pick.cell, "product": pick.product}
            fields |= {"commanded": pick.quarters, "counted": pick.quarters}
            self._log.write(DROPPED, order.number, pouch.number, fields, {"fell": {"here": fell}})
            return None
        drop = self._dropper.drop(pick, pouch.film, index)
        self._report(order, pouch, pick, drop)
        if drop.is_jammed:
            return self._void(order, pouch, JAM, (ALARM_JAM, f"bay {pick.bay}", pick.bay))
        if drop.is_empty:
            return self._void(order, pouch, EMPTY, (ALARM_EMPTY, f"bay {pick.bay}", pick.bay))
        if drop.counted != pick.units:
            self._flaw = MISCOUNT
        return None

    def _report(self, order: Order, pouch: Pouch, pick: BayPick, drop: Drop) -> None:
        here = {pick.product: drop.quarters}
        spilled = {pick.product: drop.spilled_quarters}
        _add(pouch.contents, here)
        beside: dict[str, object] = {"fell": {"here": here}, "left": [pick.bay, drop.units, drop.left]}
        if drop.spilled_quarters:
            _add(self.spilled, spilled)
            beside["fell"] = {"here": here, "next": spilled}
        fields = {
            "bay": pick.bay,
            "canister": pick.canister,
            "fill": pick.fill,
            "product": pick.product,
            "commanded": pick.units,
            "counted": drop.counted,
        }
        self._log.write(DROPPED, order.number, pouch.number, fields, beside)

    def _finish(self, order: Order, pouch: Pouch, stage: int) -> None:
        write, number, spec = self._log.write, order.number, self._spec
        film = pouch.film
        if stage == 0:
            temperature = self._sealer.temperature(film)
            write(SEALED, number, spec.number, {"film": film, "temperature_dc": temperature})
            self._flaw = SEAL if temperature < LOWEST_DC else ""
        elif stage == 1:
            pouch.symbol = spec.symbol
            fields = {"film": film, "digest": spec.print_digest()}
            write(PRINTED, number, spec.number, fields, {"symbol": spec.symbol})
        elif stage == 2:  # noqa: PLR2004  # the third step after the drops
            self._inspect(order, pouch)
        else:
            close(self._log, pouch, PACKED, "")
            self.pouch = None
            order.tries = 0
            order.closed += 1

    def _inspect(self, order: Order, pouch: Pouch) -> None:
        if not self.has_camera:
            return
        right = {product: quarters for product, quarters in pouch.contents.items() if quarters} == ordered(self._spec)
        result = inspection.verdict(self._profile, self._dice, pouch.film, right=right)
        self._log.write(INSPECTED, order.number, pouch.number, {"film": pouch.film, "result": result})
        self._flaw = REJECTED if result == inspection.REJECT else ""

    def _void(self, order: Order, pouch: Pouch, reason: str, alarm: Alarm | None = None) -> Alarm | None:
        close(self._log, pouch, VOID, reason)
        self.pouch = None
        if alarm is None and order.tries >= TRIES:
            alarm = (_HELP[reason], f"order {order.number} pouch {pouch.number}", 0)
        if alarm is not None:
            order.tries = 0
        return alarm


def ordered(spec: PouchSpec) -> dict[str, int]:
    """Return what a pouch shall hold: product to quarter units."""
    contents: dict[str, int] = {}
    for pick in spec.picks:
        quarters = pick.units * QUARTERS if isinstance(pick, BayPick) else pick.quarters
        contents[pick.product] = contents.get(pick.product, 0) + quarters
    return contents


def _add(contents: dict[str, int], more: Mapping[str, int]) -> None:
    for product, quarters in more.items():
        contents[product] = contents.get(product, 0) + quarters
