"""From an item of the outbox to the message for the core team: its digests, and what is asked of it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace

from bot.change import Change
from bot.errors import NotFound
from bot.ids import MessageRef, PageKey, RoundId
from bot.messages import Message
from bot.outbox import Item, Kind
from bot.round import Round
from bot.service.due import due_lines
from bot.service.items import marks, theme_id
from bot.service.lookups import Desk
from bot.wording import core, digest
from bot.wording.marks import marked
from bot.wording.words import Words


async def _core_opened(desk: Desk, item: Item) -> Message:
    round_, change = await desk.round(item), await desk.change(item)
    meanwhile = desk.context.parts.packs.of(round_.kind).meanwhile
    return core.opened(desk.words(item, change), round_, change, meanwhile, lost=await _out_of_reach(desk, round_))


async def _core_not_opened(desk: Desk, item: Item) -> Message:
    round_, change = await desk.round(item), await desk.change(item)
    return core.not_opened(desk.words(item, change), round_, change, item.about)


async def _out_of_reach(desk: Desk, round_: Round) -> int:
    """How many of those who are invited the platform gives no way to write to yet."""
    invited = await desk.tx.outbox.of_round(round_.id, Kind.INVITE)
    await desk.knows(one.person for one in invited)
    people = [desk.people[one.person] for one in invited if one.person in desk.people]
    return sum(not person.reachable for person in people)


async def _digest_marked(desk: Desk, item: Item) -> Message:
    """A message of the thread, with what the core team did about it."""
    change, number = await desk.change(item), int(item.about.partition("@")[0])
    message = await _digest(desk, replace(item, about=str(number)))
    done = await desk.tx.outbox.of_round(item.round or RoundId(""), Kind.DIGEST_MARKED)
    return marked(desk.words(item, change), message, change, marks(done, number))


async def _digest(desk: Desk, item: Item) -> Message:
    """One message of the thread: the parent is number 0."""
    round_, change = await desk.round(item), await desk.change(item)
    in_person = desk.context.parts.packs.of(round_.kind).in_person
    found = await desk.digest(round_)
    words = desk.words(item, change)
    themes = await _themes_asked(desk, words, round_, change) if round_.after is not None else {}
    messages = digest.thread(words, round_, change, found, in_person, themes=themes)
    return messages[int(item.about or 0)]


async def _themes_asked(desk: Desk, words: Words, round_: Round, change: Change) -> Mapping[PageKey, MessageRef]:
    """Where the themes that a round asks on about stand in the thread that it comes under."""
    first = await desk.tx.rounds.get(round_.after or RoundId(""))
    thread = digest.thread(words, first, change, await desk.digest(first), ())
    found: dict[PageKey, MessageRef] = {}
    for page in round_.pages:
        place = digest.theme_place(thread, words.of(page.title)) if page.title is not None else None
        if place is not None:
            there = await desk.tx.outbox.get(theme_id(first.id, place))
            found |= {page.key: there.ref} if there.ref is not None else {}
    return found


async def _core_question(desk: Desk, item: Item) -> Message:
    entry = await desk.tx.door.entry(item.about)
    change = await desk.change(item)
    await desk.knows([entry.person])
    who = desk.names.get(entry.person) if entry.person is not None else None
    return core.question(desk.words(item, change), entry, who)


async def _core_offer(desk: Desk, item: Item) -> Message:
    offer = await desk.tx.door.offer(item.about)
    change = await desk.change(item)
    await desk.knows([offer.person])
    return core.offer(desk.words(item, change), offer, desk.names.get(offer.person, offer.person), change)


async def _core_pulse(desk: Desk, item: Item) -> Message:
    change = await desk.change(item)
    return core.propose_pulse(desk.words(item, change), change, int(item.about.partition("@")[0]))


async def _core_still(desk: Desk, item: Item) -> Message:
    change = await desk.change(item)
    return core.propose_still(desk.words(item, change), change)


async def _core_tasks(desk: Desk, item: Item) -> Message:
    change = await desk.change(item)
    words = desk.words(item, change)
    lines = await due_lines(desk.context, desk.tx, change, words, late=True)
    if not lines:
        raise NotFound("nothing is due any more")
    return core.tasks(words, change, lines)


Composer = Callable[[Desk, Item], Awaitable[Message]]

COMPOSERS: Mapping[Kind, Composer] = {
    Kind.CORE_OPENED: _core_opened,
    Kind.CORE_NOT_OPENED: _core_not_opened,
    Kind.DIGEST: _digest,
    Kind.DIGEST_THEME: _digest,
    Kind.DIGEST_MARKED: _digest_marked,
    Kind.CORE_QUESTION: _core_question,
    Kind.CORE_OFFERS: _core_offer,
    Kind.CORE_DOOR: _core_question,
    Kind.CORE_PROPOSE_PULSE: _core_pulse,
    Kind.CORE_PROPOSE_STILL: _core_still,
    Kind.CORE_TASKS: _core_tasks,
}
"""Every kind of message for the core team, and how it is made."""
