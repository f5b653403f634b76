"""What a digest says about one question."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from bot.digest.segments import SegmentTable
from bot.ids import PageKey
from bot.localised import Localised
from bot.privacy import roughly

Layer = Literal["codebook", "found"]


@dataclass(frozen=True, slots=True)
class ThemeSize:
    """How large a theme was in an earlier digest."""

    key: str
    voices: int


@dataclass(frozen=True, slots=True)
class Quote:
    """The words of a voice that allowed it: scrubbed plain text on one line, not longer than `quotes.LONGEST`."""

    text: str
    language: str


@dataclass(frozen=True, slots=True)
class Theme:
    """Something that several voices have in common, or one voice and the codebook.

    `key` is the same from digest to digest: the codebook's, or `found-` and the word that names it most.
    A found theme's label has one language, that of most of its voices whose words may be shown.
    `change` is the difference with the same theme in the earlier digest; None where that did not have it.
    """

    key: str
    label: Localised
    voices: int
    change: int | None
    quotes: tuple[Quote, ...]
    layer: Layer


@dataclass(frozen=True, slots=True)
class Alone:
    """Voices that fit no theme: how many, and the words of those that may be quoted."""

    voices: int
    quotes: tuple[Quote, ...]


@dataclass(frozen=True, slots=True)
class QuestionDigest:
    """The themes of one question, largest first.

    A voice may be in more than one theme, so the sizes may add up to more than `voices`. Every one of the `voices`
    is in a theme, in `alone` or in `other`, and in no two of these three. `silent` voices gave an answer on this
    page but left the fields that were read empty; they are not part of `voices`.
    """

    page: PageKey
    voices: int
    themes: tuple[Theme, ...]
    alone: Alone
    other: int
    """Where only themes are shown: voices that are in no theme of at least three."""
    silent: int = 0
    segments: SegmentTable | None = None
    """The themes by segment, where segments are on and large enough."""

    def sizes(self) -> tuple[ThemeSize, ...]:
        """Return what the next digest is compared with: not what read "almost all", which a difference would tell."""
        return tuple(ThemeSize(theme.key, theme.voices) for theme in self.themes if not self.said_by_almost_all(theme))

    def said_by_almost_all(self, theme: Theme) -> bool:
        """Say whether so many are in a theme that its size is not shown."""
        return roughly(theme.voices, self.voices)[0] == "almost_all"
