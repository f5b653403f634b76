"""The outbox in the database, within one transaction of one tenant."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from operator import attrgetter
from typing import Any

from sqlalchemy import RowMapping, bindparam, func, literal, or_, select, true, update
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql.elements import ColumnElement

from bot.errors import NotFound
from bot.ids import ChangeId, PersonId, RoundId, TenantId
from bot.outbox import EDITS, PERSONAL, Delivery, Item, Kind, Mailing
from storage import tables
from storage.dialect import each, insert_into

ITEMS_AT_ONCE = 2000
"""Rows in one statement; the event loop gets its turn between two."""

_PEOPLE_IN_QUERY = 500
_FREE = tuple(PERSONAL | EDITS)
_TRIED = (Delivery.WAITING, Delivery.SENDING)
_CHARGED = (Delivery.WAITING, Delivery.SENDING, Delivery.SENT)
_messages = tables.messages.c
_NAMES = _messages.keys()


class SqlOutbox:
    """See `bot.ports.Outbox`."""

    def __init__(self, connection: AsyncConnection, tenant: TenantId) -> None:
        """Belong to a transaction and a tenant."""
        self._connection = connection
        self._tenant = tenant

    async def plan(self, items: Sequence[Item]) -> None:
        """See `bot.ports.Outbox`."""
        statement = insert_into(self._connection, tables.messages).on_conflict_do_nothing()
        for some in _portions(items):
            await self._connection.execute(statement, [{name: getattr(item, name) for name in _NAMES} for item in some])

    async def mail(self, mailings: Sequence[Mailing]) -> None:
        """See `bot.ports.Outbox`. A mailing is one statement: the database makes everyone's row of what is common."""
        for mailing in filter(attrgetter("people"), mailings):
            # By key, which is how the table lies.
            person = each(self._connection, sorted(mailing.people))
            row: dict[str, ColumnElement[Any]] = {
                name: literal(getattr(mailing.item, name), _messages[name].type) for name in _NAMES
            }
            row |= {"id": row["id"] + person, "person": person}
            if mailing.item.parent is not None:
                row["parent"] = row["parent"] + person
            statement = insert_into(self._connection, tables.messages).from_select(
                list(row), select(*row.values()).where(true())
            )
            await self._connection.execute(statement.on_conflict_do_nothing())

    async def due(self, now: datetime, limit: int) -> Sequence[Item]:
        """See `bot.ports.Outbox`."""
        statement = (
            select(tables.messages)
            .where(*self._to_send(), _messages.due_at <= now)
            .order_by(_messages.due_at, _messages.id)
        )
        first = [_item(row) for row in (await self._connection.execute(statement.limit(limit))).mappings()]
        people = {item.person for item in first if item.person is not None}
        if len(first) < limit or not people:
            return first
        theirs = (await self._connection.execute(statement.where(_messages.person.in_(people)))).mappings()
        found = {item.id: item for item in (*first, *map(_item, theirs))}
        return sorted(found.values(), key=attrgetter("due_at", "id"))

    async def next_due_at(self) -> datetime | None:
        """See `bot.ports.Outbox`."""
        statement = select(func.min(_messages.due_at)).where(*self._to_send())
        due_at: datetime | None = (await self._connection.execute(statement)).scalar_one()
        return due_at

    async def mark(self, items: Sequence[Item]) -> None:
        """See `bot.ports.Outbox`."""
        written = ("state", "attempts", "due_at", "wave", "sent_at", "ref")
        statement = (
            update(tables.messages)
            .where(_messages.tenant == self._tenant, _messages.id == bindparam("key"))
            .values({name: bindparam(f"new_{name}") for name in written})
        )
        for some in _portions(items):
            rows = [{"key": item.id} | {f"new_{name}": getattr(item, name) for name in written} for item in some]
            await self._connection.execute(statement, rows)

    async def get(self, item: str) -> Item:
        """See `bot.ports.Outbox`."""
        found = await self._select(_messages.id == item)
        if not found:
            raise NotFound(f"there is no message {item!r}")
        return found[0]

    async def of_round(self, round_id: RoundId, kind: str) -> Sequence[Item]:
        """See `bot.ports.Outbox`."""
        return await self._select(_messages.round == round_id, _messages.kind == kind)

    async def of_change(self, change: ChangeId, kind: str) -> Sequence[Item]:
        """See `bot.ports.Outbox`."""
        return await self._select(_messages.change == change, _messages.kind == kind)

    async def of_person(self, person: PersonId) -> Sequence[Item]:
        """See `bot.ports.Outbox`."""
        found = await self._select(_messages.person == person)
        return sorted(found, key=lambda item: item.due_at)

    async def sent_since(self, people: Sequence[PersonId], since: datetime) -> Mapping[PersonId, Sequence[datetime]]:
        """See `bot.ports.Outbox`."""
        statement = (
            select(_messages.person, _messages.sent_at)
            .where(
                _messages.tenant == self._tenant,
                _messages.state == Delivery.SENT,
                _messages.sent_at >= since,
                _messages.kind.not_in(_FREE),
                _messages.person.is_not(None),
            )
            .order_by(_messages.sent_at)
        )
        if len(people) <= _PEOPLE_IN_QUERY:
            statement = statement.where(_messages.person.in_(people))
        asked = set(people)
        sent: defaultdict[PersonId, list[datetime]] = defaultdict(list)
        for person, sent_at in await self._connection.execute(statement):
            if person in asked:
                sent[person].append(sent_at)
        return dict(sent)

    async def minutes_since(self, change: ChangeId, since: datetime) -> Mapping[PersonId, float]:
        """See `bot.ports.Outbox`."""
        statement = (
            select(_messages.person, func.sum(_messages.minutes))
            .where(
                _messages.tenant == self._tenant,
                _messages.change == change,
                _messages.kind == Kind.INVITE,
                _messages.state.in_(_CHARGED),
                _messages.person.is_not(None),
                func.coalesce(_messages.sent_at, _messages.due_at) >= since,
            )
            .group_by(_messages.person)
        )
        rows = await self._connection.execute(statement)
        return {PersonId(person): float(minutes) for person, minutes in rows}

    async def counts(self, round_id: RoundId) -> Mapping[Delivery, int]:
        """See `bot.ports.Outbox`."""
        statement = (
            select(_messages.state, func.count())
            .where(
                _messages.tenant == self._tenant,
                _messages.round == round_id,
                _messages.kind == Kind.INVITE,
            )
            .group_by(_messages.state)
        )
        rows = await self._connection.execute(statement)
        return {Delivery(state): count for state, count in rows}

    async def drop(self, *, round_id: RoundId, kinds: frozenset[str]) -> int:
        """See `bot.ports.Outbox`."""
        statement = update(tables.messages).where(
            _messages.tenant == self._tenant,
            _messages.round == round_id,
            _messages.kind.in_(sorted(kinds)),
            _messages.state.in_(_TRIED),
        )
        return (await self._connection.execute(statement.values(state=Delivery.DROPPED))).rowcount

    async def _select(self, *which: ColumnElement[bool]) -> Sequence[Item]:
        """Select by id."""
        statement = select(tables.messages).where(_messages.tenant == self._tenant, *which).order_by(_messages.id)
        return [_item(row) for row in (await self._connection.execute(statement)).mappings()]

    def _to_send(self) -> tuple[ColumnElement[bool], ...]:
        """Waiting or in doubt, and not under a message that was not sent."""
        parent = tables.messages.alias("parent")
        parent_sent = (
            select(parent.c.id)
            .where(
                parent.c.tenant == _messages.tenant,
                parent.c.id == _messages.parent,
                parent.c.state == Delivery.SENT,
            )
            .exists()
        )
        return (
            _messages.tenant == self._tenant,
            _messages.state.in_(_TRIED),
            or_(_messages.parent.is_(None), parent_sent),
        )


def _item(row: RowMapping) -> Item:
    values: dict[str, Any] = dict(row)
    values["kind"] = Kind(values["kind"])
    values["state"] = Delivery(values["state"])
    return Item(**values)


def _portions(items: Sequence[Item]) -> Iterator[Sequence[Item]]:
    return (items[start : start + ITEMS_AT_ONCE] for start in range(0, len(items), ITEMS_AT_ONCE))
