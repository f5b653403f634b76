"""The way in for the core team: which button opens what, and which form goes where."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime

from bot.change import Change, ChangeState
from bot.errors import NotFound, Refused
from bot.events import Pressed, Submitted
from bot.ids import PersonId
from bot.messages import Action, Reply
from bot.people import Person
from bot.ports import Transaction
from bot.service.context import Context, rounds_of
from bot.service.core_team.course import go_on, round_action, stand_still
from bot.service.core_team.decisions import close, decide_point
from bot.service.core_team.drafts import check_draft, draft
from bot.service.core_team.lookup import change_of, point_of, round_of
from bot.service.core_team.replies import reply, reply_form, reply_offer
from bot.service.core_team.themes import ask_on, link, tell, theme_form
from bot.service.due import due_lines
from bot.wording import core, core_forms
from bot.wording.words import Words


async def press(context: Context, event: Pressed, person: Person) -> Reply:
    """Answer a button of the core team with its form, or do at once what needs none."""
    async with context.parts.store.read(event.tenant) as tx:
        words = context.words_for(person)
        match event.action:
            case Action.ASK_ON | Action.LINK_POINT:
                return await theme_form(tx, words, event)
            case Action.TELL_HEARD:
                round_, change = await round_of(tx, event.value, event.person)
                return core_forms.heard_form(words, change, round_)
            case Action.DRAFT:
                change, point = await point_of(tx, event.value, event.person)
                return core_forms.draft_form(words, change, point)
            case Action.OUTCOME:
                change, point = await point_of(tx, event.value, event.person)
                await check_draft(context, tx, change, point)
                return core_forms.outcome_form(words, change, point)
            case Action.REPLY_QUESTION | Action.REPLY_OFFER | Action.PUBLISH_KNOWN:
                return await reply_form(tx, words, event)
            case Action.EXTEND_ROUND | Action.CANCEL_ROUND:
                round_, change = await round_of(tx, event.value, event.person)
                return core_forms.confirm_form(words, event.action, event.value, event.action, change=change.title)
            case Action.STAND_STILL | Action.GO_ON | Action.CLOSE:
                change = await change_of(tx, event.value, event.person)
                return core_forms.confirm_form(words, event.action, event.value, event.action, change=change.title)
            case _:
                return await _desk(context, tx, words, event)


async def _desk(context: Context, tx: Transaction, words: Words, event: Pressed) -> Reply:
    """Everything that the core team can do now in a change; asked without one and having several, which it is about."""
    own = [await change_of(tx, event.value, event.person)] if event.value else await _own_changes(tx, event.person)
    if len(own) > 1:
        return core.desks(words, own)
    (change,) = own
    lines = await due_lines(context, tx, change, words)
    return core.desk(words, change, await rounds_of(tx, change), lines)


async def _own_changes(tx: Transaction, person: PersonId) -> list[Change]:
    """Return what somebody reads; what is closed only where nothing else is left. Raises Refused: they read nothing."""
    own = [change for change in await tx.changes.all() if person in change.readers]
    if not own:
        raise Refused("not_core")
    return [change for change in own if change.state is not ChangeState.CLOSED] or own


async def submit(context: Context, event: Submitted, person: Person) -> Reply:
    """Take a form of the core team."""
    words = context.words_for(person)
    now = context.parts.clock.now()
    async with context.parts.store.write(event.tenant) as tx:
        take = FORMS.get(event.action)
        if take is None:
            raise NotFound("no such form")
        return await take(context, tx, words, event, now)


Taking = Callable[[Context, Transaction, Words, Submitted, datetime], Awaitable[Reply]]

FORMS: Mapping[Action, Taking] = {
    Action.ASK_ON: ask_on,
    Action.LINK_POINT: link,
    Action.TELL_HEARD: tell,
    Action.OUTCOME: decide_point,
    Action.DRAFT: draft,
    Action.REPLY_QUESTION: reply,
    Action.PUBLISH_KNOWN: reply,
    Action.REPLY_OFFER: reply_offer,
    Action.EXTEND_ROUND: round_action,
    Action.CANCEL_ROUND: round_action,
    Action.STAND_STILL: stand_still,
    Action.GO_ON: go_on,
    Action.CLOSE: close,
}
"""Every form of the core team, and what takes it."""
