"""What is done with what Slack sends: turned into an event, handed to the service, and shown to whoever sent it.

A form is acknowledged when what was in it is committed. Where that takes longer than Slack waits, a page says that it
is on its way, and what comes of it takes its place. Nothing is ever said in a chat, and no message changes.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable

from adapters.background import ANSWERS, Background, Seen, Service, Syncs
from adapters.slack import views
from adapters.slack.calls import call
from adapters.slack.messenger import SlackMessenger
from adapters.slack.payload import Pushed, Sender, Sent
from adapters.slack.render import Json
from adapters.slack.workspaces import Origin, Workspaces
from bot.events import Pressed
from bot.ids import PersonId, TenantId
from bot.messages import Action, Form, Invalid, Notice, Reply

PLATFORM = "Slack"

ACKNOWLEDGED_S = 2.0
"""Seconds after which a form is acknowledged, come what may: Slack waits three (docs.slack.dev, read 2026-11)."""

OPENED_S = 1.0
"""Seconds after which a page is opened that waits: a trigger lives about three, and opening takes its time too."""

SETS = frozenset({Action.LANGUAGE, Action.SNOOZE, Action.STOP, Action.RESUME})
"""What changes what stands on somebody's home page."""


class Handlers:
    """The handlers of every workspace."""

    def __init__(self, service: Service, workspaces: Workspaces, messenger: SlackMessenger) -> None:
        """Hand everything to this service."""
        self._service = service
        self._workspaces = workspaces
        self._messenger = messenger
        self._seen = Seen()
        self._syncs = Syncs(service)
        self.background = Background(PLATFORM)

    # Forms

    async def submitted(self, sent: Sent) -> Json:
        """Take a form; return what acknowledges it. What was in it is committed then, or a page says it is not yet."""
        tenant = await self._workspaces.tenant(sent.sender.origin)
        if tenant is None or (sent.carried.action not in ANSWERS and self._seen.again(sent.trigger)):
            return {}
        work = asyncio.ensure_future(self._service.handle(sent.event(tenant)))
        done, _ = await asyncio.wait({work}, timeout=ACKNOWLEDGED_S)
        if not done:
            self.background.start(self._late(tenant, sent, work))
            return {"response_action": "update", "view": views.waiting()}
        reply = work.result()
        if isinstance(reply, Invalid):
            return {"response_action": "errors", "errors": views.errors(reply, sent.view)}
        if sent.carried.action in SETS:
            self.background.start(self._home(tenant, sent.sender.person))
        return {"response_action": "update", "view": await self._view(reply, sent.carried.stamp)}

    async def _late(self, tenant: TenantId, sent: Sent, work: Awaitable[Reply]) -> None:
        """Put what came of a form in the place of the page that waits; one that cannot be taken comes back filled."""
        try:
            reply = await work
        except Exception:
            await self._update(tenant, sent.view_id, views.again(sent.view, {}))
            raise
        if isinstance(reply, Invalid):
            view = views.again(sent.view, views.errors(reply, sent.view))
        else:
            view = await self._view(reply, sent.carried.stamp)
        await self._update(tenant, sent.view_id, view)

    # Buttons and commands

    async def pressed(self, pushed: Pushed) -> None:
        """Answer a button or a command with a page that only this person sees."""
        tenant = await self._workspaces.tenant(pushed.sender.origin)
        if tenant is None or self._seen.again(pushed.trigger):
            return
        work = asyncio.ensure_future(self._service.handle(pushed.event(tenant)))
        if pushed.on_home and pushed.action is Action.LANGUAGE:
            await self._publish(tenant, pushed.sender.person, await work)
            return
        view_id = pushed.view_id if pushed.view_id and not pushed.on_home else ""
        done, _ = await asyncio.wait({work}, timeout=OPENED_S)
        if not done and not view_id:
            try:
                view_id = await self._open(tenant, pushed.trigger, views.waiting())
            except Exception:
                # It is done all the same; left alone, what goes wrong in it would be logged with its text.
                await work
                raise
        view = await self._view(await work, pushed.stamp)
        if view_id and pushed.action is Action.EXPLAIN:
            await self._push(tenant, pushed.trigger, view)
        elif view_id:
            await self._update(tenant, view_id, view)
        else:
            await self._open(tenant, pushed.trigger, view)
        if pushed.on_home and pushed.action in SETS:
            await self._home(tenant, pushed.sender.person)

    async def home_opened(self, sender: Sender) -> None:
        """Show somebody their home page. It looks the same whether or not they answered anything."""
        tenant = await self._workspaces.tenant(sender.origin)
        if tenant is not None:
            await self._home(tenant, sender.person)

    async def _home(self, tenant: TenantId, person: PersonId) -> None:
        await self._publish(tenant, person, await self._service.handle(Pressed(tenant, person, Action.HOME)))

    # Who is there

    async def changed(self, origin: Origin) -> None:
        """Take over who is there, once more where something changes meanwhile; many changes are one look."""
        tenant = await self._workspaces.tenant(origin)
        if tenant is not None:
            await self.look(tenant)

    async def look(self, tenant: TenantId) -> None:
        """Take over who is there now."""
        self._messenger.people_changed(tenant)
        await self._syncs.look(tenant)

    async def gone(self, origin: Origin) -> None:
        """We were taken out of a workspace, or our token was revoked."""
        await self._workspaces.gone(origin)

    # Inside

    async def _view(self, reply: Reply, stamp: int) -> Json:
        match reply:
            case Form():
                return views.form(reply, stamp, await self._messenger.links(reply.blocks))
            case Notice():
                return views.notice(reply, await self._messenger.links(reply.blocks))
            case Invalid():
                return views.waiting()

    async def _open(self, tenant: TenantId, trigger: str, view: Json) -> str:
        """Open a modal; return its id."""
        workspace = await self._workspaces.of(tenant)
        said = await call(workspace.client.views_open, trigger_id=trigger, view=view)
        return str(said["view"]["id"])

    async def _push(self, tenant: TenantId, trigger: str, view: Json) -> None:
        """Put a page on top of the one that is open: what is typed there is kept."""
        workspace = await self._workspaces.of(tenant)
        await call(workspace.client.views_push, trigger_id=trigger, view=view)

    async def _update(self, tenant: TenantId, view_id: str, view: Json) -> None:
        workspace = await self._workspaces.of(tenant)
        await call(workspace.client.views_update, view_id=view_id, view=view)

    async def _publish(self, tenant: TenantId, person: PersonId, reply: Reply) -> None:
        if isinstance(reply, Notice):
            workspace = await self._workspaces.of(tenant)
            view = views.home(reply, await self._messenger.links(reply.blocks))
            await call(workspace.client.views_publish, user_id=person, view=view)
