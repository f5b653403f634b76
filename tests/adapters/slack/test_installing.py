"""Many workspaces: installed by OAuth, each a tenant, every token sealed, forgotten when they take us out."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace

import aiohttp
import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from adapters.clock import SystemClock
from adapters.server import make_app, serving
from adapters.settings import SlackSettings
from adapters.slack import views
from adapters.slack.directory import Defaults
from adapters.slack.installations import Allowed
from adapters.slack.platform import SlackPlatform, open_slack
from adapters.slack.workspaces import Origin
from adapters.wiring import TokenSealer
from bot.errors import DeliveryFailed, PlatformAway
from bot.ids import Language, PersonId, TenantId
from tests.adapters.service import QUESTION, FakeService
from tests.adapters.slack.slack_posts import SECRET, ZONES, Posts, well
from tests.adapters.slack.stub import Stub, serving_stub
from tests.contracts.test_messenger import item, said

# slack_sdk 3.47 gives the client's secret to aiohttp 3.14 in a way that the next aiohttp will not take.
pytestmark = pytest.mark.filterwarnings("ignore:.*BasicAuth.*:DeprecationWarning")

DEFAULTS = Defaults((Language("nl"),), "Europe/Amsterdam", "NL")
SETTINGS = SlackSettings(
    signing_secret=SECRET,
    client_id="1.2",
    client_secret="cs",
    address="http://127.0.0.1",
    workspaces=("T1", "T2", "E1"),
    messages_a_second=500,
)


@dataclass
class House:
    """Ruimte, to be installed by whoever wants to."""

    platform: SlackPlatform
    posts: Posts
    address: str
    url: str
    service: FakeService

    async def installs(self, code: str, *, state: str | None = None) -> int:
        """Go through the pages of the installation; `code` is what Slack gives on the way back."""
        async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as session:
            async with session.get(f"{self.address}/slack/install") as response:
                page = await response.text()
                cookie = response.cookies["slack-app-oauth-state"].value
            found = re.search(r"state=([^&\"]+)", page)
            assert found is not None
            asked = {"code": code, "state": state or found[1]}
            headers = {"Cookie": f"slack-app-oauth-state={cookie}"}
            async with session.get(f"{self.address}/slack/oauth_redirect", params=asked, headers=headers) as response:
                return response.status

    async def rows(self) -> str:
        """Read everything that is written about installations."""
        engine = create_async_engine(self.url)
        async with engine.connect() as connection:
            found = [
                str((await connection.execute(text(f"SELECT * FROM {table}"))).all())
                for table in ("slack_bots", "slack_installations")
            ]
        await engine.dispose()
        return "".join(found)


@asynccontextmanager
async def house(stub: Stub, url: str, *allowed: str) -> AsyncIterator[House]:
    service = FakeService()
    async with serving_stub(stub) as api:
        settings = replace(SETTINGS, api_url=api, workspaces=allowed or SETTINGS.workspaces)
        kept = (url, TokenSealer(bytes(32)))
        async with open_slack(settings, tenant=TenantId("main"), defaults=DEFAULTS, zones=ZONES, kept=kept) as platform:
            app = make_app(healthy=well)
            async with (
                platform.running(service, app, clock=SystemClock()),
                serving(app, host="127.0.0.1", port=0) as port,
                aiohttp.ClientSession() as session,
            ):
                address = f"http://127.0.0.1:{port}"
                posts = Posts(f"{address}/slack/events", session, platform)
                yield House(platform, posts, address, url, service)


@pytest.fixture
def installations_url(database_url: str) -> str:
    """Give an empty database of each kind."""
    return database_url


async def test_two_workspaces_install_it_and_each_is_a_tenant(installations_url: str) -> None:
    stub = Stub()
    stub.person("U0ANA")
    async with house(stub, installations_url) as ours:
        assert [await ours.installs(code) for code in ("T1", "T2")] == [200, 200]
        assert set(await ours.platform.workspaces.all()) == {"T1", "T2"}
        for team in ("T1", "T2"):
            ours.posts.team = team
            await ours.posts.interacts(ours.posts.submission(views.form(QUESTION, 1, {}), answer="x"))
            sent = replace(item(1), tenant=TenantId(team), person=PersonId("U0ANA"))
            await ours.platform.messenger.send(sent, said("x"), None)
        assert [event.tenant for event in ours.service.events] == ["T1", "T2"]


async def test_no_token_is_written_as_it_is(installations_url: str) -> None:
    async with house(Stub(), installations_url) as ours:
        await ours.installs("T1")
        rows = await ours.rows()
        assert "Werk T1" in rows
        assert "xoxb" not in rows
        assert "secret" not in rows
        workspace = await ours.platform.workspaces.of(TenantId("T1"))
        assert workspace.client.token == "xoxb-secret-T1"


async def test_an_organisation_as_a_whole_is_one_tenant_with_all_of_its_workspaces(installations_url: str) -> None:
    async with house(Stub(team={"is_enterprise_install": True, "enterprise_id": "E1"}), installations_url) as ours:
        await ours.installs("E1")
        assert await ours.platform.workspaces.all() == ("E1",)
        assert (await ours.platform.workspaces.of(TenantId("E1"))).teams == ("T1", "T2")
        ours.posts.team, ours.posts.enterprise, ours.posts.whole = "T2", "E1", True
        await ours.posts.interacts(ours.posts.submission(views.form(QUESTION, 1, {}), answer="x"))
        assert ours.service.events[0].tenant == "E1"


@pytest.mark.parametrize(
    "event", [{"type": "app_uninstalled"}, {"type": "tokens_revoked", "tokens": {"bot": ["U0BOT"]}}]
)
async def test_whoever_takes_us_out_is_forgotten_and_the_others_stay(
    installations_url: str, event: dict[str, object]
) -> None:
    async with house(Stub(), installations_url) as ours:
        for code in ("T1", "T2"):
            await ours.installs(code)
        ours.posts.team = "T1"
        assert await ours.posts.happens(event) == 200
        assert await ours.platform.workspaces.all() == ("T2",)
        assert "Werk T1" not in await ours.rows()
        with pytest.raises(DeliveryFailed):
            await ours.platform.workspaces.of(TenantId("T1"))
        await ours.posts.interacts(ours.posts.submission(views.form(QUESTION, 1, {}), answer="x"))
        assert not ours.service.events
        assert (await ours.platform.workspaces.of(TenantId("T2"))).tenant == "T2"


@pytest.mark.parametrize("named", ["organisation", "both"])
@pytest.mark.parametrize(
    "event", [{"type": "app_uninstalled"}, {"type": "tokens_revoked", "tokens": {"bot": ["U0BOT"]}}]
)
async def test_an_organisation_that_takes_us_out_is_forgotten_however_slack_names_it(
    installations_url: str, event: dict[str, object], named: str
) -> None:
    stub = Stub(team={"is_enterprise_install": True, "enterprise_id": "E1"})
    async with house(stub, installations_url) as ours:
        for code in ("E1", "T2"):
            await ours.installs(code)
        ours.posts.team, ours.posts.enterprise = "T1", "E1"
        team = "T1" if named == "both" else None
        assert await ours.posts.happens(event, authorizations=[], team_id=team) == 200
        assert await ours.platform.workspaces.all() == ("T2",)
        assert "Groep E1" not in await ours.rows()


async def test_whoever_installs_it_again_is_there_again(installations_url: str) -> None:
    async with house(Stub(), installations_url) as ours:
        await ours.installs("T1")
        ours.posts.team = "T1"
        await ours.posts.happens({"type": "app_uninstalled"})
        await ours.installs("T1")
        assert await ours.platform.workspaces.all() == ("T1",)


async def test_a_way_back_that_nobody_began_installs_nothing(sqlite_url: str) -> None:
    async with house(Stub(), sqlite_url) as ours:
        assert await ours.installs("T1", state="made-up") == 400
        assert await ours.platform.workspaces.all() == ()


async def test_a_workspace_that_is_not_on_the_list_cannot_install_it_and_its_token_is_given_back(
    installations_url: str,
) -> None:
    stub = Stub()
    async with house(stub, installations_url, "T2", "E1") as ours:
        assert await ours.installs("T1") == 403
        assert await ours.platform.workspaces.all() == ()
        assert "Werk T1" not in await ours.rows()
        assert len(stub.called("auth.revoke")) == 1
        assert await ours.installs("T2") == 200
        assert await ours.platform.workspaces.all() == ("T2",)


async def test_where_anyone_may_install_it_everyone_can(sqlite_url: str) -> None:
    async with house(Stub(), sqlite_url, "*") as ours:
        assert await ours.installs("T1") == 200


async def test_an_organisation_on_the_list_may_install_it_whole_and_in_each_of_its_workspaces(sqlite_url: str) -> None:
    allowed = Allowed(("E1",))
    assert Origin("T7", "E1") in allowed
    assert Origin("", "E1", whole=True) in allowed
    assert Origin("T7", "E2") not in allowed
    assert Origin("T7") not in allowed
    async with house(Stub(), sqlite_url, "E1") as ours:
        assert [await ours.installs(code) for code in ("E1", "T1")] == [200, 403]


async def test_a_workspace_that_is_taken_off_the_list_is_not_served_any_more(sqlite_url: str) -> None:
    async with house(Stub(), sqlite_url, "T1") as ours:
        await ours.installs("T1")
    async with house(Stub(), sqlite_url, "T2") as ours:
        assert await ours.platform.workspaces.all() == ()
        with pytest.raises(PlatformAway):
            await ours.platform.workspaces.of(TenantId("T1"))
        ours.posts.team = "T1"
        await ours.posts.interacts(ours.posts.submission(views.form(QUESTION, 1, {}), answer="x"))
        assert not ours.service.events


async def test_a_workspace_that_did_not_install_it_is_not_served(sqlite_url: str) -> None:
    async with house(Stub(), sqlite_url) as ours:
        ours.posts.team = "T9"
        await ours.posts.interacts(ours.posts.submission(views.form(QUESTION, 1, {}), answer="x"))
        assert not ours.service.events
