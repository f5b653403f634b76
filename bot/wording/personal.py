"""What one person asks for: home, what is kept, snooze, questions, the open door, the page of a change."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from math import ceil

from bot.change import Change
from bot.door import Entry, Known
from bot.ids import FieldKey, Language, MessageRef
from bot.localised import Localised
from bot.messages import (
    Action,
    Block,
    Button,
    Buttons,
    ChoiceField,
    DateField,
    Fact,
    Facts,
    Form,
    Heading,
    Notice,
    Option,
    Paragraph,
    Pointer,
    TextField,
)
from bot.people import Person
from bot.privacy import K_TEXT
from bot.wording import explain, frame, news
from bot.wording.frame import Names
from bot.wording.words import Words, cut


@dataclass(frozen=True, slots=True)
class Asked:
    """An invitation that stands in someone's chat, to a round that is open: about what, since when, and where."""

    subject: Localised
    sent_at: datetime
    ref: MessageRef


def home(
    words: Words,
    person: Person,
    changes: Sequence[Change],
    languages: Sequence[Language],
    asked: Sequence[Asked] = (),
) -> Notice:
    """What is kept about you, and what you can set. It looks the same whether or not you answered anything."""
    blocks: list[Block] = [
        Heading(words.say("home.kept")),
        Facts(_kept(words, person)),
        Paragraph(words.say("home.not_kept")),
        Buttons(tuple(_settings(words, person, languages))),
    ]
    for one in asked:
        blocks.append(Heading(words.say("reminder.summary", change=one.subject)))
        blocks.append(Pointer(words.say("reminder.pointer", day=one.sent_at), one.ref))
    if changes:
        blocks.append(Heading(words.say("home.changes")))
        blocks.append(Buttons(tuple(Button(cut(words.of(one.title)), Action.PAGE, one.id) for one in changes[:20])))
    more = words.button("explain", Action.EXPLAIN, explain.about(None, words.language))
    blocks.append(Buttons((words.button("door_named", Action.DOOR), words.button("receipt", Action.RECEIPT), more)))
    return Notice(words.say("home.title"), tuple(blocks))


def _kept(words: Words, person: Person) -> tuple[Fact, ...]:
    """What is kept about somebody."""
    starts, ends = f"{person.starts:%H:%M}", f"{person.ends:%H:%M}"
    return (
        Fact(words.say("home.name"), person.name),
        Fact(words.say("home.language"), words.name_of(person.language)),
        Fact(words.say("home.hours"), words.say("home.hours_text", starts=starts, ends=ends, zone=person.zone)),
        Fact(words.say("home.teams"), ", ".join(person.teams) or words.say("home.none")),
        Fact(words.say("home.messages"), words.say("home.messages_text")),
        Fact(words.say("home.status"), _status(words, person)),
    )


def _settings(words: Words, person: Person, languages: Sequence[Language]) -> Iterator[Button]:
    """What somebody can set."""
    for one in languages:
        if one != person.language:
            yield Button(words.name_of(one), Action.LANGUAGE, one)
    yield words.button("snooze", Action.SNOOZE)
    if person.stopped or person.snoozed_until is not None:
        yield words.button("resume", Action.RESUME)
    if not person.stopped:
        yield words.button("stop", Action.STOP)


def _status(words: Words, person: Person) -> str:
    if person.stopped:
        return words.say("home.stopped")
    if person.snoozed_until is not None:
        return words.say("home.snoozed", day=person.snoozed_until)
    return words.say("home.active")


def said(words: Words, key: str, **values: object) -> Notice:
    """A notice of a title and a text: `notice.<key>_title`, `notice.<key>`."""
    return Notice(words.say(f"notice.{key}_title", **values), (Paragraph(words.say(f"notice.{key}", **values)),))


def snooze_form(words: Words) -> Form:
    """Until when to be quiet."""
    return Form(
        action=Action.SNOOZE,
        state="",
        title=words.say("snooze.title"),
        blocks=(Paragraph(words.say("snooze.text")),),
        fields=(DateField(FieldKey("until"), words.say("snooze.until")),),
        submit=words.say("form.save"),
    )


def question_form(words: Words, change: Change) -> Form:
    """A question about the frame, by name; without a name it goes by the door, whose token is in the first message."""
    return Form(
        action=Action.QUESTION,
        state=change.id,
        title=words.say("question.title"),
        blocks=(Paragraph(words.say("question.intro")), words.adviser(change)),
        fields=(_text(words, "question"),),
        submit=words.say("form.send"),
    )


