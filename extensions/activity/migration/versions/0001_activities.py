"""Keep who did what, and until when each user has seen the news."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "activity_event",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("timestamp", sa.DateTime(), nullable=False),
        sa.Column("user_id", sa.String(36), nullable=True),
        sa.Column("object_id", sa.String(36), nullable=False),
        sa.Column("object_type", sa.String(20), nullable=False),
        sa.Column("activity_type", sa.String(100), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("public", sa.Boolean(), nullable=False),
        sa.Column("version", sa.String(30), nullable=True),
        sa.Column("data", sa.JSON(none_as_null=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_activity_event")),
    )
    with op.batch_alter_table("activity_event") as batch_op:
        batch_op.create_index(batch_op.f("ix_activity_event_timestamp"), ["timestamp"])
        batch_op.create_index("ix_activity_event_object", ["object_id", "timestamp"])
        batch_op.create_index("ix_activity_event_user", ["user_id", "timestamp"])
    op.create_table(
        "activity_seen",
        sa.Column("user_id", sa.String(36), nullable=False),
        sa.Column("until", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_activity_seen")),
    )


def downgrade() -> None:
    op.drop_table("activity_seen")
    op.drop_table("activity_event")
