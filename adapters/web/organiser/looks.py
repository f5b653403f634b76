"""What a platform's own renderer made of a message, Block Kit or an Adaptive Card, drawn as that platform shows it.

A drawing for whoever decides on the words; nothing in it can be pressed. What it does not know it draws as nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from html import unescape
from typing import Any

from markupsafe import Markup, escape

from adapters.web import render
from bot.messages import Block, Button, Buttons, Form, Message

Json = Mapping[str, Any]

_LINK = re.compile(r"<([^|>]+)\|([^>]*)>")


def _all(shown: Iterable[Markup]) -> Markup:
    return Markup("").join(shown)


# --- here -----------------------------------------------------------------------------------------------------------


def here(message: Message) -> Markup:
    """Draw a message as this page shows it."""
    return _all(map(_block, message.blocks))


def _block(block: Block) -> Markup:
    if isinstance(block, Buttons):
        return Markup('<div class="buttons">{}</div>').format(_all(map(_button, block.buttons)))
    return render.block(render.Page("", "", "", lambda _: False, level=3), block)


def _button(button: Button) -> Markup:
    return Markup('<span class="button{}">{}</span>').format(" primary" if button.primary else "", button.label)


def form_here(form: Form) -> Markup:
    """Draw a form as this page shows it: its title, what it promises, and its fields."""
    fields = _all(_field(field.label, field.hint, getattr(field, "options", ())) for field in form.fields)
    buttons = _all((Markup('<span class="button primary">{}</span>').format(form.submit), *map(_button, form.buttons)))
    return Markup('<p class="form-title">{}</p>{}{}<div class="buttons">{}</div>').format(
        form.title, _all(map(_block, form.blocks)), fields, buttons
    )


def _field(label: str, hint: str, options: Sequence[Any]) -> Markup:
    shown = _all(Markup('<li class="dot">{}</li>').format(option.label) for option in options)
    drawn = Markup("<ul>{}</ul>").format(shown) if options else Markup('<span class="blank"></span>')
    small = Markup('<span class="small">{}</span>').format(hint) if hint else ""
    return Markup('<div class="asked"><span class="label">{}</span>{}{}</div>').format(label, small, drawn)


# --- Slack ----------------------------------------------------------------------------------------------------------


def slack(blocks: Iterable[Json]) -> Markup:
    """Draw blocks of Block Kit."""
    return _all(_SLACK[one["type"]](one) for one in blocks if one.get("type") in _SLACK)


def slack_message(parts: Iterable[Json]) -> Markup:
    """Draw what `chat.postMessage` would take, one message after the other."""
    return _all(Markup('<div class="slack-part">{}</div>').format(slack(part["blocks"])) for part in parts)


def slack_view(view: Json) -> Markup:
    """Draw a modal."""
    submit = view.get("submit")
    foot = (
        Markup('<div class="actions"><span class="key primary">{}</span></div>').format(submit["text"])
        if submit
        else ""
    )
    return Markup('<p class="form-title">{}</p>{}{}').format(view["title"]["text"], slack(view["blocks"]), foot)


def _slack_text(text: Json) -> Markup:
    """Show a text; of Slack's own markup only the link that we write."""
    if text["type"] != "mrkdwn":
        return escape(text["text"])
    linked = _LINK.search(text["text"])
    return Markup('<span class="link">{}</span>').format(unescape(linked[2])) if linked else escape(text["text"])


def _slack_actions(block: Json) -> Markup:
    keys = (
        Markup('<span class="key{}">{}</span>').format(
            " primary" if one.get("style") == "primary" else "", one["text"]["text"]
        )
        for one in block["elements"]
    )
    return Markup('<div class="actions">{}</div>').format(_all(keys))


def _slack_input(block: Json) -> Markup:
    element = block["element"]
    hint = Markup('<span class="small">{}</span>').format(block["hint"]["text"]) if "hint" in block else ""
    options = element.get("options", ())
    drawn = _all(Markup('<li class="dot">{}</li>').format(one["text"]["text"]) for one in options)
    blank = Markup("<ul>{}</ul>").format(drawn) if options else Markup('<span class="blank"></span>')
    return Markup('<div class="asked"><span class="label">{}</span>{}{}</div>').format(
        block["label"]["text"], blank, hint
    )


_SLACK: Mapping[str, Callable[[Json], Markup]] = {
    "header": lambda one: Markup('<p class="header">{}</p>').format(one["text"]["text"]),
    "section": lambda one: Markup('<p class="section">{}</p>').format(_slack_text(one["text"])),
    "context": lambda one: _all(
        Markup('<p class="context">{}</p>').format(element["text"]) for element in one["elements"]
    ),
    "actions": _slack_actions,
    "input": _slack_input,
    "divider": lambda _: Markup("<hr>"),
}


# --- Teams ----------------------------------------------------------------------------------------------------------


def teams(elements: Iterable[Json]) -> Markup:
    """Draw elements of an Adaptive Card."""
    return _all(_element(one) for one in elements)


def teams_message(bodies: Iterable[Json]) -> Markup:
    """Draw the cards of activities, one after the other."""
    return _all(
        Markup('<div class="card-part">{}</div>').format(teams(one["content"]["body"]))
        for body in bodies
        for one in body["attachments"]
    )


def teams_card(card: Json) -> Markup:
    """Draw a card."""
    return teams(card["body"])


def _element(one: Json) -> Markup:
    kind = str(one.get("type", ""))
    if kind.startswith("Input."):
        return _input(one)
    draw = _TEAMS.get(kind)
    return draw(one) if draw is not None else Markup("")


def _style(one: Json) -> str:
    """The classes of a text: small, subtle, bold, large, as far as a card says so."""
    found = {
        "small": one.get("size") == "Small",
        "large": one.get("size") in {"Large", "Medium"},
        "subtle": bool(one.get("isSubtle")),
        "bold": one.get("weight") == "Bolder",
    }
    return " ".join(name for name, holds in found.items() if holds)


def _rich(one: Json) -> Markup:
    runs = _all(
        Markup('<span class="{}">{}</span>').format(_style(run), run["text"])
        for run in one.get("inlines", ())
        if isinstance(run, Mapping)
    )
    return Markup('<p class="run{}">{}</p>').format(" far" if one.get("spacing") == "Medium" else "", runs)


def _action_set(one: Json) -> Markup:
    keys = (
        Markup('<span class="key{}">{}</span>').format(
            " primary" if action.get("style") == "positive" else "", action.get("title", "")
        )
        for action in one["actions"]
    )
    return Markup('<div class="actions">{}</div>').format(_all(keys))


def _input(one: Json) -> Markup:
    choices = one.get("choices", ())
    drawn = _all(Markup('<li class="dot">{}</li>').format(choice["title"]) for choice in choices)
    blank = Markup("<ul>{}</ul>").format(drawn) if choices else Markup('<span class="blank"></span>')
    return Markup('<div class="asked"><span class="label">{}</span>{}</div>').format(one.get("label", ""), blank)


_TEAMS: Mapping[str, Callable[[Json], Markup]] = {
    "TextBlock": lambda one: Markup('<p class="run {}">{}</p>').format(_style(one), one["text"]),
    "RichTextBlock": _rich,
    "Container": lambda one: Markup('<div class="box">{}</div>').format(teams(one["items"])),
    "ActionSet": _action_set,
}
