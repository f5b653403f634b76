"""How answering works, on one page: what happens to an answer, who reads what, and what cannot be prevented."""

from __future__ import annotations

from bot.change import Change
from bot.ids import Language, RoundId
from bot.messages import Block, Heading, Notice, Paragraph
from bot.privacy import K_CHOICE, K_TEXT
from bot.round import Round
from bot.wording.words import Words

ANY_ROUND = "-"


def about(round_id: RoundId | None, language: Language) -> str:
    """Write what a button or a link to this page carries: a round, or none in particular, and the language."""
    return f"{round_id or ANY_ROUND} {language}"


def parse(text: str) -> tuple[RoundId | None, Language]:
    """Read what `about` wrote; what is missing is None and ""."""
    round_id, language, *_ = (*text.split(" "), "", "")
    return (RoundId(round_id) if round_id not in {"", ANY_ROUND} else None), Language(language)


def page(words: Words, round_: Round | None, change: Change | None) -> Notice:
    """Explain a round with its own day and number, or any round where none is named."""
    blocks: tuple[Block, ...] = (
        Paragraph(words.say("explain.intro")),
        Heading(words.say("explain.open_title")),
        Paragraph(words.say("explain.sealed")),
        Paragraph(_until(words, round_)),
        Paragraph(words.say("explain.no_mark")),
        Heading(words.say("explain.closed_title")),
        Paragraph(words.say("explain.shuffled")),
        Paragraph(_from_how_many(words, round_)),
        Heading(words.say("explain.read_title")),
        *_core_team(words, round_),
        Paragraph(words.say("explain.everyone")),
        Heading(words.say("explain.limits_title")),
        *_limits(words),
        words.adviser(change),
    )
    return Notice(words.say("explain.title"), blocks, words.language)


def _until(words: Words, round_: Round | None) -> str:
    """Until when nobody reads, and an answer can be changed."""
    return words.say("explain.until") if round_ is None else words.say("explain.until_day", day=round_.closes_at)


def _from_how_many(words: Words, round_: Round | None) -> str:
    if round_ is None:
        return words.say("explain.from_any", text=K_TEXT, tap=K_CHOICE)
    return words.say("explain.from", k=round_.k)


def _core_team(words: Words, round_: Round | None) -> tuple[Block, ...]:
    """What the core team reads, and what becomes of words that it does not read."""
    if round_ is not None and (round_.themes_only or words.language not in round_.showable):
        return Paragraph(words.say("explain.core_team_themes")), Paragraph(words.say("explain.unread_all"))
    return Paragraph(words.say("explain.core_team")), Paragraph(words.say("explain.unread"))


def _limits(words: Words) -> tuple[Block, ...]:
    """What must still be trusted (design, end of section 5)."""
    lines = (
        words.say("explain.service"),
        words.say("explain.host"),
        words.say("explain.erased"),
        words.say("explain.platform"),
        words.say("explain.colleagues"),
        words.say("explain.style"),
    )
    return tuple(Paragraph(f"• {line}") for line in lines)
