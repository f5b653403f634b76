"""Changes as they may be planned, made up by hypothesis: everything that a change file can hold."""

from dataclasses import replace
from datetime import date

from hypothesis import strategies as st

from adapters.change_file.planning import make_page
from bot.change import Change, Manager, PlannedRound, Point, PointState, Scenario, ThemeRef
from bot.ids import ChangeId, ChannelId, Language, PageKey, PersonId, PointKey, ScenarioKey, TeamKey
from bot.localised import Localised
from bot.questions import RoundKind
from tests.adapters.change_files import TENANT, TODAY

NL, EN = Language("nl"), Language("en")
words = st.text(
    st.characters(codec="utf-8", exclude_categories=["C"], exclude_characters="\u2028\u2029\x85"), min_size=1
)
phrases = (
    st.one_of(
        words, st.lists(words, min_size=2, max_size=3).map("\n".join), st.sampled_from(["no", "~", "12", "a: b", "# x"])
    )
    .map(str.strip)
    .filter(bool)
    .filter(lambda text: not any(line != line.strip() for line in text.splitlines()))
)
texts = st.builds(lambda nl, en: Localised(((NL, nl), (EN, en))), phrases, phrases)
names = st.one_of(texts, phrases.map(lambda nl: Localised(((NL, nl),))))
maybe = st.none() | texts
future = st.dates(TODAY, date(2030, 1, 1))
floor = st.lists(st.sampled_from([PersonId("dirk"), PersonId("elsa"), PersonId("finn")]), min_size=2, unique=True)
owner = st.sampled_from([PersonId("anna"), PersonId("bert")])


def point_of(state: PointState, key: str) -> st.SearchStrategy[Point]:
    """Build a point with what goes with its state."""
    always = {"key": st.just(PointKey(key)), "state": st.just(state), "text": texts}
    match state:
        case PointState.FIXED:
            return st.builds(Point, **always, decided_by=names, why=texts)
        case PointState.INTENDED:
            return st.builds(Point, **always, decided_by=names, why=texts, advice_on=future)
        case PointState.OPEN:
            return st.builds(Point, **always, owner=owner, due_on=future)
        case PointState.TOGETHER:
            designers = floor.map(tuple)
            return st.builds(Point, **always, owner=owner, due_on=future, co_designers=designers, draft=maybe)


def pages() -> st.SearchStrategy[object]:
    """Build questions of one's own."""
    plain = {"hint": maybe, "title": maybe, "intro": maybe, "minutes": st.sampled_from([0.5, 2.0, 7.25])}
    without = st.builds(make_page, st.just(PageKey("q1")), texts, **plain)
    with_probe = st.builds(make_page, st.just(PageKey("q2")), texts, probe=texts, probe_hint=maybe, **plain)
    return st.tuples(without, with_probe)


@st.composite
def changes(draw: st.DrawFn) -> Change:
    """Build a change that keeps the rules of a file."""
    points = [draw(point_of(state, f"p-{number}")) for number, state in enumerate(PointState)]
    asks = draw(st.sampled_from([PointKey("p-2"), PointKey("p-3")]))
    count = draw(st.integers(2, 3))
    scenarios = tuple(Scenario(ScenarioKey(f"s{n}"), asks, draw(texts), draw(texts)) for n in range(count))
    rests = (ThemeRef("round-1", "lose", ":care"),)
    questions = draw(st.sampled_from([(), (PageKey("lose"),), (PageKey("hope"), PageKey("lose"))]))
    own = () if questions else draw(st.just(()) | pages())
    listen = PlannedRound(RoundKind.LISTEN, date(2027, 1, 5), date(2027, 1, 12), questions, own)  # type: ignore[arg-type]
    choose = PlannedRound(
        RoundKind.SCENARIOS, date(2027, 2, 1), date(2027, 2, 8), point=asks, segments=(TeamKey("north"),)
    )
    return Change(
        tenant=TENANT,
        id=ChangeId("made-up"),
        title=draw(texts),
        why=draw(texts),
        languages=(NL, EN),
        points=tuple(points),
        frame_on=date(2027, 1, 4),
        zone="Europe/Lisbon",
        channel=draw(st.none() | st.just(ChannelId("C0123"))),
        organisers=(PersonId("anna"),),
        core_team=(PersonId("anna"), PersonId("bert")),
        managers=(Manager(PersonId("carla"), TeamKey("north")),),
        audience=draw(st.sampled_from([(), (TeamKey("north"), TeamKey("south"))])),
        council_told_on=draw(st.none() | st.dates(date(2026, 1, 1), date(2027, 1, 1))),
        managers_told_on=draw(st.none() | st.dates(date(2026, 1, 1), date(2027, 1, 1))),
        scenarios=(replace(scenarios[0], rests_on=rests), *scenarios[1:]),
        planning=(listen, choose),
        adviser=draw(st.none() | names),
        country="PT",
    )
