"""Make the tables of what goes out: machines, batches, attempts, pouches.

Revision: 0002, after 0001
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

_INSTANT = sa.String(32).with_variant(sa.TIMESTAMP(timezone=True), "postgresql")
_LIVE = sa.text("state IN ('sent', 'packing', 'held', 'unknown')")
_NOT_VOID = sa.text("state <> 'void'")


def upgrade() -> None:
    """Make the tables, in the order of their references."""
    _make_machine()
    _make_journal()
    _make_batch()
    _make_period()
    _make_roll()
    _make_job()
    _make_pouch()


def downgrade() -> None:
    """Drop them, last first."""
    for table in ("pouch", "job", "roll", "period", "batch", "journal", "machine"):
        op.drop_table(table)


def _make_machine() -> None:
    op.create_table(
        "machine",
        sa.Column("machine_id", sa.String(), nullable=False),
        sa.Column("uri", sa.String(), nullable=False),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("next_order_number", sa.Integer(), nullable=False),
        sa.Column("cursor_boot_id", sa.String(), nullable=False),
        sa.Column("cursor_seq", sa.BigInteger(), nullable=False),
        sa.Column("journal_head", sa.String(), nullable=False),
        sa.Column("capabilities", sa.Text(), nullable=True),
        sa.Column("status", sa.Text(), nullable=True),
        sa.Column("link", sa.String(), nullable=False),
        sa.Column("seen_at", _INSTANT, nullable=True),
        sa.CheckConstraint("cursor_seq >= 0", name=op.f("ck_machine_cursor_counted")),
        sa.CheckConstraint("epoch >= 0", name=op.f("ck_machine_epoch_counted")),
        sa.CheckConstraint("next_order_number >= 1", name=op.f("ck_machine_order_number_counted")),
        sa.PrimaryKeyConstraint("machine_id", name="pk_machine"),
    )


def _make_journal() -> None:
    op.create_table(
        "journal",
        sa.Column("machine_id", sa.String(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("boot_id", sa.String(), nullable=False),
        sa.Column("boot_number", sa.Integer(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("order_number", sa.Integer(), nullable=False),
        sa.Column("pouch", sa.Integer(), nullable=False),
        sa.Column("fields", sa.Text(), nullable=False),
        sa.CheckConstraint("position >= 1", name=op.f("ck_journal_position_counted")),
        sa.CheckConstraint("seq >= 1 AND boot_number >= 0", name=op.f("ck_journal_seq_counted")),
        sa.ForeignKeyConstraint(["machine_id"], ["machine.machine_id"], name="fk_journal_machine_id"),
        sa.PrimaryKeyConstraint("machine_id", "position", name="pk_journal"),
        sa.UniqueConstraint("machine_id", "boot_id", "seq", name="uq_journal_machine_id_boot_id_seq"),
    )
    op.create_index(
        "ix_journal_machine_id_order_number_pouch", "journal", ["machine_id", "order_number", "pouch"], unique=False
    )


def _make_batch() -> None:
    op.create_table(
        "batch",
        sa.Column("batch_id", sa.String(), nullable=False),
        sa.Column("group_id", sa.String(), nullable=False),
        sa.Column("first", sa.Date(), nullable=False),
        sa.Column("last", sa.Date(), nullable=False),
        sa.Column("catalogue_version", sa.String(), nullable=False),
        sa.Column("slot_version", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("findings", sa.Text(), nullable=False),
        sa.Column("created_at", _INSTANT, nullable=False),
        sa.Column("released_by", sa.String(), nullable=True),
        sa.Column("released_at", _INSTANT, nullable=True),
        sa.Column("pouches", sa.Integer(), nullable=False),
        sa.Column("rolls", sa.Integer(), nullable=False),
        sa.CheckConstraint("state <> 'planned' OR released_at IS NULL", name=op.f("ck_batch_planned_not_released")),
        sa.CheckConstraint("state IN ('planned', 'held', 'released', 'packed')", name=op.f("ck_batch_state_known")),
        sa.CheckConstraint(
            "state NOT IN ('released', 'packed') OR released_at IS NOT NULL", name=op.f("ck_batch_release_dated")
        ),
        sa.CheckConstraint("(released_at IS NULL) = (released_by IS NULL)", name=op.f("ck_batch_release_signed")),
        sa.CheckConstraint("last >= first", name=op.f("ck_batch_ends_after_start")),
        sa.CheckConstraint("length(batch_id) = 6", name=op.f("ck_batch_batch_id_length")),
        sa.CheckConstraint("pouches >= 0 AND rolls >= 0", name=op.f("ck_batch_content_counted")),
        sa.ForeignKeyConstraint(["group_id"], ["packing_group.group_id"], name="fk_batch_group_id"),
        sa.PrimaryKeyConstraint("batch_id", name="pk_batch"),
    )
    op.create_index("ix_batch_group_id", "batch", ["group_id"])


def _make_period() -> None:
    op.create_table(
        "period",
        sa.Column("group_id", sa.String(), nullable=False),
        sa.Column("first", sa.Date(), nullable=False),
        sa.Column("last", sa.Date(), nullable=False),
        sa.Column("deadline", _INSTANT, nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("batch_id", sa.String(), nullable=True),
        sa.CheckConstraint("state = 'batched' OR batch_id IS NULL", name=op.f("ck_period_open_has_no_batch")),
        sa.CheckConstraint("state IN ('open', 'batched')", name=op.f("ck_period_state_known")),
        sa.CheckConstraint("last >= first", name=op.f("ck_period_ends_after_start")),
        sa.ForeignKeyConstraint(
            ["batch_id"], ["batch.batch_id"], name="fk_period_batch_id", initially="DEFERRED", deferrable=True
        ),
        sa.ForeignKeyConstraint(["group_id"], ["packing_group.group_id"], name="fk_period_group_id"),
        sa.PrimaryKeyConstraint("group_id", "first", name="pk_period"),
    )
    op.create_index("ix_period_state_deadline", "period", ["state", "deadline"])


def _make_roll() -> None:
    op.create_table(
        "roll",
        sa.Column("roll_id", sa.String(), nullable=False),
        sa.Column("batch_id", sa.String(), nullable=False),
        sa.Column("citizen_id", sa.String(), nullable=False),
        sa.Column("plan_revision", sa.Integer(), nullable=False),
        sa.Column("first", sa.Date(), nullable=False),
        sa.Column("last", sa.Date(), nullable=False),
        sa.Column("machine_id", sa.String(), nullable=True),
        sa.Column("pouches", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("void_reason", sa.String(), nullable=True),
        sa.CheckConstraint("last >= first", name=op.f("ck_roll_ends_after_start")),
        sa.CheckConstraint("pouches >= 0", name=op.f("ck_roll_content_counted")),
        sa.ForeignKeyConstraint(["batch_id"], ["batch.batch_id"], name="fk_roll_batch_id"),
        sa.ForeignKeyConstraint(
            ["citizen_id", "plan_revision"], ["plan.citizen_id", "plan.revision"], name="fk_roll_citizen_id"
        ),
        sa.ForeignKeyConstraint(["machine_id"], ["machine.machine_id"], name="fk_roll_machine_id"),
        sa.PrimaryKeyConstraint("roll_id", name="pk_roll"),
    )
    op.create_index("ix_roll_batch_id", "roll", ["batch_id"])
    op.create_index("ix_roll_citizen_id_first", "roll", ["citizen_id", "first"])


def _make_job() -> None:
    op.create_table(
        "job",
        sa.Column("job_id", sa.String(), nullable=False),
        sa.Column("roll_id", sa.String(), nullable=False),
        sa.Column("machine_id", sa.String(), nullable=False),
        sa.Column("order_number", sa.Integer(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("order_document", sa.Text(), nullable=False),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("created_at", _INSTANT, nullable=False),
        sa.Column("updated_at", _INSTANT, nullable=False),
        sa.CheckConstraint(
            "state IN ('queued', 'sent', 'packing', 'packed', 'inspected', 'released', 'held', 'unknown', 'failed', 'void')",
            name=op.f("ck_job_state_known"),
        ),
        sa.CheckConstraint(
            "state IN ('queued', 'void') OR order_number IS NOT NULL", name=op.f("ck_job_sent_has_number")
        ),
        sa.CheckConstraint("epoch >= 0", name=op.f("ck_job_epoch_counted")),
        sa.CheckConstraint("order_number >= 1", name=op.f("ck_job_order_number_counted")),
        sa.ForeignKeyConstraint(["machine_id"], ["machine.machine_id"], name="fk_job_machine_id"),
        sa.ForeignKeyConstraint(["roll_id"], ["roll.roll_id"], name="fk_job_roll_id"),
        sa.PrimaryKeyConstraint("job_id", name="pk_job"),
        sa.UniqueConstraint("job_id", "roll_id", name="uq_job_job_id_roll_id"),
        sa.UniqueConstraint("machine_id", "order_number", name="uq_job_machine_id_order_number"),
    )
    op.create_index("ix_job_live", "job", ["machine_id"], unique=True, sqlite_where=_LIVE, postgresql_where=_LIVE)
    op.create_index("ix_job_machine_id_state", "job", ["machine_id", "state"])
    op.create_index("ix_job_roll_id", "job", ["roll_id"])


def _make_pouch() -> None:
    op.create_table(
        "pouch",
        sa.Column("job_id", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("roll_id", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("film", sa.BigInteger(), nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("closed_at", _INSTANT, nullable=True),
        sa.CheckConstraint(
            "(state IN ('packed', 'void')) = (closed_at IS NOT NULL)", name=op.f("ck_pouch_closed_dated")
        ),
        sa.CheckConstraint("state <> 'packed' OR film IS NOT NULL", name=op.f("ck_pouch_packed_has_film")),
        sa.CheckConstraint("state IN ('planned', 'packed', 'void', 'unknown')", name=op.f("ck_pouch_state_known")),
        sa.CheckConstraint("film >= 0", name=op.f("ck_pouch_film_counted")),
        sa.CheckConstraint("number >= 0", name=op.f("ck_pouch_number_counted")),
        sa.ForeignKeyConstraint(["job_id", "roll_id"], ["job.job_id", "job.roll_id"], name="fk_pouch_job_id"),
        sa.PrimaryKeyConstraint("job_id", "number", name="pk_pouch"),
    )
    op.create_index(
        "ix_pouch_live",
        "pouch",
        ["roll_id", "number"],
        unique=True,
        sqlite_where=_NOT_VOID,
        postgresql_where=_NOT_VOID,
    )
