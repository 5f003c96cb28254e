"""What ends a fault: a technician's hand, its time, or that it is taken back."""

from collections.abc import Mapping
from typing import Final

from hal.wire.words import (
    ALARM_BAY_EMPTY,
    ALARM_CUTTER,
    ALARM_DOOR,
    ALARM_EMERGENCY,
    ALARM_FILM,
    ALARM_HEATER,
    ALARM_JAM,
    ALARM_NO_DROP,
    ALARM_PRINT,
    ALARM_RIBBON,
    ALARM_SEAL,
    ALARM_SENSOR,
    ALARM_TAG,
    ALARM_TAKE_UP,
    ALARM_WRONG_CANISTER,
)
from simulator.canister import Bays
from simulator.dice import Dice
from simulator.faults import FaultProfile
from simulator.injection import Injection
from simulator.inspection import PRINT_FAULTS
from simulator.mishaps import Mishaps
from simulator.sensor import KINDS
from simulator.supply import Supply

MENDED: Final[Mapping[str, tuple[str, ...]]] = {
    ALARM_JAM: ("jam",),
    ALARM_NO_DROP: ("pill_stuck", "sensor_stuck_0", "sensor_dusty"),
    ALARM_SENSOR: KINDS,
    ALARM_SEAL: ("seal_cold",),
    ALARM_HEATER: ("heater_open", "heater_drift"),
    ALARM_PRINT: PRINT_FAULTS,
    ALARM_TAKE_UP: ("take_up_full",),
    ALARM_CUTTER: ("cutter",),
    ALARM_BAY_EMPTY: ("canister_pulled",),
    ALARM_WRONG_CANISTER: ("wrong_canister", "tag_cloned"),
    ALARM_TAG: ("tag_unreadable", "tag_cloned"),
    ALARM_DOOR: ("door_open",),
    ALARM_EMERGENCY: ("emergency_stop",),
}
"""Alarm code to the faults that are mended when somebody sees to it."""

UNREADABLE: Final = frozenset({"canister_pulled", "tag_unreadable", "tag_cloned"})
SWAPPED: Final = "wrong_canister"
_SWAP = 601
_MIX = 602
"""Purpose numbers of the draws."""
STRANGER: Final = "28100000099"
"""The product of a canister that nobody wanted, and of a fill that nobody scanned."""


class Mender:
    """Ends faults, and refills canisters as well as a human does."""

    def __init__(self, bays: Bays, supply: Supply, mishaps: Mishaps, profile: FaultProfile, dice: Dice) -> None:
        self._bays = bays
        self._supply = supply
        self._profile = profile
        self._dice = dice
        self.mishaps = mishaps

    def end(self, key: str) -> None:
        """Let a fault end, with what follows from it."""
        one = self.mishaps.active.get(key)
        if one is None:
            return
        self.mishaps.end(key)
        name, bay = one.injection.name, one.injection.number("bay")
        if name in UNREADABLE:
            self._bays.accept(bay)
        elif name == SWAPPED:
            self._bays.put_right(bay)

    def see_to(self, code: str) -> None:
        """Mend what an alarm stands for."""
        for name in MENDED.get(code, ()):
            for key in self.mishaps.keys(name):
                self.end(key)
        if code == ALARM_FILM:
            self._supply.new_roll()
        elif code == ALARM_RIBBON:
            self._supply.ribbon(is_new=True)

    def ready_at(self, code: str, soonest: int) -> int:
        """Return when somebody is done with an alarm: not before the faults behind it end by themselves."""
        active = self.mishaps.active.values()
        ends = [one.until for one in active if one.until and one.injection.name in MENDED.get(code, ())]
        return max(ends, default=soonest)

    def refill(self, bay: int, film: int, now: int) -> bool:
        """Fill a canister; tell whether it was put where another one belongs."""
        canister = self._bays.get(bay)
        if canister is None or canister.is_stranger:
            return False
        place = canister.fills * 1_000 + bay
        is_mixed_up = self._dice.unit(place, _MIX) < self._profile.refilled_wrong_per_refill
        self._bays.refill(bay, STRANGER if is_mixed_up else "")
        if self._dice.unit(place, _SWAP) >= self._profile.wrong_canister_per_refill:
            return False
        values: dict[str, int | str] = {"bay": bay, "canister": f"K{bay}-other", "product": STRANGER}
        self.swap(Injection(SWAPPED, values), film, now)
        return True

    def swap(self, injection: Injection, film: int, now: int) -> None:
        """Put another canister into a bay."""
        self.mishaps.put(injection, film, now)
        self._bays.replace(injection.number("bay"), injection.text("canister"), injection.text("product"))
