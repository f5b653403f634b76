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
from adapters.teams.calls import Busy, Full
from adapters.trying import LONGEST_WAIT_S

MARGIN = 1.02
"""How much longer than a second we reckon one to be: clocks differ."""

CATCH_UP = 2.0
"""So many times as fast requests may follow each other where sending fell behind, within what a second takes."""

LOOK_AHEAD_S = 0.5
"""Seconds for which messages may be handed over ahead of their moment: they are marked together, and few wait."""

KNOWN_CONVERSATIONS = 5000
"""So many conversations are remembered before those that are free again are forgotten."""

Limits = Sequence[tuple[int, float]]
"""So many in so many seconds, each to be kept."""


@dataclass(slots=True)
class Going:
    """One request: when it is to go, and once it was answered the latest moment at which it can have arrived."""

    at: float


class Window:
    """Several limits at once: so many in any so many seconds."""

    def __init__(self, limits_: Limits) -> None:
        """Begin with nothing sent."""
        self._limits = tuple((deque[Going](maxlen=count), seconds * MARGIN) for count, seconds in limits_)

    def next(self, now: float) -> float:
        """Say when the next one may go."""
        full = (sent[0].at + seconds for sent, seconds in self._limits if len(sent) == sent.maxlen)
        return max((now, *full))

    def take(self, moment: float) -> Going:
        """Count one that is to go at this moment."""
        going = Going(moment)
        for sent, _ in self._limits:
            sent.append(going)
        return going

    def free(self, now: float) -> bool:
        """Say whether nothing that was sent holds up anything any more."""
        return all(not sent or sent[-1].at + seconds <= now for sent, seconds in self._limits)


@dataclass(slots=True)
class _Conversation:
    """A conversation that is written to: one message at a time, in the order in which they came."""

    window: Window
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)
    refused_until: float = 0.0

    def next(self, now: float) -> float:
        """Say when the next message may go."""
        return max(self.window.next(now), self.refused_until)

    def free(self, now: float) -> bool:
        """Say whether nothing holds up the next message."""
        return not self.turn.locked() and self.refused_until <= now and self.window.free(now)


class Pace:
    """The pace of one tenant."""

    def __init__(self, a_second: float = limits.TENANT_A_SECOND, *, conversation: Limits = limits.CONVERSATION) -> None:
        """Allow so many requests a second together, and these limits to each conversation."""
        most = max(1, int(a_second))
        self._window = Window(((most, most / a_second),))
        self._a_second = a_second
        self._apart_s = 1 / a_second / CATCH_UP
        self._ahead = max(1, int(a_second * LOOK_AHEAD_S))
        self._turn = asyncio.Lock()
        self._waiting = 0
        self._last = float("-inf")
        self._least_s = float("inf")
        self._limits = conversation
        self._paused_until = 0.0
        self._conversations: dict[str, _Conversation] = {}
        self._refused: dict[str, float] = {}

    @asynccontextmanager
    async def turn(self, conversation: str) -> AsyncIterator[None]:
        """Wait until a message may go to this conversation; hold it until the message was handed over.

        Raises Full where that is long for this conversation, Busy where it is long for everyone.
        """
        place = self._conversation(conversation)
        async with place.turn:
            moment = place.next(_now())
            if (long_s := moment - _now()) > LONGEST_WAIT_S:
                raise Full("a conversation has had enough for now", retry_after_s=long_s)
            await _until(moment)
            try:
                async with self.request():
                    yield
            finally:
                # It has arrived by now, if it did.
                place.window.take(_now())

    @asynccontextmanager
    async def request(self) -> AsyncIterator[None]:
        """Wait until the tenant takes one more request, and see when it was answered. Raises Busy.

        Teams counts when requests arrive, and not when they leave. What one takes longer than the quickest did may have
        been on its way there, so that it is counted as that much later: however uneven the way is, no second gets more.
        """
        going = await self._slot()
        left_at = _now()
        try:
            yield
        finally:
            took_s = _now() - left_at
            self._least_s = min(took_s, self._least_s)
            going.at = left_at + took_s - self._least_s

    async def _slot(self) -> Going:
        """Wait until the tenant takes one more, in order of arrival. Raises Busy where that is long."""
        self._waiting += 1
        try:
            async with self._turn:
                while (moment := self._next()) > _now():
                    self._refuse_a_long_pause()
                    await _until(moment)
                self._last = _now()
                return self._window.take(self._last)
        finally:
            self._waiting -= 1

    def _next(self) -> float:
        """Say when the next request may go."""
        return max(self._paused_until, self._last + self._apart_s, self._window.next(0.0))

    def _refuse_a_long_pause(self) -> None:
        if (long_s := self._paused_until - _now()) > LONGEST_WAIT_S:
            raise Busy("the tenant has had enough for now", retry_after_s=long_s)

    async def room(self) -> int:
        """Wait until the tenant takes requests soon, and say how many. Raises Busy where that is long."""
        while True:
            self._refuse_a_long_pause()
            await _until(self._paused_until)
            free = self._ahead - self._waiting
            if free > self._ahead // 2 and self._paused_until <= _now():
                return free
            await asyncio.sleep((self._waiting - self._ahead // 2 + 1) / self._a_second)

    def pause(self, seconds: float) -> None:
        """Send nothing for so long: Teams asked for it. Whoever waits goes on after that."""
        self._paused_until = max(self._paused_until, _now() + seconds)

    def refused(self, conversation: str, seconds: float) -> bool:
        """Write nothing to a conversation for so long, or to nobody: Teams had enough. Returns whether to nobody.

        Teams does not say which of its limits was reached. One conversation ("" is none) may have had enough by itself;
        where a second one is refused meanwhile, it is the tenant.
        """
        now = _now()
        waiting = {name: until for name, until in self._refused.items() if until > now}
        self._refused = waiting | {conversation: now + seconds}
        if not conversation or len(self._refused) > 1:
            self.pause(seconds)
            return True
        self._conversation(conversation).refused_until = now + seconds
        return False

    def _conversation(self, name: str) -> _Conversation:
        if len(self._conversations) > KNOWN_CONVERSATIONS:
            now = _now()
            self._conversations = {key: one for key, one in self._conversations.items() if not one.free(now)}
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
