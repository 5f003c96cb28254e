"""Faults when a canister is filled: the wrong packs, the wrong dates, or one person alone."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Final

from dispenser.app.selftest.chance import Chance, pick
from dispenser.app.selftest.kind import Fault, Kind, Part
from dispenser.app.selftest.stockroom import GTINS, Pouring
from dispenser.app.selftest.world import World
from dispenser.core.fills import LONGEST_OUTSIDE_DAYS, LotNotice, LotState, Pack, lots_of
from dispenser.core.ids import ProductId

Poured = Callable[[Chance, Pouring], Pouring | None]
_DAY: Final = timedelta(days=1)


def _poured(alter: Poured, chance: Chance, world: World) -> Fault | None:
    now = alter(chance, world.pouring)
    return Fault(replace(world, pouring=now)) if now else None


def _pack(alter: Callable[[Chance, Pouring, Pack], Pack], chance: Chance, pouring: Pouring) -> Pouring:
    """Let one of the scanned packs be another."""
    packs = list(pouring.fill.packs)
    place = chance.randrange(len(packs))
    packs[place] = alter(chance, pouring, packs[place])
    return replace(pouring, fill=replace(pouring.fill, packs=tuple(packs)))


def _other_product(chance: Chance, pouring: Pouring, pack: Pack) -> Pack:
    others = [gtin for product, gtin in sorted(GTINS.items()) if product != pouring.fill.product_id]
    return replace(pack, gtin=pick(chance, others))


def _unknown_gtin(_: Chance, __: Pouring, pack: Pack) -> Pack:
    return replace(pack, gtin="09999999999994")


def _expired(chance: Chance, pouring: Pouring, pack: Pack) -> Pack:
    return replace(pack, expiry=pouring.today - chance.randint(1, 400) * _DAY)


def _without_lot(_: Chance, __: Pouring, pack: Pack) -> Pack:
    return replace(pack, lot=" ")


def _without_units(_: Chance, __: Pouring, pack: Pack) -> Pack:
    return replace(pack, units=0)


def _used(_: Chance, pouring: Pouring, pack: Pack) -> Pack:
    """Pour in a pack that is in another canister already."""
    gtin, serial = next(iter(pouring.register.used))
    return replace(pack, gtin=gtin, serial=serial)


def _scanned_twice(_: Chance, pouring: Pouring) -> Pouring:
    fill = pouring.fill
    return replace(pouring, fill=replace(fill, packs=(*fill.packs, fill.packs[0])))


def _no_packs(_: Chance, pouring: Pouring) -> Pouring:
    return replace(pouring, fill=replace(pouring.fill, packs=()))


def _lot(state: LotState, _: Chance, pouring: Pouring) -> Pouring:
    pack = pouring.fill.packs[0]
    notice = LotNotice(pack.lot, pack.gtin, state, "Farmaceut", "Meddelelse", pouring.fill.at)
    return replace(pouring, register=replace(pouring.register, lots=lots_of((notice,))))


def _opened_long_ago(chance: Chance, pouring: Pouring) -> Pouring:
    opened = pouring.today - (LONGEST_OUTSIDE_DAYS + chance.randint(1, 99)) * _DAY
    return replace(pouring, fill=replace(pouring.fill, opened_on=opened))


def _opened_later(_: Chance, pouring: Pouring) -> Pouring:
    return replace(pouring, fill=replace(pouring.fill, opened_on=pouring.today + _DAY))


def _kept_too_long(chance: Chance, pouring: Pouring) -> Pouring:
    return replace(pouring, fill=replace(pouring.fill, days=LONGEST_OUTSIDE_DAYS + chance.randint(1, 99)))


def _alone(chance: Chance, pouring: Pouring) -> Pouring:
    """Let one person fill and check, however the name is written."""
    who = pouring.fill.filled_by
    same = pick(chance, (who, who.upper(), f"  {who} "))
    return replace(pouring, fill=replace(pouring.fill, checked_by=same))


def _unnamed(chance: Chance, pouring: Pouring) -> Pouring:
    fill = pick(chance, (replace(pouring.fill, checked_by=" "), replace(pouring.fill, filled_by="")))
    return replace(pouring, fill=fill)


def _code_again(_: Chance, pouring: Pouring) -> Pouring:
    """Give the new fill the code of one before: leftovers would be mixed, and pouches traced to both or neither."""
    old = next(name for name in pouring.register.names if name.container == pouring.fill.name.container)
    return replace(pouring, fill=replace(pouring.fill, name=old))


def _no_code(_: Chance, pouring: Pouring) -> Pouring:
    return replace(pouring, fill=replace(pouring.fill, name=replace(pouring.fill.name, code="")))


def _second_scan_missing(_: Chance, pouring: Pouring) -> Pouring | None:
    if not pouring.fill.second_scan:
        return None
    return replace(pouring, fill=replace(pouring.fill, second_scan=""))


def _second_scan_other(chance: Chance, pouring: Pouring) -> Pouring:
    others = [gtin for product, gtin in sorted(GTINS.items()) if product != pouring.fill.product_id]
    return replace(pouring, fill=replace(pouring.fill, second_scan=pick(chance, others)))


def _unknown_product(_: Chance, pouring: Pouring) -> Pouring:
    return replace(pouring, fill=replace(pouring.fill, product_id=ProductId("28109999999")))


def _tray_only(_: Chance, world: World) -> Fault | None:
    """Fill a canister with what must be filled into cells by hand."""
    product = next(one for one in world.catalogue.products.values() if one.tray_only)
    gtin = GTINS[product.product_id]
    fill = world.pouring.fill
    packs = tuple(replace(pack, gtin=gtin) for pack in fill.packs)
    now = replace(fill, product_id=product.product_id, packs=packs, second_scan=gtin if fill.second_scan else "")
    return Fault(replace(world, pouring=replace(world.pouring, fill=now)))


def _kind(name: str, what: str, alter: Poured, check: str) -> Kind:
    return Kind(name, what, Part.CANISTER, (check,), partial(_poured, alter))


KINDS: Final = (
    _kind("poured-other-product", "a pack of another product was scanned", partial(_pack, _other_product), "C8"),
    _kind("poured-unknown-gtin", "a pack of a GTIN that nobody knows was scanned", partial(_pack, _unknown_gtin), "C8"),
    _kind("poured-expired", "an expired pack was scanned", partial(_pack, _expired), "C14"),
    _kind("poured-without-lot", "a pack without a lot number was scanned", partial(_pack, _without_lot), "C8"),
    _kind("poured-without-units", "a pack of no units was scanned", partial(_pack, _without_units), "C8"),
    _kind("poured-used-pack", "a pack that is in another canister was scanned", partial(_pack, _used), "C8"),
    _kind("poured-pack-twice", "one pack was scanned twice", _scanned_twice, "C8"),
    _kind("poured-nothing", "no pack was scanned", _no_packs, "C8"),
    _kind("poured-recalled", "a lot that is recalled was poured in", partial(_lot, LotState.RECALLED), "C14"),
    _kind("poured-quarantined", "a lot in quarantine was poured in", partial(_lot, LotState.QUARANTINED), "C14"),
    _kind("poured-opened-long-ago", "a pack opened too long ago was poured in", _opened_long_ago, "C14"),
    _kind("poured-opened-later", "a pack is said to be opened tomorrow", _opened_later, "C14"),
    _kind("poured-kept-too-long", "a fill is said to keep longer than allowed", _kept_too_long, "C14"),
    _kind("poured-alone", "one person filled and checked", _alone, "C8"),
    _kind("poured-unnamed", "nobody put a name to a fill", _unnamed, "C8"),
    _kind("poured-code-again", "a fill has the code of an older one", _code_again, "C15"),
    _kind("poured-without-code", "a fill has no code", _no_code, "C8"),
    _kind("poured-look-alike", "of two look-alikes nobody scanned a second time", _second_scan_missing, "C8"),
    _kind("poured-second-scan-other", "the second person scanned something else", _second_scan_other, "C8"),
    _kind("poured-unknown-product", "a product that the catalogue does not have was poured in", _unknown_product, "C8"),
    Kind(
        "poured-tray-only", "a canister was filled with what must be filled by hand", Part.CANISTER, ("C8",), _tray_only
    ),
)
