"""What a digest shows of answers, and what it never shows."""

from __future__ import annotations

import os
import pickle
import random
import subprocess
import sys
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.answers import Answer
from bot.digest import Codebook, CodebookTheme, QuestionDigest, Quote, ThemeSize, find_themes
from bot.digest.labels import label_of, said, telling
from bot.digest.quotes import ALONE, LONGEST, PER_THEME
from bot.ids import Language, PageKey
from bot.localised import Localised

PAGE = PageKey("lose")
NAMES = ("Marjan de Wit", "Kees Jansen")
CODEBOOK = Codebook(
    "test",
    1,
    (
        CodebookTheme(
            "team",
            Localised.of({"nl": "Het team", "en": "The team"}),
            Localised.of({"nl": "Collega's", "en": "Colleagues"}),
            (
                (Language("nl"), ("team", "collega", "bij elkaar", "~samen", "~koffie")),
                (Language("en"), ("team", "colleague")),
            ),
        ),
        CodebookTheme(
            "rota",
            Localised.of({"nl": "Het rooster", "en": "The rota"}),
            Localised.of({"nl": "Diensten", "en": "Shifts"}),
            ((Language("nl"), ("*rooster*", "avonddienst")), (Language("en"), ("rota", "shift"))),
        ),
    ),
)


def voice(text: str, *, probe: str = "", language: str = "nl", quotable: bool = True) -> Answer:
    return Answer(PAGE, (("answer", text), ("probe", probe)), language, quotable, None)


def digest(
    answers: Sequence[Answer],
    *,
    fields: tuple[str, ...] | None = None,
    showable: tuple[str, ...] = ("nl", "en"),
    themes_only: bool = False,
    before: tuple[ThemeSize, ...] = (),
    codebook: Codebook = CODEBOOK,
) -> QuestionDigest:
    return find_themes(
        answers,
        fields=fields,
        codebook=codebook,
        names=NAMES,
        showable_languages=frozenset(showable),
        themes_only=themes_only,
        before=before,
    )


def sizes(found: QuestionDigest) -> dict[str, int]:
    return {theme.key: theme.voices for theme in found.themes}


def quoted(found: QuestionDigest) -> list[str]:
    return [quote.text for quote in quotes_of(found)]


def quotes_of(found: QuestionDigest) -> tuple[Quote, ...]:
    return (*(quote for theme in found.themes for quote in theme.quotes), *found.alone.quotes)


NIGHTS = tuple(
    voice(f"{opening} de nachtploeg {ending}", quotable=at % 2 == 0)
    for at, (opening, ending) in enumerate(
        (opening, ending)
        for opening in ("Niemand vraagt", "Altijd vergeten:", "Denk eens aan", "Wie ziet", "Weinig lof voor")
        for ending in ("in de kelder", "om drie uur", "van Noord", "met twee handen", "zonder licht", "na de brand")
    )
)
BIKES = tuple(
    voice(f"{opening} fietsen {ending}", quotable=at % 2 == 0)
    for at, (opening, ending) in enumerate(
        (opening, ending)
        for opening in ("Kapotte", "Twee nieuwe", "Elektrische", "Die oude", "Zulke zware")
        for ending in ("voor de polder", "tegen de wind", "bij regen", "over de brug", "zonder rem", "met lekke banden")
    )
)


def test_a_theme_counts_voices_and_a_voice_may_be_in_two() -> None:
    found = digest([voice("mijn team"), voice("het team maakt het rooster"), voice("avonddiensten"), voice("de hond")])
    assert sizes(found) == {"rota": 2, "team": 2}
    assert (found.voices, found.alone.voices, found.other, found.silent) == (4, 1, 0, 0)


def test_saying_it_three_times_is_one_voice() -> None:
    assert sizes(digest([voice("team team team", probe="het team")])) == {"team": 1}


def test_a_weak_seed_counts_only_with_another() -> None:
    assert sizes(digest([voice("samen sterk"), voice("samen aan de koffie")])) == {"team": 1}


def test_an_english_answer_in_a_dutch_form_is_understood() -> None:
    assert sizes(digest([voice("my shift and nothing else")])) == {"rota": 1}


def test_who_left_the_field_empty_is_silent() -> None:
    answers = [voice("het team"), voice(" \n\t"), voice("", probe="het rooster")]
    found = digest(answers, fields=("answer",))
    assert (found.voices, found.silent, sizes(found)) == (1, 2, {"team": 1})
    both = digest(answers)
    assert (both.voices, both.silent, sizes(both)) == (2, 1, {"rota": 1, "team": 1})


