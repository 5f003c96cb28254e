"""Keep what was filled into canisters and trays, and which pouches it came into.

Revision: 0009, after 0008
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"

_INSTANT = sa.String(32).with_variant(sa.TIMESTAMP(timezone=True), "postgresql")
_TABLES = ("product_gtin", "fill", "fill_pack", "fill_end", "lot_notice", "order_fill", "pouch_fill")
_NAME = ("container", "code")


def upgrade() -> None:
    """Make the tables and their guards."""
    _make_product_gtin()
    _make_fill()
    _make_fill_pack()
    _make_fill_end()
    _make_lot_notice()
    _make_order_fill()
    _make_pouch_fill()
    for table in _TABLES:
        _refuse(f"{table}_no_update", table, "UPDATE", f"{table} is append-only")
        _refuse(f"{table}_no_delete", table, "DELETE", f"nothing is ever deleted from {table}")
        if _postgresql():
            op.execute(
                f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} "
                f"EXECUTE FUNCTION refuse_change('nothing is ever deleted from {table}')"
            )


def downgrade() -> None:
    """Drop the tables; their guards go with them."""
    for table in reversed(_TABLES):
        op.drop_table(table)


def _make_product_gtin() -> None:
    op.create_table(
        "product_gtin",
        sa.Column("gtin", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("product_id", sa.String(), nullable=False),
        sa.Column("units", sa.Integer(), nullable=False),
        sa.Column("who", sa.String(), nullable=False),
        sa.Column("second", sa.String(), nullable=False),
        sa.Column("at", _INSTANT, nullable=False),
        sa.CheckConstraint("length(gtin) = 14", name=op.f("ck_product_gtin_gtin_length")),
        sa.CheckConstraint("number >= 1 AND units >= 1", name=op.f("ck_product_gtin_counted")),
        sa.CheckConstraint(
            "length(who) > 0 AND length(second) > 0 AND who <> second", name=op.f("ck_product_gtin_signed_by_two")
        ),
        sa.PrimaryKeyConstraint("gtin", "number", name="pk_product_gtin"),
    )


def _make_fill() -> None:
    op.create_table(
        "fill",
        *_names(),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("product_id", sa.String(), nullable=False),
        sa.Column("opened_on", sa.Date(), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("filled_by", sa.String(), nullable=False),
        sa.Column("checked_by", sa.String(), nullable=False),
        sa.Column("second_scan", sa.String(), nullable=False),
        sa.Column("at", _INSTANT, nullable=False),
        sa.CheckConstraint("length(container) > 0 AND length(code) > 0", name=op.f("ck_fill_named")),
        sa.CheckConstraint("days BETWEEN 1 AND 42", name=op.f("ck_fill_days_counted")),
        sa.CheckConstraint(
            "length(filled_by) > 0 AND length(checked_by) > 0 AND filled_by <> checked_by",
            name=op.f("ck_fill_checked_by_another"),
        ),
        sa.PrimaryKeyConstraint(*_NAME, name="pk_fill"),
        sa.UniqueConstraint("number", name="uq_fill_number"),
    )
    op.create_index("ix_fill_container_product_id", "fill", ["container", "product_id"])


def _make_fill_pack() -> None:
    op.create_table(
        "fill_pack",
        *_names(),
        sa.Column("place", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("gtin", sa.String(), nullable=False),
        sa.Column("lot", sa.String(), nullable=False),
        sa.Column("expiry", sa.Date(), nullable=False),
        sa.Column("serial", sa.String(), nullable=True),
        sa.Column("units", sa.Integer(), nullable=False),
        sa.CheckConstraint("place >= 1 AND units >= 1", name=op.f("ck_fill_pack_counted")),
        sa.CheckConstraint("length(gtin) = 14 AND length(lot) > 0", name=op.f("ck_fill_pack_named")),
        _of_fill("fk_fill_pack_fill"),
        sa.PrimaryKeyConstraint(*_NAME, "place", name="pk_fill_pack"),
        sa.UniqueConstraint("gtin", "serial", name="uq_fill_pack_gtin_serial"),
    )
    op.create_index("ix_fill_pack_lot_gtin", "fill_pack", ["lot", "gtin"])


def _make_fill_end() -> None:
    op.create_table(
        "fill_end",
        *_names(),
        sa.Column("at", _INSTANT, nullable=False),
        sa.Column("who", sa.String(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.CheckConstraint("length(who) > 0 AND length(reason) > 0", name=op.f("ck_fill_end_signed")),
        _of_fill("fk_fill_end_fill"),
        sa.PrimaryKeyConstraint(*_NAME, name="pk_fill_end"),
    )


def _make_lot_notice() -> None:
    op.create_table(
        "lot_notice",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("lot", sa.String(), nullable=False),
        sa.Column("gtin", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("who", sa.String(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("at", _INSTANT, nullable=False),
        sa.CheckConstraint("state IN ('free', 'quarantined', 'recalled')", name=op.f("ck_lot_notice_state_known")),
        sa.CheckConstraint("length(lot) > 0 AND length(gtin) IN (0, 14)", name=op.f("ck_lot_notice_named")),
        sa.CheckConstraint("length(who) > 0 AND length(reason) > 0", name=op.f("ck_lot_notice_signed")),
        sa.PrimaryKeyConstraint("number", name="pk_lot_notice"),
    )


def _make_order_fill() -> None:
    op.create_table(
        "order_fill",
        sa.Column("job_id", sa.String(), nullable=False),
        *_names(),
        sa.Column("at", _INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["job_id"], ["job.job_id"], name=op.f("fk_order_fill_job_id")),
        _of_fill("fk_order_fill_fill"),
        sa.PrimaryKeyConstraint("job_id", *_NAME, name="pk_order_fill"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_order_fill_container_code", "order_fill", [*_NAME])


def _make_pouch_fill() -> None:
    op.create_table(
        "pouch_fill",
        sa.Column("job_id", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        *_names(),
        sa.Column("product_id", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["job_id", "number"], ["pouch.job_id", "pouch.number"], name="fk_pouch_fill_pouch"),
        sa.PrimaryKeyConstraint("job_id", "number", *_NAME, name="pk_pouch_fill"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_pouch_fill_container_code", "pouch_fill", [*_NAME])


def _names() -> tuple[sa.Column[str], ...]:
    return tuple(sa.Column(name, sa.String(), nullable=False) for name in _NAME)


def _of_fill(name: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([*_NAME], [f"fill.{column}" for column in _NAME], name=name)


def _postgresql() -> bool:
    return op.get_bind().dialect.name == "postgresql"


def _refuse(name: str, table: str, event: str, message: str) -> None:
    head = f"CREATE TRIGGER {name} BEFORE {event} ON {table} FOR EACH ROW "
    if _postgresql():
        op.execute(f"{head}EXECUTE FUNCTION refuse_change('{message}')")
    else:
        op.execute(f"{head}BEGIN SELECT RAISE(ABORT, '{message}'); END")
