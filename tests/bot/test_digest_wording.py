"""What a digest says where nearly all said the same: no number, and nothing that a number follows from (section 5)."""

from dataclasses import replace

from bot.digest.digest import PageDigest, Part, RoundDigest
from bot.digest.model import Alone, QuestionDigest, Theme
from bot.ids import FieldKey, Language, PageKey
from bot.messages import Message
from bot.questions import Choice, Page, Question, RoundKind
from bot.wording.digest import Reach, thread
from bot.wording.heard import what_we_heard
from bot.wording.words import Words
from tests.examples import a_change, a_page, a_round, text
from tests.people import words_in
from tests.world import texts

PAGE = PageKey("lose")
WORDS = Words(texts(), Language("nl"), "Europe/Amsterdam")
ROUND = a_round(pages=(a_page(PAGE),), invited=40, voices=20)


def found(voices: int, change: int | None, of: int = 20) -> QuestionDigest:
    """Give a question with one theme of so many voices."""
    theme = Theme("peace", text("Rust"), voices, change, (), "codebook")
    return QuestionDigest(PAGE, of, (theme,), Alone(0, ()), 0)


def read(digest: QuestionDigest, kind: RoundKind = RoundKind.LISTEN) -> tuple[Message, ...]:
    """Say it to the core team."""
    page = PageDigest(PAGE, digest.voices, withheld=False, parts=(Part("meaning", themes=digest),))
    round_ = replace(ROUND, kind=kind)
    return thread(WORDS, round_, a_change(), RoundDigest(ROUND.id, (page,)), Reach(40, 0, 20), ())


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
    return words_in(what_we_heard(WORDS, round_, a_change(), RoundDigest(ROUND.id, (page,)), Reach(40, 0, 20)))


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
    return words_in(what_we_heard(WORDS, ROUND, a_change(), RoundDigest(ROUND.id, (page,)), Reach(40, 0, 20)))


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
