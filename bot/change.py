"""A change: its frame, its scenarios, its planned rounds, and the rules on them (section 3: 1, 3, 4, 5)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum

from bot.errors import IllegalMove, NotFound, Refused
from bot.ids import ChangeId, ChannelId, Language, PageKey, PersonId, PointKey, ScenarioKey, TeamKey, TenantId
from bot.localised import Localised
from bot.questions import Page, RoundKind


class PointState(StrEnum):
    """What can still be done about a point."""

    FIXED = "fixed"
    INTENDED = "intended"
    OPEN = "open"
    TOGETHER = "together"


class Verdict(StrEnum):
    """What was decided on a point."""

    ADOPTED = "adopted"
    ADAPTED = "adapted"
    DECLINED = "declined"


@dataclass(frozen=True, slots=True)
class ThemeRef:
    """A theme of a digest: which round, which page, which theme; and its label, where it was linked to a point."""

    round: str
    page: str
    theme: str
    label: Localised | None = None

    def __str__(self) -> str:
        """Write it for the value of a button."""
        return f"{self.round}/{self.page}/{self.theme}"

    @classmethod
    def parse(cls, text: str) -> ThemeRef:
        """Read what `str` wrote. Raises NotFound for anything else."""
        round_id, page, theme = (*text.split("/", 2), "", "")[:3]
        if not theme:
            raise NotFound("that is no theme")
        return cls(round_id, page, theme)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What was decided on a point (in words: `decision`), why, and the themes that led to it.

    For a choice between scenarios: which one, what changed in it, why not the others, and what is said of another
    one that people named; the choice is the decision then, and words are optional.
    """

    verdict: Verdict
    reason: Localised
    decided_at: datetime
    themes: tuple[ThemeRef, ...] = ()
    chosen: ScenarioKey | None = None
    changed: Localised | None = None
    others: Localised | None = None
    another: Localised | None = None
    decision: Localised | None = None


@dataclass(frozen=True, slots=True)
class Point:
    """One point of the frame.

    `decided_by` and `why` go with fixed and intended; `advice_on` with intended (when the works council has answered);
    `owner` and `due_on` with open and together; `co_designers`, `draft` and `draft_told_at` with together.
    """

    key: PointKey
    state: PointState
    text: Localised
    decided_by: Localised | None = None
    why: Localised | None = None
    advice_on: date | None = None
    owner: PersonId | None = None
    due_on: date | None = None
    co_designers: tuple[PersonId, ...] = ()
    draft: Localised | None = None
    draft_told_at: datetime | None = None
    outcome: Outcome | None = None
    linked: tuple[ThemeRef, ...] = ()

    @property
    def asks(self) -> bool:
        """Whether there is still something to ask: open or together, and without an outcome."""
        return self.state in {PointState.OPEN, PointState.TOGETHER} and self.outcome is None


@dataclass(frozen=True, slots=True)
class Scenario:
    """One way it could go with one point.

    `rests_on` are the themes behind it; `early` says that it was written before listening had closed, and is shown.
    """

    key: ScenarioKey
    point: PointKey
    title: Localised
    text: Localised
    rests_on: tuple[ThemeRef, ...] = ()
    early: bool = False


@dataclass(frozen=True, slots=True)
class PlannedRound:
    """A round as the change file plans it: its own questions (`pages`) or those of the pack that `questions` names."""

    kind: RoundKind
    opens_on: date
    closes_on: date
    questions: tuple[PageKey, ...] = ()
    pages: tuple[Page, ...] = ()
    point: PointKey | None = None
    segments: tuple[TeamKey, ...] = ()


@dataclass(frozen=True, slots=True)
class Manager:
    """Someone who leads a team."""

    person: PersonId
    team: TeamKey


class ChangeState(StrEnum):
    """Where a change is."""

    PLANNED = "planned"
    RUNNING = "running"
    STOPPED = "stopped"
    CLOSED = "closed"


SCENARIOS = range(2, 4)
"""Two or three, never one and never a finished plan (rule 4)."""

MOVES: dict[ChangeState, frozenset[ChangeState]] = {
    ChangeState.PLANNED: frozenset({ChangeState.RUNNING}),
    ChangeState.RUNNING: frozenset({ChangeState.STOPPED, ChangeState.CLOSED}),
    ChangeState.STOPPED: frozenset({ChangeState.RUNNING}),
    ChangeState.CLOSED: frozenset(),
}
"""What a change may become from where it is."""


