"""A manager who hears grumbling: first help to ask it themselves, then a pulse."""

from __future__ import annotations

from collections.abc import Sequence

from bot.change import Change
from bot.ids import FieldKey, TeamKey
from bot.localised import Localised
from bot.messages import Action, ChoiceField, Form, Notice, Option, Paragraph, TextField
from bot.round import Round
from bot.wording.words import Words


def pulse_form(words: Words, change: Change, teams: Sequence[TeamKey], self_help: Sequence[Localised]) -> Form:
    """Two or three questions for at the coffee machine come first; then what a pulse is about, and for which team."""
    own = "\n".join(f"• {words.of(question)}" for question in self_help)
    options = tuple(Option(team, team) for team in teams)
    return Form(
        action=Action.PULSE,
        state=change.id,
        title=words.say("pulse.title"),
        blocks=(
            Paragraph(f"{words.say('pulse.self_help')}\n{own}"),
            Paragraph(words.say("pulse.intro")),
            words.note("pulse.limits"),
        ),
        fields=(
            TextField(
                FieldKey("rumour"), words.say("pulse.rumour"), words.say("pulse.rumour_hint"), maximum=200, lines=2
            ),
            ChoiceField(FieldKey("team"), words.say("pulse.team"), options, value=teams[0] if len(teams) == 1 else ""),
        ),
        submit=words.say("pulse.send"),
    )


def pulse_planned(words: Words, round_: Round) -> Notice:
    """The pulse goes out; when it closes, who reads it, and what the manager hears."""
    return Notice(
        words.say("pulse.planned_title"),
        (Paragraph(words.say("pulse.planned", invited=round_.invited, day=round_.closes_at, k=round_.k)),),
    )
