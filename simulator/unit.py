"""The machine as a PackML unit: its mode, its speed, and the material interlocks of the line it stands in."""

from typing import Final

from hal.wire.words import MODE_CHANGED, WRONG_MODE, WRONG_STATE
from simulator.cycle import Cycle
from simulator.logbook import Logbook
from simulator.orderbook import ENDED, HELD, INTERRUPTED, LOADED, RUNNING, OrderBook
from simulator.orders import Reason
from simulator.spec import MachineSpec
from simulator.tally import Tally

MODE_STATES: Final = frozenset({"Stopped", "Idle", "Aborted"})
"""Where the mode may be changed."""
INTERLOCKS: Final = 4
"""Material interlocks that the line may set, numbered from 1."""
OUT_OF_RANGE: Final = "OUT_OF_RANGE"
"""A speed or interlock that the machine does not have; only a line says such things, no controller of orders."""
SLOWEST: Final = 1
"""Pouches a minute."""

_ISA95: Final = {
    LOADED: ("NotAllowedToStart", "Loaded"),
    RUNNING: ("Running", ""),
    HELD: ("Interrupted", "Held"),
    ENDED: ("Ended", "Completed"),
    INTERRUPTED: ("Aborted", ""),
}
_OUTSIDE: Final = frozenset({"Suspending", "Suspended", "Unsuspending"})
"""Where an order waits for a cause outside the machine."""

Reasons = tuple[Reason, ...]


class Unit:
    """What the line around a machine may set; each answers why not, and nothing when it was done.

    The mode survives power cuts: somebody may have the machine open. Speed and interlocks do not.
    """

    def __init__(self, spec: MachineSpec, log: Logbook, book: OrderBook, cycle: Cycle, mode: int) -> None:
        self._spec = spec
        self._log = log
        self._book = book
        self._cycle = cycle
        self.mode = mode

    @property
    def speed(self) -> int:
        """Pouches a minute that the machine is set to."""
        return self._cycle.speed

    @property
    def tally(self) -> Tally:
        """Counts, times and alarms."""
        return self._log.tally

    @property
    def interlocks(self) -> tuple[bool, ...]:
        """The material interlocks by number, the first one's at index 0."""
        return tuple(number in self._cycle.interlocks for number in range(1, INTERLOCKS + 1))

    def job_orders(self) -> list[dict[str, object]]:
        """Return the orders that a status names, each with its ISA-95 `state` and `substate` (OPC 10031-4)."""
        queued = {order.number for order in self._book.live if order.turn}
        outside = self._cycle.state in _OUTSIDE
        orders: list[dict[str, object]] = []
        for document in self._book.documents():
            state, substate = _ISA95[str(document["state"])]
            if document["state"] == LOADED and document["number"] in queued:
                state = "AllowedToStart"
            elif document["state"] == HELD and outside:
                substate = "Suspended"
            orders.append({**document, "state": state, "substate": substate})
        return orders

    def set_mode(self, mode: int) -> Reasons:
        """Change the mode; WRONG_STATE while anything moves or an order waits, WRONG_MODE when there is no such."""
        if mode not in self._spec.modes:
            return ((WRONG_MODE, f"{mode} is none of {', '.join(map(str, self._spec.modes))}"),)
        if self._cycle.state not in MODE_STATES or self._book.wants_to_run:
            return ((WRONG_STATE, f"the mode is not changed while the machine is {self._cycle.state}"),)
        if mode != self.mode:
            self._log.write(MODE_CHANGED, fields={"from": self.mode, "to": mode})
            self.mode = mode
        return ()

    def set_speed(self, pouches_per_minute: int) -> Reasons:
        """Pack so fast from the next pouch on."""
        fastest = self._spec.pouches_per_minute
        if not SLOWEST <= pouches_per_minute <= fastest:
            return ((OUT_OF_RANGE, f"{pouches_per_minute} pouches a minute is not between {SLOWEST} and {fastest}"),)
        if pouches_per_minute != self.speed:
            self._cycle.speed = pouches_per_minute
            self._log.note({"speed": pouches_per_minute})
        return ()

    def set_interlock(self, number: int, *, is_set: bool) -> Reasons:
        """Set or take back a material interlock; while one is set the machine suspends at the next pouch boundary."""
        if not 1 <= number <= INTERLOCKS:
            return ((OUT_OF_RANGE, f"interlock {number} is not between 1 and {INTERLOCKS}"),)
        if is_set != (number in self._cycle.interlocks):
            (self._cycle.interlocks.add if is_set else self._cycle.interlocks.discard)(number)
            self._log.note({"interlock": [number, is_set]})
        return ()
