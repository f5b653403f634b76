"""A manager who hears grumbling (design, section 1)."""

from __future__ import annotations

from dataclasses import replace

from bot.change import Change, ChangeState
from bot.errors import Refused
from bot.events import Pressed, Submitted
from bot.ids import ChangeId, FieldKey, PersonId, TeamKey
from bot.localised import Localised
from bot.messages import Invalid, Reply
from bot.people import Person
from bot.ports import Transaction
from bot.privacy import SMALLEST_AUDIENCE, audience
from bot.questions import RoundKind
from bot.round import ENDED, Round
from bot.schedule import (
    HEARD_WORKING_DAYS,
    PULSE_WORKING_DAYS,
    local_day,
    working_days_after,
)
from bot.service.context import Context, rounds_of
from bot.service.planning import filled, planned
from bot.service.rounds import may_open, open_round
from bot.wording import manager as wording

LONGEST = 200
"""Characters of the rumour that a pulse is about."""


async def _led(tx: Transaction, person: PersonId) -> tuple[Change, tuple[TeamKey, ...]]:
    """The running change in which this person leads teams. Raises Refused(`pulse_not_manager`)."""
    for change in await tx.changes.all():
        if change.state is not ChangeState.CLOSED and (teams := change.teams_of(person)):
            return change, teams
    raise Refused("pulse_not_manager")


async def open_pulse(context: Context, event: Pressed, person: Person) -> Reply:
    """Help to ask it oneself comes first."""
    async with context.parts.store.read(event.tenant) as tx:
        change, teams = await _led(tx, person.id)
    pack = context.parts.packs.of(RoundKind.PULSE)
    return wording.pulse_form(context.words_for(person), change, teams, pack.self_help)


async def submit_pulse(context: Context, event: Submitted, person: Person) -> Reply:
    """Open a pulse to a team at once, if it may be: never to chosen persons, a team too small, or one asked lately."""
    words = context.words_for(person)
    given = {str(key): text.strip() for key, text in event.fields}
    rumour = given.get("rumour", "")
    if not rumour:
        return Invalid(((FieldKey("rumour"), words.say("invalid.empty")),))
    if len(rumour) > LONGEST:
        return Invalid(((FieldKey("rumour"), words.say("invalid.too_long", maximum=LONGEST)),))
    if context.parts.packs.reveals(Localised(((person.language, rumour),))):
        return Invalid(((FieldKey("rumour"), words.say("invalid.reveals")),))
    async with context.parts.store.write(event.tenant) as tx:
        change, _ = await _led(tx, person.id)
        change = await tx.changes.get(ChangeId(event.state)) if event.state else change
        team = next((one for one in change.teams_of(person.id) if one == given.get("team")), None)
        if team is None:
            return Invalid(((FieldKey("team"), words.say("invalid.choose")),))
        round_ = await _pulse(context, tx, change, team, person, rumour)
        opened = await open_round(context, tx, change, round_, context.parts.clock.now())
    return wording.pulse_planned(words, opened)


async def _pulse(
    context: Context, tx: Transaction, change: Change, team: TeamKey, person: Person, rumour: str
) -> Round:
    """Make the round of a pulse. Raises Refused where a limit says no."""
    now = context.parts.clock.now()
    existing = await rounds_of(tx, change)
    chosen = audience(change, await tx.people.all(), (team,), person.id)
    if len(chosen) < SMALLEST_AUDIENCE:
        raise Refused("pulse_small", invited=len(chosen), smallest=SMALLEST_AUDIENCE)
    today = local_day(now, change.zone)
    since = working_days_after(today, -PULSE_WORKING_DAYS, change.country, context.parts.holidays)
    for other in existing:
        if (
            other.kind is RoundKind.PULSE
            and team in other.teams
            and (other.state not in ENDED or local_day(other.opens_at, change.zone) > since)
        ):
            raise Refused("pulse_recent", team=team)
    closes = working_days_after(today, HEARD_WORKING_DAYS, change.country, context.parts.holidays)
    subject = Localised(tuple((language, rumour) for language in change.languages))
    round_ = planned(context, change, RoundKind.PULSE, today, closes, existing, teams=(team,))
    round_ = replace(
        round_,
        pages=filled(round_.pages, rumour=subject),
        reader=person.id,
        subject=_said(context, subject),
        opens_at=now,
    )
    await may_open(tx, change, round_)
    return round_


def _said(context: Context, rumour: Localised) -> Localised:
    """Say of a rumour that it is one: a heading is else read as news."""
    texts = context.parts.texts
    return Localised(
        tuple(
            (language, texts.get(language, "pulse.subject", rumour=text.rstrip("."))) for language, text in rumour.texts
        )
    )
