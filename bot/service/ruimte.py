"""The way in: events of people, the tick of the clock, and what an organiser applies."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from datetime import datetime

from bot.change import Change
from bot.errors import NotAllowed, NotFound, Refused, RuimteError
from bot.events import Event, Pressed, Submitted
from bot.ids import ChangeId, Language, PersonId, TenantId
from bot.messages import Action, Invalid, Notice, Paragraph, Reply
from bot.people import Person
from bot.service import (
    checking,
    core_team,
    doors,
    employee,
    explaining,
    home,
    manager,
    organiser,
    outlook,
    preview,
    roster,
    tick,
)
from bot.service.checking import Problem
from bot.service.context import Context
from bot.service.organiser import Applied
from bot.service.outlook import Outlook
from bot.service.parts import Parts
from bot.service.preview import Preview
from bot.wording import personal, trial
from bot.wording.round import Handle
from bot.wording.words import Words

Press = Callable[[Context, Pressed, Person], Awaitable[Reply]]
Submit = Callable[[Context, Submitted, Person], Awaitable[Reply]]


class Ruimte:
    """The service."""

    def __init__(self, parts: Parts) -> None:
        """Stand on these parts."""
        self._parts = parts
        self._context = Context(parts)

    async def handle(self, event: Event) -> Reply:
        """Answer a button, a command or a form. Our errors become a notice with a clear sentence."""
        try:
            return await self._answer(event)
        except RuimteError as error:
            words = await self._words(event)
            return self._spoken(_sorry(words, error), words.language)

    async def _answer(self, event: Event) -> Reply:
        """An answer is taken without a look at who gives it; everything else knows the person."""
        if isinstance(event, Submitted) and event.action in ANSWERS:
            reply = await ANSWERS[event.action](self._context, event)
            return self._spoken(reply, Handle.parse(event.state).language)
        person = await self._person(event)
        if isinstance(event, Pressed):
            reply = await PRESSED[event.action](self._context, event, person)
            language = Language(event.value) if event.action is Action.LANGUAGE else person.language
            return self._spoken(reply, language)
        return self._spoken(await SUBMITTED[event.action](self._context, event, person), person.language)

    def _spoken(self, reply: Reply, language: Language) -> Reply:
        """Mark in which language a reply is; where there are no texts in it, it is in the default."""
        if isinstance(reply, Invalid) or reply.language:
            return reply
        languages = self._parts.texts.languages
        return replace(reply, language=language if language in languages else languages[0])

    async def _person(self, event: Event) -> Person:
        """Who this is. Someone whom we do not know yet may just have joined. Raises NotAllowed for guests."""
        try:
            person = await self._known(event)
        except NotFound:
            await roster.sync(self._context, event.tenant)
            person = await self._known(event)
        if not person.present:
            raise NotAllowed
        return person

    async def _known(self, event: Event) -> Person:
        async with self._parts.store.read(event.tenant) as tx:
            return await tx.people.get(event.person)

    async def _words(self, event: Event) -> Words:
        """Speak the person's language if we can find it out, else the default."""
        try:
            return self._context.words_for(await self._known(event))
        except RuimteError:
            return self._context.words(self._parts.texts.languages[0], "UTC")

    async def tick(self, tenant: TenantId) -> None:
        """Do what is due now and deliver what waits; nothing when another replica has the tenant's lease."""
        await tick.tick(self._context, tenant)

    async def next_due_at(self, tenant: TenantId) -> datetime | None:
        """Return the next moment at which something is due, None when nothing is planned."""
        return await tick.next_due_at(self._context, tenant)

    async def sync(self, tenant: TenantId) -> None:
        """Take over who is there from the platform: joiners are welcomed, leavers are not written to."""
        await roster.sync(self._context, tenant)

    async def check(self, tenant: TenantId, change: Change) -> tuple[str, ...]:
        """Say what is wrong with a change before it is applied, as sentences in the change's first language."""
        return await checking.check(self._context, tenant, change)

    async def problems(self, tenant: TenantId, change: Change) -> tuple[Problem, ...]:
        """Say what is wrong with a change before it is applied, and where in it."""
        return await checking.problems(self._context, tenant, change)

    async def outlook(self, tenant: TenantId, change: Change) -> Outlook:
        """Reckon what a change would ask of people, whether or not it may be applied."""
        return await outlook.outlook(self._context, tenant, change)

    async def previews(self, tenant: TenantId, change: Change, language: Language) -> tuple[Preview, ...]:
        """Make every message of a change that can be made before anybody answered, in a language."""
        return await preview.previews(self._context, tenant, change, language)

    async def send_as_try(self, tenant: TenantId, change: Change, person: PersonId, *, only: str | None = None) -> int:
        """Send its messages to one person, marked as a try; say how many. Nothing is recorded.

        Raises NotFound for nobody we know, Unreachable, DeliveryFailed.
        """
        return await preview.send_as_try(self._context, tenant, change, person, only=only)

    async def apply(self, tenant: TenantId, change: Change, *, by: PersonId | None = None) -> Applied:
        """Put a change in place, or a correction of it; `by` None is whoever operates the installation.

        Raises Refused with every sentence, NotAllowed; nothing changes then.
        """
        return await organiser.apply(self._context, tenant, change, by)

    async def close(self, tenant: TenantId, change: ChangeId) -> Change:
        """Close a change. Raises Refused while something is missing, NotFound."""
        async with self._parts.store.write(tenant) as tx:
            found = await tx.changes.get(change)
            return await core_team.close_change(self._context, tx, found, self._parts.clock.now())

    async def explain(self, tenant: TenantId, value: str) -> Notice:
        """Say how anonymous answering works, to whoever reads it (`bot.wording.explain.about` writes `value`)."""
        return await explaining.explain(self._context, tenant, value)

    async def forget(self, tenant: TenantId, person: PersonId) -> None:
        """Delete a person and what was sent to them; what they said cannot be found, and stays. Raises NotFound."""
        await roster.forget(self._context, tenant, person)


