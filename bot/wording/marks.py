"""What the core team did about what a message of a digest says, as marks on that message."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from bot.change import Change
from bot.messages import Action, Block, Buttons, Message, Note
from bot.wording.words import Words

HEARD, ASKED_ON, LINKED, DECIDED, TOLD = "heard", "asked_on", "linked", "decided", "told"
"""What can be done; the point that something is linked to, or that was decided, stands behind a colon."""

DONE = (HEARD, ASKED_ON, LINKED, DECIDED, TOLD)
DONE_ONCE = {HEARD: Action.HEARD, ASKED_ON: Action.ASK_ON, TOLD: Action.TELL_HEARD}
"""The buttons that have nothing to do any more."""


def marked(words: Words, message: Message, change: Change, marks: Sequence[tuple[str, date]]) -> Message:
    """Put marks on a message, above its buttons, and take away the buttons that were for them."""
    gone = {DONE_ONCE[done] for done, _ in marks if done in DONE_ONCE}
    notes = tuple(note for done, day in marks for note in _note(words, change, done, day))
    above = [block for block in message.blocks if not isinstance(block, Buttons)]
    buttons = [_without(block, gone) for block in message.blocks if isinstance(block, Buttons)]
    blocks: tuple[Block, ...] = (*above, *notes, *(block for block in buttons if block.buttons))
    return replace(message, blocks=blocks)


def _without(block: Buttons, gone: set[Action]) -> Buttons:
    return Buttons(tuple(button for button in block.buttons if button.action not in gone))


def _note(words: Words, change: Change, done: str, day: date) -> tuple[Note, ...]:
    """Say what was done; nothing where the point that it was about is not there any more."""
    what, _, key = done.partition(":")
    point = next((one for one in change.points if one.key == key), None)
    if key and point is None:
        return ()
    outcome = point.outcome if point is not None else None
    verdict = words.say(f"verdict.{outcome.verdict}") if outcome is not None else ""
    return (words.note(f"mark.{what}", day=day, point=point.text if point is not None else "", verdict=verdict),)
