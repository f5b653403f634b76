"""A try: messages that an organiser sends to nobody but themselves, and what their buttons say."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from bot.messages import Action, Block, Buttons, Message, Note, Notice, Paragraph
from bot.wording.words import Words


def marked(words: Words, message: Message, on: date | None) -> Message:
    """Mark a message as a try; its buttons do nothing but say so."""
    note = words.say("try.note", day=on) if on is not None else words.say("try.note_undated")
    blocks = (Note(note), *(_harmless(block) for block in message.blocks))
    return replace(message, summary=words.say("try.summary", summary=message.summary), blocks=blocks)


def _harmless(block: Block) -> Block:
    """Buttons look as they will; what they carry is gone."""
    if not isinstance(block, Buttons):
        return block
    return Buttons(tuple(replace(button, action=Action.TRY, value="") for button in block.buttons))


def pressed(words: Words) -> Notice:
    """Said for every button of a try."""
    return Notice(words.say("notice.try_title"), (Paragraph(words.say("notice.try")),))
