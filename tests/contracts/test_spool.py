"""The contract of Spool."""

import asyncio
import secrets
from collections import Counter
from dataclasses import replace
from typing import Any

import pytest

from bot.errors import (
    BoxBroken,
    IllegalMove,
    KeyMissing,
    NotFound,
    RoundClosed,
    SlipTooLarge,
)
from bot.ids import FieldKey, PageKey, PersonId, RoundId, TeamKey, TenantId
from bot.ports import Keys, Spool, Store
from bot.round import Round, RoundState, move
from bot.slip import Fields, Slip
from tests.examples import ROUND, TENANT, a_round, a_slip

NONCE = bytes(range(16))


@pytest.fixture(autouse=True)
async def open_round(store: Store, keys: Keys) -> None:
    """Open the round of the examples."""
    await _open(store, keys, a_round())


async def _open(store: Store, keys: Keys, round_: Round) -> None:
    await keys.make(f"seal.{round_.tenant}.{round_.id}")
    async with store.write(round_.tenant) as transaction:
        await transaction.rounds.put(round_)


async def _move(store: Store, to: RoundState, **given: Any) -> None:  # noqa: ANN401 - k or audience
    async with store.write(TENANT) as transaction:
        round_ = await transaction.rounds.get(ROUND, lock=True)
        await transaction.rounds.put(replace(move(round_, to), **given))


async def _release(store: Store, spool: Spool) -> list[Slip]:
    await _move(store, RoundState.RELEASING)
    return sorted(await spool.open(TENANT, ROUND), key=repr)


def _fields(**texts: str) -> Fields:
    return tuple((FieldKey(key), text) for key, text in texts.items())


async def test_what_was_put_comes_out_when_the_round_is_releasing(store: Store, spool: Spool) -> None:
    slip = a_slip("Ruimte 🙂", quotable=False, segment=TeamKey("north"), receipt=b"r" * 32)
    await spool.put(TENANT, ROUND, NONCE, slip)
    [opened] = await _release(store, spool)
    assert replace(opened, voice=b"") == slip


async def test_pages_of_one_nonce_are_one_voice_and_another_nonce_is_another(store: Store, spool: Spool) -> None:
    await spool.put(TENANT, ROUND, NONCE, a_slip(page=PageKey("lose")))
    await spool.put(TENANT, ROUND, NONCE, a_slip(page=PageKey("keep")))
    await spool.put(TENANT, ROUND, bytes(16), a_slip(page=PageKey("lose")))
    voices = Counter(slip.voice for slip in await _release(store, spool))
    assert sorted(voices.values()) == [1, 2]
    assert all(len(voice) == 16 for voice in voices)


async def test_an_offer_by_name_has_no_voice(store: Store, spool: Spool) -> None:
    await spool.put(TENANT, ROUND, NONCE, a_slip(page=PageKey("offer"), named=PersonId("ana")))
    [opened] = await _release(store, spool)
    assert (opened.named, opened.voice) == ("ana", b"")


async def test_the_second_step_is_merged_into_the_box(store: Store, spool: Spool) -> None:
    await spool.put(TENANT, ROUND, NONCE, a_slip(fields=_fields(answer="De rust")))
    await spool.put(TENANT, ROUND, NONCE, a_slip(fields=_fields(probe="Vrijdag"), quotable=None))
    [opened] = await _release(store, spool)
    assert opened.fields == _fields(answer="De rust", probe="Vrijdag")
    assert opened.quotable is True


async def test_a_newer_form_takes_the_place_of_an_older_one_and_never_the_other_way(store: Store, spool: Spool) -> None:
    await spool.put(TENANT, ROUND, NONCE, a_slip("Nieuw", stamp=2))
    await spool.put(TENANT, ROUND, NONCE, a_slip("Oud", stamp=1))
    [opened] = await _release(store, spool)
    assert opened.fields == _fields(answer="Nieuw")


async def test_a_withdrawn_page_is_an_empty_box(store: Store, spool: Spool) -> None:
    await spool.put(TENANT, ROUND, NONCE, a_slip(stamp=1))
    await spool.put(TENANT, ROUND, NONCE, a_slip(fields=(), stamp=2))
    [opened] = await _release(store, spool)
    assert opened.withdrawn