def test_when_everyone_is_silent_there_is_an_empty_digest() -> None:
    found = digest([voice(""), voice(" ")])
    assert (found.voices, found.themes, found.alone.voices, found.silent) == (0, (), 0, 2)


def test_no_answers_or_two_pages_is_no_question() -> None:
    with pytest.raises(ValueError, match="of one page, not of 0"):
        digest([])
    with pytest.raises(ValueError, match="of one page, not of 2"):
        digest([voice("a"), Answer(PageKey("hope"), (("answer", "b"),), "nl", quotable=True, segment=None)])


def test_a_theme_knows_how_it_changed_when_it_was_there_before() -> None:
    found = digest([voice("team een"), voice("team twee"), voice("rooster")], before=(ThemeSize("team", 5),))
    assert {theme.key: theme.change for theme in found.themes} == {"team": -3, "rota": None}
    assert found.sizes() == (ThemeSize("team", 2), ThemeSize("rota", 1))


def test_below_fifty_left_over_nothing_is_clustered() -> None:
    answers = [*NIGHTS[:25], *BIKES[:24], *(voice(f"team {at}") for at in range(30))]
    found = digest(answers)
    assert sizes(found) == {"team": 30}
    assert found.alone.voices == 49


def test_from_fifty_on_what_is_alike_becomes_a_theme_with_the_words_of_its_voices() -> None:
    found = digest([*NIGHTS, *BIKES])
    themes = {theme.key: theme for theme in found.themes}
    assert {"found-nachtploeg", "found-fietsen"} <= themes.keys()
    assert all(theme.layer == "found" for theme in found.themes)
    assert "fietsen" in themes["found-fietsen"].label.in_(Language("nl"))
    assert themes["found-fietsen"].voices >= 20


def test_answers_without_anything_in_common_make_no_theme() -> None:
    words = [f"{chr(97 + at % 26) * 3}{chr(97 + at // 26) * 4}" for at in range(120)]
    found = digest([voice(f"{words[2 * at]} {words[2 * at + 1]}") for at in range(60)])
    assert found.themes == ()
    assert found.alone.voices == 60


def test_a_name_of_the_roster_names_no_theme() -> None:
    bread = [voice(f"{answer.fields[0][1]} met wit brood") for answer in NIGHTS]
    people = [voice(f"{answer.fields[0][1]}, vraag kees en marjan") for answer in BIKES]
    found = digest([*bread, *people])
    labels = {word for theme in found.themes for word in theme.label.texts[0][1].split(", ")}
    assert "brood" in labels
    assert "wit" not in labels
    assert not {"kees", "marjan"} & set(repr(found).casefold().replace("'", " ").split())


def test_what_everyone_says_names_no_theme() -> None:
    groups = [
        [said(f"{word} jammer", "nl", names=frozenset(), showable=True) for _ in range(4)]
        for word in ("fiets", "nacht")
    ]
    assert telling(groups[0], groups[1]) == ("fiets",)


def test_a_word_that_each_wrote_in_another_form_is_not_shown() -> None:
    voices = [
        said(text, "nl", names=frozenset(), showable=True) for text in ("sleutels", "sleutels", "sleutel", "nacht")
    ]
    assert telling(voices[:3], voices[3:] * 20) == ("sleutel",)
    assert label_of(("sleutel",), voices[:3]) == ()


def test_who_says_none_of_the_words_of_a_group_is_not_in_its_theme() -> None:
    found = digest([*NIGHTS, *BIKES, voice("fietsenstallingsbeheer")])
    theme = next(theme for theme in found.themes if theme.key == "found-fietsen")
    assert theme.voices + found.alone.voices == 31 + sum(1 for _ in NIGHTS) - sizes(found)["found-nachtploeg"]
    assert found.alone.voices >= 1


def test_where_groups_are_vague_the_digest_is_the_same_again() -> None:
    draw = random.Random(3)
    words = [
        f"{first}{second}en"
        for first in ("kar", "bol", "mast", "zeil", "vlag", "roer")
        for second in ("bak", "kop", "rif")
    ]
    answers = [voice(" ".join(draw.sample(words, 3))) for _ in range(150)]
    assert len({repr(digest(answers)) for _ in range(4)}) == 1


