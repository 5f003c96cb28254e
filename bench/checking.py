"""Row `safety`: what checking costs beside making: a plan made into a batch, and a roll into an order for a machine.

One run makes and checks the same things by turns, so that the ratios are good on any machine; goal: 1 at most.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from statistics import median

import nation
from harness import WrongAnswerError, cpu_seconds, emit
from nation import WINDOW

from dispenser.app.dispatch import pouch_orders
from dispenser.core.batch import Batch
from dispenser.core.citizen import Identity
from dispenser.core.digest import roll_document, roll_of
from dispenser.core.dosage import ClockTime
from dispenser.core.expander import Expander
from dispenser.core.fills import HAND, Fill, FillName, KnownFills, Pack
from dispenser.core.ids import BatchId, GroupId, MachineId, ProductId, RollId
from dispenser.core.moment import Moment
from dispenser.core.packing import pack_with
from dispenser.core.plan import MedicationPlan
from dispenser.core.product import Catalogue
from dispenser.core.roll import HEADER_NUMBER, Period, Roll
from dispenser.core.slots import SlotTable
from dispenser.core.stock import LoadedCanister, MachineStock, PouchLimits
from dispenser.core.translate import sources
from hal.orders import PackingOrder
from labels.content import LabelSite, header_label, pouch_label
from safety.batch_checks import check_batch
from safety.canister_checks import check_fills
from safety.findings import Finding
from safety.label_checks import check_labels
from safety.label_words import Labelled
from safety.order_checks import check_order
from safety.plan_checks import PlanChecker

GOAL = 1.0
"""Most that checking may cost, in CPU seconds per CPU second of making."""
_REPEATS = 5
_ORDERED = 10
"""One roll in so many is made into an order: an order takes longer to make than its roll."""
_DRIVEN = 400
"""Products in canisters; the others are filled into tray cells by hand."""
_UNITS = 10_000
_CELLS = 10_000
_LIMITS = PouchLimits(10)
_SLOTS = SlotTable()
_CATALOGUE = nation.catalogue()
_PACKED_ON = WINDOW.first - timedelta(days=7)
_NOW = Moment(_PACKED_ON, ClockTime(9, 0))
_SITE = LabelSite("Demoapoteket", "70 00 00 00", "02000000000008")
_IDENTITY = Identity("Åse Sørensen", "0102481234", date(1948, 2, 1))


@dataclass(frozen=True)
class _Work:
    """Plans, and what has been made of them: this fortnight's batch, the rolls of the one before, some orders."""

    plans: list[MedicationPlan]
    rolls: tuple[Roll, ...]
    stored: tuple[Roll, ...]
    """Some of `rolls` as they come out of the store: nothing in them is shared any more."""
    before: tuple[Roll, ...]
    orders: list[PackingOrder]
    stock: MachineStock
    fills: KnownFills

    def check_batch(self, rolls: Sequence[Roll], before: tuple[Roll, ...]) -> list[Finding]:
        """Check the plans, and the batch of `rolls` after those `before`."""
        checker = PlanChecker(_CATALOGUE, _SLOTS)
        findings = [finding for plan in self.plans for finding in checker.check(plan)]
        batch = Batch(BatchId("000002"), GroupId("bench"), WINDOW, _CATALOGUE.version, _SLOTS.version, tuple(rolls))
        plans = {plan.citizen_id: plan for plan in self.plans}
        return [*findings, *check_batch(batch, plans, _CATALOGUE, _SLOTS, before, _LIMITS, {}, _NOW)]

    def check_orders(self, orders: Sequence[PackingOrder]) -> list[Finding]:
        """Check `orders` as they are before they are sent: picks, labels and fills."""
        findings: list[Finding] = []
        for order, roll in zip(orders, self.stored, strict=True):
            about = Labelled(roll, _IDENTITY, _CATALOGUE, _SLOTS, _PACKED_ON)
            findings.extend(check_order(order, roll, _IDENTITY, self.stock, _CATALOGUE))
            findings.extend(check_labels(order, about))
            findings.extend(check_fills(order, roll, self.fills, _CATALOGUE, self.stock))
        return findings


def checking(citizens: int) -> dict[str, object]:
    """Print and return the ratios of checking to making for `citizens` over a fortnight.

    Raises:
        WrongAnswerError: something sound has a finding, or something wrong has none.
    """
    work = _work(citizens)
    _require_right_answers(work)
    steps: dict[str, Callable[[], object]] = {
        "pack": lambda: _pack(work.plans, WINDOW, "000002"),
        "check": lambda: work.check_batch(work.rolls, ()),
        "check_beside": lambda: work.check_batch(work.rolls, work.before),
        "order": lambda: [_order(roll, work.stock) for roll in work.stored],
        "check_order": lambda: work.check_orders(work.orders),
    }
    spent: dict[str, list[float]] = {name: [] for name in steps}
    for _ in range(_REPEATS):
        for name, step in steps.items():
            spent[name].append(cpu_seconds(step))
    # Orders were made of some rolls only.
    share = len(work.rolls) / len(work.stored)
    made = [pack + order * share for pack, order in zip(spent["pack"], spent["order"], strict=True)]
    checked = [batch + order * share for batch, order in zip(spent["check_beside"], spent["check_order"], strict=True)]
    return emit(
        {
            "row": "safety",
            "units": sum(len(roll.pouches) for roll in work.rolls),
            "unit": "pouches",
            "citizens": citizens,
            "goal": GOAL,
            "plan_to_batch": _ratio(spent["check"], spent["pack"]),
            "plan_to_batch_after_another": _ratio(spent["check_beside"], spent["pack"]),
            "roll_to_order": _ratio(spent["check_order"], spent["order"]),
            "both": _ratio(checked, made),
            "cpu_s": {name: round(median(seconds), 4) for name, seconds in spent.items()},
        }
    )


