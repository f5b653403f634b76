"""Changes, rounds and people in the database, within one transaction of one tenant."""

import asyncio
import hashlib
from collections.abc import Collection, Sequence

from sqlalchemy import RowMapping, Table, delete, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.change import Change
from bot.errors import NotFound, StaleWrite
from bot.ids import ChangeId, PersonId, RoundId, TenantId
from bot.people import Person
from bot.round import ENDED, HELD, Round
from storage import mapping, tables
from storage.conversations import PERSON
from storage.dialect import insert_into

_CHANGE_COLUMNS = frozenset(tables.changes.c.keys()) - {"document"}
_ROUND_COLUMNS = frozenset(tables.rounds.c.keys()) - {"document"}
_PEOPLE_AT_ONCE = 2000
_PEOPLE_IN_QUERY = 500


class SqlChanges:
    """See `bot.ports.Changes`."""

    def __init__(self, connection: AsyncConnection, tenant: TenantId) -> None:
        """Belong to a transaction and a tenant."""
        self._connection = connection
        self._tenant = tenant

    async def get(self, change: ChangeId) -> Change:
        """See `bot.ports.Changes`."""
        statement = select(tables.changes).where(tables.changes.c.tenant == self._tenant, tables.changes.c.id == change)
        row = (await self._connection.execute(statement)).mappings().one_or_none()
        if row is None:
            raise NotFound(f"there is no change {change!r}")
        return mapping.read_with(mapping.changes(), row)

    async def all(self) -> Sequence[Change]:
        """See `bot.ports.Changes`."""
        statement = select(tables.changes).where(tables.changes.c.tenant == self._tenant).order_by(tables.changes.c.id)
        rows = (await self._connection.execute(statement)).mappings()
        return [mapping.read_with(mapping.changes(), row) for row in rows]

    async def put(self, change: Change) -> None:
        """See `bot.ports.Changes`."""
        row: dict[str, object] = {
            "tenant": self._tenant,
            "id": change.id,
            "state": change.state,
            "document": mapping.write(mapping.changes(), change, without=_CHANGE_COLUMNS),
        }
        await _put(self._connection, tables.changes, row, version=change.version)


class SqlRounds:
    """See `bot.ports.Rounds`."""

    def __init__(self, connection: AsyncConnection, tenant: TenantId) -> None:
        """Belong to a transaction and a tenant."""
        self._connection = connection
        self._tenant = tenant

    async def get(self, round_id: RoundId, *, lock: bool = False) -> Round:
        """See `bot.ports.Rounds`."""
        statement = select(tables.rounds).where(tables.rounds.c.tenant == self._tenant, tables.rounds.c.id == round_id)
        if lock:
            statement = statement.with_for_update()
        row = (await self._connection.execute(statement)).mappings().one_or_none()
        if row is None:
            raise NotFound(f"there is no round {round_id!r}")
        return _round(row)

    async def alone(self) -> None:
        """See `bot.ports.Rounds`. On SQLite whoever writes is alone."""
        if self._connection.dialect.name == "postgresql":
            name = hashlib.sha256(f"opening {self._tenant}".encode()).digest()
            lock = func.pg_advisory_xact_lock(int.from_bytes(name[:8], "big", signed=True))
            await self._connection.execute(select(lock))

    async def of_change(self, change: ChangeId) -> Sequence[Round]:
        """See `bot.ports.Rounds`."""
        statement = (
            select(tables.rounds)
            .where(tables.rounds.c.tenant == self._tenant, tables.rounds.c.change == change)
            .order_by(tables.rounds.c.opens_at, tables.rounds.c.id)
        )
        return [_round(row) for row in (await self._connection.execute(statement)).mappings()]

    async def unfinished(self) -> Sequence[Round]:
        """See `bot.ports.Rounds`."""
        rounds = tables.rounds.c
        untold = rounds.state.in_(sorted(HELD)) & rounds.heard_told_at.is_(None)
        statement = (
            select(tables.rounds)
            .where(rounds.tenant == self._tenant, or_(rounds.state.not_in(sorted(ENDED)), untold))
            .order_by(rounds.opens_at, rounds.id)
        )
        return [_round(row) for row in (await self._connection.execute(statement)).mappings()]

    async def put(self, round_: Round) -> None:
        """See `bot.ports.Rounds`."""
        row = {
            "tenant": self._tenant,
            "id": round_.id,
            "change": round_.change,
            "kind": round_.kind,
            "state": round_.state,
            "opens_at": round_.opens_at,
            "closes_at": round_.closes_at,
            "heard_told_at": round_.heard_told_at,
            "k": round_.k,
            "audience": round_.audience,
            "document": mapping.write(mapping.rounds(), round_, without=_ROUND_COLUMNS),
        }
        await _put(self._connection, tables.rounds, row, version=round_.version)


