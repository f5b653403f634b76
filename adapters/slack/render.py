"""Neutral messages as Block Kit: a match over the closed unions, so that nothing new goes unshown.

Texts are `plain_text` wherever Slack allows it, which it does not parse: no mention, link or dialect of markdown in
what somebody wrote becomes anything but letters. The two exceptions, the line of a notification and a link to a
message, are escaped.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, assert_never

from adapters.cutting import cut, length, pieces
from adapters.slack import limits
from bot.ids import MessageRef
from bot.messages import Block, Button, Buttons, Facts, Heading, Message, Note, Paragraph, Pointer, Said, Table

Json = dict[str, Any]
Links = Mapping[MessageRef, str]
"""The permalink of each message that is pointed to; one that is missing is named without a link."""

PRESS = "ruimte"
"""What the ids of our buttons begin with."""

SHORT_FACT = 60
"""Facts of at most so many characters stand in a line each, with their labels."""


def message(of: Message, links: Links) -> tuple[Json, ...]:
    """Return what `chat.postMessage` takes, `text` and `blocks`: one, or more where one cannot hold it all."""
    text = escape(cut(" ".join(of.summary.split()), limits.SUMMARY_TEXT)) or "Ruimte"
    parts = tuple(_divided(blocks(of.blocks, links)))
    return tuple({"text": text, "blocks": part} for part in parts) or ({"text": text, "blocks": []},)


def _divided(all_blocks: Iterable[Json]) -> Iterator[list[Json]]:
    """Divide blocks over messages; a heading stays with what it stands above."""
    part: list[Json] = []
    size = 0
    for block in all_blocks:
        weight = _weight(block)
        if part and (len(part) >= limits.MESSAGE_BLOCKS or size + weight > limits.MESSAGE_TEXT):
            carried = [part.pop()] if len(part) > 1 and part[-1]["type"] == "header" else []
            yield part
            part, size = carried, sum(map(_weight, carried))
        part.append(block)
        size += weight
    if part:
        yield part


def _weight(block: object) -> int:
    """Count the characters of every text in a block; what a button carries counts too."""
    if isinstance(block, dict):
        return sum(_weight(value) for value in block.values())
    if isinstance(block, list):
        return sum(map(_weight, block))
    return length(block) if isinstance(block, str) else 0


def blocks(of: Iterable[Block], links: Links) -> list[Json]:
    """Show blocks one under the other; those without a text are left out, because Slack refuses them."""
    return [shown for number, one in enumerate(of) for shown in _block(one, links, number)]


def _block(one: Block, links: Links, number: int) -> Iterator[Json]:
    match one:
        case Heading():
            yield from _heading(one.text)
        case Paragraph():
            yield from map(section, pieces(one.text, limits.SECTION_TEXT))
        case Note():
            yield from map(_context, pieces(one.text, limits.CONTEXT_TEXT))
        case Facts():
            yield from _facts((fact.label, fact.text) for fact in one.facts)
        case Said():
            yield from map(section, pieces(f"“{one.text.strip()}”" if one.text.strip() else "", limits.SECTION_TEXT))
        case Table():
            yield from _table(one)
        case Pointer():
            yield from _pointer(one, links)
        case Buttons():
            yield from buttons(one.buttons, f"b{number}")
        case _:
            assert_never(one)


def _heading(text: str) -> Iterator[Json]:
    """A header takes one short line; a longer heading stands as running text."""
    line = " ".join(text.split())
    if length(line) > limits.HEADER_TEXT:
        yield from map(section, pieces(text, limits.SECTION_TEXT))
    elif line:
        yield {"type": "header", "text": plain(line)}


def _facts(facts: Iterable[tuple[str, str]]) -> Iterator[Json]:
    """Where all are short, lines under each other; else each has its label above it, in small print."""
    rows = [(label.strip(), text.strip()) for label, text in facts]
    if all(_short(label, text) for label, text in rows):
        lines = "\n".join(_line(label, text) for label, text in rows)
        yield from map(section, pieces(lines, limits.SECTION_TEXT))
        return
    for label, text in rows:
        yield from map(_context, pieces(label, limits.CONTEXT_TEXT))
        yield from map(section, pieces(text, limits.SECTION_TEXT))


def _line(label: str, text: str) -> str:
    """Write a label and what belongs to it; one that is a question needs no colon."""
    between = " " if label.endswith(("?", "!", ":")) else ": "
    return f"{label}{between}{text}" if label and text else label or text


def _short(label: str, text: str) -> bool:
    return "\n" not in label + text and length(label) + length(text) <= SHORT_FACT


def _table(table: Table) -> Iterator[Json]:
    """Slack has no table that wraps on a telephone: one row under the other, each cell under the name of its column."""
    for label, *cells in table.rows:
        yield from _heading(label)
        yield from _facts(zip(table.columns[1:], cells, strict=False))


def _pointer(pointer: Pointer, links: Links) -> Iterator[Json]:
    link = links.get(pointer.ref, "")
    text = " ".join(pointer.text.split())
    linked = f"<{escape(link).replace('|', '%7C')}|{escape(text).replace('|', '¦')}>"
    if link and text and length(linked) <= limits.SECTION_TEXT:
        yield {"type": "section", "text": {"type": "mrkdwn", "text": linked, "verbatim": True}}
    else:
        yield from map(section, pieces(pointer.text, limits.SECTION_TEXT))


def buttons(of: Sequence[Button], name: str) -> Iterator[Json]:
    """Buttons beside each other; more than a row takes go into the next. `name` is unlike that of every other row."""
    shown = [_button(button, number) for number, button in enumerate(of) if button.label.strip()]
    for start in range(0, len(shown), limits.ACTIONS):
        yield {"type": "actions", "block_id": f"{name}-{start}", "elements": shown[start : start + limits.ACTIONS]}


def _button(button: Button, number: int) -> Json:
    """What a button carries comes back in its id and value, unchanged; Slack refuses an empty value."""
    shown: Json = {
        "type": "button",
        "action_id": f"{PRESS}:{button.action}:{number}",
        "text": plain(cut(button.label, limits.BUTTON_TEXT)),
    }
    if button.value:
        shown["value"] = button.value
    if button.primary:
        shown["style"] = "primary"
    return shown


def section(text: str) -> Json:
    """Running text."""
    return {"type": "section", "text": plain(text)}


def _context(text: str) -> Json:
    return {"type": "context", "elements": [plain(text)]}


def plain(text: str) -> Json:
    """Text that Slack does not parse; `:smile:` stays as it was typed."""
    return {"type": "plain_text", "text": text, "emoji": False}


def escape(text: str) -> str:
    """Escape the three characters that Slack reads as control characters (docs.slack.dev, formatting, read 2026-11)."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
