"""Keep since when a job postpones itself: its row may have waited long before its first turn."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("outbox", sa.Column("postponed_since", sa.DateTime(), nullable=True))


def downgrade() -> None:
    op.drop_column("outbox", "postponed_since")
