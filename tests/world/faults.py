"""Faults that are put into machines of a world by name: those that pass, or that somebody at the machine mends."""

from random import Random
from typing import Final

from simulator.injection import Injection, injection_of, taken_back

LOSSY: Final = frozenset({"nominal", "stress"})
"""Profiles in which something falls that no sensor sees: what is in a pouch is then not what anybody can know."""
_ONE_POUCH: Final = (
    "pill_stuck",
    "double_seen",
    "double_unseen",
    "jump",
    "broken_seen",
    "broken_unseen",
    "jam",
    "seal_cold",
    "heater_drift",
    "print_blank",
    "print_partial",
    "print_dead_dot",
    "cutter",
    "sensor_stuck_0",
    "sensor_stuck_1",
    "sensor_noisy",
    "sensor_dusty",
    "inspection_reject",
    "inspection_miss",
    "inspection_off_by_one",
    "inspection_reversed",
    "arm_travel",
)
_A_WHILE: Final = (
    "canister_pulled",
    "tag_unreadable",
    "heater_open",
    "take_up_full",
    "door_open",
    "emergency_stop",
    "slow_machine",
)
_AT_ONCE: Final = ("tray_shifted", "ribbon_out", "film_out", "film_splice", "clock_skew", "clock_back", "clock_dst")
_OF_A_BAY: Final = frozenset({"canister_pulled", "tag_unreadable"})
NAMES: Final = (*_ONE_POUCH, *_A_WHILE, *_AT_ONCE)


def drawn(dice: Random) -> Injection:
    """Return some fault, for one to three pouches or up to half a minute."""
    name = dice.choice(NAMES)
    values: dict[str, str] = {}
    if name in _ONE_POUCH:
        values["for_pouches"] = str(dice.randint(1, 3))
    if name in _A_WHILE:
        values["for_ms"] = str(dice.randrange(500, 30_000))
    if name in _OF_A_BAY:
        values["bay"] = str(dice.randint(1, 3))
    return injection_of(name, values)


def all_over() -> tuple[Injection, ...]:
    """Return what ends every fault that may stand."""
    return tuple(taken_back(name) for name in (*_ONE_POUCH, *_A_WHILE))
