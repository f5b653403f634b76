"""Codebooks: themes that are described beforehand, so that their names stay the same from digest to digest."""

from __future__ import annotations

from dataclasses import dataclass

from bot.ids import Language
from bot.localised import Localised

ANY = "*"
"""In a seed: any letters."""
WEAK = "~"
"""Before a seed: counts only with another."""


@dataclass(frozen=True, slots=True)
class CodebookTheme:
    """A theme with the words by which it is recognised.

    A seed is a word or a phrase, compared by lemma. `*` stands for any letters, for compounds ("*rooster*"). A weak
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
