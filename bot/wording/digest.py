"""A digest as the core team reads it: a thread."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType

from bot.change import Change, ThemeRef
from bot.digest.digest import PageDigest, Part, RoundDigest
from bot.digest.model import QuestionDigest, Quote, Theme
from bot.digest.segments import SegmentTable
from bot.ids import MessageRef, PageKey
from bot.localised import Localised
from bot.messages import Action, Block, Buttons, Fact, Facts, Heading, Message, Note, Paragraph, Pointer, Said, Table
from bot.privacy import nearly_all_answered, roughly
from bot.questions import Page, RoundKind
from bot.round import Round
from bot.wording.words import Words

ASK_ON_VOICES = 3
"""Themes of at least so many voices may be asked on about (section 5)."""


NOWHERE: Mapping[PageKey, MessageRef] = MappingProxyType({})


def thread(
    words: Words,
    round_: Round,
    change: Change,
    digest: RoundDigest,
    in_person: Sequence[Localised],
    *,
    themes: Mapping[PageKey, MessageRef] = NOWHERE,
) -> tuple[Message, ...]:
    """The digest as a thread: the parent, one message a theme, and as the last a question to ask in person.

    Of asking on, every page begins with the theme and the question that was asked about it; `themes` is where that
    theme stands in the thread. There are as many messages with it as without.
    """
    replies = [message for page in digest.pages for message in _page(words, round_, page, themes.get(page.page))]
    return (
        _parent(words, round_, change, digest),
        *replies,
        _last(words, round_, in_person),
    )


def _parent(words: Words, round_: Round, change: Change, digest: RoundDigest) -> Message:
    """How many were asked, could not be reached, and answered; then each question and how many answered it."""
    subject = words.of(round_.subject or change.title)
    title = words.say("digest.title", kind=words.say(f"kind.{round_.kind}"), change=subject)
    facts = tuple(
        Fact(page_title(words, round_.page(page.page)), _voices(words, round_, page)) for page in digest.pages
    )
    blocks: list[Block] = [Heading(title), Paragraph(_counted(words, round_)), Facts(facts)]
    if round_.kind is RoundKind.SCENARIOS:
        blocks.append(side_by_side(words, round_, digest))
    if round_.themes_only:
        blocks.append(words.note("digest.themes_only"))
    blocks.append(words.note("digest.silence"))
    return Message(title, tuple(blocks))


def _counted(words: Words, round_: Round) -> str:
    """How many were asked, answered, and could not be reached."""
    if nearly_all_answered(round_):
        return words.say("digest.counted_all", invited=round_.invited)
    counted = words.say("digest.counted", invited=round_.invited, voices=round_.voices)
    lost = round_.invited - round_.reached
    return f"{counted} {words.say('digest.unreachable', count=lost)}" if lost else counted


def _voices(words: Words, round_: Round, page: PageDigest) -> str:
    """How many answered a page; only that it was answered where nearly all did."""
    if page.withheld:
        return words.say("digest.withheld")
    if nearly_all_answered(round_):
        return words.say("digest.answered")
    return words.say("digest.voices", count=page.voices)


def page_title(words: Words, page: Page) -> str:
    """The heading of a page: its own, or its question."""
    return words.of(page.title or page.questions[0].text)


def side_by_side(words: Words, round_: Round, digest: RoundDigest) -> Table:
    """The scenarios beside each other, and under each what was said most to each question."""
    shown = [page for page in digest.pages if not page.withheld]
    columns = ("", *(page_title(words, round_.page(page.page)) for page in shown))
    fields = [part.field for part in shown[0].parts] if shown else []
    rows = tuple(
        (words.say(f"scenario.{field}"), *(_most_said(words, page, field) for page in shown)) for field in fields
    )
    return Table(columns, rows)


def _most_said(words: Words, page: PageDigest, field: str) -> str:
    themes = next((part.themes for part in page.parts if part.field == field), None)
    if themes is None or not themes.themes:
        return words.say("digest.nothing_shared")
    return "\n".join(f"{words.of(theme.label)} ({_size(words, theme, themes.voices)})" for theme in themes.themes[:4])


def _size(words: Words, theme: Theme, of: int) -> str:
    how, number = roughly(theme.voices, of)
    return words.say("digest.almost_all") if how == "almost_all" else str(number)


def _page(words: Words, round_: Round, page: PageDigest, theme: MessageRef | None) -> Iterator[Message]:
    """The replies about one page."""
    title = page_title(words, round_.page(page.page))
    if round_.kind is RoundKind.ASK:
        yield _asked_on(words, round_.page(page.page), _voices(words, round_, page), theme)
    for part in page.parts:
        where = f"{title} · {words.say(f'scenario.{part.field}')}" if part.field and part.themes else title
        if part.themes is not None:
            yield from _themes(words, round_, page.page, part.field, where, part.themes)
        else:
            yield Message(title, (Heading(title), choices(words, round_, page, part)))


def _asked_on(words: Words, asked: Page, voices: str, theme: MessageRef | None) -> Message:
    """The theme that was asked on about, the question, and how many answered it; what they said follows."""
    label = page_title(words, asked)
    text = words.say("digest.asked_on", question=asked.questions[0].text)
    pointer = (Pointer(words.say("digest.theme_above"), theme),) if theme is not None else ()
    return Message(f"{label}: {text}", (Heading(label), Paragraph(f"{text}\n{voices}"), *pointer))


def theme_place(thread_: Sequence[Message], label: str) -> int | None:
    """Return which message of a thread is the one about a theme, by the theme's label."""
    return next((at for at, one in enumerate(thread_) if _is_theme(one) and one.blocks[0] == Heading(label)), None)


