"""Forms and notices as modals, and the home page: what a form carries through Slack, and how it comes back."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import blake2s
from typing import Self, assert_never

from adapters.cutting import cut, length, pieces
from adapters.slack import limits
from adapters.slack.render import Json, Links, blocks, buttons, plain, section
from bot.ids import FieldKey
from bot.messages import Action, Block, ChoiceField, DateField, Field, Form, Heading, Invalid, Notice, Option, TextField

FORM = "ruimte-form"
NOTICE = "ruimte-notice"
WAITING = "ruimte-waiting"
"""The callback ids of our modals."""

_INITIAL = {
    "value": "initial_value",
    "selected_option": "initial_option",
    "selected_options": "initial_options",
    "selected_date": "initial_date",
}
"""What an input holds, and what it is called when an input opens with it."""

NAME = "Ruimte"
MORE = "…"


@dataclass(frozen=True, slots=True)
class Carried:
    """What a form takes along in `private_metadata`: its action and state, and the stamp of when it was opened."""

    action: Action
    state: str
    stamp: int

    def __str__(self) -> str:
        """Write it, within what Slack takes: a state has at most 2,900 characters."""
        return f"{self.action} {self.stamp} {self.state}"

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read what `str` wrote. Raises ValueError for anything else."""
        action, stamp, state = text.split(" ", 2)
        return cls(Action(action), state, int(stamp))


def form(of: Form, stamp: int, links: Links) -> Json:
    """Show a form as a modal. Slack keeps what was typed in a block of the same name: names differ per step."""
    step = _step(of)
    inside = [*blocks(of.blocks, links), *(_field(field, step) for field in of.fields), *buttons(of.buttons, "form")]
    return {
        **_modal(of.title, inside),
        "callback_id": FORM,
        "private_metadata": str(Carried(of.action, of.state, stamp)),
        "submit": plain(cut(of.submit, limits.MODAL_TITLE) or NAME),
    }


def notice(of: Notice, links: Links) -> Json:
    """Show a notice as a modal with nothing to send."""
    return {**_modal(of.title, blocks(of.blocks, links)), "callback_id": NOTICE}


def home(of: Notice, links: Links) -> Json:
    """Show a notice as somebody's home page."""
    shown = blocks((Heading(of.title), *of.blocks), links)
    return {"type": "home", "callback_id": NOTICE, "blocks": _at_most(shown) or [section(MORE)]}


def waiting() -> Json:
    """Show that something is on its way; it says nothing of what, and is the same in every language."""
    return {**_modal(NAME, [section(MORE)]), "callback_id": WAITING}


def again(view: Json, problems: dict[str, str]) -> Json:
    """Show a form once more as it was filled in, what is wrong with it above: a page that waits took its place."""
    values = view.get("state", {}).get("values", {})
    shown = [_refilled(block, values.get(block.get("block_id"), {})) for block in view["blocks"]]
    kept: Json = {
        key: view[key] for key in ("type", "callback_id", "private_metadata", "title", "submit") if key in view
    }
    return {**kept, "blocks": _at_most([*(section(text) for text in problems.values()), *shown])}


def _refilled(block: Json, given: Json) -> Json:
    """Put what was filled in back into an input."""
    if block.get("type") != "input":
        return block
    element = dict(block["element"])
    for typed in given.values():
        for name, initial in _INITIAL.items():
            if typed.get(name):
                element[initial] = typed[name]
    return {**block, "element": element}


def errors(of: Invalid, view: Json) -> dict[str, str]:
    """Say what is wrong under the fields of the view that was sent; what has no field there stands under the last."""
    names = {_key(name): name for block in view.get("blocks", ()) if (name := _input_name(block))}
    last = next(reversed(names.values()), "")
    found: dict[str, str] = {}
    for key, text in of.problems:
        name = names.get(key, last)
        found[name] = f"{found[name]} {text}" if name in found else text
    return {name: cut(text, limits.SECTION_TEXT) for name, text in found.items() if name}


def filled(view: Json) -> tuple[tuple[FieldKey, str], ...]:
    """Read what was filled in; several choices of one field are joined by a space."""
    values = view.get("state", {}).get("values", {})
    return tuple((_key(name), _value(element)) for name, given in values.items() for element in given.values())


