"""Nothing that Ruimte can say is more than Teams takes, and nothing that somebody wrote is more than letters."""

from __future__ import annotations

import unicodedata
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from adapters.teams import render, views
from adapters.teams.carried import BACK, unpacked
from adapters.teams.plain import JOINER, neutral, only_letters
from bot.ids import Language, MessageRef
from bot.messages import (
    Action,
    Block,
    Button,
    Buttons,
    Fact,
    Facts,
    Heading,
    Message,
    Note,
    Paragraph,
    Pointer,
    Said,
    Table,
)
from tests.adapters.teams.checking import check_activity, elements, presses, read
from tests.anything import HOSTILE, REFS, buttons, many, texts

LINK = "https://teams.microsoft.com/l/message/19:x@unq.gbl.spaces/1"
LINKS = {REFS[0]: LINK}
NL = Language("nl")
varied = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
SIGNS = set("*_`~[]<>\\#{}|")
"""What means something in markdown or HTML."""


def cards(message: Message) -> list[dict[str, Any]]:
    """Return the cards of a message."""
    return [check_activity(one) for one in render.activities(message, LINKS)]


@given(st.builds(Message, texts, many))
@varied
def test_every_message_is_within_what_teams_takes(message: Message) -> None:
    assert cards(message)
    check_activity(render.activity(message, LINKS))


@given(st.lists(texts, min_size=1, max_size=30))
@varied
def test_no_word_of_a_long_message_is_lost(paragraphs: list[str]) -> None:
    message = Message("s", tuple(map(Paragraph, paragraphs)))
    written = "".join("".join(paragraphs).split())
    shown = "".join(read(card["body"]) for card in cards(message))
    assert "".join(shown.replace(JOINER, "").split()) == (written.replace(JOINER, "") or render.MORE)


@given(buttons.filter(lambda one: one.label.strip()))
def test_a_button_carries_its_action_and_value_unchanged(button: Button) -> None:
    (card,) = cards(Message("s", (Buttons((button,)),)))
    (shown,) = presses(card)
    assert shown["data"]["action"] == button.action
    assert shown["data"]["value"] == button.value


@pytest.mark.parametrize("hostile", HOSTILE)
def test_what_somebody_wrote_stands_where_nothing_reads_it_as_markdown(hostile: str) -> None:
    all_blocks: tuple[Block, ...] = (
        Heading(hostile),
        Paragraph(hostile),
        Note(hostile),
        Said(hostile, "nl"),
        Facts((Fact(hostile, hostile), Fact("k", "v"))),
        Table(("", hostile), ((hostile, hostile),)),
        Pointer(hostile, REFS[0]),
        Buttons((Button(hostile, Action.HOME),)),
    )
    (card,) = cards(Message(hostile, all_blocks))
    shown = list(elements(card["body"]))
    assert not [one for one in shown if one["type"] in {"TextBlock", "FactSet", "Image", "Media"}]
    assert [one["url"] for one in shown if one["type"] == "Action.OpenUrl"] == [LINK]
    assert not set("<>") & set(card["speak"])


@given(texts)
def test_a_heading_is_one_only_where_it_is_letters_alone(text: str) -> None:
    for one in render.heading(text):
        if one["type"] == "TextBlock":
            assert not set(one["text"]) & SIGNS
            assert not one["text"].startswith(("-", "+", "=", " "))


@pytest.mark.parametrize(
    ("text", "letters"),
    [
        ("Wat er met onze roosters gebeurt", True),
        ("2 scenario's: vrij, of vast?", True),
        ("R&D (Noord)", True),
        ("1. eerst", False),
        ("- eerst", False),
        ("https://example.org", False),
        ("a &amp; b", False),
        ("*vet*", False),
        ("een_naam", False),
        (":smile:", False),
    ],
)
def test_what_can_be_read_as_markdown_is_no_heading(text: str, *, letters: bool) -> None:
    assert only_letters(text) is letters


@given(texts)
def test_where_markdown_may_be_read_no_sign_is_left_of_it(text: str) -> None:
    shown = neutral(text)
    assert not set(shown) & SIGNS
    assert not views.RESERVED & {shown[:0]}
    assert "&amp;" not in shown


