"""Faults of the checks themselves: what a check cannot read must stop everything, not pass in silence."""

from collections.abc import Callable
from dataclasses import replace
from typing import Final, cast

from dispenser.app.selftest.chance import Chance, pick
from dispenser.app.selftest.handles import some_order, with_pouch_order
from dispenser.app.selftest.kind import Fault, Kind, Part
from dispenser.app.selftest.world import World
from dispenser.core.ids import ProductId
from dispenser.core.product import Catalogue, Product

_S9: Final = ("S9",)


class _Unreadable(dict[ProductId, Product]):
    """Products of a catalogue that cannot be read any more."""

    def __init__(self, products: dict[ProductId, Product], error: Callable[[str], Exception]) -> None:
        super().__init__(products)
        self._error = error

    def get(self, key: ProductId, default: object = None) -> Product | None:  # type: ignore[override]  # narrower
        del default
        raise self._error(str(key))

    def __getitem__(self, key: ProductId) -> Product:
        raise self._error(str(key))


def _unreadable(chance: Chance, catalogue: Catalogue) -> Catalogue:
    error = pick(chance, (ValueError, LookupError, TypeError, ArithmeticError, AttributeError, RecursionError))
    return replace(catalogue, products=_Unreadable(dict(catalogue.products), error))


def _catalogue(chance: Chance, world: World) -> Fault | None:
    return Fault(replace(world, catalogue=_unreadable(chance, world.catalogue)))


def _finished(chance: Chance, world: World) -> Fault | None:
    finished = replace(world.finished, catalogue=_unreadable(chance, world.finished.catalogue))
    return Fault(replace(world, finished=finished))


def _label(chance: Chance, world: World) -> Fault | None:
    """Let a printed line be no text."""
    found = some_order(chance, world)
    if found is None:
        return None
    packed, pouch = found
    return with_pouch_order(world, packed, pouch, replace(pouch, lines=(*pouch.lines, cast("str", None))))


def _kind(part: Part, name: str, what: str, seed: Callable[[Chance, World], Fault | None] = _catalogue) -> Kind:
    return Kind(name, what, part, _S9, seed)


KINDS: Final = (
    _kind(Part.PLANS, "check-of-plan-fails", "the check of a plan cannot read the catalogue"),
    _kind(Part.BATCH, "check-of-batch-fails", "the check of a batch cannot read the catalogue"),
    _kind(Part.CANISTER, "check-of-fill-fails", "the check of a fill cannot read the catalogue"),
    _kind(Part.ORDERS, "check-of-order-fails", "the check of an order cannot read the catalogue"),
    _kind(Part.EVIDENCE, "check-of-pouch-fails", "the check of a pouch cannot read its label", _label),
    _kind(Part.FINISHED, "check-of-packed-batch-fails", "the proof of a batch cannot read the catalogue", _finished),
)
