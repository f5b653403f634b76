"""The rows of the sandbox as they lie in its tables, for whoever wants to see what is stored. It can write nothing."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Column, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.ids import PersonId, RoundId, TenantId
from bot.ports import Keys
from bot.questions import RoundKind
from bot.round import RoundState
from storage import migrations, tables
from storage.connecting import check_file, connect
from storage.engine import Database

FIRST_BYTES = 12
"""So much of a box is shown. Sealed, they are noise, and differ each time the same thing is sealed."""

MADE_BY = "sandbox"


@dataclass(frozen=True, slots=True)
class StoredBox:
    """One row of `spool` or `answers`: all that it holds besides tenant and round, of the box its first bytes."""

    name: bytes
    size: int
    first: bytes


@dataclass(frozen=True, slots=True)
class StoredRound:
    """What its row says of a round, as far as it is about when and how."""

    id: RoundId
    kind: str
    state: str
    k: int
    closes_at: datetime


@dataclass(frozen=True, slots=True)
class StoredMessage:
    """One row of `messages` to one person."""

    kind: str
    round: str
    state: str
    sent_at: datetime | None


@dataclass(frozen=True, slots=True)
class Stored:
    """What lies in the database of one round at one moment, the boxes in the order of their tables.

    `named` counts the boxes in which the person's id or name stands, byte for byte; `keys` are names of key files.
    """

    waiting: tuple[StoredBox, ...]
    released: tuple[StoredBox, ...]
    named: int
    messages: tuple[StoredMessage, ...]
    keys: tuple[str, ...]


class SandboxRows:
    """Looks into a database that the sandbox made, in transactions that can write nothing."""

    def __init__(self, database: Database, keys: Keys) -> None:
        """Look into this one; of keys only the names are looked at."""
        self._database = database
        self._keys = keys

    async def rounds(self, tenant: TenantId) -> Sequence[StoredRound]:
        """Return the rounds that have opened, the open door's apart, the newest last."""
        found = tables.rounds.c
        statement = (
            select(found.id, found.kind, found.state, found.k, found.closes_at)
            .where(found.tenant == tenant, found.state != RoundState.PLANNED, found.kind != RoundKind.DOOR)
            .order_by(found.opens_at, found.id)
        )
        async with self._database.reading() as connection:
            rows = (await connection.execute(statement)).all()
        return tuple(StoredRound(RoundId(row.id), row.kind, row.state, row.k, row.closes_at) for row in rows)

    async def of_round(self, tenant: TenantId, round_id: RoundId, person: PersonId, name: str) -> Stored:
        """Return what is stored of a round, and what of one person beside it."""
        wanted = (person.encode(), name.encode())
        async with self._database.reading() as connection:
            spool = await _boxes(connection, tables.spool.c.tag, tables.spool.c.box, tenant, round_id)
            answers = await _boxes(connection, tables.answers.c.id, tables.answers.c.box, tenant, round_id)
            messages = await _messages(connection, tenant, round_id, person)
        named = sum(any(one in box for one in wanted) for _, box in (*spool, *answers))
        keys = [key for key in await self._keys.names() if f".{tenant}.{round_id}" in key]
        return Stored(_shown(spool), _shown(answers), named, messages, tuple(keys))


@asynccontextmanager
async def sandbox_rows(url: str, keys: Keys) -> AsyncIterator[SandboxRows]:
    """Look into the database of a sandbox until the block ends.

    Raises:
        StoreForeign: It is not a sandbox's.
        StoreUnavailable: It is not there.
        StoreVersion: It is of another version than this program.
    """
    await asyncio.to_thread(check_file, url)
    database = connect(url)
    try:
        await migrations.check(database, made_by=MADE_BY)
        yield SandboxRows(database, keys)
    finally:
        await database.close()


async def _boxes(
    connection: AsyncConnection, name: Column[bytes], box: Column[bytes], tenant: TenantId, round_id: RoundId
) -> Sequence[tuple[bytes, bytes]]:
    """Read one table's boxes of a round, by what they are called."""
    of = name.table.c
    statement = select(name, box).where(of.tenant == tenant, of.round == round_id).order_by(name)
    return [(bytes(row[0]), bytes(row[1])) for row in await connection.execute(statement)]


async def _messages(
    connection: AsyncConnection, tenant: TenantId, round_id: RoundId, person: PersonId
) -> tuple[StoredMessage, ...]:
    """Read what was and will be sent to one person about a round."""
    found = tables.messages.c
    statement = (
        select(found.kind, found.round, found.state, found.sent_at)
        .where(found.tenant == tenant, found.round == round_id, found.person == person)
        .order_by(found.due_at, found.id)
    )
    rows = (await connection.execute(statement)).all()
    return tuple(StoredMessage(row.kind, row.round, row.state, row.sent_at) for row in rows)


def _shown(boxes: Sequence[tuple[bytes, bytes]]) -> tuple[StoredBox, ...]:
    return tuple(StoredBox(name, len(box), box[:FIRST_BYTES]) for name, box in boxes)
