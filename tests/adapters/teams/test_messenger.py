"""Delivering in Teams: to whom and where, at which pace, and what is done where Teams does not take it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from itertools import pairwise
from typing import Any

import pytest
from aiohttp import web

from adapters.teams import calls
from adapters.teams.calls import Busy, Full, TeamsRefused
from adapters.teams.pace import Pace, Paces
from adapters.teams.platform import TeamsPlatform
from adapters.teams.references import Reference, Scope, Standing
from adapters.trying import TRIES, Lost
from bot.errors import DeliveryFailed, DeliveryUncertain, PlaceBusy, PlatformAway, Unreachable
from bot.ids import ChannelId, MessageRef, PersonId
from bot.messages import Message, Paragraph
from tests.adapters.teams.checking import check_card
from tests.adapters.teams.stub import TENANT, Json, Stub, conversation_of
from tests.adapters.teams.teams_posts import chat_reference, connected, team_reference
from tests.contracts.test_messenger import item, said

ANA, BEN = PersonId("ana"), PersonId("ben")
CHANNEL = ChannelId("19:kern@thread.tacv2")
LONG = Message("s", tuple(Paragraph("woord " * 480) for _ in range(20)))


@pytest.fixture
def stub(monkeypatch: pytest.MonkeyPatch) -> Stub:
    """Give a Teams with a team of two, and the core team's channel; nobody waits long for a next try."""
    monkeypatch.setattr(calls, "AGAIN_S", 0.01)
    teams = Stub()
    teams.person(ANA)
    teams.person(BEN)
    teams.team([ANA, BEN])
    teams.team([ANA], CHANNEL)
    return teams


@pytest.fixture
async def teams(stub: Stub) -> AsyncIterator[TeamsPlatform]:
    async with connected(stub) as platform:
        await platform.references.put([team_reference(stub)])
        yield platform


async def to(teams: TeamsPlatform, person: PersonId = ANA, number: int = 1) -> MessageRef:
    """Send something to somebody."""
    return await teams.messenger.send(item(number, person=person), said("x"), None)


async def chat(teams: TeamsPlatform, person: PersonId = ANA) -> Reference | None:
    """Look at what is kept of somebody's chat."""
    return await teams.references.get(TENANT, Scope.PERSON, person)


def failing(times: int, answer: Callable[[], web.Response], operation: str = "post") -> Any:  # noqa: ANN401
    """Fail so many times, then no more."""
    left = [times]

    def fault(name: str, _: Json) -> web.Response | None:
        if name != operation or left[0] == 0:
            return None
        left[0] -= 1
        return answer()

    return fault


def status(number: int, **headers: str) -> Callable[[], web.Response]:
    return lambda: web.Response(status=number, text="<html>no</html>", headers=headers)


# To whom


async def test_a_chat_is_opened_once_and_kept(teams: TeamsPlatform, stub: Stub) -> None:
    for number in range(3):
        await to(teams, number=number)
    assert len(stub.called("create")) == 1
    assert len(stub.of(conversation_of(ANA))) == 3
    kept = await chat(teams)
    assert kept is not None
    assert (kept.conversation, kept.standing) == (conversation_of(ANA), Standing.OPEN)


async def test_a_chat_is_opened_in_the_tenant_for_the_person_as_the_bot_that_we_are(
    teams: TeamsPlatform, stub: Stub
) -> None:
    await to(teams)
    (asked,) = stub.called("create")
    assert asked["members"] == [{"id": ANA}]
    assert asked["channelData"]["tenant"] == {"id": TENANT}
    assert asked["isGroup"] is False
    assert asked["bot"]["id"] == team_reference(stub).bot
    assert stub.authorizations == {"Bearer our-token"}


async def test_where_nobody_has_us_everyone_waits(stub: Stub) -> None:
    async with connected(stub) as teams:
        with pytest.raises(PlatformAway):
            await to(teams)
    assert not stub.calls


async def test_who_took_us_out_is_not_even_asked_for(teams: TeamsPlatform, stub: Stub) -> None:
    await teams.references.put([chat_reference(stub, ANA, standing=Standing.REMOVED)])
    with pytest.raises(Unreachable):
        await to(teams)
    assert not stub.calls
    kept = await chat(teams)
    assert kept is not None
    assert kept.standing is Standing.REMOVED


