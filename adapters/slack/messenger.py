"""Delivers messages in Slack: to a person, to a channel, or as a reply in a thread."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Self

from adapters.channels import NO_CHANNEL, looked_at
from adapters.kept import Kept
from adapters.slack import render
from adapters.slack.calls import PASSING, Busy, SlackRefused, call, every_page, insist, wait_s
from adapters.slack.pace import Pace
from adapters.slack.render import Json
from adapters.slack.workspaces import Workspace, Workspaces
from adapters.trying import BEGUN_KEPT, TRIES, in_doubt
from bot.errors import DeliveryFailed, Unreachable
from bot.ids import ChannelId, MessageRef, PersonId, TenantId
from bot.messages import Block, Message, Pointer
from bot.outbox import Item
from bot.ports import ChannelCheck

LINKS_KEPT = 5000
"""So many links to messages are remembered."""

KNOWN_S = 600.0
"""Seconds that it is believed what somebody is (a guest, a bot), unless Slack says meanwhile that people changed.

Who is in a channel, and what kind of channel it is, is looked at before each post.
"""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a message stands: the tenant, the conversation, and the stamps of its parts, the first one first."""

    tenant: TenantId
    channel: str
    stamps: tuple[str, ...]

    def __str__(self) -> str:
        """Write it as a reference."""
        return f"{self.tenant}/{self.channel}/{'+'.join(self.stamps)}"

    @classmethod
    def parse(cls, ref: MessageRef) -> Self | None:
        """Read a reference of ours; None for any other."""
        front, _, stamps = ref.rpartition("/")
        tenant, _, channel = front.rpartition("/")
        return cls(TenantId(tenant), channel, tuple(stamps.split("+"))) if tenant and channel and stamps else None


