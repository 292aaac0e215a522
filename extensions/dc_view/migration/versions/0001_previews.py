"""Keep what each preview shows, so that pages can say it in words."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "dc_view_preview",
        sa.Column("resource_id", sa.String(36), primary_key=True),
        sa.Column("etag", sa.String(100), nullable=False),
        sa.Column("generator", sa.String(100), nullable=False),
        sa.Column("facts", sa.JSON, nullable=False),
        sa.Column("made", sa.DateTime, nullable=False),
    )


def downgrade() -> None:
    op.drop_table("dc_view_preview")
