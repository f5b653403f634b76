"""What a check of `ruimte doctor` finds: how something is, and which text of the command line says it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum


class Finding(Enum):
    """How something is."""

    GOOD = "good"
    KNOW = "know"
    DO = "do"


@dataclass(frozen=True, slots=True)
class Found:
    """How something is; `key` is of a text below `doctor`, and `facts` fill its gaps (`adapters.cli.voice`)."""

    finding: Finding
    key: str
    facts: Mapping[str, object]


def good(key: str, **facts: object) -> Found:
    """It is as it should be."""
    return Found(Finding.GOOD, key, facts)


def know(key: str, **facts: object) -> Found:
    """Somebody should know this; nothing has to be done."""
    return Found(Finding.KNOW, key, facts)


def do(key: str, **facts: object) -> Found:
    """Something has to be done, and this is what."""
    return Found(Finding.DO, key, facts)
