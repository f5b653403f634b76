"""The language in which the command line speaks, and its texts: one file a language."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from pathlib import Path

from bot.errors import FileInvalid
from bot.ids import Language
from prompts.gaps import said
from prompts.yaml_file import read

TEXTS = Path(__file__).with_name("texts")

ENGLISH = Language("en")

OPTION = "--language"


@dataclass(frozen=True, slots=True)
class Voice:
    """The texts of one language."""

    language: Language
    texts: Mapping[str, str]

    def __call__(self, key: str, **values: object) -> str:
        """Return a text with its gaps filled; with `count` its `.one` or `.other`. Raises KeyError."""
        return said(self.texts, key, values)

    def has(self, key: str) -> bool:
        """Whether there is such a text."""
        return key in self.texts


_SPEAKING: ContextVar[Voice] = ContextVar("the voice of the command that runs")


def voice() -> Voice:
    """Return the voice of the command that runs; English where none does."""
    return _SPEAKING.get(None) or load_voice(ENGLISH)


@contextmanager
def speaking(one: Voice) -> Iterator[None]:
    """Speak with a voice until the block ends."""
    token = _SPEAKING.set(one)
    try:
        yield
    finally:
        _SPEAKING.reset(token)


def languages(directory: Path = TEXTS) -> tuple[Language, ...]:
    """Return the languages that there are."""
    return tuple(Language(path.stem) for path in sorted(directory.glob("*.yaml")))


def load_voice(language: Language, directory: Path = TEXTS) -> Voice:
    """Load a language; English where it is not there. Raises FileInvalid."""
    known = language if language in languages(directory) else ENGLISH
    flat, findings = read(directory / f"{known}.yaml")
    if findings:
        raise FileInvalid(findings)
    return Voice(known, {key: text.value for key, text in flat.texts.items()})


def wished(words: Sequence[str], otherwise: str) -> Language:
    """Return the language that a command line asks for before its command, else the one of the machine."""
    for number, word in enumerate(words):
        if word == OPTION:
            return Language(words[number + 1] if number + 1 < len(words) else otherwise)
        if word.startswith(f"{OPTION}="):
            return Language(word.removeprefix(f"{OPTION}="))
        if not word.startswith("-"):
            break
    return Language(otherwise)
