"""Find the resources of a dataset in their order, so that a page reads only those it shows."""

from __future__ import annotations

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_resource_in_order", "resource", ["package_id", "state", "position"])
    op.drop_index(op.f("ix_resource_package_id"), "resource")


def downgrade() -> None:
    op.create_index(op.f("ix_resource_package_id"), "resource", ["package_id"])
    op.drop_index("ix_resource_in_order", "resource")
