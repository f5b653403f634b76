"""A codebook is read whole, or fails with everything that is wrong in it."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.digest.codebook import Matcher
from bot.errors import FileInvalid
from prompts.codebook import SHIPPED, check_codebook, load_codebook
from tests.bench.themes import codebook_alone

CHANGE = SHIPPED / "change.yaml"

GOOD = """\
id: mine
version: 2
themes:
  - key: team
    label: {nl: Het team, en: The team}
    description: {nl: Samen, en: Together}
    seeds:
      nl: [team, "*ploeg", ~samen, no]
      en: [team]
"""


def written(folder: Path, text: str) -> Path:
    path = folder / "mine.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def findings(folder: Path, text: str) -> list[str]:
    return [f"{found.line}: {found.text}" for found in check_codebook(written(folder, text))]


def test_every_codebook_that_comes_with_it_is_good() -> None:
    paths = sorted(SHIPPED.glob("*.yaml"))
    assert paths
    assert [finding for path in paths for finding in check_codebook(path)] == []
    assert all(load_codebook(path).id == path.stem for path in paths)


def test_the_codebook_of_change_has_twelve_to_fifteen_themes_in_dutch_and_english() -> None:
    themes = load_codebook(CHANGE).themes
    assert 12 <= len(themes) <= 15
    assert {theme.label.languages for theme in themes} == {("nl", "en")}


def test_the_codebook_of_change_finds_most_of_what_was_labelled_by_hand() -> None:
    measured = codebook_alone()
    assert measured["recall"] > 0.8
    assert measured["precision"] > 0.6


def test_a_codebook_is_read_as_it_is_written(tmp_path: Path) -> None:
    codebook = load_codebook(written(tmp_path, GOOD))
    assert (codebook.id, codebook.version, codebook.themes[0].key) == ("mine", 2, "team")
    assert codebook.themes[0].seeds[0][1] == ("team", "*ploeg", "~samen", "no")


def test_everything_that_is_wrong_is_found_with_its_line(tmp_path: Path) -> None:
    text = """\
id: Mine
version: nul
colour: red
themes:
  - key: found-team
    label: {nl: Weerstand, en: The team}
    description: {nl: Samen, en: ""}
    seeds:
      nl: [team, "*pl", 12, " x"]
      en: []
  - key: team
    label: {nl: Het team}
    description: {nl: Samen, dutch: Samen}
    seeds:
      nl: [team]
      en: [rota]
  - key: team
    label: {nl: De ploeg, en: The crew}
    description: {nl: Ploeg, en: Crew}
"""
    key = "a key is small letters, digits and hyphens, at most 30, and does not start with found-"
    seed = "a seed is a word or a phrase of letters, with ~ before it or * in it at most"
    assert sorted(findings(tmp_path, text)) == sorted(
        [
            f"1: {key}: 'Mine'",
            "2: version is a whole number from 1",
            "3: 'colour' means nothing here; known are id, version, themes",
            f"5: {key}: 'found-team'",
            "6: label judges how somebody speaks; a theme says what of: 'Weerstand'",
            "7: description is a text: ''",
            "9: a seed with * needs 3 letters: '*pl'",
            f"9: {seed}: '12'",
            f"9: {seed}: ' x'",
            "10: seeds are a list of words and phrases",
            "12: nothing in 'en'",
            "13: nothing in 'en'",
            "13: a language is two small letters: 'dutch'",
            "15: a seed of two themes: 'team'",
            "17: 'team' is the key of an earlier theme",
            "17: seeds is missing",
        ]
    )


@pytest.mark.parametrize("text", ["", "- a\n", "themes: [", "id: a\nid: b\nversion: 1\nthemes: []\n"])
def test_a_file_that_is_no_codebook_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(FileInvalid):
        load_codebook(written(tmp_path, text))


def test_a_file_that_is_not_there_is_a_finding(tmp_path: Path) -> None:
    assert [finding.line for finding in check_codebook(tmp_path / "none.yaml")] == [0]


def test_a_seed_matches_other_forms_of_its_word_and_no_other_words() -> None:
    matcher = Matcher(load_codebook(CHANGE))
    assert matcher.themes_of("Wie ziet onze cliënten?", "nl") == ("clients",)
    assert matcher.themes_of("CLIENTEN en hun bewoners", "nl") == ("clients",)
    assert matcher.themes_of("het rooster houdt met niemand rekening", "nl") == ()


def test_a_long_answer_is_in_the_two_themes_that_it_says_most_of() -> None:
    text = "Mijn team, de sfeer en de overdracht. De app en het wachtwoord. Ook iets over scholing en het bestuur."
    assert Matcher(load_codebook(CHANGE)).themes_of(text, "nl") == ("team", "tools")
