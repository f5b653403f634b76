"""Which words are read aloud: typical first, then as different from each other as there are."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

import numpy as np

from bot.digest.vectors import Vectors
from bot.digest.words import words_in

LONGEST = 280
"""Characters of a quote; what is longer is cut at a sentence or a word."""
PER_THEME = 3
ALONE = 15
"""Voices that stand alone and are shown in words: fifteen show half of the smallest themes, three show few."""
_FEWEST_WORDS = 2
_SAME = 0.8
"""Texts that are more alike than this say the same."""
_SENTENCE_END = re.compile(r"[.!?…](?=\s)")


def says_something(text: str) -> bool:
    """Say whether a scrubbed text can be a quote: one word, an emoji or only marks tell nothing."""
    return len(words_in(text)) >= _FEWEST_WORDS


def cut(text: str) -> str:
    """Shorten a text to `LONGEST`, at the last sentence that leaves at least half, else at a word."""
    if len(text) <= LONGEST:
        return text
    room = text[: LONGEST - 2]
    ends = [match.end() for match in _SENTENCE_END.finditer(room) if match.end() >= LONGEST // 2]
    if ends:
        return f"{room[: ends[-1]]} …"
    at_word = room.rpartition(" ")[0] or room
    return f"{at_word.rstrip(' ,;:-')} …"


def differing(vectors: Vectors, candidates: Sequence[int], members: Sequence[int]) -> list[int]:
    """Choose up to `PER_THEME` of the candidates: the one nearest the theme's middle, then always the farthest."""
    if not candidates:
        return []
    chosen = [int(np.argmax(vectors.to_middle(candidates, members)))]
    nearest = _likeness_to(vectors, candidates, chosen[0])
    while len(chosen) < PER_THEME and nearest.min() < _SAME:
        chosen.append(int(np.argmin(nearest)))
        nearest = np.maximum(nearest, _likeness_to(vectors, candidates, chosen[-1]))
    return [candidates[at] for at in chosen]


def farthest(vectors: Vectors, candidates: Sequence[int], themes: Collection[Sequence[int]]) -> list[int]:
    """Choose up to `ALONE` of the candidates, those least like any theme first, each saying something of its own."""
    if not candidates:
        return []
    to_themes = [vectors.to_middle(candidates, members) for members in themes]
    near = np.max(to_themes, axis=0) if to_themes else np.zeros(len(candidates))
    chosen: list[int] = []
    nearest = np.zeros(len(candidates))
    for at in np.argsort(near, kind="stable"):
        if len(chosen) < ALONE and nearest[at] < _SAME:
            chosen.append(int(at))
            nearest = np.maximum(nearest, _likeness_to(vectors, candidates, int(at)))
    return [candidates[at] for at in chosen]


def _likeness_to(vectors: Vectors, candidates: Sequence[int], chosen: int) -> np.ndarray:
    """Return how alike each candidate is to the chosen one, which is like itself even when its vector is empty."""
    likeness = vectors.likeness(candidates, [candidates[chosen]])[:, 0]
    likeness[chosen] = 1.0
    return likeness
