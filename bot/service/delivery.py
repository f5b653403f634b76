"""Delivery: what waits in the outbox goes out, within people's hours and attention, and is marked before and after.

A message is marked `sending` before it is handed over and `sent` after. A crash in between sends it again, with the
same id and the same token. `bot/service/letters.py` says what goes out; this sends it.

Letters start as fast as the platform takes them, several under way at once, so that a slow one holds up no other; to
one place, a person or a channel, goes one at a time, in order. Only those that start are marked, so that what a crash
leaves in doubt is what may really have been sent.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from bot.errors import DeliveryFailed, DeliveryUncertain, LeaseLost, PlaceBusy, PlatformAway, Unreachable
from bot.ids import MessageRef, TenantId
from bot.messages import Message
from bot.outbox import EDITS, Delivery, Item, Kind
from bot.ports import Paced
from bot.service.context import Context
from bot.service.letters import Letter, ready
from bot.service.verdict import NOT_YET

LEASE_S = 60.0
"""Seconds that a replica keeps a tenant without renewing it."""
RENEWED_S = 15.0
"""Seconds after which it is renewed, whatever is under way."""
ASKED_AFTER_S = 10.0
"""Seconds of sending after which it is asked whether there is something else to do."""
BATCH = 100
"""So many items are read and made into letters at a time."""
AT_ONCE = 100
"""So many letters may be under way at once: at 50 a second each may take two seconds without holding up the others."""
ATTEMPTS = 8
"""After so many failures a message is given up, and counts as unreachable; that a platform is away is none."""
BACK_OFF = timedelta(minutes=1)
CHANNEL_AGAIN = timedelta(hours=1)

_log = logging.getLogger(__name__)


async def deliver(
    context: Context, tenant: TenantId, fence: int, *, leaves_off: Callable[[], Awaitable[bool]] | None = None
) -> None:
    """Send everything that is due, in the order in which it became due.

    `leaves_off` is asked now and then whether there is something else to do: then nothing more is begun.

    Raises:
        LeaseLost: Another replica works for this tenant now.
    """
    line = Line(context, tenant, fence, leaves_off)
    try:
        await line.run()
    finally:
        await line.cut()


@dataclass(frozen=True, slots=True)
class Landed:
    """What became of a letter: its items as they are to be marked, and what it says about those that follow."""

    items: tuple[Item, ...]
    held_until: datetime | None = None
    """Until when what goes to the same place waits, so that it keeps its order; None: it goes on."""
    away: bool = False
    """Whether the platform takes nothing from anybody."""


@dataclass(slots=True)
class Line:
    """Letters on their way: those that wait, in order, those under way, and what is to be marked."""

    context: Context
    tenant: TenantId
    fence: int
    leaves_off: Callable[[], Awaitable[bool]] | None = None
    asked_s: float = field(default_factory=time.monotonic)
    waiting: deque[Letter] = field(default_factory=deque)
    under_way: dict[asyncio.Task[Landed], Letter] = field(default_factory=dict)
    marks: list[Item] = field(default_factory=list)
    more: bool = True
    """Whether the outbox may hold something that is due and not here."""
    stopped: bool = False

    async def run(self) -> None:
        """Send until nothing is due, or the platform takes no more. Raises LeaseLost."""
        while True:
            await self._ask()
            if self.more and not self.stopped and len(self.waiting) < AT_ONCE:
                await self._read()
            letters = self._take(await self._room())
            await self._keep(letters)
            for letter in letters:
                self.under_way[asyncio.create_task(_hand_over(self.context, letter))] = letter
            if not letters and self.under_way:
                await asyncio.wait(self.under_way, timeout=RENEWED_S, return_when=asyncio.FIRST_COMPLETED)
            elif not letters and not self.marks and not self.more:
                return
            self._land()

    async def _ask(self) -> None:
        """Stop where there is something else to do; thousands of messages take hours."""
        if self.leaves_off is not None and time.monotonic() - self.asked_s >= ASKED_AFTER_S:
            self.asked_s = time.monotonic()
            if await self.leaves_off():
                self._stop()

    async def cut(self) -> None:
        """Stop what is under way; what was handed over stays in doubt."""
        for task in self.under_way:
            task.cancel()
        if self.under_way:
            await asyncio.wait(self.under_way)

    async def _read(self) -> None:
        """Make letters of what is due and not here yet; nobody who has one under way gets a second.

        What came of others is marked before that: it decides what still goes out.
        """
        await self._keep(())
        now = self.context.parts.clock.now()
        here = [item for letter in (*self.waiting, *self.under_way.values()) for item in letter.items]
        ids, people = {item.id for item in here}, {item.person for item in here if item.person is not None}
        limit = BATCH + len(here)
        async with self.context.parts.store.read(self.tenant) as tx:
            due = await tx.outbox.due(now, limit)
            new = [item for item in due if item.id not in ids and item.person not in people]
            made = await ready(self.context, tx, new, now)
        self.more = len(due) >= limit
        self.marks += made.settled
        self.waiting += made.letters

    async def _room(self) -> int:
        """Say how many letters may start now, after a wait where the platform wants one."""
        free = AT_ONCE - len(self.under_way)
        if self.stopped or free <= 0 or self._next(self._busy()) is None:
            return 0
        messenger = self.context.parts.messenger
        if not isinstance(messenger, Paced):
            return free
        try:
            return min(free, await messenger.room(self.tenant))
        except DeliveryFailed:
            self._stop()
            return 0

    def _take(self, count: int) -> list[Letter]:
        """Take the first letters whose place is free, at most so many."""
        busy = self._busy()
        taken: list[Letter] = []
        while len(taken) < count and (letter := self._next(busy)) is not None:
            self.waiting.remove(letter)
            busy.add(letter.place)
            taken.append(letter)
        return taken

    def _busy(self) -> set[str]:
        return {letter.place for letter in self.under_way.values()}

    def _next(self, busy: set[str]) -> Letter | None:
        return next((letter for letter in self.waiting if letter.place not in busy), None)

    def _stop(self) -> None:
        """Start nothing more in this pass; what waits was not marked and is found by the next one."""
        self.stopped, self.more = True, False
        self.waiting.clear()

    async def _keep(self, starting: Sequence[Letter]) -> None:
        """Keep the lease, and mark what came of letters and which ones start now. Raises LeaseLost."""
        marks = [*self.marks, *(_started(item) for letter in starting for item in letter.items)]
        if not marks and not self.under_way:
            return
        store = self.context.parts.store
        if await store.lease(self.tenant, self.context.parts.holder, LEASE_S) != self.fence:
            raise LeaseLost
        if marks:
            async with store.write(self.tenant, fence=self.fence) as tx:
                await tx.outbox.mark(marks)
            # What was sent may be what a reply waits for.
            self.more = self.more or (bool(self.marks) and not self.stopped)
            self.marks.clear()

    def _land(self) -> None:
        """Take in what came to an end."""
        for task in [task for task in self.under_way if task.done()]:
            letter, landed = self.under_way.pop(task), task.result()
            self.marks += landed.items
            if landed.held_until is not None:
                self._hold(letter.place, landed.held_until)
            if landed.away:
                self._stop()

    def _hold(self, place: str, until: datetime) -> None:
        """Let what goes to a place wait, in its order."""
        held = [letter for letter in self.waiting if letter.place == place]
        for number, letter in enumerate(held, start=1):
            self.waiting.remove(letter)
            later = until + timedelta(microseconds=number)
            self.marks += (replace(item, due_at=later) for item in letter.items)


def _started(item: Item) -> Item:
    return replace(item, state=Delivery.SENDING, attempts=item.attempts + 1)


async def _hand_over(context: Context, letter: Letter) -> Landed:
    """Give one message to the platform, and say what became of its items."""
    now = context.parts.clock.now()
    if letter.broken:
        return _failed(letter, now, NOT_YET)
    if letter.message is None:
        return Landed(tuple(replace(item, state=Delivery.DROPPED) for item in letter.items))
    try:
        if not await _fit(context, letter):
            return Landed(tuple(_back(item, now + CHANNEL_AGAIN) for item in letter.items), now + CHANNEL_AGAIN)
        ref = await _transmit(context, letter.items[0], letter.message, letter.parent)
    except (PlatformAway, PlaceBusy) as error:
        return _put_off(letter, now, error)
    except Unreachable:
        return _failed(letter, now, NOT_YET)
    except DeliveryFailed as error:
        backed_off = BACK_OFF * 2 ** min(letter.items[0].attempts + 1, 6)
        wait = timedelta(seconds=error.retry_after_s) if error.retry_after_s else backed_off
        return _failed(letter, now, wait, doubt=isinstance(error, DeliveryUncertain))
    except Exception as error:  # noqa: BLE001 - whatever is wrong with one message, the others go out
        _log.error("A message of kind %s could not be sent: %s.", letter.items[0].kind, type(error).__name__)
        return _failed(letter, now, NOT_YET, doubt=True)
    return Landed(tuple(replace(_started(item), state=Delivery.SENT, sent_at=now, ref=ref) for item in letter.items))


async def _fit(context: Context, letter: Letter) -> bool:
    """Look at a channel right before a post: private, and nobody in it but its readers (section 5)."""
    (item, *_) = letter.items
    if item.channel is None:
        return True
    check = await context.parts.messenger.check_channel(item.tenant, item.channel)
    if check.exists and check.private and not check.foreign and check.members <= letter.readers:
        return True
    _log.warning("The channel of change %s is not private to its core team: nothing is posted there.", item.change)
    return False


async def _transmit(context: Context, item: Item, message: Message, parent: Item | None) -> MessageRef | None:
    messenger = context.parts.messenger
    if item.kind in EDITS:
        if parent is not None and parent.ref is not None:
            await messenger.replace(parent.ref, message)
        return None
    thread = parent.ref if parent is not None and item.kind is Kind.DIGEST_THEME else None
    return await messenger.send(item, message, thread)


def _put_off(letter: Letter, now: datetime, error: PlatformAway | PlaceBusy) -> Landed:
    """Try again later, as if nothing had been tried; what may have arrived all the same stays in doubt.

    Slack counts edits apart: where it takes no more of those, messages go on. Where one of them cannot be made, the
    others do: they are of other messages.
    """
    until = now + (timedelta(seconds=error.retry_after_s) if error.retry_after_s else BACK_OFF)
    doubt = isinstance(error, DeliveryUncertain)
    items = tuple(_back(item, until, doubt=doubt) for item in letter.items)
    if isinstance(error, PlaceBusy):
        return Landed(items, None if letter.edits else until)
    return Landed(items, until, away=not letter.edits)


def _failed(letter: Letter, now: datetime, wait: timedelta, *, doubt: bool = False) -> Landed:
    """Try again later, not for ever; what goes to a channel keeps its order."""
    items = tuple(_later(_started(item), item.state, now + wait, doubt=doubt) for item in letter.items)
    in_order = letter.items[0].channel is not None
    return Landed(items, now + wait if in_order else None)


def _later(item: Item, before: Delivery, due_at: datetime, *, doubt: bool) -> Item:
    """What may have arrived, now or at an earlier try, stays in doubt: it is not sent again with another token."""
    if item.attempts >= ATTEMPTS:
        return replace(item, state=Delivery.UNREACHABLE)
    state = Delivery.SENDING if doubt or before is Delivery.SENDING else Delivery.WAITING
    return replace(item, state=state, due_at=due_at)


def _back(item: Item, due_at: datetime, *, doubt: bool = False) -> Item:
    """As it was before it started, and no attempt: nothing came of it, but that it may have arrived."""
    return replace(item, due_at=due_at, state=Delivery.SENDING if doubt else item.state)
