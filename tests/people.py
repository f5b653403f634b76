"""A fake user: reads messages, forms and notices, presses what is on them, fills in what is asked."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from typing import Protocol

from adapters.company.chats import Chats, Delivered
from bot.events import Event, Pressed, Submitted
from bot.ids import ChannelId, FieldKey, PersonId, TenantId
from bot.messages import Action, Button, Buttons, ChoiceField, DateField, Form, Invalid, Notice, Reply, TextField


class Answers(Protocol):
    """Whoever answers a button or a form."""

    async def handle(self, event: Event) -> Reply:
        """Answer it."""
        ...


def words_in(shown: object) -> str:
    """Return everything that can be read on something shown, a line for each text; not what its buttons carry."""
    return "\n".join(_texts(shown))


def _texts(shown: object) -> Iterator[str]:
    match shown:
        case str():
            yield shown
        case tuple():
            for part in shown:
                yield from _texts(part)
        case Button(label):
            yield label
        case _ if is_dataclass(shown) and not isinstance(shown, type):
            hidden = {"type", "action", "state", "value", "key", "ref", "language"}
            for field in fields(shown):
                if field.name not in hidden:
                    yield from _texts(getattr(shown, field.name))
        case _:
            return


def buttons_on(shown: object) -> Iterator[Button]:
    """Yield the buttons of a message, a form or a notice, in order."""
    match shown:
        case Form(blocks=blocks, buttons=buttons):
            yield from buttons
            yield from buttons_on(blocks)
        case tuple():
            for block in shown:
                if isinstance(block, Buttons):
                    yield from block.buttons
        case Notice(blocks=blocks):
            yield from buttons_on(blocks)
        case _ if hasattr(shown, "blocks"):
            yield from buttons_on(shown.blocks)
        case _:
            return


class User:
    """Someone at the company. What the service answered last is on their screen."""

    def __init__(
        self, service: Answers, chats: Chats, tenant: TenantId, person: PersonId, *, channel: ChannelId | None = None
    ) -> None:
        """Sit down; `channel` is what someone of the core team reads besides their own chat."""
        self._service = service
        self._chats = chats
        self._tenant = tenant
        self.id = person
        self._channel = channel
        self._stamp = 0
        self.screen: Reply | None = None

    # Reading

    @property
    def chat(self) -> tuple[Delivered, ...]:
        """The messages in their own chat, oldest first."""
        return self._chats.messages(self.id)

    @property
    def channel(self) -> tuple[Delivered, ...]:
        """The messages of the core team's channel with the replies under each."""
        if self._channel is None:
            return ()
        parents = self._chats.messages(self._channel)
        return tuple(one for parent in parents for one in (parent, *self._chats.thread(parent.ref)))

    def read(self, kind: str) -> tuple[Delivered, ...]:
        """The messages of one kind, in chat or channel, oldest first."""
        return tuple(one for one in (*self.chat, *self.channel) if one.item.split("/")[0] == kind)

    def has_read(self, text: str) -> bool:
        """Whether this stands in any message."""
        return any(text in words_in(one.message) for one in (*self.chat, *self.channel))

    def sees(self, text: str) -> bool:
        """Whether this stands on the screen."""
        return text in words_in(self.screen)

    def offered(self, what: str) -> list[str]:
        """What the buttons on the screen with this action carry, in order."""
        return [button.value for button in buttons_on(self.screen) if button.action == what]

    # Acting

    def looks_away(self) -> None:
        """Leave what is on the screen: what comes next is pressed in a message."""
        self.screen = None

    async def clicks(self, what: str, *, of: str = "") -> Reply:
        """Press a button by its label or its action: on the screen, else on the newest message that has it.

        `of` narrows it to buttons whose value has this in it.
        """
        button = next(self._find(what, of), None)
        assert button is not None, f"there is no button {what!r}"
        return await self.presses(button.action, button.value)

    def can_click(self, what: str, *, of: str = "") -> bool:
        """Whether there is such a button."""
        return next(self._find(what, of), None) is not None

    def _find(self, what: str, of: str) -> Iterator[Button]:
        newest = [one.message for one in reversed((*self.channel, *self.chat))]
        for shown in (self.screen, *newest):
            for button in buttons_on(shown):
                if what in {button.label, button.action} and of in button.value:
                    yield button

    async def presses(self, action: Action, value: str = "") -> Reply:
        """Press a button as it was, or give a command. A form that opens has a stamp of its own."""
        self._stamp += 1
        self.screen = await self._service.handle(Pressed(self._tenant, self.id, action, value))
        return self.screen

    async def fills(self, **given: str) -> Reply:
        """Fill in the form on the screen, by field or by label of an option, and send it."""
        self.screen = await self._service.handle(self.filled(**given))
        return self.screen

    def filled(self, **given: str) -> Submitted:
        """Fill in the form on the screen, and do not send it yet."""
        form = self.screen
        assert isinstance(form, Form), f"there is no form on the screen: {form}"
        unknown = set(given) - {str(field.key).replace("-", "_") for field in form.fields}
        assert not unknown, f"the form has no {unknown}"
        values = []
        for field in form.fields:
            text = given.get(str(field.key).replace("-", "_"), field.value)
            match field:
                case ChoiceField(options=options):
                    text = next((one.value for one in options if one.label == text), text)
                case TextField() | DateField():
                    pass
            values.append((FieldKey(field.key), text))
        return Submitted(self._tenant, self.id, form.action, form.state, tuple(values), self._stamp)

    async def sends(self, event: Submitted) -> Reply:
        """Send a form that was filled in, perhaps not for the first time."""
        self.screen = await self._service.handle(event)
        return self.screen

    @property
    def problems(self) -> dict[str, str]:
        """What is wrong with the form that was sent."""
        assert isinstance(self.screen, Invalid), f"nothing is wrong: {self.screen}"
        return {str(key): text for key, text in self.screen.problems}
