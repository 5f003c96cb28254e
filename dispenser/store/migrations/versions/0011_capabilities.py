"""Forget what machines said that they can do: the document of the machine contract has more in it since.

It is read again when a machine is connected; nothing else is changed.

Revision: 0011, after 0010
"""

from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    """Forget the capability documents of the former contract."""
    op.execute("UPDATE machine SET capabilities = NULL")


def downgrade() -> None:
    """Forget them again: the former contract cannot be read back out of the new one."""
    op.execute("UPDATE machine SET capabilities = NULL")
