"""Keep the names that datasets and groups had before."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "former_name",
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("name", sa.String(100), nullable=False),
        sa.Column("object_id", sa.String(36), nullable=False),
        sa.Column("since", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("kind", "name", name=op.f("pk_former_name")),
    )
    with op.batch_alter_table("former_name") as batch_op:
        batch_op.create_index(batch_op.f("ix_former_name_object_id"), ["object_id"])


def downgrade() -> None:
    op.drop_table("former_name")
