"""What doctor finds in Teams, and that it says what to do."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest
from aiohttp import web

from adapters.finding import Finding, Found
from adapters.teams import calls
from adapters.teams.calls import TeamsRefused
from adapters.teams.checks import TeamsCheck
from adapters.teams.credentials import Granted, KeptTokens
from adapters.teams.platform import TeamsPlatform
from adapters.trying import Unheard
from bot.ids import ChannelId, PersonId
from tests.adapters.findings import spoken
from tests.adapters.service import FakeService
from tests.adapters.teams.stub import TENANT, Stub
from tests.adapters.teams.teams_posts import chat_reference, connected, posting_to, team_reference
from tests.world import a_change, someone

CORE = ChannelId("19:kern@thread.tacv2")
CHANGE = a_change(tenant=TENANT, channel=CORE, core_team=(PersonId("u1"),), organisers=(PersonId("u2"),))

Said = list[tuple[Finding, str]]


@pytest.fixture
def stub() -> Stub:
    """Give a Teams with a core team and somebody else."""
    teams = Stub()
    for person in ("u1", "u2", "u3", "u4"):
        teams.person(person)
    teams.team(["u1", "u2", "u3"])
    teams.team(["u1", "u2"], CORE)
    return teams


@pytest.fixture
async def teams(stub: Stub) -> AsyncIterator[TeamsPlatform]:
    async with connected(stub) as platform:
        await platform.references.put([team_reference(stub)])
        yield platform


async def gather(found: AsyncIterator[Found]) -> Said:
    return [spoken(one) async for one in found]


def failing(error: Exception) -> KeptTokens:
    async def fetch() -> Granted:
        raise error

    return KeptTokens(fetch)


async def test_a_credential_that_microsoft_takes_is_good(teams: TeamsPlatform) -> None:
    ((how, text),) = await gather(TeamsCheck(teams).credential())
    assert how is Finding.GOOD
    assert "by its secret" in text


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ({"managed_identity": True}, "for its managed identity"),
        ({"certificate": "x.pem"}, "for its certificate"),
        ({}, "for its secret"),
    ],
)
async def test_a_credential_that_microsoft_does_not_take_says_which_and_where(
    teams: TeamsPlatform, given: dict[str, Any], shown: str
) -> None:
    teams.tokens = failing(TeamsRefused("401 invalid_client"))
    teams.settings = replace(teams.settings, app_tenant="home", **given)
    ((how, text),) = await gather(TeamsCheck(teams).credential())
    assert how is Finding.DO
    assert all(word in text for word in (shown, "invalid_client", "Certificates & secrets", "home"))


async def test_a_login_that_cannot_be_reached_is_named(teams: TeamsPlatform) -> None:
    teams.tokens = failing(Unheard("Microsoft's login did not answer: TimeoutError"))
    ((how, text),) = await gather(TeamsCheck(teams).credential())
    assert how is Finding.DO
    assert "login.microsoftonline.com" in text


async def test_without_an_app_it_is_said_that_anyone_is_believed(stub: Stub) -> None:
    async with connected(stub, app_id="") as teams:
        ((how, text),) = await gather(TeamsCheck(teams).credential())
        assert not await gather(TeamsCheck(teams).keys())
    assert how is Finding.DO
    assert "whoever is on this machine is believed" in text


async def test_keys_are_tried(teams: TeamsPlatform, stub: Stub) -> None:
    stub.fault = lambda operation, _: web.Response(status=500) if operation == "keys" else None
    ((how, text),) = await gather(TeamsCheck(teams).keys())
    assert how is Finding.DO
    assert "login.botframework.com" in text


async def test_keys_that_can_be_had_are_good(teams: TeamsPlatform) -> None:
    ((how, _),) = await gather(TeamsCheck(teams).keys())
    assert how is Finding.GOOD


async def test_who_cannot_be_reached_is_counted_with_what_helps(teams: TeamsPlatform) -> None:
    crowd = [someone(f"p{number:03}", reachable=number >= 42) for number in range(300)]
    guest = someone("guest", reachable=False, guest=True)
    ((how, text),) = await gather(TeamsCheck(teams).reach(TENANT, [*crowd, guest]))
    assert how is Finding.KNOW
    assert "42 of 300 people in tenant werk cannot be reached yet" in text
    assert "Setup policies" in text


async def test_where_everyone_can_be_reached_it_is_said(teams: TeamsPlatform) -> None:
    ((how, text),) = await gather(TeamsCheck(teams).reach(TENANT, [someone("ana")]))
    assert (how, "Everyone in tenant werk can be reached (1)." in text) == (Finding.GOOD, True)


async def test_where_nobody_has_us_it_says_what_to_do(stub: Stub) -> None:
    async with connected(stub) as teams:
        ((how, text),) = await gather(TeamsCheck(teams).reach(TENANT, []))
        assert how is Finding.DO
        assert "ruimte teams package" in text
        await teams.references.put([chat_reference(stub, PersonId("u1"))])
        ((how, text), _) = await gather(TeamsCheck(teams).reach(TENANT, [someone("u1")]))
        assert how is Finding.KNOW
        assert "no team has the app" in text


async def test_the_way_in_is_named_where_nobody_says_where_it_is(teams: TeamsPlatform) -> None:
    ((how, text),) = await gather(TeamsCheck(teams).way_in())
    assert how is Finding.KNOW
    assert "/api/messages" in text
    assert "RUIMTE_TEAMS_ADDRESS" in text


async def test_the_way_in_is_good_where_what_nobody_signed_is_turned_away(stub: Stub) -> None:
    async with posting_to(FakeService(), stub) as posts:
        posts.platform.settings = replace(posts.platform.settings, address=posts.address.removesuffix("/api/messages"))
        ((how, text),) = await gather(TeamsCheck(posts.platform).way_in())
    assert how is Finding.GOOD
    assert posts.address in text


async def test_an_address_where_somebody_else_answers_or_nobody_is_said(teams: TeamsPlatform, stub: Stub) -> None:
    for address, says in ((stub.address.rstrip("/"), "answers with 404"), ("http://127.0.0.1:1", "Nobody answers")):
        teams.settings = replace(teams.settings, address=address)
        ((how, text),) = await gather(TeamsCheck(teams).way_in())
        assert how is Finding.DO
        assert says in text


async def test_an_address_without_https_is_none_that_teams_goes_to(teams: TeamsPlatform) -> None:
    teams.settings = replace(teams.settings, address="http://ruimte.example.org", development=False)
    ((how, text),) = await gather(TeamsCheck(teams).way_in())
    assert how is Finding.DO
    assert "http://ruimte.example.org" in text


@pytest.mark.parametrize(
    ("members", "how", "says"),
    [
        (["u1", "u2"], Finding.GOOD, "nobody but the core team"),
        (["u1", "u3"], Finding.DO, "somebody in its team who is not of the core team (u3)"),
        (["u1", "u3", "u4"], Finding.DO, "2 people in its team who are not of the core team (u3, u4)"),
        (["u1", "guest"], Finding.DO, "guests"),
        (None, Finding.DO, "Add the app to its team"),
    ],
)
async def test_the_core_teams_channel_is_looked_at(
    teams: TeamsPlatform, stub: Stub, members: list[str] | None, how: Finding, says: str
) -> None:
    stub.person("guest", userRole="guest")
    del stub.groups[CORE]
    if members is not None:
        stub.team(members, CORE)
    first, *_ = await gather(TeamsCheck(teams).channel(CHANGE))
    assert first[0] is how
    assert says in first[1]


@pytest.mark.parametrize("number", [412, 429, 503])
async def test_a_channel_that_cannot_be_looked_at_now_is_said_and_the_rest_is_looked_at(
    teams: TeamsPlatform, stub: Stub, number: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(calls, "AGAIN_S", 0.001)
    stub.fault = lambda operation, _: web.Response(status=number) if operation == "members" else None
    ((how, text),) = await gather(TeamsCheck(teams).channel(CHANGE))
    assert how is Finding.DO
    assert "cannot be looked at now" in text


async def test_a_change_without_a_channel_is_named(teams: TeamsPlatform) -> None:
    ((how, text),) = await gather(TeamsCheck(teams).channel(replace(CHANGE, channel=None)))
    assert how is Finding.KNOW
    assert "names no channel" in text
