"""The planned rounds of a change file: what each asks, and the order in which they may come (section 3: 1 to 4)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from ruamel.yaml.nodes import MappingNode, Node

from adapters.change_file.nodes import Mapping, check_keys, elements, line_of, mapping, scalar, scalars, suggestion
from adapters.change_file.points import At, note_twice
from adapters.change_file.words import Reader, mappings
from bot.change import PlannedRound, Point, Scenario
from bot.ids import FieldKey, PageKey, PointKey
from bot.localised import Localised
from bot.ports import Packs
from bot.questions import ASKS_ABOUT_OPEN, LISTENING, PAGE_MAXIMUM, Page, Question, RoundKind
from bot.schedule import MINUTES_A_CHANGE

PLANNED = (RoundKind.BELIEVE, RoundKind.SOURCE, RoundKind.LISTEN, RoundKind.SCENARIOS, RoundKind.HEARD)
OWN_MINUTES = 2.0
"""What a question of one's own costs where the file does not say."""
PROBE_MAXIMUM = 600

_ELSEWHERE = {
    RoundKind.PULSE: "a pulse is started by a manager, and not planned",
    RoundKind.ASK: "asking on is started under a theme by the core team, and not planned",
}
_KEYS = ("round", "opens_on", "closes_on", "questions", "ask", "point", "segments")
_PAGE_KEYS = ("key", "title", "intro", "question", "hint", "probe", "probe_hint", "minutes")


def read_planning(read: Mapping, reader: Reader, packs: Packs) -> tuple[At[PlannedRound], ...]:
    """Read the planned rounds; one that cannot be read at all is left out, and noted."""
    nodes = mappings(read.get("planning"), reader.findings, what="a planned round")
    found = [_round(item, reader, packs) for item in nodes]
    return tuple(round_ for round_ in found if round_ is not None)


def _round(read: Mapping, reader: Reader, packs: Packs) -> At[PlannedRound] | None:
    """Read one planned round."""
    check_keys(read, _KEYS, reader.findings, what="a planned round")
    for key in ("round", "opens_on", "closes_on"):
        reader.required(read, key, what="this round")
    opens_on = reader.day(read, "opens_on", what="`opens_on`")
    closes_on = reader.day(read, "closes_on", what="`closes_on`")
    point = reader.key(read, "point")
    segments = reader.team_list(read, "segments", what="`segments`")
    pages = _own_pages(read, reader)
    kind = _kind(read, reader)
    if kind is None:
        return None
    questions = _questions(read, reader, packs, kind)
    _check_own(read, reader, kind)
    if opens_on is None or closes_on is None:
        return None
    planned = PlannedRound(kind, opens_on, closes_on, questions, pages, PointKey(point) if point else None, segments)
    return At(read.line, planned)


def _kind(read: Mapping, reader: Reader) -> RoundKind | None:
    """Read which kind of round it is."""
    word = reader.word(read, "round", what="`round`")
    if word is None:
        return None
    if word in PLANNED:
        return RoundKind(word)
    known = ", ".join(PLANNED)
    text = _ELSEWHERE.get(RoundKind(word)) if word in tuple(RoundKind) else None
    hint = suggestion(word, PLANNED) or f"; there is {known}"
    reader.findings.add(read.line_of("round"), text or f"there is no round `{word}`{hint}")
    return None


def _questions(read: Mapping, reader: Reader, packs: Packs, kind: RoundKind) -> tuple[PageKey, ...]:
    """Read which pages of the pack are asked."""
    known = [page.key for page in packs.of(kind).pages]
    found: list[PageKey] = []
    for key, line in scalars(read.get("questions"), reader.findings, what="`questions`"):
        if key in found:
            reader.findings.add(line, f"question `{key}` stands here twice", "twice")
        elif key not in known:
            hint = suggestion(key, known) or f"; there is {', '.join(known)}"
            reader.findings.add(line, f"the questions of `{kind}` have no `{key}`{hint}", "no_question")
        else:
            found.append(PageKey(key))
    return tuple(found)


def _check_own(read: Mapping, reader: Reader, kind: RoundKind) -> None:
    """Questions of one's own go with listening, and in the place of the pack's."""
    if "ask" not in read:
        return
    if kind not in LISTENING:
        text = f"a question of one's own goes with source or listen, not with {kind}"
        reader.findings.add(read.line_of("ask"), text, "own_elsewhere")
    if "questions" in read:
        reader.findings.add(read.line_of("ask"), "give either `questions` or `ask`, not both")


