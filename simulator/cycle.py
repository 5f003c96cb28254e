"""The machine's cycle: PackML states in time, and which pouch comes next."""

from dataclasses import dataclass

from hal.wire.words import STATE_CHANGED
from simulator.canister import Bays
from simulator.logbook import Logbook
from simulator.orderbook import Order, OrderBook
from simulator.orders import BayPick, wrong_canister
from simulator.packer import Packer
from simulator.packml import ACTING_MS, COMMANDED, COMPLETED, ENDS_POUCH, POWER_UP_STATE
from simulator.sealer import Sealer
from simulator.spec import MachineSpec
from simulator.technician import Technician

_MINUTE_MS = 60_000
ABORTED = "aborted"
"""Reason of a pouch that an Abort left unfinished."""


@dataclass(frozen=True, slots=True)
class Parts:
    """What the cycle moves."""

    spec: MachineSpec
    log: Logbook
    bays: Bays
    book: OrderBook
    sealer: Sealer
    packer: Packer
    technician: Technician


class Cycle:
    """State machine around the packer; `now` is virtual milliseconds since power-up.

    From Stopped or Complete it resets and starts by itself when a started order waits. Alarms lead to Held (inside
    cause), a pause to Suspended (outside cause), both at a pouch boundary.
    """

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._log = parts.log
        self._book = parts.book
        self._packer = parts.packer
        self._technician = parts.technician
        self._due: int | None = None
        self._is_paused = False
        self._is_held = False
        self._has_worked = False
        self._changes = -1
        self.state = POWER_UP_STATE
        self.now = 0
        self.speed = parts.spec.pouches_per_minute
        """Pouches a minute."""
        self.interlocks: set[int] = set()
        """Material interlocks that the line has set."""
        self.is_refitted = False
        """The machine is no more what the order in work was made for."""

    # -- From outside --------------------------------------------------------------------------------------------

    def command(self, name: str) -> None:
        """Do a PackML command that the state allows."""
        if name in {"Hold", "Unhold"}:
            self._is_held = name == "Hold"
        elif name in {"Suspend", "Unsuspend"}:
            self._is_paused = name == "Suspend"
        elif name in {"Stop", "Abort"}:
            self._is_paused = self._is_held = False
            self._parts.sealer.switch_off(self.now)
        if name == "Abort":
            self._let_go(ABORTED)
        elif name in {"Stop", "ToComplete"}:
            # The order in work follows at the pouch boundary.
            for order in self._book.live:
                if order is not self._book.current and (order.turn or name == "Stop"):
                    self._book.interrupt(order)
        self._enter(COMMANDED[name])

    def abort(self, reason: str) -> None:
        """Abort by itself, at once: a door, an emergency stop."""
        if self.state not in {"Aborting", "Aborted"}:
            self._is_paused = self._is_held = False
            self._parts.sealer.switch_off(self.now)
            self._let_go(reason)
            self._enter("Aborting")

    def _let_go(self, reason: str) -> None:
        self._packer.abort(reason)
        self._book.interrupt_all()

    def pause(self) -> None:
        """Suspend at the next pouch boundary, if there is something to pack."""
        self._is_paused = self._book.wants_to_run

    def go_on(self) -> None:
        """Take back a pause or a Hold command."""
        self._is_paused = self._is_held = False

    # -- Time ----------------------------------------------------------------------------------------------------

    def next_due(self) -> int | None:
        """Return when something happens next; None while nothing will."""
        due = self._packer.due if self._packer.pouch is not None else None
        for other in (self._due, self._technician.due):
            if other is not None and (due is None or other < due):
                due = other
        return due

    def advance(self, to: int) -> None:
        """Let time pass until `to`."""
        while (due := self.next_due()) is not None and due <= to:
            self._pass(due)
            self._happen()
            self.settle()
        self._pass(to)

    def _pass(self, now: int) -> None:
        self.now = max(self.now, now)
        self._log.set_time(self.now)

    def _happen(self) -> None:
        if self._packer.pouch is not None and self._packer.due <= self.now:
            alarm = self._packer.step(self.now)
            if alarm is not None:
                self._technician.call(alarm, self.now)
        elif self._due is not None and self._due <= self.now:
            self._due = None
            self._enter(COMPLETED[self.state])
        else:
            self._technician.work(self._book, self.now)

    # -- States --------------------------------------------------------------------------------------------------

    def settle(self) -> None:
        """Do everything that takes no time, until the machine waits for something."""
        while self._move():
            pass
        if self._changes != self._book.changes:
            self._changes = self._book.changes
            self._technician.look_around(self._book, self.now)

    def _enter(self, state: str) -> None:
        self._log.write(STATE_CHANGED, fields={"from": self.state, "to": state})
        self.state = state
        self._due = None
        if state in {"Held", "Suspended"}:
            self._book.hold()
        elif state == "Execute":
            self._book.go_on()
        elif state == "Starting":
            self._has_worked = False
        elif state in {"Complete", "Stopped"} and self._book.current is not None:
            self._book.interrupt(self._book.current)

    def _move(self) -> bool:
        """Make one move that takes no time; tell whether there was one."""
        state = self.state
        if state in ACTING_MS:
            if self._due is None and not (state in ENDS_POUCH and self._packer.pouch is not None):
                warm_up = self._parts.sealer.warm_up(self.now) if state in {"Starting", "Unholding"} else 0
                self._due = self.now + ACTING_MS[state] + warm_up
            return False
        if state == "Execute":
            return self._packer.pouch is None and self._execute()
        following = self._leave(state)
        if following:
            self._enter(following)
        return bool(following)

    def _leave(self, state: str) -> str:
        if state in {"Stopped", "Complete"} and self._book.wants_to_run:
            return "Resetting"
        if state == "Idle" and self._book.wants_to_run:
            return "Starting"
        if state == "Held" and not self._is_held and not self._technician.holds:
            return "Unholding"
        if state == "Suspended" and not (self._is_paused or self.interlocks or self._technician.suspends):
            return "Unsuspending"
        return ""

    def _execute(self) -> bool:
        if self._technician.holds:
            self._enter("Holding")
        elif self._is_paused or self.interlocks or self._technician.suspends:
            self._enter("Suspending")
        else:
            return self._next_pouch()
        return True

    def _next_pouch(self) -> bool:
        order = self._book.current
        if order is None:
            order = self._book.promote()
            self.is_refitted = False
            if order is None:
                if self._has_worked:
                    self._enter("Completing")
                return self._has_worked
            self._has_worked = True
            if self._is_unfit(order):
                self._book.interrupt(order)
                return True
        self._has_worked = True
        pouch = order.next_pouch
        if pouch is None:
            self._book.end(order)
            return True
        if self.is_refitted:
            self.is_refitted = False
            self._book.interrupt(order)
            return True
        period = _MINUTE_MS // self.speed
        alarm = self._packer.start(order, pouch, self.now, period, self._parts.spec.cell_refill_ms)
        if alarm is not None:
            self._technician.call(alarm, self.now)
        return alarm is not None

    def _is_unfit(self, order: Order) -> bool:
        return any(
            isinstance(pick, BayPick) and wrong_canister(pick, self._parts.bays)
            for pouch in order.pouches
            for pick in pouch.picks
        )
