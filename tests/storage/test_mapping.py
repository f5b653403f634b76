"""Documents and packed contents come back as they were."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st
from pydantic_core import from_json

from bot.answers import Answer
from bot.change import Change
from bot.people import Person
from bot.round import Round
from bot.slip import Slip
from storage import mapping
from storage.contents import pack_answer, pack_slip, unpack_answer, unpack_slip
from tests.examples import a_change, a_person, a_round, something_known, text

_texts = st.text(st.characters(exclude_categories=["Cs"]))


def test_every_document_comes_back_as_it_was() -> None:
    assert mapping.read(mapping.changes(), mapping.write(mapping.changes(), a_change())) == a_change()
    assert mapping.read(mapping.rounds(), mapping.write(mapping.rounds(), a_round())) == a_round()
    assert mapping.read(mapping.people(), mapping.write(mapping.people(), a_person())) == a_person()
    known = something_known()
    assert mapping.read(mapping.known(), mapping.write(mapping.known(), known)) == known


def test_a_change_from_before_it_said_who_heard_of_it_earlier_is_read() -> None:
    newer = frozenset({"council_told_on", "managers_told_on"})
    document = mapping.write(mapping.changes(), a_change(), without=newer)
    assert newer.isdisjoint(from_json(document))
    change = a_change(council_told_on=None, managers_told_on=None)
    assert mapping.read(mapping.changes(), document) == change


def test_a_field_with_a_column_of_its_own_stands_in_the_column_only() -> None:
    document = mapping.write(mapping.rounds(), a_round(), without=frozenset({"k", "audience"}))
    assert {"k", "audience"}.isdisjoint(from_json(document))


@given(_texts)
def test_any_text_survives_a_document(words: str) -> None:
    change = replace(a_change(), title=text(words))
    assert mapping.read(mapping.changes(), mapping.write(mapping.changes(), change)) == change


@given(st.from_type(Slip).filter(lambda slip: all(_is_text(part) for pair in slip.fields for part in pair)))
def test_any_slip_survives_its_box(slip: Slip) -> None:
    assert unpack_slip(pack_slip(slip)) == slip


@given(st.builds(Answer, fields=st.tuples(st.tuples(_texts, _texts)), language=_texts, page=_texts))
def test_any_answer_survives_its_box(answer: Answer) -> None:
    assert unpack_answer(pack_answer(answer)) == answer


def test_what_was_read_is_of_the_engines_own_types() -> None:
    change = mapping.read(mapping.changes(), mapping.write(mapping.changes(), a_change()))
    assert type(change) is Change
    assert type(mapping.read(mapping.rounds(), mapping.write(mapping.rounds(), a_round()))) is Round
    assert type(mapping.read(mapping.people(), mapping.write(mapping.people(), a_person()))) is Person


def _is_text(part: str) -> bool:
    return not any("\ud800" <= character <= "\udfff" for character in part)
