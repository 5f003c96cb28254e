"""Keep every packing group supplied with a next period, and turn due ones into batches."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from dispenser.app.batching import plan_due
from dispenser.app.services import Services
from dispenser.core.ids import GroupId
from dispenser.core.periods import Reason, check_length
from dispenser.core.roll import Period
from dispenser.store.errors import ConflictError
from dispenser.store.records import BatchRecord, PeriodRecord
from scheduling.calendar import DeadlineRule, deadline_of, following, local_date, period_from


@dataclass(frozen=True, slots=True)
class Cycle:
    """A group's packing cycle as the site sets it: first day of the first period, and length in days (a usual one)."""

    group_id: GroupId
    first: date
    days: int


def tick(services: Services, cycles: Sequence[Cycle]) -> list[BatchRecord]:
    """Open the periods that are missing, then plan what is due; safe to call at any time, any number of times."""
    for cycle in cycles:
        _continue(services, cycle)
    return plan_due(services)


def _continue(services: Services, cycle: Cycle) -> None:
    with services.database.read() as tx:
        latest = tx.groups.latest(cycle.group_id)
    if latest is None:
        period = period_from(cycle.first, cycle.days)
    elif latest.state == "batched":
        # As long as usual: a longer one had a reason of its own.
        period = following(latest.period, cycle.days)
    else:
        return
    today = local_date(services.clock.now())
    # Days that are over are packed for nobody: a cycle that began long ago, or a controller that was off.
    while period.last < today:
        period = following(period, cycle.days)
    open_period(services, cycle.group_id, period, deadline_of(period, DeadlineRule()))


def open_period(
    services: Services, group_id: GroupId, period: Period, deadline: datetime, reason: Reason | None = None
) -> PeriodRecord:
    """Open `period` for a group: at `deadline` (UTC) its batch is planned.

    Raises:
        PeriodLengthError: longer than the law allows.
        ReasonMissingError: longer than usual without a reason.
        ConflictError: the group has this period already.
    """
    check_length(period.days, reason)
    record = PeriodRecord(group_id, period, deadline, "open", None, reason)
    try:
        with services.database.write() as tx:
            tx.groups.ensure(group_id, str(group_id))
            tx.groups.add_period(record)
    except ConflictError as error:
        message = f"group {group_id} has a period from {period.first} already; nothing was changed"
        raise ConflictError(message) from error
    return record
