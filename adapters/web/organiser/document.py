"""The form as the text of a change file, which `adapters.change_file` reads and judges, and which line is which field.

Every field has a line of its own, so that a finding on a line is one about a field. A change with one open point, one
question of its own and one date becomes the shortest file that there is.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from adapters.change_file.points import KEYS
from adapters.web.organiser.shape import Row
from bot.change import PointState
from bot.ids import Language
from bot.questions import LISTENING, RoundKind

"""The kinds of round that may ask a question of the organiser's own."""

SHORT_FIELDS = {"open": "frame.0.text", "question": "planning.0.ask.0.question", "on": "planning.0.opens_on"}
"""The keys of the shortest file, and the fields of the form that they stand for."""

_PAGE_TEXTS = ("title", "intro", "hint", "probe", "probe_hint")
_NAMES = frozenset({"decided_by", "adviser"})
"""Texts that are the same in every language where they are given in the first one only."""


@dataclass(frozen=True, slots=True)
class Line:
    """What a line of the file is about: the field, and the part of the form ("" the whole) whose keys stand there."""

    field: str
    row: str


@dataclass(frozen=True, slots=True)
class Document:
    """A change file; `lines[n]` says what line n + 1 is about."""

    text: str
    lines: tuple[Line, ...]


def write(form: Row, languages: Sequence[Language]) -> Document:
    """Write a form in these languages, the first of the change first."""
    paper = _Paper(tuple(map(str, languages)))
    _common(paper, form)
    if is_short(form):
        _short(paper, form)
    else:
        _long(paper, form)
    return Document("".join(f"{line}\n" for line in paper.written), tuple(paper.lines))


def is_short(form: Row) -> bool:
    """Say whether the shortest file can hold what was filled in: one open point, one question, one date."""
    points, rounds = form.part("frame"), form.part("planning")
    if len(points) != 1 or len(rounds) != 1 or form.part("scenarios"):
        return False
    (point,), (planned,) = points, rounds
    return (
        point.word("state") == PointState.OPEN
        and not any(point.word(key) for key in ("key", "owner", "due_on"))
        and planned.word("round") == RoundKind.LISTEN
        and _asks_own(planned)
        and not any((planned.word("closes_on"), planned.word("point"), planned.list("segments")))
        and len(planned.part("ask")) == 1
    )


def _asks_own(planned: Row) -> bool:
    """Whether a round asks questions of the organiser's own."""
    return planned.word("round") in LISTENING and planned.word("asks") == "own"


@dataclass(slots=True)
class _Paper:
    """A file while it is written."""

    languages: tuple[str, ...]
    written: list[str] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    depth: int = 0
    dash: bool = False

    def line(self, text: str, path: str, row: str) -> None:
        """Write a line; the first one of an element of a list gets its dash."""
        blanks = "  " * self.depth
        if self.dash:
            blanks, self.dash = f"{blanks[:-2]}- ", False
        self.written.append(f"{blanks}{text}")
        self.lines.append(Line(path, row))

    def word(self, key: str, value: str, row: str) -> None:
        """Write a single value, if there is one."""
        if value:
            self.line(f"{key}: {_quoted(value)}", _join(row, key), row)

    def list(self, key: str, values: Sequence[str], row: str) -> None:
        """Write several values, each on a line, if there are any."""
        if values:
            self.line(f"{key}:", _join(row, key), row)
            for value in values:
                self.line(f"  - {_quoted(value)}", _join(row, key), row)

    def text(self, key: str, texts: Mapping[str, str], row: str, *, name: str = "", needed: bool = False) -> None:
        """Write a text in the languages of the change; `name` is what the form calls it, where that differs."""
        path = _join(row, name or key)
        given = {language: texts[language] for language in self.languages if texts.get(language)}
        first = self.languages[0]
        if not given:
            if needed:
                self.line(f"{key}:", path, row)
        elif len(self.languages) == 1 or (list(given) == [first] and key in _NAMES):
            self.line(f"{key}: {_quoted(given[first])}", f"{path}.{first}", row)
        else:
            self.line(f"{key}:", path, row)
            for language, text in given.items():
                self.line(f"  {language}: {_quoted(text)}", f"{path}.{language}", row)

    def begin(self, key: str, rows: Sequence[Row], row: str = "") -> None:
        """Begin a list of parts, if there are any."""
        if rows:
            self.line(f"{key}:", _join(row, key), row)

    def element(self) -> None:
        """Begin an element of a list: its first line gets the dash."""
        self.dash = True


def _join(row: str, key: str) -> str:
    return f"{row}.{key}" if row else key


