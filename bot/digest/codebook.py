"""Themes that are described beforehand, and which of them a text speaks of."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from fnmatch import fnmatchcase

from bot.digest.words import fold, stem, words_in
from bot.ids import Language
from bot.localised import Localised

_ENOUGH = 2
"""Points that put a text in a theme: one seed, or two different weak ones."""


@dataclass(frozen=True, slots=True)
class CodebookTheme:
    """A theme with the words by which it is recognised.

    A seed is a word or a phrase, compared by stem. `*` stands for any letters, for compounds ("*rooster*"). A weak
    seed starts with `~` and only counts together with another.
    """

    key: str
    label: Localised
    description: Localised
    seeds: tuple[tuple[Language, tuple[str, ...]], ...]


@dataclass(frozen=True, slots=True)
class Codebook:
    """Twelve to fifteen themes that people speak of in a change; keys stay the same between versions."""

    id: str
    version: int
    themes: tuple[CodebookTheme, ...]


@dataclass(frozen=True, slots=True)
class _Seed:
    """One seed, taken apart: every part has to match the word in its place."""

    theme: str
    parts: tuple[str, ...]
    points: int


@dataclass(slots=True)
class Matcher:
    """A codebook made ready for one language after another; remembers which words start which seeds."""

    codebook: Codebook
    _seeds: dict[str, tuple[_Seed, ...]] = field(default_factory=dict)
    _starts: dict[tuple[str, str], tuple[_Seed, ...]] = field(default_factory=dict)

    def themes_of(self, text: str, language: str) -> frozenset[str]:
        """Return the keys of the themes that the text speaks of.

        Seeds in the text's own language come first; those of the other languages are tried where these find nothing,
        because people mix, and a form's language is not always that of the answer.
        """
        own = self._themes_in(text, language)
        if own:
            return own
        others = [other for other in self._languages() if other != language]
        return frozenset().union(*(self._themes_in(text, other) for other in others))

    def _languages(self) -> list[str]:
        return sorted({language for theme in self.codebook.themes for language, _ in theme.seeds})

    def _themes_in(self, text: str, language: str) -> frozenset[str]:
        """Add up the points of the different seeds that match."""
        words = [fold(word) for word in words_in(text)]
        matched = {
            seed
            for at, word in enumerate(words)
            for seed in self._starting_with(word, language)
            if _matches(seed, words[at : at + len(seed.parts)], language)
        }
        points: defaultdict[str, int] = defaultdict(int)
        for seed in matched:
            points[seed.theme] += seed.points
        return frozenset(theme for theme, total in points.items() if total >= _ENOUGH)

    def _starting_with(self, word: str, language: str) -> tuple[_Seed, ...]:
        """Return the seeds whose first part matches; remembered, because texts share most of their words."""
        known = self._starts.get((language, word))
        if known is None:
            known = tuple(seed for seed in self._seeds_in(language) if _part_matches(seed.parts[0], word, language))
            self._starts[language, word] = known
        return known

    def _seeds_in(self, language: str) -> tuple[_Seed, ...]:
        known = self._seeds.get(language)
        if known is None:
            known = tuple(
                _seed(theme.key, written, language)
                for theme in self.codebook.themes
                for own, seeds in theme.seeds
                if own == language
                for written in seeds
            )
            self._seeds[language] = known
        return known


def _seed(theme: str, written: str, language: str) -> _Seed:
    """Take a seed apart: `~` makes it weak, words become stems, words with `*` stay patterns."""
    bare = written.removeprefix("~")
    parts = tuple(fold(part) if "*" in part else stem(fold(part), language) for part in bare.split())
    return _Seed(theme, parts, 1 if written.startswith("~") else _ENOUGH)


def _matches(seed: _Seed, words: list[str], language: str) -> bool:
    """Say whether the words that follow each other are the seed's."""
    return len(words) == len(seed.parts) and all(
        _part_matches(part, word, language) for part, word in zip(seed.parts, words, strict=True)
    )


def _part_matches(part: str, word: str, language: str) -> bool:
    if "*" in part:
        return fnmatchcase(word, part)
    return part in (word, stem(word, language))
