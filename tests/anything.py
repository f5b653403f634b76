"""Anything that could be said: messages and forms of hypothesis, with the longest texts and with hostile ones."""

from __future__ import annotations

from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from bot.ids import FieldKey, MessageRef
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
    Heading,
    Note,
    Option,
    Paragraph,
    Pointer,
    Said,
    Table,
    TextField,
)

HOSTILE = (
    "<!channel> <@U123|iemand> *vet* _schuin_ `x` &amp; :smile: <https://example.org|klik> >citaat",
    "[klik](javascript:alert(1)) ![x](https://example.org/x) <img src=x onerror=alert(1)> **vet** {{DATE(2027-01-19)}}",
    "# kop\n- een\n1. twee\n> citaat\n***\n<script>alert(1)</script> &lt;b&gt; \\*x\\* </at> <at>iemand</at>",
)
"""Written by whoever wants it to be more than letters: Slack's dialect, markdown with HTML, and lines of markdown."""

REFS = (MessageRef("D1/1.1"), MessageRef("D1/2.2"))

words = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=60)
texts = st.one_of(
    words,
    st.sampled_from(HOSTILE),
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
    st.builds(Pointer, texts, st.sampled_from(REFS)),
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
    lambda all_: tuple(renamed(field, number) for number, field in enumerate(all_))
)
thorough = settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))


def renamed(field: Any, number: int) -> Any:  # noqa: ANN401 - any field
    """Give a field of a form a key of its own."""
    kind = type(field)
    given_ = {name: getattr(field, name) for name in field.__dataclass_fields__ if name not in {"key", "type"}}
    return kind(key=FieldKey(f"f{number}"), **given_)