async def test_who_blocked_us_is_out_of_reach_until_teams_lets_us_again(teams: TeamsPlatform, stub: Stub) -> None:
    await to(teams)
    stub.refuses.add(ANA)
    with pytest.raises(Unreachable):
        await to(teams, number=2)
    kept = await chat(teams)
    assert kept is not None
    assert kept.standing is Standing.REFUSED
    stub.refuses.clear()
    await to(teams, number=3)
    kept = await chat(teams)
    assert kept is not None
    assert kept.standing is Standing.OPEN


# Channels and threads


async def test_what_one_message_cannot_hold_goes_on_in_the_thread_and_goes_with_it(
    teams: TeamsPlatform, stub: Stub
) -> None:
    ref = await teams.messenger.send(item(1, channel=CHANNEL, person=None), LONG, None)
    (first,) = stub.of(CHANNEL)
    (thread,) = {where for where, _ in stub.messages if where.startswith(f"{CHANNEL};")}
    for one in (first, *stub.of(thread)):
        check_card(one["attachments"][0]["content"])
    reply = await teams.messenger.send(item(2, channel=CHANNEL, person=None), said("thema"), ref)
    assert reply.rpartition("/")[0] == ref.rpartition("/")[0]
    assert len(stub.of(CHANNEL)) == 1


async def test_a_long_message_to_a_person_is_replaced_as_a_whole(teams: TeamsPlatform, stub: Stub) -> None:
    ref = await teams.messenger.send(item(1, person=ANA), LONG, None)
    assert len(stub.of(conversation_of(ANA))) > 1
    await teams.messenger.replace(ref, said("dicht"))
    (left,) = stub.of(conversation_of(ANA))
    assert left["summary"] == "dicht"


async def test_a_message_that_arrived_in_part_goes_on_where_it_was(teams: TeamsPlatform, stub: Stub) -> None:
    posts = [0]

    def second_fails(operation: str, _: Json) -> web.Response | None:
        posts[0] += operation == "post"
        return web.Response(status=400) if operation == "post" and posts[0] == 2 else None

    stub.fault = second_fails
    with pytest.raises(DeliveryFailed):
        await teams.messenger.send(item(1, person=ANA), LONG, None)
    stub.fault = None
    await teams.messenger.send(item(1, person=ANA), LONG, None)
    whole = len(stub.of(conversation_of(ANA)))
    await teams.messenger.send(item(2, person=ANA), LONG, None)
    assert len(stub.of(conversation_of(ANA))) == 2 * whole


async def test_what_was_said_to_somebody_who_took_us_out_stays_as_it_is(teams: TeamsPlatform, stub: Stub) -> None:
    ref = await to(teams)
    await teams.references.put([chat_reference(stub, ANA, standing=Standing.REMOVED)])
    await teams.messenger.replace(ref, said("dicht"))
    assert not stub.called("update")


STRANGERS: dict[str, tuple[Json, bool]] = {
    "ours": ({}, False),
    "a guest": ({"userRole": "guest"}, True),
    "of another tenant": ({"tenantId": "other"}, True),
    "no person": ({"aadObjectId": None}, True),
    "invited": ({"userPrincipalName": "x_y.nl#EXT#@werk.onmicrosoft.com"}, True),
    "nobody knows": ({"userRole": "anonymous"}, True),
}


@pytest.mark.parametrize("who", STRANGERS)
async def test_strangers_in_a_channel_are_seen(stub: Stub, who: str) -> None:
    given, foreign = STRANGERS[who]
    stub.person(BEN, **given)
    stub.team([ANA, BEN], CHANNEL)
    async with connected(stub) as teams:
        await teams.references.put([team_reference(stub)])
        check = await teams.messenger.check_channel(TENANT, CHANNEL)
    assert check.foreign is foreign
    assert check.exists
    assert ANA in check.members


@pytest.mark.parametrize("channel", ["19:chat@thread.v2", "19:none@thread.tacv2", "", "a:ana"])
async def test_what_is_no_channel_of_ours_does_not_exist(teams: TeamsPlatform, channel: str) -> None:
    assert not (await teams.messenger.check_channel(TENANT, ChannelId(channel))).exists


