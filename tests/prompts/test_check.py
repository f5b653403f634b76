"""The checker: every rule is seen to find what it is for, on the right line, and all of it at once."""

import shutil
from pathlib import Path

import pytest

from bot.ids import FieldKey, Language
from bot.questions import PAGE_MAXIMUM, RoundKind
from bot.slip import Slip
from prompts.boxes import CAPACITY, most_bytes
from prompts.check import by_language, check, check_all, figures
from prompts.loader import HERE, load_packs
from prompts.pack_files import KINDS
from prompts.places import Around
from prompts.rules import HARDEST, LONGEST_MEAN, LONGEST_SENTENCE, question_problems
from prompts.sentences import measure, sentences, words
from prompts.word_lists import read_word_lists
from storage import box, contents
from tests.prompts.conftest import Folder

NL, EN = Language("nl"), Language("en")
LISTEN_NL, LISTEN_EN = "packs/listen/nl.yaml", "packs/listen/en.yaml"
LOSE = "Wat mogen we hierbij niet kwijtraken?"
HINT = "Iets kleins telt ook."
LONG = " ".join(["woord"] * 26)


def test_what_comes_with_ruimte_has_no_findings() -> None:
    assert [str(finding) for finding in check_all()] == []


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        (LOSE, "Wat telt? En wat niet?", "a question has one question mark, this has 2"),
        (LOSE, "Vertel wat je niet kwijt wilt.", "a question has one question mark, this has 0"),
        (HINT, f"{LONG}.", "a sentence of 26 words, at most 25"),
        (HINT, "Denk aan de stakeholders.", "management word: 'stakeholders'"),
        (HINT, "Denk aan het  laaghangend\n        fruit.", "management word: 'laaghangend fruit'"),
        (HINT, "Geweldig dat je dit doet.", "cheering word: 'Geweldig'"),
        (HINT, "Wat u wilt.", "formal word: 'u'"),
        (HINT, "Doe mee!", "an exclamation mark"),
        (LOSE, "Op welk team slaat dit?", "asks who somebody is: 'welk team'"),
        (LOSE, "Wat mag {wie} niet kwijtraken?", "unknown gap {wie}"),
        (HINT, "Denk aan {Change}.", "a brace that is no {gap}"),
        (HINT, "woord. " * 300, "2099 characters, at most 2000"),
    ],
)
def test_a_text_of_a_pack_is_held_against_every_rule(folder: Folder, old: str, new: str, problem: str) -> None:
    folder.change(LISTEN_NL, old, new)
    key = "pages.lose.answer.text" if old == LOSE else "pages.lose.answer.hint"
    line = folder.line(LISTEN_NL, "text: " if old == LOSE else "hint: ")
    assert (LISTEN_NL, line, f"{key}: {problem}") in folder.found()


@pytest.mark.parametrize("name", ["meanwhile", "in_person", "likely"])
def test_the_questions_beside_the_pages_are_questions_too(folder: Folder, name: str) -> None:
    folder.change(LISTEN_NL, f"{name}:\n  - ", f"{name}:\n  - Zeg het maar. Of ")
    text = (folder.path / LISTEN_NL).read_text()
    folder.write(LISTEN_NL, text.replace("?", ".", text[: text.index(f"{name}:")].count("?") + 1))
    problem = "a question has one question mark, this has 0"
    line = folder.line(LISTEN_NL, f"{name}:") + 1
    assert (LISTEN_NL, line, f"{name}.0: {problem}") in folder.found()


def test_words_are_found_whole(folder: Folder) -> None:
    folder.change(LISTEN_NL, HINT, "Nu, juist nu, de uwe, superleuk en inputs van stoppen.")
    assert folder.found() == set()


