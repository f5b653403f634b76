"""`ruimte packs check`: everything that Ruimte says, checked as code is checked."""

from __future__ import annotations

from adapters.cli.sentences import say
from bot.errors import FileInvalid
from prompts.check import check_all


def check_packs() -> None:
    """Say that the packs have no findings. Raises FileInvalid with all of them."""
    findings = check_all()
    if findings:
        raise FileInvalid(findings)
    say("The packs, the interface texts and the codebooks have no findings.")
