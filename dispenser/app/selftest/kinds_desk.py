"""Faults in what people decide and sign: overrides, slot tables, rule packs, and lots that are cleared."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Final

from dispenser.app.selftest.chance import Chance, pick
from dispenser.app.selftest.desk import OTHER, PHARMACIST, TECHNICIAN, Desk
from dispenser.app.selftest.kind import Fault, Kind, Part
from dispenser.app.selftest.world import World
from dispenser.core.dosage import ClockTime
from dispenser.core.fills import LotState, lots_of
from dispenser.core.ids import CitizenId
from dispenser.core.moment import Moment
from safety.batch_codes import MISSING_DOSE
from safety.findings import found
from safety.override_checks import Wish
from safety.overrides import Override, Signature, alert_key

Altered = Callable[[Chance, Desk], Desk]
Wished = Callable[[Chance, Desk, Wish], Wish]
Overridden = Callable[[Chance, Desk, Override], Override]
_DAY: Final = timedelta(days=1)
_LONG: Final = 93
"""Days that no override may last."""


def _desk(alter: Altered, chance: Chance, world: World) -> Fault | None:
    return Fault(replace(world, desk=alter(chance, world.desk)))


def _wish(alter: Wished, chance: Chance, desk: Desk) -> Desk:
    return replace(desk, asking=replace(desk.asking, wish=alter(chance, desk, desk.asking.wish)))


def _by(*names: str) -> Wished:
    return lambda chance, _, wish: replace(wish, who=pick(chance, names))


def _because(*reasons: str) -> Wished:
    return lambda chance, _, wish: replace(wish, reason=pick(chance, reasons))


def _for_ever(_: Chance, __: Desk, wish: Wish) -> Wish:
    return replace(wish, expires=None)


def _too_long(chance: Chance, desk: Desk, wish: Wish) -> Wish:
    return replace(wish, expires=desk.today + (_LONG + chance.randrange(900)) * _DAY)


def _over_before(chance: Chance, desk: Desk, wish: Wish) -> Wish:
    return replace(wish, expires=desk.today - chance.randint(1, 90) * _DAY)


def _of_refusal(_: Chance, desk: Desk) -> Desk:
    return replace(desk, asking=replace(desk.asking, code=MISSING_DOSE))


def _asked_again(_: Chance, desk: Desk) -> Desk:
    """Ask for another override of an alert that has one in force."""
    return replace(desk, asking=replace(desk.asking, known=(desk.deciding.overrides[0],)))


def _second(who: Callable[[Desk], str], _: Chance, desk: Desk) -> Desk:
    return replace(desk, seconding=replace(desk.seconding, who=who(desk)))


def _second_late(_: Chance, desk: Desk) -> Desk:
    override = replace(desk.seconding.override, expires=desk.today - _DAY)
    return replace(desk, seconding=replace(desk.seconding, override=override))


def _second_again(_: Chance, desk: Desk) -> Desk:
    signed = replace(desk.seconding.override, second=Signature(OTHER, Moment(desk.today, ClockTime(11, 0))))
    return replace(desk, seconding=replace(desk.seconding, override=signed))


def _two_technicians(_: Chance, desk: Desk) -> Desk:
    """Let two sign of whom neither is a pharmacist."""
    override = desk.seconding.override
    first = replace(override, first=replace(override.first, who=TECHNICIAN))
    other = replace(desk.staff[-1], name="Farmakonom Ida Krog")
    return replace(desk, staff=(*desk.staff, other), seconding=replace(desk.seconding, override=first, who=other.name))


def _decided(place: int, alter: Overridden, chance: Chance, desk: Desk) -> Desk:
    """Let one of the overrides be another, which sets nothing aside."""
    overrides = list(desk.deciding.overrides)
    overrides[place] = alter(chance, desk, overrides[place])
    return replace(desk, deciding=replace(desk.deciding, overrides=tuple(overrides)))


def _expired(_: Chance, desk: Desk, override: Override) -> Override:
    return replace(override, expires=desk.today - _DAY)


def _not_yet(_: Chance, desk: Desk, override: Override) -> Override:
    return replace(override, first=replace(override.first, at=Moment(desk.today + _DAY, ClockTime(8, 0))))


def _revoked(_: Chance, desk: Desk, override: Override) -> Override:
    return replace(override, revoked=Signature(OTHER, Moment(desk.today, ClockTime(12, 0))))


def _of_other_citizen(_: Chance, __: Desk, override: Override) -> Override:
    return replace(override, citizen_id=CitizenId("citizen-2"))


def _by_one(_: Chance, __: Desk, override: Override) -> Override:
    return replace(override, second=None)


def _other_details(_: Chance, desk: Desk) -> Desk:
    """Find the same problem with other details: a cycle of another length."""
    phase, *rest = desk.deciding.findings
    details = tuple((name, "3" if name == "interval" else value) for name, value in phase.details)
    changed = replace(phase, details=details)
    return replace(desk, deciding=replace(desk.deciding, findings=(changed, *rest)))


def _of_other_refusal(_: Chance, desk: Desk) -> Desk:
    """Keep an override of a refusal, as if somebody had written it into the store."""
    refused = found(MISSING_DOSE, "0000020001", ordination="x")
    forged = replace(desk.deciding.overrides[1], code_id=refused.code.id, key=alert_key(refused, desk.deciding.about))
    return replace(
        desk,
        deciding=replace(
            desk.deciding,
            findings=(*desk.deciding.findings, refused),
            overrides=(*desk.deciding.overrides, forged),
        ),
    )


def _table(alter: Callable[[str], str], _: Chance, desk: Desk) -> Desk:
    return replace(desk, table=replace(desk.table, text=alter(desk.table.text)))


def _table_by(_: Chance, desk: Desk, *, who: str | None = None, signed_by: str | None = None) -> Desk:
    return replace(desk, table=replace(desk.table, who=desk.table.author if who is None else who, signed_by=signed_by))


def _table_late(_: Chance, desk: Desk) -> Desk:
    """Sign a table on a day after its first."""
    return replace(desk, today=desk.today + 30 * _DAY)


def _pack(old: str, new: str, _: Chance, desk: Desk) -> Desk:
    return replace(desk, pack=replace(desk.pack, text=desk.pack.text.replace(old, new)))


def _pack_by(_: Chance, desk: Desk, *, who: str | None = None, signed_by: str | None = None) -> Desk:
    return replace(desk, pack=replace(desk.pack, who=desk.pack.author if who is None else who, signed_by=signed_by))


def _cleared_by_same(_: Chance, desk: Desk) -> Desk:
    return replace(desk, notice=replace(desk.notice, who=PHARMACIST))


def _recall_cleared(_: Chance, desk: Desk) -> Desk:
    recalled = [replace(notice, state=LotState.RECALLED) for notice in desk.lots.notices.values()]
    return replace(desk, lots=lots_of(recalled))


def _cleared_without_reason(_: Chance, desk: Desk) -> Desk:
    return replace(desk, notice=replace(desk.notice, reason=" "))


def _override(name: str, what: str, alter: Altered) -> Kind:
    return Kind(name, what, Part.OVERRIDES, ("R18",), partial(_desk, alter))


def _stands(name: str, what: str, alter: Altered, *checks: str) -> Kind:
    return Kind(name, what, Part.DECISIONS, checks, partial(_desk, alter))


def _signed(name: str, what: str, alter: Altered, check: str) -> Kind:
    return Kind(name, what, Part.SIGNATURES, (check,), partial(_desk, alter))


def _lot(name: str, what: str, alter: Altered, check: str) -> Kind:
    return Kind(name, what, Part.LOTS, (check,), partial(_desk, alter))


KINDS: Final = (
    _override(
        "override-by-stranger", "an override by somebody who is not on the staff", partial(_wish, _by("Jens Vej", "-"))
    ),
    _override(
        "override-by-technician", "an override that takes a pharmacist, by another", partial(_wish, _by(TECHNICIAN))
    ),
    _override("override-unnamed", "an override without a name", partial(_wish, _by("", "  "))),
    _override(
        "override-without-reason", "an override without a reason", partial(_wish, _because("", "ok", "..........!"))
    ),
    _override("override-for-ever", "an override without an end", partial(_wish, _for_ever)),
    _override("override-too-long", "an override of more than a quarter", partial(_wish, _too_long)),
    _override("override-over-before", "an override that is over before it begins", partial(_wish, _over_before)),
    _override("override-of-refusal", "an override of what nobody may override", _of_refusal),
    _override("override-again", "a second override of one alert", _asked_again),
    _override(
        "second-is-first",
        "the second person of an override is the first",
        partial(_second, lambda _: f" {PHARMACIST.upper()}"),
    ),
    _override("second-is-stranger", "the second person is not on the staff", partial(_second, lambda _: "Jens Vej")),
    _override("second-too-late", "somebody seconds what is over", _second_late),
    _override("second-again", "a third person signs", _second_again),
    _override("second-no-pharmacist", "two sign, and neither is a pharmacist", _two_technicians),
    _stands("override-expired", "an override that is over sets something aside", partial(_decided, 0, _expired), "C6"),
    _stands("override-early", "an override of tomorrow sets something aside", partial(_decided, 0, _not_yet), "C6"),
    _stands("override-revoked", "a revoked override sets something aside", partial(_decided, 0, _revoked), "C6"),
    _stands(
        "override-of-other-citizen", "an override of another citizen", partial(_decided, 0, _of_other_citizen), "C6"
    ),
    _stands("override-by-one", "one person's override of what takes two", partial(_decided, 1, _by_one), "C7"),
    _stands("override-of-other-details", "an override of something that has changed since", _other_details, "C6"),
    _stands("override-forged", "an override of a refusal, written past the checks", _of_other_refusal, "C1"),
    _signed("table-signed-alone", "a slot table is signed by its author", partial(_table_by), "R14"),
    _signed("table-unsigned", "a slot table is signed by nobody", partial(_table_by, who=" "), "R14"),
    _signed(
        "table-signed-twice",
        "a slot table is signed a second time",
        partial(_table_by, who=PHARMACIST, signed_by=OTHER),
        "R14",
    ),
    _signed("table-late", "a slot table is signed for days that are over", _table_late, "R14"),
    _signed(
        "table-loses-count",
        "a slot table has no times for three doses",
        partial(_table, lambda text: text.replace("3 = ", "5 = ")),
        "C23",
    ),
    _signed(
        "table-merges-doses",
        "a slot table to be signed gives two doses one time",
        partial(_table, lambda text: text.replace('["morning", "evening"]', '["morning", "morning"]')),
        "C23",
    ),
    _signed(
        "table-loses-time",
        "a slot table has lost a time",
        partial(_table, lambda text: text.replace('noon = "12:00"\n', "")),
        "C23",
    ),
    _signed(
        "table-swaps-times",
        "two times of a slot table have changed places",
        partial(_table, lambda text: text.replace('"08:00"', '"19:00"')),
        "C23",
    ),
    _signed("table-unreadable", "a slot table is cut off", partial(_table, lambda text: text[: len(text) // 2]), "C23"),
    _signed("pack-signed-alone", "a rule pack is signed by who proposed it", partial(_pack_by), "R22"),
    _signed("pack-unsigned", "a rule pack is signed by nobody", partial(_pack_by, who=" "), "R22"),
    _signed(
        "pack-signed-twice",
        "a rule pack is signed a second time",
        partial(_pack_by, who=PHARMACIST, signed_by=OTHER),
        "R22",
    ),
    _signed(
        "pack-case-fails",
        "a rule of a pack does not do what its cases say",
        partial(_pack, "most = 4\n", "most = 40\n"),
        "R22",
    ),
    _signed(
        "pack-loses-class",
        "a rule of a pack is about another class",
        partial(_pack, 'atc = ["L04AX03"]\ndays', 'atc = ["L04AX04"]\ndays'),
        "R22",
    ),
    _signed("pack-key-misspelt", "a key of a pack is misspelt", partial(_pack, "most = 4\n", "mots = 4\n"), "R22"),
    _signed(
        "pack-cut-off",
        "a pack is cut off",
        lambda _, desk: replace(desk, pack=replace(desk.pack, text=desk.pack.text[:1_500])),
        "R22",
    ),
    _lot("lot-cleared-alone", "a lot is cleared by who put it into quarantine", _cleared_by_same, "C8"),
    _lot("lot-recall-cleared", "a recall is lifted", _recall_cleared, "C14"),
    _lot("lot-cleared-without-reason", "a lot is cleared without a reason", _cleared_without_reason, "C14"),
)
