"""Units a day, ordered and packed: what no slot table may change (C23)."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from dispenser.core.day_totals import NoDayTotalError, day_differences, ordered_per_day
from dispenser.core.ids import OrdinationId
from dispenser.core.plan import MedicationPlan
from dispenser.core.quantity import units_of
from dispenser.core.roll import Roll
from safety import batch_codes
from safety.findings import Finding, found

_Totals = dict[OrdinationId, dict[date, Decimal]]


def check_day_totals(roll: Roll, plan: MedicationPlan) -> tuple[Finding, ...]:
    """Return a finding for every ordination of which the pouches hold more or less on some day than `plan` orders.

    No slot table is asked. A line whose day cannot be totalled is not passed over: that is a finding too.
    """
    return tuple(_findings(roll, plan))


def _findings(roll: Roll, plan: MedicationPlan) -> Iterator[Finding]:
    ordered: _Totals = {}
    unknown: set[OrdinationId] = set()
    for line in plan.ordinations:
        try:
            _add(ordered, line.ordination_id, ordered_per_day(line, roll.period))
        except NoDayTotalError as error:
            unknown.add(line.ordination_id)
            yield found(batch_codes.NOT_VERIFIABLE, roll.roll_id, ordination=line.ordination_id, why=error)
    packed: _Totals = {}
    for pouch in roll.pouches:
        for content in pouch.contents:
            _add(packed, content.ordination_id, {pouch.date: units_of(content.quarters)})
    for ordination in sorted({*ordered, *packed} - unknown):
        differences = day_differences(ordered.get(ordination, {}), packed.get(ordination, {}))
        if differences:
            listed = "; ".join(map(str, differences))
            yield found(batch_codes.DAY_TOTAL, roll.roll_id, ordination=ordination, differences=listed)


def _add(totals: _Totals, ordination: OrdinationId, days: dict[date, Decimal]) -> None:
    of_line = totals.setdefault(ordination, {})
    for at, units in days.items():
        of_line[at] = of_line.get(at, Decimal(0)) + units
