"""Where a platform lets us write: what is kept of it, on each database and in memory."""

from collections.abc import AsyncIterator
from dataclasses import fields, replace

import pytest
from sqlalchemy import text

from bot.ids import PersonId, TenantId
from storage import migrations
from storage.connecting import connect
from storage.conversations import GROUP, PERSON, Conversation, MemoryConversations, SqlConversations
from storage.opening import Conversations
from tests.examples import TENANT
from tests.storage.conftest import Opened

ANA = Conversation(TENANT, PERSON, "ana", "https://smba.trafficmanager.net/emea/", "a:1", "28:bot", "", "open")
BEN = replace(ANA, id="ben", conversation="a:2", state="removed")
TEAM = replace(ANA, kind=GROUP, id="19:team", conversation="19:team", name="Noord")


@pytest.fixture(params=["sqlite_url", pytest.param("postgres_url", marks=pytest.mark.postgres), "memory"])
def place(request: pytest.FixtureRequest) -> str:
    """Give the URL of an empty database, or none for memory."""
    return "" if request.param == "memory" else str(request.getfixturevalue(request.param))


@pytest.fixture
async def kept(place: str) -> AsyncIterator[Conversations]:
    """Give each place that keeps them."""
    if not place:
        yield MemoryConversations()
        return
    await migrations.upgrade(place)
    database = connect(place)
    yield SqlConversations(database)
    await database.close()


async def test_what_was_put_is_found_by_its_kind_and_in_the_order_of_its_ids(kept: Conversations) -> None:
    await kept.put([BEN, TEAM, ANA])
    assert await kept.get(TENANT, PERSON, "ana") == ANA
    assert list(await kept.of(TENANT, PERSON)) == [ANA, BEN]
    assert list(await kept.of(TENANT, GROUP)) == [TEAM]


async def test_what_is_put_again_takes_the_place_of_what_was(kept: Conversations) -> None:
    await kept.put([ANA, BEN])
    await kept.put([replace(ANA, state="refused", conversation="a:9")])
    assert list(await kept.of(TENANT, PERSON)) == [replace(ANA, state="refused", conversation="a:9"), BEN]


async def test_nothing_is_found_of_another_tenant(kept: Conversations) -> None:
    other = TenantId("other")
    await kept.put([ANA, replace(BEN, tenant=other)])
    assert await kept.get(other, PERSON, "ana") is None
    assert list(await kept.of(other, PERSON)) == [replace(BEN, tenant=other)]
    await kept.delete(other, PERSON, "ana")
    assert await kept.get(TENANT, PERSON, "ana") == ANA


async def test_what_is_deleted_is_gone_and_deleting_it_again_does_nothing(kept: Conversations) -> None:
    await kept.put([ANA, TEAM])
    for _ in range(2):
        await kept.delete(TENANT, PERSON, "ana")
    assert await kept.get(TENANT, PERSON, "ana") is None
    assert await kept.get(TENANT, GROUP, "19:team") == TEAM


async def test_forgetting_somebody_forgets_where_they_are_written_to(opened: Opened) -> None:
    conversations = SqlConversations(opened.database)
    await conversations.put([ANA, BEN, replace(ANA, kind=GROUP)])
    async with opened.store.write(TENANT) as transaction:
        await transaction.people.forget(PersonId("ana"))
    assert list(await conversations.of(TENANT, PERSON)) == [BEN]
    assert list(await conversations.of(TENANT, GROUP)) == [replace(ANA, kind=GROUP)]


def test_no_moment_is_kept_of_anybody() -> None:
    assert {one.name for one in fields(Conversation)} == {
        *("tenant", "kind", "id"),
        *("service_url", "conversation", "bot", "name", "state"),
    }


async def test_a_database_of_before_gets_the_table_and_keeps_what_it_had(database_url: str) -> None:
    await migrations.upgrade(database_url)
    await migrations.downgrade(database_url, "0001")
    database = connect(database_url)
    async with database.writing() as connection:
        await connection.execute(text("INSERT INTO people VALUES ('werk', 'ana', '{}')"))
    await migrations.upgrade(database_url)
    async with database.reading() as connection:
        assert (await connection.execute(text("SELECT id FROM people"))).scalar_one() == "ana"
        assert (await connection.execute(text("SELECT count(*) FROM conversations"))).scalar_one() == 0
    await database.close()
