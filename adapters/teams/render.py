"""Neutral messages as Adaptive Cards 1.5: a match over the closed union, so that nothing new goes unshown.

Everything stands under each other, so that it reads on a phone. Texts are shown as they were typed (`plain`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import assert_never

from adapters.cutting import cut, length, pieces
from adapters.teams import limits
from adapters.teams.carried import Json, size, with_way_back
from adapters.teams.plain import line, only_letters, run
from bot.ids import Language, MessageRef
from bot.messages import Block, Button, Buttons, Facts, Heading, Message, Note, Paragraph, Pointer, Said, Table

Links = Mapping[MessageRef, str]
"""The link to each message that is pointed to; one that is missing is named without a link."""

Opens = Mapping[Button, Json]
"""What opens in the card itself for each button that does not come to us."""

NO_LINKS: Links = {}
NO_OPENS: Opens = {}
CONTENT_TYPE = "application/vnd.microsoft.card.adaptive"
SCHEMA = "http://adaptivecards.io/schemas/adaptive-card.json"
NAME = "Ruimte"
MORE = "…"

SHORT_FACT = 60
"""Facts of at most so many characters stand in a line each, with their labels."""

_LINK = re.compile(r"https://[^\s\"<>\\]+")


def activities(of: Message, links: Links = NO_LINKS) -> tuple[Json, ...]:
    """Return the bodies of the activities that say a message: one, or more where one cannot hold it all."""
    summary = _summary(of)
    room = limits.CARD_BYTES - size(card((), summary, of.language))
    parts = list(_divided(body(of.blocks, links), room)) or [[]]
    return tuple(attached(with_way_back(card(part, summary, of.language))) for part in parts)


def activity(of: Message, links: Links = NO_LINKS) -> Json:
    """Return the body of the one activity that takes the place of another: what is too long for it ends in "…"."""
    summary = _summary(of)
    whole = at_most(card(body(of.blocks, links), summary, of.language))
    return attached(with_way_back(whole))


def attached(card_: Json) -> Json:
    """Return the body of an activity with a card; `summary` is what a notification shows."""
    return {
        "type": "message",
        "summary": card_["fallbackText"],
        "attachments": [{"contentType": CONTENT_TYPE, "content": card_}],
    }


def card(of: Sequence[Json], summary: str, language: Language) -> Json:
    """Make a card. `summary` is for whoever cannot see it: it is spoken, and shown where cards are not."""
    return {
        "$schema": SCHEMA,
        "type": "AdaptiveCard",
        "version": "1.5",
        **({"lang": str(language)} if language else {}),
        "fallbackText": summary,
        "speak": re.sub("[<>&]", " ", summary).strip() or NAME,
        "body": list(of) or [said(MORE)],
    }


def _summary(of: Message) -> str:
    return cut(line(of.summary), limits.SUMMARY_TEXT) or NAME


def _divided(elements: Iterable[Json], room: int) -> Iterator[list[Json]]:
    """Divide what stands under each other over cards; a heading stays with what it stands above."""
    part: list[Json] = []
    taken = 0
    for element in elements:
        weight = size(element) + 2
        if part and taken + weight > room:
            carried = [part.pop()] if len(part) > 1 and is_heading(part[-1]) else []
            yield part
            part, taken = carried, sum(size(one) + 2 for one in carried)
        part.append(element)
        taken += weight
    if part:
        yield part


def at_most(card_: Json, most: int = limits.CARD_BYTES) -> Json:
    """Return a card that is short enough: its last texts make room, and where that is too little its last buttons.

    What can be filled in, and the button that sends it, stay.
    """
    if size(card_) <= most:
        return card_
    return _with_fewer_buttons(_with_fewer_texts(card_, most), most)


def _with_fewer_texts(card_: Json, most: int) -> Json:
    shown, over = list(card_["body"]), size(card_) - most
    texts = [number for number, one in enumerate(shown) if one["type"] in {"RichTextBlock", "TextBlock", "Container"}]
    if not texts:
        return card_
    over += size(said(MORE)) + 2
    place = texts[-1]
    while over > 0 and texts:
        place = texts.pop()
        over -= size(shown.pop(place)) + 2
    return card_ | {"body": [*shown[:place], said(MORE), *shown[place:]]}


def _with_fewer_buttons(card_: Json, most: int) -> Json:
    shown = list(card_["body"])
    for place in reversed(range(len(shown))):
        if size(card_ | {"body": shown}) <= most:
            break
        actions = shown[place].get("actions", ())
        if actions and not any("state" in one.get("data", {}) for one in actions):
            del shown[place]
    return card_ | {"body": shown or [said(MORE)]}


def body(of: Iterable[Block], links: Links = NO_LINKS, opens: Opens = NO_OPENS) -> list[Json]:
    """Show blocks one under the other; those without a text are left out."""
    return [shown for one in of for shown in _block(one, links, opens)]


def _block(one: Block, links: Links, opens: Opens) -> Iterator[Json]:
    match one:
        case Heading():
            yield from heading(one.text)
        case Paragraph():
            yield from _lines(one.text)
        case Note():
            yield from _lines(one.text, size="Small", isSubtle=True)
        case Facts():
            yield from _facts((fact.label, fact.text) for fact in one.facts)
        case Said():
            yield from _said(one.text)
        case Table():
            yield from _table(one)
        case Pointer():
            yield from _pointer(one, links)
        case Buttons():
            yield from rows([opens.get(button) or press(button) for button in one.buttons if button.label.strip()])
        case _:
            assert_never(one)


def heading(text: str, *, size_: str = "Medium") -> Iterator[Json]:
    """A heading, also to a screen reader; one with signs that might be read as markdown is bold running text."""
    shown = line(text)
    if length(shown) <= limits.LINE_TEXT and only_letters(shown):
        yield {
            "type": "TextBlock",
            "text": shown,
            "style": "heading",
            "size": size_,
            "weight": "Bolder",
            "wrap": True,
        }
    elif shown:
        yield from _lines(shown, size=size_, weight="Bolder")


def is_heading(element: Json) -> bool:
    """Say whether an element stands above what follows it."""
    runs = element.get("inlines", [])
    return element["type"] == "TextBlock" or (len(runs) == 1 and runs[0].get("weight") == "Bolder")


def said(text: str, *, spacing: str = "", **style: object) -> Json:
    """One line of running text."""
    shown: Json = {"type": "RichTextBlock", "inlines": [{"type": "TextRun", "text": run(text), **style}]}
    return shown | {"spacing": spacing} if spacing else shown


def _lines(text: str, *, first: str = "", **style: object) -> Iterator[Json]:
    """Running text, an element for each of its lines: how a client shows a line break differs. Raises nothing."""
    spacing = first
    for one in text.strip().splitlines():
        if not one.strip():
            spacing = "Medium"
        for piece in pieces(one, limits.LINE_TEXT):
            yield said(piece, spacing=spacing, **style)
            spacing = "Small"


def _facts(facts: Iterable[tuple[str, str]]) -> Iterator[Json]:
    """Where all are short, lines under each other; else each has its label above it."""
    kept = [(label.strip(), text.strip()) for label, text in facts if label.strip() or text.strip()]
    short = all(_short(label, text) for label, text in kept)
    for number, (label, text) in enumerate(kept):
        if short:
            yield _fact(label, text, spacing="Small" if number else "")
        else:
            yield from _lines(label, first="Medium", weight="Bolder")
            yield from _lines(text, first="Small")


def _fact(label: str, text: str, *, spacing: str) -> Json:
    """A label and what belongs to it in one line; a label that is a question needs no colon."""
    between = "" if not label or not text else " " if label.endswith(("?", "!", ":")) else ": "
    runs = [{"type": "TextRun", "text": run(label + between), "weight": "Bolder"}] if label else []
    shown: Json = {"type": "RichTextBlock", "inlines": [*runs, {"type": "TextRun", "text": run(text)}]}
    return shown | {"spacing": spacing} if spacing else shown


def _short(label: str, text: str) -> bool:
    return "\n" not in label + text and length(label) + length(text) <= SHORT_FACT


def _said(text: str) -> Iterator[Json]:
    """Someone's own words, in quotation marks, set apart."""
    words = text.strip()
    for piece in pieces(f"“{words}”" if words else "", limits.LINE_TEXT):
        yield {"type": "Container", "style": "emphasis", "items": list(_lines(piece))}


