"""Keep what is noted of citizens, and which sealed pouches must be destroyed.

Revision: 0005, after 0004
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

_INSTANT = sa.String(32).with_variant(sa.TIMESTAMP(timezone=True), "postgresql")
_APPEND_ONLY = ("citizen_note", "discard")


def upgrade() -> None:
    """Make the tables and their guards; what lies packed in void rolls was discarded as a whole so far."""
    _make_citizen_note()
    _make_discard()
    op.execute(
        "INSERT INTO discard (roll_id, number, at, cause, reason, acute) "
        "SELECT pouch.roll_id, pouch.number, pouch.closed_at, roll.void_reason, 'in a void roll', "
        "'Akut erstatningspakning for ændret medicinering' "
        "FROM pouch JOIN roll ON roll.roll_id = pouch.roll_id "
        "WHERE roll.void_reason IS NOT NULL AND pouch.state = 'packed'"
    )
    for table in _APPEND_ONLY:
        _refuse(f"{table}_no_update", table, "UPDATE", f"{table} is append-only")
        _refuse(f"{table}_no_delete", table, "DELETE", f"nothing is ever deleted from {table}")
        if _postgresql():
            op.execute(
                f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} "
                f"EXECUTE FUNCTION refuse_change('nothing is ever deleted from {table}')"
            )


def downgrade() -> None:
    """Drop the tables; their guards go with them."""
    for table in reversed(_APPEND_ONLY):
        op.drop_table(table)


def _make_citizen_note() -> None:
    op.create_table(
        "citizen_note",
        sa.Column("citizen_id", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("first", sa.Date(), nullable=False),
        sa.Column("last", sa.Date(), nullable=True),
        sa.Column("who", sa.String(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("at", _INSTANT, nullable=False),
        sa.CheckConstraint(
            "kind IN ('hold', 'admitted', 'moved', 'dead', 'resumed', 'corrected', 'phase')",
            name=op.f("ck_citizen_note_kind_known"),
        ),
        sa.CheckConstraint("number >= 1", name=op.f("ck_citizen_note_number_counted")),
        sa.CheckConstraint("last >= first", name=op.f("ck_citizen_note_ends_after_start")),
        sa.CheckConstraint("(kind = 'phase') = (subject <> '')", name=op.f("ck_citizen_note_phase_has_subject")),
        sa.CheckConstraint("length(who) > 0 AND length(reason) > 0", name=op.f("ck_citizen_note_signed")),
        sa.ForeignKeyConstraint(["citizen_id"], ["citizen.citizen_id"], name=op.f("fk_citizen_note_citizen_id")),
        sa.PrimaryKeyConstraint("citizen_id", "number", name="pk_citizen_note"),
    )


def _make_discard() -> None:
    op.create_table(
        "discard",
        sa.Column("roll_id", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", _INSTANT, nullable=False),
        sa.Column("cause", sa.String(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("acute", sa.String(), nullable=False),
        sa.CheckConstraint(
            "acute IN ('Akut ændring af medicinering', 'Akut erstatningspakning for ændret medicinering', "
            "'Akut supplerende pakning for tilføjet medicinering', 'Akut erstatningspakning for mistet medicin')",
            name=op.f("ck_discard_acute_known"),
        ),
        sa.CheckConstraint("number >= 0", name=op.f("ck_discard_number_counted")),
        sa.ForeignKeyConstraint(["roll_id"], ["roll.roll_id"], name=op.f("fk_discard_roll_id")),
        sa.PrimaryKeyConstraint("roll_id", "number", name="pk_discard"),
    )


def _postgresql() -> bool:
    return op.get_bind().dialect.name == "postgresql"


def _refuse(name: str, table: str, event: str, message: str) -> None:
    head = f"CREATE TRIGGER {name} BEFORE {event} ON {table} FOR EACH ROW "
    if _postgresql():
        op.execute(f"{head}EXECUTE FUNCTION refuse_change('{message}')")
    else:
        op.execute(f"{head}BEGIN SELECT RAISE(ABORT, '{message}'); END")
