"""Keep rule packs and who signed them; let allergies be noted of citizens.

Revision: 0007, after 0006
"""

from typing import Literal

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

_INSTANT = sa.String(32).with_variant(sa.TIMESTAMP(timezone=True), "postgresql")
_TABLES = ("rule_pack", "rule_signature")
_KINDS = "'hold', 'admitted', 'moved', 'dead', 'resumed', 'corrected', 'phase'"
_OLD = (
    ("kind_known", f"kind IN ({_KINDS})"),
    ("phase_has_subject", "(kind = 'phase') = (subject <> '')"),
)
_NEW = (
    ("kind_known", f"kind IN ({_KINDS}, 'allergy', 'tolerated')"),
    ("phase_has_subject", "(kind IN ('phase', 'allergy', 'tolerated')) = (subject <> '')"),
)
_TEXT = ("allergy_has_text", "(kind IN ('allergy', 'tolerated')) = (text <> '')")


def upgrade() -> None:
    """Make the tables, guard them as the other tables of history, and widen what can be noted of a citizen."""
    _make_rule_pack()
    _make_rule_signature()
    for table in _TABLES:
        _guard(table)
    with op.batch_alter_table("citizen_note", recreate=_rebuild()) as note:
        note.add_column(sa.Column("text", sa.Text(), nullable=False, server_default=sa.text("''")))
        for name, condition in _NEW:
            note.drop_constraint(op.f(f"ck_citizen_note_{name}"), type_="check")
            note.create_check_constraint(op.f(f"ck_citizen_note_{name}"), condition)
        note.create_check_constraint(op.f(f"ck_citizen_note_{_TEXT[0]}"), _TEXT[1])
    _guard_rebuilt("citizen_note")


def downgrade() -> None:
    """Take it all away again; fails where an allergy is noted, which the older shape has no word for."""
    with op.batch_alter_table("citizen_note", recreate=_rebuild()) as note:
        note.drop_constraint(op.f(f"ck_citizen_note_{_TEXT[0]}"), type_="check")
        for name, condition in _OLD:
            note.drop_constraint(op.f(f"ck_citizen_note_{name}"), type_="check")
            note.create_check_constraint(op.f(f"ck_citizen_note_{name}"), condition)
        note.drop_column("text")
    _guard_rebuilt("citizen_note")
    for table in reversed(_TABLES):
        op.drop_table(table)


def _make_rule_pack() -> None:
    op.create_table(
        "rule_pack",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("pack_id", sa.String(), nullable=False),
        sa.Column("version", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("author", sa.String(), nullable=False),
        sa.Column("created_at", _INSTANT, nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.CheckConstraint("number >= 1", name=op.f("ck_rule_pack_number_counted")),
        sa.CheckConstraint("length(pack_id) > 0 AND length(version) > 0", name=op.f("ck_rule_pack_named")),
        sa.CheckConstraint("length(author) > 0", name=op.f("ck_rule_pack_author")),
        sa.CheckConstraint("valid_to >= valid_from", name=op.f("ck_rule_pack_ends_after_start")),
        sa.PrimaryKeyConstraint("name", name="pk_rule_pack"),
        sa.UniqueConstraint("number", name="uq_rule_pack_number"),
        sa.UniqueConstraint("name", "author", name="uq_rule_pack_name_author"),
        sa.UniqueConstraint("pack_id", "version", name="uq_rule_pack_pack_id_version"),
    )
    op.create_index("ix_rule_pack_pack_id_valid_from", "rule_pack", ["pack_id", "valid_from"])


def _make_rule_signature() -> None:
    op.create_table(
        "rule_signature",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("author", sa.String(), nullable=False),
        sa.Column("signed_by", sa.String(), nullable=False),
        sa.Column("signed_at", _INSTANT, nullable=False),
        sa.CheckConstraint("length(signed_by) > 0", name=op.f("ck_rule_signature_signed_by_somebody")),
        sa.CheckConstraint("signed_by <> author", name=op.f("ck_rule_signature_signed_by_another")),
        sa.ForeignKeyConstraint(
            ["name", "author"], ["rule_pack.name", "rule_pack.author"], name="fk_rule_signature_name"
        ),
        sa.PrimaryKeyConstraint("name", name="pk_rule_signature"),
    )


def _rebuild() -> Literal["always", "never"]:
    # SQLite cannot change the constraints of a table that is there.
    return "never" if _postgresql() else "always"


def _guard_rebuilt(table: str) -> None:
    """Guard a table that was made anew: its triggers went with the old one."""
    if not _postgresql():
        _guard(table)


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
