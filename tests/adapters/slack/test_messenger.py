"""Delivering in Slack: what a message becomes, at which pace, and what is done where Slack does not take it."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable
from typing import Any

import pytest
from aiohttp import web

from adapters.slack import calls
from adapters.slack.calls import Busy, SlackRefused
from adapters.slack.messenger import SlackMessenger
from adapters.slack.pace import Pace
from adapters.trying import TRIES, Lost
from bot.errors import DeliveryFailed, PlatformAway, Unreachable
from bot.ids import TenantId
from bot.messages import Message, Paragraph, Pointer
from tests.adapters.slack.checking import check_message, read
from tests.adapters.slack.stub import BOT, TENANT, Stub, connected
from tests.contracts.test_messenger import ANA, BEN, CORE, item, said

LONG = Message("s", tuple(Paragraph("woord " * 480) for _ in range(12)))


@pytest.fixture
def slack() -> Stub:
    """Give a Slack with two people and a channel."""
    stub = Stub()
    stub.person(ANA)
    stub.person(BEN)
    stub.channel(CORE, [ANA])
    return stub


def failing(times: int, answer: Callable[[], web.Response], method: str = "chat.postMessage") -> Any:  # noqa: ANN401
    """Fail so many times, then no more."""
    left = [times]

    def fault(name: str, _: dict[str, Any]) -> web.Response | None:
        if name != method or left[0] == 0:
            return None
        left[0] -= 1
        return answer()

    return fault


def busy(after: str = "0") -> web.Response:
    return web.json_response({"ok": False, "error": "ratelimited"}, status=429, headers={"Retry-After": after})


def broken() -> web.Response:
    return web.Response(status=503, text="<html>no</html>", content_type="text/html")


async def test_what_one_message_cannot_hold_goes_on_in_its_thread_and_goes_with_it(slack: Stub) -> None:
    async with connected(slack) as workspaces:
        messenger = SlackMessenger(workspaces)
        ref = await messenger.send(item(1), LONG, None)
        posted = list(slack.messages.values())
        assert len(posted) > 1
        assert [one.get("thread_ts") for one in posted] == [None, *[posted[0]["ts"]] * (len(posted) - 1)]
        for one in posted:
            check_message({"text": one["text"], "blocks": one["blocks"]})
        await messenger.replace(ref, said("dicht"))
        assert [read(one["blocks"]) for one in slack.messages.values()] == ["dicht"]


async def test_a_message_that_arrived_in_part_goes_on_where_it_was(slack: Stub) -> None:
    sent = [0]

    def second_fails(method: str, _: dict[str, Any]) -> web.Response | None:
        sent[0] += method == "chat.postMessage"
        refused = {"ok": False, "error": "restricted_action"}
        return web.json_response(refused) if method == "chat.postMessage" and sent[0] == 2 else None

    slack.fault = second_fails
    async with connected(slack) as workspaces:
        messenger = SlackMessenger(workspaces)
        with pytest.raises(DeliveryFailed):
            await messenger.send(item(1), LONG, None)
        await messenger.send(item(1), LONG, None)
    shown = [read(one["blocks"]) for one in slack.messages.values()]
    assert sum(len(one.split()) for one in shown) == 12 * 480


async def test_a_message_names_its_item_and_shows_no_link_of_its_own(slack: Stub) -> None:
    async with connected(slack) as workspaces:
        await SlackMessenger(workspaces).send(item(7), said("x"), None)
    (sent,) = slack.called("chat.postMessage")
    assert sent["metadata"]["event_payload"] == {"id": "i7"}
    assert str(sent["unfurl_links"]).lower() in {"false", "0"}


async def test_a_pointer_becomes_the_permalink_of_its_message(slack: Stub) -> None:
    async with connected(slack) as workspaces:
        messenger = SlackMessenger(workspaces)
        ref = await messenger.send(item(1), said("vraag"), None)
        await messenger.send(item(2), Message("s", (Pointer("Mijn bericht", ref),)), None)
        await messenger.send(item(3), Message("s", (Pointer("Mijn bericht", ref),)), None)
    assert "<https://werk.slack.com/archives/DU0ANA/p" in read(list(slack.messages.values())[1]["blocks"])
    assert len(slack.called("chat.getPermalink")) == 1


async def test_somebody_whom_slack_does_not_know_by_their_id_is_written_to_all_the_same(slack: Stub) -> None:
    unknown = {"ok": False, "error": "channel_not_found"}
    slack.fault = failing(1, lambda: web.json_response(unknown))
    async with connected(slack) as workspaces:
        await SlackMessenger(workspaces).send(item(1), said("x"), None)
    assert slack.called("conversations.open") == [{"users": ANA}]
    assert slack.called("chat.postMessage")[1]["channel"] == "DU0ANA"


async def test_somebody_who_was_deactivated_is_unreachable(slack: Stub) -> None:
    slack.users[ANA]["deleted"] = True
    async with connected(slack) as workspaces:
        with pytest.raises(Unreachable):
            await SlackMessenger(workspaces).send(item(1), said("x"), None)


@pytest.mark.parametrize("answer", [busy, broken])
async def test_a_passing_fault_is_waited_out(slack: Stub, answer: Callable[[], web.Response]) -> None:
    slack.fault = failing(2, answer)
    async with connected(slack) as workspaces:
        await SlackMessenger(workspaces).send(item(1), said("x"), None)
    assert len(slack.messages) == 1


@pytest.mark.parametrize("then", ["channel_not_found", "msg_too_long"])
async def test_what_may_have_arrived_stays_in_doubt_whatever_a_later_try_says(slack: Stub, then: str) -> None:
    answers = iter((broken(), web.json_response({"ok": False, "error": then})))
    slack.fault = failing(2, lambda: next(answers))
    async with connected(slack) as workspaces:
        with pytest.raises(Lost):
            await SlackMessenger(workspaces).send(item(1), said("x"), None)


async def test_a_fault_that_stays_goes_back_to_the_outbox(slack: Stub) -> None:
    slack.fault = failing(99, broken)
    async with connected(slack) as workspaces:
        with pytest.raises(Lost):
            await SlackMessenger(workspaces).send(item(1), said("x"), None)
    assert len(slack.called("chat.postMessage")) == TRIES


async def test_where_slack_asks_for_a_long_wait_everyone_waits_in_the_outbox(slack: Stub) -> None:
    slack.fault = failing(1, lambda: busy("120"))
    async with connected(slack) as workspaces:
        messenger = SlackMessenger(workspaces)
        with pytest.raises(Busy) as first:
            await messenger.send(item(1), said("x"), None)
        with pytest.raises(Busy) as second:
            await messenger.send(item(2, person=BEN), said("x"), None)
    assert first.value.retry_after_s == 120
    assert second.value.retry_after_s is not None
    assert 100 < second.value.retry_after_s <= 120
    assert len(slack.called("chat.postMessage")) == 1


async def test_retry_after_is_obeyed_by_every_message_of_the_workspace(slack: Stub) -> None:
    slack.fault = failing(1, lambda: busy("1"))
    loop = asyncio.get_running_loop()
    async with connected(slack) as workspaces:
        messenger = SlackMessenger(workspaces)
        started = loop.time()
        await asyncio.gather(
            messenger.send(item(1), said("x"), None),
            messenger.send(item(2, person=BEN), said("x"), None),
        )
    assert loop.time() - started >= 1.0
    assert len(slack.messages) == 2


async def test_a_token_that_was_revoked_is_tried_again_much_later(slack: Stub) -> None:
    slack.fault = failing(1, lambda: web.json_response({"ok": False, "error": "token_revoked"}))
    async with connected(slack) as workspaces:
        with pytest.raises(SlackRefused) as caught:
            await SlackMessenger(workspaces).send(item(1), said("x"), None)
    assert caught.value.retry_after_s == 900


async def test_where_slack_takes_no_more_edits_messages_go_on(slack: Stub) -> None:
    async with connected(slack) as workspaces:
        messenger = SlackMessenger(workspaces)
        ref = await messenger.send(item(1), said("vraag"), None)
        slack.fault = failing(1, lambda: busy("120"), "chat.update")
        with pytest.raises(Busy):
            await messenger.replace(ref, said("dicht"))
        assert await messenger.room(TENANT) > 0
        await messenger.send(item(2, person=BEN), said("x"), None)
        with pytest.raises(Busy):
            await messenger.replace(ref, said("dicht"))
    assert len(slack.called("chat.update")) == 1


async def test_a_workspace_that_has_to_wait_or_hangs_holds_up_no_other(slack: Stub) -> None:
    """Each has its own pace: the limits are Slack's for each workspace by itself."""
    another = TenantId("elders")
    slack.fault = failing(99, lambda: busy("1"))
    other = Stub()
    other.person(BEN)
    async with connected(slack) as busy_one, connected(other) as free:
        free.name = another
        messengers = SlackMessenger(busy_one), SlackMessenger(free)
        waiting = [asyncio.create_task(messengers[0].send(item(n), said("x"), None)) for n in range(20)]
        await slack.until("chat.postMessage")
        loop, began = asyncio.get_running_loop(), asyncio.get_running_loop().time()
        for number in range(20):
            await messengers[1].send(item(number, person=BEN, tenant=another), said("x"), None)
        assert loop.time() - began < 1
        assert not [task for task in waiting if task.done()]
        for task in waiting:
            task.cancel()
        await asyncio.wait(waiting)
    assert len(other.messages) == 20


