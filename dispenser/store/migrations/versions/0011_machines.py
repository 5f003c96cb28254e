"""Let an order wait behind the one in work, keep marks of journals and readmissions, forget former capabilities.

Revision: 0011, after 0010
"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"

_INSTANT = sa.String(32).with_variant(sa.TIMESTAMP(timezone=True), "postgresql")
_LIVE = sa.text("state IN ('sent', 'packing', 'held', 'unknown')")
_TABLES = ("journal_mark", "readmission", "readmission_use")


def upgrade() -> None:
    """Give attempts a lane, make the tables with their guards; what machines can do is read anew from them."""
    # The capability document says more now, and one of the former contract cannot be read.
    op.execute("UPDATE machine SET capabilities = NULL")
    op.execute(
        "ALTER TABLE job ADD COLUMN lane INTEGER DEFAULT 0 NOT NULL "
        "CONSTRAINT ck_job_lane_known CHECK (lane >= 0 AND lane < 2)"
    )
    op.drop_index("ix_job_live", "job")
    _index(["machine_id", "lane"])
    op.create_table(
        "journal_mark",
        sa.Column("machine_id", sa.String(), nullable=False),
        sa.Column("boot_id", sa.String(), nullable=False),
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("head", sa.String(), nullable=False),
        sa.CheckConstraint("length(head) > 0", name=op.f("ck_journal_mark_head_given")),
        sa.ForeignKeyConstraint(
            ["machine_id", "boot_id", "seq"],
            ["journal.machine_id", "journal.boot_id", "journal.seq"],
            name=op.f("fk_journal_mark_machine_id"),
        ),
        sa.PrimaryKeyConstraint("machine_id", "boot_id", "seq", name="pk_journal_mark"),
    )
    op.create_table(
        "readmission",
        sa.Column("machine_id", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("who", sa.String(), nullable=False),
        sa.Column("second", sa.String(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("at", _INSTANT, nullable=False),
        sa.CheckConstraint("number >= 1", name=op.f("ck_readmission_number_counted")),
        sa.CheckConstraint(
            "length(who) > 0 AND length(second) > 0 AND who <> second", name=op.f("ck_readmission_signed_by_two")
        ),
        sa.CheckConstraint("length(reason) > 0", name=op.f("ck_readmission_reason_given")),
        sa.ForeignKeyConstraint(["machine_id"], ["machine.machine_id"], name=op.f("fk_readmission_machine_id")),
        sa.PrimaryKeyConstraint("machine_id", "number", name="pk_readmission"),
    )
    op.create_table(
        "readmission_use",
        sa.Column("machine_id", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("boot_id", sa.String(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("at", _INSTANT, nullable=False),
        sa.CheckConstraint("seq >= 1", name=op.f("ck_readmission_use_seq_counted")),
        sa.ForeignKeyConstraint(
            ["machine_id", "number"],
            ["readmission.machine_id", "readmission.number"],
            name=op.f("fk_readmission_use_machine_id"),
        ),
        sa.PrimaryKeyConstraint("machine_id", "number", name="pk_readmission_use"),
    )
    for table in _TABLES:
        _refuse(f"{table}_no_update", table, "UPDATE", f"{table} is append-only")
        _refuse(f"{table}_no_delete", table, "DELETE", f"nothing is ever deleted from {table}")
        if _postgresql():
            op.execute(
                f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} "
                f"EXECUTE FUNCTION refuse_change('nothing is ever deleted from {table}')"
            )


def downgrade() -> None:
    """Take it all away again; no machine may have two attempts live."""
    op.execute("UPDATE machine SET capabilities = NULL")
    for table in reversed(_TABLES):
        op.drop_table(table)
    op.drop_index("ix_job_live", "job")
    _index(["machine_id"])
    op.drop_column("job", "lane")


def _index(columns: list[str]) -> None:
    op.create_index("ix_job_live", "job", columns, unique=True, sqlite_where=_LIVE, postgresql_where=_LIVE)


def _refuse(name: str, table: str, event: str, message: str) -> None:
    head = f"CREATE TRIGGER {name} BEFORE {event} ON {table} FOR EACH ROW "
    if _postgresql():
        op.execute(f"{head}EXECUTE FUNCTION refuse_change('{message}')")
    else:
        op.execute(f"{head}BEGIN SELECT RAISE(ABORT, '{message}'); END")


def _postgresql() -> bool:
    return op.get_bind().dialect.name == "postgresql"