async def test_one_submission_that_is_tried_a_hundred_times_at_once_is_one_voice(store: Store, spool: Spool) -> None:
    await asyncio.gather(*(spool.put(TENANT, ROUND, NONCE, a_slip()) for _ in range(100)))
    assert len(await _release(store, spool)) == 1


async def test_a_round_of_very_many_is_opened_whole(store: Store, spool: Spool) -> None:
    texts = [f"antwoord {number}" for number in range(1100)]
    await asyncio.gather(*(spool.put(TENANT, ROUND, secrets.token_bytes(16), a_slip(text)) for text in texts))
    opened = [text for slip in await _release(store, spool) for _, text in slip.fields if text in set(texts)]
    assert sorted(opened) == sorted(texts)


async def test_many_at_once_are_all_there(store: Store, spool: Spool) -> None:
    words = [f"antwoord {number}" for number in range(300)]
    await asyncio.gather(*(spool.put(TENANT, ROUND, secrets.token_bytes(16), a_slip(text)) for text in words))
    opened = await _release(store, spool)
    assert sorted(slip.fields[0][1] for slip in opened) == sorted(words)


@pytest.mark.parametrize("state", [RoundState.PLANNED, RoundState.RELEASING, RoundState.RELEASED])
async def test_a_round_that_is_not_open_takes_nothing(
    store: Store, spool: Spool, keys: Keys, state: RoundState
) -> None:
    await _open(store, keys, a_round(id=RoundId("r2"), state=state))
    with pytest.raises(RoundClosed):
        await spool.put(TENANT, RoundId("r2"), NONCE, a_slip())


async def test_an_unknown_round_takes_nothing(spool: Spool, keys: Keys) -> None:
    await keys.make(f"seal.{TENANT}.unknown")
    with pytest.raises(RoundClosed):
        await spool.put(TENANT, RoundId("unknown"), NONCE, a_slip())


async def test_without_the_rounds_key_nothing_is_taken(spool: Spool, keys: Keys) -> None:
    await keys.destroy(f"seal.{TENANT}.{ROUND}")
    with pytest.raises(KeyMissing):
        await spool.put(TENANT, ROUND, NONCE, a_slip())


async def test_whoever_fails_does_not_fail_the_others(store: Store, spool: Spool, keys: Keys) -> None:
    await _open(store, keys, a_round(id=RoundId("r2"), state=RoundState.RELEASING))
    large = _fields(answer="🙂" * 2000, probe="🙂" * 2000)
    results = await asyncio.gather(
        spool.put(TENANT, ROUND, bytes(16), a_slip("Een")),
        spool.put(TENANT, RoundId("r2"), bytes(16), a_slip("Te laat")),
        spool.put(TENANT, RoundId("keyless"), bytes(16), a_slip("Zonder sleutel")),
        spool.put(TENANT, ROUND, b"1" * 16, a_slip(fields=large)),
        spool.put(TENANT, ROUND, b"2" * 16, a_slip("Twee")),
        return_exceptions=True,
    )
    assert [type(result) for result in results] == [
        type(None),
        RoundClosed,
        KeyMissing,
        SlipTooLarge,
        type(None),
    ]
    assert [slip.fields[0][1] for slip in await _release(store, spool)] == ["Een", "Twee"]


async def test_the_largest_page_fits_at_four_bytes_a_character(store: Store, spool: Spool) -> None:
    keys = ("meaning", "chance", "hard", "another")
    slip = a_slip(
        page=PageKey("scenario-with-a-long-name"),
        fields=tuple((FieldKey(key), "🙂" * 500) for key in keys),
        segment=TeamKey("S" * 11),
        stamp=1_795_000_000_000_000,
    )
    await spool.put(TENANT, ROUND, NONCE, slip)
    [opened] = await _release(store, spool)
    assert opened.fields == slip.fields


async def test_half_a_character_does_not_fail_a_submission(store: Store, spool: Spool) -> None:
    await spool.put(TENANT, ROUND, NONCE, a_slip("De rust \ud83d"))
    [opened] = await _release(store, spool)
    assert opened.fields == _fields(answer="De rust ?")


async def test_nobody_opens_a_round_that_is_still_open(spool: Spool) -> None:
    await spool.put(TENANT, ROUND, NONCE, a_slip())
    with pytest.raises(IllegalMove):
        await spool.open(TENANT, ROUND)
    with pytest.raises(NotFound):
        await spool.open(TENANT, RoundId("unknown"))


