"""The words of the organiser's page: whole in each language, and the same as the bot's."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from adapters.change_file.points import KEYS
from adapters.web.organiser import view
from adapters.web.organiser.shape import CHANGE, Shape
from adapters.web.organiser.workroom import PLANNED
from adapters.web.texts import Words, load_chrome
from bot.change import ChangeState, PointState
from bot.ids import Language
from bot.outbox import Kind
from bot.service.preview import To
from prompts.gaps import gaps
from prompts.loader import load_texts

ADAPTERS = Path(view.__file__).parents[2]
WORDS: Mapping[Language, Words] = load_chrome(view.HERE / "texts").words
CODE = 2
LOOKS = ("here", "slack", "teams", "all")
PREVIEWED = (
    Kind.FRAME_MANAGER,
    Kind.FRAME,
    Kind.FRAME_CHANGED,
    Kind.INVITE,
    Kind.REMINDER,
    Kind.ROUND_OVER,
    Kind.TOO_FEW,
    Kind.CORE_OPENED,
)
FAMILIES: Mapping[str, tuple[object, ...]] = {
    "state": tuple(ChangeState),
    "frame.state_": tuple(PointState),
    "kind": PLANNED,
    "message": PREVIEWED,
    "to": tuple(To),
    "look": LOOKS,
    "applied": ("new", "corrected", "told", "same"),
    "trouble": ("refused", "not_allowed", "closed", "meanwhile"),
}


def said() -> Iterator[str]:
    """Yield every key that the code and the templates of the page say."""
    for path in (*view.HERE.glob("*.py"), *view.HERE.glob("templates/*.html")):
        text = path.read_text(encoding="utf-8")
        yield from re.findall(r"""(?:words|o|line|c\.o)\(\s*["']([a-z_.]+)["'][,)\s]""", text)
        yield from re.findall(r"""["']((?:who|what|frame|planning|audience|scenarios)\.[a-z_]+)["']""", text)


def codes() -> set[str]:
    """Return the code of every finding that a change file can have: the third thing that `Findings.add` takes."""
    found = set()
    for path in (ADAPTERS / "change_file").glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "add" and len(node.args) > CODE:
                found.add(str(ast.literal_eval(node.args[CODE])))
    return found


@pytest.mark.parametrize("language", WORDS)
def test_every_word_that_the_page_says_is_there(language: Language) -> None:
    there = WORDS[language].texts
    wanted = set(said())
    assert len(wanted) > 120
    missing = {key for key in wanted if key not in there and f"{key}.one" not in there and not _above(key, there)}
    assert missing == set()
    for family, members in FAMILIES.items():
        for member in members:
            key = f"{family}{member}" if family.endswith("_") else f"{family}.{member}"
            assert key in there or f"{key}.one" in there, key


def _above(key: str, there: Mapping[str, str]) -> bool:
    """Whether a key is only the beginning of others, which the code goes on to make."""
    return key.endswith((".", "_")) and any(one.startswith(key) for one in there)


@pytest.mark.parametrize("language", WORDS)
def test_every_finding_of_a_change_file_has_its_words(language: Language) -> None:
    found = codes()
    assert {"empty", "required", "passed", "nothing_open", "listening_first", "two_designers"} <= found
    assert {code for code in found if f"finding.{code}" not in WORDS[language].texts} == set()


def test_the_languages_have_the_same_words_with_the_same_gaps() -> None:
    nl, en = (WORDS[Language(language)].texts for language in ("nl", "en"))
    assert nl.keys() == en.keys()
    assert {key for key in nl if set(gaps(nl[key])) != set(gaps(en[key]))} == set()


def test_no_word_is_said_by_nobody() -> None:
    source = "".join(
        path.read_text(encoding="utf-8") for path in (*view.HERE.glob("*.py"), *view.HERE.glob("templates/*.html"))
    )
    idle = set()
    for key in WORDS[Language("nl")].texts:
        whole = key.removesuffix(".one").removesuffix(".other")
        begins = (f"{whole.rpartition('.')[0]}.", whole.rpartition("_")[0] + "_")
        used = f'"{whole}"' in source or f"'{whole}'" in source or any(f'"{begin}' in source for begin in begins)
        if not used and key != "name":
            idle.add(key)
    assert idle == set()


@pytest.mark.parametrize("language", WORDS)
def test_rounds_are_called_as_the_bot_calls_them(language: Language) -> None:
    for kind in PLANNED:
        name = load_texts().get(language, f"kind.{kind}")
        assert WORDS[language](f"kind.{kind}") == name
        assert WORDS[language](f"kind.{kind}_long").startswith(f"{name}:")


def test_the_form_has_a_field_for_everything_that_goes_with_a_point() -> None:
    point: Shape = CHANGE.rows["frame"]
    assert {key for keys in KEYS.values() for key in keys} <= {*point.words, *point.texts, *point.several}
