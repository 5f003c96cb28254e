"""Faults in a machine's order: what translation could tell the machine to drop, and from where."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Final

from dispenser.app.selftest.chance import Chance, one_of, pick, two_of
from dispenser.app.selftest.handles import (
    some_order,
    some_pick,
    with_ordered,
    with_packed,
    with_picks,
    with_pouch_order,
)
from dispenser.app.selftest.kind import Fault, Kind, Part, Seed
from dispenser.app.selftest.world import World
from dispenser.core.ids import ProductId
from dispenser.core.roll import HEADER_NUMBER
from hal.orders import BayPick, CellPick, Pick, PouchOrder

Altered = Callable[[Chance, World, Pick], Pick | None]
_ONCE: Final = ("C1", "C2")


def _is_bay(picked: Pick) -> bool:
    return isinstance(picked, BayPick)


def _is_cell(picked: Pick) -> bool:
    return isinstance(picked, CellPick)


def _altered(alter: Altered, fits: Callable[[Pick], bool], chance: Chance, world: World) -> Fault | None:
    found = some_pick(chance, world, fits)
    if found is None:
        return None
    packed, pouch, before = found
    now = alter(chance, world, before)
    return with_picks(world, packed, pouch, [now if one is before else one for one in pouch.picks]) if now else None


def _dropped(chance: Chance, world: World) -> Fault | None:
    found = some_pick(chance, world)
    if found is None:
        return None
    packed, pouch, lost = found
    return with_picks(world, packed, pouch, [one for one in pouch.picks if one is not lost])


def _doubled(chance: Chance, world: World) -> Fault | None:
    found = some_pick(chance, world)
    return with_picks(world, found[0], found[1], (*found[1].picks, found[2])) if found else None


def _off(by: Callable[[Chance, int], int], chance: Chance, _: World, before: Pick) -> Pick:
    if isinstance(before, BayPick):
        return replace(before, units=by(chance, before.units))
    return replace(before, quarters=by(chance, before.quarters))


def _one_off(chance: Chance, count: int) -> int:
    return count + pick(chance, (-1, 1))


def _none(_: Chance, __: int) -> int:
    return 0


def _negative(_: Chance, count: int) -> int:
    return -count


def _other_canister(chance: Chance, world: World, before: Pick) -> Pick | None:
    """Drop from a canister of another product, and name the right product all the same."""
    found = one_of(chance, [one for one in world.stock.canisters if one.product_id != before.product])
    if found is None or not isinstance(before, BayPick):
        return None
    return replace(before, bay=found.bay, canister_id=found.canister_id, fill_code=found.fill_code)


def _other_bay(chance: Chance, world: World, before: Pick) -> Pick | None:
    bays = [one.bay for one in world.stock.canisters] + [0, 99]
    if not isinstance(before, BayPick):
        return None
    return replace(before, bay=pick(chance, [bay for bay in bays if bay != before.bay]))


def _old_fill(_: Chance, __: World, before: Pick) -> Pick | None:
    return replace(before, fill_code=f"{before.fill_code}-old") if isinstance(before, BayPick) else None


def _strange_canister(_: Chance, __: World, before: Pick) -> Pick | None:
    return replace(before, canister_id=f"{before.canister_id}X") if isinstance(before, BayPick) else None


def _other_product(chance: Chance, world: World, before: Pick) -> Pick:
    products = sorted(set(world.catalogue.products) - {ProductId(before.product)})
    return replace(before, product=str(pick(chance, products)))


def _unknown_product(chance: Chance, _: World, before: Pick) -> Pick:
    return replace(before, product=f"2810{chance.randrange(10**7):07d}")


def _unknown_cell(chance: Chance, world: World, before: Pick) -> Pick | None:
    cell = pick(chance, (0, -1, world.stock.tray_cells + 1))
    return replace(before, cell=cell) if isinstance(before, CellPick) else None


def _cell_reused(chance: Chance, world: World) -> Fault | None:
    """Let two pouches of one order empty one cell."""
    packed = pick(chance, world.packed)
    found = two_of(
        chance, [(pouch, one) for pouch in packed.order.pouches for one in pouch.picks if isinstance(one, CellPick)]
    )
    if found is None:
        return None
    (pouch, before), (_, other) = found
    now = replace(before, cell=other.cell)
    return with_picks(world, packed, pouch, [now if one is before else one for one in pouch.picks])


def _from_bay(chance: Chance, world: World) -> Fault | None:
    """Drop from a canister what must be filled by hand: somebody has put it into one."""
    products = world.catalogue.products
    found = some_pick(chance, world, lambda one: products[ProductId(one.product)].tray_only)
    if found is None:
        return None
    packed, pouch, before = found
    canister = replace(world.stock.canisters[0], product_id=ProductId(before.product))
    if not isinstance(before, CellPick) or before.quarters % 4:
        return None
    now = BayPick(canister.bay, canister.canister_id, canister.fill_code, before.product, before.quarters // 4)
    changed = with_picks(world, packed, pouch, [now if one is before else one for one in pouch.picks]).world
    return Fault(replace(changed, stock=replace(world.stock, canisters=(canister, *world.stock.canisters[1:]))))


def _overdrawn(chance: Chance, world: World) -> Fault | None:
    """Let a canister hold one unit less than an order takes from it."""
    packed = pick(chance, world.packed)
    drawn: dict[int, int] = {}
    for pouch in packed.order.pouches:
        for one in pouch.picks:
            if isinstance(one, BayPick):
                drawn[one.bay] = drawn.get(one.bay, 0) + one.units
    bay = pick(chance, sorted(drawn))
    canisters = tuple(replace(one, units=drawn[bay] - 1) if one.bay == bay else one for one in world.stock.canisters)
    return Fault(replace(world, stock=replace(world.stock, canisters=canisters)))


def _too_small(chance: Chance, world: World) -> Fault | None:
    """Send an order to a machine whose pouches are smaller than the batch was planned for."""
    fewer, smaller = replace(world.stock, pouch_units=1), replace(world.stock, pouch_volume_mm3=200)
    return Fault(replace(world, stock=pick(chance, (fewer, smaller))))


def _swapped(chance: Chance, world: World) -> Fault | None:
    """Swap the picks of two pouches of one order; pouches that hold the same may be swapped."""
    packed = pick(chance, world.packed)
    found = two_of(chance, packed.order.pouches)
    if found is None:
        return None
    one, other = found
    if _amounts(one) == _amounts(other):
        return None
    now = {one: replace(one, picks=other.picks), other: replace(other, picks=one.picks)}
    return with_ordered(world, packed, [now.get(pouch, pouch) for pouch in packed.order.pouches])


def _amounts(pouch: PouchOrder) -> list[tuple[str, int]]:
    return sorted((one.product, one.units * 4 if isinstance(one, BayPick) else one.quarters) for one in pouch.picks)


def _twice(chance: Chance, world: World) -> Fault | None:
    found = some_order(chance, world)
    return with_ordered(world, found[0], (*found[0].order.pouches, found[1])) if found else None


def _out_of_order(chance: Chance, world: World) -> Fault | None:
    packed = pick(chance, world.packed)
    found = two_of(chance, range(len(packed.order.pouches)))
    if found is None:
        return None
    pouches = list(packed.order.pouches)
    one, other = found
    pouches[one], pouches[other] = pouches[other], pouches[one]
    return with_ordered(world, packed, pouches)


def _strange(chance: Chance, world: World) -> Fault | None:
    """Order a pouch that the roll does not have."""
    packed = pick(chance, world.packed)
    last = packed.order.pouches[-1]
    return with_ordered(world, packed, (*packed.order.pouches, replace(last, number=last.number + 1)))


def _full_header(chance: Chance, world: World) -> Fault | None:
    found = some_order(chance, world, lambda pouch: pouch.number != HEADER_NUMBER)
    if found is None:
        return None
    packed, pouch = found
    header = packed.order.pouches[0]
    return with_pouch_order(world, packed, header, replace(header, picks=pouch.picks))


def _nothing(chance: Chance, world: World) -> Fault | None:
    return with_ordered(world, pick(chance, world.packed), ())


def _other_citizens(_: Chance, world: World) -> Fault | None:
    """Send a citizen's order for the roll of another."""
    one, other = world.packed
    return with_packed(world, one, replace(one, order=other.order))


