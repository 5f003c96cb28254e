"""Keep staff, alerts and the overrides of them.

Revision: 0008, after 0007
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"

_INSTANT = sa.String(32).with_variant(sa.TIMESTAMP(timezone=True), "postgresql")
_TABLES = (
    "staff",
    "staff_end",
    "alert",
    "alert_sighting",
    "override",
    "override_second",
    "override_revocation",
)


def upgrade() -> None:
    """Make the tables and their guards."""
    _make_staff()
    _make_alert()
    _make_override()
    for table in _TABLES:
        _guard(table)


def downgrade() -> None:
    """Drop the tables."""
    for table in reversed(_TABLES):
        op.drop_table(table)


def _make_staff() -> None:
    op.create_table(
        "staff",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("added_by", sa.String(), nullable=False),
        sa.Column("added_at", _INSTANT, nullable=False),
        sa.CheckConstraint("role IN ('pharmacist', 'technician')", name=op.f("ck_staff_role_known")),
        sa.CheckConstraint("number >= 1", name=op.f("ck_staff_number_counted")),
        sa.CheckConstraint("length(name) > 0 AND length(added_by) > 0", name=op.f("ck_staff_signed")),
        sa.PrimaryKeyConstraint("number", name="pk_staff"),
    )
    op.create_table(
        "staff_end",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("ended_by", sa.String(), nullable=False),
        sa.Column("ended_at", _INSTANT, nullable=False),
        sa.CheckConstraint("length(ended_by) > 0", name=op.f("ck_staff_end_signed")),
        sa.ForeignKeyConstraint(["number"], ["staff.number"], name="fk_staff_end_number"),
        sa.PrimaryKeyConstraint("number", name="pk_staff_end"),
    )


def _make_alert() -> None:
    op.create_table(
        "alert",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("severity", sa.String(), nullable=False),
        sa.Column("overriding", sa.String(), nullable=False),
        sa.Column("citizen_id", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("danish", sa.Text(), nullable=False),
        sa.Column("english", sa.Text(), nullable=False),
        sa.Column("fix_danish", sa.Text(), nullable=False),
        sa.Column("fix_english", sa.Text(), nullable=False),
        sa.Column("first_seen", _INSTANT, nullable=False),
        sa.CheckConstraint(
            "overriding IN ('never', 'pharmacist', 'two persons')", name=op.f("ck_alert_overriding_known")
        ),
        sa.ForeignKeyConstraint(["citizen_id"], ["citizen.citizen_id"], name="fk_alert_citizen_id"),
        sa.PrimaryKeyConstraint("key", name="pk_alert"),
    )
    op.create_index("ix_alert_citizen_id", "alert", ["citizen_id"])
    op.create_table(
        "alert_sighting",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("place", sa.String(), nullable=False),
        sa.Column("seen_at", _INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["key"], ["alert.key"], name="fk_alert_sighting_key"),
        sa.PrimaryKeyConstraint("key", "place", name="pk_alert_sighting"),
    )
    op.create_index("ix_alert_sighting_place", "alert_sighting", ["place"])


def _make_override() -> None:
    op.create_table(
        "override",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("who", sa.String(), nullable=False),
        sa.Column("at", _INSTANT, nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("expires", sa.Date(), nullable=False),
        sa.CheckConstraint("number >= 1", name=op.f("ck_override_number_counted")),
        sa.CheckConstraint("length(who) > 0 AND length(reason) > 0", name=op.f("ck_override_signed")),
        sa.ForeignKeyConstraint(["key"], ["alert.key"], name="fk_override_key"),
        sa.PrimaryKeyConstraint("key", "number", name="pk_override"),
        sa.UniqueConstraint("key", "number", "who", name="uq_override_key_number_who"),
    )
    op.create_table(
        "override_second",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("who", sa.String(), nullable=False),
        sa.Column("second", sa.String(), nullable=False),
        sa.Column("at", _INSTANT, nullable=False),
        sa.CheckConstraint("length(second) > 0", name=op.f("ck_override_second_signed")),
        sa.CheckConstraint("second <> who", name=op.f("ck_override_second_signed_by_another")),
        sa.ForeignKeyConstraint(
            ["key", "number", "who"],
            ["override.key", "override.number", "override.who"],
            name="fk_override_second_key",
        ),
        sa.PrimaryKeyConstraint("key", "number", name="pk_override_second"),
    )
    op.create_table(
        "override_revocation",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("who", sa.String(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("at", _INSTANT, nullable=False),
        sa.CheckConstraint("length(who) > 0 AND length(reason) > 0", name=op.f("ck_override_revocation_signed")),
        sa.ForeignKeyConstraint(
            ["key", "number"], ["override.key", "override.number"], name="fk_override_revocation_key"
        ),
        sa.PrimaryKeyConstraint("key", "number", name="pk_override_revocation"),
    )


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
