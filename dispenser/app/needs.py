"""Who of a packing group still needs something packed in a period, and what of the plan that is."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from dispenser.app.noted import noted_of
from dispenser.core.acute import Acute
from dispenser.core.change import MadeRoll
from dispenser.core.dosage import StructuredDosage
from dispenser.core.expander import NotPackableError
from dispenser.core.ids import BatchId, CitizenId, GroupId
from dispenser.core.moment import Moment
from dispenser.core.plan import MedicationPlan
from dispenser.core.pouch import Dose
from dispenser.core.presence import Noted
from dispenser.core.remainder import due, plan_of, remaining
from dispenser.core.replacing import Gone, acute_of
from dispenser.core.roll import Period, Roll
from dispenser.core.slots import SlotTable
from dispenser.store.records import DiscardRecord
from dispenser.store.session import Transaction

_LOOK_BACK_DAYS = 28
"""How far back rolls may lie that a new one must go on from; more when a cycle is longer."""
_NO_BATCH = BatchId("")


@dataclass(frozen=True, slots=True)
class Need:
    """One citizen's plan, what else is known, and what is to be packed: all of it, or only some doses as `acute`."""

    plan: MedicationPlan
    noted: Noted
    window: Period
    others: tuple[Roll, ...] = field(compare=False)
    """Rolls in use of this period and of the weeks before it; they change nothing about what is to be packed."""
    part: MedicationPlan | None = None
    acute: Acute | None = None


def needs(
    tx: Transaction, group_id: GroupId, period: Period, slots: SlotTable, since: Moment, *, look_back: bool = True
) -> dict[CitizenId, Need]:
    """Return the need of everyone in the group whom rolls in use leave something to be packed for.

    A period that is planned again so supplies what was taken out of use or has been added, and nothing twice. What
    was to be taken before `since` is packed for nobody. Only the checks need the `look_back` at earlier rolls.
    """
    plans = {plan.citizen_id: plan for plan in tx.plans.current_in_group(group_id)}
    citizens = tuple(plans)
    noted = noted_of(tx, citizens)
    days = timedelta(days=_look_back(plans.values()) if look_back else 0)
    wide = Period(period.first - days, period.last)
    others: dict[CitizenId, list[Roll]] = {}
    for roll in tx.batches.other_rolls(citizens, wide, _NO_BATCH):
        others.setdefault(roll.citizen_id, []).append(roll)
    gone = _gone(tx, citizens, period)
    window = Period(max(period.first, since.day), period.last)
    found: dict[CitizenId, Need] = {}
    for citizen_id, plan in plans.items():
        rolls, notes = tuple(others.get(citizen_id, ())), noted.get(citizen_id, Noted())
        live = [roll for roll in rolls if any(window.first <= pouch.date <= window.last for pouch in roll.pouches)]
        whole = not live and not notes.absences and since.day < period.first
        need = Need(plan, notes, window, rolls)
        if not whole:
            need = _partial(need, live, gone.get(citizen_id, ()), slots, since)
        elif citizen_id in gone:
            need = Need(plan, notes, window, rolls, None, _acute(plan, window, slots, gone[citizen_id]))
        # Whom rolls in use supply with everything needs nothing; a plan that cannot be dated is the checks' to name.
        if whole or not live or need.part is None or need.part.ordinations:
            found[citizen_id] = need
    return found


def _partial(need: Need, live: Sequence[Roll], gone: Sequence[Gone], slots: SlotTable, since: Moment) -> Need:
    try:
        doses = due(need.plan, need.window, slots, need.noted.absences, since)
    except NotPackableError:
        return need
    left = remaining(doses, (pouch for roll in live for pouch in roll.pouches))
    acute = acute_of(left, gone, live)
    return Need(need.plan, need.noted, need.window, need.others, plan_of(need.plan, left), acute)


def _acute(plan: MedicationPlan, window: Period, slots: SlotTable, gone: Sequence[Gone]) -> Acute | None:
    doses: tuple[Dose, ...]
    try:
        doses = due(plan, window, slots)
    except NotPackableError:
        doses = ()
    return acute_of(doses, gone, ())


def _gone(tx: Transaction, citizens: Sequence[CitizenId], period: Period) -> dict[CitizenId, list[Gone]]:
    """Return the pouches that were to be taken in the period and are discarded, or were never packed."""
    ended = [one for one in tx.batches.made_rolls(citizens, period) if one.ended]
    discarded: Mapping[tuple[str, int], DiscardRecord] = {
        (record.roll_id, record.number): record for record in tx.discards.of_rolls([one.roll.roll_id for one in ended])
    }
    found: dict[CitizenId, list[Gone]] = {}
    for one in ended:
        found.setdefault(one.roll.citizen_id, []).extend(_gone_of(one, discarded))
    return found


def _gone_of(one: MadeRoll, discarded: Mapping[tuple[str, int], DiscardRecord]) -> Iterable[Gone]:
    for pouch in one.roll.pouches:
        record = discarded.get((one.roll.roll_id, pouch.number))
        if pouch.number not in one.packed:
            yield Gone(one.roll.roll_id, pouch, record.acute if record is not None else Acute.CHANGE)


def _look_back(plans: Iterable[MedicationPlan]) -> int:
    intervals = (
        structure.interval
        for plan in plans
        for line in plan.ordinations
        if isinstance(line.dosage, StructuredDosage)
        for structure in line.dosage.structures
    )
    return max(_LOOK_BACK_DAYS, *intervals, 0)
