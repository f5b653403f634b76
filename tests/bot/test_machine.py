"""The conversation as a table: every pair of it, and what holds whatever people do."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.dialogue.course import course
from bot.dialogue.machine import TABLE, Course, advance
from bot.dialogue.model import (
    DialogueEvent,
    Opened,
    Place,
    SayOver,
    SayWithdrawn,
    Seal,
    Sent,
    Show,
    State,
    Thank,
    TookBack,
)
from bot.errors import IllegalMove, PageUnknown
from bot.ids import FieldKey, PageKey
from bot.localised import Localised
from bot.questions import Page, Question, RoundKind
from tests.examples import a_page, a_round

LOSE, HOPE, TAP = PageKey("lose"), PageKey("hope"), PageKey("tap")
PAGES = (a_page(LOSE), a_page(HOPE), Page(TAP, (Question(FieldKey("answer"), Localised(())),), 0.5))
ON, SPLIT = Course(PAGES, on=True), Course(PAGES, on=False)

SENT = Sent(((FieldKey("answer"), "De rust"),), quotable=True, stamp=1)
BACK = TookBack(2)

SHOWS = (Show, Thank, SayWithdrawn, SayOver)
EVENTS: tuple[DialogueEvent, ...] = (Opened(), SENT, BACK)

LEGAL = {
    (Place.INVITED, Opened): Place.QUESTION,
    (Place.QUESTION, Opened): Place.QUESTION,
    (Place.QUESTION, Sent): Place.PROBE,
    (Place.QUESTION, TookBack): Place.WITHDRAWN,
    (Place.PROBE, Opened): Place.QUESTION,
    (Place.PROBE, Sent): Place.QUESTION,
    (Place.PROBE, TookBack): Place.WITHDRAWN,
    (Place.THANKED, Opened): Place.QUESTION,
    (Place.WITHDRAWN, Opened): Place.QUESTION,
    (Place.OVER, Opened): Place.OVER,
    (Place.OVER, Sent): Place.OVER,
    (Place.OVER, TookBack): Place.OVER,
}
"""From where, by what, to where, on the first page of a form of two steps that leads on."""


@pytest.mark.parametrize(("place", "event"), list(product(Place, EVENTS)), ids=lambda one: str(one)[:12])
def test_every_pair_leads_where_the_table_says_or_raises_and_changes_nothing(
    place: Place, event: DialogueEvent
) -> None:
    state = State(place, LOSE)
    if (place, type(event)) not in LEGAL:
        with pytest.raises(IllegalMove):
            advance(state, event, ON)
        assert state == State(place, LOSE)
        return
    assert advance(state, event, ON).state.place is LEGAL[place, type(event)]


def test_the_table_has_exactly_these_pairs() -> None:
    assert set(TABLE) == set(LEGAL)


def test_after_the_question_comes_its_probe_and_then_the_next_page() -> None:
    first = advance(State(Place.QUESTION, LOSE), SENT, ON)
    assert first.effects == (Seal(LOSE, SENT.fields, quotable=True, stamp=1), Show(LOSE, 2))
    second = advance(first.state, SENT, ON)
    assert second.effects == (Seal(LOSE, SENT.fields, quotable=True, stamp=1), Show(HOPE, 1))


def test_a_page_of_one_step_is_the_end_when_it_is_the_last() -> None:
    assert advance(State(Place.QUESTION, TAP), SENT, ON).effects[-1] == Thank(())


def test_where_everyone_is_put_one_question_the_others_are_behind_say_more() -> None:
    step = advance(State(Place.PROBE, LOSE), SENT, SPLIT)
    assert step.effects[-1] == Thank((HOPE, TAP))


def test_withdrawing_seals_an_empty_page_of_the_forms_own_stamp() -> None:
    assert advance(State(Place.QUESTION, LOSE), BACK, ON).effects == (
        Seal(LOSE, (), None, 2),
        SayWithdrawn(),
    )


@pytest.mark.parametrize("event", [SENT, BACK])
def test_a_page_that_is_not_there_is_refused(event: DialogueEvent) -> None:
    for page in (None, PageKey("nowhere")):
        with pytest.raises(PageUnknown):
            advance(State(Place.QUESTION, page), event, ON)


events = st.one_of(
    st.builds(Opened, st.sampled_from([None, LOSE, HOPE, TAP])),
    st.builds(Sent, st.just(((FieldKey("answer"), "x"),)), st.sampled_from([None, True, False]), st.integers(0, 1000)),
    st.builds(TookBack, st.integers(0, 1000)),
)


@given(st.lists(events, max_size=40), st.sampled_from([ON, SPLIT]), st.sampled_from([Place.INVITED, Place.OVER]))
def test_whatever_people_do_the_conversation_holds(happened: list[DialogueEvent], way: Course, begins: Place) -> None:
    state, ended = State(begins), begins is Place.OVER
    for event in happened:
        try:
            step = advance(state, event, way)
        except IllegalMove:
            assert (state.place, type(event)) not in TABLE
            continue
        assert isinstance(step.effects[-1], SHOWS), "a step ends with something to see"
        seals = [effect for effect in step.effects if isinstance(effect, Seal)]
        assert len(seals) <= 1
        assert step.effects.index(seals[0]) == 0 if seals else True, "sealed before anything is shown"
        assert not (ended and seals), "nothing is sealed after the end"
        assert bool(seals) is (not ended and isinstance(event, (Sent, TookBack)))
        if ended:
            assert step.state.place is Place.OVER
        if step.state.page is not None:
            way.page(step.state.page)
        state = step.state


@given(st.binary(min_size=16, max_size=16))
def test_a_course_has_every_page_once_and_is_the_same_for_the_same_nonce(nonce: bytes) -> None:
    for kind in RoundKind:
        one = course(a_round(kind=kind, pages=PAGES), nonce)
        assert sorted(page.key for page in one.pages) == sorted(page.key for page in PAGES)
        assert one == course(a_round(kind=kind, pages=PAGES), nonce)


@given(st.lists(st.binary(min_size=16, max_size=16), min_size=200, max_size=200, unique=True))
def test_scenarios_come_in_every_order_about_as_often(nonces: list[bytes]) -> None:
    firsts = [course(a_round(kind=RoundKind.SCENARIOS, pages=PAGES), nonce).pages[0].key for nonce in nonces]
    assert min(firsts.count(page.key) for page in PAGES) > 20


def test_other_rounds_keep_the_order_of_the_pack() -> None:
    for kind in set(RoundKind) - {RoundKind.SCENARIOS}:
        assert course(a_round(kind=kind, pages=PAGES), b"x" * 16).pages == PAGES


def test_every_form_that_leads_on_says_how_far_it_is_until_the_thanks() -> None:
    state, places = State(Place.INVITED), []
    step = advance(state, Opened(), ON)
    while isinstance(shown := step.effects[-1], Show):
        places.append(ON.place(shown.page, shown.step))
        step = advance(step.state, SENT, ON)
    assert places == [(1, 5), (2, 5), (3, 5), (4, 5), (5, 5)]


def test_where_a_page_leads_to_thanks_only_its_own_steps_count() -> None:
    assert [SPLIT.place(HOPE, 1), SPLIT.place(HOPE, 2), SPLIT.place(TAP, 1)] == [(1, 2), (2, 2), (1, 1)]
    with pytest.raises(PageUnknown):
        SPLIT.place(PageKey("nothing"), 1)
