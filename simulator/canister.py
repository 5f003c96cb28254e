"""Canisters in bays: what the tag reader and the counter say, and how many units there really are."""

from collections.abc import Iterable
from dataclasses import dataclass

from hal.wire.words import BAY_CHANGED
from simulator.dice import Dice
from simulator.logbook import Logbook
from simulator.spec import BaySpec

_DRIFT = 101
"""Purpose number of the draw for a fill's count error."""


@dataclass(slots=True)
class Canister:
    """A canister in its bay. `units` is the machine's count, `left` the truth; `fills` counts its fills."""

    bay: int
    canister: str
    fill: str
    product: str
    units: int
    left: int
    full: int
    fills: int = 1
    first_fill: str = ""

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
        }


class Bays:
    """All bays of a machine that hold a canister."""

    def __init__(self, log: Logbook, dice: Dice, drift: float, canisters: Iterable[Canister] = ()) -> None:
        self._log = log
        self._dice = dice
        self._drift = drift
        self._canisters = {one.bay: one for one in canisters}

    def get(self, bay: int) -> Canister | None:
        """Return the canister in a bay, if there is one."""
        return self._canisters.get(bay)

    def low(self) -> tuple[Canister, ...]:
        """Return the canisters that want a refill, by bay."""
        return tuple(one for _, one in sorted(self._canisters.items()) if one.is_low)

    def documents(self) -> list[dict[str, object]]:
        """Return the bays as the machine reports them, by number."""
        return [one.document() for _, one in sorted(self._canisters.items())]

    def set_up(self, specs: Iterable[BaySpec]) -> None:
        """Put in what the fleet file says where another canister or product (or none) was known before."""
        wanted = {spec.number: spec for spec in specs}
        for bay in sorted(self._canisters.keys() - wanted.keys()):
            del self._canisters[bay]
            empty = {"bay": bay, "canister": "", "fill": "", "product": "", "units": 0}
            self._log.write(BAY_CHANGED, fields=empty, beside={"bay": {"bay": bay}})
        for bay, spec in sorted(wanted.items()):
            known = self._canisters.get(bay)
            if known is None or (known.canister, known.product) != (spec.canister, spec.product):
                fresh = Canister(
                    bay, spec.canister, spec.fill, spec.product, spec.units, 0, max(1, spec.units), 1, spec.fill
                )
                self._canisters[bay] = fresh
                self._changed(fresh)

    def refill(self, bay: int) -> Canister:
        """Fill a canister to the brim under a new fill code; what was left in it is taken out."""
        canister = self._canisters[bay]
        canister.fills += 1
        canister.fill = f"{canister.first_fill}-{canister.fills}"
        canister.units = canister.full
        self._changed(canister)
        return canister

    def _changed(self, canister: Canister) -> None:
        # The technician counts a fill by weight: the count may be off, and nobody knows.
        spread = int(canister.units * self._drift)
        error = self._dice.between(-spread, spread, canister.fills * 1_000 + canister.bay, _DRIFT)
        canister.left = max(0, canister.units + error)
        fields = {
            "bay": canister.bay,
            "canister": canister.canister,
            "fill": canister.fill,
            "product": canister.product,
            "units": canister.units,
        }
        self._log.write(BAY_CHANGED, fields=fields, beside={"bay": canister.memo()})
