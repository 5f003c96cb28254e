"""Canisters in bays: what the tag reader and the counter say, and how many units there really are."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from hal.wire.words import ALARM_BAY_EMPTY, ALARM_WRONG_CANISTER, BAY_CHANGED
from simulator.dice import Dice
from simulator.injection import Injection
from simulator.logbook import Logbook
from simulator.spec import BaySpec

_DRIFT = 101
"""Purpose number of the draw for a fill's count error."""


@dataclass(slots=True)
class Canister:
    """A canister in its bay. `units` is the machine's count, `left` the truth; `fills` counts its fills.

    `really` is the product that is in it when that is not what the tag says (empty: it is); `is_stranger`: it sits
    where another one belongs.
    """

    bay: int
    canister: str
    fill: str
    product: str
    units: int
    left: int
    full: int
    fills: int = 1
    first_fill: str = ""
    really: str = ""
    is_stranger: bool = False

    @property
    def falls(self) -> str:
        """The product that falls out of it."""
        return self.really or self.product

    @property
    def is_low(self) -> bool:
        """A quarter of a full canister or less is left, as counted."""
        return self.units * 4 <= self.full

    def document(self) -> dict[str, object]:
        """Return the bay as the machine reports it."""
        return {
            "number": self.bay,
            "canister_id": self.canister,
            "fill_code": self.fill,
            "product": self.product,
            "units": self.units,
        }

    def memo(self) -> dict[str, object]:
        """Return everything that must survive a power cut."""
        return {
            "bay": self.bay,
            "canister": self.canister,
            "fill": self.fill,
            "product": self.product,
            "units": self.units,
            "left": self.left,
            "full": self.full,
            "fills": self.fills,
            "first_fill": self.first_fill,
            "really": self.really,
            "is_stranger": self.is_stranger,
        }


class Bays:
    """All bays of a machine that hold a canister, as its tag reader sees them.

    `aside` are canisters whose place a stranger has taken; `refused` maps a bay to the alarm that says why nothing is
    taken from it: pulled, tag unreadable, or the tag of another bay.
    """

    def __init__(
        self, log: Logbook, dice: Dice, drift: float, canisters: Iterable[Canister] = (), aside: Iterable[Canister] = ()
    ) -> None:
        self._log = log
        self._dice = dice
        self._drift = drift
        self._canisters = {one.bay: one for one in canisters}
        self._aside = {one.bay: one for one in aside}
        self.refused: dict[int, str] = {}
        self._cloned: dict[int, int] = {}

    def get(self, bay: int) -> Canister | None:
        """Return the canister that may be used in a bay, if there is one."""
        return None if bay in self.refused else self._canisters.get(bay)

    def inside(self, bay: int) -> Canister | None:
        """Return the canister that is in a bay in truth, whatever its tag says."""
        return self._canisters.get(bay)

    def why_not(self, bay: int) -> str:
        """Return the alarm of a bay whose canister is not the one ordered."""
        return self.refused.get(bay, ALARM_WRONG_CANISTER if bay in self._canisters else ALARM_BAY_EMPTY)

    def low(self) -> tuple[Canister, ...]:
        """Return the canisters that want a refill, by bay."""
        return tuple(
            one
            for bay, one in sorted(self._canisters.items())
            if one.is_low and not one.is_stranger and bay not in self.refused
        )

    def documents(self) -> list[dict[str, object]]:
        """Return the bays as the machine reports them, by number; those with no readable tag are left out."""
        shown = []
        for bay, one in sorted(self._canisters.items()):
            like = self._canisters.get(self._cloned.get(bay, 0))
            if like is not None:
                shown.append({**like.document(), "number": bay})
            elif bay not in self.refused or bay in self._cloned.values():
                shown.append(one.document())
        return shown

    def set_up(self, specs: Iterable[BaySpec]) -> None:
        """Put in what the fleet file says where another canister or product (or none) was known before."""
        for bay in sorted(self._aside):
            self.put_right(bay)
        wanted = {spec.number: spec for spec in specs}
        for bay in sorted(self._canisters.keys() - wanted.keys()):
            del self._canisters[bay]
            self._gone(bay, {"bay": {"bay": bay}})
        for bay, spec in sorted(wanted.items()):
            known = self._canisters.get(bay)
            if known is None or (known.canister, known.product) != (spec.canister, spec.product):
                fresh = Canister(
                    bay, spec.canister, spec.fill, spec.product, spec.units, 0, max(1, spec.units), 1, spec.fill
                )
                self._canisters[bay] = fresh
                self._changed(fresh)

    def refill(self, bay: int, really: str = "") -> Canister | None:
        """Fill a canister to the brim under a new fill code, if it is there; what was left in it is taken out.

        `really` is what goes in when that is not the product of the tag.
        """
        canister = self.get(bay)
        if canister is None or canister.is_stranger:
            return None
        canister.fills += 1
        canister.fill = f"{canister.first_fill}-{canister.fills}"
        canister.units = canister.full
        canister.really = really
        self._changed(canister)
        return canister

    def refuse(self, bay: int, alarm: str, like: int = 0) -> None:
        """Take nothing from a bay any more: its tag cannot be read, or is that of the bay `like`."""
        self.refused[bay] = alarm
        twin = self._canisters.get(like)
        if twin is None:
            self._gone(bay, None)
            return
        self._cloned[bay] = like
        self.refused[like] = alarm
        self._write({**twin.document(), "number": bay}, None)

    def accept(self, bay: int) -> None:
        """Take from a bay again, its tag being read as it is."""
        for one in (bay, self._cloned.pop(bay, bay)):
            self.refused.pop(one, None)
        canister = self._canisters.get(bay)
        if canister is not None:
            self._write(canister.document(), None)

    def replace(self, bay: int, canister: str, product: str) -> None:
        """Put another canister with another product into a bay."""
        there = self._canisters.get(bay)
        if there is None or there.is_stranger:
            return
        self._aside[bay] = there
        stranger = Canister(bay, canister, f"{canister}-1", product, there.full, 0, there.full, is_stranger=True)
        self._canisters[bay] = stranger
        self._changed(stranger)

    def put_right(self, bay: int) -> None:
        """Put the canister back that belongs into a bay."""
        back = self._aside.pop(bay, None)
        if back is not None:
            self._canisters[bay] = back
            self._write(back.document(), {"bay": back.memo()})

    def _changed(self, canister: Canister) -> None:
        # The technician counts a fill by weight: the count may be off, and nobody knows.
        spread = int(canister.units * self._drift)
        error = self._dice.between(-spread, spread, canister.fills * 1_000 + canister.bay, _DRIFT)
        canister.left = max(0, canister.units + error)
        self._write(canister.document(), {"bay": canister.memo()})

    def _gone(self, bay: int, beside: dict[str, object] | None) -> None:
        self._write({"number": bay, "canister_id": "", "fill_code": "", "product": "", "units": 0}, beside)

    def _write(self, document: Mapping[str, object], beside: dict[str, object] | None) -> None:
        fields = {
            "bay": document["number"],
            "canister": document["canister_id"],
            "fill": document["fill_code"],
            "product": document["product"],
            "units": document["units"],
        }
        self._log.write(BAY_CHANGED, fields=fields, beside=beside)


def alter(canister: Canister, injection: Injection) -> None:
    """Do to the truth of a canister what a fault says at once, here and when the log is read again."""
    if injection.name == "canister_empty":
        canister.left = 0
    elif injection.name == "count_drift":
        canister.left = max(0, canister.left - injection.number("units"))
    elif injection.name == "refilled_wrong":
        canister.really = injection.text("product")