def _table(table: Table) -> Iterator[Json]:
    """Side by side it does not read on a phone: one row under the other, each cell under the name of its column."""
    for label, *cells in table.rows:
        yield from heading(label)
        yield from _facts(zip(table.columns[1:], cells, strict=False))


def _pointer(pointer: Pointer, links: Links) -> Iterator[Json]:
    link = links.get(pointer.ref, "")
    shown = said(line(pointer.text))
    if _LINK.fullmatch(link):
        shown["inlines"][0]["selectAction"] = {"type": "Action.OpenUrl", "url": link}
    if line(pointer.text):
        yield shown


def rows(of: Iterable[Json]) -> Iterator[Json]:
    """Buttons beside each other as far as they fit on a phone, the others below."""
    row: list[Json] = []
    taken = 0
    for one in of:
        wide = length(one["title"]) + limits.BUTTON_TEXT
        if row and (taken + wide > limits.ROW_TEXT or len(row) == limits.ROW_BUTTONS):
            yield {"type": "ActionSet", "actions": row}
            row, taken = [], 0
        row.append(one)
        taken += wide
    if row:
        yield {"type": "ActionSet", "actions": row}


def press(button: Button) -> Json:
    """A button. What it carries comes back in `data`, unchanged; what is typed beside it does not."""
    return execute(
        button.label,
        {"action": str(button.action), "value": button.value},
        primary=button.primary,
        associatedInputs="none",
    )


def opening(label: str, of: Iterable[Block]) -> Json:
    """A button that opens what it is about below it, and closes it: what is typed in the card stays where it is."""
    return {
        "type": "Action.ShowCard",
        "title": cut(line(label), limits.TITLE_TEXT),
        "card": {"type": "AdaptiveCard", "body": body(of) or [said(MORE)]},
    }


def execute(label: str, data: Json, *, primary: bool = False, **given: object) -> Json:
    """A button whose data goes to us only; whoever cannot press one sees none, because a `Submit` writes a message."""
    whole = line(label)
    title = cut(whole, limits.TITLE_TEXT)
    return {
        "type": "Action.Execute",
        "title": title,
        "verb": data["action"],
        **({"tooltip": cut(whole, limits.LABEL_TEXT)} if title != whole else {}),
        **({"style": "positive"} if primary else {}),
        "data": data,
        **given,
    }
