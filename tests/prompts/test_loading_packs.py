"""The question packs are there, whole, in every language; a broken one is refused with all that is wrong."""

import shutil
from pathlib import Path

import pytest

from bot.errors import FileInvalid, NotFound
from bot.ids import FieldKey, Language, PageKey
from bot.questions import PAGE_MAXIMUM, RoundKind
from prompts.loader import HERE, load_packs, load_texts
from prompts.pack_files import KINDS
from tests.prompts.conftest import Folder

NL, EN = Language("nl"), Language("en")

PAGES = {
    RoundKind.BELIEVE: {"believe": ["answer"]},
    RoundKind.SOURCE: {"lessons": ["answer", "probe"], "works": ["answer", "probe"]},
    RoundKind.LISTEN: {key: ["answer", "probe"] for key in ("lose", "hope", "worry")},
    RoundKind.SCENARIOS: {"scenario": ["meaning", "chance", "hard", "another"]},
    RoundKind.PULSE: {"see": ["answer", "probe"], "need": ["answer"]},
    RoundKind.ASK: {"ask": ["answer"]},
    RoundKind.HEARD: {"heard": ["answer"]},
}
MOST_MINUTES = 15


def refusal(folder: Folder) -> dict[str, int]:
    """Return what the loader refuses a folder's packs for, and the line."""
    with pytest.raises(FileInvalid) as caught:
        load_packs(folder.path / "packs")
    return {finding.text: finding.line for finding in caught.value.findings}


def test_every_kind_of_round_has_its_pages_and_fields() -> None:
    packs = load_packs()
    assert set(KINDS) == set(RoundKind) - {RoundKind.DOOR}
    for kind in KINDS:
        pack = packs.of(kind)
        assert pack.kind is kind
        assert {page.key: [field.key for field in page.questions] for page in pack.pages} == PAGES[kind]


def test_every_text_is_there_in_dutch_and_english_and_they_differ() -> None:
    for kind in KINDS:
        pack = load_packs().of(kind)
        assert pack.languages == (NL, EN)
        questions = [field.text for page in pack.pages for field in page.questions]
        for text in (*questions, *pack.meanwhile, *pack.in_person, *pack.likely, *pack.self_help):
            assert text.in_(NL)
            assert text.in_(NL) != text.in_(EN) or text.in_(NL) == "{question}"


def test_the_default_language_comes_first() -> None:
    assert load_packs(first=EN).of(RoundKind.LISTEN).languages == (EN, NL)
    assert load_texts(first=EN).languages == (EN, NL)


def test_a_whole_change_with_two_scenarios_costs_a_quarter_of_an_hour() -> None:
    packs = load_packs()
    once = (RoundKind.BELIEVE, RoundKind.SOURCE, RoundKind.LISTEN, RoundKind.HEARD)
    minutes = sum(page.minutes for kind in once for page in packs.of(kind).pages)
    minutes += 2 * packs.of(RoundKind.SCENARIOS).pages[0].minutes
    assert minutes <= MOST_MINUTES


def test_every_page_fits_what_a_page_may_take() -> None:
    for kind in KINDS:
        for page in load_packs().of(kind).pages:
            assert sum(field.maximum for field in page.questions if not field.choices) <= PAGE_MAXIMUM


def test_no_stays_a_key_and_yes_a_word() -> None:
    page = load_packs().of(RoundKind.BELIEVE).page(PageKey("believe"))
    assert page is not None
    (question,) = page.questions
    assert [(choice.key, choice.label.in_(EN)) for choice in question.choices] == [
        ("yes", "Yes"),
        ("unsure", "I'm not sure"),
        ("no", "No"),
    ]


def test_the_probe_follows_on_the_second_step_and_may_be_left_empty() -> None:
    page = load_packs().of(RoundKind.LISTEN).page(PageKey("lose"))
    assert page is not None
    assert page.steps == 2
    (probe,) = page.step(2)
    assert probe.key == FieldKey("probe")
    assert not probe.required


def test_a_third_language_is_files_and_no_code(folder: Folder) -> None:
    for source in (folder.path / "packs").glob("*/en.yaml"):
        shutil.copy(source, source.with_name("pl.yaml"))
    folder.change("packs/listen/pl.yaml", "What should we make sure not to lose?", "Czego nie?")
    shutil.copy(folder.path / "ui/en.yaml", folder.path / "ui/pl.yaml")
    folder.change("ui/pl.yaml", "Until {day} you can.", "Do {day}.")
    assert folder.findings() == ()
    polish = Language("pl")
    page = load_packs(folder.path / "packs").of(RoundKind.LISTEN).page(PageKey("lose"))
    assert page is not None
    assert page.questions[0].text.languages == (NL, EN, polish)
    assert page.questions[0].text.in_(polish) == "Czego nie?"
    texts = load_texts(folder.path / "ui")
    assert texts.get(polish, "invite.text", day="piątku") == "Do piątku."


def test_a_language_that_only_some_packs_have_is_refused(folder: Folder) -> None:
    shutil.copy(folder.path / "packs/ask/en.yaml", folder.path / "packs/ask/pl.yaml")
    with pytest.raises(FileInvalid) as caught:
        load_packs(folder.path / "packs")
    assert {
        Path(one.path).parent.name for one in caught.value.findings if one.text == "pl.yaml is missing beside it"
    } == {"believe", "heard", "listen", "pulse", "scenarios", "source"}


def test_a_key_that_stands_twice_is_refused_on_its_line(folder: Folder) -> None:
    folder.change("packs/ask/nl.yaml", "    title:", "    title: Eerst\n    title:")
    line = folder.line("packs/ask/nl.yaml", "    title: Nog")
    assert refusal(folder) == {"pages.ask.title stands here twice": line}


