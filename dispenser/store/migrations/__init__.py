"""Alembic migrations; `versions` holds one file per change of shape, run by `dispenser migrate`."""
