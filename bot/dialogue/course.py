"""The order in which one person meets the pages of a round."""

from __future__ import annotations

import hashlib

from bot.dialogue.machine import Course
from bot.questions import RoundKind
from bot.round import Round


def course(round_: Round, nonce: bytes) -> Course:
    """Return the pages in this person's order.

    Scenarios come in an order of the person's own (rule 4), which follows from their nonce and is stored nowhere. Where
    each person is put one page, and for asking on, a page leads to thanks; the others are behind "say more".
    """
    pages = list(round_.pages)
    if round_.kind is RoundKind.SCENARIOS:
        pages.sort(key=lambda page: hashlib.sha256(nonce + page.key.encode()).digest())
    return Course(tuple(pages), on=not round_.split and round_.kind is not RoundKind.ASK)
