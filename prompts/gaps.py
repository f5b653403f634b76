"""The `{gaps}` in a text, and the text that fits a count."""

from __future__ import annotations

import re
from collections.abc import Mapping

GAP = re.compile(r"\{([a-z][a-z_]*)\}")


def gaps(text: str) -> frozenset[str]:
    """Return the names of the gaps in a text."""
    return frozenset(GAP.findall(text))


def fill(text: str, values: Mapping[str, object]) -> str:
    """Fill every gap at once, so that braces in a value stay as they are. Raises KeyError for a gap without a value."""
    return GAP.sub(lambda match: str(values[match[1]]), text)


def said(texts: Mapping[str, str], key: str, values: Mapping[str, object]) -> str:
    """Return a text with its gaps filled.

    One that stands as `key.one` and `key.other` is chosen by the value of `count`. Raises KeyError for an unknown key,
    and for a gap without a value.
    """
    if key not in texts and "count" in values:
        key = f"{key}.one" if values["count"] == 1 else f"{key}.other"
    return fill(texts[key], values)