def test_a_label_never_has_a_word_of_fewer_than_three_voices() -> None:
    answers = [*NIGHTS, *BIKES]
    texts = [answer.fields[0][1].casefold().replace(":", "").split() for answer in answers]
    themes = digest(answers).themes
    assert themes
    for theme in themes:
        for word in theme.label.texts[0][1].split(", "):
            assert sum(word in text for text in texts) >= 3


def test_a_language_that_few_use_is_counted_and_never_shown() -> None:
    answers = [voice(answer.fields[0][1], language="nl") for answer in (*NIGHTS, *BIKES)]
    found = digest([*answers, voice("my team", language="en")], showable=("en",))
    assert quoted(found) == ["my team"]
    assert sizes(found) == {"team": 1}
    assert found.alone.voices == 60


def test_a_small_audience_sees_themes_of_three_and_the_rest_together() -> None:
    answers = [voice("team een"), voice("ons team"), voice("team en rooster"), voice("rooster"), voice("de hond")]
    found = digest(answers, themes_only=True)
    assert sizes(found) == {"team": 3}
    assert (found.voices, found.other, found.alone.voices, quoted(found)) == (5, 2, 0, [])


def test_only_voices_that_allowed_it_are_quoted() -> None:
    found = digest([voice("mijn team is goud", quotable=False), voice("de hond mag mee", quotable=False)])
    assert quoted(found) == []
    assert (sizes(found), found.alone.voices) == ({"team": 1}, 1)


def test_the_same_words_of_two_voices_are_quoted_once() -> None:
    found = digest([voice("mijn team is goud", quotable=at > 0) for at in range(5)])
    assert quoted(found) == ["mijn team is goud"]


def test_a_theme_has_at_most_three_quotes_that_differ() -> None:
    alike = [voice(f"mijn team is alles voor mij, echt alles{'!' * at}") for at in range(20)]
    other = [voice("in dit team durft niemand iets te zeggen"), voice("team Zuid heeft een schriftje")]
    texts = digest([*alike, *other]).themes[0].quotes
    assert len(texts) == PER_THEME
    assert {quote.text for quote in texts} >= {answer.fields[0][1] for answer in other}


def test_the_smallest_theme_is_quoted_first_and_no_voice_twice() -> None:
    found = digest([voice("team en rooster horen samen"), *(voice(f"team nummer {at}") for at in range(9))])
    quotes = {theme.key: [quote.text for quote in theme.quotes] for theme in found.themes}
    assert quotes["rota"] == ["team en rooster horen samen"]
    assert "team en rooster horen samen" not in quotes["team"]


def test_who_speaks_of_a_theme_most_is_quoted_under_it() -> None:
    rota = "het rooster van de avonddienst en het team"
    found = digest([voice(rota), voice("het team is goud"), *(voice(f"rooster {at}", quotable=False) for at in (1, 2))])
    quotes = {theme.key: [quote.text for quote in theme.quotes] for theme in found.themes}
    assert quotes == {"rota": [rota], "team": ["het team is goud"]}


def test_alone_has_at_most_fifteen_quotes() -> None:
    words = [f"{chr(97 + at)}{chr(97 + at)}{chr(98 + at)}a" for at in range(24)]
    found = digest([voice(f"{word} en {word}s") for word in words])
    assert (found.alone.voices, len(found.alone.quotes)) == (24, ALONE)


@pytest.mark.parametrize("text", ["team", "🙂🙂", "Kees Jansen", "a@b.example 12345"])
def test_one_word_an_emoji_or_only_what_was_scrubbed_is_no_quote(text: str) -> None:
    assert quoted(digest([voice(text)])) == []


def test_a_long_answer_is_cut_at_a_sentence_or_a_word() -> None:
    sentences = "Dit team is mij veel waard. " * 70
    words = "team " + "woorden " * 240
    first, second = quoted(digest([voice(sentences)])), quoted(digest([voice(words)]))
    assert len(first[0]) <= LONGEST
    assert first[0].endswith("waard. …")
    assert len(second[0]) <= LONGEST
    assert second[0].endswith("woorden …")


def test_hostile_markup_is_plain_text_in_a_quote() -> None:
    found = digest([voice("<script>alert(1)</script> het team @channel <@U123ABC> <!here> [x](https://x.example/y)")])
    assert quoted(found) == ["alert(1) het team [naam] [naam] [naam] x [link]"]


def test_importing_the_package_loads_no_computing_library() -> None:
    heavy = "sklearn networkx scipy numpy simplemma phonenumbers stopwordsiso"
    code = f"import bot.digest, bot.digest.scrub, sys; print(sorted(set(sys.modules) & set('{heavy}'.split())))"
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert shown.strip() == "[]"


