"""A database server that was away: who waits for it is told, and it is found again by itself."""

import secrets
from collections.abc import AsyncIterator

import pytest
from sqlalchemy import text

from bot.errors import StoreUnavailable
from storage import connecting
from storage.connecting import connect
from tests.examples import ROUND, TENANT, a_slip
from tests.storage.conftest import Opened, opened_at


@pytest.fixture
async def there(postgres_url: str) -> AsyncIterator[Opened]:
    """Give an open round on PostgreSQL, whose connections were used."""
    async for one in opened_at(postgres_url):
        await one.open_round()
        await one.spool.put(TENANT, ROUND, secrets.token_bytes(16), a_slip())
        yield one


async def cut(url: str) -> None:
    """Close everyone's connections, as a server does that starts anew."""
    other = connect(url)
    everyone = "FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
    async with other.writing() as connection:
        await connection.execute(text(f"SELECT pg_terminate_backend(pid) {everyone}"))
    await other.close()


async def test_a_connection_that_was_idle_is_looked_at_before_it_is_used(
    there: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connecting, "_PINGED_AFTER_S", 0.0)
    await cut(there.url)
    await there.spool.put(TENANT, ROUND, secrets.token_bytes(16), a_slip())
    async with there.store.read(TENANT) as transaction:
        assert (await transaction.rounds.get(ROUND)).id == ROUND


async def test_where_it_breaks_in_use_nothing_is_thanked_and_the_next_one_is_taken(there: Opened) -> None:
    await cut(there.url)
    nonce = secrets.token_bytes(16)
    with pytest.raises(StoreUnavailable):
        await there.spool.put(TENANT, ROUND, nonce, a_slip())
    await there.spool.put(TENANT, ROUND, nonce, a_slip())
    async with there.database.reading() as connection:
        assert (await connection.execute(text("SELECT count(*) FROM spool"))).scalar_one() == 2
