"""What must be seen of each fault of the table, told from the table and the trade alone, not from what a run gave.

The table is the one of `docs/how-to/run-the-simulator.md`. A rule holds for any seed, any order and any moment.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

ANY: Final = 99
NONE: Final = (0, 0)
STATE_OF_ALARM: Final = {
    **dict.fromkeys(
        (
            "NO_DROP",
            "CANISTER_EMPTY",
            "JAM",
            "BAY_EMPTY",
            "WRONG_CANISTER_IN_BAY",
            "TAG_UNREADABLE",
            "INSPECTION_REJECT",
            "SEAL_TEMPERATURE",
            "HEATER",
            "RIBBON_OUT",
            "PRINT_UNREADABLE",
            "FILM_OUT",
            "CUTTER",
            "SENSOR",
        ),
        "Held",
    ),
    "TAKE_UP_FULL": "Suspended",
    "DOOR_OPEN": "Aborted",
    "EMERGENCY_STOP": "Aborted",
}
"""An inside cause holds, an outside cause suspends, a guard that is opened aborts."""


@dataclass(frozen=True, slots=True)
class Rule:
    """A fault put in with `values` between two pouches.

    `voids` are the least and most films that are void, each for one of the reasons `why`, while the camera sees every
    wrong content. `alarms` may be raised; with `calls` one of them must be. `slips` are the least and most pouches
    that are packed and wrong in truth when the camera sees no wrong content at all; with a camera that does there is
    never one. `doubted`: the machine packs, and the controller must not believe it. `whole`: the order is packed to its
    end. `first`: it is put in before the order is sent. `pouches`: how many at least, for what takes time to show.
    """

    name: str
    values: Mapping[str, int] = field(default_factory=dict)
    voids: tuple[int, int] = NONE
    why: tuple[str, ...] = ()
    alarms: tuple[str, ...] = ()
    calls: bool = False
    slips: tuple[int, int] = NONE
    doubted: bool = False
    whole: bool = True
    first: bool = False
    pouches: int = 4

    def __str__(self) -> str:
        """Name and values, as the name of a test."""
        return " ".join((self.name, *(f"{key}={value}" for key, value in self.values.items())))


def _called(name: str, alarm: str, why: str = "", *, whole: bool = True, **values: int) -> Rule:
    """A fault that stops the machine; the pouch in which it shows is void for the reason `why`, if there is one."""
    spoiled = ((1, 1), (why,)) if why else (NONE, ())
    return Rule(name, values, *spoiled, (alarm,), calls=True, whole=whole)


def _spoils(name: str, why: str, alarm: str, slips: int = 0, **values: int) -> tuple[Rule, ...]:
    """A fault that spoils film after film until the machine has tried three times and calls somebody."""
    two = tuple(
        Rule(name, {**values, "for_pouches": films}, (films, films), (why,), slips=(films * slips, films * slips))
        for films in (1, 2)
    )
    if slips:
        return two
    return (*two, Rule(name, {**values, "for_pouches": 3}, (3, 3), (why,), (alarm,), calls=True))


_OTHER: Final = "canister not as ordered"
_REJECT: Final = "inspection reject"

RULES: Final[tuple[Rule, ...]] = (
    # 1: the wheel turns up to three times more; a tablet that comes then is right, one that does not is never packed.
    *(Rule("pill_stuck", {"bay": 1, "turns": turns}) for turns in (1, 2, 3)),
    _called("pill_stuck", "NO_DROP", "no drop", bay=1, turns=4),
    # 2: what is counted is never packed over.
    *_spoils("double_seen", "miscount", "NO_DROP", bay=2),
    # 3: only the camera knows.
    *_spoils("double_unseen", _REJECT, "", slips=1, bay=1),
    # 4: one too few, then one too many; both are void, or both are wrong.
    Rule("jump", {"bay": 1}, (2, 2), (_REJECT,), slips=(2, 2)),
    # 5
    *_spoils("broken_seen", "miscount", "NO_DROP", bay=1),
    *_spoils("broken_unseen", _REJECT, "", slips=1, bay=1),
    # 6: the fill that the order was bound to is gone, so what is missing needs a new order.
    _called("canister_empty", "CANISTER_EMPTY", "canister empty", whole=False, bay=1),
    _called("count_drift", "CANISTER_EMPTY", "canister empty", whole=False, bay=2, units=5_000),
    # 7, 8, 9
    _called("jam", "JAM", "jam", bay=1),
    _called("jam", "JAM", "jam", bay=1, for_pouches=0),
    _called("canister_pulled", "BAY_EMPTY", _OTHER, bay=2),
    _called("wrong_canister", "WRONG_CANISTER_IN_BAY", _OTHER, bay=1),
    _called("tag_unreadable", "TAG_UNREADABLE", _OTHER, bay=2),
    _called("tag_cloned", "TAG_UNREADABLE", _OTHER, bay=2, like=1),
    # 10: nothing at the machine counts wrong, however long.
    Rule(
        "refilled_wrong",
        {"bay": 1},
        (3, ANY),
        (_REJECT,),
        ("INSPECTION_REJECT",),
        calls=True,
        slips=(1, ANY),
        whole=False,
    ),
    # 11
    Rule("tray_shifted", {}, (1, ANY), (_REJECT,), slips=(1, ANY), first=True),
    Rule("tray_wrong", {"cell": 3}, (1, 1), (_REJECT,), slips=(1, 1), first=True),
    # 12: a cold seal is never packed; the heater itself calls at once.
    *_spoils("seal_cold", "seal temperature", "SEAL_TEMPERATURE"),
    _called("heater_drift", "HEATER", "seal temperature", tenths=200),
    Rule("heater_open", {}, (1, 1), ("seal temperature",), ("HEATER",), calls=True, pouches=14),
    # 13: nobody gets a pouch that cannot be read.
    _called("ribbon_out", "RIBBON_OUT", "ribbon out"),
    *_spoils("print_blank", "print unreadable", "PRINT_UNREADABLE"),
    *_spoils("print_partial", "print unreadable", "PRINT_UNREADABLE"),
    Rule("print_dead_dot", {}, (0, ANY), ("print unreadable",), ("PRINT_UNREADABLE",), pouches=14),
    # 14: goes on at the pouch boundary.
    _called("film_out", "FILM_OUT"),
    Rule("film_splice", {}, (1, 1), ("film splice",)),
    Rule("roll_swapped"),
    # 15: says nothing of what lies in the pouches.
    _called("cutter", "CUTTER"),
    _called("take_up_full", "TAKE_UP_FULL", for_ms=20_000),
    # 16: what is in flight is void, and nothing goes on by itself.
    Rule("door_open", {"for_ms": 5_000}, (0, 1), ("door open",), ("DOOR_OPEN",), calls=True, whole=False),
    Rule(
        "emergency_stop", {"for_ms": 5_000}, (0, 1), ("emergency stop",), ("EMERGENCY_STOP",), calls=True, whole=False
    ),
    # 17: a sensor that misses a tablet makes the wheel turn again, and two lie where one was counted.
    _called("sensor_stuck_0", "NO_DROP", "no drop", bay=1),
    Rule("sensor_stuck_1", {"bay": 1}),
    Rule("sensor_noisy", {"bay": 1}, (0, ANY), ("miscount",), ("NO_DROP", "SENSOR"), pouches=10),
    Rule(
        "sensor_dusty",
        {"bay": 1, "per_mille": 80},
        (1, ANY),
        ("no drop", _REJECT),
        ("NO_DROP", "INSPECTION_REJECT"),
        calls=True,
        slips=(0, ANY),
        pouches=14,
    ),
    # 18: a right pouch may be thrown away, a wrong one needs a second fault.
    *_spoils("inspection_reject", _REJECT, "INSPECTION_REJECT"),
    Rule("inspection_miss"),
    # 19: only what was read from the print tells whose picture it is.
    Rule("inspection_off_by_one", {}, doubted=True),
    Rule("inspection_reversed", {"for_pouches": 10}, doubted=True),
    # 28, 29, 31: nothing about the pouches.
    Rule("second_controller"),
    Rule("film_counter_near_wrap", {"left": 2}),
    Rule("film_counter_reset"),
    Rule("slow_machine", {"per_cent": 400}),
    Rule("arm_travel", {"ms": 8_000}),
    Rule("cold_heater", {"ms": 360_000}, (0, 1), ("seal temperature",)),
    # 30, 32: the machine is no more what the order was made for.
    Rule("charset_narrow", whole=False),
    Rule("label_short", {"columns": 3}, whole=False),
    Rule("film_geometry", {"pouch_units": 1, "width_mm": 60}, whole=False),
)
"""Faults of the machine that may be put in between two pouches. Power, wire and clock have tests of their own."""