async def test_every_member_of_a_large_channel_is_seen(stub: Stub) -> None:
    everyone = [f"p{number}" for number in range(950)]
    for one in everyone:
        stub.person(one)
    stub.team(everyone, CHANNEL)
    async with connected(stub) as teams:
        await teams.references.put([team_reference(stub)])
        check = await teams.messenger.check_channel(TENANT, CHANNEL)
    assert check.members == set(everyone)
    assert len(stub.called("members")) == 5


async def test_a_channel_is_looked_at_before_each_post(teams: TeamsPlatform, stub: Stub) -> None:
    assert not (await teams.messenger.check_channel(TENANT, CHANNEL)).foreign
    stub.person("guest", userRole="guest")
    stub.team([ANA, "guest"], CHANNEL)
    assert (await teams.messenger.check_channel(TENANT, CHANNEL)).foreign


@pytest.mark.parametrize("number", [412, 429, 500, 503])
async def test_a_channel_that_cannot_be_looked_at_now_is_looked_at_later(
    teams: TeamsPlatform, stub: Stub, number: int
) -> None:
    stub.fault = failing(99, status(number), "members")
    with pytest.raises(PlaceBusy if number == 412 else PlatformAway) as error:
        await teams.messenger.check_channel(TENANT, CHANNEL)
    assert not isinstance(error.value, DeliveryUncertain), "nothing was posted that might have arrived"


# What goes wrong


@pytest.mark.parametrize("number", [412, 429, 500, 502, 503, 504])
async def test_what_may_be_over_soon_is_tried_again(teams: TeamsPlatform, stub: Stub, number: int) -> None:
    stub.fault = failing(2, status(number))
    await to(teams)
    assert len(stub.called("post")) == 3


@pytest.mark.parametrize("number", [412, 429, 502, 503, 504])
def test_the_next_try_is_later_each_time_and_no_two_are_at_the_same_moment(number: int) -> None:
    for again in (1, 2, 3):
        waits = [calls.wait_s(calls.refusal(number, "", {}), again) for _ in range(50)]
        assert len(set(waits)) > 40
        assert 0.5 * 2 ** (again - 1) <= min(waits) < max(waits) <= 1.5 * 2 ** (again - 1)


@pytest.mark.parametrize("number", [412, 429, 502, 503, 504])
def test_what_teams_asks_for_is_waited_out_and_a_little_more(number: int) -> None:
    waits = [calls.wait_s(calls.refusal(number, "", {"Retry-After": "4"}), 1) for _ in range(50)]
    assert len(set(waits)) > 40
    assert min(waits) >= 4.0
    assert max(waits) <= 5.0


@pytest.mark.parametrize("number", [412, 429])
async def test_a_chat_that_stays_busy_did_not_get_it(teams: TeamsPlatform, stub: Stub, number: int) -> None:
    stub.fault = failing(99, status(number))
    with pytest.raises(Full):
        await to(teams)


@pytest.mark.parametrize("number", [500, 502, 503, 504])
async def test_who_stays_broken_may_have_got_it(teams: TeamsPlatform, stub: Stub, number: int) -> None:
    stub.fault = failing(99, status(number))
    with pytest.raises(Lost) as lost:
        await to(teams)
    assert len(stub.called("post")) == TRIES
    assert isinstance(lost.value, PlatformAway) == (number != 500), "500 may be what is wrong with this message"


async def test_a_long_wait_for_a_chat_goes_back_to_the_outbox_and_others_go_on(
    teams: TeamsPlatform, stub: Stub
) -> None:
    stub.fault = failing(1, status(429, **{"Retry-After": "120"}))
    with pytest.raises(Full) as full:
        await to(teams)
    assert full.value.retry_after_s == 120
    await to(teams, BEN)
    with pytest.raises(Full):
        await to(teams)
    assert len(stub.called("post")) == 2, "the chat is left alone meanwhile"


async def test_where_a_second_chat_is_refused_nobody_of_the_tenant_is_written_to(
    teams: TeamsPlatform, stub: Stub
) -> None:
    stub.fault = failing(2, status(429, **{"Retry-After": "120"}))
    with pytest.raises(Full):
        await to(teams)
    with pytest.raises(Busy):
        await to(teams, BEN)
    with pytest.raises(Busy):
        await to(teams, BEN)
    with pytest.raises(PlatformAway):
        await teams.messenger.room(TENANT)
    assert len(stub.called("post")) == 2


