"""The decision at the close: what becomes readable, and what nobody will ever read."""

from collections.abc import Sequence
from dataclasses import fields, replace

from hypothesis import given
from hypothesis import strategies as st

from bot.answers import Answer
from bot.ids import FieldKey, Language, PageKey, PersonId, TeamKey
from bot.release import OFFER_PAGE, Extended, Released, decide, offers_only
from bot.round import Round
from bot.slip import Slip
from tests.examples import a_page, a_round

ROUND = a_round(pages=(a_page("lose"), a_page("hope")), k=5, segments=())
LAST = replace(ROUND, extended=True)
SEGMENTS = (TeamKey("north"), TeamKey("south"))


def backwards(items: list[Slip]) -> None:
    """Shuffle as badly as one can."""
    items.reverse()


def slip(voice: int, page: str = "lose", words: str = "De rust", segment: str | None = None) -> Slip:
    """What one voice says on one page."""
    return Slip(
        PageKey(page),
        ((FieldKey("answer"), words),) if words else (),
        Language("nl"),
        quotable=True,
        stamp=1,
        voice=bytes([voice]) * 16,
        segment=TeamKey(segment) if segment else None,
    )


def decided(slips: Sequence[Slip], round_: Round = LAST) -> Released:
    """Decide at the second close."""
    outcome = decide(round_, slips, shuffle=backwards)
    assert isinstance(outcome, Released)
    return outcome


boxes = st.lists(
    st.builds(
        slip,
        st.integers(0, 12),
        st.sampled_from(["lose", "hope"]),
        st.sampled_from(["De rust", "", "   "]),
    ),
    max_size=40,
    unique_by=lambda one: (one.page, one.voice),
)


@given(boxes)
def test_nothing_of_a_page_below_k_is_ever_readable(slips: list[Slip]) -> None:
    released = decided(slips)
    for count in released.counts:
        said = [one for one in slips if one.page == count.page and not one.withdrawn]
        assert count.voices == len(said)
        assert count.withheld is (len(said) < ROUND.k)
        readable = [one for one in released.answers if one.page == count.page]
        assert len(readable) == (0 if count.withheld else len(said))
    assert released.voices == len({one.voice for one in slips if not one.withdrawn})


@given(boxes)
def test_a_round_is_extended_once_where_any_page_is_below_k_and_never_twice(slips: list[Slip]) -> None:
    below = any(count.withheld for count in decided(slips).counts)
    assert isinstance(decide(ROUND, slips, shuffle=backwards), Extended) is below


@given(boxes)
def test_what_is_readable_says_nothing_of_voice_stamp_or_name(slips: list[Slip]) -> None:
    assert {field.name for field in fields(Answer)} == {"page", "fields", "language", "quotable", "segment"}
    assert all(one.segment is None for one in decided(slips).answers)


def test_the_order_is_the_shuffles_and_not_that_of_the_boxes() -> None:
    slips = [slip(number, words=f"woord {number}") for number in range(6)]
    said = [dict(one.fields)["answer"] for one in decided(slips).answers]
    assert said == [f"woord {number}" for number in reversed(range(6))]


def test_offers_come_in_the_order_of_the_shuffle_too_also_of_a_round_that_was_called_off() -> None:
    offers = [replace(slip(number, OFFER_PAGE), named=PersonId(f"p{number}"), voice=b"") for number in range(6)]
    assert decided(offers).offers == tuple(reversed(offers))
    kept = offers_only([slip(1), *offers, replace(offers[0], fields=())], shuffle=backwards)
    assert kept == Released((), tuple(reversed(offers)), (), 0)


def test_an_offer_by_name_is_kept_counts_as_no_voice_and_is_no_answer() -> None:
    offer = replace(slip(1, OFFER_PAGE), named=PersonId("ana"), voice=b"")
    released = decided([offer])
    assert released.offers == (offer,)
    assert released.voices == 0
    assert released.answers == ()


def test_empty_fields_are_left_out_and_no_choice_is_no_permission() -> None:
    one = replace(slip(1), fields=((FieldKey("answer"), "Ja"), (FieldKey("probe"), " ")), quotable=None)
    released = decided([replace(one, voice=bytes([n]) * 16) for n in range(5)])
    assert released.answers[0].fields == (("answer", "Ja"),)
    assert released.answers[0].quotable is False


def test_a_segment_is_kept_only_where_every_segment_has_k_voices_on_that_page() -> None:
    round_ = replace(ROUND, extended=True, segments=SEGMENTS)
    both = [slip(n, segment="north") for n in range(5)] + [slip(n + 5, segment="south") for n in range(5)]
    short = [slip(n, "hope", segment="north") for n in range(9)] + [slip(9, "hope", segment="south")]
    released = decided(both + short, round_)
    assert {one.segment for one in released.answers if one.page == "lose"} == set(SEGMENTS)
    assert {one.segment for one in released.answers if one.page == "hope"} == {None}
