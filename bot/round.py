"""A round: one set of pages to one frozen audience, released once, and what it may become from where it is."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum

from bot.errors import IllegalMove, PageUnknown
from bot.ids import ChangeId, Language, PageKey, PersonId, PointKey, RoundId, TeamKey, TenantId
from bot.localised import Localised
from bot.questions import Page, RoundKind


class RoundState(StrEnum):
    """Where a round is. `releasing` takes no submission any more and is not readable yet."""

    PLANNED = "planned"
    OPEN = "open"
    RELEASING = "releasing"
    RELEASED = "released"
    DESTROYED = "destroyed"
    CANCELLED = "cancelled"


MOVES: dict[RoundState, frozenset[RoundState]] = {
    RoundState.PLANNED: frozenset({RoundState.OPEN, RoundState.CANCELLED}),
    RoundState.OPEN: frozenset({RoundState.RELEASING}),
    RoundState.RELEASING: frozenset({RoundState.OPEN, RoundState.RELEASED, RoundState.DESTROYED, RoundState.CANCELLED}),
    RoundState.RELEASED: frozenset(),
    RoundState.DESTROYED: frozenset(),
    RoundState.CANCELLED: frozenset(),
}
"""What a round may become. From releasing back to open: extended, once; to cancelled: called off while it was open."""

HELD = frozenset({RoundState.RELEASED, RoundState.DESTROYED})
"""Ended by its close, read or not: everyone hears what came of it."""

ENDED = HELD | {RoundState.CANCELLED}


@dataclass(frozen=True, slots=True)
class PageCount:
    """How many voices a page got at the release; `withheld` means below k: destroyed unread."""

    page: PageKey
    voices: int
    withheld: bool


@dataclass(frozen=True, slots=True)
class Round:
    """One round.

    `k` and `audience` (a hash) are 0 and "" until it opens and never change after. `themes_only` is True for a small
    audience: no words are shown. `showable` are the languages that at least k of the invited use. `split` says that
    each person was put one page first. `after` is the round whose themes this one asks on about. `planned_on` is the
    day for which the change file plans it, None for one that came up on the way. `still`: the one open question of
    standing still, which goes out while everything else waits. `called_off`: it was taken off while it was open, and
    ends as soon as what was offered by name is out of its boxes. `reached` counts those whose invitation arrived,
    `voices` those who answered, both at the end. `heard_by` is when everyone must have heard what was heard, `reaction`
    the core team's first words on it; `themes_heard` and `asked_on` are the themes (`page/theme`) that it acknowledged
    and asked on about.
    """

    tenant: TenantId
    id: RoundId
    change: ChangeId
    kind: RoundKind
    pages: tuple[Page, ...]
    opens_at: datetime
    closes_at: datetime
    codebook: str = "change"
    state: RoundState = RoundState.PLANNED
    point: PointKey | None = None
    teams: tuple[TeamKey, ...] = ()
    reader: PersonId | None = None
    subject: Localised | None = None
    after: RoundId | None = None
    planned_on: date | None = None
    still: bool = False
    called_off: bool = False
    k: int = 0
    audience: str = ""
    invited: int = 0
    themes_only: bool = False
    showable: tuple[Language, ...] = ()
    split: bool = False
    segments: tuple[TeamKey, ...] = ()
    extended: bool = False
    reached: int = 0
    voices: int = 0
    counts: tuple[PageCount, ...] = ()
    ended_at: datetime | None = None
    heard_by: datetime | None = None
    heard_told_at: datetime | None = None
    reaction: Localised | None = None
    themes_heard: tuple[str, ...] = ()
    asked_on: tuple[str, ...] = ()
    version: int = 0

    def page(self, key: PageKey) -> Page:
        """Return a page. Raises PageUnknown."""
        for page in self.pages:
            if page.key == key:
                return page
        raise PageUnknown(f"round {self.id} has no page {key!r}")

    @property
    def untold(self) -> bool:
        """Whether it was held, and not everyone has heard yet what was heard (rule 5)."""
        return self.state in HELD and self.heard_told_at is None

    @property
    def unfinished(self) -> bool:
        """Whether there is still something to do about it: to open, to close, to release or to tell."""
        return self.state not in ENDED or self.untold

    @property
    def takes_text(self) -> bool:
        """Whether any page takes words, which asks for a larger k."""
        return any(page.takes_text for page in self.pages)

    @property
    def minutes(self) -> float:
        """What an invitation costs: the dearest page where each gets one, else all of them."""
        costs = [page.minutes for page in self.pages]
        return max(costs) if self.split else sum(costs)


def move(round_: Round, to: RoundState) -> Round:
    """Take a round to another state. Raises IllegalMove and changes nothing where the table does not allow it."""
    if to not in MOVES[round_.state]:
        raise IllegalMove(f"round {round_.id} cannot go from {round_.state} to {to}")
    return replace(round_, state=to)


def audience_hash(people: Iterable[PersonId]) -> str:
    """Name an audience: the same people give the same 64 hexadecimal characters, in any order."""
    return hashlib.sha256("\0".join(sorted(people)).encode()).hexdigest()
