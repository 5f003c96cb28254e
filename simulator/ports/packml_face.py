"""A packer's PackML instance: state machines, Status and Admin, built once and kept current."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Final

from asyncua.ua.uaprotocol_auto import Range
from asyncua.ua.uatypes import Int32, LocalizedText, NodeId, Variant, VariantType

from hal.wire import opcua as words
from simulator.machine import Machine
from simulator.ports import packml_tags as tags
from simulator.ports import packml_types as types
from simulator.ports.opcua_space import Method, Space
from simulator.ports.packml_model import EU_RANGE, FINITE_STATE, FINITE_TRANSITION, NODE_ID, RANGE, TEXT, UINT32
from simulator.ports.packml_show import NEVER
from simulator.ports.packml_values import PackMLAlarmDataType, Values
from simulator.spec import MachineSpec
from simulator.unit import SLOWEST

_STANDARD: Final = "ISA-TR88.00.02-2015"
_ALARM_EXTENT: Final = 16
_MS: Final = 1_000


def _boolean(value: object) -> Variant:
    return Variant(bool(value), VariantType.Boolean)


def _float(value: float) -> Variant:
    return Variant(float(value), VariantType.Float)


def _int32(value: int) -> Variant:
    return Variant(value, VariantType.Int32)


class PackmlFace:
    """PackML nodes of the packer in `space`."""

    def __init__(self, space: Space) -> None:
        self._space = space
        self._values = Values(space.packml)

    def build(self, spec: MachineSpec, commands: Callable[[str], Method], methods: Mapping[str, Method]) -> None:
        """Add everything; `commands` says what a command of the state machines does, `methods` the others' names."""
        space = self._space
        for name, value in (("TagID", spec.id), ("PackMLVersion", _STANDARD)):
            space.add_property(space.packml, Variant(value, VariantType.String), name)
        self._add_state_machines(commands)
        self._add_tags(spec)
        for name, method in methods.items():
            space.add_method(space.packml, method, space.model.arguments(tags.BASE_METHODS[name]), [], name)

    def _add_state_machines(self, commands: Callable[[str], Method]) -> None:
        space, model = self._space, self._space.model
        nobody = Variant(LocalizedText(""), VariantType.LocalizedText)
        no_id, no_number = Variant(NodeId(), VariantType.NodeId), Variant(0, VariantType.UInt32)
        for level, path in enumerate(words.STATE_MACHINES):
            space.add_object(space.packml, *path, of_type=model.id(types.STATE_MACHINE_TYPES[level]))
            for name, of_type in (("CurrentState", FINITE_STATE), (words.LAST_TRANSITION, FINITE_TRANSITION)):
                space.add_variable(0, nobody, *path, name, data_type=TEXT, of_type=of_type)
                space.add_property(0, no_id, *path, name, "Id", data_type=NODE_ID)
                space.add_property(0, no_number, *path, name, "Number", data_type=UINT32)
            moment = Variant(NEVER, VariantType.DateTime)
            space.add_property(0, moment, *path, words.LAST_TRANSITION, "TransitionTime")
            offered = (
                ("AvailableStates", words.STATE_NODES[level].values()),
                ("AvailableTransitions", words.TRANSITION_NODES[level]),
            )
            for name, numbers in offered:
                nodes = Variant([model.id(number) for number in numbers], VariantType.NodeId, is_array=True)
                space.add_variable(0, nodes, *path, name, data_type=NODE_ID)
            for command, where in words.COMMAND_LEVELS.items():
                if level in where:
                    inputs = model.arguments(tags.START_ARGUMENTS) if command == "Start" else []
                    space.add_method(space.packml, commands(command), inputs, [], *path, command)

    def _add_tags(self, spec: MachineSpec) -> None:
        space, model = self._space, self._space.model
        fastest = float(spec.pouches_per_minute)
        for parent, of_type, values in (
            (words.STATUS, types.STATUS_TYPE, self._first_status(fastest)),
            (words.ADMIN, types.ADMIN_TYPE, self._first_admin(fastest)),
        ):
            space.add_object(space.packml, parent, of_type=model.id(of_type))
            known = tags.STATUS_TAGS if parent == words.STATUS else tags.ADMIN_TAGS
            for name, value in values.items():
                tag = known[name]
                data_type = model.id(types.MODES) if name == "UnitModeCurrent" else model.data_type(tag.data_type)
                space.add_variable(
                    space.packml,
                    value,
                    parent,
                    name,
                    data_type=data_type,
                    of_type=model.type_of(tag),
                    reference=model.reference(tag.reference),
                )
                if tag.range_node:
                    span = Range(Low=0.0 if name == "CurMachSpeed" else float(SLOWEST), High=fastest)
                    place = (parent, name, EU_RANGE)
                    space.add_property(0, Variant(span, VariantType.ExtensionObject), *place, data_type=RANGE)

    def _first_status(self, fastest: float) -> dict[str, Variant]:
        no, structures = _boolean(value=False), Variant([], VariantType.ExtensionObject, is_array=True)
        return {
            "UnitModeCurrent": _int32(1),
            "UnitSupportedModes": Variant(self._space.model.id(types.MODES), VariantType.NodeId),
            "CurMachSpeed": _float(0.0),
            "MachSpeed": _float(fastest),
            "EquipmentBlocked": no,
            "EquipmentStarved": no,
            # A mode is changed at once or refused.
            "UnitModeRequested": no,
            "UnitModeChangeInProcess": no,
            "StateRequested": _int32(0),
            "StateChangeInProcess": no,
            "MaterialInterlock": Variant([], VariantType.Boolean, is_array=True),
            "MaterialInterlocked": no,
            "Parameter": structures,
            "Product": structures,
        }

    def _first_admin(self, fastest: float) -> dict[str, Variant]:
        structures = Variant([], VariantType.ExtensionObject, is_array=True)
        extents = dict.fromkeys(("AlarmExtent", "AlarmHistoryExtent", "WarningExtent"), _int32(_ALARM_EXTENT))
        seconds = Variant([], VariantType.Int32, is_array=True)
        table = Variant([[0]], VariantType.Int32, Dimensions=[Int32(1), Int32(1)], is_array=True)
        return {
            **dict.fromkeys(("Parameter", "Alarm", "AlarmHistory", "Warning"), structures),
            **dict.fromkeys(("ProdConsumedCount", "ProdProcessedCount", "ProdDefectiveCount"), structures),
            "StopReason": self._structure(PackMLAlarmDataType()),
            **extents,
            "StopReasonExtent": _int32(1),
            **dict.fromkeys(("ModeCurrentTime", "ModeCumulativeTime"), seconds),
            **dict.fromkeys(("StateCurrentTime", "StateCumulativeTime"), table),
            "AccTimeSinceReset": _int32(0),
            "MachDesignSpeed": _float(fastest),
        }

    def _structure(self, value: object) -> Variant:
        return Variant(self._values.pack([value])[0], VariantType.ExtensionObject)

    def compute_times(self, call: Callable[[Callable[[Machine], Variant]], Variant]) -> None:
        """Let the times, which pass all the time, be computed whenever somebody reads them."""
        for names, read in (
            (("ModeCurrentTime", "ModeCumulativeTime"), _mode_seconds),
            (("StateCurrentTime", "StateCumulativeTime"), _state_seconds),
            (("AccTimeSinceReset",), _seconds),
        ):
            for name in names:
                self._space.compute(partial(call, read), words.ADMIN, name)


def _mode_seconds(machine: Machine) -> Variant:
    return Variant(machine.unit.tally.mode_seconds(machine.now_ms), VariantType.Int32, is_array=True)


def _state_seconds(machine: Machine) -> Variant:
    rows = machine.unit.tally.seconds(machine.now_ms)
    return Variant(rows, VariantType.Int32, Dimensions=[Int32(len(rows)), Int32(len(rows[0]))], is_array=True)


def _seconds(machine: Machine) -> Variant:
    return Variant(machine.now_ms // _MS, VariantType.Int32)
