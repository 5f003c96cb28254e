"""What is done to a pouch when everything has fallen: seal, print, inspection, cut; each may find it spoiled."""

from dataclasses import dataclass
from typing import Final

from hal.wire.words import (
    ALARM_CUTTER,
    ALARM_FILM,
    ALARM_HEATER,
    ALARM_INSPECTION,
    ALARM_NO_DROP,
    ALARM_PRINT,
    ALARM_RIBBON,
    ALARM_SEAL,
    ALARM_TAKE_UP,
    INSPECTED,
    PRINTED,
    SEALED,
)
from simulator.canister import Bays
from simulator.dice import Dice
from simulator.faults import FaultProfile
from simulator.inspection import BLANK, PRINT_FAULTS, REJECT, Camera, readable
from simulator.logbook import Logbook
from simulator.mishaps import Mishaps
from simulator.orderbook import Order
from simulator.orders import QUARTERS, BayPick, PouchSpec
from simulator.pouch import Pouch
from simulator.sealer import LOWEST_DC, Sealer
from simulator.spec import MachineSpec
from simulator.supply import Supply

# Reasons of a void pouch.
MISCOUNT: Final = "miscount"
NO_DROP: Final = "no drop"
SEAL: Final = "seal temperature"
REJECTED: Final = "inspection reject"
UNREADABLE: Final = "print unreadable"
EMPTY: Final = "canister empty"
WRONG: Final = "canister not as ordered"
JAM: Final = "jam"
RIBBON: Final = "ribbon out"
SPLICED: Final = "film splice"

HELP: Final = {
    MISCOUNT: ALARM_NO_DROP,
    SEAL: ALARM_SEAL,
    REJECTED: ALARM_INSPECTION,
    UNREADABLE: ALARM_PRINT,
    SPLICED: ALARM_FILM,
}
"""Reason to the alarm with which the machine calls for help when pouch after pouch is spoiled."""

GOOD: Final = "good"

Alarm = tuple[str, str, int]
"""Alarm code, detail, and the bay it concerns (0 when none)."""
Found = tuple[str, Alarm | None]
"""Why the pouch is spoiled (empty: it is not), and the alarm when the machine cannot go on by itself."""

_FINE: Final[Found] = ("", None)


@dataclass(frozen=True, slots=True)
class Tools:
    """What a packer works with."""

    spec: MachineSpec
    log: Logbook
    bays: Bays
    sealer: Sealer
    supply: Supply
    mishaps: Mishaps
    profile: FaultProfile
    dice: Dice


class Finisher:
    """Finishes one pouch after another."""

    def __init__(self, tools: Tools) -> None:
        self._log = tools.log
        self._sealer = tools.sealer
        self._supply = tools.supply
        self._mishaps = tools.mishaps
        self._dice = tools.dice
        self._camera = Camera(tools.profile, tools.dice, tools.mishaps) if tools.spec.camera else None

    def seal(self, pouch: Pouch, now: int) -> Found:
        """Close the pouch with heat."""
        temperature = self._sealer.temperature(pouch.film, now)
        self._log.write(SEALED, pouch.order, pouch.number, {"film": pouch.shown, "temperature_dc": temperature})
        if temperature >= LOWEST_DC:
            return (SPLICED, None) if "film_splice" in pouch.faults else _FINE
        pouch.faults.append("seal_cold")
        failing = self._sealer.is_failing
        return SEAL, (ALARM_HEATER, f"{temperature} tenths of a degree", 0) if failing else None

    def print(self, spec: PouchSpec, pouch: Pouch) -> Found:
        """Print symbol and lines; the machine itself does not see how it came out."""
        if not self._supply.print():
            pouch.faults.append("ribbon_out")
            return RIBBON, (ALARM_RIBBON, f"film {pouch.shown}", 0)
        pouch.printed = GOOD
        if pouch.faults or self._mishaps.active:
            pouch.printed = self._printed(pouch)
        pouch.symbol = spec.symbol
        if pouch.printed != GOOD:
            pouch.symbol = readable(spec.symbol, pouch.printed, self._dice, pouch.film)
        fields = {"film": pouch.shown, "digest": spec.print_digest()}
        beside = {"symbol": pouch.symbol, "print": pouch.printed}
        self._log.write(PRINTED, pouch.order, pouch.number, fields, beside)
        return _FINE

    def _printed(self, pouch: Pouch) -> str:
        if BLANK in pouch.faults:
            return BLANK
        for name in PRINT_FAULTS:
            if self._mishaps.acts(name, pouch.film):
                pouch.faults.append(name)
                return name
        return GOOD

    def inspect(self, order: Order, spec: PouchSpec, pouch: Pouch) -> Found:
        """Let the camera look, if there is one."""
        if self._camera is None:
            return _FINE
        mirrored = ""
        if self._mishaps.active and order.pouches:
            mirrored = order.pouches[len(order.pouches) - 1 - min(order.closed, len(order.pouches) - 1)].symbol
        right = pouch.contents == ordered(spec)
        seen = self._camera.look(pouch.film, pouch.symbol, mirrored, right=right)
        pouch.faults += seen.faults
        fields = {"film": pouch.shown, "result": seen.result, "read": seen.read}
        self._log.write(INSPECTED, pouch.order, pouch.number, fields)
        if seen.result == REJECT:
            return REJECTED, None
        return (UNREADABLE, None) if not seen.read and spec.symbol else _FINE

    def cut(self, pouch: Pouch) -> Alarm | None:
        """Perforate the film behind the pouch and wind it up; what goes wrong here spoils no contents."""
        if self._mishaps.active and self._mishaps.once("cutter", pouch.film):
            pouch.faults.append("cutter")
            return ALARM_CUTTER, f"film {pouch.shown}", 0
        if "take_up_full" in pouch.faults:
            return ALARM_TAKE_UP, f"film {pouch.shown}", 0
        return None


def ordered(spec: PouchSpec) -> dict[str, int]:
    """Return what a pouch shall hold: product to quarter units."""
    contents: dict[str, int] = {}
    for pick in spec.picks:
        quarters = pick.units * QUARTERS if isinstance(pick, BayPick) else pick.quarters
        contents[pick.product] = contents.get(pick.product, 0) + quarters
    return contents
