"""What names or reaches somebody is taken out; what does not stays as it is."""

from __future__ import annotations

import pytest

from bot.digest.scrub import Roster, scrub
from tests.digest.planted import HARMLESS, PLANTED, ROSTER


@pytest.fixture(scope="module")
def roster() -> Roster:
    return Roster.of(ROSTER)


@pytest.mark.parametrize(("language", "text", "planted"), PLANTED)
def test_what_reaches_somebody_is_gone(roster: Roster, language: str, text: str, planted: str) -> None:
    assert planted in text.replace("\u200b", "")
    assert planted not in scrub(text, names=roster, language=language)


@pytest.mark.parametrize(("language", "text"), HARMLESS)
def test_a_harmless_sentence_stays_as_it_is(roster: Roster, language: str, text: str) -> None:
    assert scrub(text, names=roster, language=language) == text


def test_the_mark_is_in_the_language_of_the_text_and_neutral_where_we_have_no_word() -> None:
    texts = {
        language: scrub("Kees Jansen, kees@debrug.example", names=ROSTER, language=language)
        for language in ("nl", "en", "tr")
    }
    assert texts == {"nl": "[naam], [e-mail]", "en": "[name], [e-mail]", "tr": "[…], […]"}


def test_the_mark_says_what_kind_of_thing_was_there() -> None:
    text = "06-12345678, P012345, A-1234, 88123, NL91 ABNA 0417 1643 00, Kerkweg 3, toestel 4521"
    marks = "[telefoon], [nummer], [nummer], [nummer], [rekening], [adres], toestel [nummer]"
    assert scrub(text, names=(), language="nl") == marks


def test_a_full_name_is_one_mark() -> None:
    assert scrub("Vraag José van 't Hof of Fatima el Amrani.", names=ROSTER, language="nl") == "Vraag [naam] of [naam]."


def test_a_number_that_only_looks_like_an_account_is_no_account() -> None:
    assert "[rekening]" not in scrub("NL91 ABNA 0417 1643 01", names=(), language="nl")


def test_markup_becomes_plain_text() -> None:
    text = "<script>alert(1)</script> **boos** op <#C012|algemeen> en [hier](https://x.example/wie)"
    assert scrub(text, names=(), language="nl") == "alert(1) **boos** op [naam] en hier [link]"


def test_signs_that_show_nothing_are_gone_and_lines_become_one() -> None:
    assert scrub("eerst\u202e\u200b\n\n  dan\tdit\x00", names=(), language="nl") == "eerst dan dit"


def test_an_emoji_of_several_signs_stays_whole() -> None:
    assert scrub("trots 👩‍⚕️ op ons", names=(), language="nl") == "trots 👩‍⚕️ op ons"


def test_scrubbing_again_changes_nothing(roster: Roster) -> None:
    for language, text, _ in PLANTED:
        once = scrub(text, names=roster, language=language)
        assert scrub(once, names=roster, language=language) == once


def test_in_german_a_capital_makes_no_name_of_a_word() -> None:
    assert scrub("Der Will und der Mark.", names=("Mark Will",), language="de") == "Der Will und der Mark."
