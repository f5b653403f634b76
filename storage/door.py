"""Questions, rumours, offers and what is known, in the database; the words of people lie in boxes."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, Table, delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql.elements import ColumnElement

from bot.door import Entry, EntryKind, Known, Offer
from bot.errors import NotFound
from bot.ids import ChangeId, PersonId, TenantId
from bot.ports import Keys
from storage import box, mapping, tables
from storage.contents import pack_entry, pack_offer, unpack_entry, unpack_offer
from storage.dialect import insert_into

_entries, _known, _offers = tables.entries.c, tables.known.c, tables.offers.c


class SqlDoor:
    """See `bot.ports.Door`."""

    def __init__(self, connection: AsyncConnection, tenant: TenantId, keys: Keys) -> None:
        """Belong to a transaction and a tenant."""
        self._connection = connection
        self._tenant = tenant
        self._keys = keys

    async def add_entries(self, entries: Sequence[Entry]) -> None:
        """See `bot.ports.Door`. They go in by id, so that no order of arrival is left."""
        rows = [await self._entry_row(entry) for entry in sorted(entries, key=lambda one: one.id)]
        await self._add(tables.entries, rows)

    async def entry(self, entry: str) -> Entry:
        """See `bot.ports.Door`."""
        found = await self._select_entries(_entries.id == entry)
        if not found:
            raise NotFound(f"there is no rumour or question {entry!r}")
        return found[0]

    async def entries(self) -> Sequence[Entry]:
        """See `bot.ports.Door`."""
        return await self._select_entries()

    async def put_entry(self, entry: Entry) -> None:
        """See `bot.ports.Door`."""
        await self._put(tables.entries, await self._entry_row(entry))

    async def by_receipt(self, receipt: bytes) -> Entry | None:
        """See `bot.ports.Door`."""
        found = await self._select_entries(_entries.receipt == receipt)
        return found[0] if found else None

    async def add_known(self, known: Known) -> None:
        """See `bot.ports.Door`."""
        row = {
            "tenant": self._tenant,
            "id": known.id,
            "published_at": known.published_at,
            "document": mapping.write(mapping.known(), known),
        }
        await self._add(tables.known, [row])

    async def known(self) -> Sequence[Known]:
        """See `bot.ports.Door`."""
        statement = (
            select(_known.document).where(_known.tenant == self._tenant).order_by(_known.published_at.desc(), _known.id)
        )
        documents = (await self._connection.execute(statement)).scalars()
        return [mapping.read(mapping.known(), document) for document in documents]

    async def add_offers(self, offers: Sequence[Offer]) -> None:
        """See `bot.ports.Door`."""
        rows = [await self._offer_row(offer) for offer in sorted(offers, key=lambda one: one.id)]
        await self._add(tables.offers, rows)

    async def offer(self, offer: str) -> Offer:
        """See `bot.ports.Door`."""
        found = await self._select_offers(_offers.id == offer)
        if not found:
            raise NotFound(f"there is no offer {offer!r}")
        return found[0]

    async def offers(self, change: ChangeId) -> Sequence[Offer]:
        """See `bot.ports.Door`."""
        return await self._select_offers(_offers.change == change)

    async def put_offer(self, offer: Offer) -> None:
        """See `bot.ports.Door`."""
        await self._put(tables.offers, await self._offer_row(offer))

    async def forget(self, person: PersonId) -> None:
        """See `bot.ports.Door`."""
        for table in (tables.entries, tables.offers):
            await self._connection.execute(
                delete(table).where(table.c.tenant == self._tenant, table.c.person == person)
            )

    async def _entry_row(self, entry: Entry) -> dict[str, object]:
        key = await self._keys.make(self._entry_key(named=entry.person is not None))
        return {
            "tenant": self._tenant,
            "id": entry.id,
            "kind": entry.kind,
            "language": entry.language,
            "change": entry.change,
            "person": entry.person,
            "receipt": entry.receipt or None,
            "asked_at": entry.asked_at,
            "reply_by": entry.reply_by,
            "replied_at": entry.replied_at,
            "box": box.seal_long(key, pack_entry(entry), self._about("entry", entry.id)),
        }

    async def _select_entries(self, *which: ColumnElement[bool]) -> list[Entry]:
        statement = select(tables.entries).where(_entries.tenant == self._tenant, *which).order_by(_entries.id)
        rows = (await self._connection.execute(statement)).all()
        return [await self._entry(row) for row in rows]

    async def _entry(self, row: Row[Any]) -> Entry:
        key = await self._keys.get(self._entry_key(named=row.person is not None))
        text, reply = unpack_entry(box.unseal(key, row.box, self._about("entry", row.id)))
        return Entry(
            tenant=self._tenant,
            id=row.id,
            kind=EntryKind(row.kind),
            text=text,
            language=row.language,
            change=row.change,
            person=row.person,
            receipt=row.receipt or b"",
            asked_at=row.asked_at,
            reply_by=row.reply_by,
            reply=reply,
            replied_at=row.replied_at,
        )

    async def _offer_row(self, offer: Offer) -> dict[str, object]:
        key = await self._keys.make(self._named_key)
        return {
            "tenant": self._tenant,
            "id": offer.id,
            "change": offer.change,
            "round": offer.round,
            "person": offer.person,
            "reply_by": offer.reply_by,
            "replied_at": offer.replied_at,
            "box": box.seal_long(key, pack_offer(offer), self._about("offer", offer.id)),
        }

    async def _select_offers(self, *which: ColumnElement[bool]) -> list[Offer]:
        statement = select(tables.offers).where(_offers.tenant == self._tenant, *which).order_by(_offers.id)
        rows = (await self._connection.execute(statement)).all()
        return [await self._offer(row) for row in rows]

    async def _offer(self, row: Row[Any]) -> Offer:
        key = await self._keys.get(self._named_key)
        wishes, note, reply = unpack_offer(box.unseal(key, row.box, self._about("offer", row.id)))
        return Offer(
            tenant=self._tenant,
            id=row.id,
            change=row.change,
            round=row.round,
            person=row.person,
            wishes=wishes,
            note=note,
            reply_by=row.reply_by,
            reply=reply,
            replied_at=row.replied_at,
        )

    async def _add(self, table: Table, rows: list[dict[str, object]]) -> None:
        if rows:
            statement = insert_into(self._connection, table).on_conflict_do_nothing()
            await self._connection.execute(statement, rows)

    async def _put(self, table: Table, row: dict[str, object]) -> None:
        statement = update(table).where(table.c.tenant == self._tenant, table.c.id == row["id"]).values(**row)
        if (await self._connection.execute(statement)).rowcount != 1:
            raise NotFound(f"{table.name}: there is no {row['id']!r}")

    def _entry_key(self, *, named: bool) -> str:
        return self._named_key if named else f"door.{self._tenant}"

    @property
    def _named_key(self) -> str:
        return f"named.{self._tenant}"

    def _about(self, kind: str, id_: str) -> bytes:
        return box.about(kind, self._tenant, id_)
