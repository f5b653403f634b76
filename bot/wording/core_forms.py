"""What the core team fills in."""

from __future__ import annotations

from bot.change import Change, Point, ThemeRef, Verdict
from bot.ids import FieldKey
from bot.localised import Localised
from bot.messages import (
    Action,
    ChoiceField,
    DateField,
    Field,
    Form,
    Heading,
    Option,
    Paragraph,
    TextField,
)
from bot.round import Round
from bot.wording.words import Words, cut


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
