"""What Alembic runs to migrate: on the connection, and in the transaction, that `dispenser.store.schema` hands in."""

from alembic import context
from sqlalchemy import Connection

from dispenser.store.tables import METADATA


def run(connection: Connection) -> None:
    """Migrate on `connection`; its owner commits."""
    context.configure(connection=connection, target_metadata=METADATA, render_as_batch=True, transactional_ddl=True)
    context.run_migrations()


run(context.config.attributes["connection"])
