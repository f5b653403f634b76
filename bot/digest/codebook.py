"""The first layer: which of the codebook's themes a text speaks of."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from fnmatch import fnmatchcase

from bot.codebook import ANY, WEAK, Codebook
from bot.digest.words import fold, lemma, words_in

MOST_THEMES = 2
"""Themes of one text: with one, voices are missed; with more, those are counted that only touch a theme in passing."""
_ENOUGH = 2
"""Points that put a text in a theme: one seed, or two different weak ones."""


@dataclass(frozen=True, slots=True)
class _Seed:
    """One seed, taken apart: every part has to match the word in its place."""

    theme: str
    parts: tuple[tuple[str, ...], ...]
    """For each word its forms: as it is written, and its lemma."""
    points: int


@dataclass(slots=True)
class Matcher:
    """A codebook made ready; remembers which words start which seeds, because texts share most of their words."""

    codebook: Codebook
    _starts: dict[tuple[str, str, bool], tuple[_Seed, ...]] = field(default_factory=dict)
    _seeds: dict[tuple[str, bool], tuple[_Seed, ...]] = field(default_factory=dict)

    def themes_of(self, text: str, language: str) -> tuple[str, ...]:
        """Return the keys of up to two themes that the text speaks of most, then first.

        Seeds in the text's own language come first. Those of the other languages are tried, without their other
        forms, where these find nothing: people mix, and a form's language is not always that of the answer.
        """
        words = [word.casefold() for word in words_in(text)]
        own = self._themes_in(words, language, exact=False)
        if own:
            return own
        others = (self._themes_in(words, other, exact=True) for other in self._languages() if other != language)
        return next((themes for themes in others if themes), ())

    def _languages(self) -> list[str]:
        return sorted({language for theme in self.codebook.themes for language, _ in theme.seeds})

    def _themes_in(self, words: list[str], language: str, *, exact: bool) -> tuple[str, ...]:
        """Add up what the different words that start a seed are worth, and order the themes that have enough."""
        worth: defaultdict[str, dict[str, int]] = defaultdict(dict)
        for at, word in enumerate(words):
            for seed in self._starting_with(word, language, exact=exact):
                if _matches(seed, words[at : at + len(seed.parts)], language, exact=exact):
                    worth[seed.theme][word] = max(seed.points, worth[seed.theme].get(word, 0))
        points = {theme: sum(of_words.values()) for theme, of_words in worth.items()}
        enough = (theme for theme, total in points.items() if total >= _ENOUGH)
        return tuple(sorted(enough, key=lambda theme: -points[theme])[:MOST_THEMES])

    def _starting_with(self, word: str, language: str, *, exact: bool) -> tuple[_Seed, ...]:
        key = (word, language, exact)
        if key not in self._starts:
            self._starts[key] = tuple(
                seed
                for seed in self._seeds_in(language, exact=exact)
                if _part_matches(seed.parts[0], word, language, exact=exact)
            )
        return self._starts[key]

    def _seeds_in(self, language: str, *, exact: bool) -> tuple[_Seed, ...]:
        key = (language, exact)
        if key not in self._seeds:
            self._seeds[key] = tuple(
                _seed(theme.key, written, language, exact=exact)
                for theme in self.codebook.themes
                for own, seeds in theme.seeds
                if own == language
                for written in seeds
            )
        return self._seeds[key]


def _seed(theme: str, written: str, language: str, *, exact: bool) -> _Seed:
    """Take a seed apart: `~` makes it weak, words become lemmas unless exact, words with `*` stay patterns."""
    bare = written.removeprefix(WEAK)
    parts = tuple(
        (fold(part),) if exact or ANY in part else (fold(part), lemma(part, language)) for part in bare.split()
    )
    return _Seed(theme, parts, 1 if written.startswith(WEAK) else _ENOUGH)


def _matches(seed: _Seed, words: list[str], language: str, *, exact: bool) -> bool:
    """Say whether the words that follow each other are the seed's."""
    return len(words) == len(seed.parts) and all(
        _part_matches(part, word, language, exact=exact) for part, word in zip(seed.parts, words, strict=True)
    )


def _part_matches(part: tuple[str, ...], word: str, language: str, *, exact: bool) -> bool:
    if ANY in part[0]:
        return fnmatchcase(fold(word), part[0])
    return part[0] == fold(word) or (not exact and lemma(word, language) in part)
