"""The glossary: one word per concept and language, and what may not stand in its place."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from bot.errors import Finding
from bot.ids import Language
from prompts.yaml_file import Flat, read

_ABOUT = ("means", "in_step")


@dataclass(frozen=True, slots=True)
class Term:
    """One concept in one language: its word with the forms it may take, and the words that are not it."""

    concept: str
    word: str
    said: re.Pattern[str]
    others: re.Pattern[str] | None
    instead: tuple[str, ...]

    def other(self, text: str) -> tuple[str, ...]:
        """Return the words in a text that stand where this one should, as written there."""
        return tuple(match[0] for match in self.others.finditer(text)) if self.others else ()


@dataclass(frozen=True, slots=True)
class Concept:
    """What a word stands for. `in_step`: a text that says it in one language says it in every other."""

    key: str
    means: Mapping[Language, str]
    terms: Mapping[Language, Term]
    in_step: bool


@dataclass(frozen=True, slots=True)
class Glossary:
    """Every concept, in the order of the file."""

    concepts: tuple[Concept, ...] = ()

    def misused(self, language: Language, text: str) -> Iterator[str]:
        """Yield what is wrong with the words of one text."""
        for concept in self.concepts:
            term = concept.terms.get(language)
            for word in term.other(text) if term else ():
                yield f"says {word!r} where the glossary says {term.word!r}" if term else ""

    def out_of_step(self, texts: Mapping[Language, str]) -> Iterator[tuple[Language, str]]:
        """Yield the languages in which a text leaves out a concept that another language names."""
        for concept in self.concepts:
            if not concept.in_step:
                continue
            terms = {language: term for language, term in concept.terms.items() if language in texts}
            saying = [language for language, term in terms.items() if term.said.search(texts[language])]
            for language, term in terms.items():
                if saying and language not in saying:
                    other = terms[saying[0]].word
                    yield language, f"does not say {term.word!r}, where {saying[0]} says {other!r}"

    def as_markdown(self) -> str:
        """Write a table of the concepts, the languages beside each other."""
        languages = list(dict.fromkeys(language for concept in self.concepts for language in concept.terms))
        head = ("", *(f"{language}" for language in languages), "it means", "and not")
        lines = [f"| {' | '.join(head)} |", f"|{'---|' * len(head)}"]
        lines += (f"| {' | '.join(_row(concept, languages))} |" for concept in self.concepts)
        return "\n".join(lines) + "\n"


def _row(concept: Concept, languages: list[Language]) -> Iterator[str]:
    yield f"`{concept.key}`"
    yield from (f"**{concept.terms[language].word}**" for language in languages)
    yield concept.means.get(Language("en"), "")
    yield ", ".join(dict.fromkeys(word for language in languages for word in concept.terms[language].instead))


def read_glossary(path: Path) -> tuple[Glossary, tuple[Finding, ...]]:
    """Read the glossary, findings and all; a folder without one has none."""
    if not path.exists():
        return Glossary(), ()
    flat, findings = read(path)
    concepts = tuple(_concept(flat, key) for key in flat.below(""))
    return Glossary(concepts), (*findings, *_findings(flat, concepts))


def _concept(flat: Flat, key: str) -> Concept:
    languages = [name for name in flat.below(key) if name not in _ABOUT]
    return Concept(
        key,
        {Language(name): flat.value(f"{key}.means.{name}") or "" for name in flat.below(f"{key}.means")},
        {Language(name): _term(flat, key, name) for name in languages if flat.value(f"{key}.{name}.word")},
        flat.value(f"{key}.in_step") != "false",
    )


def _term(flat: Flat, key: str, language: str) -> Term:
    at = f"{key}.{language}"
    word = flat.value(f"{at}.word") or ""
    forms = [word, *(flat.value(f"{at}.forms.{number}") or "" for number in flat.below(f"{at}.forms"))]
    others = [flat.value(f"{at}.not.{number}") or "" for number in flat.below(f"{at}.not")]
    return Term(key, word, _any_of(forms), _any_of(others) if others else None, tuple(others))


def _any_of(entries: list[str]) -> re.Pattern[str]:
    """Match any of these as whole words; `*` at the end of one stands for its rest."""
    found = (
        r"[\s-]+".join(re.escape(part) for part in entry.removesuffix("*").split())
        + (r"\w*" if entry[-1:] == "*" else "")
        for entry in entries
        if entry
    )
    return re.compile(rf"(?<![\w/])(?:{'|'.join(found)})(?!\w)", re.IGNORECASE)


def _findings(flat: Flat, concepts: tuple[Concept, ...]) -> Iterator[Finding]:
    """Every concept has its meaning and its word in every language of the glossary."""
    everywhere = {language for concept in concepts for language in concept.terms}
    for concept in concepts:
        for language in sorted(everywhere):
            if not flat.value(f"{concept.key}.{language}.word"):
                yield flat.finding(concept.key, f"{concept.key} has no word in {language}")
            if not concept.means.get(language):
                yield flat.finding(concept.key, f"{concept.key} does not say what it means in {language}")
