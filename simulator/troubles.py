"""Putting faults into a machine: what each does at once, and what the machine then is."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from hal.wire.words import ALARM_BAY_EMPTY, ALARM_DOOR, ALARM_EMERGENCY, ALARM_TAG, ALARM_TAKE_UP, WRONG_STATE
from simulator.canister import Bays, alter
from simulator.cycle import Cycle
from simulator.fence import Fence
from simulator.injection import Injection
from simulator.logbook import Logbook
from simulator.mending import SWAPPED, UNREADABLE, Mender
from simulator.mishaps import Mishaps
from simulator.orders import Reason
from simulator.sealer import Sealer
from simulator.spec import MachineSpec
from simulator.supply import Supply
from simulator.technician import Technician

_STOPS: Final = {"door_open": (ALARM_DOOR, "door open"), "emergency_stop": (ALARM_EMERGENCY, "emergency stop")}
_ALTERS: Final = frozenset({"canister_empty", "count_drift", "refilled_wrong"})
_HOUR: Final = 3_600
_CLOCKS: Final = {"clock_skew": 1, "clock_back": -1}
_YEAR: Final = "clock_wrong_year"
_NEEDS_BAY: Final = _ALTERS | UNREADABLE | {SWAPPED}


@dataclass(frozen=True, slots=True)
class Touched:
    """What faults may act on."""

    log: Logbook
    bays: Bays
    sealer: Sealer
    supply: Supply
    mishaps: Mishaps
    mender: Mender
    technician: Technician
    cycle: Cycle
    fence: Fence


class Troubles:
    """Begins and takes back faults."""

    def __init__(self, touched: Touched) -> None:
        self._on = touched

    def inject(self, injection: Injection) -> tuple[Reason, ...]:
        """Let a fault begin, or end when it is taken back; return why not."""
        name, bay = injection.name, injection.number("bay")
        if injection.fault.where != "machine":
            return ((WRONG_STATE, f"{name} acts on the {injection.fault.where}, not in the machine"),)
        on = self._on
        if injection.is_over:
            for key in on.mishaps.keys(name):
                on.mender.end(key)
            return ()
        named = [injection.number(key) for key in ("bay", "like") if key in injection.values]
        missing = [one for one in named if (one or name in _NEEDS_BAY) and on.bays.inside(one) is None]
        if missing or (name in UNREADABLE and bay in on.bays.refused):
            return ((WRONG_STATE, f"{name}: no canister to be seen in bay {(missing or [bay])[0]}"),)
        act = self._at_once(injection)
        if act is None:
            on.mishaps.put(injection, on.supply.film, on.cycle.now)
            self._follow(injection)
        else:
            act()
        return ()

    def restore(self) -> None:
        """Begin again after a power-up with what is still under way."""
        on = self._on
        for one in list(on.mishaps.active.values()):
            if one.injection.number("for_ms") or one.injection.name == SWAPPED:
                on.mender.end(one.key)
            elif one.injection.name in UNREADABLE:
                self._follow(one.injection)

    def _at_once(self, injection: Injection) -> Callable[[], object] | None:
        """Return what a fault does that does not last; None when it lasts."""
        on, number = self._on, injection.number
        ahead = on.fence.known.epoch + max(1, number("ahead"))
        acts: dict[str, Callable[[], object]] = {
            SWAPPED: lambda: on.mender.swap(injection, on.supply.film, on.cycle.now),
            "ribbon_out": lambda: on.supply.ribbon(is_new=False),
            "second_controller": lambda: on.fence.refusal(ahead),
            "film_counter_near_wrap": lambda: on.supply.near_wrap(number("left")),
            "film_counter_reset": lambda: on.supply.set_counter(0),
            "cold_heater": lambda: on.sealer.chill(on.cycle.now, number("ms")),
            **dict.fromkeys(_ALTERS, lambda: self._alter(injection)),
        }
        return acts.get(injection.name)

    def _alter(self, injection: Injection) -> None:
        canister = self._on.bays.inside(injection.number("bay"))
        if canister is not None:
            alter(canister, injection)
            self._on.log.note({"altered": injection.document()})

    def _follow(self, injection: Injection) -> None:
        """Do what follows at once from a fault that lasts."""
        on, name, bay = self._on, injection.name, injection.number("bay")
        if name in UNREADABLE:
            alarm = ALARM_BAY_EMPTY if name == "canister_pulled" else ALARM_TAG
            on.bays.refuse(bay, alarm, injection.number("like"))
        elif name == "heater_open":
            on.sealer.fail(on.cycle.now)
        elif name == "take_up_full":
            on.technician.call((ALARM_TAKE_UP, "", 0), on.cycle.now)
        elif name in _STOPS:
            code, reason = _STOPS[name]
            on.technician.call((code, "", 0), on.cycle.now)
            on.cycle.abort(reason)


def refitted(spec: MachineSpec, mishaps: Mishaps) -> MachineSpec:
    """Return what the machine is with the faults under way: other film, other characters, shorter lines."""
    film, charset, label = (mishaps.find(name) for name in ("film_geometry", "charset_narrow", "label_short"))
    if film is not None:
        width, units = film.injection.number("width_mm"), film.injection.number("pouch_units")
        spec = replace(spec, pouch_width_mm=width, pouch_units=max(1, units))
    if charset is not None:
        spec = replace(spec, charset=charset.injection.text("charset"))
    if label is not None:
        spec = replace(spec, print_columns=label.injection.number("columns"))
    return spec


def clock_error(mishaps: Mishaps, powered_up_at: datetime) -> timedelta:
    """Return how far the machine's clock is from the right one."""
    error = timedelta()
    for key, sign in _CLOCKS.items():
        one = mishaps.find(key)
        if one is not None:
            error += timedelta(seconds=sign * one.injection.number("seconds"))
    if mishaps.find("clock_dst"):
        error -= timedelta(seconds=_HOUR)
    wrong = mishaps.find(_YEAR)
    if wrong is not None:
        year = min(max(wrong.injection.number("year"), 1_970), 9_998)
        error += powered_up_at.replace(year=year, day=min(powered_up_at.day, 28)) - powered_up_at
    return error
