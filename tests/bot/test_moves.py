"""What a change and a round may become from where they are."""

from itertools import product

import pytest

from bot import change, round  # noqa: A004 - the module of a round
from bot.change import ChangeState
from bot.errors import IllegalMove
from bot.ids import PersonId
from bot.round import RoundState, audience_hash
from tests.examples import a_change, a_round

ROUND = {
    ("planned", "open"),
    ("planned", "cancelled"),
    ("open", "releasing"),
    ("releasing", "open"),
    ("releasing", "released"),
    ("releasing", "destroyed"),
    ("releasing", "cancelled"),
}
CHANGE = {("planned", "running"), ("running", "stopped"), ("running", "closed"), ("stopped", "running")}


@pytest.mark.parametrize(("was", "to"), list(product(RoundState, RoundState)))
def test_a_round_goes_only_where_the_table_lets_it(was: RoundState, to: RoundState) -> None:
    one = a_round(state=was)
    if (was, to) in ROUND:
        assert round.move(one, to).state is to
        return
    with pytest.raises(IllegalMove):
        round.move(one, to)
    assert one.state is was


@pytest.mark.parametrize(("was", "to"), list(product(ChangeState, ChangeState)))
def test_a_change_goes_only_where_the_table_lets_it(was: ChangeState, to: ChangeState) -> None:
    one = a_change(state=was)
    if (was, to) in CHANGE:
        assert change.move(one, to).state is to
        return
    with pytest.raises(IllegalMove):
        change.move(one, to)
    assert one.state is was


def test_what_has_ended_goes_nowhere() -> None:
    assert {state for state in RoundState if not round.MOVES[state]} == round.ENDED


def test_an_audience_has_one_name_in_any_order_and_another_for_anyone_more() -> None:
    people = [PersonId(name) for name in ("a", "b", "c")]
    assert audience_hash(people) == audience_hash(reversed(people))
    assert audience_hash(people) != audience_hash(people[:2])
    assert audience_hash([PersonId("ab")]) != audience_hash([PersonId("a"), PersonId("b")])
