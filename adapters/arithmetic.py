"""The port `Arithmetic` over a child process: seconds of arithmetic must not hold up everyone who answers.

The child is started at the first digest and kept warm for the next; a digest that takes too long, or a child that dies,
costs that digest only. It shares nothing with its parent but a pipe and ends when the pipe does.
"""

from __future__ import annotations

import asyncio
import logging
import signal
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess

from bot.digest.digest import make
from bot.errors import RuimteError
from bot.ports import DigestRequest

LIMIT_S = 600.0
"""Seconds after which a digest is given up; 10,000 answers take under a minute."""
_STOP_S = 5.0

_log = logging.getLogger(__name__)


class DigestFailed(RuimteError):
    """A digest could not be made; the answers are still there, and it is tried again."""

    code = "digest_failed"


@dataclass(slots=True)
class _Child:
    """A running child and the pipe to it."""

    process: SpawnProcess
    pipe: Connection


class ChildArithmetic:
    """Makes digests in one child process, one after the other."""

    def __init__(self, *, limit_s: float = LIMIT_S) -> None:
        """Start nothing yet. `limit_s` is how many seconds one digest may take."""
        self._limit_s = limit_s
        self._child: _Child | None = None
        self._turn = asyncio.Lock()

    async def digest(self, request: DigestRequest) -> bytes:
        """See `bot.ports.Arithmetic`. Raises DigestFailed; the next request gets a fresh child."""
        async with self._turn:
            done, result = await asyncio.to_thread(self._ask, request)
        if not done:
            # The kind of error and no more: its text may hold an answer.
            raise DigestFailed(f"the digest of round {request.round.id} failed: {result.decode()}")
        return result

    async def warm(self) -> None:
        """Start the child, which loads its libraries, so that the first digest need not wait for that."""
        async with self._turn:
            await asyncio.to_thread(self._started)

    async def close(self) -> None:
        """Kill the child, also when it is in the middle of a digest; whoever waits for that gets DigestFailed."""
        if self._child is not None:
            self._child.process.kill()
        async with self._turn:
            child, self._child = self._child, None
            if child is not None:
                await asyncio.to_thread(_kill, child)

    def _ask(self, request: DigestRequest) -> tuple[bool, bytes]:
        child = self._started()
        try:
            child.pipe.send(request)
            if child.pipe.poll(self._limit_s):
                answer: tuple[bool, bytes] = child.pipe.recv()
                return answer
            reason = f"it took more than {self._limit_s:g} seconds"
        except (EOFError, OSError):
            reason = "its process ended"
        self._child = None
        _kill(child)
        return False, reason.encode()

    def _started(self) -> _Child:
        if self._child is None or not self._child.process.is_alive():
            self._child = _start()
        return self._child


def _start() -> _Child:
    """Start a child. Spawned and not forked: a fork would copy keys and open connections."""
    context = get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_work, args=(theirs,), name="ruimte-digest", daemon=True)
    process.start()
    theirs.close()
    return _Child(process, ours)


def _kill(child: _Child) -> None:
    child.process.kill()
    child.process.join(_STOP_S)
    child.pipe.close()


def _work(pipe: Connection) -> None:
    """Make digests until the parent is gone. Runs in the child."""
    # Ctrl-C goes to the whole group; it is the parent that ends this one.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _load_libraries()
    while True:
        try:
            request: DigestRequest = pipe.recv()
        except (EOFError, OSError):
            return
        pipe.send(_answer(request))


def _answer(request: DigestRequest) -> tuple[bool, bytes]:
    try:
        return True, make(request)
    except Exception as error:  # noqa: BLE001 -- whatever happens to one digest, the child lives on
        return False, type(error).__name__.encode()


def _load_libraries() -> None:
    """Import what the arithmetic imports when it is first used."""
    import bot.digest.themes  # noqa: F401, PLC0415 -- a second of loading, in the child only
