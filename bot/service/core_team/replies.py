"""Replies to questions, rumours and offers, and what is published as known."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

from bot.change import Change
from bot.door import Entry, EntryKind, Known
from bot.errors import NotFound
from bot.events import Pressed, Submitted
from bot.ids import FieldKey, PersonId
from bot.localised import Localised
from bot.messages import Action, Invalid, Reply
from bot.outbox import Delivery, Kind
from bot.ports import Transaction
from bot.service import items
from bot.service.context import Context
from bot.service.core_team.lookup import change_of, fields_of, missing
from bot.service.doors import form_id
from bot.service.telling import everyone_of
from bot.wording import core_forms, personal
from bot.wording.core_forms import read_localised
from bot.wording.words import Words


async def reply_form(tx: Transaction, words: Words, event: Pressed) -> Reply:
    """A reply to an offer or a rumour is personal; that to a question about the frame reaches everyone."""
    if event.action is Action.REPLY_OFFER:
        offer = await tx.door.offer(event.value)
        await change_of(tx, offer.change, event.person)
        return core_forms.reply_form(words, event.action, offer.id, offer.note)
    if event.action is Action.PUBLISH_KNOWN and await _entry(tx, event.value) is None:
        change = await change_of(tx, event.value, event.person)
        return core_forms.known_form(words, change, event.value, "")
    entry = await tx.door.entry(event.value)
    change = await change_of(tx, entry.change or "", event.person)
    if event.action is Action.PUBLISH_KNOWN or entry.kind is EntryKind.QUESTION:
        return core_forms.known_form(words, change, entry.id, entry.text)
    return core_forms.reply_form(words, event.action, entry.id, entry.text)


async def _entry(tx: Transaction, value: str) -> Entry | None:
    """The question or rumour that a button is about; None where it is about the change as a whole."""
    try:
        return await tx.door.entry(value)
    except NotFound:
        return None


async def reply(context: Context, tx: Transaction, words: Words, event: Submitted, now: datetime) -> Reply:
    """Reply to a rumour by name; or publish what is known, which also replies to the entry that it came from."""
    entry = await _entry(tx, event.state)
    change = await change_of(tx, (entry.change or "") if entry else event.state, event.person)
    given = fields_of(event)
    if event.action is Action.REPLY_QUESTION and "reply" in given:
        answer = _personal(words, entry, given["reply"])
    else:
        answer = await _published(context, tx, words, change, event, now)
    if isinstance(answer, Invalid):
        return answer
    if entry is not None:
        await tx.door.put_entry(replace(entry, reply=answer, replied_at=now))
        if entry.person is not None:
            await _tell_one(context, tx, change, Kind.REPLY, entry.person, f"{entry.id}@{form_id(event)}", now)
    return personal.said(words, "replied")


def _personal(words: Words, entry: Entry | None, text: str) -> Localised | Invalid:
    """A reply in the language in which was asked."""
    if not text:
        return Invalid(((FieldKey("reply"), words.say("invalid.empty")),))
    return Localised(((entry.language if entry is not None else words.language, text),))


async def _published(
    context: Context, tx: Transaction, words: Words, change: Change, event: Submitted, now: datetime
) -> Localised | Invalid:
    """Publish what is known, and say what a reply to whoever asked would be."""
    given = fields_of(event)
    answer = read_localised(change, given, "known")
    if answer is None:
        return missing(words, change, "known")
    about = read_localised(change, given, "about")
    if about is None:
        return missing(words, change, "about")
    unknown, until = read_localised(change, given, "unknown"), _day(given.get("until", ""))
    known = Known(change.tenant, form_id(event), change.id, about, answer, unknown, until, now)
    await _publish(context, tx, change, known)
    return answer


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


async def _publish(context: Context, tx: Transaction, change: Change, known: Known) -> None:
    await tx.door.add_known(known)
    people = await everyone_of(tx, change)
    await tx.outbox.mail(
        items.news(Kind.KNOWN, people, known.published_at, context.parts.holidays, change=change, about=known.id)
    )


async def _tell_one(  # noqa: PLR0917 -- everything that a personal reply is
    context: Context, tx: Transaction, change: Change, kind: Kind, person: PersonId, about: str, now: datetime
) -> None:
    """A personal reply: does not wait for the frame, nor for the two messages a week.

    A further reply to the same thing is a message of its own, unless the first did not go out yet and says it too.
    """
    on = about.partition("@")[0]
    there = [item for item in await tx.outbox.of_person(person) if item.kind is kind]
    if any(item.about.partition("@")[0] == on and item.state is Delivery.WAITING for item in there):
        return
    people = await tx.people.some({person})
    mailings = items.news(kind, people, now, context.parts.holidays, change=change, about=about)
    await tx.outbox.mail([replace(one, item=replace(one.item, parent=None)) for one in mailings])


async def reply_offer(context: Context, tx: Transaction, words: Words, event: Submitted, now: datetime) -> Reply:
    offer = await tx.door.offer(event.state)
    change = await change_of(tx, offer.change, event.person)
    text = fields_of(event).get("reply", "")
    if not text:
        return Invalid(((FieldKey("reply"), words.say("invalid.empty")),))
    await tx.door.put_offer(replace(offer, reply=text, replied_at=now))
    await _tell_one(context, tx, change, Kind.OFFER_REPLY, offer.person, f"{offer.id}@{form_id(event)}", now)
    return personal.said(words, "replied")
