"""The contract of Keys."""

import asyncio

import pytest

from bot.errors import KeyMissing
from bot.ports import Keys
from storage.keys import KeyNameInvalid


async def test_a_key_is_32_random_bytes_and_stays_what_it_is(any_keys: Keys) -> None:
    key = await any_keys.make("seal.T1.r1")
    assert len(key) == 32
    assert await any_keys.make("seal.T1.r1") == key
    assert await any_keys.get("seal.T1.r1") == key
    assert await any_keys.make("seal.T1.r2") != key


async def test_everyone_who_makes_a_key_at_once_gets_the_same_one(any_keys: Keys) -> None:
    made = await asyncio.gather(*(any_keys.make("bind.T1") for _ in range(20)))
    assert len(set(made)) == 1


async def test_a_key_that_was_never_made_is_missing(any_keys: Keys) -> None:
    with pytest.raises(KeyMissing, match=r"'bind\.T1'"):
        await any_keys.get("bind.T1")
    assert list(await any_keys.names()) == []


async def test_a_destroyed_key_is_gone_and_one_made_after_it_is_another(any_keys: Keys) -> None:
    key = await any_keys.make("wave.T1.r1.0")
    await any_keys.destroy("wave.T1.r1.0")
    with pytest.raises(KeyMissing):
        await any_keys.get("wave.T1.r1.0")
    assert await any_keys.make("wave.T1.r1.0") != key


async def test_destroying_what_is_not_there_does_nothing(any_keys: Keys) -> None:
    await any_keys.destroy("wave.T1.r1.0")
    await any_keys.destroy("wave.T1.r1.0")
    assert list(await any_keys.names()) == []


async def test_names_are_sorted(any_keys: Keys) -> None:
    for name in ("seal.T1.b", "bind.T1", "seal.T1.a"):
        await any_keys.make(name)
    assert list(await any_keys.names()) == ["bind.T1", "seal.T1.a", "seal.T1.b"]


@pytest.mark.parametrize("name", ["", ".", "..", "../key", "a/b", ".hidden", "a\0b", "a b", "x" * 300])
async def test_a_name_that_is_not_safe_as_a_file_name_is_refused(any_keys: Keys, name: str) -> None:
    with pytest.raises(KeyNameInvalid):
        await any_keys.make(name)