async def test_an_extended_round_keeps_what_was_in_it_and_takes_more(store: Store, spool: Spool) -> None:
    await spool.put(TENANT, ROUND, NONCE, a_slip("Eerst"))
    await _move(store, RoundState.RELEASING)
    await _move(store, RoundState.OPEN)
    await spool.put(TENANT, ROUND, bytes(16), a_slip("Later"))
    assert [slip.fields[0][1] for slip in await _release(store, spool)] == ["Eerst", "Later"]


@pytest.mark.parametrize("changed", [{"k": 5}, {"audience": "cd" * 32}])
async def test_a_round_whose_k_or_audience_was_changed_does_not_open(
    store: Store, spool: Spool, changed: dict[str, int | str]
) -> None:
    await spool.put(TENANT, ROUND, NONCE, a_slip())
    await _move(store, RoundState.RELEASING, **changed)
    with pytest.raises(BoxBroken):
        await spool.open(TENANT, ROUND)


async def test_without_its_key_a_round_does_not_open(store: Store, spool: Spool, keys: Keys) -> None:
    await spool.put(TENANT, ROUND, NONCE, a_slip())
    await keys.destroy(f"seal.{TENANT}.{ROUND}")
    await _move(store, RoundState.RELEASING)
    with pytest.raises(KeyMissing):
        await spool.open(TENANT, ROUND)


async def test_a_round_in_which_nothing_was_said_opens_empty(store: Store, spool: Spool) -> None:
    assert await _release(store, spool) == []


async def test_clearing_deletes_boxes_and_key_and_can_be_repeated(store: Store, spool: Spool, keys: Keys) -> None:
    await _open(store, keys, a_round(id=RoundId("r2")))
    await spool.put(TENANT, ROUND, NONCE, a_slip())
    await spool.put(TENANT, RoundId("r2"), NONCE, a_slip())
    await _move(store, RoundState.RELEASING)
    await spool.clear(TENANT, ROUND)
    await spool.clear(TENANT, ROUND)
    assert await spool.open(TENANT, ROUND) == []
    assert list(await keys.names()) == [f"seal.{TENANT}.r2"]


async def test_tenants_with_rounds_of_the_same_name_are_apart(store: Store, spool: Spool, keys: Keys) -> None:
    other = TenantId("T2")
    await _open(store, keys, a_round(tenant=other))
    await spool.put(other, ROUND, NONCE, a_slip("Daar"))
    await spool.put(TENANT, ROUND, NONCE, a_slip("Hier"))
    await spool.clear(other, ROUND)
    assert [slip.fields[0][1] for slip in await _release(store, spool)] == ["Hier"]


async def test_what_was_thanked_before_the_close_is_in_the_release_and_the_rest_was_refused(
    store: Store, spool: Spool
) -> None:
    async def submit(number: int) -> int | None:
        for _ in range(number % 7):
            await asyncio.sleep(0)
        try:
            await spool.put(TENANT, ROUND, secrets.token_bytes(16), a_slip(str(number)))
        except RoundClosed:
            return None
        return number

    async def close() -> None:
        await spool.put(TENANT, ROUND, NONCE, a_slip("-1"))
        await _move(store, RoundState.RELEASING)

    *thanked, _ = await asyncio.gather(*(submit(number) for number in range(400)), close())
    released = {int(slip.fields[0][1]) for slip in await spool.open(TENANT, ROUND)}
    assert released == {-1} | {number for number in thanked if number is not None}


async def test_a_caller_who_leaves_does_not_take_the_others_along(store: Store, spool: Spool) -> None:
    leaving = [
        asyncio.create_task(spool.put(TENANT, ROUND, secrets.token_bytes(16), a_slip(f"weg {number}")))
        for number in range(20)
    ]
    staying = [
        asyncio.create_task(spool.put(TENANT, ROUND, secrets.token_bytes(16), a_slip(f"hier {number:02}")))
        for number in range(20)
    ]
    await asyncio.sleep(0)
    for number, task in enumerate(leaving):
        task.cancel()
        if number % 3 == 0:
            await asyncio.sleep(0)
    await asyncio.gather(*staying)
    await asyncio.gather(*leaving, return_exceptions=True)
    words = {slip.fields[0][1] for slip in await _release(store, spool)}
    assert {f"hier {number:02}" for number in range(20)} <= words
