"""What the made-up people have to say: lines from a file, handed out in order to the voices that answer."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bot.errors import FileInvalid, Finding
from bot.ids import Language

ANY = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One thing to say. `round` (a kind of round, or `door`) and `question` are "" where the line fits any."""

    text: str
    language: Language
    round: str = ANY
    question: str = ANY


@dataclass(slots=True)
class _Shelf:
    """Lines that fit the same questions; after the last comes the first again."""

    lines: list[str] = field(default_factory=list)
    taken: int = 0

    def take(self) -> str:
        text = self.lines[self.taken % len(self.lines)]
        self.taken += 1
        return text


class AnswerBook:
    """Hands out lines in the order of the file, those that fit a question best first."""

    def __init__(self, lines: Iterable[Line]) -> None:
        """Put every line on the shelf of what it fits."""
        self._shelves: dict[tuple[str, str, str], _Shelf] = {}
        for line in lines:
            shelf = self._shelves.setdefault((line.language, line.round, line.question), _Shelf())
            shelf.lines.append(line.text)

    def take(self, language: Language, round_kind: str, question: str) -> str | None:
        """Return the next line for a question; None when the book has nothing that fits it.

        A line of the question goes before one of the kind of round, and that before one that fits any; one's own
        language goes before another. When all that fit best are used, they begin again. To a question of which nothing
        is known but its kind of round, people say what they would say to the first of that kind.
        """
        first = next((key[2] for key in self._shelves if key[1] == round_kind), ANY) if question == ANY else question
        for fit in ((round_kind, question), (round_kind, ANY), (round_kind, first), (ANY, ANY)):
            own = self._shelves.get((language, *fit))
            other = (shelf for (_, *key), shelf in self._shelves.items() if tuple(key) == fit)
            shelf = own or next(other, None)
            if shelf is not None:
                return shelf.take()
        return None

    def take_for(self, language: Language, round_kind: str, question: str) -> str | None:
        """Return the next line that was written for this very question, each once; None when none is left."""
        shelf = self._shelves.get((language, round_kind, question))
        return shelf.take() if shelf is not None and shelf.taken < len(shelf.lines) else None


def load_lines(path: Path) -> tuple[Line, ...]:
    """Read a file with a JSON object a line. Blocking. Raises FileInvalid with every line that is none."""
    lines, findings = [], []
    for number, raw in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        if not raw.strip():
            continue
        line = _line(raw)
        if isinstance(line, Line):
            lines.append(line)
        else:
            findings.append(Finding(str(path), number, line))
    if not lines and not findings:
        findings.append(Finding(str(path), 0, "there is not one answer in it"))
    if findings:
        raise FileInvalid(tuple(findings))
    return tuple(lines)


def _line(raw: str) -> Line | str:
    """Read one line, or say what is wrong with it; the text itself is never repeated."""
    try:
        value: Any = json.loads(raw)
    except ValueError:
        return "this is not JSON"
    if not isinstance(value, Mapping):
        return "this is not an object"
    text, language = value.get("text"), value.get("lang")
    if not isinstance(text, str) or not text.strip():
        return '"text" is missing or empty'
    if not isinstance(language, str) or not language:
        return '"lang" is missing or empty'
    return Line(
        text.strip(),
        Language(language),
        str(value.get("round") or ANY),
        str(value.get("question") or ANY),
    )
