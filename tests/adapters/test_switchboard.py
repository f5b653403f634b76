"""One messenger for every platform: what it hands to whom, and how fast."""

from __future__ import annotations

import pytest

from adapters.platforms import Platforms
from bot.errors import PlatformAway
from bot.ids import TenantId
from bot.ports import Paced
from tests.adapters.slack.slack_posts import platform_of
from tests.adapters.slack.stub import TENANT, Stub, connected
from tests.contracts.test_messenger import ANA, item, said


async def test_there_is_as_much_room_as_the_platform_of_the_tenant_says() -> None:
    async with connected(Stub(), a_second=8.0) as workspaces:
        messenger = Platforms(TENANT, slack=platform_of(workspaces, workspaces.client)).messenger
        assert isinstance(messenger, Paced)
        assert await messenger.room(TENANT) == 4
        workspaces.paces.messages.pause(300)
        with pytest.raises(PlatformAway):
            await messenger.room(TENANT)


async def test_while_no_platform_is_there_that_is_nobodys_fault() -> None:
    messenger = Platforms(TenantId("main")).messenger
    assert isinstance(messenger, Paced)
    assert await messenger.room(TenantId("main")) > 0
    with pytest.raises(PlatformAway):
        await messenger.send(item(1, person=ANA), said("x"), None)
