"""The states, events and effects of a conversation. Nothing is stored: a state is read from the form that came in."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from bot.ids import PageKey
from bot.slip import Fields


class Place(StrEnum):
    """Where a person is in the conversation."""

    INVITED = "invited"
    QUESTION = "question"
    PROBE = "probe"
    THANKED = "thanked"
    WITHDRAWN = "withdrawn"
    OVER = "over"


@dataclass(frozen=True, slots=True)
class State:
    """A place, and the page it is about (None where it is about none)."""

    place: Place
    page: PageKey | None = None


@dataclass(frozen=True, slots=True)
class Opened:
    """The person opened a page; None is the one that was put to them."""

    page: PageKey | None = None


@dataclass(frozen=True, slots=True)
class Sent:
    """The person sent the step that they were on. `quotable` None: the step did not ask."""

    fields: Fields
    quotable: bool | None
    stamp: int


@dataclass(frozen=True, slots=True)
class TookBack:
    """The person withdrew what they said on this page."""

    stamp: int


DialogueEvent = Opened | Sent | TookBack


@dataclass(frozen=True, slots=True)
class Seal:
    """Put this in the box of the page before anything is shown."""

    page: PageKey
    fields: Fields
    quotable: bool | None
    stamp: int


@dataclass(frozen=True, slots=True)
class Show:
    """Show one step of a page, 1 or 2."""

    page: PageKey
    step: int


@dataclass(frozen=True, slots=True)
class Thank:
    """Say what happens next, and offer these further pages."""

    more: tuple[PageKey, ...]


@dataclass(frozen=True, slots=True)
class SayWithdrawn:
    """Say that the page is empty again."""


@dataclass(frozen=True, slots=True)
class SayOver:
    """Say that the round is closed: nothing can be given, changed or withdrawn."""


Effect = Seal | Show | Thank | SayWithdrawn | SayOver


@dataclass(frozen=True, slots=True)
class Step:
    """Where the conversation is now, and what is to be done, in order."""

    state: State
    effects: tuple[Effect, ...]
