"""Who may be asked together: k, audiences, languages."""

from datetime import UTC, datetime

import pytest

from bot.errors import Refused
from bot.ids import Language, PersonId, TeamKey
from bot.privacy import (
    audience,
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