def _kind(name: str, what: str, seed: Seed, *checks: str) -> Kind:
    return Kind(name, what, Part.ORDERS, checks or _ONCE, seed)


def _pick(name: str, what: str, alter: Altered, *checks: str, fits: Callable[[Pick], bool] = lambda _: True) -> Kind:
    return _kind(name, what, partial(_altered, alter, fits), *checks)


KINDS: Final = (
    _kind("pick-dropped", "a pick is missing from an order", _dropped),
    _kind("pick-doubled", "a pick is in an order twice", _doubled),
    _pick("count-off", "a pick is one unit or quarter off", partial(_off, _one_off)),
    _pick("count-zero", "a pick drops nothing", partial(_off, _none), "C12"),
    _pick("count-negative", "a pick drops less than nothing", partial(_off, _negative), "C12"),
    _pick("canister-swapped", "a pick is from a canister of another product", _other_canister, "C8", fits=_is_bay),
    _pick("bay-swapped", "a pick is from another bay", _other_bay, "C8", fits=_is_bay),
    _pick("fill-old", "a pick is from a fill that is no longer in its canister", _old_fill, "C8", fits=_is_bay),
    _pick("canister-strange", "a pick is from a canister that is not there", _strange_canister, "C8", fits=_is_bay),
    _pick("pick-of-other-product", "a pick says another product", _other_product),
    _pick("pick-of-unknown-product", "a pick says a product that nobody knows", _unknown_product, "C8"),
    _pick("cell-unknown", "a pick is from a cell that the tray does not have", _unknown_cell, "C8", fits=_is_cell),
    _kind("cell-reused", "two pouches empty one cell", _cell_reused, "C2"),
    _kind("hand-filled-from-bay", "what must be filled by hand comes from a canister", _from_bay, "C11"),
    _kind("canister-overdrawn", "an order takes more than a canister holds", _overdrawn, "C13"),
    _kind("pouch-too-small", "the machine's pouches are smaller than planned for", _too_small, "C13"),
    _kind("picks-swapped", "two pouches of an order have each other's picks", _swapped),
    _kind("pouch-ordered-twice", "a pouch is in an order twice", _twice, "C2"),
    _kind("order-out-of-order", "two pouches of an order have changed places", _out_of_order, "C2"),
    _kind("pouch-not-in-roll", "an order has a pouch that the roll does not have", _strange, "C2"),
    _kind("header-not-empty", "the header pouch is told to hold medicine", _full_header, "C2"),
    _kind("nothing-ordered", "an order has no pouches", _nothing, "C2"),
    _kind("other-citizens-order", "an order is another citizen's", _other_citizens, "C1", "C3"),
)
