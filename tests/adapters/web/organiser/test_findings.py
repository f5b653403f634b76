"""Whatever is wrong with a form is said at a field that the page shows."""

from __future__ import annotations

from dataclasses import replace
from random import Random

import pytest

from adapters.change_file import read_text
from adapters.web.organiser.document import write
from adapters.web.organiser.edits import do, ended, settled, shortened
from adapters.web.organiser.filled import form_of
from adapters.web.organiser.remarks import Remark, Speaker, by_field, in_order, placed, typed_only
from adapters.web.organiser.shape import Row, flat, names, read
from adapters.web.organiser.view import HERE
from adapters.web.texts import load_chrome
from bot.ids import Language, PersonId
from tests.adapters.change_files import TENANT, WHOLE, against
from tests.adapters.web.organiser.test_two_views import OFFERED, judged, small

NL = Language("nl")
WORDS = load_chrome(HERE / "texts").of("nl")
BUTTONS = ("add frame", "add planning", "add scenarios", "add managers", "add planning.0.ask", "remove frame.0")


def remarks_on(form: Row, languages: tuple[Language, ...] = OFFERED) -> tuple[Remark, ...]:
    document = write(form, languages)
    reading = read_text(document.text, tenant=TENANT, against=against(people=frozenset({PersonId("anna")}), teams=None))
    return placed(reading.findings, document, languages[0], Speaker(WORDS, {}))


def damaged(form: Row, chance: Random) -> Row:
    """Leave out some of what was filled in, put nonsense elsewhere, and press some buttons."""
    fields = [
        (name, chance.choice(("", "x y", "2020-01-01")) if chance.random() < 0.3 and not _fixed(name) else value)
        for name, value in flat(form)
    ]
    broken = read(fields, OFFERED)
    for button in chance.sample(BUTTONS, chance.randrange(4)):
        broken = do(broken, button)
    return broken


def _fixed(name: str) -> bool:
    return name.rpartition(".")[2] in {"state", "round", "languages"}


@pytest.mark.parametrize("seed", range(60))
def test_every_finding_stands_at_a_field_and_in_words_of_the_page(seed: int) -> None:
    form = damaged(form_of(judged(WHOLE)), Random(seed))
    found = remarks_on(form)
    shown = frozenset(names(form, OFFERED))
    assert {remark.at for remark in found} - shown == set()
    assert {remark.text for remark in found if "`" in remark.text} == set()


def test_a_finding_in_the_shortest_file_stands_at_the_same_field_as_in_the_long_one() -> None:
    short = small(title={}, why={})
    short = short.with_part("frame", (Row(words={"state": "open"}),))
    short = short.with_part("planning", (Row(words={"round": "listen", "asks": "own"}, rows={"ask": (Row(),)}),))
    at = [remark.at for remark in remarks_on(short, (NL,))]
    assert at == ["title.nl", "why.nl", "frame.0.text.nl", "planning.0.ask.0.question.nl", "planning.0.opens_on"]


def test_a_question_of_ones_own_with_a_hint_stays_in_the_shortest_file() -> None:
    form = small()
    question = replace(form.part("planning")[0].part("ask")[0], texts={"hint": {"nl": "Kort."}})
    form = form.with_part("planning", (form.part("planning")[0].with_part("ask", (question,)),))
    assert [remark.at for remark in remarks_on(form, (NL,))] == ["planning.0.ask.0.question.nl"]


def test_remarks_stand_in_the_order_of_the_page_and_where_there_is_no_field_at_what_is_around_it() -> None:
    found = [Remark("zone", "c"), Remark("planning.0.gone.key", "b"), Remark("title.nl", "a"), Remark("title.nl", "a")]
    ordered = in_order(found)
    assert [remark.text for remark in ordered] == ["a", "a", "b", "c"]
    assert by_field(ordered, {"title.nl", "planning.0", "zone"}) == {
        "title.nl": ["a"],
        "planning.0": ["b"],
        "zone": ["c"],
    }


def five_days_later(day: str) -> str:
    return f"{day}+5"


def test_what_the_page_fills_in_itself_is_filled_in_once_and_stays() -> None:
    form = do(small(), "add frame")
    once = settled(form, NL, owner=PersonId("anna"))
    first = once.part("frame")[0]
    assert (first.word("key"), first.word("owner")) == ("wie-er-in-het-weekend-werkt", "anna")
    renamed = replace(first, texts={"text": {"nl": "Iets anders"}})
    again = settled(
        once.with_part("frame", (renamed, *once.part("frame")[1:])),
        NL,
        owner=PersonId("bert"),
    )
    assert again.part("frame")[0].word("key") == "wie-er-in-het-weekend-werkt"
    assert again.part("frame")[0].word("owner") == "anna"


def test_a_round_without_an_end_ends_where_its_first_day_says_and_the_form_keeps_it_without() -> None:
    form = do(small(), "add frame")
    assert ended(form, five_days_later).part("planning")[0].word("closes_on") == "2026-12-07+5"
    assert settled(form, NL, owner=PersonId("anna")).part("planning")[0].word("closes_on") == ""
    chosen = form.with_part("planning", (form.part("planning")[0].with_word("closes_on", "2026-12-24"),))
    assert ended(chosen, five_days_later) == chosen
    assert ended(small(), five_days_later) == small()


def test_nothing_is_said_of_a_last_day_that_follows_from_a_first_day_that_cannot_be() -> None:
    first, last = Remark("planning.0.opens_on", "voorbij"), Remark("planning.0.closes_on", "voorbij")
    assert typed_only((first, last), small()) == (first,)
    assert typed_only((last,), small()) == (last,)
    typed = small().with_part("planning", (small().part("planning")[0].with_word("closes_on", "2026-12-01"),))
    assert typed_only((first, last), typed) == (first, last)


def test_points_with_the_same_words_get_keys_of_their_own() -> None:
    point = Row(words={"state": "open", "owner": "anna"}, texts={"text": {"nl": "Hetzelfde"}})
    form = settled(small().with_part("frame", (point, point, point)), NL, owner=PersonId("anna"))
    assert [row.word("key") for row in form.part("frame")] == ["hetzelfde", "hetzelfde-2", "hetzelfde-3"]


def test_the_shortest_file_is_as_short_again_when_it_was_pasted() -> None:
    form = form_of(judged(write(small(), (NL,)).text))
    assert write(shortened(form), (NL,)).text.splitlines()[-3:] == write(small(), (NL,)).text.splitlines()[-3:]
    longer = do(form, "add frame")
    assert shortened(longer) == longer


def test_a_button_for_what_is_not_there_changes_nothing() -> None:
    form = small()
    for button in (
        "",
        "add",
        "add nothing",
        "remove frame.7",
        "up frame.0",
        "down frame.0",
        "remove frame",
        "x frame.0",
    ):
        assert do(form, button) == form, button
    assert do(form, "remove frame.0").part("frame") == ()
