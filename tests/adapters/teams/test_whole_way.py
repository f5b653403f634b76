"""The whole way through Teams: installed, invited, pressed, answered, sealed; with the engine and storage behind it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import pytest

from adapters.teams import handlers
from adapters.teams.carried import presses
from adapters.teams.references import Scope
from bot.ids import ChannelId
from bot.messages import Action
from bot.outbox import Delivery
from bot.round import RoundState
from tests.adapters.teams.stub import TENANT, Json, Stub, conversation_of
from tests.adapters.teams.teams_posts import Posts, connected, posting
from tests.world import CORE, World, a_change, a_world, one_question, staff

CHANNEL = ChannelId("19:kern@thread.tacv2")
CORE_TEAM = "19:kernteam@thread.tacv2"
WORDS = "Onze vaste vrijdag moet blijven, marker-7d1c"


@dataclass
class Office:
    """A world whose messages go to a small Teams, and the posts with which its people act."""

    world: World
    posts: Posts
    stub: Stub

    def buttons(self, person: str) -> Iterator[Json]:
        """Yield what stands on the buttons of everything that somebody got, the newest message first."""
        for message in reversed(self.stub.of(conversation_of(person))):
            for press in presses(message["attachments"][0]["content"]):
                yield press["data"]

    def button(self, person: str, action: Action) -> Json:
        """Find a button."""
        return next(data for data in self.buttons(person) if data["action"] == action)

    async def answers(self, person: str, data: Json, **typed: str) -> Json:
        """Press a button, fill in what comes, and send it; return the card that comes then."""
        card = await self.presses(person, data)
        (sent,) = [one["data"] for one in presses(card) if "state" in one["data"]]
        return await self.presses(person, sent | typed)

    async def presses(self, person: str, data: Json) -> Json:
        """Press a button; return the card that takes the place of the one that was pressed."""
        status, answer = await self.posts.presses(data, person=person)
        assert status == 200
        assert answer["statusCode"] == 200
        card: Json = answer["value"]
        return card


@asynccontextmanager
async def office(**given: Any) -> AsyncIterator[Office]:  # noqa: ANN401 - any field of a change
    """Give a company in which a team has us."""
    stub = Stub()
    people = staff()
    for one in people:
        stub.person(one.id)
    stub.team([one.id for one in people])
    stub.team(list(CORE), CHANNEL)
    async with connected(stub) as platform:
        world = await a_world(people, messenger=lambda _: platform.messenger)
        async with posting(world.service, platform, stub, world.clock) as posts:
            assert await posts.joins_team("lea") == 200
            await world.applies(a_change(one_question(), channel=CHANNEL, **given))
            yield Office(world, posts, stub)


async def test_from_installing_to_an_answer_that_is_sealed_and_a_digest_in_a_thread() -> None:
    async with office() as there:
        await there.world.until("01-19 12:00")
        references = there.posts.platform.references
        before = await references.of(TENANT, Scope.PERSON)
        invitation = there.button("p001", Action.ANSWER)
        thanked = await there.answers("p001", invitation, answer=WORDS, words="no")
        assert "marker-7d1c" not in json.dumps(thanked)
        for number in range(2, 14):
            person = f"p{number:03}"
            await there.answers(person, there.button(person, Action.ANSWER), answer=f"{WORDS} {number}", words="yes")
        assert await references.of(TENANT, Scope.PERSON) == before, "no row of anybody changes because they answered"
        await there.world.until("01-27 12:00")
        assert (await there.world.round("listen")).state is RoundState.RELEASED
        digest = there.stub.of(CHANNEL)
        threads = {where for where, _ in there.stub.messages if where.startswith(f"{CHANNEL};messageid=")}
        assert len(digest) == 2, "that a round began, and its digest"
        assert len(threads) == 1
        assert len(there.stub.of(threads.pop())) >= 2


async def test_what_is_sent_again_takes_the_place_of_what_was_said() -> None:
    async with office() as there:
        await there.world.until("01-19 12:00")
        for number in range(14):
            person = f"p{number:03}"
            await there.answers(person, there.button(person, Action.ANSWER), answer=f"Eerst {number}", words="yes")
        for words in ("Toen", "Nu"):
            await there.answers("p001", there.button("p001", Action.ANSWER), answer=words, words="yes")
        await there.world.until("01-27 12:00")
        assert (await there.world.round("listen")).voices == 14


async def test_an_answer_that_the_database_keeps_waiting_is_answered_in_time_and_is_one_voice(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(handlers, "ANSWERED_S", 0.2)
    async with office() as there:
        await there.world.until("01-19 12:00")
        form = await there.presses("p001", there.button("p001", Action.ANSWER))
        (sent,) = [one["data"] for one in presses(form) if "state" in one["data"]]
        filled = sent | {"answer": WORDS, "words": "yes"}
        async with there.world.storage.store.write(TENANT):
            # Whoever writes waits for this.
            before = asyncio.get_running_loop().time()
            first = await there.presses("p001", filled)
            again = await there.presses("p001", filled)
            assert asyncio.get_running_loop().time() - before < 2.0
        for waiting in (first, again):
            (look,) = [one["data"] for one in presses(waiting)]
            shown = json.dumps(await there.presses("p001", look), ensure_ascii=False)
            assert "Nog even" not in shown
            assert "marker-7d1c" not in shown
        for number in range(2, 14):
            person = f"p{number:03}"
            await there.answers(person, there.button(person, Action.ANSWER), answer=f"Iets {number}", words="yes")
        await there.world.until("01-27 12:00")
        assert (await there.world.round("listen")).voices == 13


async def test_a_button_of_another_is_not_taken() -> None:
    async with office() as there:
        await there.world.until("01-19 12:00")
        stolen = there.button("p001", Action.ANSWER)
        card = await there.presses("p002", stolen)
        assert "Deze knop hoort niet bij jou" in json.dumps(card, ensure_ascii=False)


async def test_who_took_the_app_out_is_not_written_to_and_counts_as_unreachable() -> None:
    async with office() as there:
        assert await there.posts.installs("p005") == 200
        assert await there.posts.installs("p005", action="remove") == 200
        await there.world.until("01-19 12:00")
        assert not there.stub.of(conversation_of("p005"))
        assert there.stub.of(conversation_of("p006"))
        items = await there.world.items_of("p005")
        assert items
        assert all(item.state is not Delivery.SENT for item in items)


async def test_what_is_ones_own_is_set_in_the_home_card() -> None:
    async with office() as there:
        await there.world.syncs()
        await there.posts.types("ruimte", person="p003")
        english = await there.presses("p003", there.button("p003", Action.LANGUAGE))
        assert english["lang"] == "en"
        form = await there.presses("p003", there.button("p003", Action.SNOOZE))
        (sent,) = [one["data"] for one in presses(form) if "state" in one["data"]]
        past = await there.presses("p003", sent | {"until": "2020-01-01"})
        assert any("state" in one["data"] for one in presses(past)), "a day that is over is asked for again"
        await there.presses("p003", sent | {"until": "2027-02-01"})
        await there.presses("p004", await home(there, "p004", Action.STOP))
        await there.world.until("01-19 12:00")
        assert not any(data["action"] == Action.ANSWER for person in ("p003", "p004") for data in there.buttons(person))
        assert there.button("p005", Action.ANSWER)


async def home(there: Office, person: str, action: Action) -> Json:
    """Ask for one's home card, and find a button on it."""
    await there.posts.types("ruimte", person=person)
    return there.button(person, action)
