"""Whether a message goes out now, waits, or not at all: decided apart from doing it, and pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from bot.change import Change, ChangeState
from bot.outbox import EDITS, NEWS, PERSONAL, Delivery, Item, Kind
from bot.people import Person
from bot.ports import Holidays
from bot.round import Round, RoundState
from bot.schedule import hours_of, moments, next_free, wave_of, welcome_wave, working_moment

STALE = timedelta(days=14)
"""News that could not go out for so long is dropped: the page of the change has it."""
NOT_YET = timedelta(days=1)
ASKING = frozenset({Kind.INVITE, Kind.REMINDER})
TOKENS = frozenset({Kind.INVITE, Kind.WELCOME})
"""What carries a token; a person must never have two of the same."""


class Verdict(StrEnum):
    """What is to be done with one item now."""

    SEND = "send"
    WAIT = "wait"
    DROP = "drop"
    UNREACHABLE = "unreachable"


@dataclass(frozen=True, slots=True)
class Decision:
    """What is to be done with one item; `until` says from when on, where it waits."""

    verdict: Verdict
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Facts:
    """What the decision about an item to a person depends on."""

    person: Person | None
    round: Round | None
    change: Change | None
    sent: Sequence[datetime]


def verdict(item: Item, facts: Facts, now: datetime, holidays: Holidays) -> Decision:
    """Decide about one item to a person: send it, wait, or not at all.

    Silence is kept for whoever left or stopped; what asks waits while the change stands still; everything waits for the
    person's hours, their snooze and the two messages a week, but for an answer to their own question, and an edit.
    """
    if item.kind in EDITS:
        return Decision(Verdict.SEND)
    person = facts.person
    if person is None or not person.present:
        return _silence(item)
    if person.stopped and item.kind not in PERSONAL:
        return _silence(item)
    if item.kind in ASKING and (facts.round is None or facts.round.state is not RoundState.OPEN):
        return _silence(item)
    if _in_doubt(item, facts, now):
        return Decision(Verdict.UNREACHABLE)
    if item.kind in NEWS and now - item.due_at > STALE:
        return Decision(Verdict.DROP)
    return _when(item, facts, person, now, holidays)


def _silence(item: Item) -> Decision:
    """Drop it; what carries a token and may have arrived is given up instead: nothing takes that up again."""
    given_up = item.state is Delivery.SENDING and item.kind in TOKENS
    return Decision(Verdict.UNREACHABLE if given_up else Verdict.DROP)


def _in_doubt(item: Item, facts: Facts, now: datetime) -> bool:
    """Handed over in a wave whose key is gone: it may have arrived, and sending it again would make a second voice."""
    return (
        item.state is Delivery.SENDING
        and (wave := current_wave(item, facts.round, now)) is not None
        and wave != item.wave
    )


def current_wave(item: Item, round_: Round | None, now: datetime) -> int | None:
    """Number the wave that a message with a token goes out in; None for one without a token."""
    if item.kind is Kind.WELCOME:
        return welcome_wave(now)
    if item.kind is Kind.INVITE and round_ is not None:
        return wave_of(round_.opens_at, now, extended=round_.extended)
    return None


def _when(item: Item, facts: Facts, person: Person, now: datetime, holidays: Holidays) -> Decision:
    """Now, or from when on."""
    if not person.reachable:
        return Decision(Verdict.WAIT, now + NOT_YET)
    still = facts.change is not None and facts.change.state is ChangeState.STOPPED
    if still and item.kind in ASKING and facts.round is not None and not facts.round.still:
        return Decision(Verdict.WAIT, now + NOT_YET)
    earliest = now if item.kind in PERSONAL else next_free(facts.sent, now)
    if item.kind in PERSONAL:
        moment = working_moment(hours_of(person), earliest, holidays)
    else:
        moment = moments(earliest, holidays)(person)
    if moment is None:
        return Decision(Verdict.UNREACHABLE)
    return Decision(Verdict.SEND) if moment <= now else Decision(Verdict.WAIT, moment)
