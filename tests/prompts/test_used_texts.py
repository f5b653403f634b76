"""Every text that the code says is there in every language, with no gap that stays empty; no text is idle."""

import ast
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from itertools import product

import pytest

from bot import errors
from bot.change import PointState, Verdict
from bot.door import Wish
from bot.errors import RuimteError
from bot.ids import Language
from bot.messages import Action
from bot.questions import RoundKind
from bot.wording.marks import DONE
from prompts.gaps import gaps
from prompts.loader import HERE, load_packs, load_texts
from prompts.pack_files import KINDS

BOT = HERE.parent / "bot"
TEAMS = HERE.parent / "adapters" / "teams"
"""Says a few texts itself, of what only happens in a chat."""

SAYS: Mapping[str, tuple[int, tuple[str, ...]]] = {
    "say": (0, ("{}",)),
    "note": (0, ("{}",)),
    "get": (1, ("{}",)),
    "button": (0, ("button.{}",)),
    "said": (1, ("notice.{}_title", "notice.{}")),
    "_plain": (1, ("news.{}_title", "news.{}")),
    "Refused": (0, ("refused.{}",)),
    "TooMuch": (0, ("refused.plan_{}",)),
    "Problem": (0, ("refused.{}",)),
    "_localised_fields": (2, ("core.field_{}",)),
    "_text": (1, ("{}.text",)),
}
"""What says a text, which of its arguments has the key, and which keys come of it."""

CONFIRM = ("confirm.{}_title", "confirm.{}", "confirm.{}_yes")
NOT_GAPS = frozenset({"primary"})
"""What a call takes beside the key and what fills its gaps."""

PROBLEM_FACTS = 2
"""Which argument of a problem holds its facts."""

SAYS_WHAT_IT_IS_GIVEN = {"say", "note", "_sorry"}
"""Functions that say a key of their caller."""

BY_CALLER = ("button.*", "notice.*", "news.*", "confirm.*", "*.text", "core.field_*", "refused.*")
"""Keys that functions make of what their callers give, which is looked for at the callers."""

KEY = re.compile(r"(\*|[a-z_0-9]+)(\.[a-z_*0-9]+)+")


@dataclass(frozen=True)
class Use:
    """A key where it is said; `filled` is None where what fills its gaps cannot be seen from there."""

    key: str
    filled: frozenset[str] | None
    where: str


def codes() -> Iterator[str]:
    """Yield the codes of our errors."""
    for kind in vars(errors).values():
        if isinstance(kind, type) and issubclass(kind, RuimteError):
            yield kind.code


def families() -> Mapping[str, Iterable[object]]:
    """Return what stands for `*` in keys that are made of something else than text."""
    scenario = load_packs().of(RoundKind.SCENARIOS).pages[0]
    return {
        "frame.*": PointState,
        "verdict.*": Verdict,
        "offer.*": Wish,
        "kind.*": KINDS,
        "form.title_*": KINDS,
        "mark.*": DONE,
        "scenario.*": [question.key for question in scenario.questions],
        "core.round_*": ("planned", "open", "ended"),
        "date.weekday_*": range(7),
        "date.month_*": range(1, 13),
        "error.*": list(codes()),
    }


def name_of(call: ast.Call) -> str:
    """Return the name of what is called: `say` of `words.say`."""
    return getattr(call.func, "attr", getattr(call.func, "id", ""))


def literals(node: ast.expr) -> tuple[str, ...]:
    """Return what an expression may be, `*` for what cannot be seen; empty where nothing can be seen."""
    if isinstance(node, ast.Constant):
        return (node.value,) if isinstance(node.value, str) else ()
    if isinstance(node, ast.IfExp):
        return (*literals(node.body), *literals(node.orelse))
    if isinstance(node, ast.FormattedValue):
        return literals(node.value) or ("*",)
    if isinstance(node, ast.JoinedStr):
        return tuple("".join(parts) for parts in product(*(literals(part) for part in node.values)))
    return ()


def calls(tree: ast.AST, within: str = "") -> Iterator[tuple[str, ast.Call]]:
    """Yield every call, with the function that it is in."""
    for node in ast.iter_child_nodes(tree):
        inner = node.name if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) else within
        if isinstance(node, ast.Call):
            yield inner, node
        yield from calls(node, inner)


def filled_by(call: ast.Call) -> frozenset[str] | None:
    """Return what fills the gaps of what is said."""
    if name_of(call) == "TooMuch":
        return frozenset({"day", "amount"})
    if name_of(call) == "Problem":
        return facts_of(call)
    given = [keyword.arg for keyword in call.keywords]
    return None if None in given else frozenset(name for name in given if name is not None) - NOT_GAPS


def facts_of(call: ast.Call) -> frozenset[str] | None:
    """Return the gaps that the facts of a problem fill, its third argument; None where that cannot be seen."""
    if len(call.args) <= PROBLEM_FACTS:
        return frozenset()
    facts = call.args[PROBLEM_FACTS]
    if not isinstance(facts, ast.Dict):
        return None
    return frozenset(str(key.value) for key in facts.keys if isinstance(key, ast.Constant))


