"""The whole way through Slack, with the engine behind it: what its events say of people decides who is written to.

For what local-slack lacks: who joins, leaves and becomes a guest, user groups, the shortcut, tokens that are revoked.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import pytest

from adapters.slack.messenger import SlackMessenger
from adapters.slack.render import Json
from bot.errors import NotFound
from bot.ids import ChannelId, PersonId, RoundId, TeamKey
from bot.messages import Action
from bot.outbox import Delivery, Kind
from bot.people import Person
from tests.adapters.slack.checking import check_message, read
from tests.adapters.slack.slack_posts import Posts, platform_of, posting
from tests.adapters.slack.stub import Stub, connected
from tests.e2e.slack.local_slack import find_button, has_button
from tests.world import CORE, TENANT, World, a_change, a_world, one_question

CHANNEL = ChannelId("C0KERN")
PEOPLE = [f"U{number:03}" for number in range(12)]
LISTEN = RoundId("roosters-listen-1")
WORDS = "Onze vaste vrijdag moet blijven, marker-5c2e"


@dataclass
class Office:
    """A company in a small Slack, and the posts with which Slack tells of it."""

    world: World
    posts: Posts
    stub: Stub

    def chat(self, person: str) -> list[Json]:
        """Return what somebody was sent."""
        return [one for (channel, _), one in self.stub.messages.items() if channel == f"D{person}"]

    async def invited(self) -> set[str | None]:
        """Return who is invited to the round."""
        async with self.world.storage.store.read(TENANT) as tx:
            return {item.person for item in await tx.outbox.of_round(LISTEN, Kind.INVITE)}

    async def person(self, name: str) -> Person:
        """Return what we know of somebody."""
        async with self.world.storage.store.read(TENANT) as tx:
            return await tx.people.get(PersonId(name))

    async def is_in(self, name: str, team: str) -> None:
        """Wait until somebody is in a team: the look that began when we started may still be under way."""
        async with asyncio.timeout(5):
            while TeamKey(team) not in (await self.person(name)).teams:  # noqa: ASYNC110 - nothing tells of it
                await asyncio.sleep(0.01)


@asynccontextmanager
async def office() -> AsyncIterator[Office]:
    stub = Stub()
    for person in (*PEOPLE, *CORE, "lea"):
        stub.person(person)
    stub.person("UBOT", is_bot=True)
    stub.channel(CHANNEL, list(CORE))
    stub.channel("C1NORTH", [*PEOPLE, "lea"], name="north", is_private=False)
    async with connected(stub) as workspaces:
        platform = platform_of(workspaces, workspaces.client)
        world = await a_world(messenger=lambda _: SlackMessenger(workspaces), directory=platform.directory)
        async with posting(world.service, platform) as posts:
            await world.applies(a_change(one_question(), channel=CHANNEL))
            yield Office(world, posts, stub)


async def test_who_joins_is_welcomed_and_who_leaves_is_not_written_to_any_more() -> None:
    async with office() as there:
        there.stub.person("UNEW")
        await there.posts.happens({"type": "team_join", "user": {"id": "UNEW"}})
        there.stub.users["U003"]["deleted"] = True
        await there.posts.happens({"type": "user_change", "user": {"id": "U003", "deleted": True}})
        before = len(there.chat("U003"))
        await there.world.until("01-19 12:00")
        assert (await there.person("U003")).left_at is not None
        assert len(there.chat("U003")) == before
        assert there.chat("UNEW")
        assert await there.invited() == {*PEOPLE, "UNEW", "lea"} - {"U003"}
        for person in PEOPLE:
            for message in there.chat(person):
                check_message({"text": message["text"], "blocks": message["blocks"]})


async def test_guests_and_bots_do_not_take_part_also_who_becomes_one() -> None:
    async with office() as there:
        there.stub.users["U004"]["is_restricted"] = True
        await there.posts.happens({"type": "user_change", "user": {"id": "U004", "is_restricted": True}})
        await there.world.until("01-19 12:00")
        invited = await there.invited()
        assert "U004" not in invited
        assert not there.chat("UBOT")
        with pytest.raises(NotFound):
            await there.person("UBOT")


async def test_a_user_group_is_a_team_and_who_is_moved_is_in_the_other() -> None:
    async with office() as there:
        there.stub.groups = [{"id": "S1", "handle": "nachtploeg", "users": ["U001"]}]
        await there.posts.happens({"type": "subteam_created", "subteam": {"id": "S1"}})
        await there.is_in("U001", "nachtploeg")
        there.stub.groups[0]["users"] = ["U002"]
        await there.posts.happens({"type": "subteam_members_changed", "subteam_id": "S1"})
        await there.is_in("U002", "nachtploeg")
        assert TeamKey("nachtploeg") not in (await there.person("U001")).teams


async def test_the_shortcut_opens_the_door_and_what_is_asked_reaches_the_core_team() -> None:
    async with office() as there:
        message = {"text": "geheim-8f1d", "ts": "1.1"}
        payload = there.posts.base("message_action", "U005") | {
            "callback_id": "what-is-going-on",
            "action_ts": "1800000000.5",
            "message": message,
            "channel": {"id": "C1NORTH", "name": "north"},
        }
        await there.posts.interacts(payload)
        await there.posts.settled()
        opened = there.stub.called("views.open")[-1]["view"]
        _, answer = await there.posts.interacts(
            there.posts.submission(opened, user="U005", kind="rumour", text="Is het waar van de flexpool?")
        )
        assert answer["response_action"] == "update"
        await there.world.until("01-05 12:00")
        posted = [read(one["blocks"]) for (channel, _), one in there.stub.messages.items() if channel == CHANNEL]
        assert any("Is het waar van de flexpool?" in one for one in posted)
        assert "geheim-8f1d" not in json.dumps(there.stub.calls)


async def test_an_answer_goes_into_its_box_and_into_no_message() -> None:
    async with office() as there:
        await there.world.until("01-19 12:00")
        invitation = next(one for one in there.chat("U001") if has_button(one, Action.ANSWER))
        button = find_button(invitation["blocks"], Action.ANSWER)
        await there.posts.interacts(there.posts.press(button, user="U001"))
        await there.posts.settled()
        view = there.stub.called("views.open")[-1]["view"]
        while "submit" in view:
            first = not any("probe" in block["block_id"] for block in view["blocks"] if block["type"] == "input")
            typed = {"answer": WORDS, "words": "no"} if first else {"probe": WORDS}
            _, answer = await there.posts.interacts(there.posts.submission(view, user="U001", **typed))
            view = answer["view"]
        assert "marker-5c2e" not in json.dumps(there.stub.calls)
        assert (
            invitation["blocks"] == next(one for one in there.chat("U001") if has_button(one, Action.ANSWER))["blocks"]
        )


@pytest.mark.parametrize(
    "event", [{"type": "app_uninstalled"}, {"type": "tokens_revoked", "tokens": {"bot": ["U0BOT"]}}]
)
async def test_where_we_were_taken_out_everything_waits_and_nobody_counts_as_unreachable(
    event: dict[str, object],
) -> None:
    async with office() as there:
        await there.world.until("01-19 08:00")
        sent = len(there.stub.messages)
        await there.posts.happens(event)
        for _ in range(5):
            await there.world.passes(hours=1)
        assert len(there.stub.messages) == sent
        async with there.world.storage.store.read(TENANT) as tx:
            states = {(item.state, item.attempts) for item in await tx.outbox.of_round(LISTEN, Kind.INVITE)}
        assert states == {(Delivery.WAITING, 0)}
