"""Keep staff, alerts and the overrides of them.

Revision: 0008, after 0007
"""

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Make the tables and their guards."""


def downgrade() -> None:
    """Drop the tables."""
