"""Drafts: on disk for their owner only, and nothing of them where they should not be."""

from __future__ import annotations

import asyncio
import stat
from dataclasses import replace
from pathlib import Path

import pytest

from adapters.web.organiser.drafts import Draft, FileDrafts, new_draft, with_fields
from bot.ids import ChangeId, PersonId

ANNA, BERT = PersonId("anna"), PersonId("b/../anna")
FIELDS = (("title.nl", "Een \u201cnaam\u201d\nmet twee regels"), ("core_team", "anna"), ("core_team", "bert"))


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return tmp_path / "drafts"


async def test_a_draft_comes_back_as_it_was_put_also_after_a_restart(place: Path) -> None:
    draft = new_draft(ANNA, FIELDS, change=ChangeId("rooster"), base=FIELDS[:1])
    await FileDrafts(place).put(draft)
    assert await FileDrafts(place).get(draft.id, ANNA) == draft
    changed = with_fields(draft, FIELDS[1:], judged=True)
    await FileDrafts(place).update(changed)
    assert await FileDrafts(place).of(ANNA) == (changed,)
    assert with_fields(changed, FIELDS, judged=False).judged


async def test_nobody_sees_the_draft_of_another_whatever_they_are_called(place: Path) -> None:
    drafts = FileDrafts(place)
    draft = new_draft(ANNA, FIELDS)
    await drafts.put(draft)
    assert await drafts.get(draft.id, BERT) is None
    assert await drafts.of(BERT) == ()
    for name in ("", "..", f"../{draft.id}", f"{draft.id}/", "x" * 16, f"{draft.id}.json"):
        assert await drafts.get(name, ANNA) is None


async def test_only_we_can_read_a_draft(place: Path) -> None:
    await FileDrafts(place).put(new_draft(ANNA, FIELDS))
    there = await asyncio.to_thread(lambda: [*place.rglob("*"), place])
    modes = {path.is_dir(): stat.S_IMODE(path.stat().st_mode) for path in there}
    assert modes == {True: 0o700, False: 0o600}


async def test_the_newest_is_first_and_the_oldest_make_room(place: Path) -> None:
    drafts = FileDrafts(place)
    made = [replace(new_draft(ANNA, FIELDS), id=f"{number:016x}") for number in range(52)]
    for one in made:
        await drafts.put(one)
    kept = await drafts.of(ANNA)
    assert [one.id for one in kept] == [one.id for one in reversed(made[2:])]


async def test_a_draft_that_has_gone_does_not_come_back_when_somebody_still_types(place: Path) -> None:
    drafts = FileDrafts(place)
    draft = new_draft(ANNA, FIELDS)
    await drafts.put(draft)
    await drafts.remove(draft)
    await drafts.update(draft)
    assert await drafts.of(ANNA) == ()


async def test_a_draft_that_has_gone_is_let_go_again_quietly(place: Path) -> None:
    drafts = FileDrafts(place)
    draft: Draft = new_draft(ANNA, FIELDS)
    await drafts.remove(draft)
    await drafts.put(draft)
    await drafts.remove(draft)
    await drafts.remove(draft)
    assert await drafts.get(draft.id, ANNA) is None
