"""The first tables."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

NAME = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "installation",
        sa.Column("made_by", NAME, primary_key=True),
        sqlite_with_rowid=False,
    )
    _make(
        "leases",
        sa.Column("holder", NAME, nullable=False),
        sa.Column("fence", sa.BigInteger, nullable=False),
        sa.Column("expires_s", sa.Double, nullable=False),
    )
    _make(
        "changes",
        sa.Column("id", NAME, primary_key=True),
        sa.Column("state", NAME, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("document", sa.Text, nullable=False),
    )
    _make(
        "rounds",
        sa.Column("id", NAME, primary_key=True),
        sa.Column("change", NAME, nullable=False),
        sa.Column("kind", NAME, nullable=False),
        sa.Column("state", NAME, nullable=False),
        sa.Column("opens_at", MOMENT, nullable=False),
        sa.Column("closes_at", MOMENT, nullable=False),
        sa.Column("heard_told_at", MOMENT),
        sa.Column("k", sa.Integer, nullable=False),
        sa.Column("audience", NAME, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("document", sa.Text, nullable=False),
    )
    _make(
        "people",
        sa.Column("id", NAME, primary_key=True),
        sa.Column("document", sa.Text, nullable=False),
    )
    _make_messages()
    _make_boxes()
    _make_door()


def downgrade() -> None:
    for name in (
        "offers",
        "known",
        "entries",
        "digests",
        "answers",
        "spool",
        "messages",
        "people",
        "rounds",
        "changes",
        "leases",
        "installation",
    ):
        op.drop_table(name)


def _make(name: str, *columns: sa.Column[Any]) -> None:
    op.create_table(name, sa.Column("tenant", NAME, primary_key=True), *columns, sqlite_with_rowid=False)


def _make_messages() -> None:
    _make(
        "messages",
        sa.Column("id", NAME, primary_key=True),
        sa.Column("kind", NAME, nullable=False),
        sa.Column("due_at", MOMENT, nullable=False),
        sa.Column("person", NAME),
        sa.Column("channel", NAME),
        sa.Column("change", NAME),
        sa.Column("round", NAME),
        sa.Column("about", NAME, nullable=False),
        sa.Column("page", NAME),
        sa.Column("minutes", sa.Double, nullable=False),
        sa.Column("wave", sa.Integer, nullable=False),
        sa.Column("parent", NAME),
        sa.Column("state", NAME, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("sent_at", MOMENT),
        sa.Column("ref", NAME),
    )
    op.create_index("messages_due", "messages", ["tenant", "state", "due_at"])
    op.create_index("messages_person", "messages", ["tenant", "person"])
    op.create_index("messages_round", "messages", ["tenant", "round", "kind"])


def _make_boxes() -> None:
    _make(
        "spool",
        sa.Column("round", NAME, primary_key=True),
        sa.Column("tag", sa.LargeBinary, primary_key=True),
        sa.Column("box", sa.LargeBinary, nullable=False),
    )
    _make(
        "answers",
        sa.Column("round", NAME, primary_key=True),
        sa.Column("id", sa.LargeBinary, primary_key=True),
        sa.Column("box", sa.LargeBinary, nullable=False),
    )
    _make(
        "digests",
        sa.Column("round", NAME, primary_key=True),
        sa.Column("box", sa.LargeBinary, nullable=False),
    )


def _make_door() -> None:
    _make(
        "entries",
        sa.Column("id", NAME, primary_key=True),
        sa.Column("kind", NAME, nullable=False),
        sa.Column("language", NAME, nullable=False),
        sa.Column("change", NAME),
        sa.Column("person", NAME),
        sa.Column("receipt", sa.LargeBinary),
        sa.Column("asked_at", MOMENT),
        sa.Column("reply_by", sa.Date),
        sa.Column("replied_at", MOMENT),
        sa.Column("box", sa.LargeBinary, nullable=False),
    )
    _make(
        "known",
        sa.Column("id", NAME, primary_key=True),
        sa.Column("published_at", MOMENT, nullable=False),
        sa.Column("document", sa.Text, nullable=False),
    )
    _make(
        "offers",
        sa.Column("id", NAME, primary_key=True),
        sa.Column("change", NAME, nullable=False),
        sa.Column("round", NAME, nullable=False),
        sa.Column("person", NAME, nullable=False),
        sa.Column("reply_by", sa.Date, nullable=False),
        sa.Column("replied_at", MOMENT),
        sa.Column("box", sa.LargeBinary, nullable=False),
    )
