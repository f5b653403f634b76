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
def storage_url(request: pytest.FixtureRequest) -> str | None:
    """Give the URL of an empty database of each kind, and None for what is in memory."""
    fixture = {"memory": None, "sqlite": "sqlite_url", "postgresql": "postgres_url"}[request.param]
    return None if fixture is None else request.getfixturevalue(fixture)


@pytest.fixture
async def storage(storage_url: str | None, keys: Keys) -> AsyncIterator[Storage]:
    """Give an empty store of each kind, with its spool."""
    if storage_url is None:
        yield memory_storage(keys)
        return
    await upgrade(storage_url)
    async with await open_storage(storage_url, keys) as opened:
        yield opened


@pytest.fixture
def store(storage: Storage) -> Store:
    """Give the store."""
    return storage.store


@pytest.fixture
def spool(storage: Storage) -> Spool:
    """Give the spool."""
    return storage.spool
