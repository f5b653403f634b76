"""Copies of the database after every submission: what an attacker reads in them, and what not."""

from __future__ import annotations

import asyncio
import random
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, cast

import pytest

from adapters.cli.simulate import Copier, CopyingSpool
from bot.messages import Action
from storage import box
from storage.keys import FileKeys
from storage.migrations import upgrade
from storage.opening import open_storage
from tests.attacks.conftest import MARKER, ROUND
from tests.world import World, a_change, a_world, one_question, staff

PEOPLE = 30


@dataclass(frozen=True, slots=True)
class Copies:
    """The copies in order, who did what before each, and what was said."""

    folders: Sequence[Path]
    deeds: Sequence[tuple[str, str]]

    def boxes(self, at: int) -> dict[bytes, bytes]:
        """The boxes of the round in one copy."""
        database = sqlite3.connect(self.folders[at] / "ruimte.db")
        rows = dict(database.execute("SELECT tag, box FROM spool WHERE round = ?", (ROUND,)))
        database.close()
        return rows


@pytest.fixture(scope="session")
def copies(tmp_path_factory: pytest.TempPathFactory) -> Copies:
    """Play a round in which some change and some withdraw, and copy the files after everything that was sent."""
    folder = tmp_path_factory.mktemp("copied")
    deeds = asyncio.run(_play(folder))
    return Copies(sorted((folder / "copies").iterdir()), deeds)


async def _play(folder: Path) -> list[tuple[str, str]]:
    url, keys = f"sqlite+aiosqlite:///{folder / 'ruimte.db'}", FileKeys(folder / "keys")
    await upgrade(url)
    async with await open_storage(url, keys) as opened:
        spool = CopyingSpool(opened.spool, Copier(folder / "ruimte.db", folder / "copies"))
        storage = replace(opened, spool=spool)
        world = await a_world(staff(PEOPLE), storage=storage, keys=cast("Any", keys))
        await world.applies(a_change(one_question()))
        await world.until("01-19 10:00")
        deeds = await _act(world)
        await world.until("01-27 12:00")
    return deeds


async def _act(world: World) -> list[tuple[str, str]]:
    """Answer, change and withdraw, in an order that is drawn; a page is sent in two steps: two copies for each deed."""
    chance, deeds = random.Random(3), []
    names = [f"p{number:03}" for number in range(24)]
    plan = [(name, "answer") for name in names] + [(name, "change") for name in names[:6]]
    chance.shuffle(plan)
    first: set[str] = set()
    for number, (name, _) in enumerate(plan):
        deeds.append((name, "change" if name in first else "answer"))
        first.add(name)
        await world.answers(world.user(name), f"{MARKER}{number:03} {'heel ' * chance.randrange(80)}", round_=ROUND)
    for name in names[10:13]:
        user = world.user(name)
        user.looks_away()
        await user.clicks(Action.ANSWER, of=f"{ROUND}.")
        await user.clicks(Action.WITHDRAW)
        await world.fills_through(user, "")
        deeds.append((name, "withdraw"))
    return deeds


def test_in_every_copy_every_box_has_one_size_and_no_word_is_in_the_clear(copies: Copies) -> None:
    assert len(copies.folders) > 60
    for at, folder in enumerate(copies.folders):
        assert {len(one) for one in copies.boxes(at).values()} <= {box.BOX_BYTES}
        assert not [path for path in folder.iterdir() if MARKER.encode() in path.read_bytes()]


def test_a_change_and_a_withdrawal_look_the_same(copies: Copies) -> None:
    seen: dict[str, set[tuple[int, int]]] = {"answer": set(), "change": set(), "withdraw": set()}
    at = 0
    for _, deed in copies.deeds:
        before = copies.boxes(at - 1) if at else {}
        after = copies.boxes(at)
        added = len(after.keys() - before.keys())
        other = sum(before[tag] != after[tag] for tag in before.keys() & after.keys())
        assert not before.keys() - after.keys()
        seen[deed].add((added, other))
        at += 1 if deed == "withdraw" else 2
    # One new box, or one that is another now: what section 5 of the design names, and no more.
    assert seen == {"answer": {(1, 0)}, "change": {(0, 1)}, "withdraw": {(0, 1)}}


def test_after_the_release_no_box_of_any_copy_is_left_and_no_tag_is_an_id(copies: Copies) -> None:
    last = copies.folders[-1] / "ruimte.db"
    database = sqlite3.connect(last)
    left = database.execute("SELECT count(*) FROM spool WHERE round = ?", (ROUND,)).fetchone()[0]
    released = dict(database.execute("SELECT id, box FROM answers WHERE round = ?", (ROUND,)))
    database.close()
    assert left == 0
    assert len(released) == 21
    sealed = {tag: one for at in range(len(copies.folders)) for tag, one in copies.boxes(at).items()}
    assert len(sealed) == 24
    assert not {tag[:16] for tag in sealed} & released.keys()
    assert not set(sealed.values()) & set(released.values())