@pytest.mark.parametrize("error", ["token_revoked", "account_inactive", "ratelimited"])
async def test_that_slack_is_away_is_nobodys_fault(slack: Stub, error: str) -> None:
    slack.fault = failing(99, lambda: web.json_response({"ok": False, "error": error}))
    async with connected(slack) as workspaces:
        with pytest.raises(PlatformAway):
            await SlackMessenger(workspaces).send(item(1), said("x"), None)


async def test_where_we_are_not_installed_there_is_no_room(slack: Stub) -> None:
    async with connected(slack) as workspaces:
        with pytest.raises(PlatformAway):
            await SlackMessenger(workspaces).room(TenantId("elders"))


async def test_another_tenant_is_not_written_to(slack: Stub) -> None:
    async with connected(slack) as workspaces:
        with pytest.raises(DeliveryFailed):
            await SlackMessenger(workspaces).send(item(1, person=ANA, tenant="elders"), said("x"), None)
    assert not slack.called("chat.postMessage")


async def test_replies_keep_their_order_and_one_second_between_them(slack: Stub) -> None:
    async with connected(slack, channel_s=0.05) as workspaces:
        messenger = SlackMessenger(workspaces)
        parent = await messenger.send(item(0, channel=CORE), said("digest"), None)
        started = asyncio.get_running_loop().time()
        await asyncio.gather(*(messenger.send(item(n, channel=CORE), said(str(n)), parent) for n in range(1, 9)))
        took = asyncio.get_running_loop().time() - started
    assert [read(one["blocks"]) for one in slack.messages.values()] == ["digest", *map(str, range(1, 9))]
    assert took >= 8 * 0.05


