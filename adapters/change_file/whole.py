"""What a change file says as a whole: what it is judged against, the long form and the shortest one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from zoneinfo import available_timezones

from adapters.change_file.nodes import Findings, Mapping, check_keys, slug
from adapters.change_file.planning import check_order, check_scenario_rounds, own_page, pointed, read_planning
from adapters.change_file.points import At, check_designers, read_points, read_scenarios
from adapters.change_file.words import Reader, inferred_languages, mappings
from bot.change import Change, Manager, PlannedRound, Point, PointState, Scenario
from bot.ids import ChangeId, ChannelId, Language, PersonId, PointKey, TeamKey, TenantId
from bot.localised import Localised
from bot.people import Person
from bot.ports import Holidays, Packs
from bot.questions import RoundKind
from bot.schedule import working_days_after

OPEN_WORKING_DAYS = 5
"""How long the round of the shortest file is open."""
_COMMON = (
    "id", "title", "why", "languages", "zone", "country", "organisers", "core_team", "channel", "adviser",
    "managers", "audience", "council_told_on", "managers_told_on", "frame_on",
)  # fmt: skip
_LONG = ("frame", "scenarios", "planning")
_SHORT = ("open", "question", "on")


@dataclass(frozen=True, slots=True)
class Against:
    """What a file is judged against, and what holds where it says nothing.

    `languages` are those that Ruimte speaks, the default first. `people`, `teams`: who and what there is, None where
    that is not known and not checked. `countries`: None accepts any. `before` is the change as it is now: its days may
    have passed.
    """

    today: date
    packs: Packs
    holidays: Holidays
    languages: tuple[Language, ...]
    people: frozenset[PersonId] | None = None
    teams: frozenset[TeamKey] | None = None
    countries: frozenset[str] | None = None
    before: Change | None = None
    zone: str = "Europe/Amsterdam"
    country: str = "NL"

    def knowing(self, people: Sequence[Person]) -> Against:
        """Hold a file to these people and their teams; where nobody is known yet it is held to none."""
        return replace(
            self,
            people=frozenset(person.id for person in people) or None,
            teams=frozenset(team for person in people for team in person.teams) or None,
        )


def id_of(read: Mapping, reader: Reader) -> ChangeId:
    """Read the id, or make one of the title."""
    title = _title(read)
    return ChangeId(reader.key(read, "id") or slug(title) or "change")


def _title(read: Mapping) -> str:
    """Return the title in the language in which it comes first, whatever else is wrong."""
    node = read.get("title")
    if node is None:
        return ""
    value = node.value
    if isinstance(value, list) and value:
        value = value[0][1].value if isinstance(value[0], tuple) else ""
    return value if isinstance(value, str) else ""


class Whole:
    """One file while it is read."""

    def __init__(self, read: Mapping, findings: Findings, against: Against) -> None:
        self.read = read
        self.against = against
        self.findings = findings
        self.short = any(key in read for key in _SHORT)
        languages = inferred_languages(read, findings, offered=against.languages)
        self.reader = Reader(
            findings, languages, against.languages, against.today, against.people, against.teams,
            frozenset(_days(against.before)), frozenset(_lacking(against.before)),
        )  # fmt: skip

    def change(self, tenant: TenantId) -> Change:
        """Read everything; what comes back is a change only when there are no findings."""
        read, reader = self.read, self.reader
        check_keys(read, (*_COMMON, *_LONG, *_SHORT), self.findings, what="a change")
        for key in ("title", "why", *(_SHORT if self.short else ("frame",))):
            reader.required(read, key, what="a change")
        if self.short:
            self._note_mixed()
        organisers = reader.persons(read, "organisers", what="`organisers`")
        change = Change(
            tenant=tenant,
            id=id_of(read, reader),
            title=reader.text(read, "title", what="the title") or Localised(()),
            why=reader.text(read, "why", what="`why`") or Localised(()),
            languages=reader.languages,
            points=(),
            frame_on=date.min,
            zone=reader.among(read, "zone", available_timezones(), what="the time zone") or self.against.zone,
            country=self._country(),
            channel=self._channel(),
            organisers=organisers,
            core_team=reader.persons(read, "core_team", what="`core_team`"),
            managers=self._managers(),
            audience=reader.team_list(read, "audience", what="`audience`"),
            adviser=reader.text(read, "adviser", what="`adviser`", name=True),
            council_told_on=reader.any_day(read, "council_told_on", what="`council_told_on`"),
            managers_told_on=reader.any_day(read, "managers_told_on", what="`managers_told_on`"),
        )
        return self._shortest(change) if self.short else self._longest(change)

    def _note_mixed(self) -> None:
        """The shortest form and the long one are not mixed."""
        for key in _LONG:
            if key in self.read:
                first = next(short for short in _SHORT if short in self.read)
                self.findings.add(
                    self.read.line_of(key), f"give either `{first}`, the shortest form, or `{key}`, not both"
                )

    def _country(self) -> str:
        """Read the country, whose public holidays count."""
        country = self.reader.word(self.read, "country", what="the country")
        known = self.against.countries
        if country is not None and known is not None and country.partition("-")[0] not in known:
            text = f"the country `{country}` is not known; write it as NL"
            self.findings.add(self.read.line_of("country"), text, "not_known", word=country)
        return country or self.against.country

    def _channel(self) -> ChannelId | None:
        """Read where the core team reads."""
        channel = self.reader.word(self.read, "channel", what="the channel")
        return ChannelId(channel) if channel else None

    def _managers(self) -> tuple[Manager, ...]:
        """Read who leads which team."""
        found: dict[Manager, int] = {}
        for item in mappings(self.read.get("managers"), self.findings, what="a manager"):
            check_keys(item, ("person", "team"), self.findings, what="a manager")
            for key in ("person", "team"):
                self.reader.required(item, key, what="this manager")
            person = self.reader.person(item, "person", what="`person`")
            team = self.reader.team(item, "team", what="`team`")
            if person is None or team is None:
                continue
            manager = Manager(person, team)
            if manager in found:
                text = f"`{person}` leads `{team}` twice, first on line {found[manager]}"
                self.findings.add(item.line, text, "twice", key="person")
            found.setdefault(manager, item.line)
        return tuple(found)

    def _shortest(self, change: Change) -> Change:
        """Read a file with one open point, one question and one date."""
        read, reader = self.read, self.reader
        text = reader.text(read, "open", what="the open point")
        opens_on = reader.day(read, "on", what="`on`")
        page = None
        if (node := read.get("question")) is not None:
            page = own_page(node, reader, line=read.line_of("question"))
        if text is None or opens_on is None or page is None:
            return change
        key = PointKey(slug(text.in_(change.languages[0])) or "point")
        owner = (*change.organisers, *change.core_team, None)[0]
        point = Point(key, PointState.OPEN, text, owner=owner)
        closes_on = working_days_after(opens_on, OPEN_WORKING_DAYS, change.country, self.against.holidays)
        planned = PlannedRound(RoundKind.LISTEN, opens_on, closes_on, pages=(page,))
        change = replace(change, points=(point,), planning=(planned,))
        rounds = (At(read.line_of("on"), planned),)
        frame_on = self._frame_on(change, rounds)
        check_order(rounds, frame_on, (At(read.line_of("open"), point),), reader)
        return replace(change, frame_on=frame_on or date.min)

    def _longest(self, change: Change) -> Change:
        """Read the frame, the scenarios and the planning."""
        read, reader = self.read, self.reader
        points = read_points(read, reader)
        if "frame" in read and not points:
            self.findings.add(read.line_of("frame"), "the frame has no points", "no_points", key="frame")
        above = change.readers | {manager.person for manager in change.managers}
        check_designers(points, above, reader)
        scenarios = read_scenarios(read, points, reader)
        rounds = read_planning(read, reader, self.against.packs)
        change = replace(
            change,
            points=tuple(at.it for at in points),
            scenarios=tuple(at.it for at in scenarios),
            planning=pointed([at.it for at in rounds], [at.it for at in scenarios]),
        )
        frame_on = self._frame_on(change, rounds)
        self._check(points, scenarios, rounds, frame_on)
        return replace(change, frame_on=frame_on or date.min)

    def _check(
        self,
        points: tuple[At[Point], ...],
        scenarios: tuple[At[Scenario], ...],
        rounds: tuple[At[PlannedRound], ...],
        frame_on: date | None,
    ) -> None:
        """Check what holds between the parts."""
        whole = len(rounds) == len(getattr(self.read.get("planning"), "value", ()))
        check_order(rounds, frame_on, points, self.reader)
        check_scenario_rounds(rounds, scenarios, self.reader, whole=whole)

    def _frame_on(self, change: Change, rounds: tuple[At[PlannedRound], ...]) -> date | None:
        """Read when everyone hears the frame; without a day, on the working day before the first round opens."""
        if "frame_on" in self.read:
            return self.reader.day(self.read, "frame_on", what="`frame_on`")
        if not rounds:
            if "planning" not in self.read:
                text = "a change has no `frame_on`, nor a round to reckon it from"
                self.findings.add(self.read.line, text, "no_frame_on", key="frame_on")
            return None
        first = min(rounds, key=lambda at: at.it.opens_on)
        day = working_days_after(first.it.opens_on, -1, change.country, self.against.holidays)
        if day < self.against.today and day not in self.reader.kept:
            text = f"the frame would go out on {day}, the working day before this round, and that has passed"
            self.findings.add(first.line, text, "frame_passed", key="opens_on", day=day)
        return day


def _days(change: Change | None) -> Iterator[date]:
    """Yield the days that a change has now."""
    if change is None:
        return
    yield change.frame_on
    for planned in change.planning:
        yield planned.opens_on
        yield planned.closes_on
    for point in change.points:
        yield from (day for day in (point.due_on, point.advice_on) if day is not None)


def _lacking(change: Change | None) -> Iterator[tuple[str, str]]:
    """Yield the open points that a change has without an owner or a day."""
    for point in change.points if change else ():
        if point.owner is None:
            yield point.key, "owner"
        if point.due_on is None:
            yield point.key, "due_on"
