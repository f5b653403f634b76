"""Ruimte as it serves Slack, on a clock that the test moves, with a real browser on a Slack that is not ours."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page

from adapters.clock import VirtualClock
from adapters.company.play import Play
from adapters.server import make_app, serving
from adapters.settings import Settings, SlackSettings, load_settings
from adapters.slack.platform import SlackPlatform
from adapters.wiring import build, slack
from bot.ids import TenantId
from bot.service.parts import Parts
from bot.service.ruimte import Ruimte
from storage import migrations
from tests.e2e.places import at, free_port
from tests.e2e.slack import office
from tests.e2e.slack.local_slack import LocalSlack, running
from tests.world import START, TENANT, Nobody

PROGRAM = "RUIMTE_E2E_SLACK"


@dataclass
class Stage:
    """Everything that a test moves and looks at."""

    mode: str
    settings: Settings
    clock: VirtualClock
    parts: Parts
    platform: SlackPlatform
    service: Ruimte
    slack: LocalSlack
    play: Play

    async def until(self, moment: str) -> None:
        """Let everything happen up to a moment, local, in 2027: `01-19 10:00`."""
        await self.play.move_to(at(moment))


@pytest.fixture
def program() -> Path:
    """Give local-slack; `make e2e-slack` fetches it and says where it is."""
    place = os.environ.get(PROGRAM, "")
    if not place:
        pytest.skip("local-slack is run by `make e2e-slack`")
    return Path(place)


@asynccontextmanager
async def staged(mode: str, program: Path, folder: Path, *, a_second: float = 100.0) -> AsyncIterator[Stage]:
    """Put Ruimte, local-slack and a virtual clock together."""
    ours, theirs = free_port(), free_port()
    request_url = f"http://127.0.0.1:{ours}/slack/events" if mode == "http" else ""
    settings = replace(
        load_settings({"RUIMTE_DATA": str(folder)}),
        tenant=TenantId(TENANT),
        port=ours,
        slack=SlackSettings(
            bot_token=office.BOT_TOKEN,
            signing_secret=office.SECRET,
            app_token="" if mode == "http" else office.APP_TOKEN,
            api_url=f"http://127.0.0.1:{theirs}/api/",
            messages_a_second=a_second,
        ),
    )
    await migrations.upgrade(settings.database_url)
    clock = VirtualClock(START)
    async with AsyncExitStack() as stack:
        config = office.config(request_url=request_url)
        local = await stack.enter_async_context(running(program, folder, theirs, config))
        platform = await stack.enter_async_context(slack(settings))
        assert platform is not None
        parts = await stack.enter_async_context(
            build(settings, messenger=platform.messenger, directory=platform.directory, clock=clock)
        )
        service = Ruimte(parts)
        app = make_app(healthy=_well)
        await service.sync(settings.tenant)
        await stack.enter_async_context(platform.running(service, app, clock=clock))
        await stack.enter_async_context(serving(app, host="127.0.0.1", port=ours))
        play = Play(service, settings.tenant, clock, Nobody())
        yield Stage(mode, settings, clock, parts, platform, service, local, play)


async def _well() -> None:
    """Be well."""


@pytest.fixture
async def page(chromium: Browser) -> AsyncIterator[Page]:
    """Give a page."""
    context = await chromium.new_context(viewport={"width": 1200, "height": 900})
    context.set_default_timeout(15_000)
    # Slack keeps line breaks in plain text; local-slack's page does not.
    await context.add_init_script(
        "addEventListener('DOMContentLoaded', () => document.head.append(Object.assign(document.createElement('style'),"
        " {textContent: '.plain { white-space: pre-wrap }'})))"
    )
    yield await context.new_page()
    await context.close()
