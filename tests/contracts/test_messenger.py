"""What every messenger does, alike: the sandbox's, Slack's, and Teams' on each of its transports."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import pytest

from adapters.clock import VirtualClock
from adapters.company.chats import Chats
from adapters.slack.messenger import SlackMessenger
from adapters.teams.connector import ConnectorTransport
from bot.errors import Unreachable
from bot.ids import ChannelId, Language, MessageRef, PersonId, TenantId
from bot.messages import Message, Paragraph, Pointer
from bot.outbox import Item, Kind
from bot.people import Person
from bot.ports import ChannelCheck, Messenger
from tests.adapters.slack.checking import check_message, read
from tests.adapters.slack.stub import TENANT, Stub, connected
from tests.adapters.teams.checking import check_card, elements
from tests.adapters.teams.small_transport import SmallTransport
from tests.adapters.teams.stub import Stub as TeamsStub
from tests.adapters.teams.stub import conversation_of
from tests.adapters.teams.teams_posts import MakeTransport, team_reference
from tests.adapters.teams.teams_posts import connected as teams_connected
from tests.people import words_in

CORE = ChannelId("C0CORE")
ANA, BEN = PersonId("U0ANA"), PersonId("U0BEN")
TEAMS_CHANNEL = ChannelId("19:kern@thread.tacv2")
NOW = datetime(2027, 1, 19, 9, tzinfo=UTC)

Chat = PersonId | ChannelId


@dataclass(frozen=True)
class Place:
    """A platform: its messenger, and how to read what arrived, without the replies in threads and with them."""

    messenger: Messenger
    read: Callable[[Chat], Sequence[str]]
    replies: Callable[[Chat, MessageRef], Sequence[str]]


@asynccontextmanager
async def sandbox() -> AsyncIterator[Place]:
    people = [Person(TENANT, one, one, Language("nl"), "Europe/Amsterdam") for one in (ANA, BEN)]
    chats = Chats(people, VirtualClock(NOW), channel=CORE, members=frozenset({ANA}))
    yield Place(
        chats,
        lambda chat: [words_in(one.message.blocks) for one in chats.messages(chat)],
        lambda _, ref: [words_in(one.message.blocks) for one in chats.thread(ref)],
    )


@asynccontextmanager
async def slack() -> AsyncIterator[Place]:
    stub = Stub()
    for person in (ANA, BEN):
        stub.person(person)
    stub.channel(CORE, [ANA])

    def arrived(chat: Chat, thread: str | None) -> list[str]:
        where = f"D{chat}" if chat in stub.users else chat
        found = [one for (channel, _), one in stub.messages.items() if channel == where]
        for one in found:
            check_message({"text": one["text"], "blocks": one["blocks"]})
        return [read(one["blocks"]) for one in found if one.get("thread_ts") == thread]

    async with connected(stub) as workspaces:
        yield Place(
            SlackMessenger(workspaces),
            lambda chat: arrived(chat, None),
            lambda chat, ref: arrived(chat, ref.rpartition("/")[2]),
        )


@asynccontextmanager
async def teams(make: MakeTransport = ConnectorTransport) -> AsyncIterator[Place]:
    stub = TeamsStub()
    for person in (ANA, BEN):
        stub.person(person)
    stub.team([ANA, BEN])
    stub.team([ANA], TEAMS_CHANNEL)

    def arrived(where: str) -> list[str]:
        found = [one["attachments"][0]["content"] for one in stub.of(where)]
        for card in found:
            check_card(card)
        return ["\n".join(one["text"] for one in elements(card) if "text" in one) for card in found]

    async with teams_connected(stub, make=make) as platform:
        await platform.references.put([team_reference(stub)])
        yield Place(
            InTeams(platform.messenger),
            lambda chat: arrived(TEAMS_CHANNEL if chat == CORE else conversation_of(chat)),
            lambda _, ref: arrived(ref.rpartition("/")[0].rpartition("/")[2]),
        )


def teams_without_an_sdk() -> AbstractAsyncContextManager[Place]:
    return teams(SmallTransport)


@dataclass(frozen=True)
class InTeams:
    """Teams' messenger; its channels have longer names, and its people small letters."""

    inner: Messenger

    async def send(self, item: Item, message: Message, parent: MessageRef | None) -> MessageRef:
        channel = TEAMS_CHANNEL if item.channel == CORE else item.channel
        return await self.inner.send(replace(item, channel=channel), message, parent)

    async def replace(self, ref: MessageRef, message: Message) -> None:
        await self.inner.replace(ref, message)

    async def check_channel(self, tenant: TenantId, channel: ChannelId) -> ChannelCheck:
        found = await self.inner.check_channel(tenant, TEAMS_CHANNEL if channel == CORE else channel)
        return replace(found, members=frozenset(PersonId(one.upper()) for one in found.members))