def _quoted(text: str) -> str:
    """Write a value between double quotes on one line; JSON's way is YAML's too, for what `clean` lets through."""
    return json.dumps(text, ensure_ascii=False)


def _common(paper: _Paper, form: Row) -> None:
    paper.word("id", form.word("id"), "")
    paper.text("title", form.text("title"), "", needed=True)
    paper.text("why", form.text("why"), "", needed=True)
    paper.list("languages", paper.languages, "")
    for key in ("zone", "country"):
        paper.word(key, form.word(key), "")
    for key in ("organisers", "core_team"):
        paper.list(key, form.list(key), "")
    paper.word("channel", form.word("channel"), "")
    paper.text("adviser", form.text("adviser"), "")
    paper.begin("managers", form.part("managers"))
    _elements(paper, "managers", form.part("managers"), _manager)
    paper.list("audience", form.list("audience"), "")
    for key in ("council_told_on", "managers_told_on", "frame_on"):
        paper.word(key, form.word(key), "")


def _elements(paper: _Paper, path: str, rows: Sequence[Row], write: Callable[[_Paper, Row, str], None]) -> None:
    """Write the elements of a list that was begun, each by `write`."""
    paper.depth += 2
    for number, one in enumerate(rows):
        paper.element()
        write(paper, one, f"{path}.{number}")
    paper.depth -= 2


def _manager(paper: _Paper, manager: Row, row: str) -> None:
    for key in ("person", "team"):
        value = manager.word(key)
        paper.line(f"{key}: {_quoted(value)}" if value else f"{key}:", f"{row}.{key}", row)


def _short(paper: _Paper, form: Row) -> None:
    paper.text("open", form.part("frame")[0].text("text"), "frame.0", name="text", needed=True)
    planned = form.part("planning")[0]
    question = planned.part("ask")[0]
    if any(question.text(key) for key in _PAGE_TEXTS) or any(question.word(key) for key in ("key", "minutes")):
        paper.line("question:", "planning.0.ask.0.question", "planning.0.ask.0")
        paper.depth += 1
        _page(paper, question, "planning.0.ask.0")
        paper.depth -= 1
    else:
        paper.text("question", question.text("question"), "planning.0.ask.0", needed=True)
    opens_on = planned.word("opens_on")
    paper.line(f"on: {_quoted(opens_on)}" if opens_on else "on:", "planning.0.opens_on", "planning.0")


def _long(paper: _Paper, form: Row) -> None:
    paper.line("frame:", "frame", "")
    _elements(paper, "frame", form.part("frame"), _point)
    paper.begin("scenarios", form.part("scenarios"))
    _elements(paper, "scenarios", form.part("scenarios"), _scenario)
    paper.begin("planning", form.part("planning"))
    _elements(paper, "planning", form.part("planning"), _round)


def _point(paper: _Paper, point: Row, row: str) -> None:
    """Write a point with what goes with its state; what was typed for another state stays in the form."""
    state = PointState(point.word("state"))
    paper.text(state, point.text("text"), row, name="text", needed=True)
    paper.word("key", point.word("key"), row)
    for key in KEYS[state]:
        if key in {"decided_by", "why", "draft"}:
            paper.text(key, point.text(key), row)
        elif key == "co_designers":
            paper.list(key, point.list(key), row)
        else:
            paper.word(key, point.word(key), row)


def _scenario(paper: _Paper, scenario: Row, row: str) -> None:
    paper.text("title", scenario.text("title"), row, needed=True)
    paper.text("text", scenario.text("text"), row, needed=True)
    for key in ("key", "point"):
        paper.word(key, scenario.word(key), row)
    paper.list("rests_on", scenario.list("rests_on"), row)


def _round(paper: _Paper, planned: Row, row: str) -> None:
    for key in ("round", "opens_on", "closes_on"):
        paper.word(key, planned.word(key), row)
    if _asks_own(planned):
        paper.begin("ask", planned.part("ask"), row)
        _elements(paper, f"{row}.ask", planned.part("ask"), _page)
    else:
        paper.list("questions", planned.list("questions"), row)
    paper.word("point", planned.word("point"), row)
    paper.list("segments", planned.list("segments"), row)


def _page(paper: _Paper, question: Row, row: str) -> None:
    """Write a question of the organiser's own, always with its key word, so that it is never taken for a text alone."""
    paper.text("question", question.text("question"), row, needed=True)
    paper.word("key", question.word("key"), row)
    for key in _PAGE_TEXTS:
        paper.text(key, question.text(key), row)
    paper.word("minutes", question.word("minutes").replace(",", "."), row)
