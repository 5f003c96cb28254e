"""A random sound world: people, plans, pouches, orders and evidence as the product itself makes them, and all right.

What is made here is made by the code that packs; what it is held against is the code that checks. Nobody in it is
real: names and numbers are drawn.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final

from dispenser.app.dispatch import pouch_orders
from dispenser.app.rules_in_force import Rules
from dispenser.app.selftest.chance import Chance, day_near, pick
from dispenser.app.selftest.clinic import rules_on
from dispenser.app.selftest.desk import Desk, sound_desk
from dispenser.app.selftest.evidence import journal_of
from dispenser.app.selftest.finishing import SIGNING, finished_batch
from dispenser.app.selftest.hall import Hall, sound_hall
from dispenser.app.selftest.packed import Packed
from dispenser.app.selftest.plans import sound_plan
from dispenser.app.selftest.postroom import SITE, Post, sound_post
from dispenser.app.selftest.shelf import SHELF, SLOTS, machine
from dispenser.app.selftest.stockroom import Pouring, known_fills, pouring
from dispenser.core.batch import Batch
from dispenser.core.citizen import Identity
from dispenser.core.dosage import ClockTime
from dispenser.core.fills import KnownFills
from dispenser.core.ids import BatchId, CitizenId, GroupId, RollId
from dispenser.core.moment import Moment
from dispenser.core.packing import pack
from dispenser.core.plan import MedicationPlan
from dispenser.core.presence import Noted
from dispenser.core.product import Catalogue
from dispenser.core.roll import HEADER_NUMBER, Period, Roll
from dispenser.core.slots import SlotTable
from dispenser.core.stock import MachineStock, PouchLimits
from dispenser.core.translate import sources
from hal.orders import PackingOrder
from labels.content import header_label, pouch_label
from safety.finished import FinishedBatch
from safety.finished_checks import Signing

CITIZENS: Final = 2
BATCH_ID: Final = BatchId("000002")
BEFORE: Final = BatchId("000001")
_GIVEN: Final = ("Åse", "Børge", "Kirsten", "Jørn", "Ærø-Maria", "Niels Aage", "Ida", "Svend", "Else", "Sørine")
_FAMILY: Final = ("Sørensen", "Kjærgaard", "Holm", "Åkjær", "Møller-Pedersen", "d'Hondt", "Østergaard Vestergaard")
_SHORTEST: Final = 7
_LONGEST: Final = 8
_DAYS_BEFORE: Final = 14


@dataclass(frozen=True, slots=True)
class World:
    """Everything that the checks of every stage look at.

    `rules` are the clinical ones; `since` is when the batch was planned; `neighbours` are the rolls of the weeks
    before; `known` are the fills that the orders draw on; `packed` has the rolls of the batch in their order;
    `pouring` is a canister being filled; `finished` is the batch as packed, `signing` who is about to close it;
    `desk` is what people are about to decide, `hall` how the site stands, `post` what has come in.
    """

    catalogue: Catalogue
    slots: SlotTable
    rules: Rules
    plans: Mapping[CitizenId, MedicationPlan]
    noted: Mapping[CitizenId, Noted]
    neighbours: tuple[Roll, ...]
    since: Moment
    batch: Batch
    stock: MachineStock
    known: KnownFills
    packed: tuple[Packed, ...]
    pouring: Pouring
    finished: FinishedBatch
    signing: Signing
    desk: Desk
    hall: Hall
    post: Post

    @property
    def limits(self) -> PouchLimits:
        """What a pouch holds."""
        return PouchLimits(self.stock.pouch_units, self.stock.pouch_volume_mm3)


def sound_world(chance: Chance) -> World:
    """Return a world in which nothing is wrong."""
    first = day_near(chance, date(2027, 1, 4), 400, 400)
    period = Period(first, first + timedelta(days=chance.randint(_SHORTEST, _LONGEST) - 1))
    citizens = [CitizenId(f"citizen-{place}") for place in range(1, CITIZENS + 1)]
    world = world_of(chance, [sound_plan(chance, citizen_id, period) for citizen_id in citizens], period)
    return replace(world, post=sound_post(chance, world.packed[0].identity, world.since.day))


def world_of(chance: Chance, plans: Sequence[MedicationPlan], period: Period) -> World:
    """Return a world in which everybody has one of `plans`, packed for `period` and for the fortnight before it."""
    catalogue, stock = SHELF, machine()
    before = Period(period.first - timedelta(days=_DAYS_BEFORE), period.first - timedelta(days=1))
    limits = PouchLimits(stock.pouch_units, stock.pouch_volume_mm3)

    def packed_for(span: Period, batch_id: BatchId) -> tuple[Roll, ...]:
        made = (
            pack(RollId(f"{batch_id}{place:04d}"), plan.citizen_id, plan, span, catalogue, SLOTS, limits)
            for place, plan in enumerate(plans, start=1)
        )
        # Who needs nothing has no roll.
        return tuple(roll for roll in made if roll.pouches)

    rolls, neighbours = packed_for(period, BATCH_ID), packed_for(before, BEFORE)
    batch = Batch(BATCH_ID, GroupId("selftest"), period, catalogue.version, SLOTS.version, rolls)
    since = Moment(period.first - timedelta(days=chance.randint(1, 5)), ClockTime(12, 0))
    by_citizen = {plan.citizen_id: plan for plan in plans}
    packed = tuple(
        on_its_way(_identity(chance, number), roll, stock, catalogue, SLOTS, number)
        for number, roll in enumerate(rolls, start=1)
    )
    return World(
        catalogue=catalogue,
        slots=SLOTS,
        rules=rules_on(since.day),
        plans=by_citizen,
        noted={},
        neighbours=neighbours,
        since=since,
        batch=batch,
        stock=stock,
        known=known_fills(chance, stock, period.first),
        packed=packed,
        pouring=pouring(chance, stock, period.first),
        finished=finished_batch(batch, by_citizen, neighbours, catalogue, SLOTS, since, packed),
        signing=SIGNING,
        desk=sound_desk(since.day),
        hall=sound_hall(since.day),
        post=Post((), since.day),
    )


def on_its_way(
    identity: Identity, roll: Roll, stock: MachineStock, catalogue: Catalogue, slots: SlotTable, number: int
) -> Packed:
    """Return `roll` as it is sent under order `number`, labels and all, and as a machine without a fault packs it."""
    packed_on = roll.period.first - timedelta(days=1)
    total = len(roll.pouches)
    labels = {HEADER_NUMBER: header_label(SITE, identity, roll, catalogue, slots, packed_on)}
    for pouch in roll.pouches:
        labels[pouch.number] = pouch_label(SITE, identity, roll, pouch, catalogue, slots, packed_on, total)
    made = sources(roll, sorted(labels), stock, catalogue)
    order = PackingOrder(f"job-{number}", number, 1, "0" * 64, pouch_orders(made, labels))
    return Packed(identity, roll, order, journal_of(order), packed_on)


def _identity(chance: Chance, place: int) -> Identity:
    """Return a person whose number says the date of birth, as most do; numbers of two places never meet."""
    born = day_near(chance, date(1945, 6, 1), 9_000, 6_000)
    serial = chance.randrange(place * 1_000, place * 1_000 + 999)
    name = f"{pick(chance, _GIVEN)} {pick(chance, _FAMILY)}"
    return Identity(name, f"{born:%d%m%y}{serial:04d}", born)
