"""Delivery into a Teams that has had enough, of one chat or of everything: nothing is lost, nothing is double."""

from __future__ import annotations

import asyncio
from bisect import bisect_left
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import pytest
from aiohttp import web

from adapters.teams import calls, pace
from adapters.teams.carried import presses
from adapters.teams.limits import CONVERSATION
from adapters.teams.pace import Paces, Window
from bot.ids import PersonId
from bot.messages import Action
from bot.outbox import Delivery, Item
from tests.adapters.teams.stub import Json, Stub, conversation_of
from tests.adapters.teams.teams_posts import UNPACED, connected, team_reference
from tests.world import TENANT, World, a_change, a_world, one_question, staff

LISTEN = "roosters-listen-1"
BUSY = PersonId("p003")
FAST = 10_000.0
INVITED = 13
"""Twelve people and their team leader."""


@dataclass
class Refusing:
    """A fault: some posts are refused, so many times or for ever; `after` lets them arrive all the same."""

    stub: Stub
    which: Callable[[Json], bool]
    answer: Callable[[], web.Response]
    left: int = 1_000_000
    after: bool = False
    met: Counter[str] = field(default_factory=Counter)

    def __call__(self, operation: str, given: Json) -> web.Response | None:
        """Refuse what is to be refused."""
        if operation != "post" or self.left == 0 or not self.which(given):
            return None
        self.left -= 1
        self.met[given["conversation"]] += 1
        if self.after:
            self.stub.post(given)
        return self.answer()


def says(status: int, retry_after_s: int | None = None) -> Callable[[], web.Response]:
    headers = {} if retry_after_s is None else {"Retry-After": str(retry_after_s)}
    return lambda: web.Response(status=status, headers=headers)


def to(person: PersonId) -> Callable[[Json], bool]:
    return lambda given: str(given["conversation"]) == conversation_of(person)


def everyone(_: Json) -> bool:
    return True


@dataclass
class Office:
    """A company in Teams an hour before everyone is invited."""

    world: World
    stub: Stub

    def refuses(
        self, which: Callable[[Json], bool], answer: Callable[[], web.Response], *, times: int = -1, after: bool = False
    ) -> Refusing:
        """Let Teams refuse posts."""
        fault = Refusing(self.stub, which, answer, times, after)
        self.stub.fault = fault
        return fault

    async def invitations(self) -> list[Item]:
        """Return the invitations as they stand in the outbox."""
        async with self.world.storage.store.read(TENANT) as tx:
            return list(await tx.outbox.of_round(LISTEN, "invite"))  # type: ignore[arg-type]

    async def states(self) -> Counter[Delivery]:
        """Count them by how they are."""
        return Counter(item.state for item in await self.invitations())

    def tokens(self, person: PersonId) -> list[str]:
        """Read the token of every invitation that somebody got."""
        cards = (message["attachments"][0]["content"] for message in self.stub.of(conversation_of(person)))
        found = (press["data"] for card in cards for press in presses(card))
        return [data["value"] for data in found if data["action"] == Action.ANSWER]

    async def passes(self, hours: int) -> None:
        """Let so many hours pass, a tick every two minutes."""
        for _ in range(hours * 30):
            await self.world.passes(minutes=2)


@asynccontextmanager
async def office(paces: Paces | None = None) -> AsyncIterator[Office]:
    stub, people = Stub(), staff(INVITED - 1)
    for one in people:
        stub.person(one.id)
    stub.team([one.id for one in people])
    async with connected(stub, paces=paces or Paces(FAST, UNPACED)) as platform:
        await platform.references.put([team_reference(stub)])
        world = await a_world(people, messenger=lambda _: platform.messenger)
        await world.applies(a_change(one_question(), channel=None))
        await world.until("01-19 08:00")
        yield Office(world, stub)


@pytest.fixture(autouse=True)
def _soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(calls, "AGAIN_S", 0.001)


