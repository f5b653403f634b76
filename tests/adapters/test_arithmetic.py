"""Digests in a child process: warm, apart, and gone at the end."""

import asyncio
import multiprocessing
from dataclasses import replace

import pytest

from adapters.arithmetic import ChildArithmetic, DigestFailed
from bot.answers import Answer
from bot.digest.digest import load, make
from bot.ids import PageKey
from bot.ports import DigestRequest
from bot.questions import RoundKind
from prompts.loader import load_packs
from tests.examples import a_round

SAID = ("vaste gezichten bij de cliënten", "dat ik vaste gezichten houd", "mijn vrije woensdag", "het team", "de rust")


@pytest.fixture(scope="module")
def request_() -> DigestRequest:
    """Ask for the digest of twelve answers."""
    packs = load_packs()
    pack = packs.of(RoundKind.LISTEN)
    answers = tuple(
        Answer(PageKey("lose"), (("answer", SAID[number % len(SAID)]),), "nl", quotable=True) for number in range(12)
    )
    round_ = a_round(pages=pack.pages[:1], point=None)
    return DigestRequest(round_, answers, packs.codebook(pack.codebook), ("Amina Yusuf",), None)


def children() -> int:
    return len(multiprocessing.active_children())


async def test_the_child_makes_the_same_digest_as_the_arithmetic_itself(request_: DigestRequest) -> None:
    arithmetic = ChildArithmetic()
    try:
        made = await arithmetic.digest(request_)
    finally:
        await arithmetic.close()
    assert made == await asyncio.to_thread(make, request_)
    assert load(made).pages[0].voices == 12


async def test_one_child_makes_all_digests_and_is_gone_at_the_end(request_: DigestRequest) -> None:
    before = children()
    arithmetic = ChildArithmetic()
    await arithmetic.warm()
    await asyncio.gather(*(arithmetic.digest(request_) for _ in range(3)))
    assert children() == before + 1
    await arithmetic.close()
    assert children() == before


async def test_a_digest_that_fails_says_what_kind_of_error_it_was_and_the_next_one_is_made(
    request_: DigestRequest,
) -> None:
    arithmetic = ChildArithmetic()
    try:
        with pytest.raises(DigestFailed, match="JSONDecodeError") as caught:
            await arithmetic.digest(replace(request_, before=b"what somebody wrote"))
        assert "what somebody wrote" not in str(caught.value)
        assert await arithmetic.digest(request_)
    finally:
        await arithmetic.close()


async def test_a_digest_that_takes_too_long_is_given_up_and_its_child_killed(request_: DigestRequest) -> None:
    before = children()
    arithmetic = ChildArithmetic(limit_s=0.0)
    with pytest.raises(DigestFailed, match="more than 0 seconds"):
        await arithmetic.digest(request_)
    assert children() == before
    await arithmetic.close()


async def test_closing_ends_a_digest_that_is_under_way(request_: DigestRequest) -> None:
    arithmetic = ChildArithmetic()
    await arithmetic.warm()
    under_way = asyncio.create_task(arithmetic.digest(request_))
    await asyncio.sleep(0)
    async with asyncio.timeout(20):
        await arithmetic.close()
        outcome = await asyncio.gather(under_way, return_exceptions=True)
    assert isinstance(outcome[0], bytes | DigestFailed)
