"""Alembic migrations; run through ``directory.migrate``."""
