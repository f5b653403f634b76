"""What a digest says where nearly all said the same: no number, and nothing that a number follows from (section 5)."""

from dataclasses import replace

from bot.digest.digest import PageDigest, Part, RoundDigest
from bot.digest.model import Alone, QuestionDigest, Theme
from bot.ids import Language, PageKey
from bot.messages import Message
from bot.questions import RoundKind
from bot.wording.digest import Reach, thread
from bot.wording.words import Words
from tests.examples import a_change, a_page, a_round, text
from tests.people import words_in
from tests.world import texts

PAGE = PageKey("lose")
ROUND = a_round(pages=(a_page(PAGE),), invited=40, voices=20)


def found(voices: int, change: int | None, of: int = 20) -> QuestionDigest:
    """Give a question with one theme of so many voices."""
    theme = Theme("peace", text("Rust"), voices, change, (), "codebook")
    return QuestionDigest(PAGE, of, (theme,), Alone(0, ()), 0)


def read(digest: QuestionDigest, kind: RoundKind = RoundKind.LISTEN) -> tuple[Message, ...]:
    """Say it to the core team."""
    page = PageDigest(PAGE, digest.voices, withheld=False, parts=(Part("meaning", themes=digest),))
    words = Words(texts(), Language("nl"), "Europe/Amsterdam")
    round_ = replace(ROUND, kind=kind)
    return thread(words, round_, a_change(), RoundDigest(ROUND.id, (page,)), Reach(40, 0, 20), ())


def test_where_nearly_all_say_the_same_the_difference_with_before_is_not_said() -> None:
    assert "11 stemmen meer" in words_in(read(found(17, 11))[1])
    nearly = words_in(read(found(18, 11))[1])
    assert "bijna iedereen" in nearly
    assert "11" not in nearly
    assert "18" not in nearly


def test_what_read_almost_all_is_no_size_to_compare_a_later_digest_with() -> None:
    assert [size.voices for size in found(17, None).sizes()] == [17]
    assert found(18, None).sizes() == ()


def test_in_the_table_of_scenarios_it_reads_almost_all_too() -> None:
    assert "Rust (17)" in words_in(read(found(17, None), RoundKind.SCENARIOS)[0])
    assert "Rust (bijna iedereen)" in words_in(read(found(18, None), RoundKind.SCENARIOS)[0])
