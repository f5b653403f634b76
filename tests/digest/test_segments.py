"""Themes by segment: what is shown, and that nobody who knows the rule can reckon more from it."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from itertools import combinations_with_replacement, cycle, product

import pytest

from bot.digest.segments import ELSEWHERE, Members, Segments, SegmentTable, by_segment

Counts = tuple[int, ...]


def table(
    voices: Sequence[int],
    *themes: Sequence[int],
    outside: Sequence[int] | None = None,
    k: int = 10,
    alone: Sequence[bool] = (),
) -> SegmentTable | None:
    """Part themes over segments of so many voices; `outside` are those in no theme, else as many as can be."""
    alone = alone or [False] * len(themes)
    keys = tuple(f"part {number}" for number in range(len(voices)))
    of_voice: list[str | None] = []
    members: list[list[int]] = [[] for _ in themes]
    for at, (key, of) in enumerate(zip(keys, voices, strict=True)):
        column = [theme[at] for theme in themes]
        inside = range(len(of_voice), len(of_voice) + of - (outside[at] if outside else of - fewest(column, alone)))
        of_voice += [key] * of
        place(column, alone, inside, members)
    return by_segment(
        Segments(keys, k), of_voice, [Members(f"theme {n}", one, alone=alone[n]) for n, one in enumerate(members)]
    )


def fewest(column: Sequence[int], alone: Sequence[bool]) -> int:
    """The fewest people who can be in the themes of a column: each in one that stands alone, or in up to two others."""
    shared = [count for count, own in zip(column, alone, strict=True) if not own]
    return sum(column) - sum(shared) + max([-(-sum(shared) // 2), *shared])


def place(column: Sequence[int], alone: Sequence[bool], inside: range, members: Sequence[list[int]]) -> None:
    """Put everyone inside in a theme: first those that stand alone, then the others, round and round."""
    left = iter(inside)
    for number, count in enumerate(column):
        if alone[number]:
            members[number] += [next(left) for _ in range(count)]
    others = cycle(left)
    for number, count in enumerate(column):
        if not alone[number]:
            members[number] += [next(others) for _ in range(count)]


def shown(found: SegmentTable | None) -> dict[str, Counts]:
    """What can be read, by theme."""
    return {} if found is None else {row.theme: row.voices for row in found.rows}


def test_a_theme_of_at_least_three_voices_everywhere_is_shown_in_numbers() -> None:
    assert shown(table([12, 20], [3, 17])) == {"theme 0": (3, 17)}


@pytest.mark.parametrize("counts", [(2, 9), (0, 9), (11, 9), (12, 9), (5, 18), (5, 19)])
def test_a_theme_that_few_or_almost_all_of_a_segment_named_is_not_parted(counts: Counts) -> None:
    assert shown(table([12, 20], counts)) == {}


def test_a_theme_that_is_not_parted_cannot_be_reckoned_from_one_that_is() -> None:
    # Nobody is outside: whoever is not in the first theme is in the second, so two and two.
    assert table([10, 10], (8, 8), (2, 2), outside=[0, 0]) is None
    assert table([10, 10], (8, 8), (1, 3), outside=[0, 0]) is None


def test_a_theme_is_parted_beside_one_that_is_not_where_that_can_still_lie_in_every_way() -> None:
    beside = [False, True]
    assert shown(table([14, 14], (7, 7), (2, 2), outside=[5, 5], alone=beside)) == {"theme 0": (7, 7)}
    assert table([14, 14], (11, 7), (2, 2), outside=[1, 5], alone=beside) is None


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


def is_telling(count: int, of: int) -> bool:
    """Under three, or nearly all."""
    return count < 3 or count >= of - 1 or 10 * count >= 9 * of


def may_be_telling(size: int, at: int, voices: Sequence[int]) -> set[int]:
    """Every telling number that a cell can have, for all that the size of its theme says."""
    others = sum(voices) - voices[at]
    return {count for count in range(voices[at] + 1) if is_telling(count, voices[at]) and 0 <= size - count <= others}


def ways(size: int, voices: Sequence[int]) -> list[Counts]:
    """Every way in which a theme can lie over the segments."""
    return [counts for counts in product(*(range(of + 1) for of in voices)) if sum(counts) == size]


def courses(
    voices: Sequence[int], sizes: Sequence[int], outside: int, alone: Sequence[bool]
) -> Iterator[tuple[tuple[Counts, ...], Counts]]:
    """Every way in which themes of these sizes can lie over segments, with so many outside all of them."""
    splits = ways(outside, voices)
    for themes in product(*(ways(size, voices) for size in sizes)):
        columns = list(zip(*themes, strict=True))
        needed = [fewest(column, alone) for column in columns]
        for out in splits:
            inside = [of - one for of, one in zip(voices, out, strict=True)]
            if all(few <= one <= sum(column) for few, one, column in zip(needed, inside, columns, strict=True)):
                yield themes, out


def attack(voices: Sequence[int], sizes: Sequence[int], outside: int, alone: Sequence[bool]) -> Counter[str]:
    """Hold that from no table more can be reckoned; return how many cells were shown, and hidden beside these."""
    read: defaultdict[tuple[tuple[str, Counts], ...], list[tuple[Counts, ...]]] = defaultdict(list)
    for themes, out in courses(voices, sizes, outside, alone):
        found = shown(table(voices, *themes, outside=out, k=min(voices), alone=alone))
        read[tuple(found.items())].append(themes)
    seen: Counter[str] = Counter()
    for parted, there in read.items():
        rows = dict(parted)
        for number, at in product(range(len(sizes)) if rows else (), range(len(voices))):
            possible = {themes[number][at] for themes in there}
            if f"theme {number}" in rows:
                seen["shown"] += 1
                assert not any(is_telling(count, voices[at]) for count in possible), (rows, number)
            else:
                seen["hidden"] += 1
                assert possible >= may_be_telling(sizes[number], at, voices), (sizes, outside, rows, number, possible)
    return seen


@pytest.mark.parametrize("alone", [(False, False), (True, True), (True, False)])
def test_of_two_themes_no_telling_number_can_be_reckoned_whether_parted_or_not(alone: tuple[bool, bool]) -> None:
    voices = (6, 8)
    seen: Counter[str] = Counter()
    for first, second, outside in product(range(6, 12), range(1, 12), range(9)):
        seen += attack(voices, (first, second), outside, alone)
    assert min(seen["shown"], seen["hidden"]) > 10


def test_of_one_theme_over_three_segments_no_telling_number_can_be_reckoned() -> None:
    seen: Counter[str] = Counter()
    for size in range(1, 18):
        seen += attack((5, 6, 7), (size,), 18 - size, (False,))
    # A table without a row is none: there is nothing beside it to reckon with.
    assert seen == {"shown": 18}


@pytest.mark.parametrize("alone", [(False, False, False), (True, False, False), (False, False, True)])
def test_of_three_themes_no_telling_number_can_be_reckoned(alone: tuple[bool, ...]) -> None:
    seen: Counter[str] = Counter()
    for small in combinations_with_replacement(range(1, 5), 2):
        for first, outside in product((6, 7, 8), range(9)):
            seen += attack((6, 7), (first, *small), outside, alone)
    assert min(seen["shown"], seen["hidden"]) > 10
