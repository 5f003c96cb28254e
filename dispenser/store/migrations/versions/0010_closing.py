"""Let a packed batch be closed, and keep who did so, when, and what was proven.

Revision: 0010, after 0009
"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"

_INSTANT = sa.String(32).with_variant(sa.TIMESTAMP(timezone=True), "postgresql")
# Name of the constraint of batches, what it said before, what it says from here on.
_WIDENED = (
    (
        "ck_batch_state_known",
        "state IN ('planned', 'held', 'released', 'packed')",
        "state IN ('planned', 'held', 'released', 'packed', 'closed')",
    ),
    (
        "ck_batch_release_dated",
        "state NOT IN ('released', 'packed') OR released_at IS NOT NULL",
        "state NOT IN ('released', 'packed', 'closed') OR released_at IS NOT NULL",
    ),
)
_STAYS = "a closed batch stays closed"


def upgrade() -> None:
    """Make the table and its guards, and let batches be closed, for good."""
    for name, before, after in _WIDENED:
        _replace(name, before, after)
    op.create_table(
        "closing",
        sa.Column("batch_id", sa.String(), nullable=False),
        sa.Column("closed_by", sa.String(), nullable=False),
        sa.Column("closed_at", _INSTANT, nullable=False),
        sa.Column("second", sa.String(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("proof", sa.Text(), nullable=False),
        sa.CheckConstraint("length(closed_by) > 0", name=op.f("ck_closing_signed")),
        sa.CheckConstraint("(second IS NULL) = (reason IS NULL)", name=op.f("ck_closing_second_has_reason")),
        sa.CheckConstraint("second <> closed_by", name=op.f("ck_closing_second_is_another")),
        sa.ForeignKeyConstraint(["batch_id"], ["batch.batch_id"], name=op.f("fk_closing_batch_id")),
        sa.PrimaryKeyConstraint("batch_id", name="pk_closing"),
    )
    _refuse("closing_no_update", "closing", "UPDATE", None, "closing is append-only")
    _refuse("closing_no_delete", "closing", "DELETE", None, "nothing is ever deleted from closing")
    if _postgresql():
        op.execute(
            "CREATE TRIGGER closing_no_truncate BEFORE TRUNCATE ON closing "
            "EXECUTE FUNCTION refuse_change('nothing is ever deleted from closing')"
        )
    _refuse("batch_closed_for_good", "batch", "UPDATE OF state", "OLD.state = 'closed'", _STAYS)


def downgrade() -> None:
    """Take it all away again; what was closed is packed."""
    op.execute(f"DROP TRIGGER batch_closed_for_good{' ON batch' if _postgresql() else ''}")
    op.execute("UPDATE batch SET state = 'packed' WHERE state = 'closed'")
    op.drop_table("closing")
    for name, before, after in _WIDENED:
        _replace(name, after, before)


def _replace(name: str, before: str, after: str) -> None:
    """Let a constraint of batches say something else."""
    if _postgresql():
        op.drop_constraint(op.f(name), "batch", type_="check")
        op.create_check_constraint(op.f(name), "batch", after)
        return
    # What SQLite's manual gives for a change of constraints alone: batches, which rolls refer to, stay where they are.
    connection = op.get_bind()
    version = connection.exec_driver_sql("PRAGMA schema_version").scalar_one()
    quoted = [f"CONSTRAINT {name} CHECK ({text})".replace("'", "''") for text in (before, after)]
    connection.exec_driver_sql("PRAGMA writable_schema = ON")
    connection.exec_driver_sql(
        f"UPDATE sqlite_schema SET sql = replace(sql, '{quoted[0]}', '{quoted[1]}') "  # noqa: S608 - constants above
        "WHERE type = 'table' AND name = 'batch'"
    )
    connection.exec_driver_sql(f"PRAGMA schema_version = {version + 1}")
    connection.exec_driver_sql("PRAGMA writable_schema = OFF")


def _postgresql() -> bool:
    return op.get_bind().dialect.name == "postgresql"


def _refuse(name: str, table: str, event: str, when: str | None, message: str) -> None:
    condition = f"WHEN ({when}) " if when else ""
    head = f"CREATE TRIGGER {name} BEFORE {event} ON {table} FOR EACH ROW {condition}"
    if _postgresql():
        op.execute(f"{head}EXECUTE FUNCTION refuse_change('{message}')")
    else:
        op.execute(f"{head}BEGIN SELECT RAISE(ABORT, '{message}'); END")
