"""Every implementation of the storage ports: in memory, on SQLite and on PostgreSQL."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.ports import Keys, Spool, Store
from storage.keys import FileKeys, MemoryKeys
from storage.migrations import upgrade
from storage.opening import Storage, memory_storage, open_storage


@pytest.fixture
def keys() -> Keys:
    """Give an empty key directory."""
    return MemoryKeys()


@pytest.fixture(params=["memory", "files"])
def any_keys(request: pytest.FixtureRequest, tmp_path: Path) -> Keys:
    """Give an empty key directory of each kind."""
    return MemoryKeys() if request.param == "memory" else FileKeys(tmp_path / "keys")


@pytest.fixture(params=["memory", "sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
async def storage(request: pytest.FixtureRequest, keys: Keys) -> AsyncIterator[Storage]:
    """Give an empty store of each kind, with its spool."""
    if request.param == "memory":
        yield memory_storage(keys)
        return
    url = request.getfixturevalue({"sqlite": "sqlite_url", "postgresql": "postgres_url"}[request.param])
    await upgrade(url)
    async with await open_storage(url, keys) as opened:
        yield opened


@pytest.fixture
def store(storage: Storage) -> Store:
    """Give the store."""
    return storage.store


@pytest.fixture
def spool(storage: Storage) -> Spool:
    """Give the spool."""
    return storage.spool
