"""What stays on the disk: no words, one size, and no order of arrival."""

# ruff: noqa: ASYNC240 - the tests look at the files themselves

import asyncio
import secrets
import sqlite3
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest
from sqlalchemy import select, text

from bot.answers import Answer
from bot.errors import BoxBroken
from bot.ids import FieldKey, PageKey, RoundId
from bot.round import RoundState
from storage import tables
from storage.box import BOX_BYTES
from tests.examples import PAGE, ROUND, TENANT, a_round, a_slip, an_entry, an_offer
from tests.storage.conftest import Opened, opened_at

pytestmark = pytest.mark.may_block(reason="the tests read the database's files themselves")

MARKER = "Zeldzaamwoord"


def _files(opened: Opened) -> bytes:
    """Everything that SQLite has on the disk: database, write-ahead log, shared memory."""
    path = Path(opened.url.removeprefix("sqlite+aiosqlite:///"))
    return b"".join(one.read_bytes() for one in sorted(path.parent.glob(f"{path.name}*")))


async def _say_everything(opened: Opened) -> None:
    """Put the marker wherever a person's words can go."""
    await opened.open_round()
    for number in range(12):
        await opened.spool.put(TENANT, ROUND, secrets.token_bytes(16), a_slip(f"{MARKER} {number}"))
    named = a_slip(MARKER, page=PageKey("offer"), named="Naamvananna")
    await opened.spool.put(TENANT, ROUND, secrets.token_bytes(16), named)
    async with opened.store.write(TENANT) as transaction:
        answer = Answer(PAGE, (("answer", MARKER),), "nl", quotable=True)
        await transaction.answers.add(RoundId("r0"), [answer] * 12)
        await transaction.answers.put_digest(RoundId("r0"), MARKER.encode() * 100)
        anonymous = an_entry("e2", text=MARKER, person=None, asked_at=None, receipt=b"r" * 32)
        await transaction.door.add_entries([an_entry("e1", text=MARKER), anonymous])
        await transaction.door.add_offers([an_offer(note=MARKER, reply=MARKER)])


async def test_no_word_of_anyone_stands_in_the_file_or_the_write_ahead_log(opened_sqlite: Opened) -> None:
    await _say_everything(opened_sqlite)
    before = _files(opened_sqlite)
    await opened_sqlite.move_round(RoundState.RELEASING)
    await opened_sqlite.spool.open(TENANT, ROUND)
    await opened_sqlite.spool.clear(TENANT, ROUND)
    for found in (before, _files(opened_sqlite)):
        assert ROUND.encode() in found  # what is not secret is found this way
        assert MARKER.encode() not in found
        assert b"Naamvananna" not in found


async def test_no_word_of_anyone_stands_in_a_row_of_either_database(opened: Opened) -> None:
    await _say_everything(opened)
    filled = set()
    for table in tables.metadata.sorted_tables:
        async with opened.database.reading() as connection:
            rows = [tuple(row) for row in await connection.execute(table.select())]
        filled |= {table.name} if rows else set()
        assert MARKER not in repr(rows)
        assert "Naamvananna" not in repr(rows)
    assert filled >= {"spool", "answers", "digests", "entries", "offers"}


async def test_every_box_has_one_size_whatever_lies_in_it(opened: Opened) -> None:
    await _say_everything(opened)
    large = a_slip(fields=((FieldKey("answer"), "🙂" * 2000),))
    await opened.spool.put(TENANT, ROUND, secrets.token_bytes(16), large)
    await opened.spool.put(TENANT, ROUND, secrets.token_bytes(16), a_slip(fields=()))
    async with opened.database.reading() as connection:
        for table in ("spool", "answers", "entries", "offers"):
            lengths = (await connection.execute(text(f"SELECT length(box) FROM {table}"))).scalars()
            assert set(lengths) == {BOX_BYTES}


