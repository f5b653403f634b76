"""Themes by segment: what may be shown of each, so that nothing more can be reckoned from it (section 5)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

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


class Amount(StrEnum):
    """How the voices of one theme in one segment are shown: as a number, or in words where one cell is telling."""

    COUNT = "count"
    FEW = "few"
    SEVERAL = "several"
    ALMOST_ALL = "almost_all"


@dataclass(frozen=True, slots=True)
class Cell:
    """One theme in one segment; `voices` only where the amount is a count."""

    amount: Amount
    voices: int = 0


@dataclass(frozen=True, slots=True)
class SegmentRow:
    """One theme, with a cell for every segment."""

    theme: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class SegmentTable:
    """The themes of one question by segment, in the order of the round; `voices` is how many answered in each.

    A theme that has no row is not parted: from its row more could be reckoned than it says.
    """

    segments: tuple[str, ...]
    voices: tuple[int, ...]
    rows: tuple[SegmentRow, ...]


@dataclass(frozen=True, slots=True)
class Members:
    """The voices of a theme, as positions; `alone` says that they are in no other theme."""

    theme: str
    voices: Sequence[int]
    alone: bool


@dataclass(frozen=True, slots=True)
class _Row:
    """A theme while it is weighed: its counts, how they would be shown, and between what each can then lie."""

    theme: str
    alone: bool
    counts: tuple[int, ...]
    cells: tuple[Cell, ...]
    least: tuple[int, ...]
    most: tuple[int, ...]

    @property
    def in_words(self) -> bool:
        return any(cell.amount is not Amount.COUNT for cell in self.cells)


def by_segment(segments: Segments, of_voice: Sequence[str | None], themes: Sequence[Members]) -> SegmentTable | None:
    """Return the table of one question; None where a segment is below k on it, or no theme can be parted.

    Whoever reads it knows the size of every theme, how many are in none, and this rule. For every cell that says "few"
    or "almost all" each number that the word leaves open is still possible then (docs/decisions/0004).

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
    rows = [
        _weighed(one, tuple(sum(there[at] == column for at in one.voices) for column in columns), voices)
        for one in themes
    ]
    outside = len(there) - len({at for one in themes for at in one.voices})
    shown = tuple(SegmentRow(row.theme, row.cells) for row in _with_room(rows, voices, outside) if row.cells)
    return SegmentTable(columns, voices, shown) if shown else None


def _weighed(theme: Members, counts: tuple[int, ...], voices: Sequence[int]) -> _Row:
    """Show a theme in numbers where no cell is telling; else in words, if its size says no more than they do."""
    amounts = [_amount(count, of) for count, of in zip(counts, voices, strict=True)]
    numbers = _Row(theme.theme, theme.alone, counts, tuple(Cell(Amount.COUNT, one) for one in counts), counts, counts)
    if all(amount is Amount.SEVERAL for amount in amounts):
        return numbers
    said = [_between(amount, of) for amount, of in zip(amounts, voices, strict=True)]
    room = [_room(at, said, sum(counts)) for at in range(len(said))]
    if any(room[at] != said[at] for at, amount in enumerate(amounts) if amount is not Amount.SEVERAL):
        return replace(numbers, cells=())
    return replace(
        numbers,
        cells=tuple(map(Cell, amounts)),
        least=tuple(least for least, _ in room),
        most=tuple(most for _, most in room),
    )


def _amount(count: int, of: int) -> Amount:
    """Under three voices is few; all, all but one, or nine in ten is almost all."""
    if count < FEWEST_VOICES:
        return Amount.FEW
    almost = count >= of - 1 or roughly(count, of)[0] == "almost_all"
    return Amount.ALMOST_ALL if almost else Amount.SEVERAL


def _between(amount: Amount, of: int) -> tuple[int, int]:
    """The least and the most that a word says, of so many voices."""
    said = [count for count in range(of + 1) if _amount(count, of) is amount]
    return said[0], said[-1]


def _room(at: int, said: Sequence[tuple[int, int]], total: int) -> tuple[int, int]:
    """Between what a cell can lie, given the size of its theme and the words of the other cells."""
    least, most = said[at]
    others = [one for number, one in enumerate(said) if number != at]
    return max(least, total - sum(one[1] for one in others)), min(most, total - sum(one[0] for one in others))


def _with_room(rows: Sequence[_Row], voices: Sequence[int], outside: int) -> list[_Row]:
    """Leave out rows in words, the last first, until whatever the others leave open is possible in every column."""
    kept = list(rows)
    while not _possible(kept, voices, outside):
        last = max(at for at, row in enumerate(kept) if row.in_words)
        row = kept[last]
        kept[last] = replace(row, cells=(), least=row.counts, most=row.counts)
    return kept


def _possible(rows: Sequence[_Row], voices: Sequence[int], outside: int) -> bool:
    """Say whether everyone can be placed whatever the cells in words are: inside or outside, in every column.

    Everyone inside is in one theme that stands alone, or in one or two of the others. Each condition takes the worst of
    what the words allow, so that it can only be too careful.
    """
    if not any(row.in_words for row in rows):
        return True
    alone = sum(sum(row.counts) for row in rows if row.alone)
    shared = sum(sum(row.counts) for row in rows if not row.alone)
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
