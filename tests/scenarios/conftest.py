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


@pytest.fixture
async def stored_world(database_url: str) -> AsyncIterator[World]:
    """Give the same company on a real database."""
    await upgrade(database_url)
    keys = MemoryKeys()
    async with await open_storage(database_url, keys) as storage:
        yield await a_world(staff(), storage=storage, keys=keys)
