"""A service that asks one question with a probe, and a schedule without a database."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import datetime

from bot.events import Event, Pressed, Submitted
from bot.ids import ChannelId, FieldKey, PersonId, TenantId
from bot.messages import (
    Action,
    Button,
    Buttons,
    ChoiceField,
    Form,
    Invalid,
    Message,
    Notice,
    Option,
    Paragraph,
    Reply,
    TextField,
)
from bot.outbox import Item, Kind

TENANT = TenantId("de-brug")

QUESTION = "Wat mogen we hierbij niet kwijtraken?"

PROBE = "Waaraan zou je als eerste merken dat het verdwijnt?"

ASKING = "Title <b>not bold</b>"


def invitation(token: str) -> Message:
    """Ask a question, as an invitation does."""
    buttons = (
        Button("Antwoorden", Action.ANSWER, f"{token} lose 1 nl", primary=True),
        Button("Meedenken", Action.OFFER, token),
    )
    return Message("Een vraag", (Paragraph(QUESTION), Buttons(buttons)))


def item(number: int, at: datetime, *, person: str | None = None, channel: str | None = None) -> Item:
    """Make an item of the outbox."""
    return Item(
        id=f"i{number}",
        tenant=TENANT,
        kind=Kind.INVITE,
        due_at=at,
        person=PersonId(person) if person else None,
        channel=ChannelId(channel) if channel else None,
    )


def _question(state: str, step: int) -> Form:
    token, page, *_ = state.split(" ")
    field = (
        TextField(FieldKey("answer"), QUESTION) if step == 1 else TextField(FieldKey("probe"), PROBE, required=False)
    )
    words = ChoiceField(
        FieldKey("words"), "Mogen je woorden gelezen worden?", (Option("yes", "Ja"), Option("no", "Nee"))
    )
    return Form(
        action=Action.ANSWER,
        state=f"{token} {page} {step} nl",
        title=ASKING,
        blocks=(Paragraph("Alleen het kernteam leest dit."),),
        fields=(field, words) if step == 1 else (field,),
        submit="Versturen",
        buttons=(Button("Intrekken", Action.WITHDRAW, f"{token} {page} 1 nl"),),
    )


class Desk:
    """Takes events as the service does, and remembers them."""

    def __init__(self) -> None:
        self.events: list[Event] = []

    @property
    def sent(self) -> list[Submitted]:
        """The forms that came in."""
        return [event for event in self.events if isinstance(event, Submitted)]

    async def handle(self, event: Event) -> Reply:
        """Answer as the service would."""
        self.events.append(event)
        if isinstance(event, Pressed):
            return self._pressed(event)
        if event.action is not Action.ANSWER:
            return Notice("Klaar", ())
        if event.state.split(" ")[2] == "2":
            more = Button("Waar hoop je op?", Action.ANSWER, f"{event.state.split(' ')[0]} hope 1 nl")
            return Notice("Dank je", (Paragraph("Je hoort dinsdag meer."), Buttons((more,))))
        if not dict(event.fields).get(FieldKey("answer"), "").strip():
            return Invalid(((FieldKey("answer"), "Er staat nog niets."),))
        return _question(event.state, 2)

    async def explain(self, tenant: TenantId, value: str) -> Notice:
        """Explain as the service would."""
        return Notice("Zo werkt het", (Paragraph(f"{tenant}: {value}"),))

    def _pressed(self, event: Pressed) -> Reply:
        match event.action:
            case Action.ANSWER:
                return _question(event.value, 1)
            case Action.WITHDRAW:
                return Form(Action.WITHDRAW, event.value, "Weghalen?", (), (), "Ja, haal weg")
            case Action.OFFER:
                options = (Option("think_along", "Meedenken"), Option("quarter", "Een kwartier"))
                wishes = ChoiceField(FieldKey("wishes"), "Wat wil je?", options, several=True)
                return Form(Action.OFFER, event.value, "Meedenken", (), (wishes,), "Versturen")
            case _:
                return Notice("Thuis", (Paragraph("<script>alert(1)</script>"),))


class Agenda:
    """A schedule: what is due is told to whoever listens, once."""

    def __init__(self, *moments: datetime) -> None:
        self.waiting = sorted(moments)
        self.ticks: Counter[datetime] = Counter()
        self.now: Callable[[], datetime] = lambda: moments[0]
        self.does: Callable[[datetime], object] = lambda _: None

    async def tick(self, tenant: TenantId) -> None:
        """Do what is due now."""
        now = self.now()
        self.ticks[now] += 1
        while self.waiting and self.waiting[0] <= now:
            self.does(self.waiting.pop(0))

    async def next_due_at(self, tenant: TenantId) -> datetime | None:
        """Return the next moment."""
        return self.waiting[0] if self.waiting else None
