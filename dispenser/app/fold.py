"""Fold a machine's journal into outcomes of pouches and orders: values in, values out."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from dispenser.core.fills import Drop, FillName
from dispenser.core.ids import ProductId
from hal.errors import ProtocolViolationError
from hal.journal import JournalEntry
from hal.orders import PackingOrder, PouchOrder
from hal.status import OrderState
from hal.wire import words
from safety.findings import Finding
from safety.guarded import guarded
from safety.pouch_checks import check_pouch
from safety.site_checks import check_journal


@dataclass(frozen=True, slots=True)
class PouchOutcome:
    """One physical pouch is closed: packed with complete evidence, or void for `reason`."""

    number: int
    film: int
    packed: bool
    reason: str
    findings: tuple[Finding, ...]
    drops: tuple[Drop, ...] = ()
    """What fell into it, as the journal names it; empty for a void one."""


@dataclass(frozen=True, slots=True)
class OrderMoved:
    """The machine says that the order is now in `state`."""

    state: OrderState


Fact = PouchOutcome | OrderMoved


@dataclass(slots=True)
class OrderFold:
    """Evidence of one order as it comes in; feed every journal entry once, oldest first."""

    order: PackingOrder
    _open: dict[int, list[JournalEntry]] = field(default_factory=dict)
    _orders: dict[int, PouchOrder] = field(init=False)

    def __post_init__(self) -> None:
        """Index the ordered pouches by number."""
        self._orders = {pouch.number: pouch for pouch in self.order.pouches}

    @property
    def open_pouches(self) -> frozenset[int]:
        """Numbers of the ordered pouches that are begun and not closed yet."""
        return frozenset(self._open.keys() & self._orders.keys())

    def take(self, entry: JournalEntry) -> Fact | None:
        """Take one entry; return the fact that it completes, if any. Entries of other orders are passed over."""
        if entry.order_number != self.order.number:
            return None
        if entry.kind == words.ORDER_CHANGED:
            return OrderMoved(OrderState(str(entry.fields["state"])))
        if entry.kind == words.POUCH_STARTED:
            self._open[entry.pouch] = [entry]
            return None
        if entry.pouch not in self._orders:
            return None
        self._open.setdefault(entry.pouch, []).append(entry)
        if entry.kind != words.POUCH_CLOSED:
            return None
        return self._closed(entry, self._open.pop(entry.pouch))

    def _closed(self, entry: JournalEntry, evidence: list[JournalEntry]) -> PouchOutcome:
        film = int(entry.fields["film"])
        if entry.fields["outcome"] != words.PACKED:
            return PouchOutcome(entry.pouch, film, packed=False, reason=str(entry.fields["reason"]), findings=())
        subject = f"order {self.order.number} pouch {entry.pouch}"
        findings = guarded(subject, check_pouch, self._orders[entry.pouch], evidence)
        # What the machine calls packed is packed only when its own evidence says so too.
        reason = ", ".join(finding.code.id for finding in findings)
        drops = tuple(drop_of(one) for one in evidence if one.kind == words.DROPPED)
        return PouchOutcome(entry.pouch, film, packed=not findings, reason=reason, findings=findings, drops=drops)


def drop_of(entry: JournalEntry) -> Drop:
    """Return what fell and from which fill, as an entry about a drop names it."""
    told = entry.fields
    fill = None if "cell" in told else FillName(str(told.get("canister", "")), str(told.get("fill", "")))
    return Drop(ProductId(str(told.get("product", ""))), fill)


def require_continuity(machine_id: str, last: JournalEntry | None, entries: Iterable[JournalEntry]) -> None:
    """Go on only when `entries` follow `last`, the newest one recorded (None: nothing is), without a gap.

    Raises:
        ProtocolViolationError: an entry is missing or repeated.
    """
    for finding in check_journal(machine_id, last, entries):
        message = f"{finding.code.id} {finding.text('en')}"
        raise ProtocolViolationError(message)
