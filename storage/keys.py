"""The key directory: a file per key, outside the database and never backed up; and its twin in memory."""

import asyncio
import os
import re
import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from bot.errors import KeyMissing, RuimteError

KEY_BYTES = 32
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,199}")


class KeyNameInvalid(RuimteError):
    """A key's name must be safe as a file name: letters, digits, dot, underscore and hyphen."""

    code = "key_name_invalid"


class FileKeys:
    """Keys as files of 0600 in a directory of 0700, each write and each destruction fsynced.

    Several processes may share the directory: whoever makes a key first has made it for all.
    Destroying overwrites before it unlinks; not every disk forgets, and the documents say so.
    """

    def __init__(self, directory: Path) -> None:
        """Name the directory; it is made when the first key is."""
        self._directory = directory

    async def make(self, name: str) -> bytes:
        """See `bot.ports.Keys`."""
        return await asyncio.to_thread(self._make, self._path(name))

    async def get(self, name: str) -> bytes:
        """See `bot.ports.Keys`."""
        return await asyncio.to_thread(_read, self._path(name))

    async def destroy(self, name: str) -> None:
        """See `bot.ports.Keys`."""
        await asyncio.to_thread(self._destroy, self._path(name))

    async def names(self) -> Sequence[str]:
        """See `bot.ports.Keys`."""
        return await asyncio.to_thread(self._names)

    def _path(self, name: str) -> Path:
        return self._directory / _checked(name)

    def _make(self, path: Path) -> bytes:
        try:
            return _read(path)
        except KeyMissing:
            self._directory.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._directory.chmod(0o700)
        draft = self._directory / f".{secrets.token_hex(16)}"
        _write(draft, secrets.token_bytes(KEY_BYTES), os.O_CREAT | os.O_EXCL)
        try:
            # Unlike a rename, a link never takes the place of a key that another process just made.
            os.link(draft, path)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
        self._sync()
        return _read(path)

    def _destroy(self, path: Path) -> None:
        try:
            _write(path, secrets.token_bytes(KEY_BYTES))
            path.unlink()
        except FileNotFoundError:
            return
        self._sync()

    def _names(self) -> Sequence[str]:
        if not self._directory.is_dir():
            return ()
        return sorted(path.name for path in self._directory.iterdir() if _NAME.fullmatch(path.name))

    def _sync(self) -> None:
        with _opened(self._directory, os.O_RDONLY) as descriptor:
            os.fsync(descriptor)


class MemoryKeys:
    """Keys that are gone with the process."""

    def __init__(self) -> None:
        """Start without any."""
        self._keys: dict[str, bytes] = {}

    async def make(self, name: str) -> bytes:
        """See `bot.ports.Keys`."""
        return self._keys.setdefault(_checked(name), secrets.token_bytes(KEY_BYTES))

    async def get(self, name: str) -> bytes:
        """See `bot.ports.Keys`."""
        try:
            return self._keys[_checked(name)]
        except KeyError as error:
            raise _missing(name) from error

    async def destroy(self, name: str) -> None:
        """See `bot.ports.Keys`."""
        self._keys.pop(_checked(name), None)

    async def names(self) -> Sequence[str]:
        """See `bot.ports.Keys`."""
        return sorted(self._keys)


def _checked(name: str) -> str:
    if _NAME.fullmatch(name) is None:
        raise KeyNameInvalid(f"{name!r} is no name for a key")
    return name


def _missing(name: str) -> KeyMissing:
    return KeyMissing(f"key {name!r} is not in the key directory")


def _read(path: Path) -> bytes:
    try:
        key = path.read_bytes()
    except FileNotFoundError as error:
        raise _missing(path.name) from error
    if len(key) != KEY_BYTES:
        raise KeyMissing(f"key {path.name!r} has {len(key)} bytes and not {KEY_BYTES}")
    return key


def _write(path: Path, content: bytes, flags: int = 0) -> None:
    with _opened(path, os.O_WRONLY | flags) as descriptor:
        os.write(descriptor, content)
        os.fsync(descriptor)


@contextmanager
def _opened(path: Path, flags: int) -> Iterator[int]:
    descriptor = os.open(path, flags, 0o600)
    try:
        yield descriptor
    finally:
        os.close(descriptor)
