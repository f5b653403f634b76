"""Delivery: what waits in the outbox goes out, within people's hours and attention, and is marked before and after.

A message is marked `sending` before it is handed over and `sent` after. A crash in between sends it again, with the
same id and the same token. `bot/service/verdict.py` decides; this does.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.errors import DeliveryFailed, DeliveryUncertain, LeaseLost, NotFound, Unreachable
from bot.ids import MessageRef, PersonId, TenantId
from bot.messages import Message
from bot.outbox import EDITS, NEWS, PERSONAL, Delivery, Item, Kind
from bot.people import Person
from bot.round import Round
from bot.schedule import WEEK
from bot.service.compose import Desk, compose
from bot.service.context import Context
from bot.service.items import invite_id
from bot.service.verdict import NOT_YET, Decision, Facts, Verdict, current_wave, verdict

LEASE_S = 60.0
"""Seconds that a replica keeps a tenant without renewing it."""
BATCH = 200
MARKED_TOGETHER = 20
AT_ONCE = 20
"""So many messages may be under way at once; the platform's own pace holds them back."""
ATTEMPTS = 8
"""After so many failures a message is given up, and counts as unreachable."""
BACK_OFF = timedelta(minutes=1)
CHANNEL_AGAIN = timedelta(hours=1)

_log = logging.getLogger(__name__)


async def deliver(context: Context, tenant: TenantId, fence: int) -> None:
    """Send everything that is due, in the order in which it became due."""
    people: dict[PersonId, Person] | None = None
    while True:
        now = context.parts.clock.now()
        async with context.parts.store.read(tenant) as tx:
            due = await tx.outbox.due(now, BATCH)
            if not due:
                return
            if people is None:
                people = {person.id: person for person in await tx.people.all()}
            desk = Desk.of(context, tx, people)
            decided = await _decide(context, desk, due, now)
            letters = [await _letter(desk, group) for group in decided.to_send]
        await _mark(context, tenant, fence, decided.settled)
        await _send_all(context, tenant, fence, letters)


@dataclass(frozen=True, slots=True)
class Letter:
    """A message that is ready, the items that it stands for, and the delivered message that it belongs to."""

    items: tuple[Item, ...]
    message: Message | None
    parent: Item | None
    broken: bool = False


async def _letter(desk: Desk, group: tuple[Item, ...]) -> Letter:
    """Make the message of a group: none where what it was about is gone, so that it goes nowhere.

    One that cannot be made is tried again later, and holds up nobody else's.
    """
    sending = tuple(replace(item, state=Delivery.SENDING, attempts=item.attempts + 1) for item in group)
    try:
        message: Message | None = await compose(desk, sending)
        parent = await desk.tx.outbox.get(group[0].parent) if group[0].parent is not None else None
    except NotFound:
        return Letter(sending, None, None)
    except Exception as error:  # noqa: BLE001 - whatever is wrong with one message, the others go out
        _log.error("A message of kind %s could not be made: %s.", group[0].kind, type(error).__name__)
        return Letter(sending, None, None, broken=True)
    return Letter(sending, message, parent)


async def _send_all(context: Context, tenant: TenantId, fence: int, letters: Sequence[Letter]) -> None:
    """Mark before, hand over, mark after: a crash in between sends these once more, and loses none.

    Several are under way at once, begun in their order, so that a platform's answer does not hold up the next message;
    what came of them is marked while the others go on.
    """
    await _mark(context, tenant, fence, [item for letter in letters for item in letter.items])
    under_way: list[asyncio.Task[tuple[Item, ...]]] = []
    done: list[Item] = []
    await _note(context, tenant, fence, done)
    try:
        for letter in letters:
            await _pace(context)
            under_way.append(asyncio.create_task(_hand_over(context, letter)))
            if len(under_way) >= AT_ONCE:
                done += await _landed(under_way, asyncio.FIRST_COMPLETED)
            if len(done) >= MARKED_TOGETHER:
                await _note(context, tenant, fence, done)
        while under_way:
            done += await _landed(under_way, asyncio.ALL_COMPLETED)
        await _note(context, tenant, fence, done)
    finally:
        for task in under_way:
            task.cancel()


