"""From an item of the outbox to the message that it stands for, made at the moment when it is sent."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace

from bot.change import Change
from bot.errors import NotFound
from bot.ids import MessageRef, PageKey, PointKey, RoundId
from bot.messages import Button, Message
from bot.outbox import Item, Kind
from bot.questions import RoundKind
from bot.round import Round
from bot.service import keyring
from bot.service.closing import heard_check_lines
from bot.service.doors import welcome_token
from bot.service.due import due_lines
from bot.service.items import MORE_TIME, marks, theme_id
from bot.service.lookups import Desk
from bot.token import issue, nonce
from bot.wording import core, digest, frame, heard, news
from bot.wording import round as wording
from bot.wording.marks import marked
from bot.wording.round import Handle
from bot.wording.words import Words


async def compose(desk: Desk, items: Sequence[Item]) -> Message:
    """Say what these items say, as one message: news bundled, and the one tap of the believe round within the frame."""
    words = desk.words(items[0], await desk.change(items[0]) if items[0].change else None)
    if len(items) > 1 and {item.kind for item in items} == {Kind.FRAME, Kind.INVITE}:
        message = await _believe(desk, next(item for item in items if item.kind is Kind.INVITE))
    else:
        message = news.bundle(words, [await _one(desk, item) for item in items])
    languages = desk.context.parts.texts.languages
    return replace(message, language=words.language if words.language in languages else languages[0])


async def _one(desk: Desk, item: Item) -> Message:
    return await COMPOSERS[item.kind](desk, item)


async def _welcome(desk: Desk, item: Item) -> Message:
    token = None
    if item.person is not None:
        token = await welcome_token(desk.context, desk.tx, item.tenant, item.person)
    return news.welcome(desk.words(item, None), token)


async def _frame(desk: Desk, item: Item) -> Message:
    change = await desk.change(item)
    return frame.frame(desk.words(item, change), change, desk.names)


async def _frame_manager(desk: Desk, item: Item) -> Message:
    change = await desk.change(item)
    likely = desk.context.parts.packs.of(RoundKind.BELIEVE).likely
    return frame.frame_for_manager(desk.words(item, change), change, desk.names, likely)


async def _frame_changed(desk: Desk, item: Item) -> Message:
    change = await desk.change(item)
    return frame.frame_changed(desk.words(item, change), change, desk.names)


async def _handle(desk: Desk, item: Item, round_: Round) -> Handle:
    """The token of this invitation: made of the key of its wave, which lives a day; sent again it is the same."""
    if item.person is None:
        raise NotFound("an invitation is to a person")
    context, tenant = desk.context, item.tenant
    wave_key = await context.parts.keys.make(keyring.wave(tenant, round_.id, item.wave))
    bind_key = await context.bind_key(tenant)
    token = issue(bind_key, round_.id, item.person, nonce(wave_key, round_.id, item.person))
    # Without a page the first one in this person's own order is opened.
    return Handle(token, item.page or "")


async def _invite(desk: Desk, item: Item) -> Message:
    round_, change = await desk.round(item), await desk.change(item)
    handle = await _handle(desk, item, round_)
    page = round_.page(round_.pages[0].key if item.page is None else item.page)
    return wording.invitation(desk.words(item, change), round_, change, page, handle)


async def _believe(desk: Desk, item: Item) -> Message:
    """The frame with its one tap; the same message is the first of the believe round."""
    round_, change = await desk.round(item), await desk.change(item)
    words = desk.words(item, change)
    buttons: Sequence[Button] = wording.believe_buttons(words, await _handle(desk, item, round_))
    return frame.frame(words, change, desk.names, buttons)


async def _reminder(desk: Desk, item: Item) -> Message:
    round_, change = await desk.round(item), await desk.change(item)
    parent = await desk.tx.outbox.get(item.parent or "")
    return wording.reminder(desk.words(item, change), round_, change, parent)


async def _round_over(desk: Desk, item: Item) -> Message:
    round_, change = await desk.round(item), await desk.change(item)
    if round_.kind is RoundKind.BELIEVE:
        return frame.frame(desk.words(item, change), change, desk.names)
    return wording.over(desk.words(item, change), round_, change)


async def _about_round(desk: Desk, item: Item) -> Message:
    """Too few, extended, cancelled: short news about a round."""
    round_, change = await desk.round(item), await desk.change(item)
    extended = news.more_time if item.about == MORE_TIME else news.extended
    say = {Kind.TOO_FEW: news.too_few, Kind.EXTENDED: extended, Kind.CANCELLED: news.cancelled}[item.kind]
    return say(desk.words(item, change), round_, change)


async def _heard(desk: Desk, item: Item) -> Message:
    round_, change = await desk.round(item), await desk.change(item)
    reached = await desk.reach(round_)
    return heard.what_we_heard(desk.words(item, change), round_, change, await desk.digest(round_), reached)


async def _about_point(desk: Desk, item: Item) -> Message:
    change = await desk.change(item)
    point = change.point(PointKey(item.about.partition("@")[0]))
    words = desk.words(item, change)
    return (news.draft if item.kind is Kind.DRAFT else news.outcome)(words, change, point)


async def _known(desk: Desk, item: Item) -> Message:
    known = next((one for one in await desk.tx.door.known() if one.id == item.about), None)
    if known is None:
        raise NotFound("what was known is gone")
    return news.known(desk.words(item, await desk.change(item) if item.change else None), known)


async def _still(desk: Desk, item: Item) -> Message:
    change = await desk.change(item)
    return (news.stood_still if item.kind is Kind.STOOD_STILL else news.went_on)(desk.words(item, change), change)


async def _closed(desk: Desk, item: Item) -> Message:
    change = await desk.change(item)
    words = desk.words(item, change)
    return news.closed(words, change, await heard_check_lines(desk.tx, change, words))


async def _reply(desk: Desk, item: Item) -> Message:
    entry = await desk.tx.door.entry(item.about.partition("@")[0])
    if entry.reply is None:
        raise NotFound("there is no reply")
    return news.reply(desk.words(item, None), entry.text, entry.reply)


async def _offer_reply(desk: Desk, item: Item) -> Message:
    offer = await desk.tx.door.offer(item.about.partition("@")[0])
    change = await desk.change(item)
    return news.offer_reply(desk.words(item, change), change, offer.reply)


async def _core_opened(desk: Desk, item: Item) -> Message:
    round_, change = await desk.round(item), await desk.change(item)
    meanwhile = desk.context.parts.packs.of(round_.kind).meanwhile
    return core.opened(desk.words(item, change), round_, change, meanwhile, lost=await _out_of_reach(desk, round_))


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
    reached = await desk.reach(round_)
    in_person = desk.context.parts.packs.of(round_.kind).in_person
    found = await desk.digest(round_)
    words = desk.words(item, change)
    themes = await _themes_asked(desk, words, round_, change) if round_.after is not None else {}
    messages = digest.thread(words, round_, change, found, reached, in_person, themes=themes)
    return messages[int(item.about or 0)]


async def _themes_asked(desk: Desk, words: Words, round_: Round, change: Change) -> Mapping[PageKey, MessageRef]:
    """Where the themes that a round asks on about stand in the thread that it comes under."""
    first = await desk.tx.rounds.get(round_.after or RoundId(""))
    reached = digest.Reach(first.invited, 0, first.voices)
    thread = digest.thread(words, first, change, await desk.digest(first), reached, ())
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
    return core.offer(desk.words(item, change), offer, desk.names.get(offer.person, offer.person))


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
    Kind.WELCOME: _welcome,
    Kind.FRAME_MANAGER: _frame_manager,
    Kind.FRAME: _frame,
    Kind.FRAME_CHANGED: _frame_changed,
    Kind.INVITE: _invite,
    Kind.REMINDER: _reminder,
    Kind.ROUND_OVER: _round_over,
    Kind.TOO_FEW: _about_round,
    Kind.EXTENDED: _about_round,
    Kind.CANCELLED: _about_round,
    Kind.WHAT_WE_HEARD: _heard,
    Kind.DRAFT: _about_point,
    Kind.OUTCOME: _about_point,
    Kind.KNOWN: _known,
    Kind.STOOD_STILL: _still,
    Kind.WENT_ON: _still,
    Kind.CHANGE_CLOSED: _closed,
    Kind.REPLY: _reply,
    Kind.OFFER_REPLY: _offer_reply,
    Kind.CORE_OPENED: _core_opened,
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
"""Every kind of message and how it is made; a test holds that none is missing."""
