"""What is in no pouch although its period has been planned: nobody may lack it because nobody noticed."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from dispenser.app.needs import Need, needs
from dispenser.app.services import Services
from dispenser.app.slot_tables import slots_for
from dispenser.core.acute import Acute
from dispenser.core.expander import NotPackableError
from dispenser.core.ids import CitizenId, GroupId
from dispenser.core.moment import Moment
from dispenser.core.remainder import due
from dispenser.core.roll import Period
from dispenser.core.slots import SlotTable
from dispenser.store.session import Transaction
from scheduling.calendar import local_moment

_NEWEST_PERIODS = 1_000


@dataclass(frozen=True, slots=True)
class Missing:
    """What planning `period` of the group once more would pack for a citizen.

    `doses` counts intakes of a product, from the date `first` to `last`; 0 when the plan cannot be dated any more.
    `acute` is FMK's kind of that packing, None when it is an ordinary one.
    """

    citizen_id: CitizenId
    group_id: GroupId
    period: Period
    doses: int
    first: date
    last: date
    acute: Acute | None


def missing(services: Services) -> tuple[Missing, ...]:
    """Return everyone to whom something is still to come that is in no roll in use, by group, period and citizen.

    A period that has not come to its deadline yet lacks nothing. Who is away is not owed anything.
    """
    since = local_moment(services.clock.now())
    found: list[Missing] = []
    with services.database.read() as tx:
        for group_id, period in _planned(tx, since.day):
            slots = slots_for(services, tx, group_id, period.first)
            found.extend(_of_period(tx, group_id, period, slots, since))
    return tuple(found)


def _planned(tx: Transaction, day: date) -> list[tuple[GroupId, Period]]:
    """Return what is planned and not over, also where there was nothing to pack when its deadline came."""
    empty = {
        (record.group_id, record.period)
        for record in tx.groups.periods(_NEWEST_PERIODS)
        if record.state == "batched" and record.period.last >= day
    }
    return sorted(empty.union(tx.batches.planned_periods(day)), key=lambda one: (one[0], one[1].first, one[1].last))


def _of_period(
    tx: Transaction, group_id: GroupId, period: Period, slots: SlotTable, since: Moment
) -> Iterator[Missing]:
    for citizen_id, need in sorted(needs(tx, group_id, period, slots, since, look_back=False).items()):
        try:
            dates = _dates(need, slots, since)
        except NotPackableError:
            yield Missing(citizen_id, group_id, period, 0, need.window.first, need.window.last, need.acute)
            continue
        if dates:
            yield Missing(citizen_id, group_id, period, len(dates), min(dates), max(dates), need.acute)


def _dates(need: Need, slots: SlotTable, since: Moment) -> list[date]:
    plan = need.plan if need.part is None else need.part
    return [dose.date for dose in due(plan, need.window, slots, need.noted.absences, since)]
