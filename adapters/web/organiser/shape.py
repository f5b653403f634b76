"""The form of a change as a tree of what was typed, and as the flat fields that a browser sends: two ways to write one.

A field is named by its path, as in the change file: `title.nl`, `frame.0.owner`, `planning.1.ask.0.question.en`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from bot.ids import Language

Pairs = tuple[tuple[str, str], ...]
"""Names and values in order; a name that takes several values comes several times."""

TEXT_MAXIMUM = 4000
"""Characters of one field; the largest that people can read in one message is smaller."""
ROWS_MAXIMUM = 40
"""Rows of one kind; a change with more is no change that anybody reads."""


@dataclass(frozen=True, slots=True)
class Shape:
    """What a part of the form holds: single words, texts in languages, lists of words, and rows that have a shape."""

    words: tuple[str, ...] = ()
    texts: tuple[str, ...] = ()
    several: tuple[str, ...] = ()
    rows: Mapping[str, Shape] = field(default_factory=dict)


QUESTION = Shape(words=("key", "minutes"), texts=("title", "intro", "question", "hint", "probe", "probe_hint"))
ROUND = Shape(
    words=("round", "opens_on", "closes_on", "asks", "point"),
    several=("questions", "segments"),
    rows={"ask": QUESTION},
)
SCENARIO = Shape(words=("key", "point"), texts=("title", "text"), several=("rests_on",))
POINT = Shape(
    words=("state", "key", "advice_on", "owner", "due_on"),
    texts=("text", "decided_by", "why", "draft"),
    several=("co_designers",),
)
MANAGER = Shape(words=("person", "team"))
CHANGE = Shape(
    words=("id", "zone", "country", "channel", "council_told_on", "managers_told_on", "frame_on"),
    texts=("title", "why", "adviser"),
    several=("languages", "organisers", "core_team", "audience"),
    rows={"managers": MANAGER, "frame": POINT, "scenarios": SCENARIO, "planning": ROUND},
)


@dataclass(frozen=True, slots=True)
class Row:
    """One part of the form, filled in or not. What is not there was left empty."""

    words: Mapping[str, str] = field(default_factory=dict)
    texts: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    several: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    rows: Mapping[str, tuple[Row, ...]] = field(default_factory=dict)

    def word(self, key: str) -> str:
        """Return a single value ("" when it was left empty)."""
        return self.words.get(key, "")

    def text(self, key: str) -> Mapping[str, str]:
        """Return a text by language, only those that were filled in."""
        return {language: text for language, text in self.texts.get(key, {}).items() if text}

    def list(self, key: str) -> tuple[str, ...]:
        """Return several values."""
        return self.several.get(key, ())

    def part(self, key: str) -> tuple[Row, ...]:
        """Return the rows of a kind."""
        return self.rows.get(key, ())

    def with_word(self, key: str, value: str) -> Row:
        """Put another single value in."""
        return replace(self, words={**self.words, key: value})

    def with_part(self, key: str, rows: Iterable[Row]) -> Row:
        """Put other rows in."""
        return replace(self, rows={**self.rows, key: tuple(rows)})


def read(pairs: Iterable[tuple[str, str]], languages: Sequence[Language], shape: Shape = CHANGE) -> Row:
    """Read what a browser sent; names that the form does not have are left out."""
    sent: dict[str, list[str]] = {}
    for name, value in pairs:
        sent.setdefault(name, []).append(clean(value))
    return _read(sent, languages, shape, "")


def _read(sent: Mapping[str, list[str]], languages: Sequence[Language], shape: Shape, above: str) -> Row:
    def one(name: str) -> str:
        return next(iter(sent.get(f"{above}{name}", ())), "")

    return Row(
        words={key: one(key).replace("\n", " ") for key in shape.words},
        texts={key: {str(language): one(f"{key}.{language}") for language in languages} for key in shape.texts},
        several={key: tuple(dict.fromkeys(filter(None, sent.get(f"{above}{key}", ())))) for key in shape.several},
        rows={
            key: tuple(
                _read(sent, languages, inner, f"{above}{key}.{number}.") for number in _numbers(sent, f"{above}{key}")
            )
            for key, inner in shape.rows.items()
        },
    )


def _numbers(sent: Mapping[str, list[str]], path: str) -> Sequence[int]:
    """Return the numbers under which rows came, smallest first."""
    found = (re.match(rf"{re.escape(path)}\.(\d{{1,3}})\.", name) for name in sent)
    return sorted({int(match[1]) for match in found if match})[:ROWS_MAXIMUM]


def flat(row: Row, shape: Shape = CHANGE, above: str = "") -> Iterator[tuple[str, str]]:
    """Yield the fields of the form; `read` makes the same tree of them."""
    for key in shape.words:
        yield f"{above}{key}", row.word(key)
    for key in shape.texts:
        for language, text in row.texts.get(key, {}).items():
            yield f"{above}{key}.{language}", text
    for key in shape.several:
        for value in row.list(key):
            yield f"{above}{key}", value
    for key, inner in shape.rows.items():
        for number, one in enumerate(row.part(key)):
            yield from flat(one, inner, f"{above}{key}.{number}.")


def names(row: Row, languages: Sequence[Language], shape: Shape = CHANGE, above: str = "") -> Iterator[str]:
    """Yield every name under which the form can show something, filled in or not: its fields, and its rows."""
    yield from (f"{above}{key}" for key in (*shape.words, *shape.several, *shape.rows))
    yield from (f"{above}{key}.{language}" for key in shape.texts for language in languages)
    for key, inner in shape.rows.items():
        for number, one in enumerate(row.part(key)):
            yield f"{above}{key}.{number}"
            yield from names(one, languages, inner, f"{above}{key}.{number}.")


def clean(text: str) -> str:
    """Return a text as it is kept: lines without blanks around them, no signs that cannot be seen, not too long."""
    lines = (_seen(line).strip() for line in text[:TEXT_MAXIMUM].splitlines())
    return "\n".join(lines).strip()


def _seen(line: str) -> str:
    """Leave out what YAML does not take, and the mark that some editors put before a text."""
    return "".join(
        one for one in line if (unicodedata.category(one) not in {"Cc", "Cs", "Cn"} or one == "\t") and one != "\ufeff"
    ).replace("\t", " ")
