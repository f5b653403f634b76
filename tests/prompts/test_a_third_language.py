"""A third language is files and no code: one for each pack, and one for the interface."""

import asyncio
import re
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from bot.ids import Language
from bot.messages import Action
from bot.round import RoundState
from prompts.check import check
from prompts.loader import HERE, FilePacks, FileTexts, load_packs, load_texts
from tests.world import World, a_change, a_world, one_question, staff

DE = Language("de")
LISTEN = "roosters-listen-1"
QUESTION = "Was dürfen wir dabei nicht verlieren?"
THANKS = "Es ist angekommen"
_TEXT = re.compile(r"^( *(?:[\w-]+:|-) )(?!>-|\|-)(\S.*)$", re.MULTILINE)


def marked(text: str) -> str:
    """Mark every text on one line as another language, so that one that was not taken from this file shows."""
    return _TEXT.sub(lambda found: found[1] + found[2].replace("e", "ë"), text)


@pytest.fixture
def three(tmp_path: Path) -> Path:
    """Give a folder in which German stands beside what comes with Ruimte."""
    for name in ("packs", "codebooks", "words", "ui", "brief"):
        if (HERE / name).is_dir():
            shutil.copytree(HERE / name, tmp_path / name)
    for english in (*tmp_path.glob("packs/*/en.yaml"), tmp_path / "ui/en.yaml"):
        kept = re.sub(r"\{[a-z_]+\}", lambda gap: gap[0].replace("e", "\0"), english.read_text())
        keys = re.sub(r"^(\s*[\w-]+):", lambda key: key[0].replace("e", "\0"), kept, flags=re.MULTILINE)
        english.with_name("de.yaml").write_text(marked(keys).replace("\0", "e"))
    put(tmp_path / "packs/listen/de.yaml", r"text: Whät should wë.*|text: What should w.*", f"text: {QUESTION}")
    put(tmp_path / "ui/de.yaml", r"(?<=thanks:\n  title: ).*", THANKS)
    put(tmp_path / "ui/de.yaml", r"(?<=language:\n  own: ).*", "Deutsch")
    return tmp_path


def put(path: Path, pattern: str, text: str) -> None:
    """Write a text in the place of the first that fits."""
    written, count = re.subn(pattern, text, path.read_text(), count=1)
    assert count == 1, pattern
    path.write_text(written)


def spoken(folder: Path) -> tuple[FileTexts, FilePacks]:
    """Load what is said and asked."""
    return load_texts(folder / "ui"), load_packs(folder / "packs", codebooks=folder / "codebooks")


async def a_world_of_three(folder: Path) -> World:
    """Make a world in which a third of the people read German."""
    people = [replace(one, language=DE) if one.id.endswith(("3", "6", "9")) else one for one in staff(36)]
    said, asked = await asyncio.to_thread(spoken, folder)
    world = await a_world(people, said=said, asked=asked)
    await world.applies(a_change(one_question(), languages=said.languages))
    await world.until("01-19 12:00")
    return world


def test_files_are_all_that_it_takes(three: Path) -> None:
    assert [str(finding) for finding in check(three)] == []
    said, asked = spoken(three)
    assert said.languages == ("nl", "de", "en")
    assert said.get(DE, "language.own") == "Deutsch"
    assert all(DE in pack.languages for pack in asked.packs.values())


async def test_a_question_is_asked_and_answered_in_it(three: Path) -> None:
    world = await a_world_of_three(three)
    user = world.user("p003")
    assert user.has_read(QUESTION)
    assert not world.user("p001").has_read(QUESTION)
    await user.clicks(Action.ANSWER, of=LISTEN)
    assert user.sees(QUESTION)
    await world.fills_through(user, "Unsere feste Runde am Dienstag")
    assert user.sees(THANKS)


async def test_what_is_said_in_it_is_read_like_the_rest(three: Path) -> None:
    world = await a_world_of_three(three)
    germans = [world.user(f"p{number:03}") for number in range(36) if str(number).endswith(("3", "6", "9"))]
    await world.answered(germans[:10], "Unsere feste Runde am Dienstag, Nummer {number}", round_=LISTEN)
    await world.until("01-27")
    round_ = await world.round("listen")
    assert (round_.state, round_.voices) == (RoundState.RELEASED, 10)
    assert world.mila.has_read("Unsere feste Runde")
