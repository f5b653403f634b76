"""What the core team does with a theme: acknowledge, ask on, link to a point; and telling what was heard."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from bot.change import Change, ThemeRef, with_point
from bot.digest.digest import RoundDigest, load
from bot.errors import NotFound, Refused
from bot.events import Pressed, Submitted
from bot.ids import FieldKey, PageKey, PersonId, PointKey
from bot.localised import Localised
from bot.messages import Action, Invalid, Reply
from bot.people import Person
from bot.ports import Transaction
from bot.questions import RoundKind
from bot.round import Round, RoundState
from bot.schedule import HEARD_WORKING_DAYS, local_day, working_days_after
from bot.service.context import Context, rounds_of
from bot.service.core_team.lookup import fields_of, missing, round_of
from bot.service.core_team.marks import mark, mark_told
from bot.service.planning import filled, planned
from bot.service.telling import tell_heard
from bot.wording import core_forms, personal
from bot.wording.core_forms import read_localised
from bot.wording.digest import ASK_ON_VOICES
from bot.wording.marks import ASKED_ON, HEARD, LINKED
from bot.wording.words import Words


async def _theme(tx: Transaction, value: str, person: PersonId) -> tuple[ThemeRef, Round, Change, Localised, int]:
    """The theme that a button names: its round, its change, its label and its voices. Raises NotFound."""
    ref = ThemeRef.parse(value)
    round_, change = await round_of(tx, ref.round, person)
    raw = await tx.answers.digest(round_.id)
    if raw is None:
        raise NotFound("the digest is gone")
    label, voices = find_theme(load(raw), ref)
    return ref, round_, change, label, voices


def find_theme(digest: RoundDigest, ref: ThemeRef) -> tuple[Localised, int]:
    """Return the label and the size of a theme. Raises NotFound."""
    field, _, key = ref.theme.partition(":")
    for page in digest.pages:
        for part in page.parts if page.page == ref.page else ():
            for theme in part.themes.themes if part.themes is not None and part.field == field else ():
                if theme.key == key:
                    return theme.label, theme.voices
    raise NotFound("there is no such theme")


async def theme_form(tx: Transaction, words: Words, event: Pressed) -> Reply:
    ref, round_, change, label, voices = await _theme(tx, event.value, event.person)
    if event.action is Action.LINK_POINT:
        return core_forms.link_form(words, change, ref, words.of(label))
    _may_ask_on(round_, ref, voices)
    return core_forms.ask_on_form(words, change, ref, words.of(label))


def _may_ask_on(round_: Round, ref: ThemeRef, voices: int) -> None:
    """Themes of at least three voices, once per theme (section 5)."""
    if voices < ASK_ON_VOICES or round_.kind is RoundKind.ASK:
        raise Refused("ask_on_small")
    if f"{ref.page}/{ref.theme}" in round_.asked_on:
        raise Refused("ask_on_once")


async def heard(context: Context, event: Pressed, person: Person) -> Reply:
    """Acknowledge a theme: everyone sees with it that the core team read it."""
    async with context.parts.store.write(event.tenant) as tx:
        ref, round_, change, label, _ = await _theme(tx, event.value, event.person)
        if (key := f"{ref.page}/{ref.theme}") not in round_.themes_heard:
            await tx.rounds.put(replace(round_, themes_heard=(*round_.themes_heard, key)))
            await mark(context, tx, change, ref, HEARD, context.parts.clock.now())
    return personal.said(context.words_for(person), "heard", theme=label)


async def ask_on(context: Context, tx: Transaction, words: Words, event: Submitted, now: datetime) -> Reply:
    """Put a further question under a theme: all of those of one round go out together, to everyone of the first."""
    ref, round_, change, label, voices = await _theme(tx, event.state, event.person)
    question = read_localised(change, fields_of(event), "question")
    if question is None:
        return missing(words, change, "question")
    if not context.parts.packs.may_ask(question):
        return Invalid(((FieldKey(f"question-{change.languages[0]}"), words.say("refused.question")),))
    _may_ask_on(round_, ref, voices)
    existing = await rounds_of(tx, change)
    waiting = next((one for one in existing if one.after == round_.id and one.state is RoundState.PLANNED), None)
    template = context.parts.packs.of(RoundKind.ASK).pages[0]
    number = len(waiting.pages) + 1 if waiting else 1
    (page,) = filled((template,), theme=label, question=question, change=change.title)
    page = replace(page, key=PageKey(f"ask-{number}"), title=label)
    if waiting is None:
        waiting = _new_ask(context, change, round_, now, existing)
    await tx.rounds.put(
        replace(waiting, pages=(*waiting.pages, page)) if waiting.version else replace(waiting, pages=(page,))
    )
    await tx.rounds.put(replace(await tx.rounds.get(round_.id), asked_on=(*round_.asked_on, f"{ref.page}/{ref.theme}")))
    await mark(context, tx, change, ref, ASKED_ON, now)
    return personal.said(words, "asked_on", theme=label)


def _new_ask(context: Context, change: Change, first: Round, now: datetime, existing: tuple[Round, ...]) -> Round:
    holidays = context.parts.holidays
    opens = working_days_after(local_day(now, change.zone), 1, change.country, holidays)
    closes = working_days_after(opens, HEARD_WORKING_DAYS, change.country, holidays)
    round_ = planned(context, change, RoundKind.ASK, opens, closes, existing)
    return replace(round_, after=first.id, teams=first.teams, reader=first.reader, point=first.point)


async def link(context: Context, tx: Transaction, words: Words, event: Submitted, now: datetime) -> Reply:
    ref, _, change, label, _ = await _theme(tx, event.state, event.person)
    key = fields_of(event).get("point", "")
    if key not in {point.key for point in change.points}:
        return Invalid(((FieldKey("point"), words.say("invalid.choose")),))
    point = change.point(PointKey(key))
    if str(ref) not in {str(one) for one in point.linked}:
        linked = (*point.linked, replace(ref, label=label))
        await tx.changes.put(with_point(change, replace(point, linked=linked)))
        await mark(context, tx, change, ref, f"{LINKED}:{point.key}", now)
    return personal.said(words, "linked", theme=label, point=point.text)


async def tell(context: Context, tx: Transaction, words: Words, event: Submitted, now: datetime) -> Reply:
    round_, change = await round_of(tx, event.state, event.person)
    reaction = read_localised(change, fields_of(event), "reaction")
    if reaction is None and round_.kind is RoundKind.HEARD:
        # Fewer than half recognise it: telling that without an answer would be the end of the conversation.
        return missing(words, change, "reaction")
    await tell_heard(context, tx, change, round_, now, reaction)
    await mark_told(context, tx, round_, change, now)
    return personal.said(words, "told")
