"""The tables. Every row belongs to a tenant, whose id leads the key; nothing here counts or knows an order of arrival.

All tables are WITHOUT ROWID on SQLite, because a hidden rowid is such an order.
"""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    Date,
    DateTime,
    Dialect,
    Double,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
)
from sqlalchemy.types import TypeDecorator

metadata = MetaData()


class Moment(TypeDecorator[datetime]):
    """An aware datetime in UTC, on a database with zones or without."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None or dialect.name != "sqlite":
            return value
        return value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if dialect.name == "sqlite" else value.astimezone(UTC)


NAME = Text().with_variant(Text(collation="C"), "postgresql")
"""A word that is compared and ordered by its code points, on both databases alike."""


def _table(name: str, *columns: Column[Any] | Index) -> Table:
    tenant = Column("tenant", NAME, primary_key=True)
    return Table(name, metadata, tenant, *columns, sqlite_with_rowid=False)


def _key(name: str) -> Column[str]:
    return Column(name, NAME, primary_key=True)


installation = Table(
    "installation",
    metadata,
    # Who made this database: `service`, `sandbox` or `simulation`. One row, the only one without a tenant.
    Column("made_by", NAME, primary_key=True),
    sqlite_with_rowid=False,
)

leases = _table(
    "leases",
    Column("holder", NAME, nullable=False),
    Column("fence", BigInteger, nullable=False),
    # Seconds since 1970 by the database's own clock.
    Column("expires_s", Double, nullable=False),
)

changes = _table(
    "changes",
    _key("id"),
    Column("state", NAME, nullable=False),
    Column("version", Integer, nullable=False),
    Column("document", Text, nullable=False),
)

rounds = _table(
    "rounds",
    _key("id"),
    Column("change", NAME, nullable=False),
    Column("kind", NAME, nullable=False),
    Column("state", NAME, nullable=False),
    Column("opens_at", Moment, nullable=False),
    Column("closes_at", Moment, nullable=False),
    Column("heard_told_at", Moment),
    # The associated data of a round's boxes is made of these two.
    Column("k", Integer, nullable=False),
    Column("audience", NAME, nullable=False),
    Column("version", Integer, nullable=False),
    Column("document", Text, nullable=False),
)

people = _table("people", _key("id"), Column("document", Text, nullable=False))

messages = _table(
    "messages",
    _key("id"),
    Column("kind", NAME, nullable=False),
    Column("due_at", Moment, nullable=False),
    Column("person", NAME),
    Column("channel", NAME),
    Column("change", NAME),
    Column("round", NAME),
    Column("about", NAME, nullable=False),
    Column("page", NAME),
    Column("minutes", Double, nullable=False),
    Column("wave", Integer, nullable=False),
    Column("parent", NAME),
    Column("state", NAME, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("sent_at", Moment),
    Column("ref", NAME),
    Index("messages_due", "tenant", "state", "due_at"),
    Index("messages_person", "tenant", "person"),
    Index("messages_round", "tenant", "round", "kind"),
)

spool = _table(
    "spool",
    _key("round"),
    Column("tag", LargeBinary, primary_key=True),
    Column("box", LargeBinary, nullable=False),
)

answers = _table(
    "answers",
    _key("round"),
    Column("id", LargeBinary, primary_key=True),
    Column("box", LargeBinary, nullable=False),
)

digests = _table("digests", _key("round"), Column("box", LargeBinary, nullable=False))

entries = _table(
    "entries",
    _key("id"),
    Column("kind", NAME, nullable=False),
    Column("language", NAME, nullable=False),
    Column("change", NAME),
    # By name `person` and `asked_at` are set, anonymously `receipt` is.
    Column("person", NAME),
    Column("receipt", LargeBinary),
    Column("asked_at", Moment),
    Column("reply_by", Date),
    Column("replied_at", Moment),
    Column("box", LargeBinary, nullable=False),
)

known = _table(
    "known",
    _key("id"),
    Column("published_at", Moment, nullable=False),
    Column("document", Text, nullable=False),
)

offers = _table(
    "offers",
    _key("id"),
    Column("change", NAME, nullable=False),
    Column("round", NAME, nullable=False),
    Column("person", NAME, nullable=False),
    Column("reply_by", Date, nullable=False),
    Column("replied_at", Moment),
    Column("box", LargeBinary, nullable=False),
)

# Written when we are installed somewhere, and at a look at who is there: never when somebody acts (section 5).
conversations = _table(
    "conversations",
    _key("kind"),
    _key("id"),
    Column("service_url", NAME, nullable=False),
    Column("conversation", NAME, nullable=False),
    Column("bot", NAME, nullable=False),
    Column("name", NAME, nullable=False),
    Column("state", NAME, nullable=False),
)
