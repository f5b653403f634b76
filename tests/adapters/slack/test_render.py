"""Nothing that Ruimte can say is more than Slack takes, and nothing that somebody wrote is more than letters."""

from __future__ import annotations

from typing import Any

from hypothesis import HealthCheck, given, settings
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
    Field,
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
from tests.adapters.slack.checking import check_message, check_view, read

HOSTILE = "<!channel> <@U123|iemand> *vet* _schuin_ `x` &amp; :smile: <https://example.org|klik> >citaat"

words = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=60)
texts = st.one_of(
    words,
    st.just(HOSTILE),
    st.builds(lambda text, times: text * times, words, st.integers(0, 150)),
    st.integers(0, 7000).map("a".__mul__),
    st.integers(0, 3500).map("😀".__mul__),
    st.integers(0, 1500).map("een woord\n".__mul__),
)
values = st.text("abc.-_/ ", max_size=2000)
few = st.lists(texts, max_size=12)
buttons = st.builds(Button, texts, st.sampled_from(Action), values, st.booleans())
rows = st.builds(Buttons, st.lists(buttons, max_size=60).map(tuple))
facts = st.builds(Facts, st.lists(st.builds(Fact, texts, texts), max_size=30).map(tuple))


@st.composite
def tables(draw: st.DrawFn) -> Table:
    """Draw a table whose rows are as long as its columns."""
    wide = draw(st.integers(1, 4))
    row = st.lists(texts, min_size=wide, max_size=wide).map(tuple)
    return Table(draw(row), tuple(draw(st.lists(row, max_size=6))))


blocks: st.SearchStrategy[Block] = st.one_of(
    st.builds(Heading, texts),
    st.builds(Paragraph, texts),
    st.builds(Note, texts),
    st.builds(Said, texts, st.just("nl")),
    st.builds(Pointer, texts, st.sampled_from([MessageRef("D1/1.1"), MessageRef("D1/2.2")])),
    facts,
    rows,
    tables(),
)
many = st.lists(blocks, max_size=70).map(tuple)
options = st.lists(st.builds(Option, st.text("abc-", min_size=1, max_size=150), texts), min_size=1, max_size=130)
fields: st.SearchStrategy[Field] = st.one_of(
    st.builds(
        TextField,
        st.just(FieldKey("t")),
        texts,
        texts,
        st.integers(1, 5000),
        st.booleans(),
        st.integers(1, 9),
        texts,
    ),
    st.builds(ChoiceField, st.just(FieldKey("c")), texts, options.map(tuple), texts, several=st.booleans()),
    st.builds(DateField, st.just(FieldKey("d")), texts, texts, value=st.sampled_from(["", "2026-12-01"])),
)
several_fields = st.lists(fields, max_size=20).map(
    lambda all_: tuple(_renamed(field, number) for number, field in enumerate(all_))
)
LINKS = {MessageRef("D1/1.1"): "https://werk.slack.com/archives/D1/p11"}
thorough = settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))


def _renamed(field: Any, number: int) -> Any:  # noqa: ANN401 - any field
    """Give a field of a form a key of its own."""
    kind = type(field)
    given_ = {name: getattr(field, name) for name in field.__dataclass_fields__ if name not in {"key", "type"}}
    return kind(key=FieldKey(f"f{number}"), **given_)


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