def _ratio(checked: list[float], made: list[float]) -> float:
    return round(median(check / make for check, make in zip(checked, made, strict=True)), 3)


def _require_right_answers(work: _Work) -> None:
    wrong = _PACKED_ON - timedelta(days=1)
    roll, *others = work.rolls
    lost = replace(roll, pouches=roll.pouches[:-1])
    order, *more = work.orders
    doubled = replace(order, pouches=(*order.pouches[:-1], order.pouches[-2]))
    sound = [*work.check_batch(work.rolls, work.before), *work.check_orders(work.orders)]
    if sound:
        message = f"{len(sound)} findings in sound work, the first: {sound[0].text('en')}"
        raise WrongAnswerError(message)
    late = Labelled(roll, _IDENTITY, _CATALOGUE, _SLOTS, wrong)
    if not (
        work.check_batch((lost, *others), ())
        and work.check_batch(work.rolls, work.stored[:1])
        and work.check_orders([doubled, *more])
        and check_labels(order, late)
        and check_fills(order, roll, replace(work.fills, hand={}), _CATALOGUE, work.stock)
    ):
        raise WrongAnswerError("a seeded fault was not found")


def _work(citizens: int) -> _Work:
    plans = list(nation.citizens(0, citizens))
    rolls = _pack(plans, WINDOW, "000002")
    earlier = Period(WINDOW.first - timedelta(days=WINDOW.days), WINDOW.first - timedelta(days=1))
    driven = dict(enumerate(list(_CATALOGUE.products)[:_DRIVEN], start=1))
    canisters = tuple(LoadedCanister(bay, f"K{bay}", f"K{bay}-1", of, _UNITS) for bay, of in driven.items())
    stock = MachineStock(MachineId("bench"), canisters, _CELLS, _LIMITS.units)
    stored = _stored(rolls[: max(1, len(rolls) // _ORDERED)])
    orders = [_order(roll, stock) for roll in stored]
    before = _stored(_pack(plans, earlier, "000001"))
    return _Work(plans, rolls, stored, before, orders, stock, _fills(_CATALOGUE, stock))


def _stored(rolls: Iterable[Roll]) -> tuple[Roll, ...]:
    return tuple(roll_of(roll_document(roll)) for roll in rolls)


def _pack(plans: list[MedicationPlan], period: Period, batch: str) -> tuple[Roll, ...]:
    expander = Expander(period, _SLOTS)
    rolls = (
        pack_with(expander, RollId(f"{batch}{number:04d}"), plan.citizen_id, plan, _CATALOGUE, _LIMITS)
        for number, plan in enumerate(plans, start=1)
    )
    return tuple(roll for roll in rolls if roll.pouches)


def _order(roll: Roll, stock: MachineStock) -> PackingOrder:
    """Make the order of a roll as it is made before it is checked and sent."""
    made = sources(roll, range(len(roll.pouches) + 1), stock, _CATALOGUE)
    labels = {HEADER_NUMBER: header_label(_SITE, _IDENTITY, roll, _CATALOGUE, _SLOTS, _PACKED_ON)}
    for pouch in roll.pouches:
        labels[pouch.number] = pouch_label(
            _SITE, _IDENTITY, roll, pouch, _CATALOGUE, _SLOTS, _PACKED_ON, len(roll.pouches)
        )
    return PackingOrder("bench", 1, 1, "0" * 64, pouch_orders(made, labels))


def _fills(catalogue: Catalogue, stock: MachineStock) -> KnownFills:
    fills = {
        name: _fill(name, canister.product_id)
        for canister in stock.canisters
        for name in [FillName(canister.canister_id, canister.fill_code)]
    }
    hand = {product: (_fill(FillName(HAND, f"H{product}"), product),) for product in catalogue.products}
    return KnownFills(fills, hand)


def _fill(name: FillName, product: ProductId) -> Fill:
    half = _UNITS // 2
    packs = tuple(
        Pack(f"{product:0>14}", f"L{lot}", WINDOW.last + timedelta(days=99), f"{name}-{lot}", half) for lot in (1, 2)
    )
    return Fill(name, product, packs, _PACKED_ON, "Ida", "Bo", datetime(2027, 3, 15, 8, tzinfo=UTC))
