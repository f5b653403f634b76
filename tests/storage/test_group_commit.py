"""Submissions that wait share a commit, and each has its own outcome."""

import asyncio
import secrets
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import Connection, event, text

from bot.errors import BoxBroken, RoundClosed, StoreUnavailable
from bot.ids import FieldKey, RoundId, TenantId
from bot.round import RoundState, move
from storage.connecting import connect
from storage.engine import Database
from storage.keys import MemoryKeys
from storage.migrations import upgrade
from storage.spool import SqlSpool
from storage.store import SqlStore
from tests.examples import ROUND, TENANT, a_round, a_slip
from tests.storage.conftest import Opened

_SLOW = """
    CREATE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN PERFORM pg_sleep(0.005); RETURN NULL; END $$
"""
"""Makes every write last long enough for another replica to come between it and what was read before."""


@contextmanager
def _statements(database: Database) -> Iterator[list[str]]:
    """Collect what is written to the spool."""
    found: list[str] = []

    def collect(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if "INTO spool" in statement or "UPDATE spool" in statement:
            found.append(statement)

    engine = database._at_once or database._writer.sync_engine
    event.listen(engine, "before_cursor_execute", collect)
    yield found
    event.remove(engine, "before_cursor_execute", collect)


class _AnyKeys(MemoryKeys):
    """Keys of any name, all the same."""

    async def get(self, name: str) -> bytes:
        return bytes(32)


def _nonce() -> bytes:
    return secrets.token_bytes(16)


async def test_those_who_wait_share_the_next_commit(opened: Opened) -> None:
    await opened.open_round()
    with _statements(opened.database) as statements:
        await asyncio.gather(*(opened.spool.put(TENANT, ROUND, _nonce(), a_slip()) for _ in range(100)))
    assert len(statements) <= 2


async def test_what_is_new_in_several_rounds_is_one_statement(opened: Opened) -> None:
    rounds = (ROUND, RoundId("c1-other"))
    for round_id in rounds:
        await opened.open_round(round_id)
        await opened.spool.put(TENANT, round_id, _nonce(), a_slip())
    with _statements(opened.database) as statements:
        await asyncio.gather(
            *(opened.spool.put(TENANT, round_id, _nonce(), a_slip()) for round_id in rounds for _ in range(20))
        )
    assert len(statements) == 1
    for round_id in rounds:
        await opened.move_round(RoundState.RELEASING, round_id)
        assert len(await opened.spool.open(TENANT, round_id)) == 21


async def test_a_changed_answer_among_new_ones_is_merged_and_the_new_ones_are_there(opened: Opened) -> None:
    await opened.open_round()
    changing = _nonce()
    await opened.spool.put(TENANT, ROUND, changing, a_slip("een"))
    await asyncio.gather(
        opened.spool.put(TENANT, ROUND, _nonce(), a_slip("drie")),
        opened.spool.put(TENANT, ROUND, changing, a_slip("twee", stamp=2)),
        opened.spool.put(TENANT, ROUND, changing, a_slip("te laat", stamp=1)),
        opened.spool.put(TENANT, ROUND, _nonce(), a_slip("vier")),
    )
    await opened.move_round(RoundState.RELEASING)
    texts = [text for slip in await opened.spool.open(TENANT, ROUND) for _, text in slip.fields]
    assert sorted(texts) == ["drie", "twee", "vier"]


async def test_one_round_that_closed_meanwhile_does_not_hold_up_another(opened: Opened) -> None:
    closed = RoundId("c1-closed")
    for round_id in (ROUND, closed):
        await opened.open_round(round_id)
        await opened.spool.put(TENANT, round_id, _nonce(), a_slip())
    await opened.move_round(RoundState.RELEASING, closed)
    results = await asyncio.gather(
        opened.spool.put(TENANT, closed, _nonce(), a_slip()),
        opened.spool.put(TENANT, ROUND, _nonce(), a_slip()),
        return_exceptions=True,
    )
    assert [type(result) for result in results] == [RoundClosed, type(None)]
    assert len(await opened.spool.open(TENANT, closed)) == 1


async def test_what_was_written_is_thanked_for_where_the_round_closes_before_the_rest(
    opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    await opened.open_round()
    changing, write_at_once = _nonce(), opened.database.write_at_once
    await opened.spool.put(TENANT, ROUND, changing, a_slip("een"))

    async def closed_before(work: Callable[[Connection], Any]) -> Any:  # noqa: ANN401 - whatever the work gives
        await opened.move_round(RoundState.RELEASING)
        return await write_at_once(work)

    monkeypatch.setattr(opened.database, "write_at_once", closed_before)
    results = await asyncio.gather(
        opened.spool.put(TENANT, ROUND, _nonce(), a_slip("nieuw")),
        opened.spool.put(TENANT, ROUND, changing, a_slip("twee", stamp=2)),
        return_exceptions=True,
    )
    assert [type(result) for result in results] == [type(None), RoundClosed]
    assert sorted(slip.fields[0][1] for slip in await opened.spool.open(TENANT, ROUND)) == ["een", "nieuw"]


async def test_a_round_whose_terms_changed_is_written_by_those_it_has_now(opened: Opened) -> None:
    await opened.open_round()
    await opened.spool.put(TENANT, ROUND, _nonce(), a_slip())
    async with opened.database.writing() as connection:
        await connection.execute(text("DELETE FROM spool"))
        await connection.execute(text("UPDATE rounds SET k = k + 1"))
    await opened.spool.put(TENANT, ROUND, _nonce(), a_slip("nieuw"))
    await opened.move_round(RoundState.RELEASING)
    async with opened.database.writing() as connection:
        await connection.execute(text("UPDATE rounds SET k = k + 1 WHERE k = :k"), {"k": a_round().k})
    [slip] = await opened.spool.open(TENANT, ROUND)
    assert slip.fields[0][1] == "nieuw"


async def test_one_broken_box_fails_only_whoever_writes_to_it(opened: Opened) -> None:
    await opened.open_round()
    broken, whole = _nonce(), _nonce()
    await opened.spool.put(TENANT, ROUND, broken, a_slip("Stuk"))
    async with opened.database.writing() as connection:
        await connection.execute(text("UPDATE spool SET box = :box"), {"box": bytes(8192)})
    results = await asyncio.gather(
        opened.spool.put(TENANT, ROUND, whole, a_slip("Heel")),
        opened.spool.put(TENANT, ROUND, broken, a_slip("Weer", stamp=2)),
        opened.spool.put(TENANT, ROUND, whole, a_slip("Heel 2", stamp=2)),
        return_exceptions=True,
    )
    assert [type(result) for result in results] == [type(None), BoxBroken, type(None)]


async def test_a_row_that_the_database_refuses_fails_only_itself(opened: Opened) -> None:
    await opened.open_round()
    # PostgreSQL refuses NUL in a text; to SQLite it is a tenant like any other, without rounds.
    odd = TenantId("T\0")
    spool = SqlSpool(opened.database, _AnyKeys())
    puts = [spool.put(TENANT, ROUND, _nonce(), a_slip(str(number))) for number in range(5)]
    results = await asyncio.gather(
        *puts[:2], spool.put(odd, ROUND, _nonce(), a_slip()), *puts[2:], return_exceptions=True
    )
    assert [isinstance(result, Exception) for result in results] == [False, False, True, False, False, False]
    await spool.close()
    await opened.move_round(RoundState.RELEASING)
    assert len(await spool.open(TENANT, ROUND)) == 5


async def test_when_the_database_is_gone_everyone_hears_it(opened_sqlite: Opened) -> None:
    await opened_sqlite.open_round()
    async with opened_sqlite.database.writing() as connection:
        await connection.execute(text("DROP TABLE spool"))
    results = await asyncio.gather(
        *(opened_sqlite.spool.put(TENANT, ROUND, _nonce(), a_slip()) for _ in range(3)), return_exceptions=True
    )
    assert [type(result) for result in results] == [StoreUnavailable] * 3


async def test_closing_writes_what_waits_and_takes_no_more(opened: Opened) -> None:
    await opened.open_round()
    waiting = [asyncio.create_task(opened.spool.put(TENANT, ROUND, _nonce(), a_slip())) for _ in range(10)]
    await asyncio.sleep(0)
    await opened.spool.close()
    await asyncio.gather(*waiting)
    with pytest.raises(StoreUnavailable):
        await opened.spool.put(TENANT, ROUND, _nonce(), a_slip())
    await opened.move_round(RoundState.RELEASING)
    assert len(await opened.spool.open(TENANT, ROUND)) == 10


async def test_a_caller_who_left_before_the_commit_wrote_nothing(opened_sqlite: Opened) -> None:
    await opened_sqlite.open_round()
    async with opened_sqlite.store.write(TENANT):
        first = asyncio.create_task(opened_sqlite.spool.put(TENANT, ROUND, _nonce(), a_slip("eerst")))
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        left = asyncio.create_task(opened_sqlite.spool.put(TENANT, ROUND, _nonce(), a_slip("weg")))
        await asyncio.sleep(0)
        left.cancel()
    await first
    await asyncio.gather(left, return_exceptions=True)
    await opened_sqlite.move_round(RoundState.RELEASING)
    assert [slip.fields[0][1] for slip in await opened_sqlite.spool.open(TENANT, ROUND)] == ["eerst"]


async def test_putting_inside_a_writing_transaction_fails_at_once_where_it_would_wait_for_itself(
    opened_sqlite: Opened,
) -> None:
    await opened_sqlite.open_round()
    async with asyncio.timeout(5), opened_sqlite.store.write(TENANT) as transaction:
        with pytest.raises(RuntimeError):
            await opened_sqlite.spool.put(TENANT, ROUND, _nonce(), a_slip())
        with pytest.raises(RuntimeError):
            async with opened_sqlite.store.write(TENANT):
                pass
        await transaction.rounds.put(a_round(version=1))


async def test_writers_and_the_spool_take_turns(opened: Opened) -> None:
    await opened.open_round()

    async def write(number: int) -> None:
        async with opened.store.write(TENANT) as transaction:
            round_ = await transaction.rounds.get(ROUND, lock=True)
            await transaction.rounds.put(round_)
            await asyncio.sleep(0)
        assert number >= 0

    async with asyncio.timeout(30):
        await asyncio.gather(
            *(write(number) for number in range(20)),
            *(opened.spool.put(TENANT, ROUND, _nonce(), a_slip()) for _ in range(100)),
        )
    await opened.move_round(RoundState.RELEASING)
    assert len(await opened.spool.open(TENANT, ROUND)) == 100


@pytest.mark.parametrize("before", ["", "another_answer", "another_step"])
async def test_two_replicas_that_get_the_same_form_make_one_voice_with_both_steps(
    postgres_url: str, before: str
) -> None:
    await upgrade(postgres_url)
    keys, one, two = MemoryKeys(), connect(postgres_url), connect(postgres_url)
    first = Opened(postgres_url, one, keys, SqlStore(one, keys), SqlSpool(one, keys))
    second = Opened(postgres_url, two, keys, SqlStore(two, keys), SqlSpool(two, keys))
    await first.open_round()
    async with two.writing() as connection:  # both are connected: neither is ahead
        await connection.execute(text(_SLOW))
        await connection.execute(
            text("CREATE TRIGGER slow BEFORE INSERT OR UPDATE ON spool FOR EACH STATEMENT EXECUTE FUNCTION slow()")
        )
    nonces = [_nonce() for _ in range(40)]
    steps = [a_slip(fields=((FieldKey(key), "Dit"),)) for key in ("answer", "probe", "more")]
    if before == "another_answer":
        await first.spool.put(TENANT, ROUND, nonces[0], steps[0])
        await second.spool.put(TENANT, ROUND, nonces[1], steps[0])
    elif before == "another_step":
        await asyncio.gather(*(first.spool.put(TENANT, ROUND, nonce, steps[2]) for nonce in nonces))
    await asyncio.gather(
        *(first.spool.put(TENANT, ROUND, nonce, steps[0]) for nonce in nonces),
        *(second.spool.put(TENANT, ROUND, nonce, steps[1]) for nonce in reversed(nonces)),
    )
    await first.move_round(RoundState.RELEASING)
    opened = await second.spool.open(TENANT, ROUND)
    assert len(opened) == 40
    there = {"answer", "probe", "more"} if before == "another_step" else {"answer", "probe"}
    assert {frozenset(key for key, _ in slip.fields) for slip in opened} == {frozenset(there)}
    for replica in (first, second):
        await replica.spool.close()
        await replica.database.close()


@pytest.mark.parametrize("known", [False, True], ids=["of_a_new_round", "of_a_known_round"])
async def test_a_submission_waits_for_a_close_that_has_begun_and_is_then_refused(
    opened: Opened, *, known: bool
) -> None:
    await opened.open_round()
    if known:
        await opened.spool.put(TENANT, ROUND, _nonce(), a_slip())
    async with opened.store.write(TENANT) as transaction:
        round_ = await transaction.rounds.get(ROUND, lock=True)
        late = asyncio.create_task(opened.spool.put(TENANT, ROUND, _nonce(), a_slip()))
        done, _ = await asyncio.wait({late}, timeout=0.2)
        assert not done
        await transaction.rounds.put(move(round_, RoundState.RELEASING))
    with pytest.raises(RoundClosed):
        await late
    assert len(await opened.spool.open(TENANT, ROUND)) == known


async def test_nobody_else_writes_before_a_commit_is_through_whose_writer_was_stopped(opened_sqlite: Opened) -> None:
    await opened_sqlite.open_round()
    begun, goes_on = threading.Event(), threading.Event()

    def holds_up(_: object) -> None:
        begun.set()
        goes_on.wait(5)

    assert opened_sqlite.database._at_once is not None
    event.listen(opened_sqlite.database._at_once, "commit", holds_up)
    put = asyncio.ensure_future(opened_sqlite.spool.put(TENANT, ROUND, _nonce(), a_slip()))
    await asyncio.to_thread(begun.wait, 5)
    assert opened_sqlite.spool._writer is not None
    opened_sqlite.spool._writer.cancel()
    other = asyncio.ensure_future(opened_sqlite.open_round(RoundId("other")))
    await asyncio.wait({other}, timeout=0.1)
    assert not other.done()
    goes_on.set()
    await other
    # What is said then is that it may not have come in: it has.
    with pytest.raises(StoreUnavailable):
        await put
    async with opened_sqlite.database.reading() as connection:
        assert (await connection.execute(text("SELECT count(*) FROM spool"))).scalar_one() == 1
    opened_sqlite.spool._writer = None
