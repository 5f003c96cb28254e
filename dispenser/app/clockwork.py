"""Keep every packing group supplied with a next period, and turn due ones into batches."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from dispenser.app.batching import plan_due
from dispenser.app.rejudging import follow_rules
from dispenser.app.services import Services
from dispenser.app.site import require_sound_site
from dispenser.core.ids import GroupId
from dispenser.core.periods import (
    USUAL_PERIOD_DAYS,
    Reason,
    ReasonMissingError,
    check_length,
    gap_between,
    overlapping,
)
from dispenser.core.roll import Period
from dispenser.store.errors import ConflictError, NotFoundError
from dispenser.store.records import BatchRecord, PeriodRecord
from scheduling.calendar import DeadlineRule, deadline_of, following, local_date, period_from
from scheduling.stagger import start_weekdays


@dataclass(frozen=True, slots=True)
class Cycle:
    """A group's packing cycle as the site sets it: first day of the first period, and length in days (a usual one)."""

    group_id: GroupId
    first: date
    days: int


def tick(services: Services, cycles: Sequence[Cycle]) -> list[BatchRecord]:
    """Open the periods that are missing, then plan what is due; safe to call at any time, any number of times.

    Plans follow the clinical rules first, where others are in force than before.

    Raises:
        UnsoundSiteError: clock or disk cannot be trusted, or what is made up is mixed with what is real.
    """
    require_sound_site(services)
    follow_rules(services)
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
        PeriodLengthError: longer than the law allows (R4).
        ReasonMissingError: without a reason longer than usual (R4), or after days of which nothing is packed (C5).
        ConflictError: the group has a period with one of these days already (C4).
    """
    check_length(period.days, reason)
    record = PeriodRecord(group_id, period, deadline, "open", None, reason)
    today = local_date(services.clock.now())
    with services.database.write() as tx:
        around = [known.period for known in tx.groups.around(group_id, period)]
        clash = overlapping(period, around)
        if clash is not None:
            message = f"group {group_id} has a period from {clash.first} to {clash.last} already; nothing was changed"
            raise ConflictError(message)
        left_out = gap_between(around[0], period) if around else None
        # Days that are over are packed for nobody in any case.
        if left_out is not None and left_out.last >= today and reason is None:
            message = (
                f"from {left_out.first} to {left_out.last} group {group_id} would get nothing; that needs a reason"
            )
            raise ReasonMissingError(message)
        tx.groups.ensure(group_id, str(group_id))
        tx.groups.add_period(record)
    return record


def next_period(services: Services, group_id: GroupId, days: int | None, reason: Reason | None) -> Period:
    """Return the period right after the group's last one (C4, C5), without `days` as long as that, or as usual at most.

    Raises:
        NotFoundError: the group has no period yet.
        PeriodLengthError: longer than the law allows (R4).
        ReasonMissingError: longer than usual without a reason (R4).
    """
    with services.database.read() as tx:
        latest = tx.groups.latest(group_id)
    if latest is None:
        message = f"group {group_id} has no period yet; say on which day its first one begins"
        raise NotFoundError(message)
    return following(latest.period, days or min(latest.period.days, USUAL_PERIOD_DAYS), reason)


@dataclass(frozen=True, slots=True)
class Start:
    """On which ISO weekday a group begins its periods, and how many citizens it has; `settled` if it does already."""

    group_id: GroupId
    weekday: int
    citizens: int
    settled: bool


def starts(services: Services) -> list[Start]:
    """Return a weekday for every group, so that all days have about as many citizens; who has periods keeps his."""
    with services.database.read() as tx:
        sizes = tx.groups.sizes()
        latest = {group_id: tx.groups.latest(group_id) for group_id in sizes}
    kept = {group_id: record.period.first.isoweekday() for group_id, record in latest.items() if record is not None}
    return [
        Start(group_id, weekday, sizes[group_id], group_id in kept)
        for group_id, weekday in start_weekdays(sizes, kept).items()
    ]
