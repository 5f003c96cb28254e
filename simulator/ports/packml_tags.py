"""PackML's tags and methods as tables (OPC 30050, NodeSet 1.01): numbers are node ids in the PackML namespace."""

from typing import Final, NamedTuple

from simulator.ports.packml_types import BOOLEAN, ENUMERATION, FLOAT, INT32, NODE_ID, STRING


class Tag(NamedTuple):
    """A variable of a type.

    `data_type` is a number of the base namespace or the name of a structure; `rank` is its array dimensions, 0 for
    none; `range_node` is the node of its EURange, 0 without one.
    """

    node: int
    data_type: int | str
    rank: int = 0
    mandatory: bool = False
    reference: str = "HasComponent"
    range_node: int = 0


STATUS_TAGS: Final = {
    "UnitModeCurrent": Tag(200, ENUMERATION, mandatory=True),
    "UnitSupportedModes": Tag(193, NODE_ID, mandatory=True, reference="HasProperty"),
    "CurMachSpeed": Tag(232, FLOAT, mandatory=True, range_node=233),
    "MachSpeed": Tag(219, FLOAT, mandatory=True, range_node=220),
    "EquipmentBlocked": Tag(211, BOOLEAN, mandatory=True),
    "EquipmentStarved": Tag(224, BOOLEAN, mandatory=True),
    "UnitModeRequested": Tag(192, BOOLEAN),
    "UnitModeChangeInProcess": Tag(201, BOOLEAN),
    "StateRequested": Tag(209, INT32),
    "StateChangeInProcess": Tag(210, BOOLEAN),
    "MaterialInterlock": Tag(237, BOOLEAN, rank=1, reference="HasInterlock"),
    "MaterialInterlocked": Tag(236, BOOLEAN),
    "Parameter": Tag(121, "PackMLDescriptorDataType", rank=1),
    "Product": Tag(122, "PackMLProductDataType", rank=1),
    "RemoteParameter": Tag(123, "PackMLRemoteInterfaceDataType", rank=1),
}
STATUS_TAGS_IN_BASE: Final = {
    "UnitModeCurrent": (225, 0),
    "UnitSupportedModes": (290, 0),
    "CurMachSpeed": (255, 256),
    "MachSpeed": (257, 258),
    "EquipmentBlocked": (274, 0),
    "EquipmentStarved": (275, 0),
}
"""The mandatory tags again, as PackMLBaseObjectType declares them: nodes of the tag and of its EURange."""
STATUS_IN_BASE: Final = 87
ADMIN_IN_BASE: Final = 73

ADMIN_TAGS: Final = {
    "Parameter": Tag(276, "PackMLDescriptorDataType", rank=1),
    "Alarm": Tag(238, "PackMLAlarmDataType", rank=1, reference="HasAlarm"),
    "AlarmExtent": Tag(239, INT32),
    "AlarmHistory": Tag(240, "PackMLAlarmDataType", rank=1, reference="HasAlarmHistory"),
    "AlarmHistoryExtent": Tag(241, INT32),
    "Warning": Tag(242, "PackMLAlarmDataType", rank=1, reference="HasWarning"),
    "WarningExtent": Tag(243, INT32),
    "StopReason": Tag(244, "PackMLAlarmDataType", reference="HasStopReason"),
    "StopReasonExtent": Tag(245, INT32),
    "ModeCurrentTime": Tag(246, INT32, rank=1),
    "ModeCumulativeTime": Tag(247, INT32, rank=1),
    "StateCurrentTime": Tag(248, INT32, rank=2),
    "StateCumulativeTime": Tag(249, INT32, rank=2),
    "ProdConsumedCount": Tag(124, "PackMLCountDataType", rank=1),
    "ProdProcessedCount": Tag(120, "PackMLCountDataType", rank=1),
    "ProdDefectiveCount": Tag(119, "PackMLCountDataType", rank=1),
    "AccTimeSinceReset": Tag(252, INT32),
    "MachDesignSpeed": Tag(253, FLOAT),
}

BASE_PROPERTIES: Final = {"TagID": Tag(218, STRING), "PackMLVersion": Tag(221, STRING)}
"""Optional properties of PackMLBaseObjectType."""


class Call(NamedTuple):
    """A method: its node, the node of its InputArguments, and those: (name, data type, is an array)."""

    node: int
    arguments_node: int
    arguments: tuple[tuple[str, int | str, bool], ...]
    mandatory: bool = True


START_ARGUMENTS: Final = Call(369, 342, (("Parameter", "PackMLDescriptorDataType", True),))
BASE_METHODS: Final = {
    "SetUnitMode": Call(362, 118, (("RequestedMode", INT32, False),)),
    "SetMachSpeed": Call(400, 348, (("RequestedMachineSpeed", FLOAT, False),)),
    "SetProduct": Call(401, 349, (("Product", "PackMLProductDataType", True),)),
    "SetParameter": Call(402, 352, (("Parameter", "PackMLDescriptorDataType", True),)),
    "RemoteCommand": Call(403, 350, (("RemoteInterface", "PackMLRemoteInterfaceDataType", True),), mandatory=False),
    "SetInterlock": Call(404, 351, (("InterlockId", INT32, False), ("State", BOOLEAN, False)), mandatory=False),
}
"""Methods of PackMLBaseObjectType."""
