"""The body of every Alembic environment of a site: the core's and each plugin's."""

from __future__ import annotations

from alembic import context


def run_migrations() -> None:
    """Run on the connection, and with the version table, that the caller gives."""
    given = context.config.attributes
    connection = given["connection"]
    context.configure(
        connection=connection,
        target_metadata=given.get("metadata"),
        version_table=given["version_table"],
        include_object=given.get("include_object"),
        render_as_batch=connection.dialect.name == "sqlite",
        compare_type=True,
    )
    with context.begin_transaction():
        context.run_migrations()
