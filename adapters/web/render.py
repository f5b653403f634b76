"""Blocks as HTML: a match over the closed union, so that a new block does not type-check until it is shown here."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import assert_never
from urllib.parse import urlencode

from markupsafe import Markup

from bot.ids import MessageRef
from bot.messages import (
    Action,
    Block,
    Button,
    Buttons,
    Facts,
    Heading,
    Note,
    Paragraph,
    Pointer,
    Said,
    Table,
)

Shown = Callable[[MessageRef], bool]
"""Whether a message stands on the page that is made, so that a link to it leads somewhere."""


@dataclass(frozen=True, slots=True)
class Page:
    """What buttons and pointers need to know of the page they are on.

    `base` is the path of whoever is played, `place` where they look, `level` the rank of headings in a message.
    """

    base: str
    place: str
    csrf: str
    shown: Shown
    level: int = 3


def blocks(page: Page, of: Iterable[Block]) -> Markup:
    """Show blocks one under the other."""
    return Markup("").join(block(page, one) for one in of)


def block(page: Page, one: Block) -> Markup:
    """Show one block. Text is escaped; line breaks are kept by the style sheet."""
    match one:
        case Heading():
            return Markup('<h{0} class="heading">{1}</h{0}>').format(page.level, one.text)
        case Paragraph():
            return Markup('<p class="text">{}</p>').format(one.text)
        case Note():
            return Markup('<p class="note">{}</p>').format(one.text)
        case Facts():
            return _facts(one)
        case Said():
            return Markup('<blockquote class="said" lang="{}"><p>{}</p></blockquote>').format(one.language, one.text)
        case Table():
            return _table(one)
        case Pointer():
            return _pointer(page, one)
        case Buttons():
            return buttons(page, one.buttons)
    assert_never(one)


def _facts(facts: Facts) -> Markup:
    row = Markup("<div><dt>{}</dt><dd>{}</dd></div>")
    return Markup('<dl class="facts">{}</dl>').format(
        Markup("").join(row.format(fact.label, fact.text) for fact in facts.facts)
    )


def _table(table: Table) -> Markup:
    """A table that scrolls by itself where the screen is narrow; the keyboard can scroll it too."""
    head = Markup("").join(Markup('<th scope="col">{}</th>').format(column) for column in table.columns)
    rows = Markup("").join(_row(row) for row in table.rows)
    inside = Markup("<table><thead><tr>{}</tr></thead><tbody>{}</tbody></table>").format(head, rows)
    return Markup('<div class="table" tabindex="0" role="group">{}</div>').format(inside)


def _row(row: tuple[str, ...]) -> Markup:
    label, *cells = row
    inside = Markup("").join(Markup("<td>{}</td>").format(cell) for cell in cells)
    return Markup('<tr><th scope="row">{}</th>{}</tr>').format(label, inside)


def _pointer(page: Page, pointer: Pointer) -> Markup:
    """A link to the message, or its text alone where that message is not on this page."""
    if not page.shown(pointer.ref):
        return Markup('<p class="text">{}</p>').format(pointer.text)
    return Markup('<p class="text"><a class="pointer" href="{}/{}#{}">{}</a></p>').format(
        page.base, page.place, pointer.ref, pointer.text
    )


def _explained(one: Button) -> Markup:
    """A link to a page beside this one: what is being typed in a form stays where it is."""
    return Markup('<a class="explained" href="{}" target="_blank" rel="noopener">{}</a>').format(
        f"/explained?{urlencode({'about': one.value})}", one.label
    )


def buttons(page: Page, of: Iterable[Button]) -> Markup:
    """Show buttons beside each other, each in a form of its own, so that they work without a script."""
    return Markup('<div class="buttons">{}</div>').format(Markup("").join(button(page, one) for one in of))


def button(page: Page, one: Button) -> Markup:
    """Show one button; what it carries goes back unchanged."""
    if one.action is Action.EXPLAIN:
        return _explained(one)
    hidden = Markup('<input type="hidden" name="{}" value="{}">')
    carried = (("csrf", page.csrf), ("place", page.place), ("action", one.action.value), ("value", one.value))
    return Markup(
        '<form method="post" action="{}/press" data-dialog>{}<button type="submit" class="{}">{}</button></form>'
    ).format(
        page.base,
        Markup("").join(hidden.format(name, value) for name, value in carried),
        "button primary" if one.primary else "button",
        one.label,
    )
