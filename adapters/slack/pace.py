"""How fast we may write: one message a second per channel, a limit for the workspace, and what Slack asks us to wait.

The limits are Slack's (docs.slack.dev, rate limits, read 2026-11), reckoned with the event loop's monotonic time.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from adapters.slack.calls import LONGEST_WAIT_S, Busy

CHANNEL_S = 1.0
"""Seconds between two messages to one channel."""

MESSAGES_A_SECOND = 4.0
"""To one workspace, where nothing else is set: Slack says "several hundred a minute"."""

CATCH_UP = 3
"""So many messages may follow each other at once where sending fell behind; the rate stays."""

KNOWN_CHANNELS = 5000
"""So many channels are remembered before those that are free again are forgotten."""


@dataclass(slots=True)
class _Channel:
    """A channel that is written to: one at a time, in the order in which they came."""

    free_at: float = 0.0
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)


class Pace:
    """The pace of one workspace."""

    def __init__(self, a_second: float = MESSAGES_A_SECOND, *, channel_s: float = CHANNEL_S) -> None:
        """Allow so many messages a second to all channels together, and one every `channel_s` seconds to each."""
        self._every_s = 1 / a_second
        self._channel_s = channel_s
        self._due_at = 0.0
        self._paused_until = 0.0
        self._channels: dict[str, _Channel] = {}

    @asynccontextmanager
    async def turn(self, channel: str) -> AsyncIterator[None]:
        """Wait until a message may go to this channel; hold the channel until it has been handed over."""
        place = self._channel(channel)
        async with place.turn:
            await _until(place.free_at)
            await self.slot()
            try:
                yield
            finally:
                place.free_at = _now() + self._channel_s

    async def slot(self) -> None:
        """Wait until the workspace takes one more message. Raises Busy where that is long."""
        self._due_at = max(self._due_at, _now() - CATCH_UP * self._every_s) + self._every_s
        mine = self._due_at - self._every_s
        while (at := max(mine, self._paused_until)) > (now := _now()):
            if self._paused_until - now > LONGEST_WAIT_S:
                raise Busy("ratelimited", retry_after_s=self._paused_until - now)
            await _until(at)

    def pause(self, seconds: float) -> None:
        """Send nothing for so long: Slack asked for it. Whoever waits goes on after that in the same order and pace."""
        until = _now() + seconds
        self._due_at = max(self._due_at, until)
        self._paused_until = max(self._paused_until, until)

    def _channel(self, channel: str) -> _Channel:
        if len(self._channels) > KNOWN_CHANNELS:
            now = _now()
            self._channels = {
                name: one for name, one in self._channels.items() if one.free_at > now or one.turn.locked()
            }
        return self._channels.setdefault(channel, _Channel())


def _now() -> float:
    return asyncio.get_running_loop().time()


async def _until(moment: float) -> None:
    await asyncio.sleep(max(0.0, moment - _now()))
