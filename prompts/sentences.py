"""Counts sentences, words and letters, to keep texts short and plain."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

_END = re.compile(r"(?<=[.?!…])[\"'’”)\]]*\s+|\n+")
_CLOSED = re.compile(r"[.?!…][\"'’”)\]]*$")
_WORD = re.compile(r"\{[a-z_]+\}|[^\W_]+(?:['’.,:-][^\W_]+)*")

LONG_WORD = 6
"""Letters: a word of more is long (LIX, Björnsson 1968)."""


@dataclass(frozen=True, slots=True)
class Figures:
    """How the sentences of a text read. Lengths are in words; a gap counts as one short word.

    `lix` is words per sentence plus the percentage of long words: below 30 is very easy, above 40 hard.
    """

    sentences: int
    mean: float
    longest: int
    lix: float


def sentences(text: str) -> tuple[str, ...]:
    """Split at the end of each sentence and at each line break."""
    return tuple(part.strip() for part in _END.split(text) if part.strip())


def words(text: str) -> int:
    """Count words; `it's`, `kick-off` and `{gap}` are one each."""
    return len(_WORD.findall(text))


def measure(texts: Iterable[str]) -> Figures:
    """Measure whole sentences only: a label or a title would make the mean look better than it reads."""
    whole = [sentence for text in texts for sentence in sentences(text) if _CLOSED.search(sentence)]
    if not whole:
        return Figures(0, 0.0, 0, 0.0)
    lengths = [words(sentence) for sentence in whole]
    mean = sum(lengths) / len(lengths)
    found = [word for sentence in whole for word in _WORD.findall(sentence)]
    long_words = sum(len(word) > LONG_WORD and not word.startswith("{") for word in found)
    return Figures(len(lengths), mean, max(lengths), mean + 100 * long_words / max(len(found), 1))
