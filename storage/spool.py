"""The sealed spool: submissions that wait for the close of their round, many of them in one commit."""

import asyncio
import logging
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ARRAY, BigInteger, Connection, LargeBinary, Row, any_, delete, func, literal, select
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql.elements import ColumnElement

from bot import token
from bot.errors import IllegalMove, NotFound, RoundClosed, RuimteError, StoreUnavailable
from bot.ids import RoundId, TenantId
from bot.ports import Keys
from bot.round import RoundState
from bot.slip import Slip
from storage import box, tables
from storage.contents import unpack_slip
from storage.dialect import insert_into
from storage.engine import Database
from storage.portions import portions
from storage.sealing import Terms, merged, seal_name

_log = logging.getLogger(__name__)

BATCH = 128
"""How many submissions share a commit at most; together they hold the event loop for milliseconds."""

_Place = tuple[TenantId, RoundId]
_rounds, _spool = tables.rounds.c, tables.spool.c


@dataclass(slots=True, eq=False)
class _Submission:
    """One caller of `put`, who waits until `done`."""

    place: _Place
    nonce: bytes
    slip: Slip
    done: asyncio.Future[None]
    tag: bytes = b""
    replaced: bool = False
    error: Exception | None = None

    def finish(self, error: BaseException | None = None) -> None:
        """Wake the caller, unless they left."""
        if self.done.done():
            return
        if error is None:
            self.done.set_result(None)
        else:
            self.done.set_exception(error)


class SqlSpool:
    """See `bot.ports.Spool`."""

    def __init__(self, database: Database, keys: Keys, *, batch: int = BATCH) -> None:
        """Write nothing yet: the task that writes starts with the first submission.

        Args:
            database: Where the boxes are.
            keys: Where the rounds' keys are.
            batch: How many submissions share a commit at most.
        """
        self._database = database
        self._batch = batch
        self._keys = keys
        self._waiting: asyncio.Queue[_Submission | None] = asyncio.Queue()
        self._writer: asyncio.Task[None] | None = None
        self._sweeps: set[asyncio.Task[None]] = set()
        self._closed = False

    async def put(self, tenant: TenantId, round_id: RoundId, nonce: bytes, slip: Slip) -> None:
        """See `bot.ports.Spool`.

        Raises:
            SlipTooLarge: What lies on the page now does not fit in a box.
            KeyMissing: The round has no key.
            StoreUnavailable: It was not written, as far as is known: the database may have been lost at the commit.
        """
        if self._closed:
            raise StoreUnavailable("the spool was closed")
        self._database.refuse_inside_a_write()
        if self._writer is None:
            self._writer = asyncio.create_task(self._write_all(), name="spool writer")
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.put_nowait(_Submission((tenant, round_id), nonce, slip, done))
        await done

    async def open(self, tenant: TenantId, round_id: RoundId) -> Sequence[Slip]:
        """See `bot.ports.Spool`.

        Raises:
            IllegalMove: The round is not releasing; until then nobody reads.
        """
        async with self._database.reading() as connection:
            terms = await _terms_at_release(connection, tenant, round_id)
            statement = select(_spool.tag, _spool.box).where(_spool.tenant == tenant, _spool.round == round_id)
            slips: list[Slip] = []
            async for boxes in portions(connection, statement, _spool.tag):
                key = await self._keys.get(seal_name(tenant, round_id))
                slips += await asyncio.to_thread(_open_all, key, terms, boxes)
        return slips

    async def clear(self, tenant: TenantId, round_id: RoundId) -> None:
        """See `bot.ports.Spool`."""
        async with self._database.writing() as connection:
            await connection.execute(delete(tables.spool).where(_spool.tenant == tenant, _spool.round == round_id))
        await self._keys.destroy(seal_name(tenant, round_id))
        if not await self._database.checkpoint():
            # Said of a release only: a line after a submission would say when somebody changed or took back theirs.
            _log.warning("The write-ahead log could not be emptied yet: someone is still reading. It is tried again.")

    async def sweep(self) -> None:
        """See `bot.ports.Spool`."""
        await self._database.finish_checkpoint()

    async def close(self) -> None:
        """Write what waits, then take no more."""
        self._closed = True
        if self._writer is not None:
            self._waiting.put_nowait(None)
            await self._writer
            self._writer = None
        await asyncio.gather(*self._sweeps)

    async def _write_all(self) -> None:
        """Write what waits, as much as there is at a time, until it is closed."""
        more = True
        while more:
            taken = [await self._waiting.get()]
            while len(taken) < self._batch and not self._waiting.empty():
                taken.append(self._waiting.get_nowait())
            more = None not in taken
            batch = [one for one in taken if one is not None and not one.done.done()]
            try:
                await self._write(batch)
            except BaseException:
                for one in batch:
                    one.finish(StoreUnavailable("the spool stopped writing"))
                raise

    async def _write(self, batch: Sequence[_Submission]) -> None:
        """Write a batch in one commit, or else each by itself, and tell every caller how it went."""
        try:
            await self._commit(batch)
        except StoreUnavailable as error:
            for one in batch:
                one.finish(error)
        except Exception as error:  # noqa: BLE001 - whatever one of them does, the others are not to suffer
            if len(batch) == 1:
                batch[0].finish(error)
                return
            for one in batch:
                await self._write([one])
        else:
            self._finish(batch)

    def _finish(self, batch: Sequence[_Submission]) -> None:
        """Tell every caller how it went; what was changed or taken back is through when its old box is off the disk.

        Both alike: whoever watches the files must not learn who changed an answer and who took it back.
        """
        replaced = [one for one in batch if one.error is None and one.replaced]
        for one in batch:
            if one.error is not None or not one.replaced:
                one.finish(one.error)
        if replaced:
            sweep = asyncio.create_task(self._sweep(replaced), name="spool sweep")
            self._sweeps.add(sweep)
            sweep.add_done_callback(self._sweeps.discard)

    async def _sweep(self, replaced: Sequence[_Submission]) -> None:
        try:
            await self._database.checkpoint()
        finally:
            for one in replaced:
                one.finish()

    async def _commit(self, batch: Sequence[_Submission]) -> None:
        keys = await self._keys_of(batch)
        live = [one for one in batch if one.error is None]
        if not live:
            return
        places: defaultdict[_Place, list[_Submission]] = defaultdict(list)
        for one in live:
            places[one.place].append(one)

        def write(connection: Connection) -> None:
            for place in sorted(places):
                _write_round(connection, place, keys[place], places[place])

        await self._database.write_at_once(write)

    async def _keys_of(self, batch: Sequence[_Submission]) -> Mapping[_Place, bytes]:
        """Fetch the rounds' keys, and name everyone's box and voice with them."""
        keys: dict[_Place, bytes] = {}
        for one in batch:
            try:
                if one.place not in keys:
                    keys[one.place] = await self._keys.get(seal_name(*one.place))
            except RuimteError as error:
                one.error = error
                continue
            one.tag = token.tag(keys[one.place], one.nonce, one.slip.page)
        return keys


