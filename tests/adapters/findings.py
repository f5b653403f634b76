"""What a check of doctor found, as the command line says it, in every language."""

from __future__ import annotations

from adapters.cli.voice import ENGLISH, languages, load_voice
from adapters.finding import Finding, Found

VOICES = {language: load_voice(language) for language in languages()}
"""Read from their files before anything runs in a loop."""

TELLING = 4
"""A fact of so many characters is a name or a reason, which no other word of a sentence holds by chance."""


def spoken(found: Found) -> tuple[Finding, str]:
    """Return how it is and what is said in English; every language names all the facts, in its own words."""
    said = {language: voice(f"doctor.{found.key}", **found.facts) for language, voice in VOICES.items()}
    for fact in map(str, found.facts.values()):
        assert len(fact) < TELLING or all(fact in text for text in said.values()), (found.key, fact)
    assert len(set(said.values())) == len(said) or found.key == "teams.failed"
    return found.finding, said[ENGLISH]
