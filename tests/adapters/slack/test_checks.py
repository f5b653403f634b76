"""What doctor finds in Slack, and that it says what to do."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest
from aiohttp import web

from adapters.finding import Finding
from adapters.settings import SlackSettings
from adapters.slack.checks import SlackCheck
from adapters.slack.manifest import SCOPES
from adapters.slack.messenger import SlackMessenger
from bot.ids import ChannelId, PersonId
from tests.adapters.findings import spoken
from tests.adapters.slack.stub import BOT, TEAM, TENANT, Stub, connected
from tests.world import a_change

CHANGE = a_change(tenant=TENANT, channel=ChannelId("C0CORE"), core_team=(PersonId("U1"),), organisers=(PersonId("U2"),))


def granting(scopes: Iterable[str]) -> Any:  # noqa: ANN401 - a fault
    """Answer `auth.test` with these scopes."""

    def answer(method: str, _: dict[str, Any]) -> web.Response | None:
        said = {"ok": True, "user": "ruimte", "team": "Werk", "team_id": TEAM, "user_id": BOT}
        headers = {"x-oauth-scopes": ",".join(scopes)}
        return web.json_response(said, headers=headers) if method == "auth.test" else None

    return answer


def refusing(name: str, error: str) -> Any:  # noqa: ANN401 - a fault
    def answer(method: str, _: dict[str, Any]) -> web.Response | None:
        return web.json_response({"ok": False, "error": error}) if method == name else None

    return answer


async def token(stub: Stub) -> list[tuple[Finding, str]]:
    async with connected(stub) as one:
        check = SlackCheck(SlackSettings(), one.client, SlackMessenger(one))
        return [spoken(found) async for found in check.token()]


async def way_in(stub: Stub, app_token: str) -> list[tuple[Finding, str]]:
    async with connected(stub) as one:
        check = SlackCheck(SlackSettings(app_token=app_token), one.client, SlackMessenger(one))
        return [spoken(found) async for found in check.way_in()]


async def channel(stub: Stub) -> list[tuple[Finding, str]]:
    async with connected(stub) as one:
        check = SlackCheck(SlackSettings(), one.client, SlackMessenger(one))
        return [spoken(found) async for found in check.channel(CHANGE)]


async def test_a_token_with_exactly_its_scopes_is_good() -> None:
    found = await token(Stub(fault=granting(SCOPES)))
    assert [how for how, _ in found] == [Finding.GOOD, Finding.GOOD]
    assert "ruimte in Werk" in found[0][1]


async def test_a_scope_that_is_missing_is_named() -> None:
    found = await token(Stub(fault=granting(set(SCOPES) - {"users:read"})))
    assert found[1][0] is Finding.DO
    assert "users:read" in found[1][1]


async def test_a_scope_too_many_is_named_and_one_that_reads_must_go() -> None:
    assert (await token(Stub(fault=granting({*SCOPES, "pins:read"}))))[1][0] is Finding.KNOW
    how, text = (await token(Stub(fault=granting({*SCOPES, "im:history"}))))[1]
    assert how is Finding.DO
    assert "im:history" in text


async def test_a_token_that_slack_does_not_take_says_where_to_get_one() -> None:
    ((how, text),) = await token(Stub(fault=refusing("auth.test", "invalid_auth")))
    assert how is Finding.DO
    assert "invalid_auth" in text
    assert "OAuth & Permissions" in text


async def test_socket_mode_is_tried() -> None:
    stub = Stub()
    assert (await way_in(stub, "xapp-1"))[0][0] is Finding.DO
    stub.fault = lambda method, _: (
        web.json_response({"ok": True, "url": "wss://x"}) if "connections" in method else None
    )
    assert (await way_in(stub, "xapp-1"))[0][0] is Finding.GOOD
    assert "/slack/events" in (await way_in(stub, ""))[0][1]


@pytest.mark.parametrize(
    ("members", "given", "how", "says"),
    [
        (["U1", "U2"], {}, Finding.GOOD, "everyone in it is of the core team"),
        (["U1", "U3"], {}, Finding.DO, "somebody in it who is not of the core team (U3)"),
        (["U1", "U3", "U4"], {}, Finding.DO, "2 people in it who are not of the core team (U3, U4)"),
        (["U1"], {"is_private": False}, Finding.DO, "public"),
        (["U1", "UGUEST"], {}, Finding.DO, "guests"),
        (["U1"], {"is_archived": True}, Finding.DO, "/invite"),
    ],
)
async def test_the_core_teams_channel_is_looked_at(
    members: list[str], given: dict[str, Any], how: Finding, says: str
) -> None:
    stub = Stub()
    for member in ("U1", "U2", "U3", "U4"):
        stub.person(member)
    stub.person("UGUEST", is_restricted=True)
    stub.channel("C0CORE", members, **given)
    ((found, text),) = await channel(stub)
    assert found is how
    assert says in text


async def test_a_channel_that_we_are_not_in_is_said() -> None:
    ((how, text),) = await channel(Stub())
    assert how is Finding.DO
    assert "/invite" in text