async def slots(pace: Pace, count: int) -> list[float]:
    """Take slots as many at once do, and return when each was given."""
    loop, given = asyncio.get_running_loop(), list[float]()

    async def take() -> None:
        await pace.slot()
        given.append(loop.time())

    await asyncio.gather(*(take() for _ in range(count)))
    return given


async def test_the_pace_of_a_workspace_is_kept_in_every_second() -> None:
    given = await slots(Pace(50.0, channel_s=0.0), 160)
    assert max(sum(moment <= other < moment + 1 for other in given) for moment in given) <= 50


async def test_a_pause_is_kept_by_everyone_who_waits_and_the_pace_after_it() -> None:
    pace, loop = Pace(20.0, channel_s=0.0), asyncio.get_running_loop()
    until = loop.time() + 0.6
    loop.call_later(0.1, pace.pause, 0.5)
    given = await slots(pace, 30)
    assert not [moment for moment in given if until - 0.49 < moment < until - 0.01]
    assert max(sum(moment <= other < moment + 1 for other in given) for moment in given) <= 20


async def test_there_is_room_for_what_goes_out_soon_and_no_more() -> None:
    pace = Pace(40.0, channel_s=0.0)
    assert await pace.room() == 20
    waiting = [asyncio.create_task(pace.slot()) for _ in range(60)]
    await asyncio.sleep(0)
    loop, began = asyncio.get_running_loop(), asyncio.get_running_loop().time()
    assert 10 < await pace.room() <= 20
    assert 0.5 < loop.time() - began < 3
    await asyncio.wait(waiting)


async def test_while_slack_wants_to_be_left_alone_for_long_there_is_no_room() -> None:
    pace = Pace(40.0)
    pace.pause(120)
    with pytest.raises(Busy) as caught:
        await pace.room()
    assert caught.value.retry_after_s is not None
    assert 119 < caught.value.retry_after_s <= 120


