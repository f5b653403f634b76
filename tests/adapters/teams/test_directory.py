"""Who is in a tenant, as far as we are, and whom of them we may write to."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from aiohttp import web

from adapters.teams import calls
from adapters.teams.opening import open_chats
from adapters.teams.platform import TeamsPlatform
from adapters.teams.references import Scope, Standing
from bot.errors import DeliveryFailed
from bot.ids import PersonId, TeamKey
from bot.people import Person
from tests.adapters.service import FakeService
from tests.adapters.teams.stub import TEAM, TENANT, Stub
from tests.adapters.teams.teams_posts import chat_reference, connected, posting_to, team_reference

ANA, BEN, CAS = PersonId("ana"), PersonId("ben"), PersonId("cas")
OTHER = "19:zuid@thread.tacv2"


@pytest.fixture
def stub() -> Stub:
    """Give a Teams with two teams, and somebody who is in neither."""
    teams = Stub()
    for person in (ANA, BEN, CAS):
        teams.person(person)
    teams.team([ANA, BEN])
    teams.team([BEN], OTHER)
    return teams


@pytest.fixture
async def teams(stub: Stub) -> AsyncIterator[TeamsPlatform]:
    async with connected(stub) as platform:
        await platform.references.put([team_reference(stub), team_reference(stub, id_=OTHER, name="Zuid")])
        yield platform


async def people(teams: TeamsPlatform) -> dict[str, Person]:
    return {person.id: person for person in await teams.directory.people(TENANT)}


async def test_everyone_in_our_teams_is_there_with_the_teams_that_they_are_in(teams: TeamsPlatform) -> None:
    found = await people(teams)
    assert set(found) == {ANA, BEN}
    assert found[ANA].teams == (TeamKey("Noord"),)
    assert found[BEN].teams == (TeamKey("Noord"), TeamKey("Zuid"))
    assert (found[ANA].name, found[ANA].language, found[ANA].zone, found[ANA].region) == (
        *("Ana", "nl", "Europe/Amsterdam", "NL"),
    )


async def test_teams_of_the_same_name_are_told_apart(teams: TeamsPlatform, stub: Stub) -> None:
    await teams.references.put([team_reference(stub, id_=OTHER, name="Noord")])
    found = await people(teams)
    assert found[ANA].teams == (TeamKey(TEAM),)
    assert set(found[BEN].teams) == {TEAM, OTHER}


async def test_who_has_us_for_themselves_is_there_too(teams: TeamsPlatform, stub: Stub) -> None:
    await teams.references.put([chat_reference(stub, CAS)])
    found = await people(teams)
    assert (found[CAS].name, found[CAS].teams, found[CAS].reachable) == ("Cas", (), True)


async def test_who_took_us_out_stays_and_is_out_of_reach(teams: TeamsPlatform, stub: Stub) -> None:
    for person in (ANA, CAS):
        await teams.references.put([chat_reference(stub, person, standing=Standing.REMOVED)])
    found = await people(teams)
    assert [found[one].reachable for one in (ANA, BEN, CAS)] == [False, True, False]
    assert all(one.present for one in found.values())


@pytest.mark.parametrize("scope", ["team", "chat"])
async def test_guests_are_there_as_guests(stub: Stub, scope: str) -> None:
    stub.person(ANA, userRole="guest")
    async with connected(stub) as teams:
        reference = team_reference(stub) if scope == "team" else chat_reference(stub, ANA)
        await teams.references.put([reference])
        assert (await people(teams))[ANA].guest


async def test_bots_are_left_out(stub: Stub) -> None:
    stub.person("bot", aadObjectId=None)
    stub.team([ANA, "bot"])
    async with connected(stub) as teams:
        await teams.references.put([team_reference(stub)])
        assert set(await people(teams)) == {ANA}


async def test_a_large_team_is_read_page_after_page(stub: Stub) -> None:
    everyone = [f"p{number:04}" for number in range(1001)]
    for one in everyone:
        stub.person(one)
    stub.team(everyone)
    async with connected(stub) as teams:
        await teams.references.put([team_reference(stub)])
        assert set(await people(teams)) == set(everyone)
    assert len(stub.called("members")) == 6


async def test_half_a_list_is_no_list(teams: TeamsPlatform, stub: Stub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(calls, "AGAIN_S", 0.01)
    stub.fault = lambda _, given: web.Response(status=500) if given["conversation"] == OTHER else None
    with pytest.raises(DeliveryFailed):
        await people(teams)


async def test_a_team_that_does_not_let_us_in_any_more_has_nobody(teams: TeamsPlatform, stub: Stub) -> None:
    del stub.groups[OTHER]
    found = await people(teams)
    assert found[BEN].teams == (TeamKey("Noord"),)


async def test_where_nobody_has_us_nobody_has_left(stub: Stub) -> None:
    async with connected(stub) as teams:
        with pytest.raises(DeliveryFailed, match="nobody in this tenant has the app"):
            await people(teams)


# Whom we may write to


async def test_chats_are_opened_before_there_is_anything_to_say_and_nothing_is_said(
    teams: TeamsPlatform, stub: Stub
) -> None:
    stub.refuses.add(BEN)
    assert await open_chats(teams.directory, teams.messenger, teams.references, TENANT)
    kept = {one.id: one.standing for one in await teams.references.of(TENANT, Scope.PERSON)}
    assert kept == {ANA: Standing.OPEN, BEN: Standing.REFUSED}
    assert not stub.messages
    assert [one.reachable for one in (await people(teams)).values()] == [True, False]


async def test_who_is_refused_is_asked_for_again_and_who_took_us_out_is_not(teams: TeamsPlatform, stub: Stub) -> None:
    await teams.references.put(
        [
            chat_reference(stub, ANA, standing=Standing.REFUSED, conversation=""),
            chat_reference(stub, BEN, standing=Standing.REMOVED),
        ]
    )
    assert await open_chats(teams.directory, teams.messenger, teams.references, TENANT)
    kept = {one.id: one.standing for one in await teams.references.of(TENANT, Scope.PERSON)}
    assert kept == {ANA: Standing.OPEN, BEN: Standing.REMOVED}
    stub.calls.clear()
    assert not await open_chats(teams.directory, teams.messenger, teams.references, TENANT)
    assert not stub.called("create")


async def test_where_teams_does_not_answer_what_was_opened_stays(
    teams: TeamsPlatform, stub: Stub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(calls, "AGAIN_S", 0.01)
    away = web.Response(status=503)
    stub.fault = lambda operation, given: (
        away if operation == "create" and given["members"][0]["id"] == "29:ben" else None
    )
    with pytest.raises(DeliveryFailed):
        await teams.open_chats(TENANT)
    kept = {one.id: one.standing for one in await teams.references.of(TENANT, Scope.PERSON)}
    assert kept in ({}, {ANA: Standing.OPEN})


async def test_a_team_that_gets_us_is_tried_at_once(stub: Stub) -> None:
    service = FakeService()
    stub.refuses.add(BEN)
    async with posting_to(service, stub) as posts:
        await posts.joins_team(ANA)
        kept = {one.id: one.standing for one in await posts.platform.references.of(TENANT, Scope.PERSON)}
    assert kept == {ANA: Standing.OPEN, BEN: Standing.REFUSED}
    assert service.syncs[-2:] == [TENANT, TENANT]


async def test_guests_are_not_written_to(stub: Stub) -> None:
    stub.person(BEN, userRole="guest")
    async with connected(stub) as teams:
        await teams.references.put([team_reference(stub)])
        await open_chats(teams.directory, teams.messenger, teams.references, TENANT)
    assert [one["members"][0]["id"] for one in stub.called("create")] == ["29:ana"], "as Teams calls her"


async def test_a_look_takes_over_who_is_there_and_then_what_came_of_opening(teams: TeamsPlatform, stub: Stub) -> None:
    service = FakeService()
    stub.refuses.add(BEN)
    await teams.look(service, TENANT)
    assert service.syncs == [TENANT, TENANT]
    await teams.look(service, TENANT)
    assert service.syncs == [TENANT] * 3