def _own_pages(read: Mapping, reader: Reader) -> tuple[Page, ...]:
    """Read the questions of one's own."""
    nodes = elements(read.get("ask"))
    pages = [own_page(node, reader, line=_line(node, read, nodes), number=n) for n, node in enumerate(nodes, start=1)]
    found = tuple(page for page in pages if page is not None)
    note_twice([(read.line_of("ask"), page.key) for page in found], reader, what="question")
    return found


def _line(node: Node, read: Mapping, nodes: Sequence[Node]) -> int:
    """Return where a question stands: an empty one begins only where the next key does."""
    return line_of(node) if len(nodes) > 1 else read.line_of("ask")


def own_page(node: Node, reader: Reader, *, line: int, number: int = 1) -> Page | None:
    """Read one question: a text, or a mapping with what belongs to it."""
    key = PageKey("own" if number == 1 else f"own-{number}")
    if not (isinstance(node, MappingNode) and _is_page(node)):
        text = reader.text_of(node, line=line, what="the question")
        return None if text is None else make_page(key, text)
    read = mapping(node, reader.findings, what="a question")
    check_keys(read, _PAGE_KEYS, reader.findings, what="a question")
    reader.required(read, "question", what="this question")
    text = reader.text(read, "question", what="the question") or Localised(())
    return make_page(
        PageKey(reader.key(read, "key") or key),
        text,
        hint=reader.text(read, "hint", what="`hint`"),
        probe=reader.text(read, "probe", what="`probe`"),
        probe_hint=reader.text(read, "probe_hint", what="`probe_hint`"),
        title=reader.text(read, "title", what="`title` of a question"),
        intro=reader.text(read, "intro", what="`intro`"),
        minutes=_minutes(read, reader),
    )


def _is_page(node: MappingNode) -> bool:
    """Whether a mapping is a question with what belongs to it, and not a text in languages."""
    return any(key.value in _PAGE_KEYS for key, _ in node.value)


def _minutes(read: Mapping, reader: Reader) -> float:
    """Read what answering costs, in minutes."""
    node = read.get("minutes")
    if node is None:
        return OWN_MINUTES
    text = scalar(node, reader.findings, line=read.line_of("minutes"), what="`minutes`")
    try:
        minutes = float(text or "")
    except ValueError:
        minutes = 0.0
    if not 0 < minutes <= MINUTES_A_CHANGE:
        wrong = f"`minutes` is more than 0 and at most {MINUTES_A_CHANGE:g}, and not `{text or ''}`"
        reader.findings.add(read.line_of("minutes"), wrong, "minutes")
    return minutes


def make_page(
    key: PageKey,
    text: Localised,
    *,
    hint: Localised | None = None,
    probe: Localised | None = None,
    probe_hint: Localised | None = None,
    title: Localised | None = None,
    intro: Localised | None = None,
    minutes: float = OWN_MINUTES,
) -> Page:
    """Make the page of a question of one's own; together its fields take at most `PAGE_MAXIMUM` characters."""
    room = PAGE_MAXIMUM if probe is None else PAGE_MAXIMUM - PROBE_MAXIMUM
    questions = [Question(FieldKey("answer"), text, hint=hint, maximum=room)]
    if probe is not None:
        further = Question(FieldKey("probe"), probe, step=2, hint=probe_hint, maximum=PROBE_MAXIMUM, required=False)
        questions.append(further)
    return Page(key, tuple(questions), minutes, title, intro)


def check_order(
    rounds: Sequence[At[PlannedRound]], frame_on: date | None, points: Sequence[At[Point]], reader: Reader
) -> None:
    """Check what one can see in the file of the rules of the game: the frame first, and only what is open."""
    open_ = any(at.it.asks for at in points)
    for at in rounds:
        planned = at.it
        if planned.closes_on < planned.opens_on:
            text = f"this round closes ({planned.closes_on}) before it opens ({planned.opens_on})"
            reader.findings.add(at.line, text, "closes_first", key="closes_on")
        if planned.kind in ASKS_ABOUT_OPEN and points and not open_:
            text = f"nothing is open, so `{planned.kind}` has nothing to ask: that would be a sham"
            reader.findings.add(at.line, text, "nothing_open", key="round")
        if frame_on is not None and not _after_frame(planned, frame_on):
            reader.findings.add(
                at.line,
                f"`{planned.kind}` opens on {planned.opens_on}, and the frame goes out on {frame_on}: frame first",
                "frame_first",
                key="opens_on",
                day=frame_on,
            )
        _check_point(at, points, reader)
    _check_heard(rounds, reader)


