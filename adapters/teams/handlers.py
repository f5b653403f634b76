"""What is done with what Teams sends: turned into an event, handed to the service, and shown to whoever sent it.

A button is answered with the card that takes the place of the one that was pressed, for whoever pressed it, when what
was in it is committed. Where that takes longer than Teams waits, a card says so, and shows what came of it when it is
asked. Nothing that is written here is keyed by who pressed.
"""

from __future__ import annotations

import asyncio
import secrets
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, replace

from adapters.background import ANSWERS, Background, Seen, Service, Syncs, failed
from adapters.teams import views
from adapters.teams.carried import BACK
from adapters.teams.messenger import TeamsMessenger
from adapters.teams.payload import LOOK, Changed, Installed, PayloadUnknown, Pushed, TakenOut, Typed
from adapters.teams.references import Reference, References, Scope, Standing
from adapters.teams.render import CONTENT_TYPE, attached, card, execute, heading, rows, said
from adapters.teams.transport import Json
from adapters.teams.views import Answered
from bot.events import Event, Pressed
from bot.ids import Language, TenantId
from bot.messages import Action, Button, Buttons, Notice, Paragraph, Pointer
from bot.ports import Texts

PLATFORM = "Teams"

ANSWERED_S = 3.5
"""Seconds after which a button is answered, come what may: Teams waits five (learn.microsoft.com, read 2026-11)."""

LATE_S = 600.0
LATE_KEPT = 1000
"""So many of what took long are kept, and for so many seconds, until somebody asks what became of them."""

Opened = Callable[[TenantId], Awaitable[bool]]
"""Opens a chat with everyone whom we have none with, and says whether whom we reach has changed."""

ERROR_TYPE = "application/vnd.microsoft.error"


@dataclass(slots=True)
class _Late:
    """A form that takes long: who sent it, what it was, and what comes of it."""

    pushed: Pushed
    work: asyncio.Future[Answered]


