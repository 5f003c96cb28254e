"""Make the tables of slots, and give periods a reason.

Revision: 0004, after 0003
"""

from typing import Literal

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

_INSTANT = sa.String(32).with_variant(sa.TIMESTAMP(timezone=True), "postgresql")
_TABLES = ("slot_table", "slot_signature")


def upgrade() -> None:
    """Make the tables, guard them as the other tables of history, and give periods two columns more."""
    _make_slot_table()
    _make_slot_signature()
    for table in _TABLES:
        _guard(table)
    with op.batch_alter_table("period", recreate=_rebuild()) as period:
        period.add_column(sa.Column("reason", sa.Text(), nullable=True))
        period.add_column(sa.Column("reason_by", sa.String(), nullable=True))
        period.create_check_constraint(op.f("ck_period_reason_signed"), "(reason IS NULL) = (reason_by IS NULL)")


def downgrade() -> None:
    """Take it all away again."""
    with op.batch_alter_table("period", recreate=_rebuild()) as period:
        period.drop_constraint(op.f("ck_period_reason_signed"), type_="check")
        period.drop_column("reason_by")
        period.drop_column("reason")
    for table in reversed(_TABLES):
        op.drop_table(table)


def _make_slot_table() -> None:
    op.create_table(
        "slot_table",
        sa.Column("version", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("group_id", sa.String(), nullable=True),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("author", sa.String(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("created_at", _INSTANT, nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.CheckConstraint("number >= 1", name=op.f("ck_slot_table_number_counted")),
        sa.CheckConstraint(
            "length(author) > 0 AND length(reason) > 0", name=op.f("ck_slot_table_author_and_reason")
        ),
        sa.ForeignKeyConstraint(["group_id"], ["packing_group.group_id"], name="fk_slot_table_group_id"),
        sa.PrimaryKeyConstraint("version", name="pk_slot_table"),
        sa.UniqueConstraint("number", name="uq_slot_table_number"),
        sa.UniqueConstraint("version", "author", name="uq_slot_table_version_author"),
    )
    op.create_index("ix_slot_table_group_id_valid_from", "slot_table", ["group_id", "valid_from"])


def _make_slot_signature() -> None:
    op.create_table(
        "slot_signature",
        sa.Column("version", sa.String(), nullable=False),
        sa.Column("author", sa.String(), nullable=False),
        sa.Column("signed_by", sa.String(), nullable=False),
        sa.Column("signed_at", _INSTANT, nullable=False),
        sa.CheckConstraint("length(signed_by) > 0", name=op.f("ck_slot_signature_signed_by_somebody")),
        sa.CheckConstraint("signed_by <> author", name=op.f("ck_slot_signature_signed_by_another")),
        sa.ForeignKeyConstraint(
            ["version", "author"], ["slot_table.version", "slot_table.author"], name="fk_slot_signature_version"
        ),
        sa.PrimaryKeyConstraint("version", name="pk_slot_signature"),
    )


def _rebuild() -> Literal["always", "never"]:
    # SQLite cannot add a constraint to a table that is there.
    return "never" if _postgresql() else "always"


def _guard(table: str) -> None:
    refusals = (("no_update", "UPDATE", f"{table} is append-only"), ("no_delete", "DELETE", _deleted(table)))
    for name, event, message in refusals:
        head = f"CREATE TRIGGER {table}_{name} BEFORE {event} ON {table} FOR EACH ROW"
        if _postgresql():
            op.execute(f"{head} EXECUTE FUNCTION refuse_change('{message}')")
        else:
            op.execute(f"{head} BEGIN SELECT RAISE(ABORT, '{message}'); END")
    if _postgresql():
        op.execute(
            f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} "
            f"EXECUTE FUNCTION refuse_change('{_deleted(table)}')"
        )


def _deleted(table: str) -> str:
    return f"nothing is ever deleted from {table}"


def _postgresql() -> bool:
    return op.get_bind().dialect.name == "postgresql"
