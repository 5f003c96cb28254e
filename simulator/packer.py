"""Packing one pouch after another, step by step: film, drops, seal, print, inspection, outcome."""

from typing import Final

from hal.wire.unit import PERSONALITIES
from hal.wire.words import (
    ALARM_EMPTY,
    ALARM_FILM,
    ALARM_JAM,
    ALARM_NO_DROP,
    ALARM_SENSOR,
    DROPPED,
    PACKED,
    POUCH_STARTED,
    VOID,
)
from simulator.drop import Drop, Dropper, Piece
from simulator.finishing import EMPTY, HELP, JAM, MISCOUNT, NO_DROP, WRONG, Alarm, Finisher, Tools
from simulator.orderbook import Order
from simulator.orders import BayPick, CellPick, PouchSpec, wrong_canister
from simulator.pouch import JUMPED_IN, Pouch, close
from simulator.supply import OUT, SPLICE
from simulator.tray import Tray

TRIES: Final = 3
"""Films spent on one pouch before the machine holds and calls for help."""

_TOO_MANY: Final = 3
"""So many more than ordered cannot be pills: the sensor is out of order."""

# When a pouch's steps happen, in per cent of the time one pouch takes.
_FIRST_DROP: Final = 10
_LAST_DROP: Final = 60
_STAGES: Final = (70, 80, 90, 100)
_CLOSE: Final = 100
_CHANCE = 701
"""Purpose number of the draw."""


