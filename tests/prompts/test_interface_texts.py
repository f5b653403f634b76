"""The interface texts: one sentence per key in the reader's language, with its gaps filled."""

import shutil

import pytest

from bot import errors
from bot.errors import FileInvalid, RuimteError
from bot.ids import Language
from prompts.loader import load_texts
from tests.prompts.conftest import Folder

NL, EN = Language("nl"), Language("en")


def refusal(folder: Folder) -> dict[str, int]:
    """Return what the loader refuses a folder's texts for, and the line."""
    with pytest.raises(FileInvalid) as caught:
        load_texts(folder.path / "ui")
    return {finding.text: finding.line for finding in caught.value.findings}


def test_every_error_has_a_sentence_in_every_language() -> None:
    texts = load_texts()
    codes = {kind.code for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, RuimteError)}
    for language in texts.languages:
        for code in codes:
            assert texts.get(language, f"error.{code}").endswith(".")


def test_a_text_is_filled_and_braces_in_a_value_stay(folder: Folder) -> None:
    texts = load_texts(folder.path / "ui")
    assert texts.get(EN, "invite.text", day="{day} {x}", more=1) == "Until {day} {x} you can."


def test_who_reads_a_language_that_is_not_there_reads_the_default(folder: Folder) -> None:
    texts = load_texts(folder.path / "ui")
    assert texts.get(Language("fr"), "invite.title") == "Nieuw"


def test_an_unknown_key_and_a_gap_without_a_value_are_errors(folder: Folder) -> None:
    texts = load_texts(folder.path / "ui")
    with pytest.raises(KeyError, match=r"invite\.nothing"):
        texts.get(NL, "invite.nothing")
    with pytest.raises(KeyError, match="day"):
        texts.get(NL, "invite.text")


def test_a_count_chooses_between_one_and_other(folder: Folder) -> None:
    folder.write("ui/nl.yaml", "voices:\n  one: één stem\n  other: '{count} stemmen'\n")
    folder.write("ui/en.yaml", "voices:\n  one: '{count} voice'\n  other: '{count} voices'\n")
    texts = load_texts(folder.path / "ui")
    assert texts.get(NL, "voices", count=1) == "één stem"
    assert texts.get(NL, "voices", count=2) == "2 stemmen"
    assert texts.get(EN, "voices", count=1) == "1 voice"
    assert texts.get(EN, "voices", count=0) == "0 voices"


def test_texts_that_differ_between_languages_are_refused_with_their_lines(folder: Folder) -> None:
    folder.write("ui/en.yaml", "invite:\n  text: Until {date} you can.\n  more: More\n  more: Again\n")
    assert refusal(folder) == {
        "invite.title is missing": 1,
        "invite.text has the gaps {date}, elsewhere {day}": 2,
        "invite.more is missing": 1,
        "invite.more stands here twice": 4,
    }


def test_a_text_over_several_lines_is_one_line_without_marks(folder: Folder) -> None:
    folder.write("ui/nl.yaml", "a:\n  b: >-\n    Eén zin. # geen\n    Nog een.\n  c: |-\n    Een\n    Twee\n")
    folder.write("ui/en.yaml", "a:\n  b: One.\n  c: Two\n")
    texts = load_texts(folder.path / "ui")
    assert texts.get(NL, "a.b") == "Eén zin. # geen Nog een."
    assert texts.get(NL, "a.c") == "Een\nTwee"


def test_a_folder_without_languages_is_refused(folder: Folder) -> None:
    shutil.rmtree(folder.path / "ui")
    assert refusal(folder) == {"there is no language file": 0}
