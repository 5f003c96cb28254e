"""Keep what was filled into canisters and trays, and which pouches it came into.

Revision: 0009, after 0008
"""

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Make the tables and their guards."""


def downgrade() -> None:
    """Drop the tables."""
