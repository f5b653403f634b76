"""What a check of `ruimte doctor` finds: how something is, and what it says about it."""

from __future__ import annotations

from enum import Enum


class Finding(Enum):
    """How something is."""

    GOOD = "good"
    KNOW = "know"
    DO = "do"


Found = tuple[Finding, str]


def good(text: str) -> Found:
    """It is as it should be."""
    return Finding.GOOD, text


def know(text: str) -> Found:
    """Somebody should know this; nothing has to be done."""
    return Finding.KNOW, text


def do(text: str) -> Found:
    """Something has to be done, and this is what."""
    return Finding.DO, text
