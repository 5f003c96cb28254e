"""A second expansion, written without the first: it walks day by day and asks what the dosage says of that day.

What the pouches hold must equal what it finds (C1, C2). Amounts are exact fractions of a unit. A dosage it cannot
follow is a finding of its own: a check that cannot run has failed.
"""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from fractions import Fraction

from dispenser.core.dosage import DosageDay, DosageStructure, DoseRange, OrderedDose, Slot, StructuredDosage
from dispenser.core.ids import OrdinationId, ProductId
from dispenser.core.plan import MedicationPlan, Ordination
from dispenser.core.roll import Period, Roll
from dispenser.core.slots import SlotTable, slot_word
from safety import batch_codes
from safety.findings import Finding, found

_ONE_DAY = timedelta(days=1)

DoseKey = tuple[OrdinationId, ProductId, date, Slot]


class UnverifiableError(ValueError):
    """The verifier cannot say what this dosage gives on a day."""


def expected_doses(ordination: Ordination, period: Period, slots: SlotTable) -> dict[tuple[date, Slot], Fraction]:
    """Return the units of `ordination` at every date and slot of `period` that has any.

    Raises:
        UnverifiableError: the dosage does not say exactly how much to take when.
    """
    if not isinstance(ordination.dosage, StructuredDosage):
        raise UnverifiableError("not structured")
    doses: dict[tuple[date, Slot], Fraction] = {}
    today = period.first
    while today <= period.last:
        if ordination.first <= today and (ordination.last is None or today <= ordination.last):
            for slot, units in _taken_on(today, ordination.dosage, slots):
                doses[today, slot] = doses.get((today, slot), Fraction(0)) + units
        today += _ONE_DAY
    return {when: units for when, units in doses.items() if units != 0}


def _taken_on(today: date, dosage: StructuredDosage, slots: SlotTable) -> Iterator[tuple[Slot, Fraction]]:
    covering = [s for s in dosage.structures if s.start <= today and (s.end is None or s.end >= today)]
    if len(covering) > 1:
        message = f"two structures on {today}"
        raise UnverifiableError(message)
    for structure in covering:
        for day in _days_of(today, structure):
            yield from _at_slots(day, slots)


def _days_of(today: date, structure: DosageStructure) -> list[DosageDay]:
    if any(day.number < 1 for day in structure.days):
        raise UnverifiableError("a day without a number")
    elapsed = (today - structure.start).days
    if structure.interval:
        elapsed %= structure.interval
    return [day for day in structure.days if day.number - 1 == elapsed]


def _at_slots(day: DosageDay, slots: SlotTable) -> Iterator[tuple[Slot, Fraction]]:
    unnamed = [dose for dose in day.doses if dose.slot is None]
    places = slots.plain.get(len(unnamed), ()) if unnamed else ()
    if len(places) != len(unnamed):
        message = f"no times for {len(unnamed)} doses a day"
        raise UnverifiableError(message)
    yield from ((place, _units(dose)) for place, dose in zip(places, unnamed, strict=True))
    yield from ((dose.slot, _units(dose)) for dose in day.doses if dose.slot is not None)


def _units(dose: OrderedDose) -> Fraction:
    if dose.as_needed:
        raise UnverifiableError("as needed")
    if isinstance(dose.amount, DoseRange):
        raise UnverifiableError("a range")
    if not dose.amount.is_finite() or dose.amount < 0:
        message = f"{dose.amount} is no amount"
        raise UnverifiableError(message)
    return Fraction(dose.amount)


def packed_doses(roll: Roll) -> dict[DoseKey, Fraction]:
    """Return the units that the pouches of `roll` hold, by line, product, date and slot."""
    doses: dict[DoseKey, Fraction] = {}
    for pouch in roll.pouches:
        for content in pouch.contents:
            key = (content.ordination_id, content.product_id, pouch.date, pouch.slot)
            doses[key] = doses.get(key, Fraction(0)) + Fraction(content.quarters, 4)
    return doses


def verify_roll(roll: Roll, plan: MedicationPlan, slots: SlotTable) -> tuple[Finding, ...]:
    """Return every difference between the pouches of `roll` and what `plan` says, dose by dose and in total."""
    expected: dict[DoseKey, Fraction] = {}
    findings: list[Finding] = []
    for ordination in plan.ordinations:
        try:
            doses = expected_doses(ordination, roll.period, slots)
        except UnverifiableError as error:
            findings.append(
                found(batch_codes.NOT_VERIFIABLE, roll.roll_id, ordination=ordination.ordination_id, why=error)
            )
            continue
        for (at, slot), units in doses.items():
            key = (ordination.ordination_id, ordination.product_id, at, slot)
            expected[key] = expected.get(key, Fraction(0)) + units
    packed = packed_doses(roll)
    findings.extend(_differences(roll, expected, packed))
    findings.extend(_totals(roll, expected, packed))
    return tuple(findings)


def _differences(
    roll: Roll, expected: Mapping[DoseKey, Fraction], packed: Mapping[DoseKey, Fraction]
) -> Iterator[Finding]:
    for key in dict.fromkeys((*expected, *packed)):
        wanted, got = expected.get(key), packed.get(key)
        if wanted == got:
            continue
        ordination, product, at, slot = key
        code = batch_codes.WRONG_QUANTITY
        if got is None:
            code = batch_codes.MISSING_DOSE
        elif wanted is None:
            code = batch_codes.EXTRA_DOSE
        yield found(
            code,
            roll.roll_id,
            ordination=ordination,
            product=product,
            date=at,
            slot=slot_word(slot),
            expected=wanted or 0,
            packed=got or 0,
        )


def _totals(roll: Roll, expected: Mapping[DoseKey, Fraction], packed: Mapping[DoseKey, Fraction]) -> Iterator[Finding]:
    wanted, got = _by_line(expected), _by_line(packed)
    for ordination in sorted({*wanted, *got}):
        want, have = wanted.get(ordination, Fraction(0)), got.get(ordination, Fraction(0))
        if want != have:
            yield found(batch_codes.WRONG_TOTAL, roll.roll_id, ordination=ordination, expected=want, packed=have)


def _by_line(doses: Mapping[DoseKey, Fraction]) -> dict[OrdinationId, Fraction]:
    totals: dict[OrdinationId, Fraction] = {}
    for (ordination, *_), units in doses.items():
        totals[ordination] = totals.get(ordination, Fraction(0)) + units
    return totals
