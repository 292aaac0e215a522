"""Keep how withdrawn datasets were cited, and why they are gone."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "tombstone",
        sa.Column("package_id", sa.String(36), nullable=False),
        sa.Column("name", sa.String(100), nullable=False),
        sa.Column("document", sa.JSON(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("withdrawn", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("package_id", name=op.f("pk_tombstone")),
    )
    with op.batch_alter_table("tombstone") as batch_op:
        batch_op.create_index(batch_op.f("ix_tombstone_name"), ["name"])


def downgrade() -> None:
    op.drop_table("tombstone")
