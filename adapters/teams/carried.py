"""What a card carries in its buttons: the card to go back to, and the form as it was, packed small.

Teams gives us no message back, and what stands in a chat is shown anew only when the chat is: so a button brings along
what its card looked like. Whoever presses could send something else; it would be shown to nobody but them.
"""

from __future__ import annotations

import base64
import binascii
import json
import zlib
from collections.abc import Iterator
from typing import Any

from adapters.teams import limits

Json = dict[str, Any]

BACK = "back"
FORM = "form"
"""The keys in a button's `data` under which packed cards travel."""

_USUAL = (
    b'{"$schema":"http://adaptivecards.io/schemas/adaptive-card.json","fallback":"drop","style":"heading","size":"Large"'
    b',"isSubtle":true,"value":"Vastligt Nog open Uiterlijk hoor je het van Stuur Answer What is going on? Antwoord '
    b'geven Meedenken Niet nu","associatedInputs":"none","choices":[{"title":"","value":"yes"}],"style":"expanded",'
    b'"isRequired":true,"errorMessage":"Hier staat nog niets.","isMultiline":true,"maxLength":2000,"label":"'
    b'"type":"Input.ChoiceSet","id":"words","wrap":true},{"type":"Input.Text","id":"answer","tooltip":"'
    b'{"type":"Container","style":"emphasis","items":[{"type":"TextBlock","text":"","weight":"Bolder","wrap":true}'
    b'{"type":"AdaptiveCard","version":"1.5","lang":"nl","fallbackText":"","speak":"","body":['
    b'{"type":"ActionSet","spacing":"Medium","actions":[{"type":"Action.Execute","title":"","verb":"offer","data":'
    b'{"action":"snooze","value":""}},{"type":"Action.Execute","title":"","style":"positive","verb":"answer","data":'
    b'{"action":"answer","state":"","stamp":1800000000000,"value":"'
    b'{"type":"RichTextBlock","spacing":"Small","inlines":[{"type":"TextRun","text":"","size":"Small","weight":"Bolder"'
)
"""What cards are full of: a packed card of some lines is a third as long with it. A change of it makes what was packed
before unreadable, which is no more than a button without a way back."""


def size(of: object) -> int:
    """Return the bytes of JSON as it is usually written, with a space after each comma and colon."""
    return len(json.dumps(of, ensure_ascii=False).encode("utf-8", "surrogatepass"))


def packed(card: Json) -> str:
    """Pack a card into a text."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15, zdict=_USUAL)
    raw = json.dumps(card, separators=(",", ":")).encode()
    return base64.urlsafe_b64encode(packer.compress(raw) + packer.flush()).decode()


def unpacked(text: object) -> Json | None:
    """Unpack what `packed` made; None for anything else."""
    unpacker = zlib.decompressobj(-15, zdict=_USUAL)
    try:
        raw = unpacker.decompress(base64.urlsafe_b64decode(str(text)), limits.CARRIED_BYTES)
        card = json.loads(raw) if unpacker.eof else None
    except (binascii.Error, zlib.error, ValueError, RecursionError):
        return None
    body = card.get("body") if isinstance(card, dict) and card.get("type") == "AdaptiveCard" else None
    return card if isinstance(body, list) and all(isinstance(one, dict) for one in body) else None


def presses(shown: object) -> Iterator[Json]:
    """Yield what comes back to us of a card: each `Action.Execute`."""
    if isinstance(shown, list):
        for one in shown:
            yield from presses(one)
    elif isinstance(shown, dict):
        if shown.get("type") == "Action.Execute":
            yield shown
        for name in ("body", "items", "actions", "card"):
            yield from presses(shown.get(name))


def copied(card: Json) -> Json:
    """Return a copy that can be changed."""
    found: Json = json.loads(json.dumps(card))
    return found


def with_way_back(card: Json) -> Json:
    """Let every button of a message bring along its card; where that would be too long, none does."""
    found = copied(card)
    for press in presses(found):
        press["data"] |= {BACK: packed(card)}
    return found if size(found) <= limits.CARD_BYTES else card
