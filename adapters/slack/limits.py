"""What Slack takes, in characters and pieces (Block Kit reference, docs.slack.dev, read 2026-11), and cutting to it."""

from __future__ import annotations

from collections.abc import Iterator

MESSAGE_BLOCKS = 50
VIEW_BLOCKS = 100
MESSAGE_TEXT = 11_500
"""All texts of a message together: messages of about 13,000 have been refused, and the JSON around them counts too."""
SECTION_TEXT = 3000
HEADER_TEXT = 150
CONTEXT_TEXT = 2000
SUMMARY_TEXT = 150
"""The line of a notification; Slack takes more, and shows less."""
ACTIONS = 25
BUTTON_TEXT = 75
OPTION_TEXT = 75
RADIO_OPTIONS = 10
SELECT_OPTIONS = 100
SELECT_GROUPS = 100
LABEL_TEXT = 2000
HINT_TEXT = 2000
INPUT_TEXT = 3000
MODAL_TITLE = 24

ELLIPSIS = "…"


def cut(text: str, most: int) -> str:
    """Shorten a text to `most` characters, at a space where there is one near the end."""
    text = text.strip()
    if length(text) <= most:
        return text
    kept = _head(text, most - 1)
    space = kept.rfind(" ")
    return (kept[:space] if space > most // 2 else kept).rstrip() + ELLIPSIS


def pieces(text: str, most: int) -> Iterator[str]:
    """Divide a text into pieces of at most `most` characters, at a line or a space where there is one."""
    rest = text.strip()
    while length(rest) > most:
        head = _head(rest, most)
        at = max(head.rfind("\n"), head.rfind(" "))
        at = at if at > most // 2 else len(head)
        yield rest[:at].rstrip()
        rest = rest[at:].lstrip()
    if rest:
        yield rest


def length(text: str) -> int:
    """Count as JavaScript and Slack do: in UTF-16 units, where an emoji is two."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def _head(text: str, most: int) -> str:
    """Return as much of the beginning as fits."""
    head = text[:most]
    while length(head) > most:
        head = head[: len(head) - (length(head) - most + 1) // 2]
    return head
