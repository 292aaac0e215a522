"""Keep what each condensed file holds, so that ``dcserv`` answers from the database."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "dc_serve_condensed",
        sa.Column("resource_id", sa.String(36), primary_key=True),
        sa.Column("etag", sa.String(100), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("size_bytes", sa.BigInteger, nullable=False),
        sa.Column("generator", sa.String(100), nullable=False),
        sa.Column("contents", sa.LargeBinary, nullable=False),
        sa.Column("made", sa.DateTime, nullable=False),
    )


def downgrade() -> None:
    op.drop_table("dc_serve_condensed")