def test_another_process_makes_the_same_digest() -> None:
    code = (
        "from tests.digest.test_themes import BIKES, NIGHTS, digest, voice\n"
        "print(digest([*NIGHTS, *BIKES, voice('het team en het rooster'), voice('niets anders dan dit')]))"
    )
    shown = [
        subprocess.run(
            [sys.executable, "-c", code],
            capture_output=True,
            text=True,
            check=True,
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": os.pathsep.join(sys.path)},
        ).stdout
        for seed in ("1", "2")
    ]
    assert "found-fietsen" in shown[0]
    assert shown[0] == shown[1]


def test_what_goes_in_and_comes_out_can_be_sent_to_another_process() -> None:
    answers = (voice("mijn team is goud"), voice("het rooster"))
    found = digest(answers)
    assert pickle.loads(pickle.dumps((find_themes, answers, CODEBOOK, found)))[-1] == found  # noqa: S301 -- our own


FRAGMENTS = (
    "het team",
    "mijn collega's",
    "de avonddienst",
    "roosterwerk",
    "de nachtploeg van Noord",
    "fietsen in de regen",
    "Kees Jansen zei",
    "vraag marjan",
    "mail k.jansen@debrug.example",
    "bel 06-12345678",
    "<@U012AB> **nee**",
    "🙂",
    "the rota",
    "",
    "niemand luistert hier",
)
TEXTS = st.lists(st.sampled_from(FRAGMENTS), max_size=4).map(" ".join)


def some_round(seed: int) -> list[Answer]:
    """Draw up to ninety voices; Hypothesis itself draws mostly rounds of three, in which little can go wrong."""
    draw = random.Random(seed)
    return [
        voice(
            " ".join(draw.choices(FRAGMENTS, k=draw.randint(0, 3))),
            probe=draw.choice(("", draw.choice(FRAGMENTS))),
            language=draw.choice(("nl", "nl", "nl", "en", "tr")),
            quotable=draw.random() < 0.6,
        )
        for _ in range(draw.choice((1, 3, 8, 30, 90)))
    ]


ROUNDS = st.integers(0, 2**32).map(some_round)


@settings(max_examples=40, deadline=None)
@given(answers=ROUNDS, themes_only=st.booleans(), seed=st.integers(0, 99))
def test_the_order_of_answers_does_not_matter(answers: list[Answer], themes_only: bool, seed: int) -> None:  # noqa: FBT001
    shuffled = list(answers)
    random.Random(seed).shuffle(shuffled)
    assert digest(shuffled, themes_only=themes_only) == digest(answers, themes_only=themes_only)


@settings(max_examples=40, deadline=None)
@given(answers=ROUNDS, themes_only=st.booleans())
def test_every_voice_is_counted_somewhere(answers: list[Answer], themes_only: bool) -> None:  # noqa: FBT001
    found = digest(answers, themes_only=themes_only)
    outside = found.alone.voices + found.other
    assert found.voices + found.silent == len(answers)
    assert sum(theme.voices for theme in found.themes) + outside >= found.voices
    assert all(0 < theme.voices <= found.voices - outside for theme in found.themes)
    assert outside == 0 or outside <= found.voices


@settings(max_examples=40, deadline=None)
@given(answers=ROUNDS)
def test_no_name_address_or_number_is_anywhere_in_a_digest(answers: list[Answer]) -> None:
    shown = repr(digest(answers)).casefold()
    assert not any(planted in shown for planted in ("jansen", "kees", "marjan", "debrug", "12345678", "u012ab"))


@settings(max_examples=40, deadline=None)
@given(answers=ROUNDS, silent=st.lists(TEXTS, min_size=1, max_size=10))
def test_words_of_who_did_not_allow_it_are_nowhere(answers: list[Answer], silent: list[str]) -> None:
    secret = [voice(f"{text} zwijgwoord{chr(97 + at)}", quotable=False) for at, text in enumerate(silent)]
    assert "zwijgwoord" not in repr(digest([*answers, *secret]))


@settings(max_examples=40, deadline=None)
@given(answers=ROUNDS)
def test_only_languages_that_may_be_shown_are_quoted(answers: list[Answer]) -> None:
    found = digest(answers, showable=("nl",))
    assert {quote.language for quote in quotes_of(found)} <= {"nl"}
