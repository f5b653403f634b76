"""Every message, form and notice of every pack, in every language, is one that Slack takes."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from adapters.slack import render, views
from bot.ids import Language
from bot.messages import Form, Message, Notice
from bot.questions import RoundKind
from bot.wording.words import Words
from tests.adapters.slack.checking import check_message, check_view
from tests.said import AROUND, KINDS, LANGUAGES, Shown, of_a_round
from tests.world import texts


def check(shown: Shown) -> None:
    match shown:
        case Message():
            parts = render.message(shown, {})
            assert len(parts) == 1, "one message is enough for whatever we say ourselves"
            check_message(parts[0])
        case Form():
            check_view(views.form(shown, 1_800_000_000_000, {}))
        case Notice():
            check_view(views.notice(shown, {}))
            check_view(views.home(shown, {}))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", KINDS)
def test_everything_of_a_round_is_taken(language: Language, kind: RoundKind) -> None:
    for shown in of_a_round(Words(texts(), language, "Europe/Amsterdam"), kind):
        check(shown)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("every", AROUND)
def test_everything_around_the_rounds_is_taken(language: Language, every: Callable[[Words], Iterator[Shown]]) -> None:
    for shown in every(Words(texts(), language, "Europe/Amsterdam")):
        check(shown)
