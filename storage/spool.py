"""The sealed spool: submissions that wait for the close of their round, many of them in one commit."""

import asyncio
import logging
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from sqlalchemy import Connection, Row, delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot import token
from bot.errors import IllegalMove, NotFound, RoundClosed, RuimteError, StoreUnavailable
from bot.ids import RoundId, TenantId
from bot.ports import Keys
from bot.round import RoundState
from bot.slip import Slip
from storage import box, boxes, tables
from storage.contents import unpack_slip
from storage.engine import Database
from storage.portions import portions
from storage.sealing import Place, Terms, merged, seal_name

_log = logging.getLogger(__name__)

BATCH = 128
"""How many submissions share a commit at most; together they hold the event loop for milliseconds."""

_rounds, _spool = tables.rounds.c, tables.spool.c


@dataclass(slots=True, eq=False)
class _Submission:
    """One caller of `put`, who waits until `done`."""

    place: Place
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
        # Those of the last batch, while the next is waiting already: to fetch one takes a trip to a thread.
        self._keys_at_hand: dict[Place, bytes] = {}
        # Of rounds that were open when they were looked at last; a write by them sees whether they still are.
        self._terms: dict[Place, Terms] = {}
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
            async for rows in portions(connection, statement, _spool.tag):
                key = await self._keys.get(seal_name(tenant, round_id))
                slips += await asyncio.to_thread(_open_all, key, terms, rows)
        return slips

    async def clear(self, tenant: TenantId, round_id: RoundId) -> None:
        """See `bot.ports.Spool`."""
        async with self._database.writing() as connection:
            await connection.execute(delete(tables.spool).where(_spool.tenant == tenant, _spool.round == round_id))
        self._forget((tenant, round_id))
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
            if self._waiting.empty():
                # Nothing of what was written stays in memory until somebody else answers.
                taken, batch, self._keys_at_hand = [], [], {}

    async def _write(self, batch: Sequence[_Submission]) -> None:
        """Write a batch in one commit or two, or else each by itself, and tell every caller how it went."""
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
                if not one.done.done():
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
        left = await self._put_first(keys, [one for one in batch if one.error is None])
        if not left:
            return

        def write(connection: Connection) -> Mapping[Place, Terms | None]:
            return {place: _write_round(connection, keys[place], place, some) for place, some in _by_place(left)}

        for place, terms in (await self._database.write_at_once(write)).items():
            if terms is None:
                self._forget(place)
            else:
                self._terms[place] = terms

    async def _put_first(self, keys: Mapping[Place, bytes], batch: Sequence[_Submission]) -> Sequence[_Submission]:
        """Write what is the first of its tag, which almost everything is, and tell its callers; return what is left.

        Nothing is done for a batch with a round in it whose terms are not known.
        """
        if not all(one.place in self._terms for one in batch):
            return batch
        new = {
            self._terms[place]: _merged_into({}, some, keys[place], self._terms[place])
            for place, some in _by_place(batch)
        }
        written = await self._database.write_alone(lambda connection: boxes.insert_new(connection, new))
        left = _left(batch, written)
        for one in batch:
            if one not in left:
                one.finish()
        return left

    def _forget(self, place: Place) -> None:
        self._terms.pop(place, None)
        self._keys_at_hand.pop(place, None)

    async def _keys_of(self, batch: Sequence[_Submission]) -> Mapping[Place, bytes]:
        """Fetch the rounds' keys, and name everyone's box and voice with them."""
        keys: dict[Place, bytes] = {}
        for one in batch:
            try:
                if one.place not in keys:
                    there = self._keys_at_hand.get(one.place)
                    keys[one.place] = there or await self._keys.get(seal_name(*one.place))
            except RuimteError as error:
                one.error = error
                continue
            one.tag = token.tag(keys[one.place], one.nonce, one.slip.page)
        self._keys_at_hand = keys
        return keys


def _by_place(batch: Sequence[_Submission]) -> Iterable[tuple[Place, Sequence[_Submission]]]:
    places: defaultdict[Place, list[_Submission]] = defaultdict(list)
    for one in batch:
        places[one.place].append(one)
    return sorted(places.items())


def _left(batch: Sequence[_Submission], written: AbstractSet[bytes]) -> Sequence[_Submission]:
    """What was not written, and what could not be: it may fit in with what is there, or its round may be over."""
    return [one for one in batch if one.tag not in written or one.error is not None]


def _write_round(connection: Connection, key: bytes, place: Place, submissions: Sequence[_Submission]) -> Terms | None:
    """Write the submissions of one round into new boxes, or merge them into those that are there; return its terms.

    None when the round is not open.
    """
    terms = boxes.terms_while_open(connection, place)
    if terms is None:
        for one in submissions:
            one.error = RoundClosed(f"round {place[1]} is not open")
        return None
    written = boxes.insert_new(connection, {terms: _merged_into({}, submissions, key, terms)})
    left = _left(submissions, written)
    if left:
        tags = {one.tag for one in left}
        boxes.hold(connection, tags)
        there = boxes.read(connection, place, tags)
        boxes.put_changed(connection, place, _merged_into(there, left, key, terms))
    return terms


def _merged_into(
    there: Mapping[bytes, bytes], submissions: Sequence[_Submission], key: bytes, terms: Terms
) -> dict[bytes, bytes]:
    """Merge submissions into the boxes that are there; return by their tags those that are no longer the same."""
    changed: dict[bytes, bytes] = {}
    for one in submissions:
        one.error, one.replaced = None, False
        try:
            old = changed.get(one.tag) or there.get(one.tag)
            now = merged(one.slip, old, key=key, terms=terms, tag=one.tag, nonce=one.nonce)
        except RuimteError as error:
            one.error = error
        else:
            if now is not None:
                changed[one.tag], one.replaced = now.box, now.replaced and one.tag in there
    return changed


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


def _open_all(key: bytes, terms: Terms, rows: Iterable[Row[*tuple[bytes, bytes]]]) -> list[Slip]:
    return [unpack_slip(box.unseal(key, sealed, terms.about(tag))) for tag, sealed in rows]
