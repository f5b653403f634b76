"""Who may be asked together: k, audiences, the attacks by subtraction, languages."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import Refused
from bot.ids import Language, PersonId, TeamKey
from bot.people import Person
from bot.privacy import (
    COMPARED,
    Earlier,
    audience,
    check_difference,
    freeze,
    k_for,
    may_show_segments,
    may_split,
    roughly,
    showable_languages,
)
from bot.questions import RoundKind
from tests.examples import a_page, a_round
from tests.world import CORE, a_change, someone, staff

NOW = datetime(2027, 3, 1, tzinfo=UTC)
READERS = frozenset(PersonId(name) for name in CORE)
EVERYONE = tuple(someone(f"p{number:03}") for number in range(60))


@pytest.mark.parametrize(
    ("invited", "text", "k"),
    [(8, True, 5), (19, True, 5), (20, True, 10), (200, True, 10), (8, False, 5), (20, False, 5), (200, False, 5)],
)
def test_k_is_ten_with_words_else_five_and_five_for_a_small_audience(invited: int, k: int, *, text: bool) -> None:
    assert k_for(takes_text=text, invited=invited) == k


@pytest.mark.parametrize("invited", [0, 1, 7])
def test_fewer_than_eight_is_no_round(invited: int) -> None:
    with pytest.raises(Refused) as refused:
        k_for(takes_text=False, invited=invited)
    assert refused.value.reason == "audience_small"


def earlier(people: Sequence[Person], days: int = 10, readers: frozenset[PersonId] = READERS) -> Earlier:
    """An audience of so many days ago."""
    return Earlier(frozenset(one.id for one in people), readers, NOW - timedelta(days=days))


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
        check_difference(now, everyone, [before], readers=readers, k=k, now=NOW)
    except Refused:
        return True
    return False


def test_the_refusal_has_its_sentence() -> None:
    with pytest.raises(Refused) as refused:
        check_difference(EVERYONE[1:], EVERYONE, [earlier(EVERYONE)], readers=READERS, k=10, now=NOW)
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


def test_an_audience_is_who_works_here_in_its_teams_and_reads_nothing_of_it() -> None:
    south = (TeamKey("south"),)
    people = [
        *staff(5),
        someone("gone", left_at=NOW),
        someone("guest", guest=True),
        someone("sara", teams=south),
        someone("quiet", stopped=True),
        someone("away", reachable=False),
    ]
    chosen = {one.id for one in audience(a_change(), people)}
    assert chosen == {"p000", "p001", "p002", "p003", "p004", "lea", "sara", "quiet", "away"}
    assert {one.id for one in audience(a_change(), people, south)} == {"sara"}
    assert "lea" not in {one.id for one in audience(a_change(), people, (), PersonId("lea"))}


def test_freezing_fixes_k_who_belongs_to_it_and_what_is_shown() -> None:
    people = [*EVERYONE, *(someone(f"e{n}", language=Language("en")) for n in range(9))]
    frozen = freeze(a_round(pages=(a_page(),), k=0, audience=""), people)
    assert (frozen.k, frozen.invited, frozen.themes_only, frozen.showable) == (10, 69, False, ("nl",))
    assert freeze(a_round(pages=(a_page(),)), people[:15]).themes_only


def test_a_language_is_shown_in_words_only_where_k_of_the_invited_use_it() -> None:
    people = [someone(f"e{n}", language=Language("en")) for n in range(10)] + [someone("f", language=Language("fr"))]
    assert showable_languages(people, 10) == ("en",)
    assert showable_languages(people[1:], 10) == ()


@pytest.mark.parametrize(("invited", "split"), [(59, False), (60, True)])
def test_a_round_is_split_only_where_each_question_is_put_to_three_k_people(invited: int, *, split: bool) -> None:
    round_ = a_round(kind=RoundKind.LISTEN, pages=(a_page("a"), a_page("b")))
    assert may_split(round_, invited=invited, k=10) is split


def test_segments_are_shown_only_where_each_has_k() -> None:
    assert may_show_segments([10, 12], 10)
    assert not may_show_segments([9, 12], 10)
    assert not may_show_segments([50], 10)
    assert not may_show_segments([], 10)


@pytest.mark.parametrize(
    ("count", "of", "shown"),
    [(9, 10, "almost_all"), (10, 10, "almost_all"), (8, 10, "count"), (0, 0, "count"), (89, 100, "count")],
)
def test_where_nearly_all_say_the_same_it_reads_almost_all(count: int, of: int, shown: str) -> None:
    assert roughly(count, of)[0] == shown
    if shown == "almost_all":
        assert roughly(count, of)[1] == 0