def door_form(words: Words, token: str, about: Sequence[Known], change: Change | None) -> Form:
    """What is going on: what is already known comes before the question."""
    blocks: list[Block] = [Paragraph(words.say("door.intro"))]
    if about:
        blocks.append(Heading(words.say("door.known")))
        blocks.extend(news.known_facts(words, one) for one in about[:5])
    if not token:
        blocks.append(Paragraph(words.say("door.by_name")))
    blocks.append(words.adviser(change))
    return Form(
        action=Action.DOOR,
        state=token,
        title=words.say("door.title"),
        blocks=tuple(blocks),
        fields=(_kind(words), _text(words, "door"), *_how(words, token)),
        submit=words.say("form.send"),
    )


def _text(words: Words, key: str) -> TextField:
    return TextField(FieldKey("text"), words.say(f"{key}.text"), maximum=1000)


def _kind(words: Words) -> ChoiceField:
    options = (Option("rumour", words.say("door.rumour")), Option("question", words.say("door.question")))
    return ChoiceField(FieldKey("kind"), words.say("door.kind"), options)


def _how(words: Words, token: str) -> tuple[ChoiceField, ...]:
    """By name or without: only where the welcome message's token makes the second possible."""
    if not token:
        return ()
    options = (Option("named", words.say("door.named")), Option("anonymous", words.say("door.anonymous")))
    return (ChoiceField(FieldKey("how"), words.say("door.how"), options, words.say("door.how_hint", k=K_TEXT)),)


def receipt_shown(words: Words, receipt: str) -> Notice:
    """The receipt of something anonymous: shown once."""
    return Notice(
        words.say("receipt.shown_title"),
        (Paragraph(words.say("receipt.shown")), Heading(receipt), words.note("receipt.shown_note")),
    )


def receipt_form(words: Words) -> Form:
    """Type a receipt, to see what became of it."""
    return Form(
        action=Action.RECEIPT,
        state="",
        title=words.say("receipt.title"),
        blocks=(Paragraph(words.say("receipt.intro")),),
        fields=(TextField(FieldKey("receipt"), words.say("receipt.field"), maximum=100, lines=1),),
        submit=words.say("form.look"),
    )


def receipt_found(words: Words, entry: Entry | None) -> Notice:
    """The reply, or that there is none yet; never the text."""
    if entry is None:
        return said(words, "receipt_unknown")
    if entry.reply is None:
        return said(words, "receipt_waits")
    return Notice(words.say("receipt.reply_title"), (Paragraph(words.of(entry.reply)),))


@dataclass(frozen=True, slots=True)
class Account:
    """What a change took and gave: hours asked, conversations, answers and changes given back (rule 6)."""

    hours: float
    offers: int
    replies: int
    outcomes: int
    adapted: int


def _informed(words: Words, change: Change) -> str:
    """When the works council and the managers heard of it, in a line each ("" where neither is on record)."""
    lines = []
    if change.council_told_on is not None:
        lines.append(words.say("page.council_told", day=change.council_told_on))
    if change.managers_told_on is not None:
        lines.append(words.say("page.managers_told", day=change.managers_told_on))
    return "\n".join(lines)


def change_page(
    words: Words, change: Change, names: Names, told: Sequence[Block], overdue: Sequence[str], account: Account
) -> Notice:
    """The page of a change: its frame, what was heard, what was decided, what is late, and the account of attention."""
    blocks: list[Block] = [Paragraph(words.of(change.why)), frame.points(words, change, names)]
    if overdue:
        blocks.append(Paragraph("\n".join((words.say("page.overdue"), *overdue))))
    decided = [point for point in change.points if point.outcome is not None]
    if decided:
        blocks.append(Heading(words.say("page.outcomes")))
        blocks.extend(news.outcome_facts(words, change, point) for point in decided)
    if told:
        blocks.append(Heading(words.say("page.heard")))
        blocks.extend(told)
    if informed := _informed(words, change):
        blocks.append(Paragraph(informed))
    blocks.append(Heading(words.say("page.account")))
    blocks.append(
        Paragraph(
            words.say(
                "page.account_text",
                hours=ceil(account.hours),
                offers=account.offers,
                replies=account.replies,
                outcomes=account.outcomes,
                adapted=account.adapted,
            )
        )
    )
    blocks.append(Buttons((words.button("question", Action.QUESTION, change.id),)))
    return Notice(words.of(change.title), tuple(blocks))
