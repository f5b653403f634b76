"""Loads what is said on paper to those who decide, one language at a time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from bot.errors import FileInvalid, NotFound
from bot.ids import Language
from prompts.gaps import fill
from prompts.loader import HERE
from prompts.yaml_file import Flat, read

DIRECTORY = HERE / "brief"


@dataclass(frozen=True, slots=True)
class BriefTexts:
    """The texts of one language."""

    language: Language
    flat: Flat

    def say(self, key: str, values: Mapping[str, object]) -> str:
        """Return one text with its gaps filled. Raises KeyError for an unknown key, and for a gap without a value."""
        return fill(self.flat.texts[key].value, values)

    def lines(self, key: str, values: Mapping[str, object]) -> tuple[str, ...]:
        """Return the texts of a list, in order; none where there is no such list."""
        return tuple(self.say(f"{key}.{number}", values) for number in self.flat.below(key))


def brief_languages(directory: Path = DIRECTORY) -> tuple[Language, ...]:
    """Return the languages that there is paper in."""
    return tuple(Language(path.stem) for path in sorted(directory.glob("*.yaml")))


def load_brief(language: Language, directory: Path = DIRECTORY) -> BriefTexts:
    """Load one language. Raises NotFound for a language that is not there, FileInvalid."""
    if language not in brief_languages(directory):
        there = ", ".join(brief_languages(directory))
        raise NotFound(f"there is no brief in {language!r}, there is one in {there}")
    flat, findings = read(directory / f"{language}.yaml")
    if findings:
        raise FileInvalid(findings)
    return BriefTexts(language, flat)