async def _landed(under_way: list[asyncio.Task[tuple[Item, ...]]], until: str) -> list[Item]:
    """Wait for one or all of those under way, and take out those that came to an end."""
    await asyncio.wait(under_way, return_when=until)
    ended = [task for task in under_way if task.done()]
    under_way[:] = [task for task in under_way if not task.done()]
    return [item for task in ended for item in task.result()]


async def _note(context: Context, tenant: TenantId, fence: int, done: list[Item]) -> None:
    """Keep the lease, and mark what came of messages. Raises LeaseLost."""
    if await context.parts.store.lease(tenant, context.parts.holder, LEASE_S) != fence:
        raise LeaseLost
    await _mark(context, tenant, fence, done)
    done.clear()


@dataclass(frozen=True, slots=True)
class Decided:
    """What came of a batch: items whose place was settled, and groups that go out as one message each."""

    settled: tuple[Item, ...]
    to_send: tuple[tuple[Item, ...], ...]


async def _decide(context: Context, desk: Desk, due: Sequence[Item], now: datetime) -> Decided:
    """Decide about a batch; what goes to one person at once goes as one message where it may (rule 6)."""
    people = sorted({item.person for item in due if item.person is not None})
    sent = await desk.tx.outbox.sent_since(people, now - WEEK)
    settled: list[Item] = []
    groups: list[tuple[Item, ...]] = []
    for items in _by_person(due):
        going: list[Item] = []
        for item in items:
            decision = await _about(context, desk, item, sent, now)
            if decision.verdict is Verdict.SEND:
                going.append(_in_wave(item, await _round(desk, item), now))
            else:
                settled.append(_settle(item, decision, now))
        for number, group in enumerate(_bundles(going)):
            # One message at a time: the next one is weighed anew, with this one among those sent.
            if number == 0 or group[0].kind in EDITS | PERSONAL or group[0].person is None:
                groups.append((*group, *await _tap(context, desk, group, sent, now)))
            else:
                settled.extend(replace(item, due_at=now + timedelta(seconds=1)) for item in group)
    return Decided(tuple(settled), tuple(groups))


async def _tap(
    context: Context, desk: Desk, group: tuple[Item, ...], sent: Mapping[PersonId, Sequence[datetime]], now: datetime
) -> tuple[Item, ...]:
    """The one tap that goes out within the frame, where the believe round is open by then (rule 2)."""
    (item, *_) = group
    if item.kind is not Kind.FRAME or item.person is None:
        return ()
    for round_ in await desk.believes(item):
        try:
            tap = await desk.tx.outbox.get(invite_id(round_.id, item.person))
        except NotFound:
            continue
        if tap.state in {Delivery.WAITING, Delivery.SENDING}:
            decision = await _about(context, desk, tap, sent, now)
            return (_in_wave(tap, round_, now),) if decision.verdict is Verdict.SEND else ()
    return ()


def _by_person(due: Sequence[Item]) -> Iterable[list[Item]]:
    """The items of each person together, in order of the first; those to a channel each by itself."""
    groups: dict[str, list[Item]] = {}
    for item in due:
        groups.setdefault(str(item.person) if item.person is not None else f"#{item.id}", []).append(item)
    return groups.values()


async def _about(
    context: Context, desk: Desk, item: Item, sent: Mapping[PersonId, Sequence[datetime]], now: datetime
) -> Decision:
    if item.person is None:
        return await _about_channel(context, desk, item, now)
    facts = Facts(
        desk.people.get(item.person),
        await _round(desk, item),
        await desk.change(item) if item.change is not None else None,
        sent.get(item.person, ()),
    )
    return verdict(item, facts, now, context.parts.holidays)


async def _round(desk: Desk, item: Item) -> Round | None:
    return await desk.round(item) if item.round is not None else None


