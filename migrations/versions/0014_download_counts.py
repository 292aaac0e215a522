"""Count downloads, by file and day."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "download_count",
        sa.Column("resource_id", sa.String(36), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("package_id", sa.String(36), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["package_id"],
            ["package.id"],
            name=op.f("fk_download_count_package_id_package"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("resource_id", "day", name=op.f("pk_download_count")),
    )
    with op.batch_alter_table("download_count") as batch_op:
        batch_op.create_index("ix_download_count_package", ["package_id", "day"])


def downgrade() -> None:
    op.drop_table("download_count")
