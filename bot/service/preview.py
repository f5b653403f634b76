"""Every message of a change as it would be said, before it is applied; and sent to the organiser alone, as a try."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from bot.change import Change, PlannedRound
from bot.correction import frame_differs
from bot.dialogue.course import course
from bot.errors import Refused
from bot.ids import Language, MessageRef, PersonId, TenantId
from bot.messages import Form, Message
from bot.outbox import Item, Kind
from bot.people import Person
from bot.privacy import K_TEXT, audience, freeze
from bot.questions import RoundKind
from bot.round import Round, RoundState
from bot.schedule import day_begins, frame_to_managers_on, reminder_on
from bot.service.checking import made, stored
from bot.service.context import Context, names
from bot.wording import core, frame, news, trial
from bot.wording import round as wording
from bot.wording.round import Handle
from bot.wording.words import Words

NO_TOKEN = "preview"  # noqa: S105 -- it opens nothing
"""What stands in a preview where an invitation carries someone's token."""


class To(StrEnum):
    """Who gets a message."""

    MANAGERS = "managers"
    EVERYONE = "everyone"
    INVITED = "invited"
    CORE_TEAM = "core_team"


@dataclass(frozen=True, slots=True)
class Preview:
    """One message of a change, and the forms that its first button opens.

    `name` tells it apart from the others; `number` is the place in the planning of the round that it belongs to; `on`
    is None where it depends on what people say.
    """

    name: str
    kind: Kind
    to: To
    on: date | None
    number: int | None
    message: Message
    forms: tuple[Form, ...] = ()


async def previews(context: Context, tenant: TenantId, change: Change, language: Language) -> tuple[Preview, ...]:
    """Make every message that can be made before anybody answered, in the order in which they go out."""
    async with context.parts.store.read(tenant) as tx:
        people = await tx.people.all()
        known = await names(tx)
        old = await stored(tx, change)
    words = context.words(language, change.zone)
    rounds = [_frozen(made(context, change, one, ()), change, people) for one in change.planning]
    found = [*_frames(context, words, change, old, known, rounds)]
    for number, (one, round_) in enumerate(zip(change.planning, rounds, strict=True)):
        found += _of_round(context, words, change, one, round_, number)
    ordered = sorted(found, key=lambda one: (one.on is None, one.on or date.max))
    return tuple(replace(one, message=replace(one.message, language=language)) for one in ordered)


def _frozen(round_: Round, change: Change, people: Sequence[Person]) -> Round:
    """Fix what the round would promise; where its audience is too small, what a larger one would be promised."""
    try:
        return freeze(round_, audience(change, people))
    except Refused:
        return replace(round_, k=K_TEXT, invited=len(audience(change, people)))


def _frames(
    context: Context, words: Words, change: Change, old: Change | None, known: frame.Names, rounds: Sequence[Round]
) -> Iterator[Preview]:
    """The frame to managers and to everyone; once it was told only what has changed of it."""
    if old is not None and old.frame_told_at is not None:
        if frame_differs(old, change):
            yield Preview(
                "frame_changed", Kind.FRAME_CHANGED, To.EVERYONE, None, None, frame.frame_changed(words, change, known)
            )
        return
    if change.managers:
        on = frame_to_managers_on(change, context.parts.holidays)
        likely = context.parts.packs.of(RoundKind.BELIEVE).likely
        message = frame.frame_for_manager(words, change, known, likely)
        yield Preview("frame_manager", Kind.FRAME_MANAGER, To.MANAGERS, on, None, message)
    taps = [
        (number, round_)
        for number, (one, round_) in enumerate(zip(change.planning, rounds, strict=True))
        if change.is_tap(one)
    ]
    buttons = wording.believe_buttons(words, Handle(NO_TOKEN)) if taps else ()
    message = frame.frame(words, change, known, buttons)
    forms = _forms(words, change, taps[0][1]) if taps else ()
    yield Preview("frame", Kind.FRAME, To.EVERYONE, change.frame_on, None, message, forms)


def _forms(words: Words, change: Change, round_: Round) -> tuple[Form, ...]:
    """Both steps of every page."""
    way = course(round_, b"")
    return tuple(
        wording.page_form(
            words, round_, change, page, Handle(NO_TOKEN, page.key, step), place=way.place(page.key, step)
        )
        for page in round_.pages
        for step in range(1, page.steps + 1)
    )


def _of_round(
    context: Context, words: Words, change: Change, one: PlannedRound, round_: Round, number: int
) -> Iterator[Preview]:
    """What one round says: the invitation, a reminder, the end of it, and a word to the core team."""

    def preview(kind: Kind, to: To, on: date | None, message: Message, forms: tuple[Form, ...] = ()) -> Preview:
        return Preview(f"{kind}-{number}", kind, to, on, number, message, forms)

    if not change.is_tap(one):
        invitation = wording.invitation(words, round_, change, round_.pages[0], Handle(NO_TOKEN))
        yield preview(Kind.INVITE, To.INVITED, one.opens_on, invitation, _forms(words, change, round_))
    if change.channel is not None:
        meanwhile = context.parts.packs.of(one.kind).meanwhile
        opened = core.opened(context.words_of(change), round_, change, meanwhile)
        yield preview(Kind.CORE_OPENED, To.CORE_TEAM, one.opens_on, opened)
    reminder_day = reminder_on(one.opens_on, one.closes_on, change.country, context.parts.holidays)
    if reminder_day is not None and one.kind is not RoundKind.BELIEVE:
        sent_at = day_begins(one.opens_on, change.zone)
        first = Item("", change.tenant, Kind.INVITE, sent_at, sent_at=sent_at, ref=MessageRef(""))
        yield preview(Kind.REMINDER, To.INVITED, reminder_day, wording.reminder(words, round_, change, first))
    if not change.is_tap(one):
        over = wording.over(words, replace(round_, state=RoundState.RELEASED), change)
        yield preview(Kind.ROUND_OVER, To.INVITED, one.closes_on, over)
    yield preview(Kind.TOO_FEW, To.INVITED, None, news.too_few(words, round_, change))


async def send_as_try(
    context: Context, tenant: TenantId, change: Change, person: PersonId, *, only: str | None = None
) -> int:
    """Send the messages of a change to one person, marked as a try; say how many (`only`: the one of this name).

    Nothing of it is written down: no item of the outbox, no round, no minutes. Their buttons only say that it is a try.
    Raises NotFound for someone we do not know, Unreachable, DeliveryFailed.
    """
    async with context.parts.store.read(tenant) as tx:
        reader = await tx.people.get(person)
    chosen = [
        one
        for one in await previews(context, tenant, change, reader.language)
        if (one.name == only if only else one.to in {To.EVERYONE, To.INVITED} and one.kind not in _NOT_TRIED)
    ]
    words = context.words_for(reader)
    now = context.parts.clock.now()
    for one in chosen:
        item = Item(f"try/{secrets.token_hex(8)}", tenant, one.kind, now, person=person)
        await context.parts.messenger.send(item, trial.marked(words, one.message, one.on), None)
    return len(chosen)


_NOT_TRIED = frozenset({Kind.ROUND_OVER, Kind.TOO_FEW})
"""What takes another message's place, or goes out only when too few answer."""