def _sorry(words: Words, error: RuimteError) -> Notice:
    """A clear sentence for what was refused or went wrong."""
    key = f"refused.{error.reason}" if isinstance(error, Refused) else f"error.{error.code}"
    try:
        text = words.say(key, **error.facts)
    except KeyError:
        text = words.say(f"error.{error.code}")
    return Notice(words.say("notice.sorry_title"), (Paragraph(text),))


def _in_language(answer: Callable[[Context, Pressed, Language], Awaitable[Reply]]) -> Press:
    """A use case that needs of the person only their language."""

    async def press(context: Context, event: Pressed, person: Person) -> Reply:
        return await answer(context, event, person.language)

    return press


async def _snooze_form(context: Context, _: Pressed, person: Person) -> Reply:
    return personal.snooze_form(context.words_for(person))


async def _explain(context: Context, event: Pressed, _: Person) -> Reply:
    return await explaining.explain(context, event.tenant, event.value)


async def _tried(context: Context, _: Pressed, person: Person) -> Reply:
    return trial.pressed(context.words_for(person))


async def _receipt_form(context: Context, _: Pressed, person: Person) -> Reply:
    return personal.receipt_form(context.words_for(person))


ANSWERS: Mapping[Action, Callable[[Context, Submitted], Awaitable[Reply]]] = {
    Action.ANSWER: employee.submit_page,
    Action.WITHDRAW: employee.withdraw,
    Action.OFFER: employee.submit_offer,
}

CORE_FORMS = (
    Action.ASK_ON,
    Action.LINK_POINT,
    Action.TELL_HEARD,
    Action.OUTCOME,
    Action.DRAFT,
    Action.REPLY_QUESTION,
    Action.REPLY_OFFER,
    Action.PUBLISH_KNOWN,
    Action.STAND_STILL,
    Action.GO_ON,
    Action.CLOSE,
    Action.EXTEND_ROUND,
    Action.CANCEL_ROUND,
)
"""Buttons of the core team that open a form, which comes back with the same action."""

PRESSED: Mapping[Action, Press] = {
    Action.ANSWER: _in_language(employee.open_page),
    Action.OFFER: _in_language(employee.open_offer),
    Action.WITHDRAW: _in_language(employee.ask_withdraw),
    Action.QUESTION: doors.open_question,
    Action.DOOR: doors.open_door,
    Action.RECEIPT: _receipt_form,
    Action.PAGE: home.change_page,
    Action.EXPLAIN: _explain,
    Action.HOME: home.home,
    Action.LANGUAGE: home.set_language,
    Action.SNOOZE: _snooze_form,
    Action.STOP: home.stop,
    Action.RESUME: home.resume,
    Action.PULSE: manager.open_pulse,
    Action.TRY: _tried,
    Action.HEARD: core_team.heard,
    Action.CORE: core_team.press,
    **dict.fromkeys(CORE_FORMS, core_team.press),
}
"""What a button or a command asks for; a test holds that none is missing."""

SUBMITTED: Mapping[Action, Submit] = {
    Action.QUESTION: doors.submit,
    Action.DOOR: doors.submit,
    Action.RECEIPT: doors.find_receipt,
    Action.SNOOZE: home.snooze,
    Action.PULSE: manager.submit_pulse,
    **dict.fromkeys(CORE_FORMS, core_team.submit),
}
