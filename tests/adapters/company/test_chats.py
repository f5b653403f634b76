"""Messages arrive in chats, once, and are told to who listens."""

from datetime import UTC, datetime

import pytest

from adapters.clock import VirtualClock
from adapters.company.chats import Chats, Delivered
from adapters.company.roster import load_company
from bot.errors import Unreachable
from bot.ids import ChannelId, MessageRef, PersonId
from bot.messages import Message, Paragraph
from tests.adapters.company.fakes import TENANT, item

NOW = datetime(2026, 12, 1, 9, tzinfo=UTC)
AMINA = PersonId("p-amina")
COMPANY = load_company()


def said(text: str) -> Message:
    """Make a message."""
    return Message(text, (Paragraph(text),))


def chats(keep: int | None = None) -> Chats:
    """Make the chats of the company."""
    return Chats(COMPANY.people, VirtualClock(NOW), channel=COMPANY.channel, members=COMPANY.readers, keep=keep)


async def test_a_message_that_is_sent_again_stands_there_once() -> None:
    all_chats = chats()
    first = await all_chats.send(item(1, NOW, person="p-amina"), said("een"), None)
    again = await all_chats.send(item(1, NOW, person="p-amina"), said("een"), None)
    assert first == again
    assert [message.ref for message in all_chats.messages(AMINA)] == [first]


async def test_a_reply_stands_under_its_message_and_not_beside_it() -> None:
    all_chats = chats()
    parent = await all_chats.send(item(1, NOW, channel=COMPANY.channel), said("digest"), None)
    reply = await all_chats.send(item(2, NOW, channel=COMPANY.channel), said("theme"), parent)
    assert [message.ref for message in all_chats.messages(COMPANY.channel)] == [parent]
    assert [message.ref for message in all_chats.thread(parent)] == [reply]


async def test_a_message_can_be_replaced_and_keeps_its_place() -> None:
    all_chats = chats()
    ref = await all_chats.send(item(1, NOW, person="p-amina"), said("vraag"), None)
    await all_chats.send(item(2, NOW, person="p-amina"), said("daarna"), None)
    await all_chats.replace(ref, said("dicht"))
    assert [message.message.summary for message in all_chats.messages(AMINA)] == ["dicht", "daarna"]


async def test_replacing_what_is_gone_does_nothing() -> None:
    all_chats = chats()
    await all_chats.replace(MessageRef("m99"), said("dicht"))
    assert all_chats.messages(AMINA) == ()


async def test_nobody_can_write_to_someone_who_left() -> None:
    all_chats = chats()
    all_chats.leave(AMINA)
    with pytest.raises(Unreachable):
        await all_chats.send(item(1, NOW, person="p-amina"), said("een"), None)


async def test_only_the_last_messages_of_a_chat_stay_where_memory_is_scarce() -> None:
    all_chats = chats(keep=2)
    for number in range(5):
        await all_chats.send(item(number, NOW, person="p-amina"), said(str(number)), None)
    assert [message.message.summary for message in all_chats.messages(AMINA)] == ["3", "4"]
    assert all_chats.arrived(AMINA) == 5


async def test_whoever_listens_hears_of_every_message_once() -> None:
    all_chats, heard = chats(keep=0), list[Delivered]()
    all_chats.listen(heard.append)
    await all_chats.send(item(1, NOW, person="p-amina"), said("een"), None)
    assert [(one.chat, one.message.summary, one.delivered_at) for one in heard] == [(AMINA, "een", NOW)]


async def test_whoever_watches_a_chat_is_told_what_arrives_and_what_changes() -> None:
    all_chats = chats()
    with all_chats.watch(AMINA) as queue:
        ref = await all_chats.send(item(1, NOW, person="p-amina"), said("een"), None)
        await all_chats.send(item(2, NOW, person="p-rachid"), said("voor een ander"), None)
        await all_chats.replace(ref, said("dicht"))
        assert [queue.get_nowait(), queue.get_nowait()] == [ref, ref]
        assert queue.empty()


async def test_only_the_core_team_reads_the_channel() -> None:
    check = await chats().check_channel(TENANT, COMPANY.channel)
    assert (check.exists, check.private, check.foreign) == (True, True, False)
    assert check.members == COMPANY.readers
    assert not (await chats().check_channel(TENANT, ChannelId("c-another"))).exists


async def test_the_directory_knows_joiners_and_leavers() -> None:
    all_chats = chats()
    all_chats.leave(AMINA)
    assert AMINA not in {person.id for person in await all_chats.people(TENANT)}
    all_chats.join(COMPANY.people[0])
    assert AMINA in {person.id for person in await all_chats.people(TENANT)}
