"""Items of the outbox: their ids say what they are for, so that planning the same thing twice plans it once."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime
from itertools import cycle

from bot.change import Change
from bot.ids import ChannelId, PageKey, PersonId, RoundId, TenantId
from bot.outbox import Item, Kind, Mailing
from bot.people import Person
from bot.ports import Holidays
from bot.privacy import segment_of
from bot.round import Round
from bot.schedule import local_day, moments, wave_of

MORE_TIME = "more_time"
"""What an extension is about that the core team asked for; else there were too few answers."""


def frame_id(change: Change, person: str) -> str:
    """Name the message by which someone hears the frame, which everything else of the change waits for."""
    return f"frame/{change.id}/{person}"


def invite_id(round_id: RoundId, person: str) -> str:
    """Name someone's first message of a round."""
    return f"invite/{round_id}/{person}"


def digest_id(round_id: RoundId) -> str:
    """Name the parent message of a digest."""
    return f"{Kind.DIGEST}/{round_id}/"


def theme_id(round_id: RoundId, number: int) -> str:
    """Name a reply under the parent message of a digest, numbered from 1."""
    return f"{Kind.DIGEST_THEME}/{round_id}/{number:03}"


def mark(change: Change, round_id: RoundId, number: int, done: str, now: datetime) -> list[Item]:
    """Something that the core team did about what a message of a digest says: planned once, with its day."""
    day = local_day(now, change.zone)
    planned = to_core(
        Kind.DIGEST_MARKED,
        change,
        now,
        round_id=round_id,
        about=f"{number:03}@{done}@{day}",
        parent=theme_id(round_id, number),
    )
    return [replace(item, id=f"{Kind.DIGEST_MARKED}/{round_id}/{number:03}/{done}") for item in planned]


def marks(items: Iterable[Item], number: int) -> list[tuple[str, date]]:
    """Read what was done about a message of a digest, and on which day, oldest first."""
    parts = [item.about.split("@") for item in items]
    found = [(done, date.fromisoformat(day)) for at, done, day in parts if int(at) == number]
    return sorted(found, key=lambda one: one[1])


def news(
    kind: Kind,
    people: Iterable[Person],
    earliest: datetime,
    holidays: Holidays,
    *,
    change: Change,
    round_: Round | None = None,
    about: str = "",
) -> list[Mailing]:
    """One piece of news to each of these people, in their own working hours from `earliest` on."""
    on = round_.id if round_ is not None else change.id
    item = Item(
        id=f"{kind}/{on}/{about}/",
        tenant=change.tenant,
        kind=kind,
        due_at=earliest,
        change=change.id,
        round=round_.id if round_ is not None else None,
        about=about,
        parent=None if kind in {Kind.FRAME, Kind.FRAME_MANAGER} else frame_id(change, ""),
    )
    return _in_their_hours(item, people, holidays)


def frames(change: Change, people: Iterable[Person], earliest: datetime, holidays: Holidays) -> list[Mailing]:
    """The frame to everyone; its id is what later messages of the change wait for."""
    item = Item(id=frame_id(change, ""), tenant=change.tenant, kind=Kind.FRAME, due_at=earliest, change=change.id)
    return _in_their_hours(item, people, holidays)


def welcomes(tenant: TenantId, people: Iterable[Person], earliest: datetime, holidays: Holidays) -> list[Mailing]:
    """The one greeting, with the token for the open door."""
    item = Item(id="welcome/", tenant=tenant, kind=Kind.WELCOME, due_at=earliest)
    return _in_their_hours(item, people, holidays)


def _in_their_hours(item: Item, people: Iterable[Person], holidays: Holidays) -> list[Mailing]:
    """A mailing for each moment at which the working hours of some of them begin, from when the item is due on."""
    moment = moments(item.due_at, holidays)
    groups: defaultdict[datetime, list[PersonId]] = defaultdict(list)
    for person in people:
        groups[moment(person) or item.due_at].append(person.id)
    return [Mailing(replace(item, due_at=due_at), ids) for due_at, ids in groups.items()]


def invitations(
    round_: Round, change: Change, people: Sequence[Person], now: datetime, holidays: Holidays, *, after_frame: bool
) -> list[Mailing]:
    """An invitation to each of a frozen audience, in the wave in which their working hours fall.

    Where the round is split everyone is put one page, each page to as many people; who gets which follows from the
    audience, not from the roster's order. An invitation that cannot go out before the close keeps its place: it counts
    as unreachable. What it is about is the segment of this person, where the round has any: fixed at the opening.
    """
    item = Item(
        id=invite_id(round_.id, ""),
        tenant=round_.tenant,
        kind=Kind.INVITE,
        due_at=round_.closes_at,
        change=change.id,
        round=round_.id,
        minutes=round_.minutes,
        parent=frame_id(change, "") if after_frame else None,
    )
    moment = moments(now, holidays)
    order = sorted(people, key=lambda person: hashlib.sha256(f"{round_.audience}{person.id}".encode()).digest())
    pages = [page.key for page in round_.pages] if round_.split else [None]
    groups: defaultdict[tuple[datetime, str, PageKey | None], list[PersonId]] = defaultdict(list)
    for person, page in zip(order, cycle(pages), strict=False):
        segment = segment_of(round_.segments, person) or ""
        groups[moment(person) or round_.closes_at, segment, page].append(person.id)
    return [
        Mailing(replace(item, due_at=due_at, about=about, page=page, wave=wave_of(round_.opens_at, due_at)), ids)
        for (due_at, about, page), ids in groups.items()
    ]


def follow_up(kind: Kind, round_: Round, people: Sequence[PersonId], due_at: datetime) -> list[Mailing]:
    """A message to people who were invited, about their first message: a reminder, or what takes its place."""
    item = Item(
        id=f"{kind}/{round_.id}/",
        tenant=round_.tenant,
        kind=kind,
        due_at=due_at,
        change=round_.change,
        round=round_.id,
        parent=invite_id(round_.id, ""),
    )
    return [Mailing(item, people)]


def to_core(
    kind: Kind,
    change: Change,
    now: datetime,
    *,
    round_id: RoundId | None = None,
    about: str = "",
    parent: str | None = None,
) -> list[Item]:
    """A message to the core team's channel; none where the change has no channel."""
    if change.channel is None:
        return []
    return [
        Item(
            id=f"{kind}/{round_id or change.id}/{about}",
            tenant=change.tenant,
            kind=kind,
            due_at=now,
            channel=ChannelId(change.channel),
            change=change.id,
            round=round_id,
            about=about,
            parent=parent,
        )
    ]
