"""From released answers to themes, scrubbed and with quotes.

Importing this package is cheap. scikit-learn, networkx and the dictionaries are loaded when `find_themes` runs,
which is meant to happen in a child process: at 10,000 answers it is seconds of arithmetic.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.codebook import Codebook, CodebookTheme
from bot.digest.model import Alone, QuestionDigest, Quote, Theme, ThemeSize
from bot.digest.segments import Segments

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.answers import Answer

__all__ = ["Alone", "Codebook", "CodebookTheme", "QuestionDigest", "Quote", "Theme", "ThemeSize", "find_themes"]


def find_themes(
    answers: Sequence[Answer],
    *,
    fields: Sequence[str] | None = None,
    codebook: Codebook,
    names: Sequence[str],
    showable_languages: frozenset[str],
    themes_only: bool,
    before: Sequence[ThemeSize] = (),
    segments: Segments | None = None,
) -> QuestionDigest:
    """Find what voices have in common in their answers to one question.

    Pure: the same answers give the same digest, in whatever order they come. Arguments and result can be pickled.

    Args:
        answers: The released answers of one page; each is one voice.
        fields: The fields that are read, None for all. A voice that left all of them empty is counted as silent.
        codebook: The themes that are looked for first.
        names: The roster, as people's names are written; they appear in no word of the digest.
        showable_languages: Answers in other languages are counted, and never shown in words.
        themes_only: For a small audience: no quotes, no found themes, and themes under three voices are not named.
        before: The themes of the digest that this one is compared with.
        segments: The segments of the round, None where they are off.

    Raises:
        ValueError: There are no answers, or they belong to more than one page.

    """
    from bot.digest.themes import find  # noqa: PLC0415 -- loads the computing libraries

    return find(
        answers,
        fields=fields,
        codebook=codebook,
        names=names,
        showable_languages=showable_languages,
        themes_only=themes_only,
        before=before,
        segments=segments,
    )
