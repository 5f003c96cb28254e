"""Writes what changed in a packer's PackML nodes, and nothing else: a fleet has very many of them."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Final

from asyncua.ua.status_codes import StatusCodes
from asyncua.ua.uatypes import DataValue, LocalizedText, NodeId, StatusCode, UInt32, Variant, VariantType

from hal.wire import opcua as words
from hal.wire.words import ALARM_EMPTY, ALARM_TAKE_UP, ALARMS, STATE_NUMBERS, WARN
from simulator.machine import Machine
from simulator.packml import ACTING_MS, COMPLETED
from simulator.ports import packml_types as types
from simulator.ports.opcua_space import Space
from simulator.ports.packml_model import NUMBERS
from simulator.ports.packml_values import PackMLAlarmDataType, Values, alarm, counts
from simulator.tally import AlarmRecord, Count, Tally

_GOOD: Final = StatusCode(UInt32(StatusCodes.Good))
_NOT_ACTIVE: Final = StatusCode(UInt32(StatusCodes.BadStateNotActive))
NEVER: Final = datetime(1601, 1, 1, tzinfo=UTC)
"""The wire's own word for no date."""
Counts = tuple[tuple[str, int, int], ...]


@dataclass(frozen=True, slots=True)
class Snapshot:
    """How a machine stands."""

    state: str
    status: tuple[tuple[str, Variant], ...]
    interlocks: tuple[bool, ...]
    transitions: tuple[tuple[str, str] | None, ...]
    counts: tuple[tuple[str, Counts], ...]
    standing: tuple[AlarmRecord, ...]
    history: tuple[AlarmRecord, ...]
    stop_reason: AlarmRecord | None


def snapshot(machine: Machine) -> Snapshot:
    """Return how `machine` stands."""
    tally, unit, state = machine.unit.tally, machine.unit, machine.state
    is_acting = state in ACTING_MS
    interlocks = unit.interlocks
    status = {
        "UnitModeCurrent": Variant(unit.mode, VariantType.Int32),
        "CurMachSpeed": Variant(float(unit.speed) if state == "Execute" else 0.0, VariantType.Float),
        "MachSpeed": Variant(float(unit.speed), VariantType.Float),
        "EquipmentBlocked": Variant(ALARM_TAKE_UP in tally.standing, VariantType.Boolean),
        "EquipmentStarved": Variant(ALARM_EMPTY in tally.standing, VariantType.Boolean),
        "StateRequested": Variant(STATE_NUMBERS[COMPLETED[state] if is_acting else state], VariantType.Int32),
        "StateChangeInProcess": Variant(is_acting, VariantType.Boolean),
        "MaterialInterlocked": Variant(any(interlocks), VariantType.Boolean),
    }
    return Snapshot(
        state=state,
        status=tuple(status.items()),
        interlocks=interlocks,
        transitions=tuple(tally.transitions.get(level) for level in range(len(words.STATE_MACHINES))),
        counts=_counts(tally),
        standing=tuple(tally.standing.values()),
        history=tuple(tally.history),
        stop_reason=tally.stop_reason,
    )


def _counts(tally: Tally) -> tuple[tuple[str, Counts], ...]:
    def one(name: str, count: Count) -> tuple[str, int, int]:
        return name, count.now, count.ever

    consumed = (
        one("units from canisters", tally.units),
        one("quarters from tray cells", tally.quarters),
        one("pouches of film", tally.films),
    )
    return (
        ("ProdConsumedCount", consumed),
        ("ProdProcessedCount", (one("pouches", tally.closed),)),
        ("ProdDefectiveCount", (one("void pouches", tally.void),)),
    )


class PackmlShow:
    """Keeps PackML nodes of the packer in `space` current."""

    def __init__(self, space: Space) -> None:
        self._space = space
        self._values = Values(space.packml)
        self._written: dict[tuple[str, ...], object] = {}

    async def show(self, now: Snapshot) -> None:
        """Write what is different from last time."""
        if self._is_new(("state",), now.state):
            await self._show_state(now)
        for name, value in now.status:
            await self._write((words.STATUS, name), value.Value, partial(_same, value))
        await self._write(
            (words.STATUS, "MaterialInterlock"),
            now.interlocks,
            lambda: Variant(list(now.interlocks), VariantType.Boolean, is_array=True),
        )
        for name, numbers in now.counts:
            await self._write((words.ADMIN, name), numbers, partial(self._counted, numbers))
        await self._show_alarms(now)

    async def _show_alarms(self, now: Snapshot) -> None:
        warnings = tuple(one for one in now.standing if ALARMS.get(one.code) == WARN)
        alarms = tuple(one for one in now.standing if one not in warnings)
        for name, records in (("Alarm", alarms), ("Warning", warnings), ("AlarmHistory", now.history)):
            await self._write((words.ADMIN, name), records, partial(self._alarmed, records))
        reason = now.stop_reason
        await self._write(
            (words.ADMIN, "StopReason"),
            reason,
            lambda: Variant(
                self._values.pack([alarm(reason) if reason else PackMLAlarmDataType()])[0], VariantType.ExtensionObject
            ),
        )

    def structures(self, values: Iterable[object]) -> Variant:
        """Return an array of structures as a value."""
        packed = self._values.pack(values)
        return Variant(packed, VariantType.ExtensionObject, is_array=True)

    def _counted(self, named: Counts) -> Variant:
        return self.structures(counts(named))

    def _alarmed(self, records: Iterable[AlarmRecord]) -> Variant:
        return self.structures(map(alarm, records))

    def _is_new(self, place: tuple[str, ...], value: object) -> bool:
        is_new = place not in self._written or self._written[place] != value
        self._written[place] = value
        return is_new

    async def _write(self, place: tuple[str, ...], value: object, make: Callable[[], Variant]) -> None:
        if self._is_new(place, value):
            await self._space.write(make(), *place)

    async def _show_state(self, now: Snapshot) -> None:
        """Write CurrentState and LastTransition of all three state machines; an inactive one says BadStateNotActive."""
        for level, (path, nodes, name) in enumerate(
            zip(words.STATE_MACHINES, words.STATE_NODES, words.levels(now.state), strict=True)
        ):
            status = _GOOD if name is not None else _NOT_ACTIVE
            identity = NodeId() if name is None else self._space.model.id(nodes[name])
            number = 0 if name is None else NUMBERS[name]
            await self._show_one(path, "CurrentState", name or "", identity, number, status)
            last = now.transitions[level]
            if last is None:
                await self._show_one(path, words.LAST_TRANSITION, "", NodeId(), 0, status)
                moment = NEVER
            else:
                node = types.TRANSITIONS[level][last[0]].node
                identity = self._space.model.id(node)
                await self._show_one(path, words.LAST_TRANSITION, last[0], identity, node, status)
                moment = datetime.fromisoformat(last[1])
            value = DataValue(Variant(moment, VariantType.DateTime), StatusCode=status)
            await self._space.write(value, *path, words.LAST_TRANSITION, "TransitionTime")

    async def _show_one(
        self, path: tuple[str, ...], variable: str, name: str, identity: NodeId, number: int, status: StatusCode
    ) -> None:
        text = Variant(LocalizedText(name), VariantType.LocalizedText)
        await self._space.write(DataValue(text, StatusCode=status), *path, variable)
        for below, value in (
            ("Id", Variant(identity, VariantType.NodeId)),
            ("Number", Variant(number, VariantType.UInt32)),
        ):
            await self._space.write(DataValue(value, StatusCode=status), *path, variable, below)


def _same(value: Variant) -> Variant:
    return value
