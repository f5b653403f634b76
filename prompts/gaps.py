"""The `{gaps}` in a text."""

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
