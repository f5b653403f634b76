"""The platforms that are configured, as one: each tenant is handed to its own; without any, messages wait."""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from aiohttp import web

from adapters.channels import NO_CHANNEL
from adapters.trying import UNCONNECTED_S
from bot.errors import PlatformAway, SettingsInvalid
from bot.ids import ChannelId, MessageRef, TenantId
from bot.messages import Message
from bot.outbox import Item
from bot.people import Person
from bot.ports import ChannelCheck, Clock, Directory, Messenger, Paced

if TYPE_CHECKING:
    from adapters.background import Service
    from adapters.slack.platform import SlackPlatform
    from adapters.teams.platform import TeamsPlatform


@dataclass(frozen=True, slots=True)
class Platforms:
    """Slack and Teams, as far as they are configured; `tenant` is worked for while neither is."""

    tenant: TenantId
    slack: SlackPlatform | None = None
    teams: TeamsPlatform | None = None

    @property
    def messenger(self) -> Messenger:
        """Whoever delivers to each tenant."""
        return Switchboard(self)

    @property
    def directory(self) -> Directory:
        """Whoever knows who is in each tenant."""
        return Switchboard(self)

    async def tenants(self) -> Sequence[TenantId]:
        """Return every tenant that is worked for now."""
        if self.slack is None and self.teams is None:
            return (self.tenant,)
        in_slack = await self.slack.workspaces.all() if self.slack is not None else ()
        in_teams = self.teams.settings.tenants if self.teams is not None else ()
        return (*in_slack, *in_teams)

    def messenger_of(self, tenant: TenantId) -> Messenger:
        """Return who delivers to a tenant."""
        platform = self._of(tenant)
        return platform.messenger if platform is not None else Unconnected()

    def directory_of(self, tenant: TenantId) -> Directory:
        """Return who knows who is in a tenant."""
        platform = self._of(tenant)
        return platform.directory if platform is not None else Unconnected()

    @asynccontextmanager
    async def running(self, service: Service, app: web.Application, *, clock: Clock) -> AsyncIterator[None]:
        """Serve on every platform until the block ends."""
        async with AsyncExitStack() as stack:
            for platform in (self.slack, self.teams):
                if platform is not None:
                    await stack.enter_async_context(platform.running(service, app, clock=clock))
            yield

    def _of(self, tenant: TenantId) -> SlackPlatform | TeamsPlatform | None:
        """Teams has the tenants that are named for it, Slack every other."""
        in_teams = self.teams is not None and tenant in self.teams.settings.tenants
        return self.teams if in_teams else self.slack


@dataclass(frozen=True, slots=True)
class Switchboard:
    """Hands everything to the platform whose tenant it is about."""

    platforms: Platforms

    async def send(self, item: Item, message: Message, parent: MessageRef | None) -> MessageRef:
        """See `bot.ports.Messenger`."""
        return await self.platforms.messenger_of(item.tenant).send(item, message, parent)

    async def replace(self, ref: MessageRef, message: Message) -> None:
        """See `bot.ports.Messenger`. On every platform a reference begins with its tenant."""
        await self.platforms.messenger_of(TenantId(ref.partition("/")[0])).replace(ref, message)

    async def check_channel(self, tenant: TenantId, channel: ChannelId) -> ChannelCheck:
        """See `bot.ports.Messenger`."""
        return await self.platforms.messenger_of(tenant).check_channel(tenant, channel)

    async def room(self, tenant: TenantId) -> int:
        """See `bot.ports.Paced`: as the platform says, or as many as there are where it does not."""
        messenger = self.platforms.messenger_of(tenant)
        return await messenger.room(tenant) if isinstance(messenger, Paced) else sys.maxsize

    async def people(self, tenant: TenantId) -> Sequence[Person]:
        """See `bot.ports.Directory`."""
        return await self.platforms.directory_of(tenant).people(tenant)


@dataclass(frozen=True, slots=True)
class Unconnected:
    """Stands in for a platform while none is configured: messages wait, and nobody is looked up."""

    async def send(self, item: Item, message: Message, parent: MessageRef | None) -> MessageRef:  # noqa: ARG002
        """See `bot.ports.Messenger`. Raises PlatformAway, to be tried again."""
        raise PlatformAway("no platform is configured", retry_after_s=UNCONNECTED_S)

    async def replace(self, ref: MessageRef, message: Message) -> None:  # noqa: ARG002
        """See `bot.ports.Messenger`. Raises PlatformAway, to be tried again."""
        raise PlatformAway("no platform is configured", retry_after_s=UNCONNECTED_S)

    async def check_channel(self, tenant: TenantId, channel: ChannelId) -> ChannelCheck:  # noqa: ARG002
        """See `bot.ports.Messenger`: there is no channel."""
        return NO_CHANNEL

    async def people(self, tenant: TenantId) -> Sequence[Person]:
        """See `bot.ports.Directory`. Raises SettingsInvalid: an empty answer would say that everyone has left."""
        raise SettingsInvalid(f"no platform is configured that knows who is in {tenant!r}")
