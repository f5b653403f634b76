"""Drawings of messages: all that a renderer made is in them, nothing can be pressed, and nothing is markup."""

from __future__ import annotations

import re

import pytest
from markupsafe import Markup

from adapters.organising import looks
from adapters.web.organiser.looks import form_here, here
from adapters.web.organiser.view import DRAWN
from bot.ids import FieldKey, Language, MessageRef
from bot.messages import (
    Action,
    Button,
    Buttons,
    ChoiceField,
    DateField,
    Fact,
    Facts,
    Form,
    Heading,
    Message,
    Note,
    Option,
    Paragraph,
    Pointer,
    Said,
    Table,
    TextField,
)
from tests.world import texts

EVIL = '<b onclick="x">&amp;</b>'
SAID = (
    "Kop",
    "Lopende tekst",
    "Kleine letters",
    "Vast",
    "De app komt",
    "Eigen woorden",
    "Rij",
    "Cel",
    "Terug",
    "Antwoord",
)

MESSAGE = Message(
    "Samenvatting",
    (
        Heading("Kop"),
        Paragraph(f"Lopende tekst {EVIL}"),
        Note("Kleine letters"),
        Facts((Fact("Vast", "De app komt"), Fact("Open", EVIL))),
        Said("Eigen woorden", "nl"),
        Table(("", "Naam"), (("Rij", "Cel"),)),
        Pointer("Terug", MessageRef("m1")),
        Buttons((Button("Antwoord", Action.ANSWER, "secret-token", primary=True), Button("Later", Action.SNOOZE))),
    ),
    Language("nl"),
)
FORM = Form(
    Action.ANSWER,
    "secret-state",
    "Titel",
    (Paragraph("Vooraf"),),
    (
        TextField(FieldKey("answer"), "De vraag", "Een hint"),
        ChoiceField(FieldKey("words"), "Mag het?", (Option("yes", "Ja hoor"), Option("no", "Nee hoor"))),
        DateField(FieldKey("day"), "Wanneer"),
    ),
    "Versturen",
    (Button("Intrekken", Action.WITHDRAW, "secret-token"),),
    Language("nl"),
)


def drawings() -> dict[str, tuple[Markup, Markup]]:
    found = {"here": (here(MESSAGE), form_here(FORM))}
    for name, look in looks(texts()).items():
        message, form = DRAWN[name]
        found[name] = message(look.message(MESSAGE)), form(look.form(FORM))
    return found


def plain(drawn: Markup) -> str:
    """Give the text of a drawing."""
    return " ".join(drawn.striptags().split())


@pytest.mark.parametrize("look", ["here", "slack", "teams"])
def test_all_that_a_message_says_is_drawn(look: str) -> None:
    message, form = drawings()[look]
    for text in SAID:
        assert text in plain(message), text
    assert plain(message).count(EVIL) == 2
    for text in ("Titel", "Vooraf", "De vraag", "Een hint", "Mag het?", "Ja hoor", "Nee hoor", "Wanneer", "Versturen"):
        assert text in plain(form), text
    assert "Intrekken" in plain(form)


@pytest.mark.parametrize("look", ["here", "slack", "teams"])
def test_nothing_in_a_drawing_can_be_pressed_or_carries_anything(look: str) -> None:
    for drawn in drawings()[look]:
        assert re.findall(r"<(form|button|input|a|script|select|textarea)\b", drawn) == []
        assert "secret" not in drawn
        assert 'onclick="' not in drawn
        assert re.findall(r"\bstyle=", drawn) == []


def test_every_platform_of_the_page_can_be_drawn() -> None:
    assert set(looks(texts())) == set(DRAWN)
