"""The words that the checker does not let through, a file per language."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from bot.errors import Finding
from prompts.yaml_file import read


class WordKind(StrEnum):
    """Why a word is not let through."""

    MANAGEMENT = "management"
    STIFF = "stiff"
    CHEERING = "cheering"
    FORMAL = "formal"
    REVEALING = "revealing"


@dataclass(frozen=True, slots=True)
class WordLists:
    """The lists of one language as patterns; a language without a file has none."""

    patterns: Mapping[WordKind, re.Pattern[str]]

    def find(self, kind: WordKind, text: str) -> tuple[str, ...]:
        """Return what of this kind stands in a text, as written there."""
        pattern = self.patterns.get(kind)
        return tuple(match[0] for match in pattern.finditer(text)) if pattern else ()


def read_word_lists(path: Path) -> tuple[WordLists, tuple[Finding, ...]]:
    """Read the lists of one language; `*` at the end of a word stands for its rest."""
    if not path.exists():
        return WordLists({}), ()
    flat, findings = read(path)
    unknown = [name for name in flat.below("") if name not in set(WordKind)]
    findings += tuple(flat.finding(name, f"unknown list {name}") for name in unknown)
    patterns = {}
    for kind in WordKind:
        entries = [flat.value(f"{kind}.{number}") for number in flat.below(kind)]
        found = [_pattern(entry) for entry in entries if entry]
        if found:
            patterns[kind] = re.compile(rf"(?<!\w)(?:{'|'.join(found)})(?!\w)", re.IGNORECASE)
    return WordLists(patterns), findings


def _pattern(entry: str) -> str:
    """Turn an entry into a pattern: any white space between its words."""
    stem = entry.removesuffix("*")
    words = r"\s+".join(re.escape(word) for word in stem.split())
    return words + (r"\w*" if stem != entry else "")
