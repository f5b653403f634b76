"""One made-up person in one conversation: presses, reads the form, fills in its fields, sends it, until a notice."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from random import Random
from typing import Protocol, assert_never

from adapters.company.answer_book import AnswerBook
from adapters.company.habits import Habits, pick_weighted
from adapters.company.topics import Topic, Topics
from bot.errors import TokenRejected
from bot.events import Event, Pressed, Submitted
from bot.ids import FieldKey
from bot.messages import (
    Action,
    Button,
    Buttons,
    ChoiceField,
    DateField,
    Field,
    Form,
    Notice,
    Reply,
    TextField,
)
from bot.people import Person
from bot.token import round_of

STEPS = 12
"""Nobody fills in more forms than this in one go; a form that always leads to another would never end."""

WORDS_FIELD = "words"
NAME_VALUES = frozenset({"name", "named", "with_name", "yes_name"})
SURE_FIELDS = frozenset({"answer", "meaning", "rumour", "text", "question"})
"""What someone fills in who fills in anything at all, even where it may stay empty."""

PROBE_FIELD = "probe"

ANOTHER_FIELD = "another"
"""Like a probe: few have one, and nobody has somebody else's. Each line of the book is told once."""


class Talks(Protocol):
    """Whom one talks to."""

    async def handle(self, event: Event) -> Reply:
        """Answer a button, a command or a form."""
        ...


@dataclass(frozen=True, slots=True)
class Ways:
    """What made-up people have to say, how they recognise a question, and how they behave."""

    book: AnswerBook
    topics: Topics
    habits: Habits


@dataclass(frozen=True, slots=True)
class Said:
    """What was said to one question of a round; empty text: withdrawn."""

    round: str
    question: str
    text: str


