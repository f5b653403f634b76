"""What is due, made ready: items whose place is settled, and letters, each a message with the items that it stands for.

`bot/service/verdict.py` decides about one item; here what goes to one person at once becomes one message.
"""

from __future__ import annotations

import logging
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.errors import NotFound
from bot.ids import PersonId
from bot.messages import Message
from bot.outbox import EDITS, NEWS, PERSONAL, Delivery, Item, Kind
from bot.ports import Transaction
from bot.round import Round
from bot.schedule import WEEK
from bot.service.compose import compose
from bot.service.context import Context
from bot.service.items import invite_id
from bot.service.lookups import Desk
from bot.service.verdict import Decision, Facts, Verdict, current_wave, verdict

_log = logging.getLogger(__name__)

EDIT_WAYS = 10
"""So many edits may be under way at once: thousands of them hold up no message."""

Sent = Mapping[PersonId, Sequence[datetime]]
"""When each person was sent something this week that costs attention."""


@dataclass(frozen=True, slots=True)
class Letter:
    """A message that is ready, the items that it stands for, and the delivered message that it belongs to.

    Without a message it goes nowhere: what it was about is gone, or it could not be made (`broken`). `readers` are
    those who may be in the channel that it goes to.
    """

    items: tuple[Item, ...]
    message: Message | None
    parent: Item | None = None
    readers: frozenset[PersonId] = frozenset()
    broken: bool = False

    @property
    def edits(self) -> bool:
        """Whether it takes the place of another message, which platforms count by itself."""
        return self.items[0].kind in EDITS

    @property
    def place(self) -> str:
        """Where it goes: to one place goes one letter at a time. Edits have ways of their own, one for each message."""
        (item, *_) = self.items
        if self.edits:
            return f"~{zlib.crc32((item.parent or item.id).encode()) % EDIT_WAYS}"
        return f"@{item.person}" if item.person is not None else f"#{item.channel}"


@dataclass(frozen=True, slots=True)
class Ready:
    """What came of what was due: items that wait, were dropped or given up, and letters in their order."""

    settled: tuple[Item, ...]
    letters: tuple[Letter, ...]


async def ready(context: Context, tx: Transaction, due: Sequence[Item], now: datetime) -> Ready:
    """Decide about what is due, and make its messages; what goes to one person at once goes as one (rule 6)."""
    desk = await Desk.of(context, tx, due)
    people = sorted({item.person for item in due if item.person is not None})
    sent = await tx.outbox.sent_since(people, now - WEEK)
    settled: list[Item] = []
    letters: list[Letter] = []
    for items in _by_person(due):
        going = [item for item in items if await _goes(desk, item, sent, now, settled)]
        for number, group in enumerate(_bundles(going)):
            # One message at a time: the next one is weighed anew, with this one among those sent.
            if number == 0 or group[0].kind in EDITS | PERSONAL or group[0].person is None:
                whole = (*group, *await _tap(desk, group, sent, now))
                letters.append(await _letter(desk, await _in_wave(desk, whole, now)))
            else:
                settled.extend(replace(item, due_at=now + timedelta(seconds=1)) for item in group)
    return Ready(tuple(settled), tuple(letters))


def _by_person(due: Sequence[Item]) -> Iterable[list[Item]]:
    """The items of each person together, in order of the first; those to a channel each by itself."""
    groups: dict[str, list[Item]] = {}
    for item in due:
        groups.setdefault(str(item.person) if item.person is not None else f"#{item.id}", []).append(item)
    return groups.values()


def _bundles(items: Sequence[Item]) -> list[tuple[Item, ...]]:
    """Put news together; everything else goes by itself."""
    order = list(Kind)
    news = tuple(sorted((item for item in items if item.kind in NEWS), key=lambda item: order.index(item.kind)))
    ordered: list[tuple[Item, ...]] = [(item,) for item in items if item.kind not in NEWS]
    return [*ordered, news] if news else ordered


async def _goes(desk: Desk, item: Item, sent: Sent, now: datetime, settled: list[Item]) -> bool:
    """Say whether an item goes out now; where it does not, what became of it is added to `settled`."""
    decision = await _about(desk, item, sent, now)
    if decision.verdict is not Verdict.SEND:
        settled.append(_settle(item, decision, now))
    return decision.verdict is Verdict.SEND


async def _about(desk: Desk, item: Item, sent: Sent, now: datetime) -> Decision:
    if item.person is None:
        return Decision(Verdict.DROP if item.channel is None else Verdict.SEND)
    facts = Facts(
        desk.people.get(item.person),
        await _round(desk, item),
        await desk.change(item) if item.change is not None else None,
        sent.get(item.person, ()),
    )
    return verdict(item, facts, now, desk.context.parts.holidays)


async def _round(desk: Desk, item: Item) -> Round | None:
    return await desk.round(item) if item.round is not None else None


def _settle(item: Item, decision: Decision, now: datetime) -> Item:
    match decision.verdict:
        case Verdict.DROP:
            return replace(item, state=Delivery.DROPPED)
        case Verdict.UNREACHABLE:
            return replace(item, state=Delivery.UNREACHABLE)
        case _:
            return replace(item, due_at=max(decision.until or now, now + timedelta(seconds=1)))


async def _tap(desk: Desk, group: tuple[Item, ...], sent: Sent, now: datetime) -> tuple[Item, ...]:
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
            decision = await _about(desk, tap, sent, now)
            return (tap,) if decision.verdict is Verdict.SEND else ()
    return ()


async def _in_wave(desk: Desk, items: Sequence[Item], now: datetime) -> tuple[Item, ...]:
    """A message with a token goes out in the wave of now; one that was handed over is in it already."""
    waves = [(item, current_wave(item, await _round(desk, item), now)) for item in items]
    return tuple(item if wave is None else replace(item, wave=wave) for item, wave in waves)


async def _letter(desk: Desk, items: tuple[Item, ...]) -> Letter:
    """Make the message of a group; one that cannot be made holds up nobody else's."""
    (first, *_) = items
    try:
        message = await compose(desk, items)
        parent = await desk.tx.outbox.get(first.parent) if first.parent is not None else None
        readers = (await desk.change(first)).readers if first.channel is not None else frozenset()
    except NotFound:
        return Letter(items, None)
    except Exception as error:  # noqa: BLE001 - whatever is wrong with one message, the others go out
        _log.error("A message of kind %s could not be made: %s.", first.kind, type(error).__name__)
        return Letter(items, None, broken=True)
    return Letter(items, message, parent, readers)
