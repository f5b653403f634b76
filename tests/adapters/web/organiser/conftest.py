"""The company on the real engine, on a storage in memory, with the organiser's page before it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from aiohttp.test_utils import TestClient, TestServer

from adapters.clock import VirtualClock
from adapters.company.chats import Chats
from adapters.company.play import Play
from adapters.company.roster import Company
from adapters.holidays import LibraryHolidays
from adapters.organising import workroom
from adapters.web.app import Site, make_app
from adapters.web.organiser.workroom import Workroom
from adapters.web.sandbox import Sandbox
from bot.change import Change
from bot.ids import ChangeId, Language
from bot.service import Parts, Ruimte
from storage.keys import MemoryKeys
from storage.opening import Storage, memory_storage
from tests.adapters.web.conftest import Nobody
from tests.adapters.web.organiser.desk import Desk
from tests.world import InProcess, packs, texts

NOW = datetime(2027, 1, 4, 9, tzinfo=UTC)
"""A Monday."""


@dataclass
class Studio:
    """The service of a company, and what stands behind it."""

    company: Company
    storage: Storage
    service: Ruimte
    chats: Chats
    clock: VirtualClock
    room: Workroom
    play: Play

    @property
    def sandbox(self) -> Sandbox:
        """The sandbox around it."""
        return Sandbox(
            self.service,
            self.company,
            self.chats,
            self.clock,
            self.play,
            set(),
            ChangeId("een-nieuw-kantoor"),
            Language("nl"),
            organiser=self.room,
        )

    async def change(self, id_: str = "een-nieuw-kantoor") -> Change:
        """Look at a change that is in place."""
        async with self.storage.store.read(self.company.tenant) as tx:
            return await tx.changes.get(ChangeId(id_))

    async def changes(self) -> list[str]:
        """Name the changes that are in place."""
        return [change.id for change in await self.room.changes()]


@pytest.fixture
async def studio(company: Company, tmp_path: Path) -> Studio:
    """Give a company in which everyone is known and nothing changes yet."""
    keys = MemoryKeys()
    storage, clock = memory_storage(keys), VirtualClock(NOW)
    chats = Chats(company.people, clock, channel=company.channel, members=company.readers)
    loaded = await asyncio.to_thread(texts), await asyncio.to_thread(packs)
    parts = Parts(storage.store, storage.spool, keys, chats, chats, clock, LibraryHolidays(), *loaded, InProcess())
    service = Ruimte(parts)
    await service.sync(company.tenant)
    play = Play(service, company.tenant, clock, Nobody())
    room = workroom(parts, service, company, tmp_path / "drafts")
    return Studio(company, storage, service, chats, clock, room, play)


@pytest.fixture
async def client(studio: Studio, site: Site) -> AsyncIterator[TestClient]:  # type: ignore[type-arg]
    """Give a browser in Dutch."""
    async with TestClient(TestServer(make_app(studio.sandbox, site)), headers={"Accept-Language": "nl"}) as client:
        yield client


@pytest.fixture
def desk(client: TestClient) -> Desk:  # type: ignore[type-arg]
    """Give Johanna, who organises."""
    return Desk(client)