@dataclass(frozen=True, slots=True)
class Change:
    """The thing that is going to be different.

    `frame_on` is the day on which everyone hears the frame; managers hear it one working day earlier.
    `audience` empty means everyone in the tenant. `council_told_on` and `managers_told_on` say when the works council
    and the managers heard of it from a person; they are on record, and nothing waits for them. `former_readers` could
    once read its rounds.
    """

    tenant: TenantId
    id: ChangeId
    title: Localised
    why: Localised
    languages: tuple[Language, ...]
    points: tuple[Point, ...]
    frame_on: date
    zone: str
    channel: ChannelId | None = None
    organisers: tuple[PersonId, ...] = ()
    core_team: tuple[PersonId, ...] = ()
    managers: tuple[Manager, ...] = ()
    audience: tuple[TeamKey, ...] = ()
    scenarios: tuple[Scenario, ...] = ()
    planning: tuple[PlannedRound, ...] = ()
    adviser: Localised | None = None
    council_told_on: date | None = None
    managers_told_on: date | None = None
    country: str = "NL"
    state: ChangeState = ChangeState.PLANNED
    frame_told_at: datetime | None = None
    stopped_at: datetime | None = None
    closed_at: datetime | None = None
    former_readers: tuple[PersonId, ...] = ()
    version: int = 0

    @property
    def readers(self) -> frozenset[PersonId]:
        """Who can read a round of this change, and is therefore not invited to it."""
        return frozenset(self.core_team) | frozenset(self.organisers)

    @property
    def named(self) -> frozenset[PersonId]:
        """Who stands in the frame by name: owners, and those who design along."""
        named = {person for point in self.points for person in (point.owner, *point.co_designers)}
        return frozenset(person for person in named if person is not None)

    @property
    def asks(self) -> bool:
        """Whether anything is open: with nothing open there is nothing to ask (rule 1)."""
        return any(point.asks for point in self.points)

    @property
    def undecided(self) -> tuple[Point, ...]:
        """Points that were opened and have no outcome yet; a change cannot close while there are any (rule 5)."""
        return tuple(point for point in self.points if point.asks)

    def point(self, key: PointKey) -> Point:
        """Return a point of the frame. Raises NotFound."""
        for point in self.points:
            if point.key == key:
                return point
        raise NotFound(f"change {self.id} has no point {key!r}")

    def scenario(self, key: ScenarioKey) -> Scenario:
        """Return a scenario. Raises NotFound."""
        for scenario in self.scenarios:
            if scenario.key == key:
                return scenario
        raise NotFound(f"change {self.id} has no scenario {key!r}")

    def is_tap(self, one: PlannedRound) -> bool:
        """Say whether a planned round is the one tap under the frame, which is no message of its own (rule 2)."""
        return one.kind is RoundKind.BELIEVE and one.opens_on == self.frame_on

    def overdue(self, today: date) -> tuple[Point, ...]:
        """Points whose outcome should have been there by now; visible to everyone."""
        return tuple(point for point in self.undecided if point.due_on is not None and point.due_on < today)

    def teams_of(self, person: PersonId) -> tuple[TeamKey, ...]:
        """The teams that this person leads."""
        return tuple(manager.team for manager in self.managers if manager.person == person)


def move(change: Change, to: ChangeState) -> Change:
    """Take a change to another state. Raises IllegalMove and changes nothing where the table does not allow it."""
    if to not in MOVES[change.state]:
        raise IllegalMove(f"change {change.id} cannot go from {change.state} to {to}")
    return replace(change, state=to)


def with_point(change: Change, point: Point) -> Change:
    """Put a point in the place of the one with its key."""
    change.point(point.key)
    return replace(change, points=tuple(point if old.key == point.key else old for old in change.points))


def decide(change: Change, key: PointKey, outcome: Outcome) -> Change:
    """Record the outcome of an open or together point.

    Raises Refused: `not_open` for a point that asks nothing, `draft_not_told` for a together point whose draft did not
    go back to everyone, `no_reason`, `no_decision` where nothing says what was decided, `scenario_unknown`,
    `others_unexplained` for a choice without why not the others.
    """
    point = change.point(key)
    if not point.asks:
        raise Refused("not_open", point=point.text)
    if point.state is PointState.TOGETHER and point.draft_told_at is None:
        raise Refused("draft_not_told", point=point.text)
    if not _says_something(outcome.reason):
        raise Refused("no_reason")
    _check_choice(change, point, outcome)
    return with_point(change, replace(point, outcome=outcome))


def _says_something(text: Localised | None) -> bool:
    """Whether there are words in it, in any language."""
    return text is not None and any(words.strip() for _, words in text.texts)


def _check_choice(change: Change, point: Point, outcome: Outcome) -> None:
    """An outcome of a point with scenarios names one of them and says why not the others (rule 5).

    Without scenarios it says what was decided: a verdict alone tells nobody what will happen.
    """
    keys = {scenario.key for scenario in change.scenarios if scenario.point == point.key}
    if not keys:
        if not _says_something(outcome.decision):
            raise Refused("no_decision", point=point.text)
        return
    if outcome.chosen not in keys:
        raise Refused("scenario_unknown", point=point.text)
    if outcome.others is None:
        raise Refused("others_unexplained", point=point.text)
