"""What the core team reads and fills in, apart from the digest itself."""

from __future__ import annotations

from collections.abc import Sequence

from bot.change import Change, ChangeState, Point, PointState, ThemeRef, Verdict
from bot.door import Entry, Offer
from bot.ids import FieldKey
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
    Field,
    Form,
    Heading,
    Message,
    Notice,
    Option,
    Paragraph,
    TextField,
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


def _localised_fields(
    words: Words, change: Change, key: str, *, required: bool = True, maximum: int = 1000, hint: str = ""
) -> tuple[Field, ...]:
    """The same field once per language of the change: `<key>-<language>`. The first one carries the hint."""
    return tuple(
        TextField(
            FieldKey(f"{key}-{language}"),
            words.say("core.in_language", what=words.say(f"core.field_{key}"), language=words.name_of(language)),
            hint if language == change.languages[0] else "",
            maximum=maximum,
            required=required and language == change.languages[0],
        )
        for language in change.languages
    )


def read_localised(change: Change, fields: dict[str, str], key: str) -> Localised | None:
    """Read what `_localised_fields` asked; None when nothing was filled in."""
    texts = {one: text for one in change.languages if (text := fields.get(f"{key}-{one}", "").strip())}
    return Localised(tuple(texts.items())) if texts else None


def heard_form(words: Words, change: Change, round_: Round) -> Form:
    """Tell everyone what was heard, with a first reaction if there is one."""
    return Form(
        action=Action.TELL_HEARD,
        state=round_.id,
        title=words.say("core.heard_title"),
        blocks=(Paragraph(words.say("core.heard_intro")),),
        fields=_localised_fields(words, change, "reaction", required=False),
        submit=words.say("form.publish"),
    )


def ask_on_form(words: Words, change: Change, ref: ThemeRef, theme: str) -> Form:
    """One further question to everyone, under a theme."""
    return Form(
        action=Action.ASK_ON,
        state=str(ref),
        title=words.say("core.ask_on_title"),
        blocks=(Heading(theme), Paragraph(words.say("core.ask_on_intro"))),
        fields=_localised_fields(words, change, "question", maximum=300),
        submit=words.say("form.send"),
    )


def link_form(words: Words, change: Change, ref: ThemeRef, theme: str) -> Form:
    """Which point of the frame this theme belongs to."""
    options = tuple(Option(point.key, cut(words.of(point.text))) for point in change.points)
    return Form(
        action=Action.LINK_POINT,
        state=str(ref),
        title=words.say("core.link_title"),
        blocks=(Heading(theme),),
        fields=(ChoiceField(FieldKey("point"), words.say("core.link_field"), options),),
        submit=words.say("form.save"),
    )


def outcome_form(words: Words, change: Change, point: Point) -> Form:
    """What was decided on a point, and why; for a choice between scenarios also which one, and why not the others."""
    verdicts = tuple(Option(one, words.say(f"verdict.{one}")) for one in Verdict)
    fields: list[Field] = [ChoiceField(FieldKey("verdict"), words.say("outcome.verdict"), verdicts)]
    scenarios = [one for one in change.scenarios if one.point == point.key]
    if scenarios:
        options = tuple(Option(one.key, cut(words.of(one.title))) for one in scenarios)
        fields.append(ChoiceField(FieldKey("chosen"), words.say("outcome.chosen"), options))
    hint = words.say("core.hint_decision_scenarios" if scenarios else "core.hint_decision")
    fields.extend(_localised_fields(words, change, "decision", required=not scenarios, hint=hint))
    fields.extend(_localised_fields(words, change, "reason"))
    if scenarios:
        fields.extend(_localised_fields(words, change, "changed", required=False))
        fields.extend(_localised_fields(words, change, "others"))
        fields.extend(_localised_fields(words, change, "another", required=False))
    return Form(
        action=Action.OUTCOME,
        state=f"{change.id}/{point.key}",
        title=words.say("core.outcome_title"),
        blocks=(Heading(words.of(point.text)), Paragraph(words.say("core.outcome_intro"))),
        fields=tuple(fields),
        submit=words.say("form.publish"),
    )


def draft_form(words: Words, change: Change, point: Point) -> Form:
    """The draft of a together point, which goes to everyone before its outcome."""
    return Form(
        action=Action.DRAFT,
        state=f"{change.id}/{point.key}",
        title=words.say("core.draft_title"),
        blocks=(Heading(words.of(point.text)), Paragraph(words.say("core.draft_intro"))),
        fields=_localised_fields(words, change, "draft"),
        submit=words.say("form.publish"),
    )


def reply_form(words: Words, action: Action, state: str, asked: str) -> Form:
    """A personal reply, to a question or an offer."""
    return Form(
        action=action,
        state=state,
        title=words.say("core.reply_title"),
        blocks=(Paragraph(asked),) if asked else (),
        fields=(TextField(FieldKey("reply"), words.say("core.reply_field"), maximum=1500),),
        submit=words.say("form.send"),
    )


def known_form(words: Words, change: Change, state: str, about: str) -> Form:
    """What is known, what is not yet known, and when it will be: goes to everyone."""
    return Form(
        action=Action.PUBLISH_KNOWN,
        state=state,
        title=words.say("core.known_title"),
        blocks=(Paragraph(words.say("core.known_intro")), *((Paragraph(about),) if about else ())),
        fields=(
            *_localised_fields(words, change, "about", maximum=200),
            *_localised_fields(words, change, "known"),
            *_localised_fields(words, change, "unknown", required=False),
            DateField(FieldKey("until"), words.say("known.until"), required=False),
        ),
        submit=words.say("form.publish"),
    )


def confirm_form(words: Words, action: Action, state: str, key: str, **values: object) -> Form:
    """Ask once more before something that everyone hears."""
    return Form(
        action=action,
        state=state,
        title=words.say(f"confirm.{key}_title"),
        blocks=(Paragraph(words.say(f"confirm.{key}", **values)),),
        fields=(),
        submit=words.say(f"confirm.{key}_yes"),
    )
