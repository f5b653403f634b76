"""Where a platform lets us write: a row per person or group, written when we are installed, never when they act."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass

from sqlalchemy import RowMapping, delete, select

from bot.ids import TenantId
from storage import tables
from storage.dialect import insert_into
from storage.engine import Database

PERSON = "person"
GROUP = "group"


@dataclass(frozen=True, slots=True)
class Conversation:
    """A conversation with a person or a group, as its platform names it.

    `id` is the person or the group, `bot` our own name there. `state` is the adapter's word for whether we may write.
    There is no time in it, and nothing that changes because somebody pressed or sent something.
    """

    tenant: TenantId
    kind: str
    id: str
    service_url: str
    conversation: str
    bot: str
    name: str
    state: str


class SqlConversations:
    """The conversations of every tenant."""

    def __init__(self, database: Database) -> None:
        """Use these connections."""
        self._database = database

    async def get(self, tenant: TenantId, kind: str, id_: str) -> Conversation | None:
        """Return one, None where there is none. Raises StoreUnavailable."""
        found = tables.conversations.c
        statement = select(tables.conversations).where(found.tenant == tenant, found.kind == kind, found.id == id_)
        async with self._database.reading() as connection:
            row = (await connection.execute(statement)).mappings().one_or_none()
        return None if row is None else _read(row)

    async def of(self, tenant: TenantId, kind: str) -> Sequence[Conversation]:
        """Return all of a kind, by id. Raises StoreUnavailable."""
        found = tables.conversations.c
        statement = select(tables.conversations).where(found.tenant == tenant, found.kind == kind).order_by(found.id)
        async with self._database.reading() as connection:
            return [_read(row) for row in (await connection.execute(statement)).mappings()]

    async def put(self, conversations: Sequence[Conversation]) -> None:
        """Write these, in the order of their ids, whether they were there or not. Raises StoreUnavailable."""
        if not conversations:
            return
        rows = [asdict(one) for one in sorted(conversations, key=lambda one: (one.tenant, one.kind, one.id))]
        async with self._database.writing() as connection:
            insert = insert_into(connection, tables.conversations)
            changed = {name: insert.excluded[name] for name in ("service_url", "conversation", "bot", "name", "state")}
            keys = ["tenant", "kind", "id"]
            await connection.execute(insert.on_conflict_do_update(index_elements=keys, set_=changed), rows)

    async def delete(self, tenant: TenantId, kind: str, id_: str) -> None:
        """Delete one, if it is there. Raises StoreUnavailable."""
        found = tables.conversations.c
        statement = delete(tables.conversations).where(found.tenant == tenant, found.kind == kind, found.id == id_)
        async with self._database.writing() as connection:
            await connection.execute(statement)


class MemoryConversations:
    """The twin in memory, for tests."""

    def __init__(self) -> None:
        """Begin with none."""
        self._kept: dict[tuple[TenantId, str, str], Conversation] = {}

    async def get(self, tenant: TenantId, kind: str, id_: str) -> Conversation | None:
        """See `SqlConversations`."""
        return self._kept.get((tenant, kind, id_))

    async def of(self, tenant: TenantId, kind: str) -> Sequence[Conversation]:
        """See `SqlConversations`."""
        found = [one for one in self._kept.values() if one.tenant == tenant and one.kind == kind]
        return sorted(found, key=lambda one: one.id)

    async def put(self, conversations: Sequence[Conversation]) -> None:
        """See `SqlConversations`."""
        self._kept |= {(one.tenant, one.kind, one.id): one for one in conversations}

    async def delete(self, tenant: TenantId, kind: str, id_: str) -> None:
        """See `SqlConversations`."""
        self._kept.pop((tenant, kind, id_), None)


def _read(row: RowMapping) -> Conversation:
    return Conversation(**dict(row))
