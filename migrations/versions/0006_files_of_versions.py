"""Keep where the files of each published version are, and what each version changed.

The sweeper then need not search documents for ids, and a file that was replaced
later can still be found.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

BLOCK = 100
FACTS = ("etag", "sha256", "size")


def upgrade() -> None:
    op.create_table(
        "dataset_version_file",
        sa.Column("version_id", sa.String(36), nullable=False),
        sa.Column("resource_id", sa.String(36), nullable=False),
        sa.Column("bucket", sa.String(100), nullable=False),
        sa.Column("object_key", sa.String(200), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=True),
        sa.Column("sha256", sa.String(64), nullable=True),
        sa.ForeignKeyConstraint(
            ["version_id"],
            ["dataset_version.id"],
            name=op.f("fk_dataset_version_file_version_id_dataset_version"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("version_id", "resource_id", name=op.f("pk_dataset_version_file")),
    )
    with op.batch_alter_table("dataset_version_file") as batch_op:
        batch_op.create_index(batch_op.f("ix_dataset_version_file_resource_id"), ["resource_id"])
        batch_op.create_index("ix_dataset_version_file_object", ["bucket", "object_key"])
    with op.batch_alter_table("dataset_version") as batch_op:
        batch_op.add_column(sa.Column("changes", sa.JSON(none_as_null=True), nullable=True))
        batch_op.add_column(
            sa.Column("private", sa.Boolean(), nullable=False, server_default=sa.false())
        )
    _fill()
    with op.batch_alter_table("dataset_version") as batch_op:
        batch_op.alter_column("private", existing_type=sa.Boolean(), server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("dataset_version") as batch_op:
        batch_op.drop_column("private")
        batch_op.drop_column("changes")
    op.drop_table("dataset_version_file")


def _fill() -> None:
    """Note the files of the versions there are, in blocks."""
    version = sa.table(
        "dataset_version",
        sa.column("id", sa.String()),
        sa.column("document", sa.JSON()),
        sa.column("private", sa.Boolean()),
    )
    connection, last = op.get_bind(), ""
    while True:
        query = sa.select(version.c.id, version.c.document).where(version.c.id > last)
        block = connection.execute(query.order_by(version.c.id).limit(BLOCK)).all()
        if not block:
            return
        for version_id, document in block:
            if document.get("private"):
                mark = sa.update(version).where(version.c.id == version_id).values(private=True)
                connection.execute(mark)
            _fill_files(connection, version_id, document)
        last = block[-1][0]


def _fill_files(connection: sa.Connection, version_id: str, document: Mapping[str, Any]) -> None:
    names = ("id", "bucket", "object_key", "name", "url", "package_id", *FACTS)
    resource = sa.table("resource", *(sa.column(name) for name in names))
    shown = {one["id"]: one for one in document.get("resources", ())}
    query = sa.select(resource).where(
        resource.c.package_id == document.get("id"), resource.c.object_key.is_not(None)
    )
    rows = [
        {
            "version_id": version_id,
            "resource_id": row.id,
            "bucket": row.bucket,
            "object_key": row.object_key,
            "name": row.name or row.url or "",
            "size": row.size,
            "sha256": row.sha256,
        }
        for row in connection.execute(query)
        if row.id in shown and _is_same_file(row, shown[row.id])
    ]
    if rows:
        columns = (sa.column(name) for name in rows[0])
        connection.execute(sa.insert(sa.table("dataset_version_file", *columns)), rows)


def _is_same_file(row: Any, shown: Mapping[str, Any]) -> bool:
    """Tell whether the resource still has the file of the version; digests may have come later."""
    return all(shown.get(fact) in (None, getattr(row, fact)) for fact in FACTS)
