"""What the core team reads, apart from the digest itself."""

from __future__ import annotations

from collections.abc import Sequence

from bot.change import Change, ChangeState, Point, PointState
from bot.door import Entry, Offer
from bot.localised import Localised
from bot.messages import (
    Action,
    Block,
    Button,
    Buttons,
    Fact,
    Facts,
    Heading,
    Message,
    Notice,
    Paragraph,
)
from bot.privacy import SMALLEST_AUDIENCE
from bot.round import Round, RoundState
from bot.wording.words import Words, cut


def opened(words: Words, round_: Round, change: Change, meanwhile: Sequence[Localised], *, lost: int = 0) -> Message:
    """A round is open: nobody reads anything yet, and this is what can be done meanwhile.

    `lost` of those who are invited cannot be written to yet, and this is what helps.
    """
    title = words.say("core.opened_title", kind=words.say(f"kind.{round_.kind}"), change=round_.subject or change.title)
    question = words.of(meanwhile[0]) if meanwhile else words.say("digest.in_person_default")
    blocks: tuple[Block, ...] = (
        Heading(title),
        Paragraph(words.say("core.opened", invited=round_.invited, k=round_.k, day=round_.closes_at)),
        *((Paragraph(words.say("core.out_of_reach", count=lost, invited=round_.invited)),) if lost else ()),
        Paragraph(words.say("core.meanwhile", question=question)),
        Buttons(
            (
                words.button("extend_round", Action.EXTEND_ROUND, round_.id),
                words.button("cancel_round", Action.CANCEL_ROUND, round_.id),
                words.button("core", Action.CORE, change.id),
            )
        ),
    )
    return Message(title, blocks)


def not_opened(words: Words, round_: Round, change: Change, why: str) -> Message:
    """A planned round was taken off; `why` is the rule that said no, as `refused.<why>` says it."""
    title = words.say(
        "core.not_opened_title", kind=words.say(f"kind.{round_.kind}"), change=round_.subject or change.title
    )
    point = words.of(change.point(round_.point).text) if round_.point is not None else ""
    blocks: tuple[Block, ...] = (
        Heading(title),
        Paragraph(words.say("core.not_opened")),
        Paragraph(words.say(f"refused.{why}", smallest=SMALLEST_AUDIENCE, point=point)),
        words.note("core.not_opened_next"),
        Buttons((words.button("core", Action.CORE, change.id),)),
    )
    return Message(title, blocks)


def question(words: Words, entry: Entry, who: str | None) -> Message:
    """A question or rumour by name, to be answered within two working days; or one that was released without a name."""
    title = words.say("core.question_title" if who else "core.anonymous_title")
    by = (
        words.say("core.question_by", who=who, day=entry.reply_by)
        if who and entry.reply_by
        else words.say("core.anonymous")
    )
    blocks: tuple[Block, ...] = (
        Heading(title),
        Paragraph(entry.text),
        Paragraph(by),
        Buttons(
            (
                words.button("reply", Action.REPLY_QUESTION, entry.id, primary=True),
                words.button("publish_known", Action.PUBLISH_KNOWN, entry.id),
            )
        ),
    )
    return Message(title, blocks)


def offer(words: Words, one: Offer, who: str, change: Change) -> Message:
    """An offer by name, shown at the close, with the change that it is about and the date by which it gets a reply."""
    title = words.say("core.offer_title", who=who)
    wishes = "\n".join(words.say(f"offer.{wish}") for wish in one.wishes)
    note = (Paragraph(one.note),) if one.note else ()
    blocks: tuple[Block, ...] = (
        Heading(title),
        Paragraph(wishes),
        *note,
        Paragraph(words.say("core.about_change", change=change.title)),
        Paragraph(words.say("core.offer_by", day=one.reply_by)),
        Buttons((words.button("reply", Action.REPLY_OFFER, one.id, primary=True),)),
    )
    return Message(title, blocks)


def propose_pulse(words: Words, change: Change, count: int) -> Message:
    """The same rumour from several voices: a pulse may be wise."""
    title = words.say("core.propose_pulse_title")
    text = words.say("core.propose_pulse", count=count)
    return Message(title, (Heading(title), Paragraph(text), Buttons((words.button("core", Action.CORE, change.id),))))


def propose_still(words: Words, change: Change) -> Message:
    """Response halved: standing still may be wise."""
    title = words.say("core.propose_still_title")
    buttons = Buttons((words.button("stand_still", Action.STAND_STILL, change.id),))
    return Message(title, (Heading(title), Paragraph(words.say("core.propose_still")), buttons))


def tasks(words: Words, change: Change, lines: Sequence[str]) -> Message:
    """What is late or due for the core team."""
    title = words.say("core.tasks_title", change=change.title)
    body = "\n".join(f"• {line}" for line in lines)
    return Message(title, (Heading(title), Paragraph(body), Buttons((words.button("core", Action.CORE, change.id),))))


def desks(words: Words, changes: Sequence[Change]) -> Notice:
    """Which change it is about, for someone who reads several."""
    buttons = tuple(Button(cut(words.of(one.title)), Action.CORE, one.id) for one in changes[:20])
    return Notice(words.say("core.desk_title"), (Paragraph(words.say("core.which_change")), Buttons(buttons)))


def desk(words: Words, change: Change, rounds: Sequence[Round], lines: Sequence[str]) -> Notice:
    """What the core team can do now with a change, in one place."""
    blocks: list[Block] = [Heading(words.of(change.title))]
    if lines:
        blocks.append(Paragraph("\n".join(f"• {line}" for line in lines)))
    blocks.append(Facts(tuple(Fact(words.say(f"kind.{one.kind}"), _round_line(words, one)) for one in rounds)))
    for point in change.undecided:
        blocks.append(Facts((Fact(words.say(f"frame.{point.state}"), words.of(point.text)),)))
        blocks.append(Buttons(_point_buttons(words, change, point)))
    blocks.append(Buttons(_change_buttons(words, change)))
    return Notice(words.say("core.desk_title"), tuple(blocks))


def _round_line(words: Words, round_: Round) -> str:
    key = "planned" if round_.state is RoundState.PLANNED else "open" if round_.state is RoundState.OPEN else "ended"
    return words.say(f"core.round_{key}", opens=round_.opens_at, closes=round_.closes_at)


def _point_buttons(words: Words, change: Change, point: Point) -> tuple[Button, ...]:
    value = f"{change.id}/{point.key}"
    outcome = words.button("outcome", Action.OUTCOME, value, primary=True)
    if point.state is PointState.TOGETHER:
        return (words.button("draft", Action.DRAFT, value), outcome)
    return (outcome,)


def _change_buttons(words: Words, change: Change) -> tuple[Button, ...]:
    still = (
        words.button("go_on", Action.GO_ON, change.id)
        if change.state is ChangeState.STOPPED
        else words.button("stand_still", Action.STAND_STILL, change.id)
    )
    return (
        words.button("publish_known", Action.PUBLISH_KNOWN, change.id),
        still,
        words.button("close", Action.CLOSE, change.id),
    )
