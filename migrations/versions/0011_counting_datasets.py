"""Count the public datasets of circles by an index alone."""

from __future__ import annotations

from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("package") as batch_op:
        batch_op.create_index("ix_package_counted", ["owner_org", "state", "private"])
        batch_op.drop_index(batch_op.f("ix_package_owner_org"))


def downgrade() -> None:
    with op.batch_alter_table("package") as batch_op:
        batch_op.create_index(batch_op.f("ix_package_owner_org"), ["owner_org"])
        batch_op.drop_index("ix_package_counted")
