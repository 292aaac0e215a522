"""Keep which datasets are or were public, for harvesters that walk through all of them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    record = op.create_table(
        "harvest_record",
        sa.Column("number", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("package_id", sa.String(length=36), nullable=False),
        sa.Column("owner_org", sa.String(length=36), nullable=True),
        sa.Column("public", sa.Boolean(), nullable=False),
        sa.Column("changed", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_harvest_record")),
        sa.UniqueConstraint("package_id", name=op.f("uq_harvest_record_package_id")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("harvest_record") as batch_op:
        batch_op.create_index(batch_op.f("ix_harvest_record_owner_org"), ["owner_org"])
        batch_op.create_index(batch_op.f("ix_harvest_record_changed"), ["changed"])
    package = sa.table(
        "package",
        *(sa.column(name) for name in ("id", "owner_org", "state", "metadata_modified")),
        sa.column("private", sa.Boolean()),
        sa.column("metadata_created"),
    )
    public = (
        sa.select(package.c.id, package.c.owner_org, sa.true(), package.c.metadata_modified)
        .where(package.c.state == "active", package.c.private.is_(sa.false()))
        .order_by(package.c.metadata_created)
    )
    columns = ["package_id", "owner_org", "public", "changed"]
    op.execute(record.insert().from_select(columns, public))


def downgrade() -> None:
    op.drop_table("harvest_record")
