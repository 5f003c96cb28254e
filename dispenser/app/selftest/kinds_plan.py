"""Faults between plan and pouches: a roll is packed from something else than the plan in force says.

The same fault may have been made by whoever read the message, stored the plan or expanded it: what the citizen would
take is the same.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from functools import partial
from typing import Final

from dispenser.app.selftest.chance import Chance, one_of, pick
from dispenser.app.selftest.handles import packed_from, some_line, with_line, with_plan
from dispenser.app.selftest.kind import Fault, Kind, Part
from dispenser.app.selftest.plans import WEEK
from dispenser.app.selftest.shelf import OTHER_BRANDS, OTHER_FORM, OTHER_STRENGTH
from dispenser.app.selftest.world import World
from dispenser.core.dosage import (
    DosageDay,
    DosageStructure,
    DoseRange,
    FreeTextDosage,
    OrderedDose,
    PartOfDay,
    StructuredDosage,
)
from dispenser.core.ids import OrdinationId, ProductId
from dispenser.core.plan import Ordination

Altered = Callable[[Chance, StructuredDosage], StructuredDosage | None]
_DAY: Final = timedelta(days=1)
_DOSES: Final = ("C1", "C2", "C23")


def dosage_of(line: Ordination) -> StructuredDosage:
    """Return the dosage of a line of a sound plan, which is always structured.

    Raises:
        TypeError: it is not.
    """
    if not isinstance(line.dosage, StructuredDosage):
        message = f"{line.ordination_id} is not structured"
        raise TypeError(message)
    return line.dosage


def is_simple(line: Ordination) -> bool:
    """Return whether the line has one cycle."""
    return len(dosage_of(line).structures) == 1


def structured(structure: DosageStructure) -> StructuredDosage:
    """Return a dosage of tablets with one structure."""
    return StructuredDosage("tablet", (structure,))


def with_doses(dosage: StructuredDosage, change: Callable[[OrderedDose], OrderedDose]) -> StructuredDosage:
    """Return `dosage` with every dose changed."""
    return replace(
        dosage,
        structures=tuple(
            replace(one, days=tuple(replace(day, doses=tuple(map(change, day.doses))) for day in one.days))
            for one in dosage.structures
        ),
    )


def _lost(alter: Altered, fits: Callable[[Ordination], bool], chance: Chance, world: World) -> Fault | None:
    """Pack a line from an altered dosage."""
    found = some_line(chance, world, fits)
    if found is None:
        return None
    plan, line = found
    dosage = alter(chance, dosage_of(line))
    return packed_from(world, with_line(plan, line, replace(line, dosage=dosage))) if dosage else None


def _hidden(alter: Callable[[OrderedDose], OrderedDose], chance: Chance, world: World) -> Fault | None:
    """Let the plan in force say what no machine may follow; the roll was packed as if it did not."""
    found = some_line(chance, world)
    if found is None:
        return None
    plan, line = found
    return Fault(with_plan(world, with_line(plan, line, replace(line, dosage=with_doses(dosage_of(line), alter)))))


def _is_weekly(line: Ordination) -> bool:
    return is_simple(line) and dosage_of(line).structures[0].interval == WEEK


def _is_cycle(line: Ordination) -> bool:
    return is_simple(line) and dosage_of(line).structures[0].interval > 1


def _is_course(line: Ordination) -> bool:
    return not is_simple(line)


def _is_daily(line: Ordination) -> bool:
    return is_simple(line) and dosage_of(line).structures[0].interval == 1


def _daily(_: Chance, dosage: StructuredDosage) -> StructuredDosage:
    one = dosage.structures[0]
    return structured(replace(one, interval=1, days=(replace(one.days[0], number=1),)))


def _other_interval(chance: Chance, dosage: StructuredDosage) -> StructuredDosage:
    one = dosage.structures[0]
    longer = pick(chance, (1, 7, 21))
    return structured(replace(one, interval=one.interval + longer))


def _shifted(chance: Chance, dosage: StructuredDosage) -> StructuredDosage:
    one = dosage.structures[0]
    return structured(replace(one, start=one.start + chance.randint(1, one.interval - 1) * _DAY))


def _times(factor: str, _: Chance, dosage: StructuredDosage) -> StructuredDosage | None:
    def times(dose: OrderedDose) -> OrderedDose:
        return replace(dose, amount=dose.units * Decimal(factor))

    now = with_doses(dosage, times)
    amounts = [dose.units for one in now.structures for day in one.days for dose in day.doses]
    # What is not a multiple of a quarter is not packed at all.
    return now if all(amount * 4 == (amount * 4).to_integral_value() for amount in amounts) else None


def _last_day_lost(_: Chance, dosage: StructuredDosage) -> StructuredDosage | None:
    one = dosage.structures[0]
    listed = one.days if one.days[-1].number < one.interval else one.days[:-1]
    # A cycle that has but its last day is lost altogether.
    return structured(replace(one, days=listed)) if listed != one.days and listed else None


def _every_day_listed(chance: Chance, world: World) -> Fault | None:
    """Turn a line into seven listed days a week in force, packed without the seventh."""
    found = some_line(chance, world, _is_daily)
    if found is None:
        return None
    plan, line = found
    one = dosage_of(line).structures[0]
    week = structured(
        replace(one, interval=WEEK, days=tuple(DosageDay(day, one.days[0].doses) for day in range(1, WEEK + 1)))
    )
    lost = _last_day_lost(chance, week)
    return packed_from(
        with_plan(world, with_line(plan, line, replace(line, dosage=week))),
        with_line(plan, line, replace(line, dosage=lost or week)),
    )


def _slot_swapped(chance: Chance, dosage: StructuredDosage) -> StructuredDosage:
    slot = pick(chance, tuple(PartOfDay))
    return with_doses(dosage, lambda dose: replace(dose, slot=slot))


def _dose_lost(chance: Chance, dosage: StructuredDosage) -> StructuredDosage | None:
    place = one_of(chance, [n for n, one in enumerate(dosage.structures) if one.days and len(one.days[0].doses) > 1])
    if place is None:
        return None
    one = dosage.structures[place]
    first = one.days[0]
    kept = list(first.doses)
    kept.pop(chance.randrange(len(kept)))
    changed = replace(one, days=(replace(first, doses=tuple(kept)), *one.days[1:]))
    return replace(dosage, structures=(*dosage.structures[:place], changed, *dosage.structures[place + 1 :]))


def _pause_ignored(_: Chance, dosage: StructuredDosage) -> StructuredDosage:
    usual = next(one.days for one in dosage.structures if one.days)
    return replace(dosage, structures=tuple(replace(one, days=one.days or usual) for one in dosage.structures))


def _first_step_kept(_: Chance, dosage: StructuredDosage) -> StructuredDosage:
    return structured(replace(dosage.structures[0], end=None))


def _end_dropped(chance: Chance, world: World) -> Fault | None:
    found = some_line(chance, world, lambda line: line.last is not None)
    if found is None:
        return None
    plan, line = found
    open_ended = structured(replace(dosage_of(line).structures[-1], end=None))
    return packed_from(world, with_line(plan, line, replace(line, dosage=open_ended, last=None)))


def _begun_late(chance: Chance, world: World) -> Fault | None:
    """Pack from a later day on than the treatment begins."""
    found = some_line(chance, world, _is_daily)
    if found is None:
        return None
    plan, line = found
    late = replace(line, first=world.batch.period.first + chance.randint(1, 3) * _DAY)
    return packed_from(world, with_line(plan, line, late))


def _stopped_kept(chance: Chance, world: World) -> Fault | None:
    """Take a line out of the plan in force, and leave it in the roll."""
    found = some_line(chance, world, _is_daily)
    return Fault(with_plan(world, with_line(found[0], found[1], None))) if found else None


def _line_lost(chance: Chance, world: World) -> Fault | None:
    found = some_line(chance, world)
    return packed_from(world, with_line(found[0], found[1], None)) if found else None


def _line_twice(chance: Chance, world: World) -> Fault | None:
    found = some_line(chance, world)
    if found is None:
        return None
    plan, line = found
    again = replace(line, ordination_id=OrdinationId(f"{line.ordination_id}-again"))
    return packed_from(world, replace(plan, ordinations=(*plan.ordinations, again)))


def _product(others: dict[ProductId, ProductId], chance: Chance, world: World) -> Fault | None:
    found = some_line(chance, world, lambda line: line.product_id in others)
    if found is None:
        return None
    plan, line = found
    return packed_from(world, with_line(plan, line, replace(line, product_id=others[line.product_id])))


def _everyones(_: Chance, dosage: StructuredDosage) -> StructuredDosage:
    """Name each plain dose after the part of the day that another site would give it."""
    places = iter((PartOfDay.NIGHT, PartOfDay.EVENING, PartOfDay.NOON, PartOfDay.MORNING))
    return with_doses(dosage, lambda dose: replace(dose, slot=next(places)) if dose.slot is None else dose)


def _is_plain(line: Ordination) -> bool:
    return is_simple(line) and all(dose.slot is None for dose in dosage_of(line).structures[0].days[0].doses)


def _free_text(chance: Chance, world: World) -> Fault | None:
    found = some_line(chance, world)
    if found is None:
        return None
    plan, line = found
    return Fault(with_plan(world, with_line(plan, line, replace(line, dosage=FreeTextDosage("1 ved svimmelhed")))))


def _as_needed(dose: OrderedDose) -> OrderedDose:
    return replace(dose, as_needed=True)


def _range(dose: OrderedDose) -> OrderedDose:
    return replace(dose, amount=DoseRange(dose.units, dose.units + 1))


def _other_persons_plan(_: Chance, world: World) -> Fault | None:
    """Pack a citizen's roll from the plan of another."""
    mine, other = tuple(world.plans.values())
    return packed_from(world, replace(other, citizen_id=mine.citizen_id))


