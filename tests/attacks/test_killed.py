"""`kill -9` at any moment: what was acknowledged is in the release once, and what was withdrawn is not in it."""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import random
from collections.abc import Callable, Iterator, Sequence
from multiprocessing.context import ForkServerContext
from pathlib import Path
from typing import Any

import pytest

from bot.round import RoundState
from bot.service import keyring
from storage.keys import FileKeys
from storage.migrations import upgrade
from storage.opening import open_storage
from tests.attacks.dying import VOICES, Deed, begin, release, round_id, talk
from tests.world import TENANT

ROUNDS = int(os.environ.get("RUIMTE_ATTACK_ROUNDS", "20"))
"""How often a service is killed while people talk to it, and then while it releases."""
STEPS = 90
"""A release takes fewer steps than this."""
EARLY_STEPS = 24
"""Where a release that is killed at random dies: most take more steps than this."""
LIMIT_S = 60


@pytest.fixture(scope="module")
def children() -> ForkServerContext:
    """Give a place from which a child is there at once, with everything loaded."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.attacks.loaded"])
    return context


def _deeds(chance: random.Random, number: int) -> list[Deed]:
    """Draw who answers, changes it and takes it back, in an order of each one's own."""
    deeds = []
    for voice in range(VOICES):
        for stamp in range(1, chance.randrange(2, 5)):
            takes_back = stamp > 1 and chance.random() < 0.3
            deeds.append(Deed(voice, stamp, "" if takes_back else f"ronde {number} stem {voice} keer {stamp}"))
    return deeds


def _run(children: ForkServerContext, work: Callable[..., None], *given: object, kill_after: int | None) -> list[Any]:
    """Run a child until it ends or is killed, after it said so many things; return what it said."""
    ours, theirs = children.Pipe(duplex=False)
    child = children.Process(target=work, args=(*given, theirs))
    child.start()
    theirs.close()
    said = []
    try:
        while ours.poll(LIMIT_S):
            said.append(ours.recv())
            if len(said) == kill_after:
                child.kill()
    except EOFError:
        pass
    child.join(LIMIT_S)
    assert child.exitcode in {0, -9}, child.exitcode
    ours.close()
    return said


def _last(taken: Sequence[Deed]) -> dict[int, str]:
    """What each voice said last, of what was acknowledged."""
    return {deed.voice: deed.words for deed in sorted(taken, key=lambda deed: deed.stamp)}


def _possible(deeds: Sequence[Deed], taken: Sequence[Deed]) -> dict[int, set[str]]:
    """What may lie in each box: what was acknowledged last, or the one form after it that was in the air."""
    last = _last(taken)
    found = {}
    for voice in range(VOICES):
        done = sum(deed.voice == voice for deed in taken)
        in_the_air = [deed.words for deed in deeds if deed.voice == voice][done : done + 1]
        found[voice] = {last.get(voice, ""), *in_the_air}
    return found


async def _begin(url: str, folder: Path, number: int) -> None:
    if number == 0:
        await upgrade(url)
    keys = FileKeys(folder)
    async with await open_storage(url, keys) as storage:
        await begin(storage, keys, number)


async def _read(url: str, folder: Path, number: int) -> tuple[RoundState, list[str], bool, tuple[str, ...]]:
    """Read what became of a round: its state, its answers, whether it has a digest; and which keys there are."""
    keys = FileKeys(folder)
    async with await open_storage(url, keys) as storage, storage.store.read(TENANT) as tx:
        round_ = await tx.rounds.get(round_id(number))
        answers = [answer.fields[0][1] for answer in await tx.answers.of_round(round_.id)]
        digest = await tx.answers.digest(round_.id) is not None
    return round_.state, answers, digest, tuple(await keys.names())


def _kills(rounds: int, seed: int) -> Iterator[tuple[int, random.Random]]:
    return ((number, random.Random(f"{seed}:{number}")) for number in range(rounds))


@pytest.mark.timeout(60 + 30 * ROUNDS)
def test_killed_at_any_moment_nothing_acknowledged_is_lost_and_nothing_is_double(
    database_url: str, tmp_path: Path, children: ForkServerContext
) -> None:
    folder, killed_in_release = tmp_path / "keys", 0
    for number, chance in _kills(ROUNDS, seed=7):
        asyncio.run(_begin(database_url, folder, number))
        deeds = _deeds(chance, number)
        given = (database_url, folder, number)
        said = _run(children, talk, *given, deeds, kill_after=chance.randrange(1, len(deeds)))
        taken = [deed for deed, _ in said]
        possible = _possible(deeds, taken)
        if chance.random() < 0.5:
            # What was not acknowledged is sent again, as a platform does, and then everything is certain.
            rest = [deed for deed in deeds if deed not in taken]
            taken += [deed for deed, _ in _run(children, talk, *given, rest, kill_after=None)]
            possible = {voice: {words} for voice, words in _last(taken).items()}
        for _ in range(2):
            killed_in_release += not _run(
                children, release, database_url, folder, chance.randrange(1, EARLY_STEPS), kill_after=None
            )
        assert _run(children, release, database_url, folder, 0, kill_after=None)
        state, answers, digest, keys = asyncio.run(_read(database_url, folder, number))
        _check(number, possible, state, answers)
        assert digest == (state is RoundState.RELEASED)
        assert keyring.seal(TENANT, round_id(number)) not in keys
        assert not [name for name in keys if name.startswith(keyring.waves(TENANT, round_id(number)))]
    assert killed_in_release > ROUNDS // 4


def _check(number: int, possible: dict[int, set[str]], state: RoundState, answers: list[str]) -> None:
    """Whatever was certain is there once; whatever was in the air is there or not, never both."""
    if state is RoundState.DESTROYED:
        assert sum("" not in words for words in possible.values()) < 5
        return
    assert state is RoundState.RELEASED
    assert len(answers) == len(set(answers))
    for voice, words in possible.items():
        theirs = [answer for answer in answers if answer.startswith(f"ronde {number} stem {voice} ")]
        assert len(theirs) <= 1
        assert (theirs[0] if theirs else "") in words
    assert all(answer.startswith(f"ronde {number} stem ") for answer in answers)


@pytest.mark.timeout(900)
def test_a_release_killed_at_each_of_its_steps_is_finished_by_the_next_tick(
    database_url: str, tmp_path: Path, children: ForkServerContext
) -> None:
    folder, ended = tmp_path / "keys", False
    deeds = [Deed(voice, 1, f"ronde {{}} stem {voice} keer 1") for voice in range(VOICES)]
    for number, dies_at in enumerate(range(1, STEPS)):
        asyncio.run(_begin(database_url, folder, number))
        told = [Deed(deed.voice, 1, deed.words.format(number)) for deed in deeds]
        assert len(_run(children, talk, database_url, folder, number, told, kill_after=None)) == VOICES
        ended = bool(_run(children, release, database_url, folder, dies_at, kill_after=None))
        assert _run(children, release, database_url, folder, 0, kill_after=None)
        state, answers, digest, keys = asyncio.run(_read(database_url, folder, number))
        assert (state, digest) == (RoundState.RELEASED, True)
        assert sorted(answers) == sorted(deed.words for deed in told)
        assert keyring.seal(TENANT, round_id(number)) not in keys
        if ended:
            break
    assert ended, f"a release takes more than {STEPS} steps"
