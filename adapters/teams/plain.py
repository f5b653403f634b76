"""What people wrote, shown in Teams as nothing but letters: no markdown, no HTML, no link, no date in braces.

Running text is a `TextRun`, which no client reads as markdown (adaptivecards.io, TextRun, read 2026-11). Where only a
field that may be read as markdown will do, the signs that mean something are replaced by others that look like them:
how a client undoes an escape differs, and how it shows a letter does not.
"""

from __future__ import annotations

import re

_LOOK_ALIKE = str.maketrans(
    {
        "*": "\N{ASTERISK OPERATOR}",
        "_": "\N{FULLWIDTH LOW LINE}",
        "`": "\N{MODIFIER LETTER GRAVE ACCENT}",
        "~": "\N{TILDE OPERATOR}",
        "[": "\N{FULLWIDTH LEFT SQUARE BRACKET}",
        "]": "\N{FULLWIDTH RIGHT SQUARE BRACKET}",
        "<": "\N{SINGLE LEFT-POINTING ANGLE QUOTATION MARK}",
        ">": "\N{SINGLE RIGHT-POINTING ANGLE QUOTATION MARK}",
        "\\": "\N{FULLWIDTH REVERSE SOLIDUS}",
        "#": "\N{FULLWIDTH NUMBER SIGN}",
        "{": "\N{FULLWIDTH LEFT CURLY BRACKET}",
        "}": "\N{FULLWIDTH RIGHT CURLY BRACKET}",
        "|": "\N{BROKEN BAR}",
    }
)
_ENTITY = re.compile(r"&(?=#?\w+;)")
_LIST = re.compile(r"^(\d+)(?=[.)])|^(?=[-+=])")
_LETTERS = re.compile(r"(?![-+=])(?!\d+[.)])[^\W_](?:[^\W_]|[ ,.:;?!'\"’‘“”„–—…/&%€+=()-])*")
_MEANS = re.compile(r"&#?\w+;|://|www\.|:\w+:")
_BRACES = re.compile(r"\{(?=\{)")
JOINER = "\N{WORD JOINER}"


def line(text: str) -> str:
    """Return a text as one line."""
    return " ".join(text.split())


def run(text: str) -> str:
    """Return what a `TextRun` shows as it was typed: braces would be read as a date to be written out."""
    return _BRACES.sub("{" + JOINER, text)


def only_letters(text: str) -> bool:
    """Say whether nothing in a line could be read as markdown, so that it can stand where markdown is read."""
    return _LETTERS.fullmatch(text) is not None and _MEANS.search(text) is None


def neutral(text: str) -> str:
    """Return a line in which every sign that could mean something is one that looks like it."""
    return _LIST.sub(rf"\1{JOINER}", _ENTITY.sub("\N{FULLWIDTH AMPERSAND}", line(text)).translate(_LOOK_ALIKE))