def _write_round(connection: Connection, place: _Place, key: bytes, submissions: Sequence[_Submission]) -> None:
    """Merge the submissions of one round into their boxes, and write these in the order of their tags."""
    tags = sorted({one.tag for one in submissions})
    terms = _terms_while_open(connection, place, tags)
    if terms is None:
        for one in submissions:
            one.error = RoundClosed(f"round {place[1]} is not open")
        return
    boxes = _boxes(connection, place, tags)
    changed: dict[bytes, bytes] = {}
    for one in submissions:
        try:
            there = changed.get(one.tag) or boxes.get(one.tag)
            now = merged(one.slip, there, key=key, terms=terms, tag=one.tag, nonce=one.nonce)
        except RuimteError as error:
            one.error = error
        else:
            if now is not None:
                changed[one.tag], one.replaced = now.box, now.replaced
    _upsert(connection, place, changed)


def _terms_while_open(connection: Connection, place: _Place, tags: Sequence[bytes]) -> Terms | None:
    """Hold the round's row, so that it does not close before the commit, and the boxes of these tags.

    None when the round is not open. Another replica that writes the same boxes waits: one that is not there yet has no
    row to lock, and they are held in their order, so that nobody waits in a circle.
    """
    tenant, round_id = place
    wanted: list[ColumnElement[Any]] = [_rounds.k, _rounds.audience]
    if connection.dialect.name == "postgresql":
        names = sorted(int.from_bytes(tag[:8], "big", signed=True) for tag in tags)
        held = select(func.pg_advisory_xact_lock(func.unnest(literal(names, ARRAY(BigInteger))))).subquery()
        wanted.append(select(func.count()).select_from(held).scalar_subquery())
    statement = (
        select(*wanted)
        .where(
            _rounds.tenant == tenant,
            _rounds.id == round_id,
            _rounds.state == RoundState.OPEN,
        )
        .with_for_update(read=True, of=tables.rounds)
    )
    row = (connection.execute(statement)).one_or_none()
    return None if row is None else Terms(tenant, round_id, row.k, row.audience)


async def _terms_at_release(connection: AsyncConnection, tenant: TenantId, round_id: RoundId) -> Terms:
    statement = select(_rounds.state, _rounds.k, _rounds.audience).where(
        _rounds.tenant == tenant, _rounds.id == round_id
    )
    row = (await connection.execute(statement)).one_or_none()
    if row is None:
        raise NotFound(f"there is no round {round_id!r}")
    if row.state != RoundState.RELEASING:
        raise IllegalMove(f"round {round_id} is {row.state}: its boxes are not opened")
    return Terms(tenant, round_id, row.k, row.audience)


def _boxes(connection: Connection, place: _Place, tags: Sequence[bytes]) -> Mapping[bytes, bytes]:
    """Read the boxes that are there: in a statement of its own, which sees what those wrote whom the locks waited for.

    The tags are one value where that can be, so that it is the same statement for any number of them.
    """
    tenant, round_id = place
    if connection.dialect.name == "postgresql":
        among = _spool.tag == any_(literal(list(tags), ARRAY(LargeBinary)))
    else:
        among = _spool.tag.in_(tags)
    statement = select(_spool.tag, _spool.box).where(_spool.tenant == tenant, _spool.round == round_id, among)
    return {row.tag: row.box for row in connection.execute(statement)}


def _upsert(connection: Connection, place: _Place, boxes: Mapping[bytes, bytes]) -> None:
    if not boxes:
        return
    tenant, round_id = place
    insert = insert_into(connection, tables.spool)
    statement = insert.on_conflict_do_update(
        index_elements=[_spool.tenant, _spool.round, _spool.tag],
        set_={"box": insert.excluded.box},
    )
    rows = [{"tenant": tenant, "round": round_id, "tag": tag, "box": boxes[tag]} for tag in sorted(boxes)]
    connection.execute(statement, rows)


def _open_all(key: bytes, terms: Terms, boxes: Iterable[Row[*tuple[bytes, bytes]]]) -> list[Slip]:
    return [unpack_slip(box.unseal(key, sealed, terms.about(tag))) for tag, sealed in boxes]