def _modal(title: str, inside: list[Json]) -> Json:
    """A title has 24 characters: a longer one stands whole above the rest."""
    short = cut(" ".join(title.split()), limits.MODAL_TITLE) or NAME
    whole: tuple[Block, ...] = (Heading(title),) if length(title.strip()) > limits.MODAL_TITLE else ()
    shown = _at_most([*blocks(whole, {}), *inside])
    return {"type": "modal", "title": plain(short), "blocks": shown or [section(MORE)]}


def _at_most(shown: list[Json]) -> list[Json]:
    """A view takes 100 blocks. What can be filled in and pressed stays; of the texts the last make room."""
    over = len(shown) - limits.VIEW_BLOCKS
    if over <= 0:
        return shown
    texts = [number for number, one in enumerate(shown) if one["type"] in {"section", "context", "header"}]
    gone = set(texts[-over - 1 :])
    kept = [one for number, one in enumerate(shown) if number not in gone]
    place = sum(number not in gone for number in range(min(gone, default=0)))
    return [*kept[:place], section(MORE), *kept[place:]][: limits.VIEW_BLOCKS]


def _step(of: Form) -> str:
    """Name this step of this form, unlike the one before and the one after it."""
    return blake2s(f"{of.action} {of.state}".encode(), digest_size=4).hexdigest()


def _key(name: str) -> FieldKey:
    return FieldKey(name.rpartition("@")[0] or name)


def _input_name(block: Json) -> str:
    return str(block.get("block_id", "")) if block.get("type") == "input" else ""


def _field(field: Field, step: str) -> Json:
    """An input, under the field's question; a hint below it."""
    shown: Json = {
        "type": "input",
        "block_id": f"{field.key}@{step}",
        "optional": not field.required,
        "label": plain(cut(field.label, limits.LABEL_TEXT) or MORE),
        "element": _element(field),
    }
    if field.hint.strip():
        shown["hint"] = plain(cut(field.hint, limits.HINT_TEXT))
    return shown


def _element(field: Field) -> Json:
    match field:
        case TextField():
            return _text(field)
        case ChoiceField():
            return _choice(field)
        case DateField():
            return {"type": "datepicker", "action_id": "v", **({"initial_date": field.value} if field.value else {})}
        case _:
            assert_never(field)


def _text(field: TextField) -> Json:
    most = max(1, min(field.maximum, limits.INPUT_TEXT))
    shown: Json = {"type": "plain_text_input", "action_id": "v", "multiline": field.lines > 1, "max_length": most}
    if field.value:
        shown["initial_value"] = next(pieces(field.value, most), "")
    return shown


def _choice(field: ChoiceField) -> Json:
    """Options under each other while there are few; else a menu. What was chosen before is chosen."""
    few = len(field.options) <= limits.RADIO_OPTIONS
    kind = {
        (True, False): "radio_buttons",
        (True, True): "checkboxes",
        (False, False): "static_select",
        (False, True): "multi_static_select",
    }[few, field.several]
    options = [_option(one, described=few) for one in field.options]
    shown: Json = {"type": kind, "action_id": "v", **_options(options)}
    chosen = set(field.value.split()) if field.several else {field.value}
    initial = [one for one in options if one["value"] in chosen]
    if initial and field.several:
        shown["initial_options"] = initial
    elif initial:
        shown["initial_option"] = initial[0]
    return shown


def _options(options: list[Json]) -> Json:
    """A menu of more than a hundred is divided into groups, named by their numbers."""
    most = limits.SELECT_OPTIONS
    if len(options) <= most:
        return {"options": options}
    groups = [options[start : start + most] for start in range(0, len(options), most)][: limits.SELECT_GROUPS]
    return {
        "option_groups": [
            {"label": plain(f"{number * most + 1}–{number * most + len(group)}"), "options": group}
            for number, group in enumerate(groups)
        ]
    }


def _option(option: Option, *, described: bool) -> Json:
    """An option; what its line cannot hold goes on below it where there is room for that."""
    line, *rest = tuple(pieces(" ".join(option.label.split()), limits.OPTION_TEXT)) or (option.value,)
    if rest and not described:
        line = cut(option.label, limits.OPTION_TEXT)
    shown: Json = {"text": plain(line), "value": option.value}
    if rest and described:
        shown["description"] = plain(cut(" ".join(rest), limits.OPTION_TEXT))
    return shown


def _value(element: Json) -> str:
    """Read one input; one that was left empty is ""."""
    if "selected_options" in element:
        return " ".join(str(one["value"]) for one in element["selected_options"] or ())
    if "selected_option" in element:
        return str((element["selected_option"] or {}).get("value", ""))
    return str(element.get("value") or element.get("selected_date") or "")
