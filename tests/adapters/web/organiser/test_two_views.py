"""The form and the file are two views of one change: nothing is lost on the way, in either direction."""

from dataclasses import replace
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.change_file import Against, dump_change, read_text
from adapters.web.organiser.document import is_short, write
from adapters.web.organiser.filled import form_of
from adapters.web.organiser.shape import Row, clean, flat, read
from bot.change import Change
from bot.ids import Language, TenantId
from tests.adapters.change_files import TENANT, against
from tests.adapters.made_up_changes import changes

COMPANY = Path(__file__).parents[4] / "adapters" / "company"
OFFERED = (Language("nl"), Language("en"))


def judged(text: str, **other: object) -> Change:
    """Read a file that must have no findings."""
    reading = read_text(text, tenant=TENANT, against=against(people=None, teams=None, **other))
    assert reading.findings == ()
    assert reading.change is not None
    return reading.change


def through_the_form(change: Change, **other: object) -> Change:
    """Show a change as the form, send the form as a browser does, and read the file that it makes."""
    sent = tuple(flat(form_of(change)))
    return judged(write(read(sent, OFFERED), change.languages).text, **other)


@settings(deadline=None, max_examples=60)
@given(change=changes())
def test_a_change_comes_back_from_the_form_as_it_was(change: Change) -> None:
    assert through_the_form(change) == change


@settings(deadline=None, max_examples=60)
@given(change=changes())
def test_what_the_form_makes_is_what_show_prints_and_back(change: Change) -> None:
    shown = dump_change(through_the_form(change))
    assert shown == dump_change(change)
    assert form_of(judged(shown)) == form_of(change)


def test_the_examples_come_back_from_the_form_as_they_were() -> None:
    for name in ("change.yaml", "small.yaml"):
        change = judged((COMPANY / name).read_text(encoding="utf-8"))
        assert through_the_form(change, before=change) == change


@settings(deadline=None)
@given(change=changes())
def test_a_form_is_the_same_after_a_browser_sent_it(change: Change) -> None:
    form = form_of(change)
    once = read(flat(form), OFFERED)
    assert read(flat(once), OFFERED) == once
    assert dict(flat(once)).items() >= dict(flat(form)).items()


@settings(deadline=None)
@given(text=st.text(max_size=300))
def test_whatever_is_typed_comes_through_the_file_as_it_was_cleaned(text: str) -> None:
    form = small(why={"nl": text or "x"})
    why = clean(text)
    document = write(read(flat(form), OFFERED), OFFERED[:1])
    reading = read_text(document.text, tenant=TenantId("t"), against=judge())
    if not why:
        assert text == "" or [finding.code for finding in reading.findings] == ["empty"]
        return
    assert reading.findings == ()
    assert reading.change is not None
    assert reading.change.why.in_(OFFERED[0]) == why
    again = read_text(dump_change(reading.change), tenant=TenantId("t"), against=judge(before=reading.change))
    assert again.change == reading.change


def judge(**other: object) -> Against:
    return against(people=None, teams=None, **other)


def small(**texts: dict[str, str]) -> Row:
    """Give the form of a title, a why, one open point, one question and one date."""
    question = Row(texts={"question": {"nl": "Wat mogen we niet kwijtraken?"}})
    planned = Row(words={"round": "listen", "opens_on": "2026-12-07", "asks": "own"}, rows={"ask": (question,)})
    point = Row(words={"state": "open"}, texts={"text": {"nl": "Wie er in het weekend werkt."}})
    return Row(
        texts={"title": {"nl": "Zelf roosteren"}, "why": {"nl": "Het kan."}} | texts,
        rows={"frame": (point,), "planning": (planned,)},
    )


def test_five_things_become_the_shortest_file() -> None:
    document = write(small(), OFFERED[:1])
    assert document.text == (
        'title: "Zelf roosteren"\n'
        'why: "Het kan."\n'
        "languages:\n"
        '  - "nl"\n'
        'open: "Wie er in het weekend werkt."\n'
        'question: "Wat mogen we niet kwijtraken?"\n'
        'on: "2026-12-07"\n'
    )
    assert judged(document.text).planning[0].kind == "listen"


def test_a_change_of_five_things_stays_the_same_when_it_is_opened_again() -> None:
    change = judged(write(small(), OFFERED[:1]).text)
    assert not is_short(form_of(change))
    assert through_the_form(change, before=change) == change


def test_a_second_point_needs_the_long_file() -> None:
    form = small()
    point = replace(form.part("frame")[0], words={"state": "fixed"})
    assert not is_short(form.with_part("frame", (*form.part("frame"), point)))