def place_of(thread_: Sequence[Message], theme: str) -> int | None:
    """Return which message of a thread is the one about a theme, by the theme's own name in its buttons."""
    return next((at for at, one in enumerate(thread_) if theme in _names(one)), None)


def _names(message: Message) -> set[str]:
    buttons = (button for block in message.blocks if isinstance(block, Buttons) for button in block.buttons)
    return {button.value for button in buttons if button.action is Action.LINK_POINT}


def _is_theme(message: Message) -> bool:
    return any(
        button.action is Action.HEARD
        for block in message.blocks
        if isinstance(block, Buttons)
        for button in block.buttons
    )


def choices(words: Words, round_: Round, page: PageDigest, part: Part) -> Facts:
    """The options of a choice with how many took each; "almost all" where nearly all took one.

    The options add up to all who answered, so where nearly all did they are told in tenths.
    """
    question = next(one for one in round_.page(page.page).questions if one.key == part.field)
    labels = {choice.key: words.of(choice.label) for choice in question.choices}
    told = _tenths if nearly_all_answered(round_) else _of
    return Facts(tuple(Fact(labels[key], told(words, count, page.voices)) for key, count in _shown(part, page.voices)))


def _tenths(words: Words, count: int, of: int) -> str:
    """Write a count as about so many of ten."""
    if roughly(count, of)[0] == "almost_all":
        return words.say("digest.almost_all")
    tenths = round(10 * count / of) if of else 0
    return words.say("digest.tenths", count=tenths) if tenths else words.say("digest.almost_nobody")


def _shown(part: Part, voices: int) -> tuple[tuple[str, int], ...]:
    """Where nearly all say the same, the others are not counted out one by one."""
    almost = [(key, count) for key, count in part.choices if roughly(count, voices)[0] == "almost_all"]
    return tuple(almost) or part.choices


def amount(words: Words, round_: Round, count: int, of: int) -> str:
    """Write a count of so many; of how many is not said where nearly all answered."""
    if nearly_all_answered(round_) and roughly(count, of)[0] != "almost_all":
        return words.say("digest.people", count=count)
    return _of(words, count, of)


def _of(words: Words, count: int, of: int) -> str:
    """Write a count of so many; "almost all" where nearly all are."""
    how, number = roughly(count, of)
    return words.say("digest.almost_all") if how == "almost_all" else words.say("digest.of", count=number, total=of)


def rest(round_: Round, digest: QuestionDigest) -> int | None:
    """How many are in no theme; None where that says the size of a theme or of all, which are not named."""
    hidden = nearly_all_answered(round_) or any(digest.said_by_almost_all(theme) for theme in digest.themes)
    return None if hidden else digest.alone.voices + digest.other


