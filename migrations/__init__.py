"""The Alembic environment of the core's tables."""
