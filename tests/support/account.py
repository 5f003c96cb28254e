"""A second account of a pharmacy under change: what citizens should have in hand, and what they have."""

from collections import Counter
from collections.abc import Mapping
from datetime import date, timedelta
from fractions import Fraction

from dispenser.app.noted import noted_of
from dispenser.core.batch import BatchState
from dispenser.core.dosage import Slot
from dispenser.core.ids import CitizenId, GroupId
from dispenser.core.plan import MedicationPlan
from dispenser.core.pouch import Pouch
from dispenser.core.roll import Period
from dispenser.store.records import DiscardRecord
from safety.second_expansion import expected_doses
from scheduling.calendar import local_moment
from tests.support.hall import MONDAY, NORTH, SOUTH
from tests.support.pharmacy import Pharmacy

Intake = tuple[str, date, Slot]
"""Product, date and time of an intake."""
WEEKS = Period(MONDAY, MONDAY + timedelta(days=13))


class Account:
    """Reads what the pharmacy has stored, and works everything out from plans, notes and pouches alone."""

    def __init__(self, pharmacy: Pharmacy) -> None:
        self._pharmacy = pharmacy
        self._database = pharmacy.services.database

    def live(self, citizen_id: CitizenId, period: Period = WEEKS) -> Mapping[Intake, Fraction]:
        """Units still to be taken that are packed and not discarded, or that a roll in use may still give."""
        found: Counter[Intake] = Counter()
        for pouch in self._in_hand(citizen_id):
            if period.first <= pouch.date <= period.last and self._is_ahead(pouch.date, pouch.slot):
                for content in pouch.contents:
                    found[content.product_id, pouch.date, pouch.slot] += Fraction(content.quarters, 4)
        return dict(found)

    def misprinted(self, citizen_id: CitizenId) -> list[Pouch]:
        """Pouches still to be taken whose instruction is not what the plan says of the medicines in them.

        For plans with one line of a product.
        """
        ordered = {line.product_id: line.instruction for line in self.plan(citizen_id).ordinations}
        found: list[Pouch] = []
        for pouch in self._in_hand(citizen_id):
            said = {ordered.get(content.product_id, "") for content in pouch.contents}
            if self._is_ahead(pouch.date, pouch.slot) and said - {""} != {pouch.instruction} - {""}:
                found.append(pouch)
        return found

    def wanted(self, citizen_id: CitizenId, period: Period = WEEKS) -> Mapping[Intake, Fraction]:
        """Units still to be taken that the plan orders, but on days of absence."""
        found: Counter[Intake] = Counter()
        with self._database.read() as tx:
            noted = noted_of(tx, (citizen_id,)).get(citizen_id)
        away = noted.absences if noted else ()
        for line in self.plan(citizen_id).ordinations:
            for (day, slot), units in expected_doses(line, period, self._pharmacy.services.slots).items():
                at_home = not any(one.first <= day and (one.last is None or day <= one.last) for one in away)
                if at_home and self._is_ahead(day, slot):
                    found[line.product_id, day, slot] += units
        return dict(found)

    def plan(self, citizen_id: CitizenId) -> MedicationPlan:
        with self._database.read() as tx:
            plan = tx.plans.current(citizen_id)
        assert plan is not None
        return plan

    def pouch(self, record: DiscardRecord) -> Pouch:
        with self._database.read() as tx:
            return tx.batches.roll(record.roll_id).pouches[record.number - 1]

    def in_group(self, group: GroupId) -> list[CitizenId]:
        with self._database.read() as tx:
            return [one.citizen_id for one in tx.citizens.in_group(group)]

    def citizens(self) -> list[CitizenId]:
        return [citizen_id for group in (NORTH, SOUTH) for citizen_id in self.in_group(group)]

    def _in_hand(self, citizen_id: CitizenId) -> list[Pouch]:
        found: list[Pouch] = []
        with self._database.read() as tx:
            discarded = {(record.roll_id, record.number) for record in tx.discards.of_citizen(citizen_id)}
            for record in tx.batches.rolls_of_citizen(citizen_id, 500):
                state = tx.batches.get(record.batch_id).state
                in_use = record.void_reason is None and state in {BatchState.PLANNED, BatchState.RELEASED}
                attempts = tx.jobs.pouches_of_roll(record.roll_id)
                packed = {pouch.number for pouch in attempts if pouch.state == "packed"}
                for pouch in tx.batches.roll(record.roll_id).pouches:
                    if pouch.number in packed:
                        found.extend([pouch] if (record.roll_id, pouch.number) not in discarded else [])
                    elif in_use:
                        found.append(pouch)
        return found

    def _is_ahead(self, day: date, slot: Slot) -> bool:
        since = local_moment(self._pharmacy.services.clock.now())
        return (day, self._pharmacy.services.slots.clock(slot)) >= (since.day, since.at)
