"""Whether Teams would take it: the schema of Adaptive Cards 1.5, and what Teams and a reader need besides."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import lru_cache
from importlib.resources import files
from typing import Any

from jsonschema import Draft6Validator  # type: ignore[import-untyped]

Json = dict[str, Any]

MOST = 28_000
"""Bytes of a message, about, its ids and the like included."""

TEXTS = ("text", "title", "label", "errorMessage", "fallbackText", "tooltip", "placeholder")


FREE = (*TEXTS, "speak", "value", "id")
"""What may be any text."""


@lru_cache(maxsize=1)
def validator() -> Any:  # noqa: ANN401 -- jsonschema has no types
    """Read the schema once, as the package of the schemas ships it."""
    schema = json.loads(files("adaptive_cards").joinpath("schemas/schema-1.5.json").read_text())
    return Draft6Validator(schema)


def elements(shown: object) -> Iterator[Json]:
    """Yield everything that has a type, one inside the other, in order."""
    if isinstance(shown, list):
        for one in shown:
            yield from elements(one)
    elif isinstance(shown, dict):
        if "type" in shown:
            yield shown
        for name, value in shown.items():
            if name != "data":
                yield from elements(value)


def read(shown: object) -> str:
    """Return everything that can be read, a line for each text."""
    return "\n".join(str(one[name]) for one in elements(shown) for name in TEXTS if name in one)


def presses(card: object) -> list[Json]:
    """Return everything that can be pressed."""
    return [one for one in elements(card) if one["type"].startswith("Action.")]


def pressed(card: Json, action: str, of: str = "") -> Json:
    """Return the data of the first button with an action; `of` narrows it to those that carry this."""
    found = (one["data"] for one in presses(card) if one["type"] == "Action.Execute")
    return next(one for one in found if one["action"] == action and of in str(one.get("value", one.get("state", ""))))


def submit(card: Json) -> Json:
    """Return the data of the button that sends a form."""
    return next(one["data"] for one in presses(card) if "state" in one.get("data", {}))


def inputs(card: Json) -> list[Json]:
    """Return everything that can be filled in."""
    return [one for one in elements(card) if one["type"].startswith("Input.")]


def check_activity(activity: Json) -> Json:
    """Hold an activity to what Teams takes; return its card."""
    assert 1 <= len(activity["summary"]) <= 150
    assert set(activity) == {"type", "summary", "attachments"}
    (attachment,) = activity["attachments"]
    assert attachment["contentType"] == "application/vnd.microsoft.card.adaptive"
    assert len(json.dumps(activity, ensure_ascii=False).encode()) < MOST
    check_card(attachment["content"])
    assert not inputs(attachment["content"]), "what stands in a chat is no form"
    return dict(attachment["content"])


def check_schema(card: Json) -> None:
    """Hold a card to the schema; two that differ in their texts only are one, because it takes its time."""
    problem = _problem(json.dumps(_shape(card)))
    assert not problem, problem


@lru_cache(maxsize=5000)
def _problem(card: str) -> str:
    errors = sorted(validator().iter_errors(json.loads(card)), key=lambda error: len(error.path))
    return str(errors[0].message)[:500] if errors else ""


def _shape(shown: object, name: str = "") -> object:
    """Return what the schema looks at: of a text that it is one, of what a button carries that it is an object."""
    if isinstance(shown, dict):
        return {} if name == "data" else {key: _shape(value, key) for key, value in shown.items()}
    if isinstance(shown, list):
        return [_shape(one) for one in shown]
    return "x" if isinstance(shown, str) and name in FREE else shown


def check_card(card: Json) -> None:
    """Hold a card to the schema, to its size, and to what whoever reads or hears it needs."""
    check_schema(card | {"body": []})
    for one in _one_by_one(card["body"]):
        check_schema({"type": "AdaptiveCard", "version": "1.5", "body": [one]})
    assert card["type"] == "AdaptiveCard"
    assert card["version"] == "1.5"
    assert card["fallbackText"].strip()
    assert card["speak"].strip()
    assert card["body"]
    assert len(json.dumps(card, ensure_ascii=False).encode()) < MOST - 2000
    for one in elements(card["body"]):
        _check(one)
    ids = [one["id"] for one in inputs(card)]
    assert len(ids) == len(set(ids))


def _one_by_one(body: list[Json]) -> Iterator[Json]:
    """Yield what stands under each other, of what opens its outside first: the schema takes long over what is deep."""
    for one in body:
        opened = [press["card"] for press in presses(one) if press["type"] == "Action.ShowCard"]
        yield _hollow(one) if opened else one
        for card in opened:
            yield from _one_by_one(card["body"])


def _hollow(one: Json) -> Json:
    """Leave out what opens."""
    actions = [press | {"card": press["card"] | {"body": []}} if "card" in press else press for press in one["actions"]]
    return one | {"actions": actions}


def _check(one: Json) -> None:
    match one["type"]:
        case "Action.Execute":
            _check_button(one)
        case "ActionSet":
            assert 1 <= len(one["actions"]) <= 6
        case "Action.OpenUrl":
            assert one["url"].startswith("https://")
        case "TextBlock":
            assert one["wrap"]
            assert one["style"] == "heading"
            assert one["text"].strip()
        case "TextRun":
            assert "{{" not in one["text"]
        case "RichTextBlock":
            assert all("\n" not in run["text"] for run in one["inlines"])
            assert "".join(run["text"] for run in one["inlines"]).strip()
        case "Container":
            assert one["items"]
        case "Action.ShowCard":
            assert 1 <= len(one["title"]) <= 75
            assert not inputs(one["card"]), "what opens in a form is no form of its own"
            assert not presses(one["card"])
        case "AdaptiveCard":
            assert one["body"]
        case "Input.Text" | "Input.Date" | "Input.ChoiceSet":
            _check_input(one)
        case other:
            raise AssertionError(f"we show no {other}")


def _check_button(one: Json) -> None:
    assert one["verb"] == one["data"]["action"]
    assert 1 <= len(one["title"]) <= 75
    assert "fallback" not in one, "a button that falls back to Submit writes a message"
    if "state" not in one["data"]:
        assert one["associatedInputs"] == "none", "what is typed beside it is not sent"


def _check_input(one: Json) -> None:
    assert one["label"].strip()
    assert bool(one.get("isRequired")) == bool(one.get("errorMessage"))
    if one["type"] == "Input.ChoiceSet":
        assert one["wrap"]
        assert all(choice["title"].strip() for choice in one["choices"])
        assert not any("," in choice["value"] for choice in one["choices"]), "Teams joins several with commas"
