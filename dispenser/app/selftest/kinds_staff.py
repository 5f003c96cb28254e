"""Faults in who may do what: the list of staff, overrides taken back, packs and GTINs brought in."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Final

from dispenser.app.selftest.chance import Chance, pick
from dispenser.app.selftest.clinic import not_tolerated
from dispenser.app.selftest.desk import CHECKED_BY, OTHER, PHARMACIST, TECHNICIAN, Desk, Pair
from dispenser.app.selftest.handles import some_line
from dispenser.app.selftest.kind import Fault, Kind, Part
from dispenser.app.selftest.world import World
from dispenser.core.dosage import ClockTime
from dispenser.core.moment import Moment
from safety.overrides import Signature
from safety.rule_question import Allergy

Altered = Callable[[Chance, Desk], Desk]
_DAY: Final = timedelta(days=1)


def _desk(alter: Altered, chance: Chance, world: World) -> Fault | None:
    return Fault(replace(world, desk=alter(chance, world.desk)))


def _adding(*pairs: Pair) -> Altered:
    return lambda chance, desk: replace(desk, adding=pick(chance, pairs))


def _removing(*pairs: Pair) -> Altered:
    return lambda chance, desk: replace(desk, removing=pick(chance, pairs))


def _registering(*pairs: Pair) -> Altered:
    return lambda chance, desk: replace(desk, registering=pick(chance, pairs))


def _settling(*names: str) -> Altered:
    return lambda chance, desk: replace(desk, settling=pick(chance, names))


def _signed_by(*names: str) -> Altered:
    return lambda chance, desk: replace(desk, pack=replace(desk.pack, who=pick(chance, names)))


def _revoked_by_stranger(_: Chance, desk: Desk) -> Desk:
    return replace(desk, revoking=replace(desk.revoking, who="Jens Vej"))


def _revoked_without_reason(_: Chance, desk: Desk) -> Desk:
    return replace(desk, revoking=replace(desk.revoking, reason="nej"))


def _revoked_again(_: Chance, desk: Desk) -> Desk:
    revoked = Signature(OTHER, Moment(desk.today, ClockTime(12, 0)))
    return replace(desk, revoking=replace(desk.revoking, override=replace(desk.revoking.override, revoked=revoked)))


def _proposed_again(_: Chance, desk: Desk) -> Desk:
    """Propose a version of a pack that is there already, with other rules."""
    return replace(desk, pack_there="rules-1")


def _proposed_late(chance: Chance, desk: Desk) -> Desk:
    """Propose a pack that is over."""
    last = desk.today - chance.randint(1, 99) * _DAY
    text = desk.pack.text.replace("valid_from = 2000-01-01", f"valid_from = 2000-01-01\nvalid_to = {last}")
    return replace(desk, pack=replace(desk.pack, text=text))


def _alert_since(chance: Chance, world: World) -> Fault | None:
    """Let the rules object to a line that was let go when its plan was judged: somebody has coded an allergy since."""
    found = some_line(chance, world)
    if found is None:
        return None
    plan, line = found
    allergy = Allergy(world.catalogue.products[line.product_id].atc, "")
    return Fault(replace(world, rules=not_tolerated(world.rules, plan.citizen_id, allergy)))


def _staff(name: str, what: str, alter: Altered) -> Kind:
    return Kind(name, what, Part.OVERRIDES, ("R18",), partial(_desk, alter))


def _pack(name: str, what: str, alter: Altered) -> Kind:
    return Kind(name, what, Part.SIGNATURES, ("R22",), partial(_desk, alter))


KINDS: Final = (
    _staff("staff-added-by-technician", "a technician adds to the staff", _adding(Pair("Ny Person", TECHNICIAN))),
    _staff("staff-added-by-stranger", "somebody unknown adds to the staff", _adding(Pair("Ny Person", "Jens Vej"))),
    _staff("staff-added-twice", "somebody is added to the staff twice", _adding(Pair(PHARMACIST.upper(), OTHER))),
    _staff("staff-added-unnamed", "nobody is added to the staff", _adding(Pair(" ", OTHER), Pair("x" * 81, OTHER))),
    _staff("staff-removed-by-technician", "a technician takes a pharmacist off", _removing(Pair(OTHER, TECHNICIAN))),
    _staff("staff-removed-stranger", "somebody who is not there is taken off", _removing(Pair("Jens Vej", OTHER))),
    _staff("revoked-by-stranger", "an override is taken back by somebody unknown", _revoked_by_stranger),
    _staff("revoked-without-reason", "an override is taken back without a reason", _revoked_without_reason),
    _staff("revoked-again", "an override is taken back twice", _revoked_again),
    _staff("allergy-settled-by-technician", "a technician lets lines go that an allergy held", _settling(TECHNICIAN)),
    _staff("allergy-settled-by-stranger", "somebody unknown lets such lines go", _settling("Jens Vej", " ")),
    _pack("pack-proposed-again", "a version of a pack is proposed with other rules", _proposed_again),
    _pack("pack-proposed-late", "a pack is proposed that is over", _proposed_late),
    Kind(
        "pack-signed-by-technician",
        "a technician signs a rule pack",
        Part.SIGNATURES,
        ("R18",),
        partial(_desk, _signed_by(TECHNICIAN, "Jens Vej")),
    ),
    Kind(
        "gtin-registered-alone",
        "one person says alone which product a GTIN is",
        Part.LOTS,
        ("C8",),
        partial(_desk, _registering(Pair(CHECKED_BY, CHECKED_BY.lower()), Pair(CHECKED_BY, " "))),
    ),
    Kind("alert-since", "the rules object to a line since its plan was judged", Part.BATCH, ("R21",), _alert_since),
)
