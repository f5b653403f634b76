"""How fast we may write: so many to a conversation in so many seconds, so many to a tenant, and what Teams asks for.

The limits are Teams' (`limits.py`), reckoned with the event loop's monotonic time.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from adapters.teams import limits
from adapters.teams.calls import LONGEST_WAIT_S, Busy

MARGIN = 1.02
"""How much longer than a second we reckon one to be: messages do not all take the same time to arrive."""

CATCH_UP = 2.0
"""So many times as fast requests may follow each other where sending fell behind, within what a second takes."""

KNOWN_CONVERSATIONS = 5000
"""So many conversations are remembered before those that are free again are forgotten."""

Limits = Sequence[tuple[int, float]]
"""So many in so many seconds, each to be kept."""


class Window:
    """Several limits at once: so many in any so many seconds."""

    def __init__(self, limits_: Limits) -> None:
        """Begin with nothing sent."""
        self._limits = tuple((deque[float](maxlen=count), seconds * MARGIN) for count, seconds in limits_)

    def next(self, now: float) -> float:
        """Say when the next one may go."""
        full = (sent[0] + seconds for sent, seconds in self._limits if len(sent) == sent.maxlen)
        return max((now, *full))

    def take(self, moment: float) -> None:
        """Count one that goes at this moment."""
        for sent, _ in self._limits:
            sent.append(moment)

    def free(self, now: float) -> bool:
        """Say whether nothing that was sent holds up anything any more."""
        return all(not sent or sent[-1] + seconds <= now for sent, seconds in self._limits)


@dataclass(slots=True)
class _Conversation:
    """A conversation that is written to: one message at a time, in the order in which they came."""

    window: Window
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)


class Pace:
    """The pace of one tenant."""

    def __init__(self, a_second: float = limits.TENANT_A_SECOND, *, conversation: Limits = limits.CONVERSATION) -> None:
        """Allow so many requests a second together, and these limits to each conversation."""
        most = max(1, int(a_second))
        self._window = Window(((most, most / a_second),))
        self._apart_s = 1 / a_second / CATCH_UP
        self._last = float("-inf")
        self._limits = conversation
        self._paused_until = 0.0
        self._conversations: dict[str, _Conversation] = {}

    @asynccontextmanager
    async def turn(self, conversation: str) -> AsyncIterator[None]:
        """Wait until a message may go to this conversation; hold it until the message was handed over. Raises Busy."""
        place = self._conversation(conversation)
        async with place.turn:
            moment = place.window.next(_now())
            if (long_s := moment - _now()) > LONGEST_WAIT_S:
                raise Busy("a conversation has had enough for now", retry_after_s=long_s)
            await _until(moment)
            await self.slot()
            place.window.take(_now())
            yield

    async def slot(self) -> None:
        """Wait until the tenant takes one more request. Raises Busy where that is long."""
        while True:
            if (long_s := self._paused_until - _now()) > LONGEST_WAIT_S:
                raise Busy("the tenant has had enough for now", retry_after_s=long_s)
            mine = max(self._window.next(max(_now(), self._paused_until)), self._last + self._apart_s)
            self._window.take(mine)
            self._last = mine
            await _until(mine)
            if self._paused_until <= mine:
                return

    def pause(self, seconds: float) -> None:
        """Send nothing for so long: Teams asked for it. Whoever waits goes on after that."""
        self._paused_until = max(self._paused_until, _now() + seconds)

    def _conversation(self, name: str) -> _Conversation:
        if len(self._conversations) > KNOWN_CONVERSATIONS:
            now = _now()
            self._conversations = {
                key: one for key, one in self._conversations.items() if one.turn.locked() or not one.window.free(now)
            }
        return self._conversations.setdefault(name, _Conversation(Window(self._limits)))


@dataclass(slots=True)
class Paces:
    """A pace for every tenant."""

    a_second: float = limits.TENANT_A_SECOND
    conversation: Limits = limits.CONVERSATION
    _known: dict[str, Pace] = field(default_factory=dict, init=False)

    def of(self, tenant: str) -> Pace:
        """Return the pace of a tenant."""
        return self._known.setdefault(tenant, Pace(self.a_second, conversation=self.conversation))


def _now() -> float:
    return asyncio.get_running_loop().time()


async def _until(moment: float) -> None:
    await asyncio.sleep(max(0.0, moment - _now()))
