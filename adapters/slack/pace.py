"""How fast we may write: one message a second per channel, a limit for the workspace, and what Slack asks us to wait.

The limits are Slack's (docs.slack.dev, rate limits, read 2026-11), reckoned with the event loop's monotonic time.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Self

from adapters.slack.calls import Busy
from adapters.trying import LONGEST_WAIT_S

CHANNEL_S = 1.0
"""Seconds between two messages to one channel."""

MESSAGES_A_SECOND = 4.0
"""To one workspace, where nothing else is set: Slack says "several hundred a minute"."""

MARGIN = 1.02
"""How much longer than a second we reckon one to be: messages do not all take the same time to arrive."""

CATCH_UP = 2.0
"""So many times as fast messages may follow each other where sending fell behind, within what a second takes."""

LOOK_AHEAD_S = 0.5
"""Seconds for which messages may be handed over ahead of their moment: they are marked together, and few wait."""

KNOWN_CHANNELS = 5000
"""So many channels are remembered before those that are free again are forgotten."""


@dataclass(slots=True)
class _Channel:
    """A channel that is written to: one at a time, in the order in which they came."""

    free_at: float = 0.0
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)


class Pace:
    """The pace of one workspace, for one kind of call: Slack counts each method by itself."""

    def __init__(self, a_second: float = MESSAGES_A_SECOND, *, channel_s: float = CHANNEL_S) -> None:
        """Allow so many messages a second to all channels together, and one every `channel_s` seconds to each."""
        self._a_second = a_second
        self._most = max(1, int(a_second))
        self._window_s = self._most / a_second * MARGIN
        self._apart_s = 1 / a_second / CATCH_UP
        self._ahead = max(1, int(a_second * LOOK_AHEAD_S))
        self._given: deque[float] = deque(maxlen=self._most)
        self._turn = asyncio.Lock()
        self._waiting = 0
        self._channel_s = channel_s
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
        """Wait until the workspace takes one more message, in order of arrival. Raises Busy where that is long."""
        self._waiting += 1
        try:
            async with self._turn:
                while (moment := self._next()) > _now():
                    self._refuse_a_long_pause()
                    await _until(moment)
                # What it was reckoned to be does not count, but when it goes: the loop may have been held up.
                self._given.append(_now())
        finally:
            self._waiting -= 1

    async def room(self) -> int:
        """Wait until the workspace takes messages soon, and say how many. Raises Busy where that is long."""
        while True:
            self._refuse_a_long_pause()
            await _until(self._paused_until)
            free = self._ahead - self._waiting
            if free > self._ahead // 2 and self._paused_until <= _now():
                return free
            await asyncio.sleep((self._waiting - self._ahead // 2 + 1) / self._a_second)

    def _refuse_a_long_pause(self) -> None:
        if (long_s := self._paused_until - _now()) > LONGEST_WAIT_S:
            raise Busy("ratelimited", retry_after_s=long_s)

    def _next(self) -> float:
        """Say when the next message may go: no more than the limit in any second."""
        moment = self._paused_until
        if self._given:
            moment = max(moment, self._given[-1] + self._apart_s)
        if len(self._given) == self._most:
            moment = max(moment, self._given[0] + self._window_s)
        return moment

    def pause(self, seconds: float) -> None:
        """Send nothing for so long: Slack asked for it. Whoever waits goes on after that."""
        self._paused_until = max(self._paused_until, _now() + seconds)

    def _channel(self, channel: str) -> _Channel:
        if len(self._channels) > KNOWN_CHANNELS:
            now = _now()
            self._channels = {
                name: one for name, one in self._channels.items() if one.free_at > now or one.turn.locked()
            }
        return self._channels.setdefault(channel, _Channel())


@dataclass(frozen=True, slots=True)
class Paces:
    """The paces of one workspace: that of new messages, and that of changing those that stand there.

    `chat.update` and `chat.delete` are of Tier 3, "50+ per minute" (docs.slack.dev, read 2026-11).
    """

    messages: Pace
    edits: Pace

    @classmethod
    def of(cls, messages_a_second: float, edits_a_minute: float, *, channel_s: float = CHANNEL_S) -> Self:
        """Begin with nothing sent."""
        return cls(Pace(messages_a_second, channel_s=channel_s), Pace(edits_a_minute / 60, channel_s=0.0))


def _now() -> float:
    return asyncio.get_running_loop().time()


async def _until(moment: float) -> None:
    await asyncio.sleep(max(0.0, moment - _now()))
