"""Faults of what lies in canisters and hand stock when an order draws on it, and when pouches have come out of it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Final

from dispenser.app.selftest.chance import Chance, one_of, pick
from dispenser.app.selftest.handles import with_packed
from dispenser.app.selftest.kind import Fault, Kind, Part, Seed
from dispenser.app.selftest.packed import Packed
from dispenser.app.selftest.world import World
from dispenser.core.fills import LONGEST_OUTSIDE_DAYS, Fill, FillName, KnownFills, LotNotice, LotState, lots_of
from dispenser.core.ids import ProductId
from hal.journal import JournalEntry
from hal.orders import BayPick, CellPick
from hal.wire import words

Altered = Callable[[Chance, World, Fill], Fill]
_DAY: Final = timedelta(days=1)


def _drawn(world: World) -> list[FillName]:
    """Return the canisters' fills that any order draws on."""
    return sorted(
        {
            FillName(pick.canister_id, pick.fill_code)
            for packed in world.packed
            for pouch in packed.order.pouches
            for pick in pouch.picks
            if isinstance(pick, BayPick)
        },
        key=str,
    )


def _from_hand(world: World) -> list[ProductId]:
    """Return the products that any tray cell is filled with."""
    return sorted(
        {
            ProductId(pick.product)
            for packed in world.packed
            for pouch in packed.order.pouches
            for pick in pouch.picks
            if isinstance(pick, CellPick)
        }
    )


def _with_fill(world: World, name: FillName, fill: Fill | None) -> World:
    fills = {other: one for other, one in world.known.fills.items() if other != name}
    return replace(world, known=replace(world.known, fills=fills if fill is None else {**fills, name: fill}))


def _canister(alter: Altered, chance: Chance, world: World) -> Fault | None:
    name = one_of(chance, _drawn(world))
    return Fault(_with_fill(world, name, alter(chance, world, world.known.fills[name]))) if name else None


def _hand(alter: Altered, chance: Chance, world: World) -> Fault | None:
    product = one_of(chance, _from_hand(world))
    if product is None:
        return None
    hand = {**world.known.hand, product: tuple(alter(chance, world, fill) for fill in world.known.hand[product])}
    return Fault(replace(world, known=replace(world.known, hand=hand)))


def _expiring(_: Chance, world: World, fill: Fill) -> Fill:
    """Let the packs expire the day before the period, so that every pouch of the fill is too late."""
    last = world.batch.period.first - _DAY
    return replace(fill, packs=tuple(replace(pack, expiry=last) for pack in fill.packs))


def _open_too_long(_: Chance, world: World, fill: Fill) -> Fill:
    return replace(fill, opened_on=world.batch.period.first - (LONGEST_OUTSIDE_DAYS + 1) * _DAY)


def _of_other(chance: Chance, world: World, fill: Fill) -> Fill:
    return replace(fill, product_id=pick(chance, sorted(set(world.catalogue.products) - {fill.product_id})))


def _ended(_: Chance, __: World, fill: Fill) -> Fill:
    return replace(fill, ended_at=fill.at)


def _empty(_: Chance, __: World, fill: Fill) -> Fill:
    return replace(fill, packs=())


def _one_pack_short(_: Chance, __: World, fill: Fill) -> Fill:
    """Leave a pack unscanned: the canister has more in it than anybody knows of."""
    return replace(fill, packs=fill.packs[1:])


def _unknown(chance: Chance, world: World) -> Fault | None:
    name = one_of(chance, _drawn(world))
    return Fault(_with_fill(world, name, None)) if name else None


def _no_hand_stock(chance: Chance, world: World) -> Fault | None:
    product = one_of(chance, _from_hand(world))
    if product is None:
        return None
    return Fault(replace(world, known=replace(world.known, hand={**world.known.hand, product: ()})))


def _notice(known: KnownFills, fill: Fill, state: LotState) -> KnownFills:
    pack = fill.packs[0]
    return replace(known, lots=lots_of((LotNotice(pack.lot, pack.gtin, state, "Farmaceut", "Besked", fill.at),)))