class SqlPeople:
    """See `bot.ports.People`."""

    def __init__(self, connection: AsyncConnection, tenant: TenantId) -> None:
        """Belong to a transaction and a tenant."""
        self._connection = connection
        self._tenant = tenant

    async def get(self, person: PersonId) -> Person:
        """See `bot.ports.People`."""
        statement = select(tables.people.c.document).where(
            tables.people.c.tenant == self._tenant, tables.people.c.id == person
        )
        document = (await self._connection.execute(statement)).scalar_one_or_none()
        if document is None:
            raise NotFound("there is no such person")
        return mapping.read(mapping.people(), document)

    async def all(self) -> Sequence[Person]:
        """See `bot.ports.People`."""
        statement = (
            select(tables.people.c.document).where(tables.people.c.tenant == self._tenant).order_by(tables.people.c.id)
        )
        found: list[Person] = []
        for some in (await self._connection.execute(statement)).scalars().partitions(_PEOPLE_AT_ONCE):
            found += [mapping.read(mapping.people(), document) for document in some]
            # Thousands take a third of a second to read: the others get their turn in between.
            await asyncio.sleep(0)
        return found

    async def some(self, people: Collection[PersonId]) -> Sequence[Person]:
        """See `bot.ports.People`."""
        wanted = sorted(set(people))
        statement = select(tables.people.c.document).where(tables.people.c.tenant == self._tenant)
        found: list[Person] = []
        for start in range(0, len(wanted), _PEOPLE_IN_QUERY):
            among = statement.where(tables.people.c.id.in_(wanted[start : start + _PEOPLE_IN_QUERY]))
            documents = (await self._connection.execute(among.order_by(tables.people.c.id))).scalars()
            found += [mapping.read(mapping.people(), document) for document in documents]
        return found

    async def put(self, people: Sequence[Person]) -> None:
        """See `bot.ports.People`."""
        insert = insert_into(self._connection, tables.people)
        statement = insert.on_conflict_do_update(
            index_elements=[tables.people.c.tenant, tables.people.c.id],
            set_={"document": insert.excluded.document},
        )
        form = mapping.people()
        for start in range(0, len(people), _PEOPLE_AT_ONCE):
            rows = [
                {"tenant": self._tenant, "id": person.id, "document": mapping.write(form, person)}
                for person in people[start : start + _PEOPLE_AT_ONCE]
            ]
            await self._connection.execute(statement, rows)

    async def forget(self, person: PersonId) -> None:
        """See `bot.ports.People`."""
        people, messages = tables.people.c, tables.messages.c
        await self._connection.execute(delete(tables.people).where(people.tenant == self._tenant, people.id == person))
        await self._connection.execute(
            delete(tables.messages).where(messages.tenant == self._tenant, messages.person == person)
        )
        found = tables.conversations.c
        theirs = (found.tenant == self._tenant, found.kind == PERSON, found.id == person)
        await self._connection.execute(delete(tables.conversations).where(*theirs))


def _round(row: RowMapping) -> Round:
    return mapping.read_with(mapping.rounds(), row)


async def _put(connection: AsyncConnection, table: Table, row: dict[str, object], *, version: int) -> None:
    """Insert what is new, else take the place of exactly the version that was read. Raises StaleWrite."""
    if version == 0:
        insert = insert_into(connection, table).values(**row, version=1)
        done = await connection.execute(insert.on_conflict_do_nothing())
    else:
        done = await connection.execute(
            update(table)
            .where(
                table.c.tenant == row["tenant"],
                table.c.id == row["id"],
                table.c.version == version,
            )
            .values(**row, version=version + 1)
        )
    if done.rowcount != 1:
        raise StaleWrite(f"{table.name}: {row['id']!r} is not at version {version}")
