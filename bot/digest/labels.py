"""What a found theme is about and is called: the words that are said much in it and little elsewhere."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.digest.words import fold, lemma, stem, stop_words, words_in

FEWEST_VOICES = 3
"""Voices that make a theme, and that must have written a word, in the same form, before it may be in a label."""
_TIMES = 3.0
"""A telling word is said by a share of the group that is at least so many times its share elsewhere."""
_HOLLOW = frozenset(
    """
    ask bekijken beter blijven brengen change collega come dag day denken ding dingen doen echt even find gaan
    get geven give go goed good great groot hear heel helpen houden iemand iets jaar keep keer kennen kijken
    klein know komen krijgen laten let leuk look make maken mens mensen moeten need new nieuw niks nothing
    organisatie organisation people person praten say see show something staan take talk tell thing think time
    try uur vinden volgen vragen want week weg werk werken weten willen work year zeggen zetten zien zitten
    zoeken
    """.split()  # noqa: SIM905 -- a list of one word a line is longer, not clearer
)
"""Lemmas that everybody uses about work; a theme called "gaat" or "work" is none."""
_WORDS = 3
_SHORTEST = 3
_LONGEST = 40
"""A longer word is not a word, and would not fit a button."""


@dataclass(frozen=True, slots=True)
class Said:
    """The words of one voice: for each stem the forms in which it was written, and whether these may be shown."""

    forms: Mapping[str, frozenset[str]]
    showable: bool


def said(text: str, language: str, *, names: frozenset[str], showable: bool) -> Said:
    """Gather the words that may name a theme: no stop words, nothing of a name, nothing too short."""
    forms: defaultdict[str, set[str]] = defaultdict(set)
    silent = stop_words(language)
    for word in map(str.casefold, words_in(text)):
        bare = fold(word)
        named = bare in names or any(piece in names for piece in bare.split("'"))
        hollow = {word, lemma(word, language)} & (silent | _HOLLOW)
        if _SHORTEST <= len(word) <= _LONGEST and not named and not hollow:
            forms[stem(word, language)].add(word)
    return Said({own: frozenset(written) for own, written in forms.items()}, showable)


def telling(inside: Sequence[Said], elsewhere: Sequence[Said]) -> tuple[str, ...]:
    """Return the stems that a group shares and others hardly use, the most telling first."""
    within = Counter(own for voice in inside for own in voice.forms)
    outside = Counter(own for voice in elsewhere for own in voice.forms)
    scores = {
        own: voices * math.log(times)
        for own, voices in within.items()
        if voices >= FEWEST_VOICES
        and (times := (voices / len(inside)) * (1 + len(elsewhere)) / (1 + outside[own])) >= _TIMES
    }
    return tuple(sorted(scores, key=lambda own: (-scores[own], own)))


def label_of(stems: Sequence[str], inside: Sequence[Said]) -> tuple[str, ...]:
    """Return up to three of the stems as they are written; none when no form is shared by enough voices."""
    written = (_written(own, inside) for own in stems)
    return tuple(word for word in written if word)[:_WORDS]


def _written(own: str, inside: Sequence[Said]) -> str:
    """Return the form that most voices wrote, or nothing when no single form has enough of them."""
    forms = Counter(form for voice in inside if voice.showable for form in voice.forms.get(own, frozenset()))
    form, voices = min(forms.items(), key=lambda counted: (-counted[1], counted[0]), default=("", 0))
    return form if voices >= FEWEST_VOICES else ""
