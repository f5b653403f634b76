"""What a core team's button or form is about, looked up and allowed: its change, round or point."""

from __future__ import annotations

from bot.change import Change, Point
from bot.errors import Refused
from bot.events import Submitted
from bot.ids import ChangeId, FieldKey, PersonId, PointKey, RoundId
from bot.messages import Invalid
from bot.ports import Transaction
from bot.round import Round
from bot.wording.words import Words


def of_core(change: Change, person: PersonId) -> None:
    """Raise Refused unless this person is of the core team."""
    if person not in change.readers:
        raise Refused("not_core")


async def round_of(tx: Transaction, round_id: str, person: PersonId) -> tuple[Round, Change]:
    round_ = await tx.rounds.get(RoundId(round_id))
    change = await tx.changes.get(round_.change)
    of_core(change, person)
    return round_, change


async def change_of(tx: Transaction, change_id: str, person: PersonId) -> Change:
    change = await tx.changes.get(ChangeId(change_id))
    of_core(change, person)
    return change


async def point_of(tx: Transaction, value: str, person: PersonId) -> tuple[Change, Point]:
    change_id, _, key = value.partition("/")
    change = await change_of(tx, change_id, person)
    return change, change.point(PointKey(key))


def fields_of(event: Submitted) -> dict[str, str]:
    return {str(key): text.strip() for key, text in event.fields}


def missing(words: Words, change: Change, key: str, sentence: str = "") -> Invalid:
    """Say under the first of a field's languages what is missing there."""
    return Invalid(((FieldKey(f"{key}-{change.languages[0]}"), sentence or words.say("invalid.empty")),))