class Conversation:
    """One person, from one press of a button to the last notice. What they said is in `said`, in order."""

    def __init__(self, service: Talks, person: Person, ways: Ways, chance: Random, *, moment: datetime) -> None:
        """Begin. The stamp of a form is the moment in milliseconds, and grows with every form that is opened."""
        self._service = service
        self._person = person
        self._ways = ways
        self._chance = chance
        self._stamp = int(moment.timestamp()) * 1000
        self.said: list[Said] = []

    async def answer(self, value: str) -> None:
        """Answer an invitation, and perhaps the further questions behind it."""
        await self._go_on(await self._press(Action.ANSWER, value))

    async def answer_again(self, value: str) -> None:
        """Come back and say something else in its place; what was behind "say more" stays as it is."""
        await self._fill_through(await self._press(Action.ANSWER, value))

    async def withdraw(self, value: str) -> None:
        """Come back and take it away."""
        reply = await self._press(Action.ANSWER, value)
        button = _first(_offered(reply), Action.WITHDRAW)
        if button is None:
            return
        last = await self._fill_through(await self._press(button.action, button.value))
        if isinstance(last, Notice):
            self.said.append(Said(_round(value), _page(button.value), ""))

    async def offer(self, value: str) -> None:
        """Offer something by name."""
        await self._fill_through(await self._press(Action.OFFER, value))

    async def come_by_the_door(self, value: str) -> None:
        """Ask what is going on."""
        await self._fill_through(await self._press(Action.DOOR, value))

    async def _go_on(self, reply: Reply) -> None:
        """Fill in forms; where a notice offers further questions, perhaps those too, each once."""
        asked: set[str] = set()
        last = await self._fill_through(reply)
        while isinstance(last, Notice):
            more = [b for b in _offered(last) if b.action is Action.ANSWER and b.value not in asked]
            if not more or self._chance.random() >= self._ways.habits.says_more:
                return
            button = self._chance.choice(more)
            asked.add(button.value)
            last = await self._fill_through(await self._press(button.action, button.value))

    async def _press(self, action: Action, value: str) -> Reply:
        """Press a button; a form that opens has a stamp of its own."""
        self._stamp += 1
        return await self._service.handle(Pressed(self._person.tenant, self._person.id, action, value))

    async def _fill_through(self, reply: Reply) -> Reply:
        """Fill in and send every form that follows, until something else comes back; return that."""
        for _ in range(STEPS):
            if not isinstance(reply, Form):
                return reply
            filled = self._fill(reply)
            if filled is None:
                return reply
            reply = await self._send(reply, filled)
        return reply

    async def _send(self, form: Form, filled: Sequence[tuple[FieldKey, str]]) -> Reply:
        """Send a form, sometimes twice; what was taken is remembered as said."""
        event = Submitted(
            self._person.tenant,
            self._person.id,
            form.action,
            form.state,
            tuple(filled),
            self._stamp,
        )
        reply = await self._service.handle(event)
        if not isinstance(reply, Form | Notice):
            return reply
        self._remember(form, filled)
        if self._chance.random() < self._ways.habits.twice:
            reply = await self._service.handle(event)
        return reply

    def _fill(self, form: Form) -> list[tuple[FieldKey, str]] | None:
        """Fill in the fields; None where there is nothing to say to one that must be filled in."""
        filled: list[tuple[FieldKey, str]] = []
        for field in form.fields:
            value = self._value(form, field)
            if value:
                filled.append((field.key, value))
            elif field.required:
                return None
        return filled

    def _value(self, form: Form, field: Field) -> str:
        match field:
            case TextField():
                return self._text(form, field)
            case ChoiceField():
                return self._choice(field)
            case DateField():
                return ""
        assert_never(field)

    def _text(self, form: Form, field: TextField) -> str:
        """Say something of the book; a field that may stay empty often does."""
        sure = field.required or field.key in SURE_FIELDS
        if not sure and self._chance.random() >= self._ways.habits.probe:
            return ""
        topic = self._topic(form, field)
        book, language = self._ways.book, self._person.language
        if field.key == PROBE_FIELD:
            text = book.take_for(language, topic.round, f"{topic.question}.{PROBE_FIELD}")
        elif field.key == ANOTHER_FIELD:
            text = book.take_for(language, topic.round, topic.question)
        else:
            text = book.take(language, topic.round, topic.question)
        return (text or "")[: field.maximum]

    def _topic(self, form: Form, field: TextField) -> Topic:
        """What a field is about; what is no answer to a round has lines under the name of its action."""
        if form.action is not Action.ANSWER:
            return Topic(form.action, "")
        topic = self._ways.topics.of(form, field)
        # A question of the change's own is in no pack: the kind of its round is all that is known of it.
        return topic if topic.round else Topic(_kind(form.state), "")

    def _choice(self, field: ChoiceField) -> str:
        """Choose: whether words may be read, whether to give one's name, or anything else by chance."""
        options = [option.value for option in field.options]
        habits = self._ways.habits
        if not options:
            return ""
        if field.key == WORDS_FIELD:
            return options[0] if self._chance.random() < habits.quotable else options[-1]
        named = [option for option in options if option in NAME_VALUES]
        if named and len(options) > 1:
            other = [option for option in options if option not in NAME_VALUES]
            return named[0] if self._chance.random() < habits.named else other[0]
        return pick_weighted(self._chance, options)

    def _remember(self, form: Form, filled: Sequence[tuple[FieldKey, str]]) -> None:
        """Note what was said in words to a question of a round, and what was chosen where there are no words."""
        if form.action is not Action.ANSWER:
            return
        texts = {field.key for field in form.fields if isinstance(field, TextField)}
        for key, value in filled:
            if key in texts or (not texts and key != WORDS_FIELD):
                self.said.append(Said(_round(form.state), _page(form.state), value))


def _offered(reply: Reply) -> tuple[Button, ...]:
    """The buttons that a reply offers."""
    match reply:
        case Form():
            return (*reply.buttons, *_in_blocks(reply.blocks))
        case Notice():
            return _in_blocks(reply.blocks)
        case _:
            return ()


def _in_blocks(blocks: Sequence[object]) -> tuple[Button, ...]:
    return tuple(button for block in blocks if isinstance(block, Buttons) for button in block.buttons)


def _first(buttons: Sequence[Button], action: Action) -> Button | None:
    return next((button for button in buttons if button.action is action), None)


def _round(value: str) -> str:
    """The round that a button or a form is about: the first part of its token."""
    try:
        return round_of(value.split(" ", 1)[0])
    except TokenRejected:
        return ""


def _kind(value: str) -> str:
    """The kind of the round that a form is about: the part of its name before the number."""
    return _round(value).rpartition("-")[0].rpartition("-")[2]


def _page(value: str) -> str:
    """The page that a button or a form is about: what stands after its token."""
    parts = value.split(" ")
    return parts[1] if len(parts) > 1 else ""
