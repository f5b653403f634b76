"""Where a platform lets us write: the conversations of Teams."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

NAME = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "conversations",
        sa.Column("tenant", NAME, primary_key=True),
        sa.Column("kind", NAME, primary_key=True),
        sa.Column("id", NAME, primary_key=True),
        sa.Column("service_url", NAME, nullable=False),
        sa.Column("conversation", NAME, nullable=False),
        sa.Column("bot", NAME, nullable=False),
        sa.Column("name", NAME, nullable=False),
        sa.Column("state", NAME, nullable=False),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    op.drop_table("conversations")
