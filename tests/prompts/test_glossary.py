"""The glossary keeps the languages in step: one word per thing, and what may not stand in its place."""

from bot.ids import Language
from prompts.glossary import read_glossary
from prompts.loader import HERE
from tests.prompts.conftest import Folder

NL, EN = Language("nl"), Language("en")
NAME = "words/glossary.yaml"


def test_a_word_that_stands_for_another_is_found_in_either_language(folder: Folder) -> None:
    folder.write("ui/nl.yaml", "invite:\n  title: Nieuw\n  text: Vraag de stuurgroep voor {day}.\n")
    folder.write("ui/en.yaml", "invite:\n  title: New\n  text: Ask the Steering\n    Committee by {day}.\n")
    assert folder.found() == {
        ("ui/nl.yaml", 3, "invite.text: says 'stuurgroep' where the glossary says 'kernteam'"),
        ("ui/en.yaml", 3, "invite.text: says 'Steering Committee' where the glossary says 'core team'"),
    }


def test_what_one_language_says_and_the_other_leaves_out_is_found_where_it_is_left_out(folder: Folder) -> None:
    folder.write("ui/nl.yaml", "invite:\n  title: Nieuw\n  text: Het kernteam leest het na {day}.\n")
    folder.write("ui/en.yaml", "invite:\n  title: New\n  text: They read it after {day}.\n")
    assert folder.found() == {
        ("ui/en.yaml", 3, "invite.text: does not say 'core team', where nl says 'kernteam'"),
    }


def test_everyday_words_may_differ_and_a_gap_is_not_a_word(folder: Folder) -> None:
    folder.write("ui/nl.yaml", "invite:\n  title: Nieuw\n  text: Vraag het, {survey}.\n")
    folder.write("ui/en.yaml", "invite:\n  title: New\n  text: Just ask, {survey}.\n")
    assert folder.found() == set()


def test_a_command_is_no_word(folder: Folder) -> None:
    folder.write("ui/nl.yaml", "invite:\n  title: Nieuw\n  text: Typ /pulse voor {day}.\n")
    folder.write("ui/en.yaml", "invite:\n  title: New\n  text: Type /pulse by {day}.\n")
    assert folder.found() == set()


def test_a_concept_without_a_word_or_a_meaning_is_found(folder: Folder) -> None:
    folder.change(NAME, "    word: kernteam\n", "    word: ''\n")
    folder.change(NAME, "    en: The people who read what was said, and tell what is done with it.\n", "")
    line = folder.line(NAME, "core_team:")
    assert folder.found() == {
        (NAME, line, "core_team has no word in nl"),
        (NAME, line, "core_team does not say what it means in en"),
    }


def test_every_word_of_the_design_has_its_place() -> None:
    glossary, findings = read_glossary(HERE / "words/glossary.yaml")
    assert findings == ()
    wanted = (
        "change frame point fixed intended open together draft outcome scenario round pulse invitation voice theme"
        " question heard rumour receipt reminder core_team manager works_council adviser stand_still ask_more"
        " question_pack probe open_door release digest quote heard_check adopted adapted declined"
    )
    assert set(wanted.split()) <= {concept.key for concept in glossary.concepts}


def test_the_page_of_the_glossary_has_every_word_as_it_is() -> None:
    glossary, _ = read_glossary(HERE / "words/glossary.yaml")
    assert (HERE.parent / "docs/glossary.md").read_text().endswith(glossary.as_markdown())
