"""Counts sentences and words, to keep texts short."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

_END = re.compile(r"(?<=[.?!…])[\"'’”)\]]*\s+|\n+")
_CLOSED = re.compile(r"[.?!…][\"'’”)\]]*$")
_WORD = re.compile(r"\{[a-z_]+\}|[^\W_]+(?:['’.,:-][^\W_]+)*")


@dataclass(frozen=True, slots=True)
class Figures:
    """How long the sentences of a text are, in words. A gap counts as one word."""

    sentences: int
    mean: float
    longest: int


def sentences(text: str) -> tuple[str, ...]:
    """Split at the end of each sentence and at each line break."""
    return tuple(part.strip() for part in _END.split(text) if part.strip())


def words(text: str) -> int:
    """Count words; `it's`, `kick-off` and `{gap}` are one each."""
    return len(_WORD.findall(text))


def measure(texts: Iterable[str]) -> Figures:
    """Measure whole sentences only: a label or a title would make the mean look better than it reads."""
    lengths = [words(sentence) for text in texts for sentence in sentences(text) if _CLOSED.search(sentence)]
    if not lengths:
        return Figures(0, 0.0, 0)
    return Figures(len(lengths), sum(lengths) / len(lengths), max(lengths))
