"""Live updates: server-sent events that tell an open page that its chat or the clock has changed."""

from __future__ import annotations

import asyncio
import json
import secrets
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import contextmanager

from bot.ids import MessageRef

BEAT_S = 15.0
"""A sign of life at least so often, so that nothing on the way closes the stream."""

TOGETHER_S = 0.05
"""What changes within so short a time is told once."""

Told = Mapping[str, object]


class Live:
    """The open streams of a sandbox."""

    def __init__(self) -> None:
        """Begin without streams. `play` names this play to a page that stays open from one to the next."""
        self.play = secrets.token_hex(8)
        self._clocks: set[asyncio.Queue[Told]] = set()
        self._ended = asyncio.Event()

    @property
    def over(self) -> bool:
        """Whether this play has ended."""
        return self._ended.is_set()

    def end(self) -> None:
        """End every stream; the play is over."""
        self._ended.set()

    def tell_clock(self, told: Told) -> None:
        """Tell every open page that the clock moves or stands; a page that is behind hears only the last."""
        for queue in self._clocks:
            if queue.full():
                queue.get_nowait()
            queue.put_nowait(told)

    @contextmanager
    def _clock(self) -> Iterator[asyncio.Queue[Told]]:
        queue: asyncio.Queue[Told] = asyncio.Queue(maxsize=1)
        self._clocks.add(queue)
        try:
            yield queue
        finally:
            self._clocks.discard(queue)

    async def stream(
        self, chat: asyncio.Queue[MessageRef], clock_shows: Callable[[Told], Told]
    ) -> AsyncIterator[bytes]:
        """Yield events until the play ends: first `play`, its name and the time; then `chat` for messages, `clock`.

        The time is told at first, because it may have moved on between the page and its stream.
        """
        yield b"retry: 1000\n\n"
        with self._clock() as clock:
            yield _event("play", clock_shows({"name": self.play}))
            ended = asyncio.ensure_future(self._ended.wait())
            arrives, moves = asyncio.ensure_future(chat.get()), asyncio.ensure_future(clock.get())
            try:
                while not ended.done():
                    await asyncio.wait((ended, arrives, moves), timeout=BEAT_S, return_when=asyncio.FIRST_COMPLETED)
                    yield b": still here\n\n"
                    if moves.done():
                        yield _event("clock", clock_shows(moves.result()))
                        moves = asyncio.ensure_future(clock.get())
                    if arrives.done():
                        await _all_of(chat)
                        yield _event("chat", {})
                        arrives = asyncio.ensure_future(chat.get())
            finally:
                for task in (ended, arrives, moves):
                    task.cancel()


async def _all_of(chat: asyncio.Queue[MessageRef]) -> None:
    """Take what arrives together."""
    await asyncio.sleep(TOGETHER_S)
    while not chat.empty():
        chat.get_nowait()


def _event(name: str, value: object) -> bytes:
    """Write one event."""
    return f"event: {name}\ndata: {json.dumps(value)}\n\n".encode()