class Packer:
    """Makes the pouches of an order, one film after another.

    `spilled` is what lies in the hopper and will fall into the next pouch. `due` is the virtual millisecond of the next
    step, `pouch` what is in work.
    """

    def __init__(self, tools: Tools) -> None:
        self._log = tools.log
        self._bays = tools.bays
        self._sealer = tools.sealer
        self._supply = tools.supply
        self._mishaps = tools.mishaps
        self._dice = tools.dice
        products = {one.id: one for one in tools.spec.products}
        self._dropper = Dropper(tools.bays, tools.profile, tools.dice, tools.mishaps, products)
        self._tray = Tray(tools.profile, tools.dice, tools.mishaps)
        self._finisher = Finisher(tools)
        self._chances = tools.profile.pouch_table()
        self._order: Order | None = None
        self._spec = PouchSpec(0, "", (), ())
        self._next = 0
        self._started_at = 0
        self._period = 0
        self._flaw = ""
        self.spilled: list[Piece] = []
        self.pouch: Pouch | None = None
        self.due = 0
        # A machine without a journal tries the pouch of a command once.
        self._tries = TRIES if tools.spec.personality == PERSONALITIES[0] else 1

    @property
    def film(self) -> int:
        """The newest film, as the machine's own counter shows it."""
        return self._supply.shown(self._supply.film)

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
        return self._supply.documents()

    def start(self, order: Order, spec: PouchSpec, now: int, period: int, cell_refill_ms: int) -> Alarm | None:
        """Feed film for a pouch; it takes `period` milliseconds, more when its tray cells must be filled again.

        Returns an alarm, and feeds nothing, when there is no film.
        """
        film = self._supply.film + 1
        splice = self._film_trouble(film) if self._mishaps.active else False
        if not self._supply.has_film:
            self._supply.film_event(OUT)
            return ALARM_FILM, f"after film {self.film}", 0
        if order is not self._order:
            self._order = order
            self._tray.fill(order)
        wait = cell_refill_ms if self._tray.fill_again(spec) else 0
        order.tries += 1
        self._supply.feed()
        self._spec = spec
        self._next = 0
        self._started_at = now + max(wait, self._sealer.warm_up(now))
        self._period = period
        self.pouch = pouch = Pouch(order.number, spec.number, film, self._supply.shown(film), self.spilled)
        if self.spilled:
            pouch.faults.append(JUMPED_IN)
        self.spilled = []
        self._draw(pouch, film)
        if splice:
            pouch.faults.append("film_splice")
        self._flaw = ""
        if self._mishaps.active:
            self._slow_down(film)
        self._log.write(POUCH_STARTED, order.number, spec.number, {"film": pouch.shown})
        if "film_splice" in pouch.faults:
            self._supply.film_event(SPLICE)
        self._schedule()
        return None

    def step(self, now: int) -> Alarm | None:
        """Do the step that is due; return an alarm when the machine cannot go on by itself."""
        pouch, order = self.pouch, self._order
        if pouch is None or order is None:
            return None
        index = self._next
        self._next += 1
        picks = self._spec.picks
        if self._flaw:
            alarm = self._void(order, pouch, self._flaw)
        elif index < len(picks):
            alarm = self._drop(order, pouch, index, picks[index], now)
        else:
            alarm = self._finish(order, pouch, index - len(picks), now)
        if self.pouch is not None:
            self._schedule()
        return alarm

    def abort(self, reason: str) -> None:
        """Close the pouch in work as void, now."""
        if self.pouch is not None:
            close(self._log, self.pouch, VOID, reason)
            self.pouch = None

    def _draw(self, pouch: Pouch, film: int) -> None:
        if self._chances:
            draw = self._dice.unit(film, _CHANCE)
            for limit, name in self._chances:
                if draw < limit:
                    pouch.faults.append(name)
                    return

    def _film_trouble(self, film: int) -> bool:
        """Do to the film what was put in, at the boundary between two pouches; tell whether a splice comes."""
        if self._mishaps.end("film_out"):
            self._supply.run_out()
        swapped = self._mishaps.find("roll_swapped")
        if swapped is not None:
            self._mishaps.end(swapped.key)
            self._supply.new_roll(swapped.injection.number("metres"))
        return bool(self._mishaps.end("film_splice")) and film > 0

    def _slow_down(self, film: int) -> None:
        arm = self._mishaps.acts("arm_travel", film)
        slow = self._mishaps.find("slow_machine")
        if arm is not None:
            self._started_at += arm.number("ms")
        if slow is not None:
            self._period = self._period * max(1, slow.injection.number("per_cent")) // 100

    def _schedule(self) -> None:
        count = len(self._spec.picks)
        if self._flaw:
            share = _CLOSE
        elif self._next < count:
            share = _FIRST_DROP + (_LAST_DROP - _FIRST_DROP) * (self._next + 1) // (count + 1)
        else:
            share = _STAGES[self._next - count]
        self.due = self._started_at + self._period * share // _CLOSE

    # -- Steps ---------------------------------------------------------------------------------------------------

    def _drop(self, order: Order, pouch: Pouch, index: int, pick: BayPick | CellPick, now: int) -> Alarm | None:
        if isinstance(pick, CellPick):
            self._empty(order, pouch, pick)
            return None
        mismatch = wrong_canister(pick, self._bays)
        if mismatch:
            return self._void(order, pouch, WRONG, (self._bays.why_not(pick.bay), mismatch, pick.bay))
        drop = self._dropper.drop(pick, pouch.film, index, now)
        self._report(order, pouch, pick, drop)
        reason, code = _trouble(drop, pick)
        if code:
            return self._void(order, pouch, reason, (code, f"bay {pick.bay}", pick.bay))
        self._flaw = reason
        return None

    def _empty(self, order: Order, pouch: Pouch, pick: CellPick) -> None:
        pieces, fault = self._tray.empty(pick, pouch.film)
        pouch.pieces += pieces
        if fault:
            pouch.faults.append(fault)
        fields: dict[str, object] = {"cell": pick.cell, "product": pick.product}
        fields |= {"commanded": pick.quarters, "counted": pick.quarters, "ms": 0}
        self._log.write(DROPPED, order.number, pouch.number, fields, _beside(pieces, [], [fault] if fault else []))

    def _report(self, order: Order, pouch: Pouch, pick: BayPick, drop: Drop) -> None:
        pouch.pieces += drop.pieces
        self.spilled += drop.beyond
        pouch.faults += drop.faults
        beside = _beside(drop.pieces, drop.beyond, drop.faults)
        beside["left"] = [pick.bay, drop.units, drop.left]
        fields = {
            "bay": pick.bay,
            "canister": pick.canister,
            "fill": pick.fill,
            "product": pick.product,
            "commanded": pick.units,
            "counted": drop.counted,
            "ms": drop.ms,
        }
        self._log.write(DROPPED, order.number, pouch.number, fields, beside)

    def _finish(self, order: Order, pouch: Pouch, stage: int, now: int) -> Alarm | None:
        if stage == len(_STAGES) - 1:
            alarm = self._finisher.cut(pouch)
            close(self._log, pouch, PACKED, "")
            self.pouch = None
            order.tries = 0
            order.closed += 1
            return alarm
        if stage == 0:
            flaw, alarm = self._finisher.seal(pouch, now)
        elif stage == 1:
            flaw, alarm = self._finisher.print(self._spec, pouch)
        else:
            flaw, alarm = self._finisher.inspect(order, self._spec, pouch)
        if alarm is not None:
            return self._void(order, pouch, flaw, alarm)
        self._flaw = flaw
        return None

    def _void(self, order: Order, pouch: Pouch, reason: str, alarm: Alarm | None = None) -> Alarm | None:
        close(self._log, pouch, VOID, reason)
        self.pouch = None
        if alarm is None and order.tries >= self._tries:
            alarm = (HELP[reason], f"order {order.number} pouch {pouch.number}", 0)
        if alarm is not None:
            order.tries = 0
        return alarm


def _trouble(drop: Drop, pick: BayPick) -> tuple[str, str]:
    """Return why a drop spoils its pouch (empty: it does not), and the alarm when the machine cannot go on."""
    if drop.is_jammed:
        return JAM, ALARM_JAM
    if drop.is_empty:
        return EMPTY, ALARM_EMPTY
    if drop.is_short:
        return NO_DROP, ALARM_NO_DROP
    if drop.counted >= pick.units + _TOO_MANY:
        return MISCOUNT, ALARM_SENSOR
    return (MISCOUNT, "") if drop.counted != pick.units else ("", "")


def _beside(here: list[Piece], beyond: list[Piece], faults: list[str]) -> dict[str, object]:
    """Return what a drop's line keeps of the truth."""
    fell: dict[str, object] = {"here": here}
    if beyond:
        fell["next"] = beyond
    return {"fell": fell, "faults": faults} if faults else {"fell": fell}