async def test_where_a_chat_cannot_be_opened_for_now_nobody_is_written_to(teams: TeamsPlatform, stub: Stub) -> None:
    stub.fault = failing(1, status(429, **{"Retry-After": "120"}), "create")
    with pytest.raises(Busy):
        await to(teams)
    with pytest.raises(Busy):
        await to(teams, BEN)
    assert len(stub.called("create")) == 1


@pytest.mark.parametrize("number", [500, 504])
async def test_where_a_chat_cannot_be_opened_nothing_is_in_doubt(teams: TeamsPlatform, stub: Stub, number: int) -> None:
    stub.fault = failing(99, status(number), "create")
    with pytest.raises(DeliveryFailed) as error:
        await to(teams)
    assert not isinstance(error.value, DeliveryUncertain)
    assert isinstance(error.value, PlatformAway) == (number == 504)


async def test_a_service_that_says_how_long_it_is_away_is_left_alone_for_so_long(
    teams: TeamsPlatform, stub: Stub
) -> None:
    stub.fault = failing(1, status(503, **{"Retry-After": "120"}))
    with pytest.raises(PlatformAway) as away:
        await to(teams)
    assert isinstance(away.value, Lost)
    assert away.value.retry_after_s == 120
    with pytest.raises(Busy):
        await to(teams, BEN)
    assert len(stub.called("post")) == 1


async def test_a_chat_waits_as_long_as_teams_asks_for(teams: TeamsPlatform, stub: Stub) -> None:
    stub.fault = failing(1, status(429, **{"Retry-After": "1"}))
    before = asyncio.get_running_loop().time()
    await to(teams)
    assert asyncio.get_running_loop().time() - before >= 1.0


@pytest.mark.parametrize(("then", "kind"), [(412, PlaceBusy), (429, PlaceBusy), (503, PlatformAway)])
async def test_what_may_have_arrived_stays_in_doubt_where_teams_is_too_busy_after(
    teams: TeamsPlatform, stub: Stub, then: int, kind: type[DeliveryFailed]
) -> None:
    answers = iter([500, *[then] * TRIES])
    stub.fault = failing(TRIES, lambda: web.Response(status=next(answers)))
    with pytest.raises(Lost) as lost:
        await to(teams)
    assert isinstance(lost.value, kind)


async def test_nobody_is_sent_elsewhere_with_our_token(teams: TeamsPlatform, stub: Stub) -> None:
    stub.fault = failing(1, status(307, Location="/v3/elsewhere"))
    with pytest.raises(TeamsRefused, match="307"):
        await to(teams)
    assert len(stub.called("post")) == 1


@pytest.mark.parametrize("number", [400, 401, 413])
async def test_a_no_is_not_asked_again(teams: TeamsPlatform, stub: Stub, number: int) -> None:
    stub.fault = failing(99, status(number))
    with pytest.raises(TeamsRefused):
        await to(teams)
    assert len(stub.called("post")) == 1


@pytest.mark.parametrize("then", [400, 403, 404])
async def test_what_may_have_arrived_stays_in_doubt_whatever_a_later_try_says(
    teams: TeamsPlatform, stub: Stub, then: int
) -> None:
    answers = iter([502, then])
    stub.fault = failing(2, lambda: web.json_response({"error": {"code": "X"}}, status=next(answers)))
    with pytest.raises(Lost):
        await to(teams)


async def test_where_nobody_listens_nothing_was_asked(stub: Stub) -> None:
    async with connected(stub) as teams:
        nowhere = replace(team_reference(stub), service_url="http://127.0.0.1:1/")
        await teams.references.put([nowhere])
        with pytest.raises(DeliveryFailed) as error:
            await to(teams)
    assert not isinstance(error.value, Lost)


async def test_an_answer_that_does_not_come_is_lost_and_not_waited_for_long(stub: Stub) -> None:
    async def never(_: web.Request) -> web.Response:
        await asyncio.sleep(3600)
        raise AssertionError

    app = web.Application()
    app.router.add_route("*", "/{rest:.*}", never)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    async with connected(stub, limit_s=0.1) as teams:
        slow = f"http://127.0.0.1:{runner.addresses[0][1]}/"
        await teams.references.put([chat_reference(stub, ANA, service_url=slow)])
        with pytest.raises(Lost):
            await to(teams)
    await runner.cleanup()


