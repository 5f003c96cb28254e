"""What the pouches hold must equal what the second expansion finds (C1, C2)."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from fractions import Fraction
from functools import lru_cache

from dispenser.core.dosage import Slot
from dispenser.core.expander import IntakePattern
from dispenser.core.ids import OrdinationId
from dispenser.core.moment import Moment
from dispenser.core.plan import MedicationPlan
from dispenser.core.presence import Noted
from dispenser.core.quantity import QUARTERS_PER_UNIT, Quarters
from dispenser.core.roll import Roll
from dispenser.core.slots import SlotTable, slot_word
from safety import batch_codes
from safety.findings import Code, Finding, found
from safety.outstanding import NOTHING_NOTED, DoseKey, is_ahead, outstanding, packed_doses
from safety.second_expansion import SecondExpansion, UnverifiableError, dose_name, expected_doses

__all__ = [
    "NOTHING_NOTED",
    "DoseKey",
    "UnverifiableError",
    "expected_doses",
    "packed_doses",
    "verify_intakes",
    "verify_roll",
]

_Strand = tuple[OrdinationId, str]


def verify_roll(
    roll: Roll,
    plan: MedicationPlan,
    slots: SlotTable,
    beside: Iterable[Roll] = (),
    noted: Noted = NOTHING_NOTED,
    since: Moment | None = None,
) -> tuple[Finding, ...]:
    """Return every difference between the pouches of `roll` and what `plan` says, dose by dose and in total.

    What the citizen's other rolls in use `beside` it hold must not be in it again, and nothing may be dated in an
    absence. What was to be taken before `since` is history, and not looked at.
    """
    owed = outstanding(plan, roll.period, slots, beside, noted, since)
    findings = [
        found(batch_codes.NOT_VERIFIABLE, roll.roll_id, ordination=ordination, why=why)
        for ordination, why in owed.unverifiable
    ]
    packed = {key: units for key, units in packed_doses(roll).items() if is_ahead(key[2], key[3], since, slots)}
    findings.extend(_differences(roll, owed.doses, packed))
    findings.extend(_totals(roll, owed.doses, packed))
    return tuple(findings)


def verify_intakes(
    intakes: Iterable[IntakePattern], plan: MedicationPlan, second: SecondExpansion
) -> tuple[Finding, ...]:
    """Return every intake of the patterns of `plan` that the second expansion lacks, misses or has but once.

    For plans that are expanded in bulk and have no pouches yet; days are compared as sets.
    """
    first = second.period.first.toordinal()
    findings: list[Finding] = []
    left: dict[_Strand, int] = {}
    for ordination in plan.ordinations:
        ordination_id = ordination.ordination_id
        try:
            for given, days in second.given(ordination):
                for dose in given:
                    strand = (ordination_id, dose.name)
                    left[strand] = left.get(strand, 0) | days
        except UnverifiableError as error:
            findings.append(found(batch_codes.NOT_VERIFIABLE, plan.citizen_id, ordination=ordination_id, why=error))
    for slot, days, portions in intakes:
        for ordination, quarters in portions:
            strand = (ordination.ordination_id, _name_of(slot, quarters))
            expected = left.get(strand, 0)
            if expected & days != days:
                findings.append(_unequal(batch_codes.EXTRA_DOSE, plan, strand, days & ~expected, first))
            left[strand] = expected & ~days
    findings.extend(
        _unequal(batch_codes.MISSING_DOSE, plan, strand, days, first) for strand, days in left.items() if days
    )
    return tuple(findings)


@lru_cache(maxsize=4096)
def _name_of(slot: Slot, quarters: Quarters) -> str:
    return dose_name(slot, Fraction(quarters, QUARTERS_PER_UNIT))


def _unequal(code: Code, plan: MedicationPlan, strand: _Strand, days: int, first: int) -> Finding:
    """Name the first of `days` on which the strand is there once too often, or is not there."""
    ordination_id, name = strand
    slot, units = name.split(" ")
    product = next((line.product_id for line in plan.ordinations if line.ordination_id == ordination_id), "")
    missing = code is batch_codes.MISSING_DOSE
    return found(
        code,
        plan.citizen_id,
        ordination=ordination_id,
        product=product,
        date=date.fromordinal(first + (days & -days).bit_length() - 1),
        slot=slot,
        expected=units if missing else 0,
        packed=0 if missing else units,
    )


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
