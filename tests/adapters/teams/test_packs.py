"""Every message, form and notice of every pack, in every language, is a card that Teams takes."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from adapters.teams import render, views
from adapters.teams.carried import BACK, FORM
from bot.ids import Language
from bot.messages import Form, Message, Notice
from bot.questions import RoundKind
from bot.wording import explain
from bot.wording.words import Words
from tests.adapters.teams.checking import check_activity, check_card, inputs, pressed, presses, submit
from tests.said import AROUND, KINDS, LANGUAGES, Shown, of_a_round, round_of
from tests.world import a_change, texts

STAMP = 1_800_000_000_000


def invitation(language: Language) -> dict[str, object]:
    """Give the data of a press on an invitation, with which its card comes along."""
    first = next(iter(of_a_round(Words(texts(), language, "Europe/Amsterdam"), RoundKind.LISTEN)))
    assert isinstance(first, Message)
    (activity,) = render.activities(first)
    return pressed(activity["attachments"][0]["content"], "answer")


def explanation(language: Language) -> Notice:
    """Give the page that says how answering works."""
    words = Words(texts(), language, "Europe/Amsterdam")
    return explain.page(words, round_of(RoundKind.LISTEN, a_change()), a_change())


def check(shown: Shown, language: Language) -> None:
    """Hold what is shown to what Teams takes, with its way back; nothing of a form may be lost for size."""
    match shown:
        case Message():
            (activity,) = render.activities(shown)
            card = check_activity(activity)
            assert render.activity(shown) == activity
            assert all(BACK in one["data"] for one in presses(card) if one["type"] == "Action.Execute")
        case Form():
            explained = explanation(language)
            card = views.card(shown, texts=texts(), stamp=STAMP, pressed=invitation(language), explained=explained)
            check_card(card)
            opens = [one for one in presses(card) if one["type"] == "Action.ShowCard"]
            assert len(opens) == (views.explains(shown) is not None), "typed words stay where how it works is read"
            shown_once = [block for block in explained.blocks if block not in shown.blocks]
            assert all(one["card"]["body"] == render.body(shown_once) for one in opens), "and it is whole"
            assert not opens or len(shown_once) >= len(explained.blocks) - 1
            assert [one["id"] for one in inputs(card)] == [field.key for field in shown.fields]
            assert not views.RESERVED & {field.key for field in shown.fields}
            assert FORM in submit(card)
            assert pressed(card, BACK)
        case Notice():
            card = views.card(shown, texts=texts(), stamp=STAMP, pressed=invitation(language))
            check_card(card)
            assert pressed(card, BACK)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", KINDS)
def test_everything_of_a_round_is_taken(language: Language, kind: RoundKind) -> None:
    for shown in of_a_round(Words(texts(), language, "Europe/Amsterdam"), kind):
        check(shown, language)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("every", AROUND)
def test_everything_around_the_rounds_is_taken(language: Language, every: Callable[[Words], Iterator[Shown]]) -> None:
    for shown in every(Words(texts(), language, "Europe/Amsterdam")):
        check(shown, language)