def test_signs_are_replaced_by_what_looks_like_them() -> None:
    signs = ("FULLWIDTH LEFT SQUARE BRACKET", "FULLWIDTH RIGHT SQUARE BRACKET", "FULLWIDTH LOW LINE")
    left, right, under = map(unicodedata.lookup, signs)
    assert neutral("[R&D] a_b") == f"{left}R&D{right} a{under}b"
    assert neutral("1. x") == f"1{JOINER}. x"
    assert neutral("- x") == f"{JOINER}- x"


def test_a_pointer_is_a_link_where_there_is_one_and_its_text_alone_where_not() -> None:
    message = Message("s", (Pointer("Mijn bericht van toen", REFS[0]), Pointer("Weg", MessageRef("D1/9.9"))))
    (card,) = cards(message)
    linked, alone = (one["inlines"][0] for one in card["body"])
    assert linked["selectAction"] == {"type": "Action.OpenUrl", "url": LINK}
    assert "selectAction" not in alone


@pytest.mark.parametrize("link", ["javascript:alert(1)", "http://example.org", "https://x y", 'https://x"', ""])
def test_a_link_that_is_not_https_is_none(link: str) -> None:
    (shown,) = render.body((Pointer("Toen", REFS[0]),), {REFS[0]: link})
    assert "selectAction" not in shown["inlines"][0]


def test_a_heading_never_stands_alone_at_the_end_of_a_card() -> None:
    full = tuple(Paragraph("a " * 5000) for _ in range(4))
    parts = cards(Message("s", (*full[:2], Heading("kop"), *full[:2], Heading("kop"), full[0])))
    assert len(parts) > 1
    assert not any(render.is_heading(card["body"][-1]) for card in parts)


def test_a_long_message_that_takes_the_place_of_another_ends_in_an_ellipsis_and_keeps_its_buttons() -> None:
    message = Message("s", (*(Paragraph("woord " * 1500) for _ in range(9)), Buttons((Button("Lees", Action.PAGE),))))
    card = check_activity(render.activity(message))
    assert card["body"][-2]["inlines"][0]["text"] == render.MORE
    assert presses(card)


def test_a_card_whose_heading_is_signs_alone_still_says_who_speaks() -> None:
    (activity,) = render.activities(Message("<&>", (Paragraph("x"),)))
    assert check_activity(activity)["speak"] == render.NAME


def test_the_language_of_a_message_is_that_of_its_card() -> None:
    (card,) = cards(Message("s", (Paragraph("x"),), NL))
    assert card["lang"] == "nl"
    (card,) = cards(Message("s", (Paragraph("x"),)))
    assert "lang" not in card


def test_lines_stand_under_each_other_and_an_empty_one_leaves_room() -> None:
    (card,) = cards(Message("s", (Paragraph("een\ntwee\n\ndrie"),)))
    assert [(one["inlines"][0]["text"], one.get("spacing")) for one in card["body"]] == [
        ("een", None),
        ("twee", "Small"),
        ("drie", "Medium"),
    ]


def test_buttons_stand_beside_each_other_as_far_as_a_phone_has_room() -> None:
    labels = ("Antwoord geven", "Meedenken", "Even rust", "Wat bewaar je over mij?")
    (card,) = cards(Message("s", (Buttons(tuple(Button(label, Action.HOME) for label in labels)),)))
    rows = [[one["title"] for one in row["actions"]] for row in card["body"]]
    assert rows == [["Antwoord geven", "Meedenken"], ["Even rust"], ["Wat bewaar je over mij?"]]


def test_a_label_that_is_too_long_stands_whole_in_its_tooltip() -> None:
    (card,) = cards(Message("s", (Buttons((Button("woord " * 30, Action.HOME),)),)))
    (shown,) = presses(card)
    assert shown["title"].endswith("…")
    assert shown["tooltip"] == ("woord " * 30).strip()


def test_a_message_comes_along_with_its_buttons() -> None:
    message = Message("s", (Heading("Zelf roosteren"), Buttons((Button("Stop", Action.STOP),))))
    (card,) = cards(message)
    (shown,) = presses(card)
    back = views.returned({"action": BACK, BACK: shown["data"][BACK]})
    assert back == card


@pytest.mark.parametrize("wrong", [None, "", "geen", "AAAA", 7, {}, "eJw=", "x" * 5000])
def test_what_was_not_packed_by_us_is_nothing(wrong: object) -> None:
    assert unpacked(wrong) is None
    assert views.returned({"action": BACK, BACK: wrong}) is None