async def _about_channel(context: Context, desk: Desk, item: Item, now: datetime) -> Decision:
    """To the core team only: a private channel of nobody else, looked at before every post (section 5)."""
    change = await desk.change(item)
    if item.channel is None:
        return Decision(Verdict.DROP)
    check = await context.parts.messenger.check_channel(item.tenant, item.channel)
    if check.exists and check.private and not check.foreign and check.members <= change.readers:
        return Decision(Verdict.SEND)
    _log.warning("The channel of change %s is not private to its core team: nothing is posted there.", change.id)
    return Decision(Verdict.WAIT, now + CHANNEL_AGAIN)


def _in_wave(item: Item, round_: Round | None, now: datetime) -> Item:
    """A message with a token goes out in the wave of now; one that was handed over is in it already."""
    wave = current_wave(item, round_, now)
    return item if wave is None else replace(item, wave=wave)


def _settle(item: Item, decision: Decision, now: datetime) -> Item:
    match decision.verdict:
        case Verdict.DROP:
            return replace(item, state=Delivery.DROPPED)
        case Verdict.UNREACHABLE:
            return replace(item, state=Delivery.UNREACHABLE)
        case _:
            return replace(item, due_at=max(decision.until or now, now + timedelta(seconds=1)))


def _bundles(items: Sequence[Item]) -> list[tuple[Item, ...]]:
    """Put news together; everything else goes by itself."""
    order = list(Kind)
    news = tuple(sorted((item for item in items if item.kind in NEWS), key=lambda item: order.index(item.kind)))
    ordered: list[tuple[Item, ...]] = [(item,) for item in items if item.kind not in NEWS]
    return [*ordered, news] if news else ordered


async def _hand_over(context: Context, letter: Letter) -> tuple[Item, ...]:
    """Give one message to the platform, and say what became of its items."""
    now = context.parts.clock.now()
    if letter.broken:
        return tuple(_later(item, now, NOT_YET) for item in letter.items)
    if letter.message is None:
        return tuple(replace(item, state=Delivery.DROPPED) for item in letter.items)
    try:
        ref = await _transmit(context, letter.items[0], letter.message, letter.parent)
    except Unreachable:
        return tuple(_later(item, now, NOT_YET) for item in letter.items)
    except DeliveryFailed as error:
        attempts = min(letter.items[0].attempts, 6)
        wait = timedelta(seconds=error.retry_after_s) if error.retry_after_s else BACK_OFF * 2**attempts
        # Where it may have arrived it stays in doubt, so that it is not sent again with another token.
        state = Delivery.SENDING if isinstance(error, DeliveryUncertain) else Delivery.WAITING
        return tuple(_later(item, now, wait, state) for item in letter.items)
    return tuple(replace(item, state=Delivery.SENT, sent_at=now, ref=ref) for item in letter.items)


async def _transmit(context: Context, item: Item, message: Message, parent: Item | None) -> MessageRef | None:
    messenger = context.parts.messenger
    if item.kind in EDITS:
        if parent is not None and parent.ref is not None:
            await messenger.replace(parent.ref, message)
        return None
    thread = parent.ref if parent is not None and item.kind is Kind.DIGEST_THEME else None
    return await messenger.send(item, message, thread)


async def _pace(context: Context) -> None:
    """Keep within what the platform takes from one tenant."""
    if context.parts.messages_a_second is not None:
        await asyncio.sleep(1 / context.parts.messages_a_second)


def _later(item: Item, now: datetime, wait: timedelta, state: Delivery = Delivery.WAITING) -> Item:
    """Try again later; not for ever. What the platform refused is not in doubt."""
    if item.attempts >= ATTEMPTS:
        return replace(item, state=Delivery.UNREACHABLE)
    return replace(item, state=state, due_at=now + wait)


async def _mark(context: Context, tenant: TenantId, fence: int, items: Sequence[Item]) -> None:
    if items:
        async with context.parts.store.write(tenant, fence=fence) as tx:
            await tx.outbox.mark(items)
