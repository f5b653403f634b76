"""What the buttons of the form do to it: a row more or less, a row higher or lower; and keys where they are needed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from adapters.change_file.nodes import slug
from adapters.web.organiser.document import is_short
from adapters.web.organiser.shape import Row
from bot.change import PointState
from bot.ids import Language, PersonId
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


def settled(form: Row, language: Language, *, owner: PersonId) -> Row:
    """Fill in what the page says that it does itself, where the shortest file does not: keys and owners.

    Every point and scenario that has words gets a key, so that others can name it; it stays when the words change. A
    point that nobody takes care of is the `owner`'s.
    """
    if is_short(form):
        return form
    points = (_owned(row, owner) for row in _keyed(form.part("frame"), "text", language))
    form = form.with_part("frame", points)
    return form.with_part("scenarios", _keyed(form.part("scenarios"), "title", language))


def ended(form: Row, last_day: Callable[[str], str]) -> Row:
    """Give every round without an end the `last_day` for its first, where the shortest file does not do so itself.

    The form keeps such a round without: its end moves along when its first day does.
    """
    if is_short(form):
        return form
    return form.with_part("planning", (_ended(row, last_day) for row in form.part("planning")))


def shortened(form: Row) -> Row:
    """Take out again what reading the shortest file filled in: that one alone leaves out when a point is decided."""
    points, rounds = form.part("frame"), form.part("planning")
    if len(points) != 1 or len(rounds) != 1 or points[0].word("due_on"):
        return form
    (question, *_) = (*rounds[0].part("ask"), Row())
    own = question.with_word("key", "") if question.word("key") == "own" else question
    planned = rounds[0].with_word("closes_on", "").with_part("ask", (own, *rounds[0].part("ask")[1:]))
    short = form.with_part("planning", (planned,))
    short = short.with_part("frame", (points[0].with_word("key", "").with_word("owner", ""),))
    return short if is_short(short) else form


def _owned(row: Row, owner: PersonId) -> Row:
    cared_for = row.word("state") in {PointState.OPEN, PointState.TOGETHER}
    return row.with_word("owner", owner) if cared_for and not row.word("owner") else row


def _ended(row: Row, last_day: Callable[[str], str]) -> Row:
    opens_on = row.word("opens_on")
    return row.with_word("closes_on", last_day(opens_on)) if opens_on and not row.word("closes_on") else row


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
