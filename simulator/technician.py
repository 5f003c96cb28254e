"""The simulated human at the machine: clears alarms and refills canisters, after a while."""

from dataclasses import dataclass

from hal.wire.words import ALARM_CLEARED, ALARM_EMPTY, ALARM_RAISED
from simulator.canister import Bays
from simulator.logbook import Logbook
from simulator.orderbook import OrderBook
from simulator.packer import Alarm


@dataclass(frozen=True, slots=True)
class Task:
    """Something to do at `due` (virtual milliseconds): clear `code`, and refill `bay` unless it is 0."""

    due: int
    code: str
    bay: int


class Technician:
    """Standing alarms and what is being done about them."""

    def __init__(self, log: Logbook, bays: Bays, clear_ms: int, refill_ms: int) -> None:
        self._log = log
        self._bays = bays
        self._clear_ms = clear_ms
        self._refill_ms = refill_ms
        self._tasks: list[Task] = []
        self._alarms: dict[str, str] = {}

    @property
    def alarms(self) -> dict[str, str]:
        """Standing alarms: code to detail."""
        return self._alarms

    @property
    def due(self) -> int | None:
        """When something gets done next."""
        return min((task.due for task in self._tasks), default=None)

    def call(self, alarm: Alarm, now: int) -> None:
        """Raise an alarm; somebody will come."""
        code, detail, bay = alarm
        self._alarms[code] = detail
        self._log.write(ALARM_RAISED, fields={"code": code, "detail": detail})
        is_empty = code == ALARM_EMPTY
        wait = self._refill_ms if is_empty else self._clear_ms
        self._tasks.append(Task(now + wait, code, bay if is_empty else 0))

    def look_around(self, book: OrderBook, now: int) -> None:
        """Plan a refill for every low canister that no order needs."""
        planned = {task.bay for task in self._tasks}
        for canister in self._bays.low():
            if canister.bay not in planned and not _is_needed(book, canister.bay):
                self._tasks.append(Task(now + self._refill_ms, "", canister.bay))

    def work(self, book: OrderBook, now: int) -> None:
        """Do what is due. Orders that name the old fill of a refilled canister are interrupted."""
        for task in [task for task in self._tasks if task.due <= now]:
            self._tasks.remove(task)
            if task.bay and (task.code or not _is_needed(book, task.bay)):
                self._bays.refill(task.bay)
                for order in book.live:
                    if order.names_bay(task.bay):
                        book.interrupt(order)
            if task.code:
                self.clear(task.code)

    def clear(self, code: str) -> None:
        """Take an alarm away."""
        if self._alarms.pop(code, None) is not None:
            self._log.write(ALARM_CLEARED, fields={"code": code})


def _is_needed(book: OrderBook, bay: int) -> bool:
    return any(order.names_bay(bay) for order in book.live)
