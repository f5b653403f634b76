"""Lines of a file go to the questions that they fit."""

from pathlib import Path

import pytest

from adapters.company.answer_book import AnswerBook, Line, load_lines
from bot.errors import FileInvalid
from bot.ids import Language

NL, EN = Language("nl"), Language("en")


def test_a_line_for_the_question_goes_first_then_one_for_the_round_then_any() -> None:
    book = AnswerBook([Line("any", NL), Line("round", NL, "listen"), Line("question", NL, "listen", "lose")])
    assert book.take(NL, "listen", "lose") == "question"
    assert book.take(NL, "listen", "hope") == "round"
    assert book.take(NL, "source", "works") == "any"


def test_lines_come_in_the_order_of_the_file_and_begin_again() -> None:
    book = AnswerBook([Line("one", NL), Line("two", NL)])
    assert [book.take(NL, "listen", "lose") for _ in range(3)] == ["one", "two", "one"]


def test_another_language_is_better_than_nothing() -> None:
    assert AnswerBook([Line("one", EN)]).take(NL, "listen", "lose") == "one"


def test_nothing_fits_where_all_lines_are_for_another_round() -> None:
    assert AnswerBook([Line("one", NL, "source")]).take(NL, "listen", "lose") is None


def test_to_a_question_of_the_organisers_own_people_say_what_they_say_to_the_first_of_its_kind() -> None:
    lines = [Line("any", NL), Line("lessons", NL, "source", "lessons"), Line("one", NL, "listen", "lose")]
    book = AnswerBook([*lines, Line("two", NL, "listen", "worry")])
    assert [book.take(NL, "listen", "") for _ in range(2)] == ["one", "one"]
    assert book.take(NL, "source", "") == "lessons"
    assert book.take(NL, "pulse", "") == "any"


def test_a_line_that_was_not_written_for_this_very_question_is_not_taken_for_it() -> None:
    assert AnswerBook([Line("one", NL, "listen")]).take_for(NL, "listen", "lose.probe") is None


def test_a_line_for_this_very_question_is_told_once() -> None:
    book = AnswerBook([Line("one", NL, "listen", "lose.probe")])
    assert [book.take_for(NL, "listen", "lose.probe") for _ in range(2)] == ["one", None]


def test_every_broken_line_of_a_file_is_named(tmp_path: Path) -> None:
    file = tmp_path / "answers.jsonl"
    file.write_text('{"text": "goed", "lang": "nl"}\nniets\n[]\n{"text": "", "lang": "nl"}\n{"text": "x"}\n')
    with pytest.raises(FileInvalid) as error:
        load_lines(file)
    assert [finding.line for finding in error.value.findings] == [2, 3, 4, 5]


def test_an_empty_file_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "answers.jsonl"
    file.write_text("\n")
    with pytest.raises(FileInvalid):
        load_lines(file)
