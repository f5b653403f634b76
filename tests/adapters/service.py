"""A service that answers what it is told to, and remembers what it was asked."""

from __future__ import annotations

import asyncio

from bot.events import Event
from bot.ids import FieldKey, Language, TenantId
from bot.messages import Action, Form, Notice, Paragraph, Reply, TextField

NL = Language("nl")
TOKEN = "r1.abc"
QUESTION = Form(
    Action.ANSWER,
    f"{TOKEN} lose 1 nl",
    "Vraag",
    (Paragraph("Wat niet verliezen?"),),
    (TextField(FieldKey("answer"), "V"),),
    "Verstuur",
    language=NL,
)
THANKS = Notice("Dank je", (Paragraph("Je hoort het dinsdag."),), NL)


class FakeService:
    """The way in, without the engine."""

    def __init__(self) -> None:
        """Answer at once, with thanks."""
        self.events: list[Event] = []
        self.syncs: list[TenantId] = []
        self.reply: Reply = THANKS
        self.failing: Exception | None = None
        self.go_on = asyncio.Event()
        self.go_on.set()
        self.started = asyncio.Event()

    async def handle(self, event: Event) -> Reply:
        """See `adapters.background.Service`."""
        self.events.append(event)
        self.started.set()
        await self.go_on.wait()
        if self.failing is not None:
            raise self.failing
        return self.reply

    async def sync(self, tenant: TenantId) -> None:
        """See `adapters.background.Service`."""
        self.syncs.append(tenant)
        await self.go_on.wait()
