"""What lies in a box after forms arrived twice, late, or out of order."""

from itertools import permutations

from hypothesis import given
from hypothesis import strategies as st

from bot.ids import FieldKey, Language, PageKey
from bot.slip import Slip, merge

ANSWER, PROBE = FieldKey("answer"), FieldKey("probe")


def step(stamp: int, number: int) -> Slip:
    """One step of the form that was opened at a stamp: the question, its probe; 0 withdraws."""
    fields = {0: (), 1: ((ANSWER, f"answer {stamp}"),), 2: ((PROBE, f"probe {stamp}"),)}[number]
    quotable = stamp % 2 == 0 if number == 1 else None
    return Slip(PageKey("lose"), fields, Language("nl"), quotable, stamp)


def box(slips: list[Slip]) -> Slip | None:
    """What lies in the box when these have arrived."""
    there: Slip | None = None
    for slip in slips:
        there = merge(there, slip)
    return there


def content(slip: Slip | None) -> object:
    """What matters of it."""
    return None if slip is None else (sorted(slip.fields), slip.quotable, slip.stamp)


forms = st.lists(st.tuples(st.integers(1, 6), st.sampled_from([1, 2])), max_size=8)


@given(forms, st.randoms(use_true_random=False))
def test_arriving_in_another_order_and_more_than_once_changes_nothing(
    sent: list[tuple[int, int]], chance: object
) -> None:
    slips = [step(*one) for one in sent]
    other = [*slips, *slips]
    chance.shuffle(other)  # type: ignore[attr-defined]
    assert content(box(slips)) == content(box(other))


@given(forms)
def test_only_the_newest_form_is_there_and_all_of_it(sent: list[tuple[int, int]]) -> None:
    there = box([step(*one) for one in sent])
    if there is None:
        assert not sent
        return
    newest = max(stamp for stamp, _ in sent)
    steps = {number for stamp, number in sent if stamp == newest}
    assert there.stamp == newest
    assert {key for key, _ in there.fields} == {{1: ANSWER, 2: PROBE}[number] for number in steps}


def test_withdrawing_empties_the_box_and_late_arrivals_of_older_forms_stay_out() -> None:
    for order in permutations([step(1, 1), step(1, 2), step(2, 0)]):
        there = box(list(order))
        assert there is not None
        assert there.withdrawn


def test_a_further_step_of_a_withdrawn_form_does_not_bring_it_back() -> None:
    there = box([step(2, 0), step(2, 2)])
    assert there is not None
    assert there.withdrawn


def test_after_withdrawing_a_newer_form_counts() -> None:
    there = box([step(1, 1), step(2, 0), step(3, 1)])
    assert there is not None
    assert there.fields == ((ANSWER, "answer 3"),)


def test_the_second_step_keeps_what_was_chosen_about_ones_words() -> None:
    there = box([step(2, 1), step(2, 2)])
    assert there is not None
    assert there.quotable is True


def test_fields_of_spaces_only_are_nothing() -> None:
    assert Slip(PageKey("lose"), ((ANSWER, " \n"),), Language("nl"), quotable=True, stamp=1).withdrawn
