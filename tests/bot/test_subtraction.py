"""The attacks by subtraction: two audiences, or segments of them, that differ by too few people."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import Refused
from bot.ids import PersonId
from bot.people import Person
from bot.subtraction import COMPARED, Earlier, check_difference
from tests.world import CORE, someone

NOW = datetime(2027, 3, 1, tzinfo=UTC)
READERS = frozenset(PersonId(name) for name in CORE)
EVERYONE = tuple(someone(f"p{number:03}") for number in range(60))


def ids(people: Sequence[Person]) -> frozenset[PersonId]:
    """Name these people."""
    return frozenset(one.id for one in people)


def earlier(people: Sequence[Person], days: int = 10, readers: frozenset[PersonId] = READERS) -> Earlier:
    """An audience of so many days ago."""
    return Earlier([ids(people)], readers, NOW - timedelta(days=days))


def differs(
    now: Sequence[Person],
    before: Earlier,
    *,
    everyone: Sequence[Person] = EVERYONE,
    k: int = 10,
    readers: frozenset[PersonId] = READERS,
) -> bool:
    """Whether this audience is refused beside an earlier one."""
    try:
        check_difference([ids(now)], everyone, [before], readers=readers, k=k, now=NOW)
    except Refused:
        return True
    return False


def test_the_refusal_has_its_sentence() -> None:
    with pytest.raises(Refused) as refused:
        check_difference([ids(EVERYONE[1:])], EVERYONE, [earlier(EVERYONE)], readers=READERS, k=10, now=NOW)
    assert refused.value.reason == "audience_differs"


@given(st.sets(st.integers(0, 59), min_size=10), st.sets(st.integers(0, 59), min_size=10), st.sampled_from([5, 10]))
def test_two_audiences_of_the_same_readers_are_the_same_or_differ_by_k(one: set[int], other: set[int], k: int) -> None:
    now, before = ([EVERYONE[n] for n in sorted(some)] for some in (one, other))
    assert differs(now, earlier(before), k=k) is (1 <= len(one ^ other) < k)


def test_the_same_people_may_be_asked_again() -> None:
    assert not differs(EVERYONE, earlier(EVERYONE))


def test_leaving_one_out_to_subtract_is_refused_and_so_is_adding_one() -> None:
    assert differs(EVERYONE[:-1], earlier(EVERYONE))
    assert differs(EVERYONE, earlier(EVERYONE[:-1]))


def test_swapping_people_so_that_the_sizes_match_is_refused() -> None:
    assert differs(EVERYONE[1:31], earlier(EVERYONE[0:30]))


def test_a_team_among_everyone_is_no_subtraction() -> None:
    assert not differs(EVERYONE[:12], earlier(EVERYONE))


def test_who_joined_or_left_in_between_is_not_a_difference_made_by_choice() -> None:
    joined = someone("new", joined_at=NOW - timedelta(days=3))
    left = someone("gone", left_at=NOW - timedelta(days=3))
    assert not differs([*EVERYONE, joined], earlier([*EVERYONE, left]), everyone=[*EVERYONE, joined, left])


def test_who_was_there_at_both_openings_counts() -> None:
    old = someone("old", joined_at=NOW - timedelta(days=30))
    assert differs([*EVERYONE, old], earlier(EVERYONE), everyone=[*EVERYONE, old])


def test_who_reads_one_of_the_two_is_not_compared() -> None:
    lead = PersonId("p000")
    assert not differs(EVERYONE[1:], earlier(EVERYONE), readers=READERS | {lead})


def test_others_readers_and_audiences_of_long_ago_are_not_compared() -> None:
    assert not differs(EVERYONE[1:], earlier(EVERYONE, readers=frozenset({PersonId("else")})))
    assert not differs(EVERYONE[1:], earlier(EVERYONE, days=COMPARED.days + 1))
    assert differs(EVERYONE[1:], earlier(EVERYONE, days=COMPARED.days - 1))


def test_who_could_read_it_then_is_a_reader_of_it_still() -> None:
    once = replace(earlier(EVERYONE, readers=frozenset({PersonId("else")})), former=READERS)
    assert differs(EVERYONE[1:], once)


def test_fewer_than_the_earlier_audience_was_promised_are_no_difference_either() -> None:
    assert differs(EVERYONE[5:], replace(earlier(EVERYONE), k=10), k=5)
    assert not differs(EVERYONE[5:], replace(earlier(EVERYONE), k=5), k=5)


def test_who_was_invited_counts_though_they_left_since_and_came_back() -> None:
    back = [replace(one, joined_at=NOW - timedelta(days=1)) for one in EVERYONE]
    assert differs(back[1:], earlier(EVERYONE), everyone=back)


@pytest.mark.parametrize(("left", "refused"), [(9, True), (11, False)])
def test_who_was_away_at_the_earlier_opening_does_not_count(left: int, *, refused: bool) -> None:
    span = NOW - timedelta(days=left), NOW - timedelta(days=1)
    rejoined = someone("old", joined_at=NOW - timedelta(days=200), away=(span,))
    assert differs([*EVERYONE, rejoined], earlier(EVERYONE), everyone=[*EVERYONE, rejoined]) is refused


def grouped(places: Sequence[int | None]) -> list[frozenset[PersonId]]:
    """Put everyone in the group of their place, nobody in None."""
    return [
        frozenset(one.id for one, own in zip(EVERYONE, places, strict=False) if own == place)
        for place in sorted({own for own in places if own is not None})
    ]


def sums(groups: Sequence[frozenset[PersonId]]) -> Iterator[frozenset[PersonId]]:
    """Give every audience that some of these make together."""
    for size in range(1, len(groups) + 1):
        for some in combinations(groups, size):
            yield frozenset().union(*some)


PLACES = st.lists(st.sampled_from([None, 0, 1, 2]), min_size=12, max_size=12).filter(any)


@given(PLACES, PLACES, st.integers(2, 4))
def test_no_sum_of_segments_differs_too_little_from_a_sum_of_earlier_ones(
    one: list[int | None], other: list[int | None], k: int
) -> None:
    groups, before = grouped(one), grouped(other)
    least = (min(len(now ^ then) for then in sums(before)) for now in sums(groups))
    expected = any(1 <= difference < k for difference in least)
    try:
        check_difference(groups, EVERYONE, [Earlier(before, READERS, NOW)], readers=READERS, k=k, now=NOW)
    except Refused:
        assert expected
    else:
        assert not expected