def test_a_title_fits_a_window_and_cannot_grow(folder: Folder) -> None:
    folder.change(LISTEN_NL, "Niet kwijtraken", "Wat we echt niet kwijt mogen")
    folder.change(LISTEN_NL, "Waar je op hoopt", "Over {change}")
    folder.change(LISTEN_EN, "What you hope for", "About {change}")
    assert folder.found() == {
        (LISTEN_NL, 3, "pages.lose.title: 28 characters, at most 24"),
        (LISTEN_NL, 11, "pages.hope.title: a title has no gaps: it could grow too long"),
        (LISTEN_EN, 11, "pages.hope.title: a title has no gaps: it could grow too long"),
    }


def test_a_choice_fits_a_button(folder: Folder) -> None:
    folder.change("packs/heard/en.yaml", "partly: Partly", f"partly: {'Partly ' * 11}")
    assert folder.found() == {
        ("packs/heard/en.yaml", 9, "pages.heard.answer.choices.partly: 76 characters, at most 75")
    }


def test_interface_texts_are_held_against_what_their_place_takes(folder: Folder) -> None:
    invitation = "Hier is een zin van zeven korte woorden. " * 9
    for language in ("nl", "en"):
        folder.write(
            f"ui/{language}.yaml",
            f"invite:\n  text: {invitation}\n"
            f"reminder:\n  text: {invitation}\n"
            f"frame:\n  intro: {invitation}\n"
            "home:\n  title: Een titel die veel te lang is\n"
            f"button:\n  answer: {'Antwoord ' * 9}\n"
            f"long:\n  text: {'woord. ' * 500}\n"
            "more:\n  text: Mag dit? En dit?\n"
            "form:\n  send: Verstuur het nu meteen weg\n  title_ask: Nog een vraag die langer duurt\n"
            "notice:\n  gone_title: Het is nu allemaal weg hoor\n",
        )
    assert {(line, text) for path, line, text in folder.found() if path == "ui/en.yaml"} == {
        (2, "invite.text: an invitation of 72 words, at most 60"),
        (6, "frame.intro: an invitation of 72 words, at most 60"),
        (8, "home.title: 29 characters, at most 24"),
        (10, "button.answer: 80 characters, at most 75"),
        (12, "long.text: 3499 characters, at most 3000"),
        (14, "more.text: 2 questions at once"),
        (16, "form.send: 26 characters, at most 24"),
        (17, "form.title_ask: 30 characters, at most 24"),
        (19, "notice.gone_title: 27 characters, at most 24"),
    }


def test_a_file_that_reads_heavily_on_average_is_found(folder: Folder) -> None:
    folder.write("ui/nl.yaml", "invite:\n  title: Nieuw\n  text: Kort {day}.\n")
    heavy = "Until {day} this sentence goes on for rather more words than anyone likes."
    folder.write("ui/en.yaml", f"invite:\n  title: New\n  text: {heavy}\n")
    assert folder.found() == {("ui/en.yaml", 0, "13.0 words in a sentence on average, at most 12")}


def test_a_page_that_overflows_its_box_is_found(folder: Folder) -> None:
    folder.change("packs/scenarios/pack.yaml", "maximum: 600", "maximum: 700")
    found = folder.found()
    ((path, line, text),) = found
    assert (path, line) == ("packs/scenarios/pack.yaml", 6)
    assert text == f"pages.scenario may take 8203 bytes, its box holds {CAPACITY}"


def test_a_codebook_that_is_not_there_and_one_that_is_broken_are_found(folder: Folder) -> None:
    folder.change("packs/ask/pack.yaml", "codebook: change", "codebook: mood")
    folder.write("codebooks/empty.yaml", "id: empty\n")
    found = folder.found()
    assert ("packs/ask/pack.yaml", 4, "unknown codebook 'mood'") in found
    assert any(path == "codebooks/empty.yaml" for path, _, _ in found)


def test_languages_of_packs_and_interface_are_the_same(folder: Folder) -> None:
    shutil.copy(folder.path / "ui/en.yaml", folder.path / "ui/fr.yaml")
    for source in (folder.path / "packs").glob("*/en.yaml"):
        shutil.copy(source, source.with_name("pl.yaml"))
    assert folder.found() == {
        ("packs", 0, "no pack has fr.yaml: the interface has it"),
        ("ui", 0, "pl.yaml is missing: the packs have it"),
    }


