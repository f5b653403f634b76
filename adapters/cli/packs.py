"""`ruimte packs check`: everything that Ruimte says, checked as code is checked."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from adapters.cli.sentences import say
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
    say("Packs, texts, codebooks and glossary have no findings.")


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
    yield f"{'language':<10}{'part':<18}{'sentences':>9}{'words each':>12}{'longest':>9}{'LIX':>5}"
    for read in reads:
        own = read.figures
        name = read.part or "everything"
        yield (
            f"{read.language if not read.part else '':<10}{name:<18}{own.sentences:>9}"
            f"{own.mean:>12.1f}{own.longest:>9}{own.lix:>5.0f}"
        )
