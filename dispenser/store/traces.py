"""Which fills orders and packed pouches drew on, read both ways: from a lot to its pouches, and back."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, RowMapping, and_, bindparam, func, insert, select

from dispenser.core.fills import HAND, FillName
from dispenser.core.ids import CitizenId, JobId, MachineId, ProductId, RollId
from dispenser.core.job import LIVE_STATES
from dispenser.core.roll import HEADER_NUMBER
from dispenser.store.lot_rows import LotRows
from dispenser.store.repository import chunks
from dispenser.store.tables import DISCARD, FILL_END, FILL_PACK, JOB, ORDER_FILL, POUCH, POUCH_FILL, ROLL

_INSTANT = timedelta(microseconds=1)
"""The least time between two instants that the database tells apart."""


@dataclass(frozen=True, slots=True)
class TracedPouch:
    """A packed pouch that may hold tablets of a lot, whose it is, from which fill, and whether it was discarded."""

    roll_id: RollId
    number: int
    citizen_id: CitizenId
    machine_id: MachineId
    fill: FillName
    product_id: ProductId
    gtin: str
    is_discarded: bool


@dataclass(frozen=True, slots=True)
class TracedLot:
    """A lot that pouch `number` of a roll may hold tablets of; without `gtin` and `lot` where nobody registered it."""

    number: int
    product_id: ProductId
    fill: FillName
    gtin: str
    lot: str
    expiry: date | None


@dataclass(frozen=True, slots=True)
class Sent:
    """When an order was sent, and to draw on which fills."""

    at: datetime
    names: frozenset[FillName]


_LAST_END = select(func.max(FILL_END.c.at).label("at")).where(FILL_END.c.container == HAND)
_LAST_SENT = (
    select(func.max(ORDER_FILL.c.at).label("at"))
    .select_from(JOB)
    .join(ORDER_FILL, ORDER_FILL.c.job_id == JOB.c.job_id)
    .where(JOB.c.state.in_([state.value for state in LIVE_STATES]))
)
_SENT = select(ORDER_FILL).where(ORDER_FILL.c.job_id == bindparam("job"))
_ADD_POUCH = insert(POUCH_FILL)


class Traces(LotRows):
    """Rows from fills to orders and pouches; append-only."""

    def add_order(self, job_id: JobId, names: Iterable[FillName], at: datetime) -> None:
        """Say which fills an order is sent to draw on, `at` a moment after every end of hand stock at the earliest.

        So what was open when it was sent is told from what was closed before, also by a clock that was set back.

        Raises:
            ConflictError: a fill is not registered, or it is said already.
        """
        row = self._one(_LAST_END)
        ended = row["at"] if row else None
        after = at if ended is None else max(at, ended + _INSTANT)
        rows = [{"job_id": job_id, "container": name.container, "code": name.code, "at": after} for name in names]
        self._bulk(insert(ORDER_FILL), rows)

    def sent(self, job_id: JobId) -> Sent | None:
        """Return what `add_order` said of an order; None for one that draws on nothing."""
        rows = self._all(_SENT, job=job_id)
        if not rows:
            return None
        names = frozenset(FillName(row["container"], row["code"]) for row in rows)
        return Sent(min(row["at"] for row in rows), names)

    def last_sent(self) -> datetime | None:
        """Return when the newest order was sent that is not over yet, as `add_order` said; None when there is none."""
        row = self._one(_LAST_SENT)
        return row["at"] if row else None

    def add_pouch(self, job_id: JobId, number: int, drawn: Iterable[tuple[FillName, ProductId]]) -> None:
        """Say which fills a packed pouch may hold tablets of.

        Raises:
            ConflictError: no such pouch, or it is said already.
        """
        self._bulk(
            _ADD_POUCH,
            [
                {
                    "job_id": job_id,
                    "number": number,
                    "container": name.container,
                    "code": name.code,
                    "product_id": product_id,
                }
                for name, product_id in drawn
            ],
        )

    def pouches_of_lot(self, lot: str, gtin: str = "") -> tuple[TracedPouch, ...]:
        """Return every packed pouch that may hold tablets of a lot, of one GTIN or of any, in one query.

        By roll and number; a pouch comes once for each fill and GTIN of the lot.
        """
        discarded = (DISCARD.c.roll_id == POUCH.c.roll_id) & (DISCARD.c.number == POUCH.c.number)
        rows = self._all(
            select(
                POUCH.c.roll_id,
                POUCH.c.number,
                ROLL.c.citizen_id,
                JOB.c.machine_id,
                POUCH_FILL.c.container,
                POUCH_FILL.c.code,
                POUCH_FILL.c.product_id,
                FILL_PACK.c.gtin,
                DISCARD.c.at.is_not(None).label("is_discarded"),
            )
            .distinct()
            .select_from(FILL_PACK)
            .join(POUCH_FILL, _same_fill(POUCH_FILL.c.container, POUCH_FILL.c.code))
            .join(POUCH, _same_pouch())
            .join(JOB, JOB.c.job_id == POUCH.c.job_id)
            .join(ROLL, ROLL.c.roll_id == POUCH.c.roll_id)
            .outerjoin(DISCARD, discarded)
            .where(POUCH.c.state == "packed", self._of_lot(lot, gtin))
        )
        return tuple(sorted(map(_pouch, rows), key=lambda one: (one.roll_id, one.number, str(one.fill), one.gtin)))

    def lots_of_pouch(self, roll_id: RollId, number: int) -> tuple[TracedLot, ...]:
        """Return every lot that a packed pouch may hold tablets of: one query."""
        return self._lots(and_(JOB.c.roll_id == roll_id, POUCH.c.number == number))

    def lots_of_roll(self, roll_id: RollId) -> tuple[TracedLot, ...]:
        """Return every lot of every packed pouch of a roll, by pouch."""
        return self._lots(JOB.c.roll_id == roll_id)

    def untraced(self, day: date) -> tuple[tuple[RollId, int], ...]:
        """Return the packed pouches in use of which no fill is written down, of rolls that are not over before `day`.

        Each by roll and number. They were packed before fills were registered: nobody knows which lots they hold.
        """
        discarded = (DISCARD.c.roll_id == POUCH.c.roll_id) & (DISCARD.c.number == POUCH.c.number)
        packed = (
            select(POUCH.c.roll_id, POUCH.c.number)
            .select_from(JOB)
            .join(POUCH, POUCH.c.job_id == JOB.c.job_id)
            .outerjoin(POUCH_FILL, _same_pouch())
            .outerjoin(DISCARD, discarded)
            .where(POUCH.c.state == "packed", POUCH.c.number > HEADER_NUMBER)
            .where(POUCH_FILL.c.job_id.is_(None), DISCARD.c.roll_id.is_(None))
            .order_by(POUCH.c.roll_id, POUCH.c.number)
        )
        # The rolls first, so that of a million pouches no others are looked at.
        rolls = self._all(select(ROLL.c.roll_id).where(ROLL.c.last >= day).order_by(ROLL.c.roll_id))
        return tuple(
            (row["roll_id"], row["number"])
            for some in chunks([row["roll_id"] for row in rolls])
            for row in self._all(packed.where(JOB.c.roll_id.in_(some)))
        )

    def live_rolls_of(self, lot: str, gtin: str = "") -> tuple[RollId, ...]:
        """Return the rolls with an order under way that may draw on a lot."""
        live = [state.value for state in LIVE_STATES]
        rows = self._all(
            select(JOB.c.roll_id)
            .distinct()
            .select_from(FILL_PACK)
            .join(ORDER_FILL, _same_fill(ORDER_FILL.c.container, ORDER_FILL.c.code))
            .join(JOB, JOB.c.job_id == ORDER_FILL.c.job_id)
            .where(self._of_lot(lot, gtin), JOB.c.state.in_(live))
            .order_by(JOB.c.roll_id)
        )
        return tuple(row["roll_id"] for row in rows)

    def _lots(self, which: ColumnElement[bool]) -> tuple[TracedLot, ...]:
        rows = self._all(
            select(
                POUCH.c.number,
                POUCH_FILL.c.product_id,
                POUCH_FILL.c.container,
                POUCH_FILL.c.code,
                *_PACK_COLUMNS,
            )
            .distinct()
            # By the roll's attempts: they are indexed by roll, and pouches by attempt.
            .select_from(JOB)
            .join(POUCH, POUCH.c.job_id == JOB.c.job_id)
            .join(POUCH_FILL, _same_pouch())
            .outerjoin(FILL_PACK, _same_fill(POUCH_FILL.c.container, POUCH_FILL.c.code))
            .where(which, POUCH.c.state == "packed")
        )
        return tuple(sorted(map(_lot, rows), key=lambda one: (one.number, one.product_id, str(one.fill), one.lot)))


_PACK_COLUMNS = (FILL_PACK.c.gtin, FILL_PACK.c.lot, FILL_PACK.c.expiry)


def _same_fill(container: ColumnElement[str], code: ColumnElement[str]) -> ColumnElement[bool]:
    return and_(FILL_PACK.c.container == container, FILL_PACK.c.code == code)


def _same_pouch() -> ColumnElement[bool]:
    return and_(POUCH_FILL.c.job_id == POUCH.c.job_id, POUCH_FILL.c.number == POUCH.c.number)


def _pouch(row: RowMapping) -> TracedPouch:
    return TracedPouch(
        row["roll_id"],
        row["number"],
        row["citizen_id"],
        row["machine_id"],
        FillName(row["container"], row["code"]),
        row["product_id"],
        row["gtin"],
        bool(row["is_discarded"]),
    )


def _lot(row: RowMapping) -> TracedLot:
    name = FillName(row["container"], row["code"])
    return TracedLot(row["number"], row["product_id"], name, row["gtin"] or "", row["lot"] or "", row["expiry"])