def test_a_word_list_that_is_broken_is_found(folder: Folder) -> None:
    folder.change("words/en.yaml", "cheering:", "cheers:")
    assert ("words/en.yaml", folder.line("words/en.yaml", "cheers:"), "unknown list cheers") in (folder.found())


def test_a_folder_without_word_lists_is_checked_with_ours(folder: Folder) -> None:
    shutil.rmtree(folder.path / "words")
    folder.change(LISTEN_NL, HINT, "Wat u wilt.")
    assert {text for _, _, text in folder.found()} == {"pages.lose.answer.hint: formal word: 'u'"}


def test_what_the_loader_refuses_is_found_together_with_how_it_reads(folder: Folder) -> None:
    folder.change(LISTEN_NL, HINT, "Doe mee!")
    folder.change(LISTEN_EN, "      hint: Something small counts too.\n", "")
    folder.change("packs/ask/pack.yaml", "minutes: 1", "minutes: 0")
    folder.change("ui/en.yaml", "  title: New\n", "")
    assert folder.found() == {
        (LISTEN_NL, 7, "pages.lose.answer.hint: an exclamation mark"),
        (LISTEN_EN, 5, "pages.lose.answer.hint is missing"),
        ("packs/ask/pack.yaml", 7, "pages.ask.minutes is a number above 0"),
        ("ui/en.yaml", 1, "invite.title is missing"),
    }


def test_findings_come_in_the_order_of_file_and_line(folder: Folder) -> None:
    folder.change(LISTEN_NL, "Waar ben je hier trots op?", "Zeg het!")
    folder.change(LISTEN_NL, HINT, "Doe mee!")
    folder.change("packs/ask/nl.yaml", "Nog één vraag", "Nog!")
    places = [(finding.path, finding.line) for finding in folder.findings()]
    assert len(places) >= 3
    assert places == sorted(places)


def test_the_largest_answer_to_every_page_is_sealed_in_one_box() -> None:
    packs = load_packs()
    for kind in KINDS:
        for page in packs.of(kind).pages:
            template = kind in {RoundKind.SCENARIOS, RoundKind.ASK}
            fields = tuple(
                (field.key, field.choices[0].key if field.choices else "🌻" * field.maximum) for field in page.questions
            )
            slip = Slip(
                page=type(page.key)("k" * 40) if template else page.key,
                fields=tuple((FieldKey(key), text) for key, text in fields),
                language=NL,
                quotable=True,
                stamp=2**63,
                voice=bytes(32),
                segment=None,
            )
            content = contents.pack_slip(slip)
            assert len(content) <= most_bytes(kind, page) <= CAPACITY
            assert len(box.seal(bytes(32), content, b"")) == box.BOX_BYTES
    assert CAPACITY == box.CAPACITY


def test_sentences_are_short_in_both_languages() -> None:
    measured = by_language(figures())
    assert set(measured) >= {NL, EN}
    for own in measured.values():
        assert own.sentences > 100
        assert own.mean <= LONGEST_MEAN
        assert own.longest <= LONGEST_SENTENCE
        assert own.lix <= HARDEST


def test_figures_are_given_of_everything_and_of_each_part() -> None:
    reads = [read for read in figures() if read.language == EN]
    assert [read.part for read in reads][:3] == ["", "packs", "interface"]
    assert reads[0].figures.sentences == sum(read.figures.sentences for read in reads[1:])


def test_sentences_and_words_are_counted_as_people_do() -> None:
    text = 'Dit is één zin. Weet je \'t zeker? "Ja." Kost 1,5 minuut…\nEen regel'
    assert sentences(text) == (
        "Dit is één zin.",
        "Weet je 't zeker?",
        '"Ja.',
        "Kost 1,5 minuut…",
        "Een regel",
    )
    assert words("It's {change}: a kick-off, at 9:30.") == 6
    measured = measure([text, "Een titel zonder punt"])
    assert measured.sentences == 4
    assert measured.longest == 4
    assert measured.mean == pytest.approx(3.0)