@pytest.mark.parametrize("swapped", [True, False], ids=["swapped", "copied"])
async def test_a_box_that_lies_under_another_tag_does_not_open(opened: Opened, *, swapped: bool) -> None:
    await opened.open_round()
    for words in ("De rust", "De ruzie"):
        await opened.spool.put(TENANT, ROUND, secrets.token_bytes(16), a_slip(words))
    spool = tables.spool
    async with opened.database.writing() as connection:
        one, two = [tuple(row) for row in await connection.execute(select(spool.c.tag, spool.c.box))]
        for tag, box in ((one[0], two[1]), (two[0], one[1] if swapped else two[1])):
            await connection.execute(spool.update().where(spool.c.tag == tag).values(box=box))
    await opened.move_round(RoundState.RELEASING)
    with pytest.raises(BoxBroken):
        await opened.spool.open(TENANT, ROUND)


async def test_a_spool_row_holds_nothing_but_tenant_round_tag_and_box(opened: Opened) -> None:
    async with opened.database.reading() as connection:
        result = await connection.execute(text("SELECT * FROM spool"))
        assert list(result.keys()) == ["tenant", "round", "tag", "box"]
        assert list((await connection.execute(text("SELECT * FROM answers"))).keys()) == [
            "tenant",
            "round",
            "id",
            "box",
        ]


async def test_no_table_of_sqlite_has_a_hidden_rowid(opened_sqlite: Opened) -> None:
    async with opened_sqlite.database.reading() as connection:
        found = await connection.execute(
            text("SELECT name, wr FROM pragma_table_list WHERE type = 'table' AND schema = 'main'")
        )
        without = {name: wr for name, wr in found if not name.startswith(("sqlite_", "alembic_"))}
    assert set(without) == set(tables.metadata.tables)
    assert set(without.values()) == {1}
    assert not [table for table in tables.metadata.sorted_tables if table.dialect_options["sqlite"]["with_rowid"]]


async def test_postgresql_counts_nothing(opened: Opened) -> None:
    if opened.database.is_sqlite:
        return
    async with opened.database.reading() as connection:
        sequences = await connection.execute(text("SELECT count(*) FROM pg_sequences"))
        assert sequences.scalar_one() == 0


async def test_every_connection_of_sqlite_overwrites_what_it_deletes_and_waits_for_the_disk(
    opened_sqlite: Opened,
) -> None:
    for engine in (opened_sqlite.database._writer, opened_sqlite.database._reader):
        async with engine.connect() as connection:
            settings = {
                name: (await connection.execute(text(f"PRAGMA {name}"))).scalar_one()
                for name in ("secure_delete", "synchronous", "journal_mode")
            }
        assert settings == {"secure_delete": 1, "synchronous": 2, "journal_mode": "wal"}


async def test_a_withdrawn_box_is_gone_from_the_disk_when_the_withdrawal_returns(
    opened_sqlite: Opened,
) -> None:
    await opened_sqlite.open_round()
    nonce = secrets.token_bytes(16)
    await opened_sqlite.spool.put(TENANT, ROUND, nonce, a_slip("Toch niet"))
    async with opened_sqlite.database.reading() as connection:
        box: bytes = (await connection.execute(text("SELECT box FROM spool"))).scalar_one()
    assert box[:64] in _files(opened_sqlite)
    await opened_sqlite.spool.put(TENANT, ROUND, nonce, a_slip(fields=(), stamp=2))
    assert box[:64] not in _files(opened_sqlite)


async def test_after_a_release_no_box_of_it_is_left_on_the_disk(opened_sqlite: Opened) -> None:
    await opened_sqlite.open_round()
    for _ in range(20):
        await opened_sqlite.spool.put(TENANT, ROUND, secrets.token_bytes(16), a_slip())
    async with opened_sqlite.database.reading() as connection:
        boxes = list((await connection.execute(text("SELECT box FROM spool"))).scalars())
    await opened_sqlite.move_round(RoundState.RELEASING)
    await opened_sqlite.spool.clear(TENANT, ROUND)
    left = _files(opened_sqlite)
    # A box lies in pieces over pages; of each its first part is looked for.
    assert not [box for box in boxes if box[:64] in left]


