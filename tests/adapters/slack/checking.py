"""Whether Slack would take it: slack_sdk's models, and the limits that those do not know."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View

Json = dict[str, Any]

INPUTS = {
    "plain_text_input",
    "radio_buttons",
    "checkboxes",
    "static_select",
    "multi_static_select",
    "datepicker",
}
FORMAT = {"plain_text": 3000, "mrkdwn": 3000}


def length(text: str) -> int:
    """Count in UTF-16 units, as Slack does."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def texts(shown: object) -> Iterator[str]:
    """Yield every text that somebody reads."""
    if isinstance(shown, list | tuple):
        for one in shown:
            yield from texts(one)
    elif isinstance(shown, dict):
        if shown.get("type") in FORMAT and isinstance(shown.get("text"), str):
            yield shown["text"]
        for value in shown.values():
            yield from texts(value)


def read(shown: object) -> str:
    """Return everything that can be read."""
    return "\n".join(texts(shown))


def check_message(message: Json) -> None:
    """Hold a message to what `chat.postMessage` takes."""
    assert 1 <= len(message["text"]) <= 4000
    assert not set("<>") & set(message["text"])
    assert len(message["blocks"]) <= 50
    check_blocks(message["blocks"])
    assert sum(map(length, texts(message["blocks"]))) < 12_000
    assert not any(block["type"] == "input" for block in message["blocks"])


def check_view(view: Json) -> None:
    """Hold a view to what `views.open` and `views.publish` take."""
    View(**view).to_dict()
    assert 1 <= len(view["blocks"]) <= 100
    check_blocks(view["blocks"])
    assert len(view.get("private_metadata", "")) <= 3000
    if view["type"] == "modal":
        for name in ("title", "submit"):
            if name in view:
                assert 1 <= length(view[name]["text"]) <= 24
    has_input = any(block["type"] == "input" for block in view["blocks"])
    assert not has_input or "submit" in view


def check_blocks(blocks: list[Json]) -> None:
    """Hold blocks to the limits; slack_sdk returns None for a type that it does not know."""
    names = [block["block_id"] for block in blocks if "block_id" in block]
    assert len(names) == len(set(names))
    assert all(1 <= len(name) <= 255 for name in names)
    for block in blocks:
        parsed = Block.parse(block)
        assert parsed is not None, block["type"]
        parsed.to_dict()
        _check_block(block)
    for text in texts(blocks):
        assert text.strip()


def _check_block(block: Json) -> None:
    match block["type"]:
        case "header":
            assert length(block["text"]["text"]) <= 150
        case "section":
            assert length(block["text"]["text"]) <= 3000
        case "context":
            assert len(block["elements"]) <= 10
            assert all(length(one["text"]) <= 2000 for one in block["elements"])
        case "actions":
            assert 1 <= len(block["elements"]) <= 25
            ids = [one["action_id"] for one in block["elements"]]
            assert len(ids) == len(set(ids))
            for one in block["elements"]:
                assert length(one["text"]["text"]) <= 75
                assert 1 <= len(one.get("value", "x")) <= 2000
        case "input":
            assert 1 <= length(block["label"]["text"]) <= 2000
            _check_element(block["element"])
        case other:
            raise AssertionError(f"we show no {other}")


def _check_element(element: Json) -> None:
    assert element["type"] in INPUTS
    if element["type"] == "plain_text_input":
        assert 1 <= element["max_length"] <= 3000
        assert length(element.get("initial_value", "")) <= 3000
    groups = element.get("option_groups")
    lists = [group["options"] for group in groups] if groups else [element["options"]] if "options" in element else []
    for options in lists:
        most = 10 if element["type"] in {"radio_buttons", "checkboxes"} else 100
        assert 1 <= len(options) <= most
        for option in options:
            assert 1 <= length(option["text"]["text"]) <= 75
            assert 1 <= len(option["value"]) <= 150
            assert length(option.get("description", {}).get("text", "x")) <= 75
