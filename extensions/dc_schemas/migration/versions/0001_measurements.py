"""Keep verdict and facts of each measurement, so that no request opens a file."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "dc_schemas_measurement",
        sa.Column("resource_id", sa.String(36), primary_key=True),
        sa.Column("etag", sa.String(100), nullable=False),
        sa.Column("verdict", sa.String(40), nullable=False),
        sa.Column("valid", sa.Boolean, nullable=False),
        sa.Column("problem", sa.Text, nullable=False),
        sa.Column("cues", sa.LargeBinary, nullable=False),
        sa.Column("facts", sa.LargeBinary),
        sa.Column("inspected", sa.DateTime, nullable=False),
    )


def downgrade() -> None:
    op.drop_table("dc_schemas_measurement")