async def test_a_reader_that_stays_holds_up_the_emptying_and_it_is_said_and_done_later(
    opened_sqlite: Opened, caplog: pytest.LogCaptureFixture
) -> None:
    await opened_sqlite.open_round()
    path = opened_sqlite.url.removeprefix("sqlite+aiosqlite:///")
    reader = sqlite3.connect(path, isolation_level=None)
    reader.execute("BEGIN")
    reader.execute("SELECT count(*) FROM rounds").fetchone()
    await opened_sqlite.spool.put(TENANT, ROUND, secrets.token_bytes(16), a_slip())
    await opened_sqlite.move_round(RoundState.RELEASING)
    await opened_sqlite.spool.clear(TENANT, ROUND)
    assert ROUND not in caplog.text
    assert [record.message for record in caplog.records if record.name == "storage.spool"] == [
        "The write-ahead log could not be emptied yet: someone is still reading. It is tried again."
    ]
    await opened_sqlite.spool.sweep()
    assert Path(f"{path}-wal").stat().st_size
    reader.execute("COMMIT")
    reader.close()
    await opened_sqlite.spool.sweep()
    assert not Path(f"{path}-wal").stat().st_size


async def test_a_withdrawal_under_a_reader_is_swept_from_the_disk_when_the_reader_is_gone(
    opened_sqlite: Opened,
) -> None:
    await opened_sqlite.open_round()
    nonce = secrets.token_bytes(16)
    await opened_sqlite.spool.put(TENANT, ROUND, nonce, a_slip("Toch niet"))
    async with opened_sqlite.database.reading() as connection:
        box: bytes = (await connection.execute(text("SELECT box FROM spool"))).scalar_one()
    reader = sqlite3.connect(opened_sqlite.url.removeprefix("sqlite+aiosqlite:///"), isolation_level=None)
    reader.execute("BEGIN")
    reader.execute("SELECT count(*) FROM rounds").fetchone()
    await opened_sqlite.spool.put(TENANT, ROUND, nonce, a_slip(fields=(), stamp=2))
    assert box[:64] in _files(opened_sqlite)
    reader.execute("COMMIT")
    reader.close()
    await opened_sqlite.spool.sweep()
    assert box[:64] not in _files(opened_sqlite)


async def test_what_another_process_left_in_the_write_ahead_log_is_swept_once(opened_sqlite: Opened) -> None:
    await opened_sqlite.open_round()
    wal = Path(f"{opened_sqlite.url.removeprefix('sqlite+aiosqlite:///')}-wal")
    assert wal.stat().st_size
    await opened_sqlite.spool.sweep()
    assert not wal.stat().st_size
    await opened_sqlite.spool.put(TENANT, ROUND, secrets.token_bytes(16), a_slip())
    await opened_sqlite.spool.sweep()
    assert wal.stat().st_size, "an answer leaves nothing to sweep, and no tick may say that there was one"


async def _physical_order(opened: Opened, table: str, what: str) -> list[bytes]:
    """Read a column in the order in which the rows lie, or were written."""
    order = "1" if opened.database.is_sqlite else "xmin::text::bigint, ctid"
    statement = f"SELECT {what} FROM {table}"
    async with opened.database.reading() as connection:
        rows = await connection.execute(
            text(statement if opened.database.is_sqlite else f"{statement} ORDER BY {order}")
        )
        return list(rows.scalars())


async def test_where_answers_lie_says_nothing_about_when_they_came(opened: Opened) -> None:
    await opened.open_round()
    for number in range(60):
        await opened.spool.put(TENANT, ROUND, secrets.token_bytes(16), a_slip(f"{number:03}"))
    await opened.move_round(RoundState.RELEASING)
    slips = await opened.spool.open(TENANT, ROUND)
    answers = [Answer(slip.page, slip.fields, slip.language, quotable=True) for slip in slips]
    async with opened.store.write(TENANT) as transaction:
        # As careless as can be: in the order of arrival.
        await transaction.answers.add(ROUND, sorted(answers, key=lambda answer: answer.fields[0][1]))
    ids = await _physical_order(opened, "answers", "id")
    assert ids == sorted(ids)
    async with opened.store.read(TENANT) as transaction:
        read = [answer.fields[0][1] for answer in await transaction.answers.of_round(ROUND)]
    in_place = sum(read[place] == f"{place:03}" for place in range(60))
    neighbours = sum(int(later) == int(earlier) + 1 for earlier, later in pairwise(read))
    # Of 60 shuffled, one stands in its place on average, and one after its predecessor.
    assert in_place < 10
    assert neighbours < 10
    if not opened.database.is_sqlite:
        assert len(set(await _physical_order(opened, "answers", "xmin::text"))) == 1


