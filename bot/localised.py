"""Text in several languages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bot.ids import Language


@dataclass(frozen=True, slots=True)
class Localised:
    """One text in one or more languages, in the order in which they were given.

    The first language is what someone reads whose own language is missing.
    """

    texts: tuple[tuple[Language, str], ...]

    @classmethod
    def of(cls, texts: Mapping[str, str]) -> Localised:
        """Make one from a mapping of language to text."""
        return cls(tuple((Language(language), text) for language, text in texts.items()))

    @property
    def languages(self) -> tuple[Language, ...]:
        """The languages that there are, in order."""
        return tuple(language for language, _ in self.texts)

    def in_(self, language: Language) -> str:
        """Return the text in `language`, or in the first language that there is ("" without any)."""
        for own, text in self.texts:
            if own == language:
                return text
        return self.texts[0][1] if self.texts else ""

    def fill(self, **values: Localised) -> Localised:
        """Put each value in the place of its `{name}`, language by language."""
        return Localised(
            tuple(
                (language, _put(text, {name: value.in_(language) for name, value in values.items()}))
                for language, text in self.texts
            )
        )


def _put(text: str, values: Mapping[str, str]) -> str:
    """Replace `{name}` by its value; unlike str.format, braces in a value stay as they are."""
    for name, value in values.items():
        text = text.replace("{" + name + "}", value)
    return text
