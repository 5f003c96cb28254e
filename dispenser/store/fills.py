"""Fills, the packs they are of, which product a GTIN is, and what was decided about lots: append-only."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import Connection, RowMapping, Select, bindparam, func, insert, literal, or_, select, tuple_

from dispenser.core.fills import HAND, Fill, FillName, LotNotice, Lots, LotState, Pack, lots_of
from dispenser.core.ids import ProductId
from dispenser.store.errors import NotFoundError
from dispenser.store.lot_rows import LotRows
from dispenser.store.repository import chunks
from dispenser.store.tables import FILL, FILL_END, FILL_PACK, LOT_NOTICE, PRODUCT_GTIN

_NOTICES = select(LOT_NOTICE).order_by(LOT_NOTICE.c.number)
_PACK = (FILL_PACK.c.gtin, FILL_PACK.c.lot, FILL_PACK.c.expiry, FILL_PACK.c.serial, FILL_PACK.c.units)
_FILLS = (
    select(FILL, FILL_END.c.at.label("ended_at"), *_PACK)
    .outerjoin(FILL_END, (FILL_END.c.container == FILL.c.container) & (FILL_END.c.code == FILL.c.code))
    .outerjoin(FILL_PACK, (FILL_PACK.c.container == FILL.c.container) & (FILL_PACK.c.code == FILL.c.code))
    .order_by(FILL.c.number, FILL_PACK.c.place)
)
_HAND = _FILLS.where(FILL.c.container == literal(HAND), FILL.c.product_id.in_(bindparam("products", expanding=True)))
_OPEN_HAND = _HAND.where(FILL_END.c.at.is_(None))
_HAND_SINCE = _HAND.where(or_(FILL_END.c.at.is_(None), FILL_END.c.at >= bindparam("since")))


@dataclass(frozen=True, slots=True)
class GtinRecord:
    """Which product packs with a GTIN are, how many units each holds, and the two who said so."""

    gtin: str
    product_id: ProductId
    units: int
    who: str
    second: str
    at: datetime


class Fills(LotRows):
    """What lies in canisters and hand stock."""

    def __init__(self, connection: Connection) -> None:
        """Serve one transaction."""
        super().__init__(connection)
        self._lots: Lots | None = None

    def add_gtin(self, record: GtinRecord) -> None:
        """Say which product a GTIN is, from now on.

        Raises:
            ConflictError: no 14 digits, no units, or not two different names.
        """
        highest = select(func.coalesce(func.max(PRODUCT_GTIN.c.number), 0)).where(PRODUCT_GTIN.c.gtin == record.gtin)
        self._run(insert(PRODUCT_GTIN).values({**asdict(record), "number": self._count(highest) + 1}))

    def gtins(self) -> dict[str, GtinRecord]:
        """Return every GTIN as it was registered last."""
        names = [column for column in PRODUCT_GTIN.c if column.name != "number"]
        rows = self._all(select(*names).order_by(PRODUCT_GTIN.c.gtin, PRODUCT_GTIN.c.number))
        return {row["gtin"]: GtinRecord(**row) for row in rows}

    def add(self, fills: Sequence[Fill]) -> None:
        """Register fills, in this order.

        Raises:
            ConflictError: a container has had the code, a pack was opened before, or two people did not sign.
        """
        first = self._count(select(func.coalesce(func.max(FILL.c.number), 0))) + 1
        self._bulk(insert(FILL), [_fill_values(fill, number) for number, fill in enumerate(fills, first)])
        self._bulk(
            insert(FILL_PACK),
            [
                {**_named(fill.name), "place": place, **asdict(pack), "serial": pack.serial or None}
                for fill in fills
                for place, pack in enumerate(fill.packs, 1)
            ],
        )

    def next_number(self) -> int:
        """Return the number that the next fill will have, counted over all containers."""
        return self._count(select(func.coalesce(func.max(FILL.c.number), 0))) + 1

    def end(self, name: FillName, who: str, reason: str, at: datetime) -> None:
        """Take a fill out of use, for good.

        Raises:
            ConflictError: no such fill, out of use already, or unsigned.
        """
        self._run(insert(FILL_END).values({**_named(name), "who": who, "reason": reason, "at": at}))

    def of_names(self, names: Iterable[FillName]) -> dict[FillName, Fill]:
        """Return those of these fills that are registered."""
        found: dict[FillName, Fill] = {}
        for some in chunks(sorted(set(names), key=str)):
            wanted = tuple_(FILL.c.container, FILL.c.code).in_([(name.container, name.code) for name in some])
            found |= {fill.name: fill for fill in self._fills(_FILLS.where(wanted))}
        return found

    def get(self, name: FillName) -> Fill:
        """Return a fill.

        Raises:
            NotFoundError: nobody has registered it.
        """
        fill = self.of_names((name,)).get(name)
        if fill is None:
            message = f"no fill {name} is registered"
            raise NotFoundError(message)
        return fill

    def hand_stock(self, products: Iterable[ProductId], since: datetime | None = None) -> dict[ProductId, list[Fill]]:
        """Return the hand stock of each of these products that is open, or was at any time from `since` on."""
        found: defaultdict[ProductId, list[Fill]] = defaultdict(list)
        for some in chunks(sorted(set(products))):
            told = {"products": some} if since is None else {"products": some, "since": since}
            for fill in self._fills(_OPEN_HAND if since is None else _HAND_SINCE, **told):
                found[fill.product_id].append(fill)
        return dict(found)

    def of_lot(self, lot: str, gtin: str = "") -> tuple[Fill, ...]:
        """Return every fill that holds packs of a lot, of one GTIN or of any, oldest first."""
        packs = select(FILL_PACK.c.container, FILL_PACK.c.code).where(self._of_lot(lot, gtin))
        return self._fills(_FILLS.where(tuple_(FILL.c.container, FILL.c.code).in_(packs)))

    def newest(self, limit: int) -> tuple[Fill, ...]:
        """Return at most `limit` fills, oldest first."""
        numbers = select(FILL.c.number).order_by(FILL.c.number.desc()).limit(limit)
        return self._fills(_FILLS.where(FILL.c.number.in_(numbers)))

    def used(self, packs: Iterable[Pack]) -> dict[tuple[str, str], FillName]:
        """Return which fill each of these packs went into before, by GTIN and serial number."""
        found: dict[tuple[str, str], FillName] = {}
        keys = sorted({(pack.gtin, pack.serial) for pack in packs if pack.serial})
        for some in chunks(keys):
            wanted = tuple_(FILL_PACK.c.gtin, FILL_PACK.c.serial).in_(list(some))
            for row in self._all(select(FILL_PACK).where(wanted)):
                found[row["gtin"], row["serial"]] = FillName(row["container"], row["code"])
        return found

    def add_notice(self, notice: LotNotice) -> None:
        """Note what was decided about a lot.

        Raises:
            ConflictError: no lot, or unsigned.
        """
        self._lots = None
        number = self._count(select(func.coalesce(func.max(LOT_NOTICE.c.number), 0))) + 1
        self._run(insert(LOT_NOTICE).values({**asdict(notice), "state": notice.state.value, "number": number}))

    def notices(self) -> tuple[LotNotice, ...]:
        """Return everything that was ever decided about lots, oldest first."""
        rows = self._all(_NOTICES)
        return tuple(
            LotNotice(row["lot"], row["gtin"], LotState(row["state"]), row["who"], row["reason"], row["at"])
            for row in rows
        )

    def lots(self) -> Lots:
        """Return what may be done with the lots that anybody ever said something about; read once in a transaction."""
        if self._lots is None:
            self._lots = lots_of(self.notices())
        return self._lots

    def _fills(self, statement: Select[tuple[object, ...]], **values: object) -> tuple[Fill, ...]:
        """Return the fills that `statement`, one of `_FILLS`, finds: it has a row for each of their packs."""
        rows: dict[FillName, RowMapping] = {}
        packs: defaultdict[FillName, list[Pack]] = defaultdict(list)
        for row in self._all(statement, **values):
            name = FillName(row["container"], row["code"])
            rows.setdefault(name, row)
            if row["gtin"] is not None:
                packs[name].append(_pack(row))
        return tuple(_fill(row, packs) for row in rows.values())


def _named(name: FillName) -> dict[str, str]:
    return {"container": name.container, "code": name.code}


def _fill_values(fill: Fill, number: int) -> dict[str, object]:
    return {
        **_named(fill.name),
        "number": number,
        "product_id": fill.product_id,
        "opened_on": fill.opened_on,
        "days": fill.days,
        "filled_by": fill.filled_by,
        "checked_by": fill.checked_by,
        "second_scan": fill.second_scan,
        "at": fill.at,
    }


def _pack(row: RowMapping) -> Pack:
    return Pack(row["gtin"], row["lot"], row["expiry"], row["serial"] or "", row["units"])


def _fill(row: RowMapping, packs: Mapping[FillName, Sequence[Pack]]) -> Fill:
    name = FillName(row["container"], row["code"])
    return Fill(
        name=name,
        product_id=row["product_id"],
        packs=tuple(packs.get(name, ())),
        opened_on=row["opened_on"],
        filled_by=row["filled_by"],
        checked_by=row["checked_by"],
        at=row["at"],
        days=row["days"],
        second_scan=row["second_scan"],
        ended_at=row["ended_at"],
    )
