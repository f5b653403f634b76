"""`ruimte packs check`: everything that Ruimte says, checked as code is checked."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from adapters.cli.sentences import say, tell
from adapters.cli.voice import voice
from bot.errors import FileInvalid
from prompts.check import Read, check_all, figures
from prompts.places import Around

ADAPTERS = Path(__file__).parent.parent

COMPANY = ("change.yaml", "company.yaml", "simulation.yaml")
"""Files of the make-believe company, in which some keys end in a language."""


def check_packs() -> None:
    """Say that nothing is wrong, and how it reads. Raises FileInvalid with every finding."""
    around = tuple(texts_around())
    findings = check_all(around)
    for line in _table(figures(around=around)):
        say(line)
    if findings:
        raise FileInvalid(findings)
    say()
    tell("packs.clean")


def texts_around() -> Iterator[Around]:
    """Yield what Ruimte says outside `prompts`: every folder `texts` of the adapters, and the company's own texts."""
    for folder in sorted(ADAPTERS.rglob("texts")):
        yield Around(_NAMES.get(folder.parent.name, folder.parent.name), folder)
    for name in COMPANY:
        yield Around("company", ADAPTERS / "company" / name)


_NAMES = {"web": "sandbox", "cli": "command line", "organiser": "organiser's page"}
"""How a folder is called in the figures."""


def _table(reads: tuple[Read, ...]) -> Iterator[str]:
    """Write the figures, a line for each language and each part of it."""
    speak = voice()
    names = [speak(f"packs.{name}") for name in ("language", "part", "sentences", "words", "longest")]
    yield _row(*names, "LIX")
    for read in reads:
        if not read.figures.sentences:
            continue
        own = read.figures
        language = "" if read.part else read.language
        part = read.part or speak("packs.everything")
        yield _row(language, part, own.sentences, f"{own.mean:.1f}", own.longest, f"{own.lix:.0f}")


def _row(language: str, part: str, *figures: object) -> str:
    return f"{language:<10}{part:<18}" + "".join(f"{figure:>12}" for figure in figures)
