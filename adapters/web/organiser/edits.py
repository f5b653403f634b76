"""What the buttons of the form do to it: a row more or less, a row higher or lower; and keys where they are needed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from adapters.change_file.nodes import slug
from adapters.web.organiser.document import is_short
from adapters.web.organiser.shape import Row
from bot.change import PointState
from bot.ids import Language
from bot.questions import RoundKind

Rows = tuple[Row, ...]

FIRST: dict[str, Row] = {
    "managers": Row(),
    "frame": Row(words={"state": PointState.FIXED}),
    "scenarios": Row(),
    "planning": Row(words={"round": RoundKind.LISTEN, "asks": "pack"}),
    "ask": Row(),
}
"""How a row begins."""


def do(form: Row, button: str) -> Row:
    """Do what a button asks, such as `add frame` or `remove planning.1.ask.0`; anything else changes nothing."""
    verb, _, path = button.partition(" ")
    if verb == "add":
        kind = path.rpartition(".")[2]
        return _at(form, path.split("."), lambda rows: (*rows, FIRST[kind])) if kind in FIRST else form
    *above, last = path.split(".")
    change = _CHANGES.get(verb)
    if change is None or not last.isdigit() or not above:
        return form
    return _at(form, above, lambda rows: change(rows, int(last)))


def _without(rows: Rows, at: int) -> Rows:
    return rows[:at] + rows[at + 1 :]


def _higher(rows: Rows, at: int) -> Rows:
    return rows if not 0 < at < len(rows) else (*rows[: at - 1], rows[at], rows[at - 1], *rows[at + 1 :])


def _lower(rows: Rows, at: int) -> Rows:
    return _higher(rows, at + 1)


_CHANGES: dict[str, Callable[[Rows, int], Rows]] = {"remove": _without, "up": _higher, "down": _lower}


def _at(form: Row, path: Sequence[str], change: Callable[[Rows], Rows]) -> Row:
    """Change the rows at a path; one that leads nowhere changes nothing."""
    key, *further = path
    rows = form.part(key)
    if not further:
        return form.with_part(key, change(rows))
    number, *below = further
    if not number.isdigit() or int(number) >= len(rows) or not below:
        return form
    inner = _at(rows[int(number)], below, change)
    return form.with_part(key, (*rows[: int(number)], inner, *rows[int(number) + 1 :]))


def settled(form: Row, language: Language) -> Row:
    """Give every point and scenario that has words a key, so that others can name it; the shortest file needs none.

    A key stays when the words change later.
    """
    if is_short(form):
        return form
    form = form.with_part("frame", _keyed(form.part("frame"), "text", language))
    return form.with_part("scenarios", _keyed(form.part("scenarios"), "title", language))


def _keyed(rows: Rows, named_by: str, language: Language) -> Iterable[Row]:
    taken = {row.word("key") for row in rows}
    for row in rows:
        words = row.texts.get(named_by, {}).get(language, "")
        if row.word("key") or not words:
            yield row
            continue
        key = _free(slug(words) or "point", taken)
        taken.add(key)
        yield row.with_word("key", key)


def _free(key: str, taken: set[str]) -> str:
    """Return the key, with a number where it is taken."""
    if key not in taken:
        return key
    return next(one for number in range(2, len(taken) + 3) if (one := f"{key}-{number}") not in taken)
