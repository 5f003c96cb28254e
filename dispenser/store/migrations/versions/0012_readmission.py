"""Let a machine whose journal is empty be taken into service again.

Revision: 0012, after 0011
"""

from typing import Literal

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"

_NAME = "ck_readmission_use_seq_counted"
_TABLE = "readmission_use"


def upgrade() -> None:
    """A readmission may count a journal of no entries for nothing: it is then of no boot."""
    _count_from("(seq >= 1) = (boot_id <> '') AND seq >= 0")


def downgrade() -> None:
    """Ask for an entry again; fails where a machine without any was taken back."""
    _count_from("seq >= 1")


def _count_from(condition: str) -> None:
    with op.batch_alter_table(_TABLE, recreate=_rebuild()) as use:
        use.drop_constraint(op.f(_NAME), type_="check")
        use.create_check_constraint(op.f(_NAME), sa.text(condition))
    if _rebuild() == "always":
        # The new table has none of the old one's triggers.
        for event, message in (
            ("UPDATE", f"{_TABLE} is append-only"),
            ("DELETE", f"nothing is ever deleted from {_TABLE}"),
        ):
            op.execute(
                f"CREATE TRIGGER {_TABLE}_no_{event.lower()} BEFORE {event} ON {_TABLE} FOR EACH ROW "
                f"BEGIN SELECT RAISE(ABORT, '{message}'); END"
            )


def _rebuild() -> Literal["always", "never"]:
    # SQLite cannot change a constraint of a table that stands.
    return "never" if op.get_bind().dialect.name == "postgresql" else "always"
