"""Keep how many datasets a shelf has."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "sampleshelf_shelf",
        sa.Column("place", sa.String(40), primary_key=True),
        sa.Column("datasets", sa.Integer, nullable=False),
    )


def downgrade() -> None:
    op.drop_table("sampleshelf_shelf")
