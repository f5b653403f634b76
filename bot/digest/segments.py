"""Themes by segment: which may be shown, so that of no other theme anything can be reckoned from them (section 5)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.digest.codebook import MOST_THEMES
from bot.digest.labels import FEWEST_VOICES
from bot.privacy import may_show_segments, roughly

ELSEWHERE = ""
"""The segment of those who are in none, where there are any."""


@dataclass(frozen=True, slots=True)
class Segments:
    """The segments of a round, in its order, and how many voices each must have on a question to be shown."""

    keys: tuple[str, ...]
    k: int


@dataclass(frozen=True, slots=True)
class SegmentRow:
    """One theme, with its voices in every segment."""

    theme: str
    voices: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class SegmentTable:
    """The themes of one question by segment, in the order of the round.

    A theme that has no row is telling in a segment: few there named it, or nearly all.
    """

    segments: tuple[str, ...]
    rows: tuple[SegmentRow, ...]


@dataclass(frozen=True, slots=True)
class Members:
    """The voices of a theme, as positions; `alone` says that they are in no other theme."""

    theme: str
    voices: Sequence[int]
    alone: bool


@dataclass(frozen=True, slots=True)
class _Row:
    """A theme while it is weighed: its size, and the most that it can be in each segment for whoever reads this."""

    theme: str
    alone: bool
    size: int
    least: tuple[int, ...]
    most: tuple[int, ...]

    def hidden(self, voices: Sequence[int]) -> _Row:
        """Return the theme as it is known without its row: it may lie over the segments in every way."""
        least = tuple(max(0, self.size - sum(voices) + of) for of in voices)
        return _Row(self.theme, self.alone, self.size, least, tuple(min(self.size, of) for of in voices))


def by_segment(segments: Segments, of_voice: Sequence[str | None], themes: Sequence[Members]) -> SegmentTable | None:
    """Return the table of one question; None where a segment is below k, or where no row may be shown.

    Whoever reads it knows the size of every theme, how many are in none, how many answered in each segment, and this
    rule. No cell that is shown is telling, and a theme that has no row may still be telling in any cell, with every
    number that its size leaves open (docs/decisions/0004).

    Args:
        segments: The segments of the round, and k.
        of_voice: The segment of each voice, None for those who are in none.
        themes: The themes that are shown, in their order.

    """
    there = [one if one in segments.keys else ELSEWHERE for one in of_voice]
    columns = (*segments.keys, *((ELSEWHERE,) if ELSEWHERE in there else ()))
    voices = tuple(there.count(column) for column in columns)
    if not may_show_segments(voices, segments.k):
        return None
    rows = [_row(one, [there[at] for at in one.voices], columns) for one in themes]
    shown = [row for row in rows if not _is_telling(row.most, voices)]
    outside = len(there) - len({at for one in themes for at in one.voices})
    known = [row if row in shown else row.hidden(voices) for row in rows]
    # To leave out a further row would not help: what is hidden can then lie in more ways, which have to fit too.
    if not shown or not _possible(known, voices, outside):
        return None
    return SegmentTable(columns, tuple(SegmentRow(row.theme, row.most) for row in shown))


def _row(theme: Members, there: Sequence[str], columns: Sequence[str]) -> _Row:
    counts = tuple(there.count(column) for column in columns)
    return _Row(theme.theme, theme.alone, len(there), counts, counts)


def _is_telling(counts: Sequence[int], voices: Sequence[int]) -> bool:
    """Say whether in any segment under three named a theme, or nearly all: all, all but one, or nine in ten."""
    return any(
        count < FEWEST_VOICES or count >= of - 1 or roughly(count, of)[0] == "almost_all"
        for count, of in zip(counts, voices, strict=True)
    )


def _possible(rows: Sequence[_Row], voices: Sequence[int], outside: int) -> bool:
    """Say whether everyone can be placed however the hidden themes lie: inside or outside, in every column.

    Everyone inside is in one theme that stands alone, or in one or two of the others. Each condition takes the worst of
    what is left open, so that it can only be too careful. Depends on nothing but what can be read.
    """
    if all(row.least == row.most for row in rows):
        return True
    alone = sum(row.size for row in rows if row.alone)
    shared = sum(row.size for row in rows if not row.alone)
    most = [sum(row.most[at] for row in rows) for at in range(len(voices))]
    least = [sum(row.least[at] for row in rows) for at in range(len(voices))]
    packed = [_packed(rows, at) for at in range(len(voices))]
    fits = all(sum(row.most[at] for row in rows if row.alone) + packed[at] <= of for at, of in enumerate(voices))
    must_be_outside = min(
        sum(max(0, of - one) for of, one in zip(voices, least, strict=True)),
        sum(voices) - alone - shared + sum(max(0, one - of) for of, one in zip(voices, most, strict=True)),
    )
    must_be_inside = alone + min(shared, sum(packed))
    return fits and must_be_outside <= outside <= sum(voices) - must_be_inside


def _packed(rows: Sequence[_Row], at: int) -> int:
    """The fewest people who can be in the themes of a column that do not stand alone, at their largest."""
    shared = [row.most[at] for row in rows if not row.alone]
    return max([-(-sum(shared) // MOST_THEMES), *shared])
