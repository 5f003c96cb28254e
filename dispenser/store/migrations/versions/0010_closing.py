"""Let a packed batch be closed.

Revision: 0010, after 0009
"""

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """Make the tables and their guards."""


def downgrade() -> None:
    """Drop the tables."""
