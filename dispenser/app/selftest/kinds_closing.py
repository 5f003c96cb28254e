"""Faults around the signature under a packed batch: the world has moved on, or the wrong people sign."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from functools import partial
from typing import Final

from dispenser.app.selftest.chance import Chance, one_of, pick
from dispenser.app.selftest.handles import with_line
from dispenser.app.selftest.kind import Fault, Kind, Part, Seed
from dispenser.app.selftest.kinds_finished import altered_roll, never_packed
from dispenser.app.selftest.kinds_plan import dosage_of, is_simple, with_doses
from dispenser.app.selftest.world import World
from dispenser.core.fills import ANY_GTIN, LotNotice, LotState, lots_of
from dispenser.core.ids import RollId
from dispenser.core.plan import MedicationPlan, Ordination
from dispenser.core.presence import Absence, Noted, Presence
from dispenser.core.quantity import Quarters
from safety.finished import FinishedRoll

Planned = Callable[[Chance, MedicationPlan, Ordination], MedicationPlan]
_DAY: Final = timedelta(days=1)


def _is_daily(line: Ordination) -> bool:
    return is_simple(line) and dosage_of(line).structures[0].interval == 1


def _plan(change: Planned, chance: Chance, _: World, one: FinishedRoll) -> FinishedRoll | None:
    """Let a newer revision of the plan be in force than the roll was made from."""
    if one.plan is None:
        return None
    line = one_of(chance, [line for line in one.plan.ordinations if _is_daily(line)])
    if line is None:
        return None
    newer = change(chance, one.plan, line)
    return replace(one, plan=replace(newer, revision=newer.revision + 1))


def _stopped(_: Chance, plan: MedicationPlan, line: Ordination) -> MedicationPlan:
    return with_line(plan, line, None)


def _doubled(_: Chance, plan: MedicationPlan, line: Ordination) -> MedicationPlan:
    double = with_doses(dosage_of(line), lambda dose: replace(dose, amount=dose.units * 2))
    return with_line(plan, line, replace(line, dosage=double))


def _instructed(_: Chance, plan: MedicationPlan, line: Ordination) -> MedicationPlan:
    return with_line(plan, line, replace(line, instruction="Må ikke knuses"))


def _no_plan(_: Chance, __: World, one: FinishedRoll) -> FinishedRoll:
    return replace(one, plan=None)


def _away(why: Presence, chance: Chance, _: World, one: FinishedRoll) -> FinishedRoll:
    """Note since the batch was planned that the citizen is away."""
    first = one.roll.period.first + chance.randint(0, 2) * _DAY
    return replace(one, noted=Noted((Absence(why, first),)))


def _elsewhere(_: Chance, __: World, one: FinishedRoll) -> FinishedRoll:
    """Let another roll of the same days be in use beside it."""
    other = replace(one.roll, roll_id=RollId("0000009999"))
    return replace(one, beside=(*one.beside, other), others=(*one.others, other))


def _roll_altered(chance: Chance, _: World, one: FinishedRoll) -> FinishedRoll:
    """Change the stored roll, not the digest that was released."""
    pouch = pick(chance, one.roll.pouches)
    content = pouch.contents[0]
    more = replace(content, quarters=Quarters(content.quarters + 4))
    now = replace(pouch, contents=(more, *pouch.contents[1:]))
    return replace(
        one, roll=replace(one.roll, pouches=tuple(now if other is pouch else other for other in one.roll.pouches))
    )


def _other_slots(_: Chance, world: World) -> Fault | None:
    slots = replace(world.finished.slots, version="slots-99")
    return Fault(replace(world, finished=replace(world.finished, slots=slots)))


def _sign(chance: Chance, world: World, *, who: str, missing: bool = False, **more: str) -> Fault | None:
    """Sign in other names; with `missing`, for a batch of which a pouch was never packed."""
    signing = replace(world.signing, who=who or world.signing.released_by or "", **more)
    changed = replace(world, signing=signing)
    return altered_roll(never_packed, chance, changed) if missing else Fault(changed)


def _stopped_lot(state: LotState, chance: Chance, world: World) -> Fault | None:
    """Stop a lot since the batch was packed, by its GTIN or for every product."""
    name = pick(chance, pick(chance, world.finished.rolls).lots).name
    if name is None:
        return None
    at = datetime.combine(world.since.day, time(13, 0), UTC)
    notice = LotNotice(name.lot, pick(chance, (name.gtin, ANY_GTIN)), state, "A. Holm", "Misfarvning", at)
    return Fault(replace(world, finished=replace(world.finished, notices=lots_of([notice]))))


def _untraced(chance: Chance, _: World, one: FinishedRoll) -> FinishedRoll:
    """Let nobody know what a pouch, or one product in it, was taken from."""
    lost = pick(chance, one.lots)
    now = pick(chance, ((), (replace(lost, name=None),)))
    return replace(one, lots=(*(lot for lot in one.lots if lot is not lost), *now))


def _roll(
    name: str, what: str, alter: Callable[[Chance, World, FinishedRoll], FinishedRoll | None], *checks: str
) -> Kind:
    return Kind(name, what, Part.FINISHED, checks, partial(altered_roll, alter))


def _signed(name: str, what: str, seed: Seed) -> Kind:
    return Kind(name, what, Part.FINISHED, ("R14",), seed)


KINDS: Final = (
    _roll("stopped-since", "a medicine was stopped since the batch was planned", partial(_plan, _stopped), "C1", "C18"),
    _roll("changed-since", "a dose was changed since the batch was planned", partial(_plan, _doubled), "C1", "C18"),
    _roll("instructed-since", "an instruction was changed since", partial(_plan, _instructed), "R8"),
    _roll("plan-gone", "no plan of the citizen is in force any more", _no_plan, "C18"),
    _roll("dead-since", "the citizen has died since", partial(_away, Presence.DEAD), "C1"),
    _roll("admitted-since", "the citizen was admitted since", partial(_away, Presence.ADMITTED), "C1"),
    _roll("other-roll-in-use", "another roll of the same days is in use", _elsewhere, "C1"),
    _roll("roll-altered", "the stored roll is not what was released", _roll_altered, "C18"),
    Kind("slots-since", "another slot table is in force than was released", Part.FINISHED, ("C18",), _other_slots),
    _roll("lots-unknown", "nobody knows which lots a packed pouch holds", _untraced, "C15"),
    Kind(
        "lot-quarantined-since",
        "a lot in packed pouches was put into quarantine since",
        Part.FINISHED,
        ("C14",),
        partial(_stopped_lot, LotState.QUARANTINED),
    ),
    Kind(
        "lot-recalled-since",
        "a lot in packed pouches was recalled, and they are not discarded",
        Part.FINISHED,
        ("C14",),
        partial(_stopped_lot, LotState.RECALLED),
    ),
    _signed("closed-by-releaser", "who released the batch closes it", partial(_sign, who="")),
    _signed("closed-unnamed", "nobody puts a name under a batch", partial(_sign, who="  ")),
    _signed(
        "closed-incomplete",
        "a batch with a pouch missing is closed by one",
        partial(_sign, who="A. Holm", missing=True),
    ),
    _signed(
        "closed-with-oneself",
        "the second person is the first",
        partial(_sign, who="A. Holm", missing=True, second="a. holm ", reason="Maskinen gik i stykker"),
    ),
    _signed(
        "closed-without-reason",
        "a batch with a pouch missing is closed without a reason",
        partial(_sign, who="A. Holm", missing=True, second="B. Lund", reason="ok"),
    ),
)
