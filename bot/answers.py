"""What can be read of a round once it was released."""

from __future__ import annotations

from dataclasses import dataclass

from bot.ids import PageKey


@dataclass(frozen=True, slots=True)
class Answer:
    """A released page: what one unknown voice said to one question.

    `fields` are (field key, text) in the form's order: `answer`, `probe`; for a scenario `meaning`, `chance`, `hard`,
    `another`. `quotable`: the voice chose that its words may be read, without a name.
    """

    page: PageKey
    fields: tuple[tuple[str, str], ...]
    language: str
    quotable: bool
    segment: str | None = None
