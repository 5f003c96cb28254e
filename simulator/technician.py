"""The simulated human at the machine: clears alarms, mends what is behind them, refills canisters, after a while."""

from dataclasses import dataclass

from hal.wire.words import ABORT, ALARM_CLEARED, ALARM_EMPTY, ALARM_FILM, ALARM_RAISED, ALARMS, HOLD, SUSPEND
from simulator.canister import Bays
from simulator.finishing import Alarm
from simulator.logbook import Logbook
from simulator.mending import SWAPPED, Mender
from simulator.mishaps import key_of
from simulator.orderbook import OrderBook
from simulator.supply import OUT, Supply


@dataclass(frozen=True, slots=True)
class Task:
    """Something to do at `due` (virtual milliseconds): clear `code`, refill `bay` unless it is 0, end fault `key`."""

    due: int
    code: str
    bay: int
    key: str = ""


class Technician:
    """Standing alarms and what is being done about them."""

    def __init__(self, log: Logbook, bays: Bays, mender: Mender, supply: Supply, clear_ms: int, refill_ms: int) -> None:
        self._log = log
        self._bays = bays
        self._mender = mender
        self._supply = supply
        self._clear_ms = clear_ms
        self._refill_ms = refill_ms
        self._tasks: list[Task] = []
        self._alarms: dict[str, str] = {}

    @property
    def alarms(self) -> dict[str, str]:
        """Standing alarms: code to detail."""
        return self._alarms

    @property
    def holds(self) -> bool:
        """An alarm stands that holds the machine."""
        return any(ALARMS[code] in {HOLD, ABORT} for code in self._alarms)

    @property
    def suspends(self) -> bool:
        """An alarm stands that suspends the machine."""
        return any(ALARMS[code] == SUSPEND for code in self._alarms)

    @property
    def bars(self) -> tuple[str, ...]:
        """Alarms with which the machine cannot be cleared after an Abort."""
        return tuple(code for code in self._alarms if ALARMS[code] == ABORT)

    @property
    def due(self) -> int | None:
        """When something gets done next."""
        over = self._mender.mishaps.due
        due = min((task.due for task in self._tasks), default=None) if self._tasks else None
        return due if over is None else over if due is None else min(due, over)

    def call(self, alarm: Alarm, now: int) -> None:
        """Raise an alarm; somebody will come."""
        code, detail, bay = alarm
        if code in self._alarms:
            return
        self._alarms[code] = detail
        self._log.write(ALARM_RAISED, fields={"code": code, "detail": detail})
        is_empty = code == ALARM_EMPTY
        wait = self._refill_ms if is_empty else self._clear_ms
        self._tasks.append(Task(self._mender.ready_at(code, now + wait), code, bay if is_empty else 0))

    def look_around(self, book: OrderBook, now: int) -> None:
        """Plan a refill for every low canister that no order needs; see that there is film."""
        if not self._supply.has_film and ALARM_FILM not in self._alarms:
            self._supply.film_event(OUT)
            self.call((ALARM_FILM, "", 0), now)
        planned = {task.bay for task in self._tasks}
        for canister in self._bays.low():
            if canister.bay not in planned and not _is_needed(book, canister.bay):
                self._tasks.append(Task(now + self._refill_ms, "", canister.bay))

    def work(self, book: OrderBook, now: int) -> None:
        """Do what is due. Orders that name the old fill of a refilled canister are interrupted."""
        for task in [task for task in self._tasks if task.due <= now]:
            self._tasks.remove(task)
            if task.bay and (task.code or not _is_needed(book, task.bay)):
                self._refill(task.bay, book, now)
            if task.key:
                self._mender.end(task.key)
            if task.code:
                self.clear(task.code)
        for one in self._mender.mishaps.over(now):
            self._mender.end(one.key)

    def clear(self, code: str) -> None:
        """Take an alarm away, and mend what is behind it."""
        if self._alarms.pop(code, None) is not None:
            self._mender.see_to(code)
            self._log.write(ALARM_CLEARED, fields={"code": code})

    def _refill(self, bay: int, book: OrderBook, now: int) -> None:
        if self._mender.refill(bay, self._supply.film, now):
            self._tasks.append(Task(now + self._refill_ms, "", 0, key_of(SWAPPED, bay)))
        for order in book.live:
            if order.names_bay(bay):
                book.interrupt(order)


def _is_needed(book: OrderBook, bay: int) -> bool:
    return any(order.names_bay(bay) for order in book.live)