def uses_in(name: str, source: str) -> Iterator[Use]:
    """Yield every use in a file whose key can be seen, `*` and all."""
    tree = ast.parse(source)
    for _, call in calls(tree):
        place, keys = SAYS.get(name_of(call), (0, ()))
        for literal in literals(call.args[place]) if len(call.args) > place else ():
            for key in (one.format(literal) for one in keys):
                if KEY.fullmatch(key):
                    yield Use(key, filled_by(call), f"{name}:{call.lineno}")
    for case in (node for node in ast.walk(tree) if isinstance(node, ast.match_case)):
        for _, call in calls(ast.Module(case.body, [])):
            if name_of(call) == "confirm_form":
                for action in confirmed(case.pattern):
                    yield from (Use(one.format(action), filled_by(call), f"{name}:{call.lineno}") for one in CONFIRM)


def confirmed(pattern: ast.pattern) -> Iterator[Action]:
    """Yield the actions that a case is about."""
    for node in ast.walk(pattern):
        if isinstance(node, ast.Attribute):
            yield Action[node.attr]


def sources() -> Iterator[tuple[str, str]]:
    for path in sorted((*BOT.rglob("*.py"), *TEAMS.rglob("*.py"))):
        yield str(path.relative_to(BOT.parent)), path.read_text()


def expanded(uses: Iterable[Use]) -> Iterator[Use]:
    """Put every member of a family in the place of `*`."""
    known = families()
    for use in uses:
        if "*" not in use.key:
            yield use
        elif not any(fnmatchcase(use.key, one) for one in BY_CALLER):
            for member in known.get(use.key, ("*",)):
                yield Use(use.key.replace("*", str(member)), use.filled, use.where)


def used() -> tuple[Use, ...]:
    return tuple(expanded(use for name, source in sources() for use in uses_in(name, source)))


def problems(texts: Mapping[str, str], uses: Sequence[Use]) -> set[str]:
    """Say which uses have no text, and which texts have a gap that a use does not fill."""
    found = set()
    for use in uses:
        keys = [use.key] if use.key in texts else [f"{use.key}.one", f"{use.key}.other"]
        if any(key not in texts for key in keys):
            found.add(f"{use.where} says {use.key}, which is not there")
            continue
        if len(keys) > 1 and use.filled is not None and "count" not in use.filled:
            found.add(f"{use.where} says {use.key} without a count")
        wanted = {gap for key in keys for gap in gaps(texts[key])}
        if use.filled is not None and not wanted <= use.filled:
            found.add(f"{use.where} does not fill {sorted(wanted - use.filled)} of {use.key}")
    return found


@pytest.mark.parametrize("language", load_texts().languages)
def test_every_text_that_is_said_is_there_and_every_gap_is_filled(language: Language) -> None:
    uses = used()
    assert len({use.key for use in uses}) > 300
    assert problems(load_texts().texts[language], uses) == set()


def test_no_text_is_said_by_nobody() -> None:
    said = {use.key for use in used()}
    said |= {f"{key}.{number}" for key in said for number in ("one", "other")}
    there = {key for texts in load_texts().texts.values() for key in texts}
    assert there - said == set()


def test_every_key_is_said_where_this_test_can_see_it() -> None:
    unseen = {
        within
        for _, source in sources()
        for within, call in calls(ast.parse(source))
        if name_of(call) in {"say", "note", "button"} and call.args and not literals(call.args[0])
    }
    # `compose` and `digest/themes` call something of their own `say`, Teams' directory its own `note`, with no key.
    assert unseen - {"_about_round", "_members"} == SAYS_WHAT_IT_IS_GIVEN & unseen


def test_a_use_without_a_text_without_a_count_or_with_an_unfilled_gap_is_found() -> None:
    source = """
def f(words, chosen, many):
    words.say("a.b", day=1)
    words.say("a.c" if chosen else "a.d")
    words.button("x", action, primary=True)
    words.say("a.many", count=many)
    words.say("a.many")
    words.say("a.unseen", **many)
    raise Refused("never")
"""
    texts = {
        "a.b": "{day} {when}",
        "a.c": "C",
        "a.many.one": "one",
        "a.many.other": "{count}",
        "a.unseen": "{gap}",
        "button.x": "{primary}",
    }
    assert problems(texts, tuple(uses_in("f.py", source))) == {
        "f.py:3 does not fill ['when'] of a.b",
        "f.py:4 says a.d, which is not there",
        "f.py:5 does not fill ['primary'] of button.x",
        "f.py:7 says a.many without a count",
        "f.py:7 does not fill ['count'] of a.many",
        "f.py:9 says refused.never, which is not there",
    }


def test_a_key_that_is_made_of_something_unknown_is_found() -> None:
    source = 'def f(words, x):\n    words.say(f"unheard.{x}")\n'
    uses = tuple(expanded(uses_in("f.py", source)))
    assert problems({}, uses) == {"f.py:2 says unheard.*, which is not there"}
