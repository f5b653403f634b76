"""What a press is answered with: the card that takes the place of the one that was pressed, for that person only.

The card in the chat stays as it is; it comes back when the chat is opened anew, or by the button back. No card holds
what somebody sent, but for a form that they still have to put right.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import assert_never

from adapters.cutting import cut
from adapters.teams import limits
from adapters.teams.carried import BACK, FORM, Json, copied, packed, presses, size, unpacked, with_way_back
from adapters.teams.plain import line, neutral
from adapters.teams.render import (
    MORE,
    NAME,
    NO_LINKS,
    NO_OPENS,
    Links,
    Opens,
    at_most,
    body,
    execute,
    heading,
    is_heading,
    opening,
    press,
    rows,
    said,
)
from adapters.teams.render import card as make_card
from bot.ids import FieldKey, Language
from bot.messages import (
    UNSAID,
    Action,
    Button,
    Buttons,
    ChoiceField,
    DateField,
    Field,
    Form,
    Invalid,
    Notice,
    Option,
    Reply,
    TextField,
)
from bot.ports import Texts

RESERVED = frozenset({"action", "state", "value", "stamp", "several", FORM, BACK})
"""What `data` holds besides what was filled in: no field of a form may be named so."""

Data = Mapping[str, object]
"""The `data` of a button as it came back, with what was filled in beside it."""


@dataclass(frozen=True, slots=True)
class Answered:
    """A reply, and how answering works where its form has a button for that: it opens in the card."""

    reply: Reply
    explained: Notice | None = None


def explains(reply: Reply) -> Button | None:
    """Return the button of a form that says how answering works."""
    blocks = reply.blocks if isinstance(reply, Form) else ()
    buttons = (button for block in blocks if isinstance(block, Buttons) for button in block.buttons)
    return next((button for button in buttons if button.action is Action.EXPLAIN), None)


def card(
    reply: Reply,
    *,
    texts: Texts,
    stamp: int,
    pressed: Data | None = None,
    links: Links = NO_LINKS,
    explained: Notice | None = None,
) -> Json:
    """Return the card that shows a reply.

    `stamp` is when the form was opened, the same for every step of it. With `pressed`, the data of what was pressed,
    the card has a way back to the message, and a form that cannot be taken stands as it was filled in.
    """
    data = pressed or {}
    match reply:
        case Form():
            shown = _fitting(reply, texts, stamp, links, explained)
            return _carrying(shown, data, packed(shown))
        case Notice():
            inside = [*heading(reply.title, size_="Large"), *body(reply.blocks, links)]
            return _carrying(at_most(make_card(inside, _spoken(reply.title), reply.language)), data)
        case Invalid():
            return again(data, problems=reply.problems)
        case _:
            assert_never(reply)


def returned(data: Data) -> Json | None:
    """Return the card of the message that a button back brings along; None where it does not."""
    found = unpacked(data.get(BACK))
    return None if found is None else with_way_back(found)


def filled(data: Data) -> tuple[tuple[FieldKey, str], ...]:
    """Read what was filled in; several choices of one field, which come with commas, are joined by a space."""
    several = str(data.get("several", "")).split()
    return tuple(
        (FieldKey(key), value.replace(",", " ") if key in several else value)
        for key, value in data.items()
        if key not in RESERVED and isinstance(value, str)
    )


def again(data: Data, sentences: Iterable[str] = (), *, problems: Iterable[tuple[FieldKey, str]] = ()) -> Json:
    """Return a form as it was filled in: `sentences` above it, and each problem below its field.

    A problem whose field is not there stands above too.
    """
    form = unpacked(data.get(FORM)) or make_card((), NAME, UNSAID)
    keys = {str(element.get("id", "")) for element in form["body"]}
    above = [*sentences, *(text for key, text in problems if key not in keys)]
    below = {key: text for key, text in problems if key in keys}
    inside = [shown for element in form["body"] for shown in _refilled(element, data, below)]
    shown = form | {"body": [*map(_problem, above), *inside]}
    return _carrying(shown, data, str(data.get(FORM, "")))


def _refilled(element: Json, data: Data, problems: Mapping[FieldKey, str]) -> Iterator[Json]:
    """Put what was typed back into an input, and what is wrong with it below it."""
    if not str(element.get("type", "")).startswith("Input."):
        yield element
        return
    key = FieldKey(str(element.get("id")))
    value = str(data.get(key) or "")[: int(element.get("maxLength", limits.LINE_TEXT))]
    yield {name: one for name, one in element.items() if name != "value"} | ({"value": value} if value else {})
    if key in problems:
        yield _problem(problems[key])


def _problem(text: str) -> Json:
    return said(text, spacing="Small", weight="Bolder", color="Attention")


def _carrying(shown: Json, data: Data, form: str = "") -> Json:
    """Give a reply its way back to the message, and a form itself, so that it can be shown again as it was.

    Where that is too long there is less of it: a way back here only, then none, then not even the form.
    """
    message = unpacked(data.get(BACK))
    back = str(data[BACK]) if message is not None else ""
    label = f"← {_title(message)}" if message is not None else ""
    for way, bring, along in ((back, True, form), (back, False, form), ("", False, form), ("", False, "")):
        found = _brings(shown, along, back=way if bring else "")
        if way:
            found["body"] += rows([execute(label, {"action": BACK, BACK: way}, associatedInputs="none")])
        if size(found) <= limits.CARD_BYTES:
            return found
    return at_most(shown)


def _brings(shown: Json, form: str, *, back: str) -> Json:
    found = copied(shown)
    for one in presses(found):
        one["data"] |= ({FORM: form} if form and "state" in one["data"] else {}) | ({BACK: back} if back else {})
    return found


def _title(message: Json) -> str:
    """Name a message: its heading, or else the line of its notification."""
    named: Json = next((one for one in message["body"] if is_heading(one)), {})
    texts = [str(one.get("text", "")) for one in (named, *named.get("inlines", ()))]
    return cut(next(filter(None, texts), "") or str(message.get("fallbackText", NAME)), limits.BACK_TEXT)


def _spoken(title: str) -> str:
    return cut(line(title), limits.SUMMARY_TEXT) or NAME


def _fitting(of: Form, texts: Texts, stamp: int, links: Links, explained: Notice | None) -> Json:
    """Show a form that is short enough, with the explanation in it but for what the form says itself.

    Where that is too much for it, the explanation comes when it is asked for.
    """
    button = explains(of)
    if button is not None and explained is not None:
        more = [block for block in explained.blocks if block not in of.blocks]
        shown = _form(of, texts, stamp, links, {button: opening(button.label, more)})
        if size(shown) <= limits.FORM_BYTES:
            return shown
    return at_most(_form(of, texts, stamp, links), limits.FORM_BYTES)


def _form(of: Form, texts: Texts, stamp: int, links: Links, opens: Opens = NO_OPENS) -> Json:
    """Show a form. What stands beside its own button takes nothing along of what was typed."""
    several = " ".join(field.key for field in of.fields if isinstance(field, ChoiceField) and field.several)
    data = {"action": str(of.action), "state": of.state, "stamp": stamp, **({"several": several} if several else {})}
    inside = [
        *heading(of.title, size_="Large"),
        *body(of.blocks, links, opens),
        *(shown for field in of.fields for shown in _field(field, texts, of.language)),
        *rows([execute(of.submit, data, primary=True), *map(press, (one for one in of.buttons if one.label.strip()))]),
    ]
    return make_card(inside, _spoken(of.title), of.language)


def _field(field: Field, texts: Texts, language: Language) -> Iterator[Json]:
    """An input under its label, a hint below it. What is missing is said at once where we would refuse it too."""
    shown = _input(field) | {"id": str(field.key), "label": _label(field), "spacing": "Medium"}
    if field.required:
        missing = texts.get(language, _MISSING[field.type])
        shown |= {"isRequired": True, "errorMessage": neutral(missing)}
    yield shown
    if field.hint.strip():
        yield from _hint(field.hint)


def _label(field: Field) -> str:
    return neutral(cut(line(field.label), limits.LABEL_TEXT)) or MORE


_MISSING = {"text": "invalid.empty", "choice": "invalid.choose", "date": "invalid.date"}


def _hint(hint: str) -> Iterator[Json]:
    """Small print below an input."""
    yield said(cut(line(hint), limits.HINT_TEXT), spacing="Small", size="Small", isSubtle=True)


def _input(field: Field) -> Json:
    match field:
        case TextField():
            shown: Json = {"type": "Input.Text", "isMultiline": field.lines > 1, "maxLength": max(1, field.maximum)}
            value = field.value[: max(1, field.maximum)]
        case ChoiceField():
            shown, value = _choice(field), ",".join(field.value.split()) if field.several else field.value
        case DateField():
            shown, value = {"type": "Input.Date"}, field.value
        case _:
            assert_never(field)
    return shown | ({"value": value} if value else {})


def _choice(field: ChoiceField) -> Json:
    """Options under each other while there are few, or where several may be chosen; else a list that opens."""
    few = len(field.options) <= limits.FEW_OPTIONS or field.several
    return {
        "type": "Input.ChoiceSet",
        "style": "expanded" if few else "compact",
        "isMultiSelect": field.several,
        "wrap": True,
        "choices": [{"title": _option(one), "value": one.value} for one in field.options],
    }


def _option(option: Option) -> str:
    return neutral(cut(line(option.label), limits.OPTION_TEXT)) or option.value
