"""Find in the audit trail what was done to a thing, without reading all of it.

Revision: 0006, after 0005
"""

from alembic import op

revision = "0006"
down_revision = "0005"

_INDEX = "ix_audit_action_subject"


def upgrade() -> None:
    """Make the index."""
    op.create_index(_INDEX, "audit", ["action", "subject"])


def downgrade() -> None:
    """Drop it."""
    op.drop_index(_INDEX, "audit")
