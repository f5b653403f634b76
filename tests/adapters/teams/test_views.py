"""A press is answered with a card for that person: a form, what comes after it, or the form to be put right."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from adapters.teams import render, views
from adapters.teams.carried import BACK, FORM, packed
from bot.ids import FieldKey, Language
from bot.messages import (
    Action,
    Block,
    Button,
    Buttons,
    ChoiceField,
    DateField,
    Form,
    Heading,
    Invalid,
    Message,
    Note,
    Notice,
    Option,
    Paragraph,
    Reply,
    TextField,
)
from tests.adapters.teams.checking import check_card, elements, inputs, pressed, presses, read, submit
from tests.anything import HOSTILE, buttons, fields, many, renamed, texts, values
from tests.world import texts as interface

STAMP = 1_800_000_000_000
NL = Language("nl")
SAID = "Onze vaste dinsdagploeg 4711."
ANSWER = TextField(FieldKey("answer"), "Wat mogen we niet kwijtraken?", "Iets kleins telt ook.")
WORDS = ChoiceField(FieldKey("words"), "Mag het?", (Option("yes", "Ja"), Option("no", "Nee")))
WISHES = ChoiceField(
    FieldKey("wishes"), "Wat?", (Option("a", "A"), Option("b", "B")), several=True, required=False, value="a b"
)
UNTIL = DateField(FieldKey("until"), "Tot wanneer?", required=False)
FORM_ = Form(
    Action.ANSWER,
    "r.token lose 1 nl",
    "Zeg het maar",
    (Paragraph("Het kernteam leest het."),),
    (ANSWER, WORDS, WISHES, UNTIL),
    "Versturen",
    (Button("Intrekken", Action.WITHDRAW, "r.token lose"),),
    NL,
)
MORE = Button("Zo werkt het", Action.EXPLAIN, "r nl")
EXPLAINED = Notice("Zo werkt het", (Paragraph("Je antwoord gaat in een doosje op slot."), Note("Bij Noor.")), NL)
PROMISING = replace(FORM_, blocks=(*FORM_.blocks, Buttons((MORE,))))
INVITATION = Message(
    "Er is een vraag", (Heading("Zelf roosteren"), Buttons((Button("Antwoord geven", Action.ANSWER, "r.token"),))), NL
)

varied = settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))

few_fields = st.lists(fields, max_size=4).map(
    lambda all_: tuple(_shorter(renamed(field, number)) for number, field in enumerate(all_))
)


def _shorter(field: Any) -> Any:  # noqa: ANN401 -- any field
    """Leave so few options that what can be filled in fits by itself."""
    if isinstance(field, ChoiceField):
        return ChoiceField(field.key, field.label, field.options[:9], several=field.several)
    if isinstance(field, TextField):
        return TextField(field.key, field.label, field.hint, 1000, required=field.required, value=field.value)
    return field


def invitation() -> dict[str, object]:
    """Give what comes with a press on an invitation."""
    (activity,) = render.activities(INVITATION)
    return pressed(activity["attachments"][0]["content"], "answer")


def shows(reply: Reply, data: dict[str, object] | None = None) -> dict[str, Any]:
    """Show a reply to somebody who pressed something."""
    card = views.card(reply, texts=interface(), stamp=STAMP, pressed=invitation() if data is None else data)
    check_card(card)
    return card


forms = st.builds(
    Form,
    st.sampled_from(Action),
    values,
    texts,
    many,
    few_fields,
    texts.filter(str.strip),
    st.lists(buttons, max_size=4).map(tuple),
)


@given(forms)
@varied
def test_every_form_is_within_what_teams_takes_and_keeps_its_fields(form: Form) -> None:
    card = shows(form)
    assert [one["id"] for one in inputs(card)] == [field.key for field in form.fields]
    data = submit(card)
    assert (data["action"], data["state"], data["stamp"]) == (form.action, form.state, STAMP)


@given(st.builds(Notice, texts, many))
@varied
def test_every_notice_is_within_what_teams_takes(notice: Notice) -> None:
    shows(notice)


@given(forms, texts)
@varied
def test_every_form_that_has_to_be_put_right_is_within_what_teams_takes(form: Form, text: str) -> None:
    shown = shows(form)
    typed = {one["id"]: text[:1000] for one in inputs(shown)}
    problems = tuple((field.key, "Hier staat nog niets.") for field in form.fields)
    again = shows(Invalid(problems), submit(shown) | typed)
    assert [one.get("value", "") for one in inputs(again)] == [text[:1000] for _ in form.fields]


@pytest.mark.parametrize("hostile", HOSTILE)
def test_what_somebody_wrote_is_letters_in_a_form_too(hostile: str) -> None:
    key = FieldKey("f")
    form = Form(
        Action.LINK_POINT,
        "s",
        hostile,
        (Paragraph(hostile),),
        (ChoiceField(key, hostile, (Option("a", hostile),), hostile), TextField(FieldKey("t"), hostile, hostile)),
        hostile,
        (Button(hostile, Action.STOP),),
    )
    card = shows(form)
    for one in elements(card["body"]):
        assert one["type"] != "TextBlock" or set("*_[<`") & set(one["text"]) == set()
        for name in ("label", "errorMessage"):
            assert not set("*_`[]<>#") & set(one.get(name, ""))
        for choice in one.get("choices", ()):
            assert not set("*_`[]<>#") & set(choice["title"])


def test_a_form_opens_empty_but_for_what_was_chosen_before() -> None:
    shown = {one["id"]: one.get("value") for one in inputs(shows(FORM_))}
    assert shown == {"answer": None, "words": None, "wishes": "a,b", "until": None}


def test_what_is_missing_is_said_at_once_only_where_it_would_be_refused() -> None:
    shown = {one["id"]: one.get("errorMessage") for one in inputs(shows(FORM_))}
    assert shown == {
        "answer": interface().get(NL, "invalid.empty"),
        "words": interface().get(NL, "invalid.choose"),
        "wishes": None,
        "until": None,
    }


def test_only_the_button_of_the_form_takes_along_what_was_typed() -> None:
    taking = [one["title"] for one in presses(shows(FORM_)) if one.get("associatedInputs") != "none"]
    assert taking == ["Versturen"]


def test_what_was_filled_in_comes_back_by_field() -> None:
    data = submit(shows(FORM_)) | {"answer": "Rust, en ruimte", "words": "yes", "wishes": "a,b", "until": "2026-12-01"}
    assert dict(views.filled(data)) == {
        "answer": "Rust, en ruimte",
        "words": "yes",
        "wishes": "a b",
        "until": "2026-12-01",
    }
    assert dict(views.filled(submit(shows(FORM_)))) == {}


def test_a_form_that_cannot_be_taken_stands_as_it_was_filled_in_with_what_is_wrong_under_its_field() -> None:
    data = submit(shows(FORM_)) | {"answer": SAID, "wishes": "b"}
    card = shows(Invalid(((FieldKey("words"), "Kies er een."), (FieldKey("elders"), "Dit kan niet."))), data)
    values_ = {one["id"]: one.get("value") for one in inputs(card)}
    assert values_ == {"answer": SAID, "words": None, "wishes": "b", "until": None}
    body = card["body"]
    assert body[0]["inlines"][0]["text"] == "Dit kan niet."
    place = next(number for number, one in enumerate(body) if one.get("id") == "words")
    assert body[place + 1]["inlines"][0]["text"] == "Kies er een."
    sent_again = submit(card)
    assert (sent_again["action"], sent_again["state"], sent_again["stamp"]) == ("answer", FORM_.state, STAMP)


def test_a_form_can_be_put_right_more_than_once_and_forgets_what_was_typed_before() -> None:
    once = shows(Invalid(((FieldKey("words"), "Kies er een."),)), submit(shows(FORM_)) | {"answer": SAID})
    twice = shows(Invalid(((FieldKey("answer"), "Hier staat nog niets."),)), submit(once) | {"words": "yes"})
    assert SAID not in str(twice)
    assert read(twice).count("Kies er een.") == read(shows(FORM_)).count("Kies er een.")


def test_nothing_of_an_answer_is_in_what_comes_after_it() -> None:
    data = submit(shows(FORM_)) | {"answer": SAID, "words": "yes"}
    for reply in (Notice("Het is binnen", (Paragraph("Dank."),), NL), FORM_):
        assert SAID not in str(shows(reply, data))


def test_a_form_that_took_too_long_stands_as_it_was_with_a_sentence_above_it() -> None:
    card = views.again(submit(shows(FORM_)) | {"answer": SAID}, ["Druk nog eens."])
    check_card(card)
    assert card["body"][0]["inlines"][0]["text"] == "Druk nog eens."
    assert inputs(card)[0]["value"] == SAID


def test_a_form_of_which_nothing_is_known_any_more_still_says_what_is_wrong() -> None:
    data = {"action": "answer", "state": "s", "stamp": 1, "answer": SAID}
    card = shows(Invalid(((FieldKey("answer"), "Te lang."),)), data)
    assert "Te lang." in read(card)
    assert not inputs(card)


def test_every_reply_leads_back_to_the_message() -> None:
    form = shows(FORM_)
    notice = shows(Notice("Het is binnen", (Paragraph("Dank."),), NL), submit(form) | {"answer": SAID})
    back = next(one for one in presses(notice) if one["verb"] == BACK)
    assert back["title"] == "← Zelf roosteren"
    (activity,) = render.activities(INVITATION)
    assert views.returned(back["data"]) == activity["attachments"][0]["content"]


def test_without_a_message_there_is_no_way_back() -> None:
    assert not [one for one in presses(shows(FORM_, {})) if one["verb"] == BACK]
    assert not [one for one in presses(shows(FORM_, {BACK: "x"})) if one["verb"] == BACK]


def test_where_there_is_no_room_the_way_back_gives_way_to_what_is_said() -> None:
    long = Message("s", (Paragraph(" ".join(str(number * 7919 % 1000) for number in range(300))), *INVITATION.blocks))
    (activity,) = render.activities(long)
    data = pressed(activity["attachments"][0]["content"], "answer")
    many_ = tuple(Button(f"Nummer {number}", Action.PAGE, f"{number:02}" * 50) for number in range(30))
    card = shows(Notice("Veel", (Buttons(many_),), NL), data)
    assert len([one for one in presses(card) if one["verb"] == "page"]) == 30
    assert sum(BACK in one["data"] for one in presses(card)) == 1


def test_of_more_buttons_than_a_card_takes_the_last_are_left_out() -> None:
    many_ = tuple(Button(f"Nummer {number}", Action.PAGE, "x" * 1000) for number in range(60))
    card = shows(Notice("Veel", (Paragraph("Kies."), Buttons(many_)), NL), {})
    titles = [one["title"] for one in presses(card)]
    assert titles == [button.label for button in many_[: len(titles)]]
    assert 15 < len(titles) < 60


def test_of_many_options_there_is_a_list_that_opens() -> None:
    options = tuple(Option(str(number), f"Team {number}") for number in range(30))
    (shown,) = inputs(shows(Form(Action.PULSE, "", "t", (), (ChoiceField(FieldKey("team"), "Team", options),), "s")))
    assert shown["style"] == "compact"


def test_how_this_works_opens_in_the_form_itself_and_asks_nothing_of_us() -> None:
    card = views.card(PROMISING, texts=interface(), stamp=STAMP, pressed=invitation(), explained=EXPLAINED)
    check_card(card)
    (more,) = [one for one in presses(card) if one["title"] == MORE.label]
    assert more["type"] == "Action.ShowCard"
    assert "data" not in more
    assert read(more["card"]) == "Je antwoord gaat in een doosje op slot.\nBij Noor."
    assert [one["id"] for one in inputs(card)] == [field.key for field in PROMISING.fields]


def test_what_a_form_says_itself_is_not_said_once_more_in_how_this_works() -> None:
    form = replace(PROMISING, blocks=(*PROMISING.blocks, Note("Bij Noor.")))
    card = views.card(form, texts=interface(), stamp=STAMP, pressed=invitation(), explained=EXPLAINED)
    assert read(card).count("Bij Noor.") == 1


def test_how_this_works_still_opens_in_a_form_that_is_to_be_put_right_and_what_was_typed_stays() -> None:
    card = views.card(PROMISING, texts=interface(), stamp=STAMP, pressed=invitation(), explained=EXPLAINED)
    again = shows(Invalid(((FieldKey("words"), "Kies er een."),)), submit(card) | {"answer": SAID})
    assert "Action.ShowCard" in {one["type"] for one in presses(again)}
    assert inputs(again)[0]["value"] == SAID


def test_a_form_that_is_too_long_for_it_comes_whole_and_how_this_works_comes_to_us() -> None:
    long = replace(EXPLAINED, blocks=tuple(Paragraph("woord " * 100) for _ in range(30)))
    card = views.card(PROMISING, texts=interface(), stamp=STAMP, pressed=invitation(), explained=long)
    check_card(card)
    assert pressed(card, "explain")["value"] == MORE.value
    assert "Het kernteam leest het." in read(card)


@given(forms, many)
@varied
def test_every_form_with_how_it_works_is_within_what_teams_takes(form: Form, said: tuple[Block, ...]) -> None:
    promising = replace(form, blocks=(*form.blocks, Buttons((MORE,))))
    blocks = tuple(block for block in said if not isinstance(block, Buttons)) or EXPLAINED.blocks
    explained = Notice("Zo werkt het", blocks, NL)
    card = views.card(promising, texts=interface(), stamp=STAMP, pressed=invitation(), explained=explained)
    check_card(card)
    assert [one["id"] for one in inputs(card)] == [field.key for field in form.fields]


def test_a_packed_form_is_small() -> None:
    assert len(packed(shows(FORM_, {}))) < 2500
    assert FORM in submit(shows(FORM_, {}))
