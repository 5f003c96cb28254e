"""Make the tables of what comes in: messages, citizens, plans, and who did what.

Revision: 0001, the first
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

_INSTANT = sa.String(32).with_variant(sa.TIMESTAMP(timezone=True), "postgresql")


def upgrade() -> None:
    """Make the tables, in the order of their references."""
    _make_audit()
    _make_inbox()
    _make_packing_group()
    _make_citizen()
    _make_resource()
    _make_plan()
    _make_plan_line()


def downgrade() -> None:
    """Drop them, last first."""
    for table in ("plan_line", "plan", "resource", "citizen", "packing_group", "inbox", "audit"):
        op.drop_table(table)


def _make_audit() -> None:
    op.create_table(
        "audit",
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("at", _INSTANT, nullable=False),
        sa.Column("who", sa.String(), nullable=False),
        sa.Column("action", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("previous_hash", sa.String(), nullable=False),
        sa.Column("hash", sa.String(), nullable=False),
        sa.CheckConstraint("length(hash) = 64", name=op.f("ck_audit_hash_length")),
        sa.CheckConstraint("number >= 1", name=op.f("ck_audit_number_counted")),
        sa.PrimaryKeyConstraint("number", name="pk_audit"),
        sa.UniqueConstraint("previous_hash", name="uq_audit_previous_hash"),
    )


def _make_inbox() -> None:
    op.create_table(
        "inbox",
        sa.Column("message_id", sa.String(), nullable=False),
        sa.Column("received_at", _INSTANT, nullable=False),
        sa.Column("sender", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("status_code", sa.Integer(), nullable=False),
        sa.Column("findings", sa.Text(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("lines", sa.Integer(), nullable=False),
        sa.Column("citizen_id", sa.String(), nullable=True),
        sa.CheckConstraint("outcome IN ('accepted', 'refused')", name=op.f("ck_inbox_outcome_known")),
        sa.CheckConstraint("lines >= 0", name=op.f("ck_inbox_lines_counted")),
        sa.CheckConstraint("status_code BETWEEN 100 AND 599", name=op.f("ck_inbox_status_http")),
        sa.PrimaryKeyConstraint("message_id", name="pk_inbox"),
    )
    op.create_index("ix_inbox_digest", "inbox", ["digest"])
    op.create_index("ix_inbox_received_at", "inbox", ["received_at"])


def _make_packing_group() -> None:
    op.create_table(
        "packing_group",
        sa.Column("group_id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("group_id", name="pk_packing_group"),
    )


def _make_citizen() -> None:
    op.create_table(
        "citizen",
        sa.Column("citizen_id", sa.String(), nullable=False),
        sa.Column("fhir_id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("civil_number", sa.String(), nullable=False),
        sa.Column("birth_date", sa.Date(), nullable=False),
        sa.Column("group_id", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.CheckConstraint("length(civil_number) = 10", name=op.f("ck_citizen_civil_number_length")),
        sa.CheckConstraint("version >= 1", name=op.f("ck_citizen_version_counted")),
        sa.ForeignKeyConstraint(["group_id"], ["packing_group.group_id"], name="fk_citizen_group_id"),
        sa.PrimaryKeyConstraint("citizen_id", name="pk_citizen"),
        sa.UniqueConstraint("fhir_id", name="uq_citizen_fhir_id"),
    )
    op.create_index("ix_citizen_civil_number", "citizen", ["civil_number"])
    op.create_index("ix_citizen_group_id", "citizen", ["group_id"])


def _make_resource() -> None:
    op.create_table(
        "resource",
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("resource_id", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("citizen_id", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("updated_at", _INSTANT, nullable=False),
        sa.CheckConstraint("version >= 1", name=op.f("ck_resource_version_counted")),
        sa.ForeignKeyConstraint(["citizen_id"], ["citizen.citizen_id"], name="fk_resource_citizen_id"),
        sa.PrimaryKeyConstraint("kind", "resource_id", "version", name="pk_resource"),
    )
    op.create_index("ix_resource_citizen_id_kind", "resource", ["citizen_id", "kind"])


def _make_plan() -> None:
    op.create_table(
        "plan",
        sa.Column("citizen_id", sa.String(), nullable=False),
        sa.Column("revision", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("accepted_at", _INSTANT, nullable=False),
        sa.Column("inbox_id", sa.String(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.CheckConstraint("revision >= 1", name=op.f("ck_plan_revision_counted")),
        sa.ForeignKeyConstraint(["citizen_id"], ["citizen.citizen_id"], name="fk_plan_citizen_id"),
        sa.ForeignKeyConstraint(
            ["inbox_id"], ["inbox.message_id"], name="fk_plan_inbox_id", initially="DEFERRED", deferrable=True
        ),
        sa.PrimaryKeyConstraint("citizen_id", "revision", name="pk_plan"),
    )


def _make_plan_line() -> None:
    op.create_table(
        "plan_line",
        sa.Column("citizen_id", sa.String(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("ordination_id", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("disposition", sa.String(), nullable=False),
        sa.Column("reasons", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "disposition IN ('packed', 'parked', 'refused')", name=op.f("ck_plan_line_disposition_known")
        ),
        sa.ForeignKeyConstraint(
            ["citizen_id", "revision"], ["plan.citizen_id", "plan.revision"], name="fk_plan_line_citizen_id"
        ),
        sa.PrimaryKeyConstraint("citizen_id", "revision", "position", name="pk_plan_line"),
    )
    op.create_index("ix_plan_line_disposition", "plan_line", ["disposition"])