def test_long_words_make_a_text_harder_than_its_sentences_do() -> None:
    assert measure(["Dit is een korte zin."]).lix == pytest.approx(5.0)
    assert measure(["Verantwoordelijkheid is een {verantwoordelijkheid} woord."]).lix == pytest.approx(5 + 100 / 5)


def test_a_file_of_long_words_is_found(folder: Folder) -> None:
    folder.write("ui/nl.yaml", f"long:\n  text: {'Kort maar goed. ' * 20}\n")
    folder.write("ui/en.yaml", f"long:\n  text: {'Organisational developments happen here. ' * 20}\n")
    assert folder.found() == {("ui/en.yaml", 0, "LIX 54, at most 30: shorter sentences, shorter words")}
    folder.write("ui/en.yaml", f"long:\n  text: {'Organisational developments happen here. ' * 19}\n")
    assert folder.found() == set()


def test_words_of_a_letter_from_an_office_are_found(folder: Folder) -> None:
    folder.change(LISTEN_NL, HINT, "Het betreft tevens iets kleins.")
    folder.change(LISTEN_EN, "Something small counts too.", "Furthermore, small things count.")
    assert {text for _, _, text in folder.found()} == {
        "pages.lose.answer.hint: stiff word: 'betreft'",
        "pages.lose.answer.hint: stiff word: 'tevens'",
        "pages.lose.answer.hint: stiff word: 'Furthermore'",
    }


def test_what_other_parts_say_is_held_against_the_same_rules(folder: Folder) -> None:
    texts = folder.path / "around"
    texts.mkdir()
    folder.write("around/nl.yaml", "one: Doe mee!\ntwo: Wat een {gat}.\nthree: Een zin.\n")
    folder.write("around/en.yaml", "one: Join in.\ntwo: What a hole.\n")
    found = check(folder.path, (Around("elsewhere", texts),))
    assert {(Path(one.path).name, one.line, one.text) for one in found} == {
        ("nl.yaml", 1, "one: an exclamation mark"),
        ("en.yaml", 2, "two has the gaps none, elsewhere {gat}"),
        ("en.yaml", 0, "three is missing in en"),
    }
    assert [read.part for read in figures(folder.path, (Around("elsewhere", texts),))].count("elsewhere") == 2


def test_a_part_that_misses_one_of_our_languages_is_found(folder: Folder) -> None:
    texts = folder.path / "around"
    texts.mkdir()
    folder.write("around/nl.yaml", "one: Doe mee.\n")
    assert [one.text for one in check(folder.path, (Around("elsewhere", texts),))] == ["en.yaml is missing"]


def test_texts_in_a_file_of_something_else_are_found_by_the_language_they_end_in(folder: Folder) -> None:
    folder.write("company.yaml", "name: Top!\nabout:\n  nl: Wij zijn top.\n  en: We are fine.\nwhy:\n  nl: Daarom.\n")
    found = check(folder.path, (Around("company", folder.path / "company.yaml"),))
    assert {(one.line, one.text) for one in found} == {
        (3, "about: cheering word: 'top'"),
        (0, "why is missing in en"),
    }


def test_the_core_teams_own_question_is_held_against_the_same_rules() -> None:
    lists, _ = read_word_lists(HERE / "words/nl.yaml")
    assert question_problems("Wat zou je helpen?", NL, lists) == ()
    assert question_problems("Hoe lang werk je hier, en waarom? En waar?", NL, lists) == (
        "a question has one question mark, this has 2",
        "asks who somebody is: 'Hoe lang werk'",
    )


def test_a_page_maximum_is_what_a_sealed_box_is_made_for() -> None:
    assert PAGE_MAXIMUM * 4 < CAPACITY
