"""Nothing that Ruimte can say is more than Slack takes, and nothing that somebody wrote is more than letters."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from adapters.slack import render, views
from bot.ids import FieldKey, Language, MessageRef
from bot.messages import (
    Action,
    Block,
    Button,
    Buttons,
    ChoiceField,
    DateField,
    Fact,
    Facts,
    Form,
    Heading,
    Invalid,
    Message,
    Note,
    Notice,
    Option,
    Paragraph,
    Pointer,
    Said,
    Table,
    TextField,
)
from tests import anything
from tests.adapters.slack.checking import check_message, check_view, read
from tests.anything import buttons, many, several_fields, texts, thorough, values

HOSTILE = anything.HOSTILE[0]
LINKS = {MessageRef("D1/1.1"): "https://werk.slack.com/archives/D1/p11"}


@given(st.builds(Message, texts, many))
@thorough
def test_every_message_is_within_what_slack_takes(message: Message) -> None:
    for part in render.message(message, LINKS):
        check_message(part)


@given(
    st.builds(
        Form,
        st.sampled_from(Action),
        values,
        texts,
        many,
        several_fields,
        texts,
        st.lists(buttons, max_size=60).map(tuple),
    )
)
@thorough
def test_every_form_is_within_what_slack_takes_and_keeps_its_fields(form: Form) -> None:
    form = Form(form.action, form.state, form.title, form.blocks, form.fields, form.submit or "x", form.buttons)
    view = views.form(form, 1_800_000_000_000, LINKS)
    check_view(view)
    assert sum(block["type"] == "input" for block in view["blocks"]) == len(form.fields)
    carried = views.Carried.parse(view["private_metadata"])
    assert (carried.action, carried.state, carried.stamp) == (form.action, form.state, 1_800_000_000_000)


@given(st.builds(Notice, texts, many))
@thorough
def test_every_notice_and_home_is_within_what_slack_takes(notice: Notice) -> None:
    check_view(views.notice(notice, LINKS))
    check_view(views.home(notice, LINKS))


@given(st.lists(texts, min_size=1, max_size=30))
@thorough
def test_no_word_of_a_long_message_is_lost(paragraphs: list[str]) -> None:
    message = Message("s", tuple(map(Paragraph, paragraphs)))
    shown = "".join(read(part["blocks"]) for part in render.message(message, {}))
    assert "".join(shown.split()) == "".join("".join(paragraphs).split())


@given(buttons.filter(lambda one: one.label.strip()))
def test_a_button_carries_its_action_and_value_unchanged(button: Button) -> None:
    (part,) = render.message(Message("s", (Buttons((button,)),)), {})
    (element,) = part["blocks"][0]["elements"]
    assert element["action_id"].split(":")[1] == button.action
    assert element.get("value", "") == button.value


def test_what_somebody_wrote_is_never_parsed() -> None:
    all_blocks: tuple[Block, ...] = (
        Heading(HOSTILE),
        Paragraph(HOSTILE),
        Note(HOSTILE),
        Said(HOSTILE, "nl"),
        Facts((Fact(HOSTILE, HOSTILE), Fact("k", "v"))),
        Table(("", HOSTILE), ((HOSTILE, HOSTILE),)),
        Buttons((Button(HOSTILE, Action.HOME),)),
    )
    (part,) = render.message(Message(HOSTILE, all_blocks), {})
    assert "mrkdwn" not in str(part["blocks"])
    assert part["text"].startswith("&lt;!channel&gt;")


def test_a_pointer_is_a_link_where_there_is_one_and_its_text_alone_where_not() -> None:
    ref, gone = MessageRef("D1/1.1"), MessageRef("D1/9.9")
    message = Message("s", (Pointer("Mijn bericht van <toen>", ref), Pointer("Weg", gone)))
    (part,) = render.message(message, LINKS)
    assert part["blocks"][0]["text"]["text"] == f"<{LINKS[ref]}|Mijn bericht van &lt;toen&gt;>"
    assert part["blocks"][1]["text"] == {"type": "plain_text", "text": "Weg", "emoji": False}


def test_a_heading_never_stands_alone_at_the_end_of_a_message() -> None:
    full = tuple(Paragraph("a" * 2800) for _ in range(4))
    parts = render.message(Message("s", (*full[:3], Heading("kop"), *full[:3], Heading("kop"), full[0])), {})
    assert len(parts) > 1
    assert all(part["blocks"][-1]["type"] != "header" for part in parts)


def test_a_title_that_is_too_long_stands_whole_above_the_rest() -> None:
    view = views.notice(Notice("Wat er met onze roosters gebeurt", (Paragraph("x"),)), {})
    assert view["title"]["text"] == "Wat er met onze…"
    assert view["blocks"][0]["text"]["text"] == "Wat er met onze roosters gebeurt"


def test_two_steps_of_a_form_never_share_the_name_of_an_input() -> None:
    """Slack keeps what was typed in an input whose name stays the same, and a form must open empty."""
    field = TextField(FieldKey("answer"), "Vraag")
    one, two = (
        views.form(Form(Action.ANSWER, f"r.token {page} 1 nl", "t", (), (field,), "s"), 1, {}) for page in ("a", "b")
    )
    assert one["blocks"][0]["block_id"] != two["blocks"][0]["block_id"]


def test_what_was_filled_in_comes_back_by_field() -> None:
    choice = ChoiceField(FieldKey("words"), "Mag het?", (Option("yes", "Ja"), Option("no", "Nee")))
    wishes = ChoiceField(FieldKey("wishes"), "Wat?", (Option("a", "A"), Option("b", "B")), several=True)
    form = Form(
        Action.ANSWER,
        "s",
        "t",
        (),
        (TextField(FieldKey("answer"), "v"), choice, wishes, DateField(FieldKey("until"), "w")),
        "s",
    )
    view = views.form(form, 1, {})
    names = [block["block_id"] for block in view["blocks"]]
    given_ = [
        {"type": "plain_text_input", "value": "Onze ploeg"},
        {"type": "radio_buttons", "selected_option": {"value": "yes"}},
        {"type": "checkboxes", "selected_options": [{"value": "a"}, {"value": "b"}]},
        {"type": "datepicker", "selected_date": "2026-12-01"},
    ]
    view["state"] = {"values": {name: {"v": one} for name, one in zip(names, given_, strict=True)}}
    assert dict(views.filled(view)) == {"answer": "Onze ploeg", "words": "yes", "wishes": "a b", "until": "2026-12-01"}


def test_what_was_left_empty_comes_back_empty() -> None:
    empty = {
        "state": {
            "values": {
                "a@1": {"v": {"type": "plain_text_input", "value": None}},
                "b@1": {"v": {"type": "radio_buttons", "selected_option": None}},
                "c@1": {"v": {"type": "datepicker", "selected_date": None}},
            }
        }
    }
    assert {value for _, value in views.filled(empty)} == {""}


def test_what_is_wrong_stands_under_its_field_or_under_the_last() -> None:
    form = Form(Action.ANSWER, "s", "t", (), (TextField(FieldKey("a"), "A"), TextField(FieldKey("b"), "B")), "s")
    view = views.form(form, 1, {})
    problems = ((FieldKey("a"), "leeg"), (FieldKey("elsewhere"), "te lang"))
    names = [block["block_id"] for block in view["blocks"]]
    assert views.errors(Invalid(problems), view) == {names[0]: "leeg", names[1]: "te lang"}


def test_a_language_is_no_text() -> None:
    (part,) = render.message(Message("s", (Said("Dat gaat fout.", Language("nl")),)), {})
    assert read(part["blocks"]) == "“Dat gaat fout.”"