def _kind(name: str, what: str, seed: Callable[[Chance, World], Fault | None], *checks: str) -> Kind:
    return Kind(name, what, Part.BATCH, checks or _DOSES, seed)


def _dosage(name: str, what: str, alter: Altered, fits: Callable[[Ordination], bool] = is_simple) -> Kind:
    return _kind(name, what, partial(_lost, alter, fits))


KINDS: Final = (
    _dosage("weekly-as-daily", "a weekly dose is packed daily", _daily, _is_weekly),
    _dosage("interval-off", "a cycle is packed with another length", _other_interval, _is_cycle),
    _dosage("phase-shifted", "a cycle is packed on other days", _shifted, _is_cycle),
    _dosage("ten-times", "a decimal point is lost: ten times the dose", partial(_times, "10")),
    _dosage("halved-amounts", "every dose of a line is halved", partial(_times, "0.5"), lambda _: True),
    _dosage("doubled-amounts", "every dose of a line is doubled", partial(_times, "2"), lambda _: True),
    _dosage("slot-swapped", "doses are packed for another time of day", _slot_swapped),
    _dosage("dose-of-day-lost", "one of several doses a day is lost", _dose_lost, lambda _: True),
    _dosage("pause-ignored", "a declared pause is packed through", _pause_ignored, _is_course),
    _dosage("first-step-kept", "a taper stays on its first step", _first_step_kept, _is_course),
    _dosage("plain-doses-misplaced", "plain doses are placed by another slot table", _everyones, _is_plain),
    _kind("last-day-of-cycle-lost", "day 7 of a weekly cycle is lost", _every_day_listed),
    _kind("as-needed-lost", "the as-needed flag is lost on the way", partial(_hidden, _as_needed), "C1"),
    _kind("range-as-fixed", "a range is packed as its low end", partial(_hidden, _range), "C1"),
    _kind("free-text-as-fixed", "words are packed as a fixed dose", _free_text, "C1"),
    _kind("end-date-dropped", "a course goes on after its end", _end_dropped),
    _kind("begun-late", "a line is packed from a later day on", _begun_late),
    _kind("stopped-line-kept", "a stopped line is still packed", _stopped_kept),
    _kind("line-lost", "a line of the plan is not packed", _line_lost),
    _kind("line-twice", "a line is packed twice, under two names", _line_twice),
    _kind("strength-swapped", "another strength of the medicine is packed", partial(_product, OTHER_STRENGTH)),
    _kind("form-swapped", "the depot tablet is packed for the plain one", partial(_product, OTHER_FORM)),
    _kind(
        "brand-swapped",
        "another brand is packed than the plan says",
        partial(_product, {line: others[0] for line, others in OTHER_BRANDS.items()}),
    ),
    _kind("other-persons-plan", "a roll is packed from another citizen's plan", _other_persons_plan),
)