class SlackMessenger:
    """The messenger of every workspace that we are installed in."""

    def __init__(self, workspaces: Workspaces) -> None:
        """Deliver in these."""
        self._workspaces = workspaces
        self._links = Kept[MessageRef, str](LINKS_KEPT)
        self._begun = Kept[str, Place](BEGUN_KEPT)
        self._strangers: dict[tuple[TenantId, str], tuple[float, bool]] = {}

    async def room(self, tenant: TenantId) -> int:
        """See `bot.ports.Paced`."""
        return await (await self._workspaces.of(tenant)).paces.messages.room()

    async def send(self, item: Item, message: Message, parent: MessageRef | None) -> MessageRef:
        """See `bot.ports.Messenger`. What does not fit in one message goes on in its thread."""
        workspace = await self._workspaces.of(item.tenant)
        parts = render.message(message, await self.links(message.blocks))
        thread = Place.parse(parent) if parent is not None else None
        place = self._begun.pop(item.id, Place(item.tenant, str(item.person or item.channel or ""), ()))
        for part in parts[len(place.stamps) :]:
            under = thread.stamps[0] if thread else next(iter(place.stamps), "")
            try:
                place = await self._post(workspace, item, place, part, under)
            except DeliveryFailed:
                if place.stamps:
                    self._begun.put(item.id, place)
                raise
        return MessageRef(str(place))

    async def _post(self, workspace: Workspace, item: Item, place: Place, part: Json, under: str) -> Place:
        """Post one part, again where Slack is busy or does not answer: then it may stand there twice.

        Raises what was last met, as Lost where the part may have arrived at any try.
        """
        sent = {
            **part,
            "unfurl_links": False,
            "unfurl_media": False,
            "metadata": {"event_type": "ruimte_message", "event_payload": {"id": item.id}},
            **({"thread_ts": under} if under else {}),
        }
        channel, pace = place.channel, workspace.paces.messages
        with in_doubt("Slack") as doubt:
            for number in range(1, TRIES + 1):
                try:
                    async with pace.turn(channel):
                        said = await call(workspace.client.chat_postMessage, channel=channel, **sent)
                except PASSING as error:
                    doubt.met(error)
                    await _hold(pace, error, number)
                except Unreachable:
                    if item.person is None or channel != item.person or doubt.arrived:
                        raise
                    channel = await _conversation(workspace, item.person)
                else:
                    return replace(place, channel=str(said["channel"]), stamps=(*place.stamps, str(said["ts"])))
        raise AssertionError("the last try raises")

    async def replace(self, ref: MessageRef, message: Message) -> None:
        """See `bot.ports.Messenger`. Part takes the place of part, and what stood in further ones is taken away."""
        place = Place.parse(ref)
        if place is None:
            return
        workspace = await self._workspaces.of(place.tenant)
        parts = render.message(message, await self.links(message.blocks))
        if len(parts) > len(place.stamps):
            raise SlackRefused("msg_too_long")
        try:
            for stamp, part in zip(place.stamps, parts, strict=False):
                await _again(workspace, "chat_update", channel=place.channel, ts=stamp, **part)
            for further in place.stamps[len(parts) :]:
                await _again(workspace, "chat_delete", channel=place.channel, ts=further)
        except Unreachable:
            return
        except SlackRefused as error:
            if error.reason not in {"message_not_found", "cant_update_message", "cant_delete_message"}:
                raise

    async def links(self, blocks: Iterable[Block]) -> Mapping[MessageRef, str]:
        """Find the permalink of every message that is pointed to; one that is gone has none."""
        refs = {block.ref for block in blocks if isinstance(block, Pointer)}
        return {ref: link for ref in refs if (link := await self._link(ref))}

    async def _link(self, ref: MessageRef) -> str:
        place = Place.parse(ref)
        if ref in self._links or place is None:
            return self._links.get(ref, "")
        try:
            workspace = await self._workspaces.of(place.tenant)
            said = await insist(workspace.client.chat_getPermalink, channel=place.channel, message_ts=place.stamps[0])
        except DeliveryFailed:
            return ""
        return self._links.put(ref, str(said.get("permalink", "")))

    async def check_channel(self, tenant: TenantId, channel: ChannelId) -> ChannelCheck:
        """See `bot.ports.Messenger`. A channel that we may not look at is none: nothing is posted there.

        Raises PlatformAway where Slack does not answer.
        """
        return await looked_at(self._look(tenant, channel))

    async def _look(self, tenant: TenantId, channel: ChannelId) -> ChannelCheck:
        """Look at a channel and at everyone in it. Raises DeliveryFailed."""
        workspace = await self._workspaces.of(tenant)
        client = workspace.client
        try:
            info = (await insist(client.conversations_info, channel=channel))["channel"]
        except Unreachable:
            return NO_CHANNEL
        there = {str(one) async for one in every_page(client.conversations_members, "members", channel=channel)}
        people = sorted(there - {workspace.bot_user})
        strangers = [person for person in people if await self._stranger(workspace, person)]
        shared = any(info.get(key) for key in ("is_shared", "is_ext_shared", "is_pending_ext_shared", "is_org_shared"))
        return ChannelCheck(
            exists=not info.get("is_archived", False),
            private=bool(info.get("is_private")) and not info.get("is_im", False),
            members=frozenset(map(PersonId, people)),
            foreign=shared or bool(strangers),
        )

    async def _stranger(self, workspace: Workspace, person: str) -> bool:
        """Say whether somebody is a guest, a bot, or of another organisation. Raises DeliveryFailed."""
        now, key = asyncio.get_running_loop().time(), (workspace.tenant, person)
        at, known = self._strangers.get(key, (now - KNOWN_S, False))
        if now - at >= KNOWN_S:
            known = _foreign((await insist(workspace.client.users_info, user=person))["user"])
            self._strangers[key] = (now, known)
        return known

    def people_changed(self, tenant: TenantId) -> None:
        """Look anew what people are: Slack says that somebody changed."""
        self._strangers = {key: one for key, one in self._strangers.items() if key[0] != tenant}


def _foreign(user: Json) -> bool:
    """Guests, bots and people of another organisation."""
    return any(user.get(key) for key in ("is_bot", "is_restricted", "is_ultra_restricted", "is_stranger"))


async def _conversation(workspace: Workspace, person: PersonId) -> str:
    """Open the conversation with somebody whom Slack does not let us write to by their id. Raises Unreachable.

    Only then: `conversations.open` is of Tier 3, "50+ per minute" (api.slack.com/methods/conversations.open, read
    2026-11-24), and a wave of invitations is faster than that. Where it is too much, Slack says so and we wait.
    """
    said = await insist(workspace.client.conversations_open, users=person)
    return str(said["channel"]["id"])


async def _again(workspace: Workspace, method: str, **given: object) -> None:
    """Change what stands in a conversation, within the workspace's pace. Raises as `call` does."""
    for number in range(1, TRIES + 1):
        await workspace.paces.edits.slot()
        try:
            await call(getattr(workspace.client, method), **given)
        except PASSING as error:
            await _hold(workspace.paces.edits, error, number)
        else:
            return
    raise AssertionError("the last try raises")


async def _hold(pace: Pace, error: DeliveryFailed, number: int) -> None:
    """Wait before the next try; where Slack is busy everyone of this workspace waits.

    Raises the error where there is no next try or it is too far away.
    """
    if isinstance(error, Busy):
        pace.pause(error.retry_after_s or 1.0)
    if number == TRIES:
        raise error
    seconds = wait_s(error, number)
    if not isinstance(error, Busy):
        await asyncio.sleep(seconds)