class Handlers:
    """The handlers of every tenant."""

    def __init__(
        self, service: Service, references: References, messenger: TeamsMessenger, texts: Texts, *, opened: Opened
    ) -> None:
        """Hand everything to this service; `opened` tries to open a chat with everyone in a group that has us now."""
        self._service = service
        self._references = references
        self._messenger = messenger
        self._texts = texts
        self._opened = opened
        self._seen = Seen()
        self._late: OrderedDict[str, _Late] = OrderedDict()
        self._syncs = Syncs(service)
        self.background = Background(PLATFORM)

    # Buttons and forms

    async def pushed(self, pushed: Pushed) -> Json:
        """Answer a button with a card, or with an error, which leaves the form as it was filled in.

        Raises PayloadUnknown.
        """
        if pushed.look:
            return await self._looked(pushed)
        if pushed.data.get("action") == BACK:
            return _shown(_before(pushed))
        event = pushed.event()
        if event.action not in ANSWERS and self._seen.again(pushed.id):
            return problem(409, "AlreadyDone")
        work = asyncio.ensure_future(self._reply(event))
        return await self._answered(pushed, work, "")

    async def _answered(self, pushed: Pushed, work: asyncio.Future[Answered], ticket: str) -> Json:
        """Answer with what came of it, or with a card that says that it is on its way."""
        done, _ = await asyncio.wait({work}, timeout=ANSWERED_S)
        if not done:
            return _shown(self._waiting(pushed, ticket or self._keep(pushed, work)))
        self._late.pop(ticket, None)
        try:
            answered = work.result()
        except Exception as error:  # noqa: BLE001 -- its text may hold an answer
            failed(PLATFORM, error)
            return self._failed(pushed) if ticket else problem(500, "NotDone")
        return _shown(self._card(answered, stamp=pushed.stamp, pressed=pushed.data))

    def _card(self, answered: Answered, *, stamp: int, pressed: Json | None = None) -> Json:
        return views.card(answered.reply, texts=self._texts, stamp=stamp, pressed=pressed, explained=answered.explained)

    async def _reply(self, event: Event) -> Answered:
        """Ask the service, and for a form also how answering works.

        Were that fetched by a press, it would take the place of the form and of what was typed in it.
        """
        reply = await self._service.handle(event)
        button = views.explains(reply)
        if button is None:
            return Answered(reply)
        try:
            said = await self._service.handle(Pressed(event.tenant, event.person, button.action, button.value))
        except Exception as error:  # noqa: BLE001 -- what was sent is taken, and the form asks on without it
            failed(PLATFORM, error)
            return Answered(reply)
        return Answered(reply, said if isinstance(said, Notice) else None)

    def _keep(self, pushed: Pushed, work: asyncio.Future[Answered]) -> str:
        """Keep what takes long until it is asked about, for a while; return a ticket for it."""
        ticket = secrets.token_urlsafe(16)
        if len(self._late) >= LATE_KEPT:
            self._late.popitem(last=False)
        self._late[ticket] = _Late(pushed, work)
        # By itself, and not when the next one comes: it holds an answer beside who sent it.
        asyncio.get_running_loop().call_later(LATE_S, self._late.pop, ticket, None)
        self.background.start(_finish(work))
        return ticket

    async def _looked(self, looked: Pushed) -> Json:
        """Show what became of a form that took long, to whoever sent it; nobody knows after a new start."""
        late = self._late.get(looked.look)
        if late is None or late.pushed.sender != looked.sender:
            words = self._language(looked)
            return _shown(_page(self._texts.get(words, "late.title"), self._texts.get(words, "late.unknown"), words))
        return await self._answered(late.pushed, late.work, looked.look)

    def _waiting(self, pushed: Pushed, ticket: str) -> Json:
        words, texts = self._language(pushed), self._texts
        look = execute(
            texts.get(words, "late.look"), {"action": LOOK, LOOK: ticket}, primary=True, associatedInputs="none"
        )
        return _page(texts.get(words, "late.title"), texts.get(words, "late.text"), words, rows([look]))

    def _failed(self, pushed: Pushed) -> Json:
        """Give a form back as it was filled in: its place was taken by a card that waits."""
        return _shown(views.again(pushed.data, [self._texts.get(self._language(pushed), "late.failed")]))

    def _language(self, pushed: Pushed) -> Language:
        """The language of the client, where we speak it: who this is stays out of it."""
        language = Language(pushed.locale.partition("-")[0].lower())
        return language if language in self._texts.languages else self._texts.languages[0]

    # What is typed

    async def typed(self, typed: Typed) -> None:
        """Answer a command, in one's own chat wherever it was typed; say of everything else why it is not taken."""
        tenant, person = typed.sender.tenant, typed.sender.person
        asked = typed.action or Action.HOME
        answered = await self._reply(Pressed(tenant, person, asked))
        if typed.action is None and isinstance(answered.reply, Notice):
            answered = Answered(self._not_taken(answered.reply))
        shown = attached(self._card(answered, stamp=typed.at_ms))
        await self._messenger.tell(tenant, person, typed.chat, shown)

    def _not_taken(self, home: Notice) -> Notice:
        """Why what is typed is no answer, and where one is given: the first messages of rounds that are open."""
        words = home.language or self._texts.languages[0]
        blocks = [Paragraph(self._texts.get(words, "typed.text")), Paragraph(self._texts.get(words, "typed.instead"))]
        pointers = [block for block in home.blocks if isinstance(block, Pointer)]
        buttons = (
            Button(self._texts.get(words, "button.door_named"), Action.DOOR),
            Button(self._texts.get(words, "button.home"), Action.HOME),
        )
        return Notice(self._texts.get(words, "typed.title"), (*blocks, *pointers, Buttons(buttons)), words)

    # Who is there

    async def installed(self, installed: Installed) -> None:
        """Keep where we may write, and look who is there."""
        tenant = installed.reference.tenant
        await self._references.put([installed.reference])
        await self._syncs.look(tenant)
        if installed.reference.scope is Scope.GROUP and await self._opened(tenant):
            await self._syncs.look(tenant)

    async def taken_out(self, taken: TakenOut) -> None:
        """Write there no more: a person is remembered as one who took us out, a group is forgotten."""
        gone = taken.reference
        if gone.scope is Scope.PERSON:
            await self._references.put([replace(gone, standing=Standing.REMOVED)])
        else:
            await self._references.delete(gone.tenant, gone.scope, gone.id)
        await self._syncs.look(gone.tenant)

    async def changed(self, changed: Changed) -> None:
        """Take over who is there; a group that we know has its new name."""
        if changed.reference is not None and await self._known(changed.reference):
            await self._references.put([changed.reference])
        await self._syncs.look(changed.tenant)

    async def _known(self, reference: Reference) -> bool:
        return await self._references.get(reference.tenant, reference.scope, reference.id) is not None


def problem(status: int, code: str) -> Json:
    """Say that a button was not answered: the client says so in its own words, and the card stays as it was."""
    return {"statusCode": status, "type": ERROR_TYPE, "value": {"code": code, "message": code}}


def _shown(card_: Json) -> Json:
    return {"statusCode": 200, "type": CONTENT_TYPE, "value": card_}


def _page(title: str, text: str, language: Language, buttons: Iterable[Json] = ()) -> Json:
    """A card of a title, a line, and buttons."""
    return card([*heading(title), said(text, spacing="Small"), *buttons], title, language)


def _before(pushed: Pushed) -> Json:
    """Return the card of the message that a button back leads to. Raises PayloadUnknown."""
    card_ = views.returned(pushed.data)
    if card_ is None:
        raise PayloadUnknown
    return card_


async def _finish(work: asyncio.Future[Answered]) -> None:
    """Wait until it is done, so that the service does not stop in the middle of it."""
    await asyncio.wait({work})
    if not work.cancelled() and (error := work.exception()) is not None:
        raise error
