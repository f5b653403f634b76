"""The frame and the scenarios of a change file."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from adapters.change_file.nodes import Mapping, check_keys, scalars, slug
from adapters.change_file.words import Reader, mappings
from bot.change import Point, PointState, Scenario, ThemeRef
from bot.errors import NotFound
from bot.ids import PersonId, PointKey, ScenarioKey
from bot.localised import Localised

T = TypeVar("T")

_ALWAYS = ("key",)
KEYS: dict[PointState, tuple[str, ...]] = {
    PointState.FIXED: ("decided_by", "why"),
    PointState.INTENDED: ("decided_by", "why", "advice_on"),
    PointState.OPEN: ("owner", "due_on"),
    PointState.TOGETHER: ("owner", "due_on", "co_designers", "draft"),
}
"""What goes with a point besides its text and its key."""
_REQUIRED: dict[PointState, tuple[tuple[str, str], ...]] = {
    PointState.FIXED: (("decided_by", ": who decided it?"), ("why", ": why is it fixed?")),
    PointState.INTENDED: (
        ("decided_by", ": who intends it?"),
        ("why", ": why is it intended?"),
        ("advice_on", ": until which day does it wait for advice?"),
    ),
    PointState.OPEN: (("owner", ": who takes care of it?"), ("due_on", ": when is it decided?")),
    PointState.TOGETHER: (("owner", ": who takes care of it?"), ("due_on", ": when is it decided?")),
}
_SCENARIO_KEYS = ("key", "point", "title", "text", "rests_on")
_DESIGNERS = 2
_SCENARIOS = (2, 3)


@dataclass(frozen=True, slots=True)
class At(Generic[T]):
    """Something and the line on which it stands."""

    line: int
    it: T


def read_points(read: Mapping, reader: Reader) -> tuple[At[Point], ...]:
    """Read the frame; a point that cannot be read at all is left out, and noted."""
    found = [_point(item, reader) for item in mappings(read.get("frame"), reader.findings, what="a point of the frame")]
    points = tuple(point for point in found if point is not None)
    note_twice([(at.line, at.it.key) for at in points], reader, what="point")
    return points


def _point(read: Mapping, reader: Reader) -> At[Point] | None:
    """Read one point."""
    states = [state for state in PointState if state in read]
    if len(states) != 1:
        said = "is both " + " and ".join(states) if states else "is none of fixed, intended, open and together"
        reader.findings.add(read.line, f"a point {said}")
        known = {key for keys in KEYS.values() for key in keys}
        check_keys(read, {*_ALWAYS, *known, *PointState}, reader.findings, what="a point")
        return None
    state = states[0]
    _check_keys(read, state, reader)
    text = reader.text(read, state, what=f"the {state} point")
    point = _filled(read, state, text or Localised(()), reader)
    for key, why in _REQUIRED[state]:
        if (point.key, key) not in reader.lacking:
            reader.required(read, key, what=f"this {state} point", why=why)
    if state is PointState.TOGETHER and len(point.co_designers) < _DESIGNERS:
        few = "a point that is designed together names at least two `co_designers`"
        reader.findings.add(read.line_of("co_designers"), few, "two_designers", key="co_designers")
    return At(read.line, point)


def _filled(read: Mapping, state: PointState, text: Localised, reader: Reader) -> Point:
    """Read what goes with a point."""
    return Point(
        key=PointKey(reader.key(read, "key") or slug(text.in_(reader.languages[0])) or "point"),
        state=state,
        text=text,
        decided_by=reader.text(read, "decided_by", what="`decided_by`", name=True),
        why=reader.text(read, "why", what="`why` of a point"),
        advice_on=reader.day(read, "advice_on", what="`advice_on`"),
        owner=reader.person(read, "owner", what="`owner`"),
        due_on=reader.day(read, "due_on", what="`due_on`"),
        co_designers=reader.persons(read, "co_designers", what="`co_designers`"),
        draft=reader.text(read, "draft", what="`draft`"),
    )


def _check_keys(read: Mapping, state: PointState, reader: Reader) -> None:
    """Note the keys that nobody knows, and those that go with another kind of point."""
    own = {*_ALWAYS, state, *KEYS[state]}
    others = {key for keys in KEYS.values() for key in keys} - own
    for key in read.lines:
        if key in others:
            kinds = " and ".join(kind for kind, keys in KEYS.items() if key in keys)
            reader.findings.add(
                read.line_of(key), f"`{key}` goes with a point that is {kinds}, and this one is {state}"
            )
    check_keys(read, own | others, reader.findings, what=f"a point that is {state}")


def check_designers(points: Sequence[At[Point]], above: frozenset[PersonId], reader: Reader) -> None:
    """Co-designers come from the floor: not from those who lead or organise the change."""
    for at in points:
        for person in at.it.co_designers:
            if person in above:
                text = f"co-designers come from the floor, and `{person}` is in the core team or leads a team"
                reader.findings.add(at.line, text, "designer_above", key="co_designers", person=person)


def read_scenarios(read: Mapping, points: Sequence[At[Point]], reader: Reader) -> tuple[At[Scenario], ...]:
    """Read the scenarios and check them against the points that they are about."""
    nodes = mappings(read.get("scenarios"), reader.findings, what="a scenario")
    found = tuple(_scenario(item, reader) for item in nodes)
    note_twice([(at.line, at.it.key) for at in found], reader, what="scenario")
    _check_scenarios(found, {at.it.key: at.it for at in points}, reader)
    return found


def _scenario(read: Mapping, reader: Reader) -> At[Scenario]:
    """Read one scenario."""
    check_keys(read, _SCENARIO_KEYS, reader.findings, what="a scenario")
    for key in ("point", "title", "text"):
        reader.required(read, key, what="this scenario")
    title = reader.text(read, "title", what="the title of a scenario") or Localised(())
    scenario = Scenario(
        key=ScenarioKey(reader.key(read, "key") or slug(title.in_(reader.languages[0])) or "scenario"),
        point=PointKey(reader.key(read, "point") or ""),
        title=title,
        text=reader.text(read, "text", what="the text of a scenario") or Localised(()),
        rests_on=_themes(read, reader),
    )
    return At(read.line, scenario)


def _themes(read: Mapping, reader: Reader) -> tuple[ThemeRef, ...]:
    """Read the themes that a scenario rests on, as `round/page/theme`."""
    found = []
    for text, line in scalars(read.get("rests_on"), reader.findings, what="`rests_on`"):
        try:
            found.append(ThemeRef.parse(text))
        except NotFound:
            reader.findings.add(line, f"`{text}` is no theme; write it as round/page/theme", "no_theme")
    return tuple(found)


def _check_scenarios(scenarios: Sequence[At[Scenario]], points: dict[PointKey, Point], reader: Reader) -> None:
    """Two or three scenarios, each about a point that something can still be said about (rule 4)."""
    counts = Counter(at.it.point for at in scenarios)
    for at in scenarios:
        key = at.it.point
        if not key:
            continue
        if key not in points:
            reader.findings.add(at.line, f"there is no point `{key}` for this scenario", "no_point", key="point")
        elif not points[key].asks:
            text = f"point `{key}` is {points[key].state}: there is nothing to choose"
            reader.findings.add(at.line, text, "not_open", key="point")
        elif counts[key] not in _SCENARIOS:
            first = next(other.line for other in scenarios if other.it.point == key)
            text = f"point `{key}` has {counts[key]} scenario(s); give it two or three"
            reader.findings.add(first, text, "scenario_count", key="point")


def note_twice(keys: Sequence[tuple[int, str]], reader: Reader, *, what: str) -> None:
    """Note every key that stands there a second time."""
    first: dict[str, int] = {}
    for line, key in keys:
        if key in first:
            text = f"{what} `{key}` stands here twice, first on line {first[key]}"
            reader.findings.add(line, text, "same_key", key="key")
        first.setdefault(key, line)
