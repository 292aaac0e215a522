"""Keep for a day what calls with an ``Idempotency-Key`` were answered."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "repeatable_call",
        sa.Column("key_hash", sa.String(64), nullable=False),
        sa.Column("user_id", sa.String(36), nullable=False),
        sa.Column("call_hash", sa.String(64), nullable=False),
        sa.Column("created", sa.DateTime(), nullable=False),
        sa.Column("result", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("changed", sa.JSON(none_as_null=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"],
            ["user.id"],
            name=op.f("fk_repeatable_call_user_id_user"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("key_hash", name=op.f("pk_repeatable_call")),
    )
    with op.batch_alter_table("repeatable_call") as batch_op:
        batch_op.create_index(batch_op.f("ix_repeatable_call_user_id"), ["user_id"])
        batch_op.create_index(batch_op.f("ix_repeatable_call_created"), ["created"])


def downgrade() -> None:
    op.drop_table("repeatable_call")
