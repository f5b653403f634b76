"""The made-up core team: every working morning it does what waits for it, with the buttons and forms that it gets."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, time, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

from adapters.company.chats import Delivered
from adapters.company.conversation import Talks
from bot.change import Change, ChangeState, Point, PointState
from bot.events import Pressed, Submitted
from bot.ids import ChannelId, FieldKey, PersonId
from bot.messages import Action, Button, Buttons, ChoiceField, Field, Form, Reply, TextField
from bot.ports import Clock, Holidays, Store
from bot.questions import RoundKind
from bot.round import Round, RoundState
from bot.schedule import is_working_day

MEETS_AT = time(10)
"""Local time at which the core team does its work of the day."""

AT_ONCE = frozenset({Action.HEARD, Action.REPLY_QUESTION, Action.REPLY_OFFER})
"""Buttons under what comes into the channel that the core team never leaves unpressed."""

_SELDOM_FILLED = frozenset({"changed"})
_NO_WORDS = frozenset({RoundKind.BELIEVE, RoundKind.HEARD, RoundKind.DOOR})

WORDS: Mapping[str, Mapping[str, str]] = {
    "nl": {
        "reaction": "Dank je wel. We zien vooral dat jullie willen houden wat nu goed gaat, en dat nemen we mee.",
        "draft": "Dit is wat we met drie collega's hebben opgeschreven. Klopt er iets niet, zeg het dan.",
        "decision": "We doen het zoals de meesten van jullie het voorstelden, te beginnen met twee teams.",
        "reason": "Dit hoorden we het meest, en het kan. Wat er niet kon, leggen we per team uit.",
        "others": "Bij de andere manier moest iedereen tegelijk leren, en dat vonden veel mensen te snel.",
        "another": "Om de beurt beginnen, per wijk: dat nemen we mee in de teams die eerst gaan.",
        "known": "We weten dat het oude programma op 1 juni stopt. De rest is nog open.",
        "about": "Wat er met het rooster gebeurt",
        "reply": "Goed dat je het vraagt. Ik kom er deze week bij je voor langs.",
    },
    "en": {
        "reaction": "Thank you. Above all we see that you want to keep what works now, and we take that along.",
        "draft": "This is what we wrote down with three colleagues. If something in it is wrong, say so.",
        "decision": "We do it the way most of you proposed, beginning with two teams.",
        "reason": "This is what we heard most, and it can be done. What could not, we explain team by team.",
        "others": "The other way everyone had to learn at once, and many found that too fast.",
        "another": "Beginning in turns, by district: we take that along in the teams that go first.",
        "known": "We know that the old program stops on 1 June. The rest is still open.",
        "about": "What happens to the rota",
        "reply": "Good that you ask. I will come by this week to talk about it.",
    },
}
"""What the core team writes, by field."""


class Presses(Protocol):
    """Who does something at a moment."""

    @property
    def next_at(self) -> datetime | None:
        """When."""
        ...

    async def act(self) -> None:
        """Do it."""
        ...


class Together:
    """Several who do something by themselves, as one: whoever is first goes first."""

    def __init__(self, *groups: Presses) -> None:
        """Let these take turns; of the same moment the first named goes first."""
        self._groups = groups

    @property
    def next_at(self) -> datetime | None:
        """When somebody does something next."""
        return min((group.next_at for group in self._groups if group.next_at is not None), default=None)

    async def act(self) -> None:
        """Let whoever is next do it."""
        next_at = self.next_at
        for group in self._groups:
            if group.next_at is not None and group.next_at == next_at:
                await group.act()
                return


class CoreTeam:
    """Whoever of the core team presses the buttons: tells what was heard, replies, drafts, decides, and closes.

    Nothing of it is drawn: the same messages at the same moments give the same deeds.
    """

    def __init__(
        self, service: Talks, store: Store, change: Change, by: PersonId, *, clock: Clock, holidays: Holidays
    ) -> None:
        """Begin on the first working morning. `by` is who presses."""
        self._service = service
        self._store = store
        self._change = change
        self._by = by
        self._holidays = holidays
        self._channel = change.channel
        self._next_at: datetime | None = self._morning_after(clock.now())
        self._read: list[Button] = []

    @property
    def next_at(self) -> datetime | None:
        """When the core team meets next; None once the change is closed."""
        return self._next_at

    def hear(self, delivered: Delivered) -> None:
        """Read what comes into the channel, and remember what to press."""
        if ChannelId(delivered.chat) == self._channel:
            self._read += [button for button in _buttons(delivered) if button.action in AT_ONCE]

    async def act(self) -> None:
        """Do everything that waits this morning."""
        read, self._read = self._read, []
        for button in read:
            await self._do(button.action, button.value)
        async with self._store.read(self._change.tenant) as tx:
            change = await tx.changes.get(self._change.id)
        rounds = await self._rounds()
        if await self._tell(rounds):
            rounds = await self._rounds()
        await self._work_on(change, rounds)
        if change.state is ChangeState.CLOSED:
            self._next_at = None
        elif self._next_at is not None:
            self._next_at = self._morning_after(self._next_at)

    async def _rounds(self) -> list[Round]:
        async with self._store.read(self._change.tenant) as tx:
            return [one for one in await tx.rounds.of_change(self._change.id) if one.kind is not RoundKind.DOOR]

    async def _tell(self, rounds: Sequence[Round]) -> bool:
        """Tell everyone what was heard, the first morning after a close; say whether there was anything to tell."""
        untold = [one for one in rounds if one.state is RoundState.RELEASED and one.untold]
        for round_ in untold:
            await self._do(Action.TELL_HEARD, round_.id)
        return bool(untold)

    async def _work_on(self, change: Change, rounds: Sequence[Round]) -> None:
        """Write drafts once people were listened to, decide once nothing is asked any more, close when all is done."""
        if not any(_listened(round_) for round_ in rounds):
            return
        for point in change.undecided:
            if point.state is PointState.TOGETHER and point.draft_told_at is None:
                await self._do(Action.DRAFT, _value(change, point))
        if any(round_.kind not in _NO_WORDS and round_.unfinished for round_ in rounds):
            return
        for point in change.undecided:
            if point.state is not PointState.TOGETHER or point.draft_told_at is not None:
                await self._do(Action.OUTCOME, _value(change, point))
        if not change.undecided and change.state is ChangeState.RUNNING and not any(one.unfinished for one in rounds):
            await self._do(Action.CLOSE, change.id)

    async def _do(self, action: Action, value: str) -> Reply:
        """Press a button, and fill in the form that may follow."""
        reply = await self._service.handle(Pressed(self._change.tenant, self._by, action, value))
        if not isinstance(reply, Form):
            return reply
        stamp = int(self._next_at.timestamp()) if self._next_at is not None else 0
        filled = tuple(_filled(reply.fields))
        return await self._service.handle(
            Submitted(self._change.tenant, self._by, reply.action, reply.state, filled, stamp)
        )

    def _morning_after(self, moment: datetime) -> datetime:
        """Return when the core team meets first after `moment`."""
        zone = ZoneInfo(self._change.zone)
        day = moment.astimezone(zone).date()
        while True:
            meets_at = datetime.combine(day, MEETS_AT, zone)
            if meets_at > moment and is_working_day(day, self._change.country, self._holidays):
                return meets_at.astimezone(moment.tzinfo)
            day += timedelta(days=1)


def _value(change: Change, point: Point) -> str:
    return f"{change.id}/{point.key}"


def _listened(round_: Round) -> bool:
    """Whether people spoke in words in this round, and everyone heard what was heard."""
    return round_.kind not in _NO_WORDS and round_.heard_told_at is not None


def _buttons(delivered: Delivered) -> Iterable[Button]:
    return (button for block in delivered.message.blocks if isinstance(block, Buttons) for button in block.buttons)


def _filled(fields: Iterable[Field]) -> Iterable[tuple[FieldKey, str]]:
    """Fill in a form of the core team: the first option, and its own words in the field's language."""
    for field in fields:
        match field:
            case ChoiceField(options=options) if options:
                yield field.key, options[0].value
            case TextField():
                name, _, language = field.key.partition("-")
                text = WORDS.get(language, WORDS["nl"]).get(name, "")
                if text and name not in _SELDOM_FILLED:
                    yield field.key, text[: field.maximum]
            case _:
                continue
