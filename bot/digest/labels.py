"""What a found theme is called: the words that are said most in it and little elsewhere."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.digest.words import fold, stem, stop_words, words_in

FEWEST_VOICES = 3
"""Voices that must have written a word, in the same form, before it may be in a label."""
_WORDS = 3
_SHORTEST = 3
_LONGEST = 40
"""A longer word is not a word, and would not fit a button."""


@dataclass(frozen=True, slots=True)
class Said:
    """The words of one voice: for each stem the forms in which it was written."""

    language: str
    forms: Mapping[str, frozenset[str]]


def said(text: str, language: str, *, names: frozenset[str]) -> Said:
    """Gather the words that may be in a label: no stop words, nothing of a name, nothing too short."""
    forms: defaultdict[str, set[str]] = defaultdict(set)
    silent = stop_words(language)
    for word in map(str.casefold, words_in(text)):
        if _SHORTEST <= len(word) <= _LONGEST and word not in silent and fold(word) not in names:
            forms[stem(word, language)].add(word)
    return Said(language, {own: frozenset(written) for own, written in forms.items()})


def label_of(inside: Sequence[Said], elsewhere: Sequence[Said]) -> tuple[str, ...]:
    """Return up to three words, the most telling first; none when no word is shared by enough voices."""
    within = Counter(own for voice in inside for own in voice.forms)
    outside = Counter(own for voice in elsewhere for own in voice.forms)
    spread = len(inside) / (1 + len(elsewhere))
    telling = sorted(
        (own for own, voices in within.items() if voices >= FEWEST_VOICES),
        key=lambda own: (-within[own] * math.log(1 + within[own] / (1 + outside[own] * spread)), own),
    )
    written = (_written(own, inside) for own in telling)
    return tuple(word for word in written if word)[:_WORDS]


def _written(own: str, inside: Sequence[Said]) -> str:
    """Return the form that most voices wrote, or nothing when no single form has enough of them."""
    forms = Counter(form for voice in inside for form in voice.forms.get(own, frozenset()))
    form, voices = min(forms.items(), key=lambda counted: (-counted[1], counted[0]))
    return form if voices >= FEWEST_VOICES else ""
