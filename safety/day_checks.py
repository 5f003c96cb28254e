"""Units a day, ordered and packed: what no slot table may change (C23)."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from dispenser.core.day_totals import NoDayTotalError, day_differences, ordered_per_day
from dispenser.core.ids import OrdinationId
from dispenser.core.plan import MedicationPlan
from dispenser.core.quantity import QUARTERS_PER_UNIT
from dispenser.core.roll import Roll
from safety import batch_codes
from safety.findings import Finding, found


def check_day_totals(roll: Roll, plan: MedicationPlan) -> tuple[Finding, ...]:
    """Return a finding for every ordination of which the pouches hold more or less on some day than `plan` orders.

    No slot table is asked. A line whose day cannot be totalled is not passed over: that is a finding too.
    """
    return tuple(_findings(roll, plan))


def _findings(roll: Roll, plan: MedicationPlan) -> Iterator[Finding]:
    packed = _packed(roll)
    ordered: dict[OrdinationId, dict[date, Decimal]] = {}
    for line in plan.ordinations:
        try:
            totals = ordered_per_day(line, roll.period)
        except NoDayTotalError as error:
            packed.pop(line.ordination_id, None)
            yield found(batch_codes.NOT_VERIFIABLE, roll.roll_id, ordination=line.ordination_id, why=error)
            continue
        before = ordered.setdefault(line.ordination_id, totals)
        if before is not totals:
            # One line sent twice is ordered twice.
            for at, units in totals.items():
                before[at] = before.get(at, Decimal(0)) + units
    for ordination in sorted({*ordered, *packed}):
        differences = day_differences(ordered.get(ordination, {}), packed.get(ordination, {}))
        if differences:
            listed = "; ".join(map(str, differences))
            yield found(batch_codes.DAY_TOTAL, roll.roll_id, ordination=ordination, differences=listed)


def _packed(roll: Roll) -> dict[OrdinationId, dict[date, Decimal]]:
    """Units in the pouches by ordination and date."""
    quarters: dict[OrdinationId, dict[date, int]] = {}
    for pouch in roll.pouches:
        for content in pouch.contents:
            days = quarters.setdefault(content.ordination_id, {})
            days[pouch.date] = days.get(pouch.date, 0) + content.quarters
    return {
        ordination: {at: Decimal(count) / QUARTERS_PER_UNIT for at, count in days.items()}
        for ordination, days in quarters.items()
    }
