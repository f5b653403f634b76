"""The worlds that whole conversations play in."""

from collections.abc import AsyncIterator

import pytest

from storage.keys import MemoryKeys
from storage.migrations import upgrade
from storage.opening import open_storage
from tests.world import World, a_world, packs, staff, texts


@pytest.fixture(scope="session", autouse=True)
def files_are_read() -> None:
    """Read packs and texts before an event loop runs."""
    packs()
    texts()


@pytest.fixture
async def world() -> World:
    """Give a company of 33 people: a core team of two, a team leader, and thirty who are asked."""
    return await a_world()


@pytest.fixture(params=["memory", "sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def url(request: pytest.FixtureRequest) -> str | None:
    """Give the URL of an empty database of each kind, and None for what is in memory."""
    fixture = {"memory": None, "sqlite": "sqlite_url", "postgresql": "postgres_url"}[request.param]
    return None if fixture is None else request.getfixturevalue(fixture)


@pytest.fixture
async def anywhere(url: str | None) -> AsyncIterator[World]:
    """Give the same company on each kind of storage."""
    if url is None:
        yield await a_world()
        return
    await upgrade(url)
    keys = MemoryKeys()
    async with await open_storage(url, keys) as storage:
        yield await a_world(staff(), storage=storage, keys=keys)
