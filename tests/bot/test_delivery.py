"""What is decided about one message: a table of cases."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from bot.change import ChangeState
from bot.messages import Action
from bot.outbox import EDITS, NEWS, PERSONAL, Delivery, Item, Kind
from bot.round import RoundState
from bot.service.compose import COMPOSERS
from bot.service.ruimte import ANSWERS, PRESSED, SUBMITTED
from bot.service.verdict import ASKING, Decision, Facts, Verdict, current_wave, verdict
from tests.examples import a_change, a_person, a_round, an_item
from tests.world import NoHolidays

NOW = datetime(2026, 11, 25, 10, tzinfo=UTC)
"""A Wednesday, on which Ana works from half past seven to three."""
ANA = a_person(snoozed_until=None)
ROUND = a_round(opens_at=NOW - timedelta(hours=2), closes_at=NOW + timedelta(days=5))
FACTS = Facts(ANA, ROUND, a_change(state=ChangeState.RUNNING), ())
TO_PEOPLE = [kind for kind in Kind if not kind.startswith(("core_", "digest"))]


def decide(kind: Kind = Kind.INVITE, facts: Facts = FACTS, **given: object) -> Decision:
    """Decide about a message that is due now."""
    item: Item = replace(an_item(kind=kind, due_at=NOW), **given)  # type: ignore[arg-type]
    return verdict(item, facts, NOW, NoHolidays())


@pytest.mark.parametrize("kind", TO_PEOPLE)
def test_in_ones_hours_with_room_this_week_everything_goes_out(kind: Kind) -> None:
    assert decide(kind).verdict is Verdict.SEND


@pytest.mark.parametrize("kind", set(TO_PEOPLE) - EDITS)
def test_outside_ones_hours_everything_waits_until_one_works(kind: Kind) -> None:
    facts = replace(FACTS, person=replace(ANA, workdays=(4,)))
    assert decide(kind, facts) == Decision(Verdict.WAIT, datetime(2026, 11, 27, 6, 30, tzinfo=UTC))


@pytest.mark.parametrize("kind", set(TO_PEOPLE) - EDITS)
def test_after_two_messages_this_week_everything_waits_but_the_answer_to_ones_own_question(kind: Kind) -> None:
    facts = replace(FACTS, sent=(NOW - timedelta(days=6), NOW - timedelta(days=1)))
    if kind in PERSONAL:
        assert decide(kind, facts).verdict is Verdict.SEND
    else:
        assert decide(kind, facts) == Decision(Verdict.WAIT, datetime(2026, 11, 27, 6, 30, tzinfo=UTC))


@pytest.mark.parametrize("kind", set(TO_PEOPLE) - EDITS - PERSONAL)
def test_a_snooze_is_kept_until_its_day(kind: Kind) -> None:
    facts = replace(FACTS, person=replace(ANA, snoozed_until=date(2026, 12, 2)))
    assert decide(kind, facts) == Decision(Verdict.WAIT, datetime(2026, 12, 2, 6, 30, tzinfo=UTC))


@pytest.mark.parametrize("kind", set(TO_PEOPLE) - EDITS)
def test_to_who_stopped_nothing_goes_out_but_the_answer_to_their_own_question(kind: Kind) -> None:
    facts = replace(FACTS, person=replace(ANA, stopped=True))
    assert decide(kind, facts).verdict is (Verdict.SEND if kind in PERSONAL else Verdict.DROP)


@pytest.mark.parametrize("person", [None, replace(ANA, left_at=NOW), replace(ANA, guest=True)])
@pytest.mark.parametrize("kind", set(TO_PEOPLE) - EDITS)
def test_to_who_is_not_there_nothing_goes_out(kind: Kind, person: object) -> None:
    assert decide(kind, replace(FACTS, person=person)).verdict is Verdict.DROP  # type: ignore[arg-type]


@pytest.mark.parametrize("kind", set(TO_PEOPLE) - EDITS)
def test_who_cannot_be_reached_is_tried_another_day(kind: Kind) -> None:
    facts = replace(FACTS, person=replace(ANA, reachable=False))
    assert decide(kind, facts) == Decision(Verdict.WAIT, NOW + timedelta(days=1))


@pytest.mark.parametrize("state", set(RoundState) - {RoundState.OPEN})
@pytest.mark.parametrize("kind", ASKING)
def test_nothing_asks_for_a_round_that_is_not_open(kind: Kind, state: RoundState) -> None:
    assert decide(kind, replace(FACTS, round=replace(ROUND, state=state))).verdict is Verdict.DROP
    assert decide(kind, replace(FACTS, round=None)).verdict is Verdict.DROP


@pytest.mark.parametrize("kind", TO_PEOPLE)
def test_while_a_change_stands_still_what_asks_waits_and_news_goes_out(kind: Kind) -> None:
    facts = replace(FACTS, change=a_change(state=ChangeState.STOPPED))
    assert decide(kind, facts).verdict is (Verdict.WAIT if kind in ASKING else Verdict.SEND)


@pytest.mark.parametrize("kind", NEWS)
def test_news_of_long_ago_is_not_sent_any_more(kind: Kind) -> None:
    assert decide(kind, due_at=NOW - timedelta(days=15)).verdict is Verdict.DROP
    assert decide(kind, due_at=NOW - timedelta(days=13)).verdict is Verdict.SEND


def test_an_invitation_that_was_handed_over_is_tried_again_in_its_wave_and_never_after() -> None:
    assert decide(state=Delivery.SENDING, wave=0).verdict is Verdict.SEND
    later = replace(FACTS, round=replace(ROUND, opens_at=NOW - timedelta(days=2, hours=2)))
    assert decide(facts=later, state=Delivery.SENDING, wave=1).verdict is Verdict.UNREACHABLE
    assert decide(facts=later, state=Delivery.WAITING, wave=1).verdict is Verdict.SEND


def test_what_carries_no_token_is_tried_again_whenever() -> None:
    assert decide(Kind.WHAT_WE_HEARD, state=Delivery.SENDING, wave=7).verdict is Verdict.SEND


def test_only_messages_with_a_token_are_in_a_wave() -> None:
    waves = {kind: current_wave(an_item(kind=kind), ROUND, NOW) for kind in Kind}
    assert {kind for kind, wave in waves.items() if wave is not None} == {Kind.INVITE, Kind.WELCOME}


def test_someone_who_never_works_counts_as_unreachable() -> None:
    assert decide(facts=replace(FACTS, person=replace(ANA, workdays=()))).verdict is Verdict.UNREACHABLE


def test_every_kind_of_message_can_be_made() -> None:
    assert set(COMPOSERS) == set(Kind)


def test_every_action_is_answered() -> None:
    assert set(PRESSED) == set(Action)


def test_every_form_that_can_be_sent_is_taken() -> None:
    without_a_form = {
        Action.PAGE,
        Action.HOME,
        Action.EXPLAIN,
        Action.LANGUAGE,
        Action.STOP,
        Action.RESUME,
        Action.HEARD,
        Action.CORE,
        Action.TRY,
    }
    assert set(SUBMITTED) | set(ANSWERS) == set(Action) - without_a_form
    assert not set(SUBMITTED) & set(ANSWERS)
