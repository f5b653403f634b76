"""Themes by segment: what is shown, and that nobody who knows the rule can reckon more from it."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import product

import pytest

from bot.digest.segments import ELSEWHERE, Amount, Members, Segments, SegmentTable, by_segment

FEW, SEVERAL, ALMOST_ALL = Amount.FEW, Amount.SEVERAL, Amount.ALMOST_ALL


def table(
    voices: Sequence[int],
    *themes: Sequence[int],
    outside: Sequence[int] | None = None,
    k: int = 10,
    alone: bool = False,
) -> SegmentTable | None:
    """Part themes over segments of so many voices; `outside` are those in no theme, else as many as can be.

    One theme takes the first of each segment, a second one the last of those who are in any.
    """
    keys = tuple(f"part {number}" for number in range(len(voices)))
    outside = outside or [of - max(column) for of, *column in zip(voices, *themes, strict=True)]
    of_voice: list[str | None] = []
    members: list[list[int]] = [[] for _ in themes]
    for at, (key, of) in enumerate(zip(keys, voices, strict=True)):
        first, inside = len(of_voice), of - outside[at]
        of_voice += [key] * of
        for number, counts in enumerate(themes):
            begins = first if number == 0 else first + inside - counts[at]
            members[number] += range(begins, begins + counts[at])
    return by_segment(
        Segments(keys, k), of_voice, [Members(f"theme {n}", one, alone=False) for n, one in enumerate(members)]
    )


def shown(found: SegmentTable | None) -> dict[str, tuple[Amount | int, ...]]:
    """What can be read, by theme."""
    if found is None:
        return {}
    return {
        row.theme: tuple(cell.voices if cell.amount is Amount.COUNT else cell.amount for cell in row.cells)
        for row in found.rows
    }


def test_a_theme_of_at_least_three_voices_everywhere_is_shown_in_numbers() -> None:
    assert shown(table([12, 20], [3, 17])) == {"theme 0": (3, 17)}


def test_under_three_voices_reads_few_and_then_no_number_stands_in_its_row() -> None:
    assert shown(table([12, 20], [2, 9])) == {"theme 0": (FEW, SEVERAL)}


def test_almost_all_of_a_segment_reads_so_and_then_no_number_stands_in_its_row() -> None:
    assert shown(table([12, 20], [11, 9])) == {"theme 0": (ALMOST_ALL, SEVERAL)}


@pytest.mark.parametrize("counts", [(0, 3), (1, 2), (0, 4), (2, 2)])
def test_a_theme_of_which_the_total_says_more_than_the_words_is_not_parted(counts: tuple[int, int]) -> None:
    assert shown(table([12, 20], counts)) == {}


def test_where_a_segment_is_below_k_nothing_is_shown() -> None:
    assert shown(table([10, 10], [4, 5])) == {"theme 0": (4, 5)}
    assert table([9, 20], [4, 5]) is None


def test_who_is_in_no_segment_is_one_too() -> None:
    themes = [Members("a", [0, 1, 2, 5, 6, 7], alone=False)]
    found = by_segment(Segments(("north",), 5), ["north"] * 5 + [None] * 5, themes)
    assert found is not None
    assert found.segments == ("north", ELSEWHERE)
    assert by_segment(Segments(("north",), 5), ["north"] * 5 + [None] * 4, themes) is None
    assert by_segment(Segments(("north",), 5), ["north"] * 9, themes) is None


def test_segments_stand_in_the_order_of_the_round_and_themes_in_that_of_the_digest() -> None:
    found = table([20, 12], [3, 3], [9, 9])
    assert found is not None
    assert found.segments == ("part 0", "part 1")
    assert [row.theme for row in found.rows] == ["theme 0", "theme 1"]


# The attack: whoever reads the table, the totals, and this rule, draws up every course of things that gives the same.


def meant(amount: Amount, of: int) -> set[int]:
    """What a word leaves open, of so many voices."""
    few, almost = range(3), range(min(of - 1, -(-9 * of // 10)), of + 1)
    return set({FEW: few, ALMOST_ALL: almost, SEVERAL: range(3, almost.start)}[amount])


Row = tuple[Amount | int, ...]
Courses = dict[Row, set[tuple[int, ...]]]


def courses(voices: Sequence[int]) -> Iterator[tuple[tuple[int, ...], tuple[int, ...], tuple[int, ...]]]:
    """Every way in which two themes can lie over segments: their counts, and those outside both."""
    column = {
        of: [(a, b, out) for a, b, out in product(range(of + 1), repeat=3) if max(a, b) <= of - out <= a + b]
        for of in voices
    }
    for columns in product(*(column[of] for of in voices)):
        first, second, outside = zip(*columns, strict=True)
        yield first, second, outside


def nothing_more_than_the_words(found: Iterable[Courses], voices: Sequence[int]) -> int:
    """Hold that every count that a telling word leaves open is possible; return how many telling cells there were."""
    telling = 0
    for row, there in (one for read in found for one in read.items()):
        for at, amount in enumerate(row):
            if amount in {FEW, ALMOST_ALL}:
                telling += 1
                assert {counts[at] for counts in there} == meant(Amount(amount), voices[at]), (row, there)
    return telling


@pytest.mark.parametrize("voices", [(10, 10), (10, 23), (10, 11, 12)])
def test_of_one_theme_no_telling_cell_can_be_reckoned_from_its_size(voices: Sequence[int]) -> None:
    read: defaultdict[int, Courses] = defaultdict(lambda: defaultdict(set))
    for counts in product(*(range(of + 1) for of in voices)):
        read[sum(counts)][shown(table(voices, counts)).get("theme 0", ())].add(counts)
    assert nothing_more_than_the_words(read.values(), voices) > 10


@pytest.mark.parametrize("alone", [False, True])
def test_of_two_themes_no_telling_cell_can_be_reckoned_from_the_whole_table(*, alone: bool) -> None:
    voices = (6, 7)
    read: defaultdict[object, Courses] = defaultdict(lambda: defaultdict(set))
    for first, second, outside in courses(voices):
        if alone and any(a + b > of - out for a, b, of, out in zip(first, second, voices, outside, strict=True)):
            continue
        rows = shown(table(voices, first, second, outside=outside, k=5, alone=alone))
        everything = (sum(first), sum(second), sum(outside), tuple(rows.items()))
        for number, counts in enumerate((first, second)):
            read[number, everything][rows.get(f"theme {number}", ())].add(counts)
    assert nothing_more_than_the_words(read.values(), voices) > 10