def test_everything_that_is_wrong_with_the_structure_is_said_at_once(folder: Folder) -> None:
    name = "packs/pulse/pack.yaml"
    folder.write(
        name,
        "version: one\n"
        "kind: poll\n"
        "colour: red\n"
        "pages:\n"
        "  see:\n"
        "    minutes: soon\n"
        "    fields:\n"
        "      answer: {step: 3, maximum: -1, required: maybe, size: 2}\n"
        "      probe: {choices: [a, a], step: 2}\n"
        "  need:\n"
        "    minutes: 1\n"
        "    extra: 1\n"
        "    fields:\n"
        "      answer: {maximum: 1999}\n"
        "      more: {maximum: 2}\n",
    )
    found = refusal(folder)
    assert {
        text: line for text, line in found.items() if not text.startswith("pages.") or not text.endswith("missing")
    } == {
        "version is a whole number from 1": 1,
        "kind is one of believe, source, listen, scenarios, pulse, ask, heard, not 'poll'": 2,
        "unknown key colour": 3,
        "codebook is missing": 0,
        "pages.see.minutes is a number above 0": 6,
        "pages.see.fields.answer.step is 1 or 2": 8,
        "pages.see.fields.answer.maximum is a whole number from 1": 8,
        "pages.see.fields.answer.required is true or false": 8,
        "unknown key pages.see.fields.answer.size": 8,
        "pages.see.fields.probe.choices has at least two different keys": 9,
        "pages.see has no field on its first step": 5,
        "unknown key pages.need.extra": 12,
        "pages.need takes 2001 characters, more than the 2000 of a sealed box": 10,
        "0 packs of kind pulse, there must be one": 0,
    }
    assert {text for text in found if text.startswith("pages.") and text.endswith("missing")} == {
        "pages.need.more.text is missing",
        "pages.see.probe.choices.a is missing",
    }


def test_a_pack_without_pages_or_languages_is_refused(folder: Folder) -> None:
    folder.write("packs/ask/pack.yaml", "version: 1\nkind: ask\ncodebook: change\n")
    (folder.path / "packs/ask/nl.yaml").unlink()
    (folder.path / "packs/ask/en.yaml").unlink()
    found = refusal(folder)
    assert found["there are no pages"] == 0
    assert found["there is no language file beside it"] == 0


def test_two_packs_of_one_kind_are_refused(folder: Folder) -> None:
    shutil.copytree(folder.path / "packs/ask", folder.path / "packs/ask_again")
    assert refusal(folder) == {"2 packs of kind ask, there must be one": 0}


@pytest.mark.parametrize(
    ("text", "problem", "line"),
    [
        ("kind: [ask\n", "not YAML: expected ',' or ']', but got '<stream end>'", 2),
        ("just words\n", "holds no keys", 0),
        ("? [a, b]\n: 1\n", "'' is not a key: a key is a word without dots", 1),
        ("a.b: 1\n", "'a.b' is not a key: a key is a word without dots", 1),
        ("pages: &again\n  ask: *again\n", "pages.ask refers to itself", 2),
        ("a: 1\n---\nb: 2\n", "not YAML: but found another document", 2),
    ],
)
def test_a_file_of_another_form_is_refused(folder: Folder, text: str, problem: str, line: int) -> None:
    folder.write("packs/ask/pack.yaml", text)
    assert refusal(folder)[problem] == line


def test_a_file_that_is_no_text_is_refused(folder: Folder) -> None:
    (folder.path / "packs/ask/nl.yaml").write_bytes(b"\xff\xfe\xff")
    assert refusal(folder) == {"cannot be read: UnicodeDecodeError": 0}


def test_texts_that_are_missing_unknown_empty_or_filled_otherwise_are_refused(
    folder: Folder,
) -> None:
    name = "packs/pulse/en.yaml"
    folder.change(name, "      text: What do you think is mostly behind it?\n", "      note: no\n")
    folder.change(name, "      hint: Nothing is an answer too.\n", "")
    folder.change(name, "    title: What would help", "    title: ' '")
    folder.change(name, "'This is going around: {rumour}'", "This is going around.")
    assert refusal(folder) == {
        # What is missing has the line of what it should stand under.
        "pages.see.probe.text is missing": folder.line(name, "    probe:"),
        "unknown key pages.see.probe.note": folder.line(name, "      note:"),
        "pages.see.answer.hint is missing": folder.line(name, "    answer:"),
        "pages.need.title is empty": folder.line(name, "    title: ' '"),
        "pages.see.intro has the gaps none, elsewhere {rumour}": folder.line(name, "    intro:"),
    }


def test_a_list_has_as_many_items_in_every_language(folder: Folder) -> None:
    folder.change("packs/believe/en.yaml", "  - What happens with what I say?\n", "")
    line = folder.line("packs/believe/en.yaml", "likely:")
    assert refusal(folder) == {"likely.2 is missing": line}


def test_every_pack_has_its_codebook_and_another_is_not_found() -> None:
    packs = load_packs()
    for kind in KINDS:
        name = packs.of(kind).codebook
        assert packs.codebook(name).id == name
    with pytest.raises(NotFound, match="mood"):
        packs.codebook("mood")


def test_a_pack_whose_codebook_is_not_there_is_refused(folder: Folder) -> None:
    folder.change("packs/ask/pack.yaml", "codebook: change", "codebook: mood")
    assert refusal(folder) == {"unknown codebook 'mood'": 4}


def test_the_packs_lie_beside_their_loader() -> None:
    assert sorted(path.name for path in (HERE / "packs").iterdir()) == sorted(KINDS)
