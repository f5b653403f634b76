"""What a digest says where nearly all answered, or said the same: no number, and none that it follows from."""

import re
from dataclasses import replace

from bot.digest.digest import PageDigest, Part, RoundDigest
from bot.digest.model import Alone, QuestionDigest, Theme
from bot.ids import FieldKey, Language, PageKey
from bot.messages import Message
from bot.questions import Choice, Page, Question, RoundKind
from bot.round import Round
from bot.wording.digest import thread
from bot.wording.heard import summary, what_we_heard
from bot.wording.words import Words
from tests.examples import a_change, a_page, a_round, text
from tests.people import words_in
from tests.world import texts

PAGE = PageKey("lose")
WORDS = Words(texts(), Language("nl"), "Europe/Amsterdam")
ROUND = a_round(pages=(a_page(PAGE),), invited=40, reached=40, voices=20)


def found(voices: int, change: int | None, of: int = 20) -> QuestionDigest:
    """Give a question with one theme of so many voices."""
    theme = Theme("peace", text("Rust"), voices, change, (), "codebook")
    return QuestionDigest(PAGE, of, (theme,), Alone(0, ()), 0)


def read(digest: QuestionDigest, kind: RoundKind = RoundKind.LISTEN) -> tuple[Message, ...]:
    """Say it to the core team."""
    page = PageDigest(PAGE, digest.voices, withheld=False, parts=(Part("meaning", themes=digest),))
    round_ = replace(ROUND, kind=kind)
    return thread(WORDS, round_, a_change(), RoundDigest(ROUND.id, (page,)), ())


def test_where_nearly_all_say_the_same_the_difference_with_before_is_not_said() -> None:
    assert "11 stemmen meer" in words_in(read(found(17, 11))[1])
    nearly = words_in(read(found(18, 11))[1])
    assert "bijna iedereen" in nearly
    assert "11" not in nearly
    assert "18" not in nearly


def chosen(yes: int, no: int) -> str:
    """Say to everyone how often each option was chosen."""
    question = Question(
        FieldKey("answer"), text("Nog open?"), choices=(Choice("yes", text("Ja")), Choice("no", text("Nee")))
    )
    part = Part("answer", choices=(("yes", yes), ("no", no)))
    page = PageDigest(PAGE, yes + no, withheld=False, parts=(part,))
    round_ = replace(ROUND, kind=RoundKind.BELIEVE, pages=(Page(PAGE, (question,), 0.5),))
    return words_in(what_we_heard(WORDS, round_, a_change(), RoundDigest(ROUND.id, (page,))))


def test_where_nearly_all_chose_the_same_the_others_are_not_counted_out() -> None:
    assert "3 van de 20" in chosen(17, 3)
    nearly = chosen(18, 2)
    assert "bijna iedereen" in nearly
    assert "Nee" not in nearly
    assert "2 van de 20" not in nearly


def heard(voices: int, rest: int) -> str:
    """Say to everyone what was heard: one theme, and so many who said something else."""
    digest = replace(found(voices, None), alone=Alone(rest, ()))
    page = PageDigest(PAGE, 20, withheld=False, parts=(Part("", themes=digest),))
    return words_in(what_we_heard(WORDS, ROUND, a_change(), RoundDigest(ROUND.id, (page,))))


def test_where_nearly_all_named_a_theme_everyone_does_not_hear_how_many_did_not() -> None:
    rest = WORDS.say("heard.rest", count=2)
    assert rest in heard(17, 2)
    assert rest not in heard(18, 2)


def test_what_read_almost_all_is_no_size_to_compare_a_later_digest_with() -> None:
    assert [size.voices for size in found(17, None).sizes()] == [17]
    assert found(18, None).sizes() == ()


def test_in_the_table_of_scenarios_it_reads_almost_all_too() -> None:
    assert "Rust (17)" in words_in(read(found(17, None), RoundKind.SCENARIOS)[0])
    assert "Rust (bijna iedereen)" in words_in(read(found(18, None), RoundKind.SCENARIOS)[0])


NEARLY = replace(ROUND, invited=47, reached=31, voices=29, heard_by=None)
"""A round in which nearly everyone answered whom it reached: 16 were not, 2 said nothing."""


def told(round_: Round, part: Part) -> str:
    """Say it in every place where it is said: to the core team, to everyone, and on the page of the change."""
    digest = RoundDigest(round_.id, (PageDigest(PAGE, round_.voices, withheld=False, parts=(part,)),))
    page = Message("", summary(WORDS, round_, digest))
    everyone = what_we_heard(WORDS, round_, a_change(), digest)
    return "\n".join(map(words_in, (*thread(WORDS, round_, a_change(), digest, ()), everyone, page)))


def numbers(text_: str) -> set[str]:
    """Every number in a text."""
    return set(re.findall(r"\d+", text_))


def test_where_nearly_all_answered_no_text_says_how_many_or_what_it_follows_from() -> None:
    themes = QuestionDigest(PAGE, 29, (Theme("peace", text("Rust"), 13, None, (), "codebook"),), Alone(7, ()), 9)
    part = Part("", themes=themes)
    assert {"29", "12"} <= numbers(told(replace(NEARLY, reached=35), replace(part, themes=replace(themes, other=3))))
    assert numbers(told(NEARLY, part)) == {"47", "13"}


def test_where_nearly_all_answered_options_that_add_up_to_them_are_told_in_tenths() -> None:
    question = Question(
        FieldKey("answer"),
        text("Nog open?"),
        choices=tuple(Choice(key, text(key)) for key in ("ja", "nee", "weet niet")),
    )
    part = Part("answer", choices=(("ja", 17), ("nee", 11), ("weet niet", 1)))
    round_ = replace(NEARLY, kind=RoundKind.BELIEVE, pages=(Page(PAGE, (question,), 0.5),))
    assert {"17", "11", "29"} <= numbers(told(replace(round_, reached=47), part))
    assert numbers(told(round_, part)) == {"47", "6", "4", "10"}
    assert "bijna niemand" in told(round_, part)