async def test_those_who_share_a_commit_lie_in_the_order_of_their_tags(opened: Opened) -> None:
    await opened.open_round()
    await asyncio.gather(*(opened.spool.put(TENANT, ROUND, secrets.token_bytes(16), a_slip()) for _ in range(64)))
    tags = await _physical_order(opened, "spool", "tag")
    assert tags == sorted(tags)


async def test_the_round_of_the_boxes_is_the_round_of_the_columns(opened: Opened) -> None:
    await opened.open_round()
    async with opened.database.writing() as connection:
        await connection.execute(text("UPDATE rounds SET k = 5"))
    async with opened.store.read(TENANT) as transaction:
        assert await transaction.rounds.get(ROUND) == a_round(version=1, k=5)


async def test_the_write_ahead_log_looks_the_same_after_a_change_and_after_taking_back(opened_sqlite: Opened) -> None:
    await opened_sqlite.open_round()
    log = Path(opened_sqlite.url.removeprefix("sqlite+aiosqlite:///") + "-wal")
    nonce = secrets.token_bytes(16)
    sizes = []
    for stamp, slip in enumerate((a_slip("een"), a_slip("twee"), a_slip(fields=())), start=1):
        await opened_sqlite.spool.put(TENANT, ROUND, nonce, replace(slip, stamp=stamp))
        sizes.append(log.stat().st_size)
    first, changed, taken_back = sizes
    assert first
    assert changed == taken_back == 0


async def test_what_arrives_twice_and_what_arrives_beside_a_change_leaves_no_mark_on_a_row(postgres_url: str) -> None:
    async for opened in opened_at(postgres_url):
        await opened.open_round()
        nonces = [secrets.token_bytes(16) for _ in range(3)]
        await asyncio.gather(*(opened.spool.put(TENANT, ROUND, nonce, a_slip()) for nonce in nonces))
        await opened.spool.put(TENANT, ROUND, nonces[0], a_slip())
        await asyncio.gather(
            opened.spool.put(TENANT, ROUND, nonces[1], a_slip("anders", stamp=2)),
            opened.spool.put(TENANT, ROUND, secrets.token_bytes(16), a_slip()),
            opened.spool.put(TENANT, ROUND, nonces[2], a_slip()),
        )
        async with opened.database.reading() as connection:
            marks = (await connection.execute(text("SELECT CAST(CAST(xmax AS text) AS bigint) FROM spool"))).scalars()
            assert list(marks) == [0, 0, 0, 0]


async def test_the_write_ahead_log_holds_few_submissions(opened_sqlite: Opened) -> None:
    await opened_sqlite.open_round()
    log = Path(opened_sqlite.url.removeprefix("sqlite+aiosqlite:///") + "-wal")
    for _ in range(10):
        await asyncio.gather(
            *(opened_sqlite.spool.put(TENANT, ROUND, secrets.token_bytes(16), a_slip()) for _ in range(50))
        )
    # Three pages of 4 KB for each of 150 and of those that wait; SQLite itself lets it come to 1,000 pages.
    assert log.stat().st_size < 800 * 4120


async def test_nothing_is_logged_because_somebody_took_an_answer_back(
    opened_sqlite: Opened, caplog: pytest.LogCaptureFixture
) -> None:
    await opened_sqlite.open_round()
    nonce = secrets.token_bytes(16)
    await opened_sqlite.spool.put(TENANT, ROUND, nonce, a_slip("een"))
    reader = sqlite3.connect(opened_sqlite.url.removeprefix("sqlite+aiosqlite:///"), isolation_level=None)
    reader.execute("BEGIN")
    reader.execute("SELECT count(*) FROM rounds").fetchone()
    await opened_sqlite.spool.put(TENANT, ROUND, nonce, a_slip(fields=(), stamp=2))
    reader.execute("COMMIT")
    reader.close()
    assert not [record for record in caplog.records if record.name.startswith("storage")]
