"""What the engine asks of the world: the time, days off, words and questions."""

from __future__ import annotations

from datetime import date, datetime
from typing import Protocol

from bot.codebook import Codebook
from bot.ids import Language
from bot.localised import Localised
from bot.questions import Pack, RoundKind


class Clock(Protocol):
    """The clock that decides promises to people; leases and back-off do not use it."""

    def now(self) -> datetime:
        """Return this moment, aware, in UTC."""
        ...


class Holidays(Protocol):
    """Public holidays."""

    def is_holiday(self, region: str, day: date) -> bool:
        """Say whether `day` is a public holiday in `region` ("NL", "DE-BY"); False for a region nobody knows."""
        ...


class Texts(Protocol):
    """The interface texts of every language."""

    @property
    def languages(self) -> tuple[Language, ...]:
        """The languages there are texts in, the default first."""
        ...

    def get(self, language: Language, key: str, /, **values: object) -> str:
        """Return a text with its gaps filled, in `language` or else the default. Raises KeyError for an unknown key."""
        ...


class Packs(Protocol):
    """The question packs."""

    def of(self, kind: RoundKind) -> Pack:
        """Return the pack of a kind of round; every kind that asks something has one."""
        ...

    def codebook(self, id_: str) -> Codebook:
        """Return a codebook; every pack's is there."""
        ...

    def reveals(self, text: Localised) -> bool:
        """Say whether a text of somebody's own asks for something that gives away who answers: place, role, history."""
        ...

    def may_ask(self, question: Localised) -> bool:
        """Say whether a question of somebody's own is one question, and asks nothing that gives them away."""
        ...
