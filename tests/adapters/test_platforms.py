"""Several platforms as one: each tenant is handed to its own."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any, cast

import pytest

from adapters.platforms import Platforms
from adapters.settings import TeamsSettings
from bot.errors import PlatformAway, SettingsInvalid
from bot.ids import ChannelId, MessageRef, TenantId
from bot.messages import Message
from tests.contracts.test_messenger import item, said

SLACK, TEAMS = TenantId("main"), TenantId("entra")


@dataclass
class Noted:
    """A messenger and directory that notes what it was asked."""

    asked: list[tuple[str, str]] = field(default_factory=list)

    async def send(self, one: Any, message: Message, parent: MessageRef | None) -> MessageRef:  # noqa: ANN401 - an item
        self.asked.append(("send", one.tenant))
        return MessageRef(f"{one.tenant}/x/1")

    async def replace(self, ref: MessageRef, message: Message) -> None:
        self.asked.append(("replace", ref.partition("/")[0]))

    async def check_channel(self, tenant: TenantId, channel: ChannelId) -> Any:  # noqa: ANN401 - a check
        self.asked.append(("check", tenant))

    async def people(self, tenant: TenantId) -> tuple[()]:
        self.asked.append(("people", tenant))
        return ()


@dataclass
class Platform:
    """A platform, as far as it delivers and knows who is there."""

    settings: TeamsSettings = field(default_factory=lambda: TeamsSettings("app", "s", (TEAMS,)))
    messenger: Noted = field(default_factory=Noted)

    @property
    def directory(self) -> Noted:
        return self.messenger

    @property
    def workspaces(self) -> Platform:
        return self

    async def all(self) -> tuple[TenantId, ...]:
        return (SLACK,)


def both() -> tuple[Platforms, Noted, Noted]:
    slack, teams = Platform(), Platform()
    return Platforms(SLACK, cast("Any", slack), cast("Any", teams)), slack.messenger, teams.messenger


async def test_each_tenant_is_handed_to_its_own_platform() -> None:
    platforms, slack, teams = both()
    for tenant in (SLACK, TEAMS):
        ref = await platforms.messenger.send(replace(item(1, person=None), tenant=tenant), said("x"), None)
        await platforms.messenger.replace(ref, said("y"))
        await platforms.messenger.check_channel(tenant, ChannelId("c"))
        await platforms.directory.people(tenant)
    assert slack.asked == [(what, SLACK) for what in ("send", "replace", "check", "people")]
    assert teams.asked == [(what, TEAMS) for what in ("send", "replace", "check", "people")]


async def test_every_tenant_of_every_platform_is_worked_for() -> None:
    assert await both()[0].tenants() == (SLACK, TEAMS)


async def test_without_a_platform_messages_wait_and_nobody_has_left() -> None:
    platforms = Platforms(SLACK)
    assert await platforms.tenants() == (SLACK,)
    with pytest.raises(PlatformAway):
        await platforms.messenger.send(item(1), said("x"), None)
    with pytest.raises(SettingsInvalid):
        await platforms.directory.people(SLACK)
