"""From an item of the outbox to the message that it stands for, made at the moment when it is sent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from bot.errors import NotFound
from bot.ids import PointKey
from bot.messages import Button, Message
from bot.outbox import Item, Kind
from bot.questions import RoundKind
from bot.round import Round
from bot.service import compose_core, keyring
from bot.service.closing import heard_check_lines
from bot.service.compose_core import Composer
from bot.service.items import MORE_TIME
from bot.service.lookups import Desk
from bot.service.welcomes import welcome_token
from bot.token import issue, nonce
from bot.wording import frame, heard, news
from bot.wording import round as wording
from bot.wording.round import Handle


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
    return heard.what_we_heard(desk.words(item, change), round_, change, await desk.digest(round_))


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
    **compose_core.COMPOSERS,
}
"""Every kind of message and how it is made; a test holds that none is missing."""
