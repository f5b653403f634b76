"""News to everyone: too few voices, extended, drafts, outcomes, what is known, standing still, the end."""

from __future__ import annotations

from collections.abc import Sequence

from bot.change import Change, Point
from bot.door import Known
from bot.localised import Localised
from bot.messages import Action, Block, Buttons, Fact, Facts, Heading, Message, Note, Paragraph
from bot.round import Round
from bot.wording.words import Words


def bundle(words: Words, messages: Sequence[Message]) -> Message:
    """Put several pieces of news for one person into one message (rule 6)."""
    if len(messages) == 1:
        return messages[0]
    blocks = tuple(block for message in messages for block in message.blocks)
    return Message(words.say("news.bundle_summary", count=len(messages)), blocks)


def welcome(words: Words, door_token: str | None) -> Message:
    """Say hello once; the button carries the token for the open door."""
    blocks: tuple[Block, ...] = (
        Heading(words.say("welcome.title")),
        Paragraph(words.say("welcome.text")),
        Note(words.say("welcome.note" if door_token else "welcome.note_reader")),
        Buttons(
            (
                words.button("door" if door_token else "door_named", Action.DOOR, door_token or "", primary=True),
                words.button("receipt", Action.RECEIPT),
                words.button("home", Action.HOME),
            )
        ),
    )
    return Message(words.say("welcome.summary"), blocks)


def too_few(words: Words, round_: Round, change: Change) -> Message:
    """Nobody read it, and how to talk instead (rule 10)."""
    subject = round_.subject or change.title
    return _plain(words, "too_few", change, subject=subject, k=round_.k)


def extended(words: Words, round_: Round, change: Change) -> Message:
    """The round stays open longer, once: there were too few answers."""
    return _plain(words, "extended", change, subject=round_.subject or change.title, day=round_.closes_at)


def more_time(words: Words, round_: Round, change: Change) -> Message:
    """The round stays open longer, once: the core team gives it more time."""
    return _plain(words, "more_time", change, subject=round_.subject or change.title, day=round_.closes_at)


def cancelled(words: Words, round_: Round, change: Change) -> Message:
    """The round is off, and nothing that was said in it was read."""
    return _plain(words, "cancelled", change, subject=round_.subject or change.title)


def stood_still(words: Words, change: Change) -> Message:
    """Everything planned waits."""
    return _plain(words, "stood_still", change, subject=change.title)


def went_on(words: Words, change: Change) -> Message:
    """It goes on."""
    return _plain(words, "went_on", change, subject=change.title)


def _plain(words: Words, key: str, change: Change, **values: object) -> Message:
    """A title, a text and the way to the change's page: `news.<key>_title`, `news.<key>`."""
    title = words.say(f"news.{key}_title", **values)
    blocks: tuple[Block, ...] = (
        Heading(title),
        Paragraph(words.say(f"news.{key}", **values)),
        Buttons((words.button("page", Action.PAGE, change.id),)),
    )
    return Message(title, blocks)


def draft(words: Words, change: Change, point: Point) -> Message:
    """What was designed together so far, before it is decided."""
    title = words.say("news.draft_title", subject=change.title)
    blocks: tuple[Block, ...] = (
        Heading(title),
        Paragraph(words.say("news.draft", point=point.text)),
        Paragraph(words.of(point.draft or Localised(()))),
        Buttons((words.button("question", Action.QUESTION, change.id), words.button("page", Action.PAGE, change.id))),
    )
    return Message(title, blocks)


def outcome(words: Words, change: Change, point: Point) -> Message:
    """What was decided, also what was not done and why."""
    title = words.say("news.outcome_title", subject=change.title)
    blocks: tuple[Block, ...] = (
        Heading(title),
        outcome_facts(words, change, point),
        Buttons((words.button("question", Action.QUESTION, change.id), words.button("page", Action.PAGE, change.id))),
    )
    return Message(title, blocks)


def outcome_facts(words: Words, change: Change, point: Point) -> Facts:
    """An outcome in labelled lines: the point, what was decided, why, and for a choice which and why not the others."""
    decided = point.outcome
    if decided is None:
        return Facts((Fact(words.say("outcome.point"), words.of(point.text)),))
    facts = [
        Fact(words.say("outcome.point"), words.of(point.text)),
        Fact(words.say("outcome.verdict"), words.say(f"verdict.{decided.verdict}")),
    ]
    if decided.decision is not None:
        facts.append(Fact(words.say("outcome.decision"), words.of(decided.decision)))
    if heard := [words.of(theme.label) for theme in decided.themes if theme.label is not None]:
        facts.append(Fact(words.say("outcome.heard"), ", ".join(heard)))
    if decided.chosen is not None:
        facts.append(Fact(words.say("outcome.chosen"), words.of(change.scenario(decided.chosen).title)))
    if decided.changed is not None:
        facts.append(Fact(words.say("outcome.changed"), words.of(decided.changed)))
    facts.append(Fact(words.say("outcome.reason"), words.of(decided.reason)))
    if decided.others is not None:
        facts.append(Fact(words.say("outcome.others"), words.of(decided.others)))
    if decided.another is not None:
        facts.append(Fact(words.say("outcome.another"), words.of(decided.another)))
    return Facts(tuple(facts))


def known(words: Words, item: Known) -> Message:
    """What is known about a rumour or a question, what is not yet known, and when it will be."""
    title = words.say("news.known_title")
    return Message(title, (Heading(title), known_facts(words, item)))


def known_facts(words: Words, item: Known) -> Facts:
    """The labelled lines of what is known."""
    facts = [Fact(words.say("known.about"), words.of(item.about)), Fact(words.say("known.known"), words.of(item.known))]
    if item.unknown is not None:
        facts.append(Fact(words.say("known.unknown"), words.of(item.unknown)))
    if item.until is not None:
        facts.append(Fact(words.say("known.until"), words.day(item.until)))
    return Facts(tuple(facts))


def closed(words: Words, change: Change, count: Sequence[str]) -> Message:
    """The end of a change: every outcome, and what people said of it in the heard check."""
    title = words.say("news.closed_title", subject=change.title)
    blocks: list[Block] = [Heading(title), Paragraph(words.say("news.closed"))]
    blocks.extend(outcome_facts(words, change, point) for point in change.points if point.outcome is not None)
    blocks.extend(Paragraph(line) for line in count)
    blocks.append(Buttons((words.button("page", Action.PAGE, change.id),)))
    return Message(title, tuple(blocks))


def reply(words: Words, question: str, answer: Localised) -> Message:
    """The answer to one's own named question; the question is repeated, because it was asked by name."""
    title = words.say("news.reply_title")
    return Message(
        title, (Heading(title), Paragraph(words.say("news.reply", question=question)), Paragraph(words.of(answer)))
    )


def offer_reply(words: Words, change: Change, answer: str) -> Message:
    """The personal reply to an offer."""
    title = words.say("news.offer_reply_title", subject=change.title)
    return Message(title, (Heading(title), Paragraph(answer)))