async def test_after_the_loop_was_held_up_no_second_has_more_than_the_limit() -> None:
    pace, loop = Pace(20.0, channel_s=0.0), asyncio.get_running_loop()
    loop.call_later(0.2, time.sleep, 0.4)
    given = await slots(pace, 50)
    assert max(sum(moment <= other < moment + 1 for other in given) for moment in given) <= 20


@pytest.mark.parametrize(
    ("user", "foreign"),
    [
        ({}, False),
        ({"is_restricted": True}, True),
        ({"is_ultra_restricted": True}, True),
        ({"is_bot": True}, True),
        ({"is_stranger": True}, True),
    ],
)
async def test_guests_bots_and_strangers_in_a_channel_are_seen(
    slack: Stub, user: dict[str, Any], *, foreign: bool
) -> None:
    slack.person("U0NEW", **user)
    slack.members[CORE] = [BOT, ANA, "U0NEW"]
    async with connected(slack) as workspaces:
        check = await SlackMessenger(workspaces).check_channel(TENANT, CORE)
    assert check.foreign is foreign
    assert check.members == {ANA, "U0NEW"}


@pytest.mark.parametrize("key", ["is_ext_shared", "is_pending_ext_shared", "is_org_shared", "is_shared"])
async def test_a_channel_that_is_shared_with_others_is_foreign(slack: Stub, key: str) -> None:
    slack.channels[CORE][key] = True
    async with connected(slack) as workspaces:
        assert (await SlackMessenger(workspaces).check_channel(TENANT, CORE)).foreign


async def test_everyone_in_a_large_channel_is_looked_at(slack: Stub) -> None:
    slack.page = 3
    for number in range(10):
        slack.person(f"U{number}")
    slack.members[CORE] = [BOT, *(f"U{number}" for number in range(10))]
    async with connected(slack) as workspaces:
        assert len((await SlackMessenger(workspaces).check_channel(TENANT, CORE)).members) == 10


async def test_who_is_in_a_channel_is_asked_each_time_and_what_they_are_once(slack: Stub) -> None:
    async with connected(slack) as workspaces:
        messenger = SlackMessenger(workspaces)
        for _ in range(3):
            assert not (await messenger.check_channel(TENANT, CORE)).foreign
        assert [call["user"] for call in slack.called("users.info")] == [ANA]
        slack.members[CORE].append(BEN)
        assert (await messenger.check_channel(TENANT, CORE)).members == {ANA, BEN}
        slack.users[BEN]["is_restricted"] = True
        messenger.people_changed(TENANT)
        assert (await messenger.check_channel(TENANT, CORE)).foreign
    assert len(slack.called("conversations.members")) == 5


async def test_while_slack_does_not_answer_a_channel_is_neither_good_nor_bad(
    slack: Stub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(calls, "AGAIN_S", 0.01)
    slack.fault = failing(99, broken, "conversations.info")
    async with connected(slack) as workspaces:
        with pytest.raises(PlatformAway):
            await SlackMessenger(workspaces).check_channel(TENANT, CORE)


async def test_a_channel_that_cannot_be_looked_at_is_none(slack: Stub, caplog: pytest.LogCaptureFixture) -> None:
    refused = {"ok": False, "error": "missing_scope"}
    slack.fault = failing(99, lambda: web.json_response(refused), "conversations.members")
    caplog.set_level(logging.WARNING)
    async with connected(slack) as workspaces:
        check = await SlackMessenger(workspaces).check_channel(TENANT, CORE)
    assert not check.exists
    assert "missing_scope" in caplog.text


async def test_no_word_or_token_of_a_message_reaches_a_log_or_an_error(
    slack: Stub, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, logger="adapters")
    echo = {"ok": False, "error": "invalid_blocks", "response_metadata": {"messages": ["marker-7f3a"]}}
    slack.fault = failing(1, lambda: web.json_response(echo))
    async with connected(slack) as workspaces:
        with pytest.raises(SlackRefused) as caught:
            await SlackMessenger(workspaces).send(item(1), said("marker-7f3a"), None)
    assert "marker-7f3a" not in f"{caught.value!r} {caught.value} {caplog.text}"
    assert caught.value.__cause__ is None