def _after_frame(planned: PlannedRound, frame_on: date) -> bool:
    """Whether the frame is out by then; whether it is believed may be asked on the same day."""
    return planned.opens_on > frame_on or (planned.kind is RoundKind.BELIEVE and planned.opens_on == frame_on)


def _check_point(at: At[PlannedRound], points: Sequence[At[Point]], reader: Reader) -> None:
    """A round about one point is about one that is there and asks."""
    key = at.it.point
    if key is None:
        return
    point = next((other.it for other in points if other.it.key == key), None)
    if point is None:
        reader.findings.add(at.line, f"there is no point `{key}` for this round", "no_point", key="point")
    elif not point.asks:
        text = f"point `{key}` is {point.state}: there is nothing to ask about it"
        reader.findings.add(at.line, text, "not_open", key="point")


def _check_heard(rounds: Sequence[At[PlannedRound]], reader: Reader) -> None:
    """The heard check is the last."""
    last = max((at.it.closes_on for at in rounds if at.it.kind is not RoundKind.HEARD), default=None)
    for at in rounds:
        if at.it.kind is RoundKind.HEARD and last is not None and at.it.opens_on <= last:
            text = f"`heard` opens on {at.it.opens_on}, before the last round has closed ({last})"
            reader.findings.add(at.line, text, "heard_last", key="opens_on", day=last)


def check_scenario_rounds(
    rounds: Sequence[At[PlannedRound]], scenarios: Sequence[At[Scenario]], reader: Reader, *, whole: bool
) -> None:
    """A scenarios round has scenarios, and comes after listening has closed (rule 3).

    `whole`: every round of the file could be read, so that one that is not there was not planned.
    """
    about = {at.it.point for at in scenarios}
    for at in rounds:
        if at.it.kind is not RoundKind.SCENARIOS:
            continue
        if not scenarios:
            reader.findings.add(
                at.line, "this round is about scenarios, and the file has none", "no_scenarios", key="round"
            )
        elif at.it.point is None and len(about) > 1:
            text = "there are scenarios for several points; name the `point` of this round"
            reader.findings.add(at.line, text, "which_point", key="point")
        elif at.it.point is not None and at.it.point not in about:
            text = f"there are no scenarios for point `{at.it.point}`"
            reader.findings.add(at.line, text, "no_scenarios", key="point")
        _check_listened(at, rounds, reader, whole=whole)


def _check_listened(at: At[PlannedRound], rounds: Sequence[At[PlannedRound]], reader: Reader, *, whole: bool) -> None:
    """Listening was there, and has closed."""
    opens_on = at.it.opens_on
    for other in rounds:
        if other.it.kind in LISTENING and other.it.opens_on < opens_on <= other.it.closes_on:
            text = f"scenarios open on {opens_on}, before `{other.it.kind}` has closed ({other.it.closes_on})"
            reader.findings.add(at.line, text, "listening_open", key="opens_on", day=other.it.closes_on)
    listened = any(other.it.kind is RoundKind.LISTEN and other.it.opens_on < opens_on for other in rounds)
    if whole and not listened:
        text = "scenarios come after listening, and no `listen` round opens before them"
        reader.findings.add(at.line, text, "listening_first", key="opens_on")


def pointed(rounds: Sequence[PlannedRound], scenarios: Sequence[Scenario]) -> tuple[PlannedRound, ...]:
    """Give a scenarios round without a point the only one that there are scenarios for."""
    about = sorted({scenario.point for scenario in scenarios})
    if len(about) != 1:
        return tuple(rounds)
    return tuple(_with_point(planned, about[0]) for planned in rounds)


def _with_point(planned: PlannedRound, point: PointKey) -> PlannedRound:
    """Give a scenarios round its point."""
    if planned.kind is not RoundKind.SCENARIOS or planned.point is not None:
        return planned
    return replace(planned, point=point)