def _lot(state: LotState, chance: Chance, world: World) -> Fault | None:
    name = one_of(chance, _drawn(world))
    return Fault(replace(world, known=_notice(world.known, world.known.fills[name], state))) if name else None


def _hand_lot(chance: Chance, world: World) -> Fault | None:
    product = one_of(chance, _from_hand(world))
    if product is None:
        return None
    return Fault(replace(world, known=_notice(world.known, world.known.hand[product][0], LotState.RECALLED)))


def _shorter_life(chance: Chance, world: World) -> Fault | None:
    """Let a product keep for fewer days than it has been open."""
    name = one_of(chance, _drawn(world))
    if name is None:
        return None
    return Fault(replace(world, known=replace(world.known, outside={world.known.fills[name].product_id: 1})))


def _refilled(chance: Chance, world: World) -> Fault | None:
    """Let a machine drop from a fill that nobody registered: the canister was filled while it packed."""
    packed = pick(chance, world.packed)
    entry = one_of(chance, [one for one in packed.journal if one.kind == words.DROPPED and "bay" in one.fields])
    if entry is None:
        return None
    changed = replace(entry, fields={**entry.fields, "fill": f"{entry.fields['fill']}-unknown"})
    return _told(world, packed, [changed if one is entry else one for one in packed.journal])


def _told(world: World, packed: Packed, journal: list[JournalEntry]) -> Fault:
    return with_packed(world, packed, replace(packed, journal=tuple(journal)))


def _of_order(name: str, what: str, seed: Seed, check: str) -> Kind:
    return Kind(name, what, Part.ORDERS, (check,), seed)


def _of_drops(name: str, what: str, seed: Seed, check: str) -> Kind:
    return Kind(name, what, Part.EVIDENCE, (check,), seed)


KINDS: Final = (
    _of_order("fill-unknown", "an order draws on a fill that nobody registered", _unknown, "C8"),
    _of_order(
        "fill-of-other-product", "a canister is registered with another product", partial(_canister, _of_other), "C8"
    ),
    _of_order("fill-empty", "a fill is registered without packs", partial(_canister, _empty), "C8"),
    _of_order("fill-ended", "a fill was taken out of use", partial(_canister, _ended), "C14"),
    _of_order("fill-more-than-scanned", "a pack was poured in unscanned", partial(_canister, _one_pack_short), "C8"),
    _of_order("fill-expiring", "a lot expires before the pouches are taken", partial(_canister, _expiring), "C14"),
    _of_order("fill-open-too-long", "a fill is open for too long", partial(_canister, _open_too_long), "C14"),
    _of_order("fill-short-life", "a product keeps for fewer days than its fill was open", _shorter_life, "C14"),
    _of_order("lot-recalled", "a lot in a canister is recalled", partial(_lot, LotState.RECALLED), "C14"),
    _of_order("lot-quarantined", "a lot in a canister is in quarantine", partial(_lot, LotState.QUARANTINED), "C14"),
    _of_order("hand-stock-missing", "there is no hand stock to fill a cell from", _no_hand_stock, "C8"),
    _of_order("hand-stock-of-other-product", "hand stock is of another product", partial(_hand, _of_other), "C8"),
    _of_order("hand-stock-expiring", "hand stock expires before pouches are taken", partial(_hand, _expiring), "C14"),
    _of_order("hand-stock-open-too-long", "hand stock is open for too long", partial(_hand, _open_too_long), "C14"),
    _of_order("hand-lot-recalled", "a lot of the hand stock is recalled", _hand_lot, "C14"),
    _of_drops("dropped-from-unknown-fill", "a pouch cannot be traced to a fill", _refilled, "C15"),
    _of_drops("dropped-recalled", "a lot was recalled while it was packed", partial(_lot, LotState.RECALLED), "C14"),
    _of_drops("dropped-expiring", "what was dropped expires too soon", partial(_canister, _expiring), "C14"),
    _of_drops("dropped-other-fill", "a fill was registered with another product", partial(_canister, _of_other), "C8"),
)
