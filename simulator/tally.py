"""What PackML's Admin shows: counts, times and alarms, heard from the journal as it is written."""

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from hal.wire import opcua
from hal.wire.words import (
    ABORT,
    ALARM_CLEARED,
    ALARM_RAISED,
    ALARMS,
    DROPPED,
    HOLD,
    MODE_CHANGED,
    POUCH_CLOSED,
    POUCH_STARTED,
    POWER_UP,
    PRODUCE,
    STATE_CHANGED,
    STATE_NUMBERS,
    VOID,
)
from simulator.packml import POWER_UP_STATE

_MS: Final = 1_000
_MODES: Final = 4
_STATES: Final = len(STATE_NUMBERS) + 1
_HISTORY: Final = 16


@dataclass(slots=True)
class Count:
    """A count since power-up and since the machine was made."""

    now: int = 0
    ever: int = 0

    def add(self, many: int) -> None:
        """Count `many` more."""
        self.now += many
        self.ever += many


@dataclass(frozen=True, slots=True)
class AlarmRecord:
    """An alarm with the moments (ISO 8601, the machine's clock) when it was raised and, empty before, cleared."""

    code: str
    detail: str
    raised: str
    cleared: str = ""


@dataclass(slots=True)
class Tally:
    """Hears every journal entry; times are virtual milliseconds since power-up."""

    units: Count = field(default_factory=Count)
    """Whole units that fell from canisters, as counted."""
    quarters: Count = field(default_factory=Count)
    """Quarters that fell from tray cells."""
    films: Count = field(default_factory=Count)
    """Pouches that film was fed for."""
    closed: Count = field(default_factory=Count)
    void: Count = field(default_factory=Count)
    standing: dict[str, AlarmRecord] = field(default_factory=dict)
    history: deque[AlarmRecord] = field(default_factory=lambda: deque(maxlen=_HISTORY))
    stop_reason: AlarmRecord | None = None
    """What the machine stopped for last; None once it is reset."""
    transitions: dict[int, tuple[str, str]] = field(default_factory=dict)
    """Nested state machine (0 the outermost) to its last transition since power-up, and when that was."""
    _spent: dict[tuple[int, int], int] = field(default_factory=dict)
    _mode: int = PRODUCE
    _state: int = STATE_NUMBERS[POWER_UP_STATE]
    _since: int = 0

    def hear(self, kind: str, fields: Mapping[str, object], now_ms: int, at: str) -> None:
        """Take in a journal entry."""
        if kind == DROPPED:
            (self.units if "bay" in fields else self.quarters).add(_whole(fields["counted"]))
        elif kind == POUCH_STARTED:
            self.films.add(1)
        elif kind == POUCH_CLOSED:
            self.closed.add(1)
            self.void.add(fields["outcome"] == VOID)
        elif kind == STATE_CHANGED:
            self._spend(now_ms)
            self._move(str(fields["from"]), str(fields["to"]), at)
        elif kind == MODE_CHANGED:
            self._spend(now_ms)
            self._mode = _whole(fields["to"])
        elif kind in {ALARM_RAISED, ALARM_CLEARED}:
            self._alarm(kind, fields, at)
        elif kind == POWER_UP:
            self._power_up()

    def _move(self, origin: str, target: str, at: str) -> None:
        self._state = STATE_NUMBERS[target]
        if target == "Resetting":
            self.stop_reason = None
        for level, (old, new) in enumerate(zip(opcua.levels(origin), opcua.levels(target), strict=True)):
            if old is not None and new is not None and old != new:
                self.transitions[level] = f"{old}To{new}", at

    def _alarm(self, kind: str, fields: Mapping[str, object], at: str) -> None:
        code = str(fields["code"])
        if kind == ALARM_RAISED:
            record = AlarmRecord(code, str(fields["detail"]), at)
            self.standing[code] = record
            if ALARMS.get(code) in {HOLD, ABORT}:
                self.stop_reason = record
        elif (raised := self.standing.pop(code, None)) is not None:
            self.history.append(AlarmRecord(code, raised.detail, raised.raised, at))

    def _power_up(self) -> None:
        for count in (self.units, self.quarters, self.films, self.closed, self.void):
            count.now = 0
        self.standing.clear()
        self.history.clear()
        self.transitions.clear()
        self.stop_reason = None
        self._spent.clear()
        self._state = STATE_NUMBERS[POWER_UP_STATE]
        self._since = 0

    def _spend(self, now_ms: int) -> None:
        place = self._mode, self._state
        self._spent[place] = self._spent.get(place, 0) + now_ms - self._since
        self._since = now_ms

    def seconds(self, now_ms: int) -> list[list[int]]:
        """Return the seconds since power-up in each mode (row) and state (column), each at its PackML number."""
        self._spend(now_ms)
        return [[self._spent.get((mode, state), 0) // _MS for state in range(_STATES)] for mode in range(_MODES)]

    def mode_seconds(self, now_ms: int) -> list[int]:
        """Return the seconds since power-up in each mode, at its PackML number."""
        self._spend(now_ms)
        return [sum(spent for (one, _), spent in self._spent.items() if one == mode) // _MS for mode in range(_MODES)]


def _whole(value: object) -> int:
    if type(value) is not int:
        message = f"not a whole number: {value!r}"
        raise TypeError(message)
    return value
