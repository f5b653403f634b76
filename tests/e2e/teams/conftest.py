"""Ruimte as it serves Teams, on a clock that the test moves, with browsers on two Playgrounds, which are not ours."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import aiohttp
import pytest

from adapters.clock import VirtualClock
from adapters.company.play import Play
from adapters.server import make_app, serving
from adapters.settings import Settings, load_settings
from adapters.wiring import build, kept, teams
from bot.ids import TenantId
from bot.service.parts import Parts
from bot.service.ruimte import Ruimte
from storage import migrations
from tests.adapters.teams.stub import Stub, serving_stub
from tests.adapters.teams.teams_posts import Posts, well
from tests.e2e.places import at, free_port
from tests.e2e.teams import office
from tests.e2e.teams.office import AMINA, CORE, CORE_TEAM, LEA, MILA, NORTH, OTHERS
from tests.e2e.teams.playground import Playground, running
from tests.world import START, Nobody

CLIENTS = "RUIMTE_E2E_TEAMS"


@dataclass
class Stage:
    """Everything that a test moves and looks at. `stub` is the Teams of those who have no Playground."""

    settings: Settings
    clock: VirtualClock
    parts: Parts
    service: Ruimte
    posts: Posts
    stub: Stub
    play: Play
    amina: Playground
    mila: Playground

    async def until(self, moment: str) -> None:
        """Let everything happen up to a moment, local, in 2027: `01-19 10:00`."""
        await self.play.move_to(at(moment))

    async def installed(self) -> None:
        """Let those without a Playground install us, and team north and the core team."""
        for person in (LEA, *OTHERS):
            assert await self.posts.installs(person) == 200
        assert await self.posts.joins_team(LEA, id_=NORTH, name="Noord") == 200
        core = self.posts.in_team("installationUpdate", MILA, id_=CORE_TEAM, name="Kernteam")
        status = await self.posts.happens(core | {"action": "add", "serviceUrl": self.mila.service_url})
        assert status == 200


@pytest.fixture
def clients() -> Path:
    """Give the folder with the Playground; `make e2e-teams` fetches it and says where it is."""
    place = os.environ.get(CLIENTS, "")
    if not place:
        pytest.skip("the Playground is run by `make e2e-teams`")
    return Path(place)


@pytest.fixture
async def stage(clients: Path, tmp_path: Path) -> AsyncIterator[Stage]:
    """Give everything."""
    async with staged(clients, tmp_path) as there:
        yield there


@asynccontextmanager
async def staged(clients: Path, folder: Path) -> AsyncIterator[Stage]:
    """Put Ruimte, two Playgrounds, a small Teams for the others and a virtual clock together."""
    port = free_port()
    environment = {
        "RUIMTE_DATA": str(folder / "data"),
        "RUIMTE_TEAMS_DEVELOPMENT": "yes",
        "RUIMTE_TEAMS_TENANTS": office.TENANT,
        "RUIMTE_TEAMS_MESSAGES_A_SECOND": "1000",
    }
    settings = replace(load_settings(environment), tenant=TenantId(office.TENANT), port=port)
    await migrations.upgrade(settings.database_url)
    clock, stub = VirtualClock(START), _stub()
    endpoint = f"http://127.0.0.1:{port}/api/messages"
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(serving_stub(stub))
        storage = await stack.enter_async_context(kept(settings))
        platform = await stack.enter_async_context(teams(settings, storage))
        assert platform is not None
        parts = await stack.enter_async_context(
            build(
                settings,
                messenger=platform.messenger,
                directory=platform.directory,
                clock=clock,
                storage=storage,
            )
        )
        service, app = Ruimte(parts), make_app(healthy=well)
        await stack.enter_async_context(platform.running(service, app, clock=clock))
        await stack.enter_async_context(serving(app, host="127.0.0.1", port=port))
        session = await stack.enter_async_context(aiohttp.ClientSession())
        amina, mila = await asyncio.gather(
            *(
                stack.enter_async_context(
                    running(
                        clients,
                        folder / person,
                        port=free_port(),
                        endpoint=endpoint,
                        config=office.playground(person, others),
                    )
                )
                for person, others in ((AMINA, list(OTHERS)[:5]), (MILA, [one for one in CORE if one != MILA]))
            )
        )
        posts = Posts(endpoint, session, platform, stub)
        play = Play(service, settings.tenant, clock, Nobody())
        yield Stage(settings, clock, parts, service, posts, stub, play, amina, mila)


def _stub() -> Stub:
    """Give the small Teams in which the others are."""
    stub = Stub()
    for person in (AMINA, LEA, *OTHERS):
        stub.person(person, name=office.NAMES[person])
    stub.team([AMINA, LEA, *OTHERS], NORTH)
    return stub
