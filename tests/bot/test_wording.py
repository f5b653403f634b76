"""What people read, held to the promises of the design: short invitations, one question, where not to report."""

from dataclasses import replace

import pytest

from bot.ids import FieldKey, Language, PageKey
from bot.localised import Localised
from bot.messages import Buttons, Message, Paragraph
from bot.outbox import Item
from bot.questions import Choice, Page, Question, RoundKind
from bot.round import Round
from bot.service.planning import filled
from bot.wording import explain, personal
from bot.wording.round import Handle, invitation, offer_form, page_form, reminder, thanks
from bot.wording.words import Words
from tests.examples import a_round, an_item
from tests.people import words_in
from tests.world import EN, NL, a_change, packs, text, texts

ASKED = (RoundKind.SOURCE, RoundKind.LISTEN, RoundKind.PULSE, RoundKind.ASK, RoundKind.HEARD, RoundKind.BELIEVE)
HANDLE = Handle("roosters-1.AAAA")
GAPS = {
    "change": text("Samen ons rooster maken", "Making our rota together"),
    "rumour": text("De nachten worden langer", "Nights get longer"),
    "theme": text("Werkdruk", "Workload"),
    "question": text("Op welke dag is het het ergst?", "On which day is it worst?"),
}
CASES = [(kind, page, language) for kind in ASKED for page in packs().of(kind).pages for language in (NL, EN)]


def words(language: Language) -> Words:
    """Speak a language."""
    return Words(texts(), language, "Europe/Amsterdam")


def round_of(kind: RoundKind, page: Page) -> Round:
    """Give a round of one page of a pack."""
    return a_round(kind=kind, pages=filled((page,), **GAPS), subject=None, showable=(NL, EN), themes_only=False)


def without_buttons(message: Message) -> str:
    """What stands in a message, but for what can be pressed and what a notification shows."""
    return words_in(tuple(block for block in message.blocks if not isinstance(block, Buttons)))


@pytest.mark.parametrize(("kind", "page", "language"), CASES)
def test_an_invitation_is_at_most_sixty_words(kind: RoundKind, page: Page, language: Language) -> None:
    round_ = round_of(kind, page)
    said = without_buttons(invitation(words(language), round_, a_change(title=GAPS["change"]), round_.pages[0], HANDLE))
    assert len(said.split()) <= 60, said


@pytest.mark.parametrize(("kind", "page", "language"), [case for case in CASES if case[0] is not RoundKind.ASK])
def test_an_invitation_asks_one_question(kind: RoundKind, page: Page, language: Language) -> None:
    round_ = round_of(kind, page)
    message = invitation(words(language), round_, a_change(title=GAPS["change"]), round_.pages[0], HANDLE)
    asked = [block.text for block in message.blocks if isinstance(block, Paragraph)]
    assert "\n".join(asked).count("?") <= 1, asked


@pytest.mark.parametrize(("kind", "page", "language"), CASES)
def test_every_form_says_that_it_is_no_place_to_report_and_whom_to_go_to(
    kind: RoundKind, page: Page, language: Language
) -> None:
    round_ = round_of(kind, page)
    form = page_form(words(language), round_, a_change(), round_.pages[0], HANDLE)
    assert "Margriet" in words_in(form)


def test_a_form_with_further_steps_says_how_far_it_is_and_one_without_says_nothing() -> None:
    round_ = round_of(RoundKind.LISTEN, CASES[0][1])
    several, one = (
        words_in(page_form(words(EN), round_, a_change(), round_.pages[0], HANDLE, place=place))
        for place in ((2, 3), (1, 1))
    )
    assert "2 of 3" in several
    assert "1 of 1" not in one


@pytest.mark.parametrize(
    ("step", "place", "label", "may_stop"),
    [
        (1, (1, 1), "Send", False),
        (1, (1, 4), "Next", False),
        (2, (2, 4), "Next", False),
        (1, (3, 4), "Next", True),
        (2, (4, 4), "Done", False),
        (1, (3, 3), "Send", True),
    ],
)
def test_a_form_is_sent_at_its_end_and_before_that_it_leads_on(
    step: int, place: tuple[int, int], label: str, *, may_stop: bool
) -> None:
    round_ = round_of(RoundKind.LISTEN, CASES[0][1])
    handle = replace(HANDLE, step=step)
    form = page_form(words(EN), round_, a_change(), round_.pages[0], handle, place=place)
    assert form.submit == label
    assert ("what you sent counts" in words_in(form)) is may_stop


def test_who_reads_this_says_that_a_small_group_shows_no_words() -> None:
    small = replace(round_of(RoundKind.LISTEN, CASES[0][1]), themes_only=True, k=5)
    form = words_in(page_form(words(NL), small, a_change(), small.pages[0], HANDLE))
    assert "nooit jouw eigen woorden" in form
    assert "te weinig mensen gevraagd" in form
    assert "Vanaf 5." in form
    assert "Jouw eigen woorden leest het niet." in words_in(explain.page(words(NL), small, a_change()))


def test_a_round_that_was_extended_promises_no_more_time() -> None:
    round_ = round_of(RoundKind.LISTEN, CASES[0][1])
    later = replace(round_, extended=True)
    first, second = (words_in(page_form(words(NL), one, a_change(), one.pages[0], HANDLE)) for one in (round_, later))
    assert "drie werkdagen langer" in first
    assert "drie werkdagen langer" not in second


def test_after_a_round_of_taps_it_says_that_everyone_hears_what_came_of_it() -> None:
    choice = Question(FieldKey("answer"), text("Nog open?"), choices=(Choice("yes", text("Ja")),))
    tapped = a_round(kind=RoundKind.BELIEVE, pages=(Page(PageKey("believe"), (choice,), 0.5),))
    assert "hoort iedereen hoe vaak" in words_in(thanks(words(NL), tapped, HANDLE, ()))
    assert "leest het kernteam mee" in words_in(thanks(words(NL), a_round(), HANDLE, ()))


@pytest.mark.parametrize("language", [NL, EN])
def test_the_other_forms_with_words_say_so_too(language: Language) -> None:
    say, change = words(language), a_change()
    for form in (
        personal.door_form(say, "", (), change),
        personal.question_form(say, change),
        offer_form(say, a_round(), change, HANDLE),
    ):
        assert "Margriet" in words_in(form)


@pytest.mark.parametrize("language", [NL, EN])
def test_where_there_is_no_link_the_reminder_names_the_day(language: Language) -> None:
    first: Item = replace(an_item(), sent_at=a_round().opens_at)
    said = words_in(reminder(words(language), a_round(), a_change(), first))
    assert ("24 november" if language == NL else "24 November") in said


def test_days_are_said_as_people_say_them_where_the_reader_is() -> None:
    late = a_round(opens_at=a_round().opens_at.replace(hour=23, minute=30))
    assert words(NL).moment_day(late.opens_at) == "woensdag 25 november"
    assert Words(texts(), NL, "America/New_York").moment_day(late.opens_at) == "dinsdag 24 november"


def test_a_reader_of_a_language_that_is_missing_reads_the_first() -> None:
    assert words(Language("fr")).of(Localised.of({"nl": "Hallo", "en": "Hello"})) == "Hallo"