@pytest.fixture(params=[sandbox, slack, teams, teams_without_an_sdk])
async def place(request: pytest.FixtureRequest) -> AsyncIterator[Place]:
    """Give each platform."""
    async with request.param() as platform:
        yield platform


def item(number: int, **given: object) -> Item:
    """Give a message of the outbox."""
    whole = Item(f"i{number}", TENANT, Kind.INVITE, NOW)
    return replace(whole, **(given or {"person": ANA}))  # type: ignore[arg-type]


def said(text: str) -> Message:
    return Message(text, (Paragraph(text),))


async def test_a_message_arrives_at_its_person_and_nowhere_else(place: Place) -> None:
    await place.messenger.send(item(1), said("voor Ana"), None)
    assert list(place.read(ANA)) == ["voor Ana"]
    assert not place.read(BEN)
    assert not place.read(CORE)


async def test_messages_stand_in_the_order_in_which_they_were_sent(place: Place) -> None:
    for number in range(3):
        await place.messenger.send(item(number), said(str(number)), None)
    assert list(place.read(ANA)) == ["0", "1", "2"]


async def test_a_reply_stands_under_its_message(place: Place) -> None:
    parent = await place.messenger.send(item(1, channel=CORE), said("digest"), None)
    await place.messenger.send(item(2, channel=CORE), said("thema"), parent)
    assert list(place.read(CORE)) == ["digest"]
    assert list(place.replies(CORE, parent)) == ["thema"]


async def test_every_message_has_a_reference_of_its_own(place: Place) -> None:
    refs = [await place.messenger.send(item(n), said("x"), None) for n in range(3)]
    assert len(set(refs)) == 3


async def test_a_message_is_replaced_where_it_stands(place: Place) -> None:
    ref = await place.messenger.send(item(1), said("vraag"), None)
    await place.messenger.send(item(2), said("daarna"), None)
    await place.messenger.replace(ref, said("dicht"))
    assert list(place.read(ANA)) == ["dicht", "daarna"]


@pytest.mark.parametrize("ref", ["m99", "werk/DU0ANA/1.1", "", "x/y"])
async def test_replacing_what_is_not_there_does_nothing(place: Place, ref: str) -> None:
    await place.messenger.replace(MessageRef(ref), said("dicht"))
    assert not place.read(ANA)


async def test_nobody_writes_to_someone_who_is_not_there(place: Place) -> None:
    with pytest.raises(Unreachable):
        await place.messenger.send(item(1, person=PersonId("U0GONE")), said("x"), None)


async def test_a_pointer_to_a_message_that_is_gone_is_its_text(place: Place) -> None:
    message = Message("s", (Pointer("Mijn bericht van dinsdag", MessageRef("werk/DU0ANA/9.9")),))
    await place.messenger.send(item(1), message, None)
    assert list(place.read(ANA)) == ["Mijn bericht van dinsdag"]


async def test_a_channel_is_looked_at(place: Place) -> None:
    check = await place.messenger.check_channel(TENANT, CORE)
    assert (check.exists, check.private, check.foreign) == (True, True, False)
    assert check.members == {ANA}


async def test_a_channel_that_is_not_there_does_not_exist(place: Place) -> None:
    assert not (await place.messenger.check_channel(TENANT, ChannelId("C0NONE"))).exists
