"""The frame: what is fixed, intended, open, and designed together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.change import Change, Point, PointState
from bot.ids import PersonId
from bot.localised import Localised
from bot.messages import Action, Block, Button, Buttons, Fact, Facts, Heading, Message, Note, Paragraph
from bot.wording.words import Words

Names = Mapping[PersonId, str]

ORDER = (PointState.FIXED, PointState.INTENDED, PointState.OPEN, PointState.TOGETHER)


def points(words: Words, change: Change, names: Names) -> Facts:
    """Show every point in a line, the fixed ones first."""
    ordered = sorted(change.points, key=lambda point: ORDER.index(point.state))
    return Facts(tuple(Fact(_state(words, point), _line(words, point, names)) for point in ordered))


def _state(words: Words, point: Point) -> str:
    """Where a point is: one that was open is not called open any more once it is decided."""
    return words.say("frame.done" if point.outcome is not None else f"frame.{point.state}")


def _line(words: Words, point: Point, names: Names) -> str:
    """One point: what it is, and what belongs to its state."""
    text = words.of(point.text)
    if point.outcome is not None:
        return f"{text} {words.say('frame.decided', verdict=words.say(f'verdict.{point.outcome.verdict}'))}"
    parts = [text]
    if point.decided_by is not None:
        fixed = point.state is PointState.FIXED
        parts.append(words.say("frame.decided_by" if fixed else "frame.intended_by", who=point.decided_by))
    if point.why is not None:
        parts.append(words.of(point.why))
    if point.state is PointState.INTENDED and point.advice_on is not None:
        parts.append(words.say("frame.advice_on", day=point.advice_on))
    if point.owner is not None and point.due_on is not None:
        parts.append(words.say("frame.owner_due", who=_name(names, point.owner), day=point.due_on))
    if point.co_designers:
        parts.append(words.say("frame.co_designers", who=", ".join(_name(names, one) for one in point.co_designers)))
    return " ".join(_sentence(part) for part in parts)


def _sentence(text: str) -> str:
    """End a text with a full stop, so that the next one does not run into it."""
    return text if text.endswith((".", "?", "!", "…")) else f"{text}."


def _name(names: Names, person: PersonId) -> str:
    """A person's name, or their id where we do not know them."""
    return names.get(person, person)


def frame(words: Words, change: Change, names: Names, buttons: Sequence[Button] = ()) -> Message:
    """Tell everyone the frame; `buttons` come before the others (the one tap of the believe round)."""
    blocks: tuple[Block, ...] = (
        Heading(words.of(change.title)),
        Paragraph(words.of(change.why)),
        points(words, change, names),
        Note(words.say("frame.next" if change.asks else "frame.next_fixed")),
        Buttons((*buttons, *_frame_buttons(words, change))),
    )
    return Message(words.say("frame.summary", change=change.title), blocks)


def _frame_buttons(words: Words, change: Change) -> tuple[Button, ...]:
    """Ask about it, and the page that stays open to everyone."""
    return (
        words.button("question", Action.QUESTION, change.id),
        words.button("page", Action.PAGE, change.id),
    )


def frame_for_manager(words: Words, change: Change, names: Names, likely: Sequence[Localised]) -> Message:
    """Tell managers the frame a working day earlier, with questions that they may expect."""
    expected = "\n".join(f"• {words.of(question)}" for question in likely)
    blocks: tuple[Block, ...] = (
        Heading(words.of(change.title)),
        Paragraph(words.say("frame.manager_intro", day=change.frame_on)),
        Paragraph(words.of(change.why)),
        points(words, change, names),
        Paragraph(f"{words.say('frame.manager_likely')}\n{expected}"),
        Note(words.say("frame.manager_hint")),
        Buttons((*_frame_buttons(words, change), words.button("pulse", Action.PULSE))),
    )
    return Message(words.say("frame.manager_summary", change=change.title), blocks)


def frame_changed(words: Words, change: Change, names: Names) -> Message:
    """Tell everyone a correction of the frame."""
    blocks: tuple[Block, ...] = (
        Heading(words.say("frame.changed_title", change=change.title)),
        Paragraph(words.say("frame.changed_intro")),
        points(words, change, names),
        Buttons(_frame_buttons(words, change)),
    )
    return Message(words.say("frame.changed_summary", change=change.title), blocks)
