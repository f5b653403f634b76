"""The interface texts and the code that says them know each other."""

import ast
import re
from collections.abc import Iterator
from fnmatch import fnmatchcase

from prompts.loader import HERE
from prompts.rules import FORM_TITLES, SUBMITS

SAYS = {"say": 0, "note": 0, "button": 0, "get": 1}
"""What says a text, and which of its arguments is the key."""

KEY = re.compile(r"(\*|[a-z_]+)(\.[a-z_*]+)+")

CODE = ("bot", "adapters")


def calls() -> Iterator[ast.Call]:
    """Yield every call in the code that says something."""
    for folder in CODE:
        for path in sorted((HERE.parent / folder).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.Call):
                    yield node


def name_of(call: ast.Call) -> str:
    """Return the name of what is called: `say` of `words.say`."""
    return getattr(call.func, "attr", getattr(call.func, "id", ""))


def keys(node: ast.expr) -> Iterator[str]:
    """Yield the keys that are said in an expression, `*` where something is filled in."""
    for call in ast.walk(node):
        place = SAYS.get(name_of(call)) if isinstance(call, ast.Call) else None
        if not isinstance(call, ast.Call) or place is None or len(call.args) <= place:
            continue
        start = "button." if name_of(call) == "button" else ""
        yield from (start + key for key in literals(call.args[place]) if KEY.fullmatch(start + key))


def literals(node: ast.expr) -> Iterator[str]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.JoinedStr):
        yield "".join(str(part.value) if isinstance(part, ast.Constant) else "*" for part in node.values)
    elif isinstance(node, ast.IfExp):
        yield from literals(node.body)
        yield from literals(node.orelse)


def titles_and_submits() -> tuple[set[str], set[str]]:
    """Return the keys that stand above a form or a notice, and those that send a form."""
    titles: set[str] = set()
    submits: set[str] = set()
    for call in calls():
        given = {one.arg: one.value for one in call.keywords}
        if name_of(call) == "Form":
            titles |= set(keys(given["title"]))
            submits |= set(keys(given["submit"]))
        if name_of(call) == "Notice":
            titles |= set(keys(call.args[0] if call.args else given["title"]))
    return titles, submits


def test_every_title_and_submit_of_the_wording_is_checked_for_its_length() -> None:
    titles, submits = titles_and_submits()
    assert len(titles) > 10
    assert len(submits) > 3
    assert {key for key in titles if not any(fnmatchcase(key, one) for one in FORM_TITLES)} == set()
    assert {key for key in submits if not any(fnmatchcase(key, one) for one in SUBMITS)} == set()
