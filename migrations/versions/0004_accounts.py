"""Keys of mailed links, the audit log, and from which network a login comes."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from cytotheca.core.models.audit import append_only_statements

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "account_key",
        sa.Column("key_hash", sa.String(length=64), nullable=False),
        sa.Column("user_id", sa.String(length=36), nullable=False),
        sa.Column("purpose", sa.String(length=20), nullable=False),
        sa.Column("created", sa.DateTime(), nullable=False),
        sa.Column("expires", sa.DateTime(), nullable=False),
        sa.Column("data", sa.JSON(none_as_null=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user.id"], name=op.f("fk_account_key_user_id_user"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("key_hash", name=op.f("pk_account_key")),
    )
    op.create_index(op.f("ix_account_key_user_id"), "account_key", ["user_id"])
    op.create_index(op.f("ix_account_key_expires"), "account_key", ["expires"])
    op.create_table(
        "audit",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("time", sa.DateTime(), nullable=False),
        sa.Column("actor_id", sa.String(length=36), nullable=True),
        sa.Column("actor", sa.String(length=100), nullable=False),
        sa.Column("address", sa.String(length=50), nullable=False),
        sa.Column("action", sa.String(length=60), nullable=False),
        sa.Column("object_type", sa.String(length=40), nullable=False),
        sa.Column("object_id", sa.String(length=200), nullable=False),
        sa.Column("detail", sa.JSON(none_as_null=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit")),
        sqlite_autoincrement=True,
    )
    for column in ("time", "actor_id", "action", "object_id"):
        op.create_index(op.f(f"ix_audit_{column}"), "audit", [column])
    for statement in append_only_statements(op.get_bind().dialect.name):
        op.execute(statement)
    op.add_column("login_session", sa.Column("address", sa.String(length=50), nullable=True))
    op.drop_column("user", "reset_key")


def downgrade() -> None:
    op.add_column("user", sa.Column("reset_key", sa.Text(), nullable=True))
    op.drop_column("login_session", "address")
    op.drop_table("audit")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION audit_is_append_only()")
    op.drop_table("account_key")