@pytest.mark.parametrize("text", ["", "[]", "{", '{"id": ""}', '"x"', "null"])
async def test_an_answer_without_an_id_is_lost(teams: TeamsPlatform, stub: Stub, text: str) -> None:
    stub.fault = failing(99, lambda: web.Response(status=201, text=text, content_type="application/json"))
    with pytest.raises(Lost):
        await to(teams)


async def test_nothing_that_is_said_or_refused_reaches_a_log(
    teams: TeamsPlatform, stub: Stub, caplog: pytest.LogCaptureFixture
) -> None:
    marker = "marker-0f3e"
    stub.fault = failing(1, lambda: web.json_response({"error": {"code": "X", "message": marker}}, status=400))
    with caplog.at_level(logging.DEBUG), pytest.raises(DeliveryFailed) as error:
        await teams.messenger.send(item(1, person=ANA), said(marker), None)
    assert marker not in caplog.text
    assert marker not in str(error.value)
    assert "our-token" not in caplog.text


# The pace


async def test_a_conversation_gets_no_more_than_seven_in_any_second() -> None:
    pace, gone = Pace(1000.0), []
    for _ in range(15):
        async with pace.turn("a:1"):
            gone.append(asyncio.get_running_loop().time())
    assert min(later - sooner for sooner, later in zip(gone, gone[7:], strict=False)) >= 1.0


async def test_a_conversation_that_had_sixty_in_half_a_minute_goes_back_to_the_outbox() -> None:
    pace = Pace(10_000.0, conversation=((60, 30.0),))
    for _ in range(60):
        async with pace.turn("a:1"):
            pass
    with pytest.raises(Full) as busy:
        async with pace.turn("a:1"):
            pass
    assert busy.value.retry_after_s is not None
    assert 20.0 < busy.value.retry_after_s <= 31.0
    async with pace.turn("a:2"):
        pass


async def test_a_tenant_gets_no_more_than_its_limit_in_any_second() -> None:
    pace, gone = Pace(40.0), []

    async def one(number: int) -> None:
        async with pace.turn(f"a:{number}"):
            gone.append(asyncio.get_running_loop().time())

    await asyncio.gather(*(one(number) for number in range(100)))
    gone.sort()
    assert min(later - sooner for sooner, later in zip(gone, gone[40:], strict=False)) >= 0.99
    assert gone[-1] - gone[0] < 3.5


async def test_there_is_room_for_as_many_as_go_soon() -> None:
    pace = Pace(40.0)
    assert await pace.room() == 20
    waiting = [asyncio.ensure_future(one_in(pace, number)) for number in range(60)]
    await asyncio.sleep(0)
    before = asyncio.get_running_loop().time()
    assert 10 < await pace.room() <= 20
    assert asyncio.get_running_loop().time() - before > 0.3
    await asyncio.gather(*waiting)
    pace.pause(60.0)
    with pytest.raises(PlatformAway):
        await pace.room()


async def one_in(pace: Pace, number: int) -> None:
    async with pace.turn(f"a:{number}"):
        pass


async def test_messages_to_one_conversation_go_in_the_order_in_which_they_came() -> None:
    pace, order = Pace(1000.0, conversation=((100, 1.0),)), list[int]()

    async def one(number: int) -> None:
        async with pace.turn("a:1"):
            await asyncio.sleep(0.01 if number % 2 else 0)
            order.append(number)

    await asyncio.gather(*(one(number) for number in range(10)))
    assert all(sooner < later for sooner, later in pairwise(order))


async def test_conversations_that_are_free_again_are_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    from adapters.teams import pace as module  # noqa: PLC0415

    monkeypatch.setattr(module, "KNOWN_CONVERSATIONS", 10)
    pace = Pace(100_000.0, conversation=((5, 0.001),))
    for number in range(50):
        async with pace.turn(f"a:{number}"):
            pass
        await asyncio.sleep(0.002)
    assert len(pace._conversations) <= 12


def test_each_tenant_has_a_pace_of_its_own() -> None:
    paces = Paces()
    assert paces.of("one") is paces.of("one")
    assert paces.of("one") is not paces.of("two")
