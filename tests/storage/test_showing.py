"""What is stored, as the sandbox shows it: the real rows, and only of a database that a sandbox made."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest

from bot.answers import Answer
from bot.errors import StoreForeign, StoreUnavailable
from bot.ids import FieldKey, Language, PageKey, PersonId, RoundId
from bot.outbox import Kind
from bot.round import RoundState
from bot.slip import Slip
from storage.box import BOX_BYTES
from storage.connecting import connect
from storage.keys import MemoryKeys
from storage.migrations import upgrade
from storage.showing import sandbox_rows
from storage.spool import SqlSpool
from storage.store import SqlStore
from tests.examples import ROUND, TENANT, a_round, an_item
from tests.storage.conftest import Opened

PERSON, NAME = PersonId("p-amina"), "Amina Yusuf"
SAID = "Onze vaste dinsdagploeg"


def slip(text: str = SAID, *, stamp: int = 1) -> Slip:
    """Give what somebody says."""
    return Slip(PageKey("lose"), ((FieldKey("answer"), text),), Language("nl"), quotable=True, stamp=stamp)


@pytest.fixture
async def played(database_url: str, keys: MemoryKeys) -> AsyncIterator[Opened]:
    """Open a new database that a sandbox made, of each kind."""
    await upgrade(database_url, made_by="sandbox")
    database = connect(database_url)
    spool = SqlSpool(database, keys)
    yield Opened(database_url, database, keys, SqlStore(database, keys), spool)
    await spool.close()
    await database.close()


async def test_while_a_round_is_open_there_are_boxes_of_one_size_and_no_answers(played: Opened) -> None:
    await played.open_round()
    await played.spool.put(TENANT, ROUND, b"a" * 16, slip())
    await played.spool.put(TENANT, ROUND, b"b" * 16, slip("Nee."))
    async with sandbox_rows(played.url, played.keys) as rows:
        stored = await rows.of_round(TENANT, ROUND, PERSON, NAME)
    assert [box.size for box in stored.waiting] == [BOX_BYTES, BOX_BYTES]
    assert len({box.first for box in stored.waiting}) == 2
    assert [box.name for box in stored.waiting] == sorted(box.name for box in stored.waiting)
    assert stored.released == ()
    assert stored.named == 0
    assert stored.keys == (f"seal.{TENANT}.{ROUND}",)


async def test_changing_an_answer_changes_its_box_and_adds_none(played: Opened) -> None:
    await played.open_round()
    await played.spool.put(TENANT, ROUND, b"a" * 16, slip())
    async with sandbox_rows(played.url, played.keys) as rows:
        (before,) = (await rows.of_round(TENANT, ROUND, PERSON, NAME)).waiting
        await played.spool.put(TENANT, ROUND, b"a" * 16, slip("Toch niet.", stamp=2))
        (after,) = (await rows.of_round(TENANT, ROUND, PERSON, NAME)).waiting
    assert (before.name, before.size) == (after.name, after.size)
    assert before.first != after.first


async def test_after_the_release_there_are_answers_under_other_names_and_no_boxes(played: Opened) -> None:
    await played.open_round()
    await played.spool.put(TENANT, ROUND, b"a" * 16, slip())
    await played.move_round(RoundState.RELEASING)
    async with played.store.write(TENANT) as transaction:
        await transaction.answers.add(ROUND, (Answer(PageKey("lose"), slip().fields, "nl", quotable=True),))
    await played.spool.clear(TENANT, ROUND)
    async with sandbox_rows(played.url, played.keys) as rows:
        stored = await rows.of_round(TENANT, ROUND, PERSON, NAME)
    assert stored.waiting == ()
    assert [box.size for box in stored.released] == [BOX_BYTES]
    assert stored.keys == (f"batch.{TENANT}.{ROUND}",)


async def test_a_name_that_lies_open_in_a_box_is_counted(played: Opened) -> None:
    from sqlalchemy import insert  # noqa: PLC0415 -- only here somebody writes past the store

    from storage import tables  # noqa: PLC0415

    await played.open_round()
    async with played.database.writing() as connection:
        for number, box in enumerate((b"..p-amina..", NAME.encode(), b"nothing")):
            row = {"tenant": TENANT, "round": ROUND, "tag": bytes([number]), "box": box}
            await connection.execute(insert(tables.spool).values(row))
    async with sandbox_rows(played.url, played.keys) as rows:
        assert (await rows.of_round(TENANT, ROUND, PERSON, NAME)).named == 2


async def test_of_a_person_it_shows_what_was_sent_and_the_same_whether_or_not_they_answered(played: Opened) -> None:
    await played.open_round()
    async with played.store.write(TENANT) as transaction:
        await transaction.outbox.plan((an_item(id="i1", kind=Kind.INVITE, person=PERSON, round=ROUND),))
        await transaction.outbox.plan((an_item(id="i2", kind=Kind.INVITE, person=PersonId("p-x"), round=ROUND),))
    async with sandbox_rows(played.url, played.keys) as rows:
        before = (await rows.of_round(TENANT, ROUND, PERSON, NAME)).messages
        await played.spool.put(TENANT, ROUND, b"a" * 16, slip())
        assert (await rows.of_round(TENANT, ROUND, PERSON, NAME)).messages == before
    assert [(message.kind, message.sent_at) for message in before] == [("invite", None)]


async def test_rounds_are_shown_when_they_have_opened(played: Opened) -> None:
    late = datetime(2027, 3, 1, tzinfo=UTC)
    async with played.store.write(TENANT) as transaction:
        await transaction.rounds.put(a_round(id=RoundId("b"), opens_at=late))
        await transaction.rounds.put(a_round(id=RoundId("a")))
        await transaction.rounds.put(a_round(id=RoundId("c"), state=RoundState.PLANNED))
    async with sandbox_rows(played.url, played.keys) as rows:
        assert [round_.id for round_ in await rows.rounds(TENANT)] == ["a", "b"]


async def test_a_database_of_the_service_is_not_looked_into(opened: Opened) -> None:
    with pytest.raises(StoreForeign):
        async with sandbox_rows(opened.url, opened.keys):
            pass


async def test_one_that_is_not_there_is_not_made(sqlite_url: str) -> None:
    with pytest.raises(StoreUnavailable):
        async with sandbox_rows(sqlite_url, MemoryKeys()):
            pass
