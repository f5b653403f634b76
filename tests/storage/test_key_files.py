"""The key directory on the disk."""

# ruff: noqa: ASYNC240 - the tests look at the files themselves

import os
import stat
from pathlib import Path

import pytest

from bot.errors import KeyMissing
from storage.keys import FileKeys

pytestmark = pytest.mark.may_block(reason="the tests look at the files themselves")


def _mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


async def test_only_the_owner_reads_keys_and_their_directory(tmp_path: Path) -> None:
    directory = tmp_path / "far" / "keys"
    await FileKeys(directory).make("bind.T1")
    assert _mode(directory) == 0o700
    assert _mode(directory / "bind.T1") == 0o600


async def test_a_directory_that_others_could_read_is_closed(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    await FileKeys(tmp_path).make("bind.T1")
    assert _mode(tmp_path) == 0o700


async def test_making_leaves_nothing_beside_the_key(tmp_path: Path) -> None:
    keys = FileKeys(tmp_path)
    key = await keys.make("bind.T1")
    await keys.make("bind.T1")
    assert [path.name for path in tmp_path.iterdir()] == ["bind.T1"]
    assert (tmp_path / "bind.T1").read_bytes() == key


async def test_a_destroyed_key_was_overwritten_before_its_name_went(tmp_path: Path) -> None:
    keys = FileKeys(tmp_path)
    key = await keys.make("wave.T1.r1.0")
    # A second name for the same bytes on the disk.
    os.link(tmp_path / "wave.T1.r1.0", tmp_path.parent / "kept")
    await keys.destroy("wave.T1.r1.0")
    left = (tmp_path.parent / "kept").read_bytes()
    assert len(left) == len(key)
    assert left != key
    assert not list(tmp_path.iterdir())


async def test_keys_survive_the_process(tmp_path: Path) -> None:
    key = await FileKeys(tmp_path).make("bind.T1")
    assert await FileKeys(tmp_path).get("bind.T1") == key


async def test_a_file_that_was_cut_short_is_no_key(tmp_path: Path) -> None:
    (tmp_path / "bind.T1").write_bytes(b"short")
    with pytest.raises(KeyMissing, match="5 bytes"):
        await FileKeys(tmp_path).get("bind.T1")


async def test_what_a_crash_left_behind_is_no_key(tmp_path: Path) -> None:
    keys = FileKeys(tmp_path)
    await keys.make("bind.T1")
    (tmp_path / ".0123456789abcdef").write_bytes(bytes(32))
    assert list(await keys.names()) == ["bind.T1"]
