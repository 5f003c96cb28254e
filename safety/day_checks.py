"""Units a day, ordered and packed: what no slot table may change (C23)."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal

from dispenser.core.day_totals import NoDayTotalError, day_differences, ordered_per_day
from dispenser.core.moment import Moment
from dispenser.core.plan import MedicationPlan
from dispenser.core.presence import Noted, why_away
from dispenser.core.quantity import QUARTERS_PER_UNIT
from dispenser.core.roll import Roll
from safety import batch_codes
from safety.findings import Finding, found
from safety.outstanding import NOTHING_NOTED

_Totals = dict[str, dict[date, Decimal]]


def check_day_totals(
    roll: Roll,
    plan: MedicationPlan,
    beside: Iterable[Roll] = (),
    noted: Noted = NOTHING_NOTED,
    since: Moment | None = None,
) -> tuple[Finding, ...]:
    """Return a finding for every ordination of which the pouches hold more or less on some day than `plan` orders.

    No slot table is asked. A line whose day cannot be totalled is not passed over: that is a finding too. Where the
    citizen has other rolls `beside` this one, all of them are totalled together, by product, since a line may have had
    another name. Days of absence give nothing; a day that has begun at `since` is left to the check dose by dose.
    """
    first, last = roll.period.first, roll.period.last
    others = tuple(one for one in beside if any(first <= pouch.date <= last for pouch in one.pouches))
    return tuple(_findings(roll, plan, others, noted, since))


def _findings(
    roll: Roll, plan: MedicationPlan, others: tuple[Roll, ...], noted: Noted, since: Moment | None
) -> Iterator[Finding]:
    by_product = bool(others)
    packed = _packed((roll, *others), by_product=by_product)
    ordered: _Totals = {}
    unknown: set[str] = set()
    for line in plan.ordinations:
        name: str = line.product_id if by_product else line.ordination_id
        try:
            totals = ordered_per_day(line, roll.period)
        except NoDayTotalError as error:
            unknown.add(name)
            yield found(batch_codes.NOT_VERIFIABLE, roll.roll_id, ordination=line.ordination_id, why=error)
            continue
        before = ordered.setdefault(name, totals)
        if before is not totals:
            # One line sent twice is ordered twice.
            for at, units in totals.items():
                before[at] = before.get(at, Decimal(0)) + units
    for name in sorted({*ordered, *packed} - unknown):
        wanted, got = ordered.get(name, {}), packed.get(name, {})
        if others or noted.absences or since is not None:
            wanted = {at: units for at, units in wanted.items() if why_away(noted.absences, at) is None}
            wanted, got = _compared(roll, wanted, since), _compared(roll, got, since)
        differences = day_differences(wanted, got)
        if differences:
            listed = "; ".join(map(str, differences))
            yield found(batch_codes.DAY_TOTAL, roll.roll_id, ordination=name, differences=listed)


def _compared(roll: Roll, days: Mapping[date, Decimal], since: Moment | None) -> dict[date, Decimal]:
    """Return the whole days of the roll that are still to come."""
    return {
        at: units
        for at, units in days.items()
        if roll.period.first <= at <= roll.period.last and (since is None or at > since.day)
    }


def _packed(rolls: Iterable[Roll], *, by_product: bool) -> _Totals:
    """Units in the pouches by date, and by product or by ordination."""
    quarters: dict[str, dict[date, int]] = {}
    for roll in rolls:
        for pouch in roll.pouches:
            for content in pouch.contents:
                days = quarters.setdefault(content.product_id if by_product else content.ordination_id, {})
                days[pouch.date] = days.get(pouch.date, 0) + content.quarters
    return {
        name: {at: Decimal(count) / QUARTERS_PER_UNIT for at, count in days.items()} for name, days in quarters.items()
    }