@pytest.mark.parametrize("status", [412, 429])
async def test_eight_passes_in_which_a_chat_has_had_enough_lose_nothing_and_hold_up_nobody_else(status: int) -> None:
    async with office() as there:
        fault = there.refuses(to(BUSY), says(status))
        await there.world.until("01-19 09:01")
        assert await there.states() == {Delivery.SENT: INVITED - 1, Delivery.WAITING: 1}
        for _ in range(8):
            await there.world.passes(minutes=2)
        assert fault.met[conversation_of(BUSY)] >= 8 * 4
        assert {item.attempts for item in await there.invitations() if item.person == BUSY} == {0}
        there.stub.fault = None
        await there.world.passes(minutes=2)
        assert await there.states() == {Delivery.SENT: INVITED}
        assert len(there.tokens(BUSY)) == 1


async def test_eight_429s_in_a_row_are_eight_requests_and_the_message_arrives_once_after() -> None:
    async with office() as there:
        fault = there.refuses(to(BUSY), says(429, 0), times=8)
        await there.world.until("01-19 09:30")
        assert fault.met == {conversation_of(BUSY): 8}
        assert await there.states() == {Delivery.SENT: INVITED}
        assert len(there.tokens(BUSY)) == 1


async def test_where_teams_takes_nothing_from_anybody_everyone_waits_and_all_is_delivered_after() -> None:
    async with office() as there:
        there.refuses(everyone, says(429))
        await there.world.until("01-19 09:01")
        for _ in range(8):
            await there.world.passes(minutes=2)
        assert await there.states() == {Delivery.WAITING: INVITED}
        assert {item.attempts for item in await there.invitations()} == {0}
        there.stub.fault = None
        await there.world.passes(minutes=5)
        assert await there.states() == {Delivery.SENT: INVITED}


@pytest.mark.parametrize(("status", "retry_after_s"), [(502, None), (503, None), (504, None), (500, 0)])
async def test_a_service_that_has_too_much_to_do_is_no_attempt_and_leaves_what_it_may_have_taken_in_doubt(
    status: int, retry_after_s: int | None
) -> None:
    async with office() as there:
        there.refuses(everyone, says(status, retry_after_s), after=True)
        await there.world.until("01-19 09:01")
        for _ in range(8):
            await there.world.passes(minutes=2)
        items = await there.invitations()
        assert {item.attempts for item in items} == {0}
        assert {item.state for item in items} <= {Delivery.WAITING, Delivery.SENDING}
        there.stub.fault = None
        await there.world.passes(minutes=5)
        assert await there.states() == {Delivery.SENT: INVITED}
        found = [there.tokens(item.person) for item in items if item.person is not None]
        assert all(len(set(tokens)) == 1 for tokens in found), "every copy carries the same token"


async def test_a_message_that_teams_cannot_get_on_with_is_given_up_after_its_attempts() -> None:
    async with office() as there:
        there.refuses(to(BUSY), says(500))
        await there.world.until("01-19 09:01")
        await there.passes(7)
        assert await there.states() == {Delivery.SENT: INVITED - 1, Delivery.UNREACHABLE: 1}


async def test_a_conversation_that_had_its_limit_of_an_hour_gets_the_rest_after_that_hour(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    later_s = [0.0]
    monkeypatch.setattr(pace, "_now", lambda: asyncio.get_running_loop().time() + later_s[0])
    paces = Paces(1_000_000.0, (CONVERSATION[-1],))
    async with office(paces) as there:
        had = len(there.stub.of(conversation_of(BUSY)))
        for _ in range(1800 - had):
            async with paces.of(TENANT).turn(conversation_of(BUSY)):
                pass
        await there.world.until("01-19 09:01")
        await there.passes(1)
        assert await there.states() == {Delivery.SENT: INVITED - 1, Delivery.WAITING: 1}
        assert {item.attempts for item in await there.invitations() if item.person == BUSY} == {0}
        assert not there.tokens(BUSY)
        later_s[0] = 3700.0
        await there.passes(1)
        assert await there.states() == {Delivery.SENT: INVITED}
        assert len(there.tokens(BUSY)) == 1


def test_a_conversation_gets_no_more_than_1800_messages_in_any_hour() -> None:
    """A message every 1.5 seconds, which keeps to 60 in half a minute, is too many for an hour."""
    window, moments, now = Window(CONVERSATION), list[float](), 0.0
    for _ in range(5000):
        now = max(now + 1.5, window.next(now))
        window.take(now)
        moments.append(now)
    in_the_hour = [bisect_left(moments, moment + 3600.0) - number for number, moment in enumerate(moments)]
    assert max(in_the_hour) == 1800
