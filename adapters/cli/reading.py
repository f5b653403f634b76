"""`ruimte digest` and `ruimte export`: what has been released, as the core team reads it, and as a file."""

from __future__ import annotations

import json
from collections.abc import Iterator
from random import SystemRandom
from typing import assert_never

from adapters.cli.opening import opened, run, tenant_of
from adapters.cli.sentences import say, warn
from adapters.cli.voice import voice
from adapters.settings import load_settings
from bot.change import Change
from bot.digest.digest import PageDigest, Part, RoundDigest, load
from bot.digest.model import QuestionDigest
from bot.errors import NotFound
from bot.ids import ChangeId, Language, RoundId
from bot.localised import Localised
from bot.messages import Block, Buttons, Facts, Heading, Message, Note, Paragraph, Pointer, Said, Table
from bot.privacy import nearly_all_answered, roughly
from bot.questions import Page
from bot.round import Round, RoundState
from bot.wording.digest import rest, thread
from bot.wording.words import Words


def print_digest(round_: str, tenant: str, language: str) -> None:
    """Print the digest of a round."""
    run(_digest(RoundId(round_), tenant, language))


def export_change(change: str, tenant: str) -> None:
    """Write what was heard about a change."""
    run(_export(ChangeId(change), tenant))


async def _digest(id_: RoundId, named: str, language: str) -> None:
    settings = load_settings()
    async with opened(settings) as parts, parts.store.read(tenant_of(named, settings)) as tx:
        round_ = await tx.rounds.get(id_)
        change = await tx.changes.get(round_.change)
        raw = await tx.answers.digest(id_)
        if raw is None:
            raise NotFound(_no_digest(round_))
        words = Words(parts.texts, Language(language) if language else change.languages[0], change.zone)
        pack = parts.packs.of(round_.kind)
    messages = thread(words, round_, change, load(raw), pack.in_person)
    say("\n\n".join(plain(message) for message in messages))


def _no_digest(round_: Round) -> str:
    """Say why there is nothing to read."""
    match round_.state:
        case RoundState.PLANNED | RoundState.DESTROYED | RoundState.CANCELLED:
            return voice()(f"digest.{round_.state}", round=round_.id)
        case RoundState.OPEN | RoundState.RELEASING:
            return voice()("digest.open", round=round_.id, day=f"{round_.closes_at:%Y-%m-%d}")
        case _:
            return voice()("digest.not_yet", round=round_.id)


def plain(message: Message) -> str:
    """Write a message as text; buttons are left out, because there is nothing to press here."""
    return "\n".join(line for block in message.blocks for line in _lines(block))


def _lines(block: Block) -> Iterator[str]:
    match block:
        case Heading(text):
            yield text
            yield "-" * len(text)
        case Paragraph(text) | Pointer(text):
            yield text
        case Note(text):
            yield f"({text})"
        case Facts(facts):
            yield from (f"{fact.label}: {fact.text}" for fact in facts)
        case Said(text):
            yield f"  “{text}”"
        case Table(columns, rows):
            for row in rows:
                yield row[0]
                yield from (f"  {name}: {cell}" for name, cell in zip(columns[1:], row[1:], strict=True))
        case Buttons():
            return
        case _:
            assert_never(block)


async def _export(id_: ChangeId, named: str) -> None:
    settings = load_settings()
    lines: list[dict[str, object]] = []
    async with opened(settings) as parts, parts.store.read(tenant_of(named, settings)) as tx:
        change = await tx.changes.get(id_)
        for round_ in await tx.rounds.of_change(id_):
            raw = await tx.answers.digest(round_.id) if round_.state is RoundState.RELEASED else None
            if raw is not None:
                lines.extend(_of_round(change, round_, load(raw)))
    # In the order of the rounds and of the digest, lines could be laid beside each other.
    SystemRandom().shuffle(lines)
    for line in lines:
        say(json.dumps(line, ensure_ascii=False))
    if not lines:
        warn("export.nothing", change=id_)


def _of_round(change: Change, round_: Round, digest_: RoundDigest) -> Iterator[dict[str, object]]:
    """Yield a line for every theme and every option that the digest shows."""
    about: dict[str, object] = {
        "change": _texts(round_.subject or change.title),
        "round": round_.kind.value,
        "closed_on": round_.closes_at.date().isoformat(),
        "invited": round_.invited,
    }
    for page in digest_.pages:
        question = round_.page(page.page)
        asked = about | {"question": _texts(question.title or question.questions[0].text)}
        if page.withheld:
            yield asked | {"withheld": True}
        for part in page.parts:
            yield from (asked | line for line in _of_part(round_, question, page, part))


def _of_part(round_: Round, question: Page, page: PageDigest, part: Part) -> Iterator[dict[str, object]]:
    """Yield the options of a choice, or the themes of a field."""
    asked = next((one for one in question.questions if one.key == part.field), None)
    field = {"field": _texts(asked.text)} if asked is not None and len(question.questions) > 1 else {}
    if part.themes is not None:
        yield from (field | line for line in _themes(round_, part.themes))
        return
    labels = {choice.key: choice.label for choice in (asked.choices if asked else ())}
    for key, voices in _shown(part, page.voices):
        yield field | {"option": _texts(labels[key])} | _option(round_, voices, page.voices)


def _option(round_: Round, voices: int, of: int) -> dict[str, object]:
    """Count an option; the options add up to all who answered, so where nearly all did it is counted in tenths."""
    amount = _amount(voices, of)
    if not nearly_all_answered(round_):
        return {"voices": amount, "of": of}
    return {"voices": amount} if isinstance(amount, str) else {"tenths": round(10 * voices / of)}


def _shown(part: Part, of: int) -> tuple[tuple[str, int], ...]:
    """Where nearly all say the same, the others are not counted out one by one, as in the digest."""
    almost = tuple((key, count) for key, count in part.choices if roughly(count, of)[0] == "almost_all")
    return almost or part.choices


def _themes(round_: Round, found: QuestionDigest) -> Iterator[dict[str, object]]:
    """Yield the themes, and the voices that are in none: how many these are where the digest says it too."""
    of: dict[str, object] = {} if nearly_all_answered(round_) else {"of": found.voices}
    for theme in found.themes:
        quotes = [quote.text for quote in theme.quotes]
        yield {"theme": _texts(theme.label), "voices": _amount(theme.voices, found.voices), **of, "quotes": quotes}
    if found.alone.voices + found.other:
        count = rest(round_, found)
        quotes = [quote.text for quote in found.alone.quotes]
        yield {"theme": None, "voices": "some" if count is None else count, **of, "quotes": quotes}


def _amount(voices: int, of: int) -> int | str:
    how, count = roughly(voices, of)
    return "almost all" if how == "almost_all" else count


def _texts(text: Localised) -> dict[str, str]:
    return {str(language): words for language, words in text.texts}