def _themes(
    words: Words, round_: Round, page: PageKey, field: str, title: str, digest: QuestionDigest
) -> Iterator[Message]:
    for theme in digest.themes:
        yield _theme(words, round_, ThemeRef(round_.id, page, f"{field}:{theme.key}"), title, theme, digest.voices)
    if digest.alone.voices + digest.other:
        yield _rest(words, title, digest, rest(round_, digest))
    if digest.segments is not None:
        yield _by_segment(words, title, digest, digest.segments)


def _rest(words: Words, title: str, digest: QuestionDigest, count: int | None) -> Message:
    """The voices in no theme, and the words of those that may be read; whether these are all only beside a number."""
    alone = digest.alone.voices > 0
    if count is None:
        lines = words.say("digest.alone_some" if alone else "digest.other_some")
    else:
        lines = words.say("digest.alone" if alone else "digest.other", count=count)
    quotes = _quotes(digest.alone.quotes)
    hidden = () if count is None else (_hidden(words, count, len(quotes)),)
    return Message(lines, (Heading(title), Paragraph(lines), *quotes, *hidden))


def _by_segment(words: Words, title: str, digest: QuestionDigest, table: SegmentTable) -> Message:
    """The sizes of the themes beside each other by segment.

    How many answered in each is not said: nobody counts who was asked there, so it could be everyone.
    """
    labels = {theme.key: words.of(theme.label) for theme in digest.themes}
    columns = (segment or words.say("digest.elsewhere") for segment in table.segments)
    rows = ((labels[row.theme], *map(str, row.voices)) for row in table.rows)
    text = words.say("digest.segments")
    blocks: tuple[Block, ...] = (
        Heading(title),
        Paragraph(text),
        Table(("", *columns), tuple(rows)),
        words.note("digest.segments_note"),
    )
    return Message(f"{title}: {text}", blocks)


def _theme(words: Words, round_: Round, ref: ThemeRef, title: str, theme: Theme, of: int) -> Message:
    """One theme with its size, what changed, the words of those who allowed it, and what can be done with it."""
    label = words.of(theme.label)
    size = words.say("digest.theme_size", size=amount(words, round_, theme.voices, of))
    since = _since(words, theme, of)
    buttons = [words.button("heard", Action.HEARD, str(ref))]
    if theme.voices >= ASK_ON_VOICES and round_.kind is not RoundKind.ASK:
        buttons.append(words.button("ask_on", Action.ASK_ON, str(ref)))
    buttons.append(words.button("link_point", Action.LINK_POINT, str(ref)))
    blocks: tuple[Block, ...] = (
        Heading(label),
        Paragraph(" ".join(part for part in (size, since) if part)),
        *_quotes(theme.quotes),
        Note(title),
        Buttons(tuple(buttons)),
    )
    return Message(f"{label}: {size}", blocks)


def _since(words: Words, theme: Theme, of: int) -> str:
    """How many more or fewer than before; nothing where it reads "almost all", which a difference would tell."""
    if not theme.change or roughly(theme.voices, of)[0] == "almost_all":
        return ""
    return words.say("digest.more" if theme.change > 0 else "digest.fewer", count=abs(theme.change))


def _quotes(quotes: Sequence[Quote]) -> tuple[Said, ...]:
    return tuple(Said(quote.text, quote.language) for quote in quotes)


def _hidden(words: Words, voices: int, shown: int) -> Note:
    """Say that there are words which nobody reads."""
    return words.note("digest.all_shown" if shown >= voices else "digest.not_shown")


def _last(words: Words, round_: Round, in_person: Sequence[Localised]) -> Message:
    """A question to ask in person (rule 8), and the step that closes the loop (rule 5)."""
    question = words.of(in_person[0]) if in_person else words.say("digest.in_person_default")
    blocks: list[Block] = [Heading(words.say("digest.in_person")), Paragraph(question)]
    if round_.heard_told_at is None:
        blocks.append(Buttons((words.button("tell_heard", Action.TELL_HEARD, round_.id, primary=True),)))
    if round_.heard_by is not None and round_.heard_told_at is None:
        blocks.append(words.note("digest.heard_by", day=round_.heard_by))
    return Message(words.say("digest.in_person"), tuple(blocks))
