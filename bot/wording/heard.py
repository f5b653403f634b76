"""What was heard in a round, as everyone hears it: themes and their sizes, without words of anyone."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from bot.change import Change
from bot.digest.digest import PageDigest, RoundDigest
from bot.digest.model import QuestionDigest
from bot.messages import Action, Block, Buttons, Fact, Facts, Heading, Message, Paragraph
from bot.privacy import nearly_all_answered
from bot.round import Round
from bot.wording.digest import amount, choices, page_title, rest
from bot.wording.words import Words


def what_we_heard(words: Words, round_: Round, change: Change, digest: RoundDigest) -> Message:
    """Tell everyone what was heard: the themes with their sizes, no quotes, and the core team's first reaction."""
    subject = words.of(round_.subject or change.title)
    blocks: list[Block] = [
        Heading(words.say("heard.title", change=subject)),
        Paragraph(
            words.say(
                "heard.counted_all" if nearly_all_answered(round_) else "heard.counted",
                invited=round_.invited,
                voices=round_.voices,
            )
        ),
    ]
    for page in digest.pages:
        blocks.extend(_heard_page(words, round_, page))
    if round_.reaction is not None:
        blocks.append(Paragraph(words.say("heard.reaction", reaction=round_.reaction)))
    blocks.append(words.note("heard.next"))
    blocks.append(Buttons((words.button("page", Action.PAGE, change.id),)))
    return Message(words.say("heard.summary", change=subject), tuple(blocks))


def _heard_page(words: Words, round_: Round, page: PageDigest) -> Iterator[Block]:
    """One question as everyone hears it."""
    source = round_.page(page.page)
    if page.withheld:
        yield Facts((Fact(page_title(words, source), words.say("heard.withheld")),))
        return
    for part in page.parts:
        if part.themes is None:
            yield Paragraph(page_title(words, source))
            yield choices(words, round_, page, part)
        elif part.themes.voices:
            where = f" · {words.say(f'scenario.{part.field}')}" if part.field else ""
            heard = {
                key.partition(":")[2] for key in round_.themes_heard if key.startswith(f"{page.page}/{part.field}:")
            }
            sizes = _sizes(words, round_, part.themes, heard)
            yield Facts((Fact(f"{page_title(words, source)}{where}", sizes),))


def _sizes(words: Words, round_: Round, digest: QuestionDigest, heard: Collection[str]) -> str:
    """The themes with their sizes, those marked that the core team said it had heard."""
    lines = [
        f"{words.of(theme.label)}: {amount(words, round_, theme.voices, digest.voices)}"
        + (f" · {words.say('heard.mark')}" if theme.key in heard else "")
        for theme in digest.themes
    ]
    others = rest(round_, digest)
    if others:
        lines.append(words.say("heard.rest", count=others))
    return "\n".join(lines)


def summary(words: Words, round_: Round, digest: RoundDigest) -> tuple[Block, ...]:
    """What was heard in a round, as it stays on the page of the change."""
    kind = words.say(f"kind.{round_.kind}")
    counted = words.say(
        "page.round_all" if nearly_all_answered(round_) else "page.round", kind=kind, voices=round_.voices
    )
    blocks: list[Block] = [Paragraph(counted)]
    for page in digest.pages:
        blocks.extend(_heard_page(words, round_, page))
    if round_.reaction is not None:
        blocks.append(Paragraph(words.say("heard.reaction", reaction=round_.reaction)))
    return tuple(blocks)
