"""Keep when an API token ends in a column of its own, and whether its owner was told."""

from __future__ import annotations

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

BLOCK = 1000


def upgrade() -> None:
    with op.batch_alter_table("api_token") as batch_op:
        batch_op.add_column(sa.Column("expires", sa.DateTime(), nullable=True))
        batch_op.add_column(
            sa.Column("end_told", sa.Boolean(), nullable=False, server_default=sa.false())
        )
        batch_op.create_index(batch_op.f("ix_api_token_expires"), ["expires"])
    _move()
    with op.batch_alter_table("api_token") as batch_op:
        batch_op.alter_column("end_told", existing_type=sa.Boolean(), server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("api_token") as batch_op:
        batch_op.drop_index(batch_op.f("ix_api_token_expires"))
        batch_op.drop_column("end_told")
        batch_op.drop_column("expires")


def _move() -> None:
    """Copy the ends that the tokens have; the old place is left, for processes not yet replaced."""
    token = sa.table(
        "api_token",
        sa.column("id", sa.String()),
        sa.column("plugin_extras", sa.JSON()),
        sa.column("expires", sa.DateTime()),
    )
    connection, last = op.get_bind(), ""
    while True:
        query = sa.select(token.c.id, token.c.plugin_extras).where(token.c.id > last)
        block = connection.execute(query.order_by(token.c.id).limit(BLOCK)).all()
        if not block:
            return
        for token_id, extras in block:
            ends = (extras or {}).get("expires")
            if ends:
                moment = datetime.fromisoformat(ends).astimezone(UTC).replace(tzinfo=None)
                mark = sa.update(token).where(token.c.id == token_id).values(expires=moment)
                connection.execute(mark)
        last = block[-1][0]
