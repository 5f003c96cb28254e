"""What was poured into canisters and hand stock, pack by pack, and which orders and pouches drew on it; append-only."""

from datetime import date, datetime

from sqlalchemy import Column, ForeignKey, ForeignKeyConstraint, Index, Text, UniqueConstraint
from sqlmodel import Field

from dispenser.core.fills import LotState
from dispenser.store.tables.common import Row, UtcTime, holds, one_of


class ProductGtinRow(Row, table=True):
    """Which product a GTIN is, and how many units a pack of it holds; of several the one with the highest number."""

    __table_args__ = (
        holds("length(gtin) = 14", "gtin_length"),
        holds("number >= 1 AND units >= 1", "counted"),
        holds("length(who) > 0 AND length(second) > 0 AND who <> second", "signed_by_two"),
    )

    gtin: str = Field(primary_key=True)
    number: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    product_id: str
    units: int
    who: str
    second: str
    at: datetime = Field(sa_type=UtcTime)


class FillRow(Row, table=True):
    """One fill of a canister or of the hand stock; its code is never used again."""

    __table_args__ = (
        UniqueConstraint("number"),
        holds("length(container) > 0 AND length(code) > 0", "named"),
        holds("days BETWEEN 1 AND 42", "days_counted"),
        holds("length(filled_by) > 0 AND length(checked_by) > 0 AND filled_by <> checked_by", "checked_by_another"),
        Index("ix_fill_container_product_id", "container", "product_id"),
    )

    container: str = Field(primary_key=True)
    code: str = Field(primary_key=True)
    number: int
    product_id: str
    opened_on: date
    days: int
    filled_by: str
    checked_by: str
    second_scan: str
    at: datetime = Field(sa_type=UtcTime)


class FillPackRow(Row, table=True):
    """One pack of a fill; a pack with a serial number is opened once (DR (EU) 2016/161)."""

    __table_args__ = (
        ForeignKeyConstraint(["container", "code"], ["fill.container", "fill.code"], name="fk_fill_pack_fill"),
        UniqueConstraint("gtin", "serial"),
        holds("place >= 1 AND units >= 1", "counted"),
        holds("length(gtin) = 14 AND length(lot) > 0", "named"),
        Index("ix_fill_pack_lot_gtin", "lot", "gtin"),
    )

    container: str = Field(primary_key=True)
    code: str = Field(primary_key=True)
    place: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    gtin: str
    lot: str
    expiry: date
    serial: str | None = None
    units: int


class FillEndRow(Row, table=True):
    """When a fill was taken out of use, by whom and why."""

    __table_args__ = (
        ForeignKeyConstraint(["container", "code"], ["fill.container", "fill.code"], name="fk_fill_end_fill"),
        holds("length(who) > 0 AND length(reason) > 0", "signed"),
    )

    container: str = Field(primary_key=True)
    code: str = Field(primary_key=True)
    at: datetime = Field(sa_type=UtcTime)
    who: str
    reason: str = Field(sa_column=Column(Text, nullable=False))


class LotNoticeRow(Row, table=True):
    """What somebody decided about a lot; `gtin` is empty where it is of every GTIN."""

    __table_args__ = (
        one_of("state", LotState),
        holds("length(lot) > 0 AND length(gtin) IN (0, 14)", "named"),
        holds("length(who) > 0 AND length(reason) > 0", "signed"),
    )

    number: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    lot: str
    gtin: str
    state: str
    who: str
    reason: str = Field(sa_column=Column(Text, nullable=False))
    at: datetime = Field(sa_type=UtcTime)


class OrderFillRow(Row, table=True):
    """A fill that an order was sent to draw on: of a bay it names, or the hand stock that was open then."""

    __table_args__ = (
        ForeignKeyConstraint(["container", "code"], ["fill.container", "fill.code"], name="fk_order_fill_fill"),
        Index("ix_order_fill_container_code", "container", "code"),
        {"sqlite_with_rowid": False},
    )

    job_id: str = Field(sa_column=Column(ForeignKey("job.job_id"), primary_key=True))
    container: str = Field(primary_key=True)
    code: str = Field(primary_key=True)
    at: datetime = Field(sa_type=UtcTime)


class PouchFillRow(Row, table=True):
    """A fill that a packed pouch may hold tablets of; one that nobody registered has no row of its own."""

    __table_args__ = (
        ForeignKeyConstraint(["job_id", "number"], ["pouch.job_id", "pouch.number"], name="fk_pouch_fill_pouch"),
        Index("ix_pouch_fill_container_code", "container", "code"),
        {"sqlite_with_rowid": False},
    )

    job_id: str = Field(primary_key=True)
    number: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    container: str = Field(primary_key=True)
    code: str = Field(primary_key=True)
    product_id: str
