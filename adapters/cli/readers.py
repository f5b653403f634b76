"""Whom a page of paper is for."""

from __future__ import annotations

from enum import StrEnum


class Reader(StrEnum):
    """Those who decide whether Ruimte may be used."""

    WORKS_COUNCIL = "works-council"
    MANAGERS = "managers"
