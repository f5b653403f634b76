"""Invitations go out in waves: a message sent again carries the same token, and no key of a day outlives it."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import time, timedelta
from typing import Any

import pytest

from adapters.company.chats import Chats
from bot.errors import DeliveryFailed, DeliveryUncertain, Unreachable
from bot.ids import ChannelId, MessageRef, PersonId, TenantId
from bot.messages import Action, Message
from bot.outbox import Delivery, Item, Kind
from bot.ports import ChannelCheck
from tests.people import buttons_on
from tests.world import World, a_change, a_world, one_question, someone, staff

LISTEN = "roosters-listen-1"


class Crash(BaseException):
    """The process died."""


@dataclass
class Line:
    """A messenger that fails as it is told: before or after a message has arrived."""

    chats: Chats
    before: Callable[[Item], BaseException | None] = lambda _: None
    after: Callable[[Item], BaseException | None] = lambda _: None
    arrived: list[tuple[str, str]] = field(default_factory=list)
    channel: ChannelCheck | None = None

    async def send(self, item: Item, message: Message, parent: MessageRef | None) -> MessageRef:
        """Deliver it, unless told otherwise."""
        if (error := self.before(item)) is not None:
            raise error
        ref = await self.chats.send(item, message, parent)
        tokens = [one.value.split(" ")[0] for one in buttons_on(message) if one.action is Action.ANSWER]
        self.arrived += [(item.id, token) for token in tokens]
        if (error := self.after(item)) is not None:
            raise error
        return ref

    async def replace(self, ref: MessageRef, message: Message) -> None:
        """Put it in the place of another."""
        await self.chats.replace(ref, message)

    async def check_channel(self, tenant: TenantId, channel: ChannelId) -> ChannelCheck:
        """Look at who reads a channel."""
        return self.channel or await self.chats.check_channel(tenant, channel)


async def wired(people: Any = None) -> tuple[World, Line]:  # noqa: ANN401 - as a_world takes them
    """Give a world whose messenger can fail."""
    lines: list[Line] = []

    def wire(chats: Chats) -> Line:
        lines.append(Line(chats))
        return lines[0]

    world = await a_world(people, messenger=wire)
    await world.applies(a_change(one_question()))
    return world, lines[0]


async def dies(world: World, moment: str) -> None:
    """Play up to a moment at which the process dies."""
    try:
        await world.until(moment)
    except Crash:
        return
    raise AssertionError("nothing crashed")


def only(kind: str, error: BaseException, *, person: str = "p003") -> Callable[[Item], BaseException | None]:
    """Fail for one person's message of a kind."""
    return lambda item: error if item.kind == kind and item.person == person else None


def tokens(line: Line, person: str = "p003") -> list[str]:
    """Return the tokens that reached someone in the listening round."""
    return [token for id_, token in line.arrived if id_ == f"invite/{LISTEN}/{person}"]


async def test_after_a_crash_the_message_arrives_again_with_the_same_token_and_is_one_voice() -> None:
    world, line = await wired()
    line.after = only(Kind.INVITE, Crash())
    await dies(world, "01-19 12:00")
    assert (await world.item(f"invite/{LISTEN}/p003")).state is Delivery.SENDING
    line.after = lambda _: None
    await world.until("01-19 12:00")
    assert len(tokens(line)) == 2
    assert len(set(tokens(line))) == 1
    assert (await world.item(f"invite/{LISTEN}/p003")).state is Delivery.SENT
    for user in world.others(12):
        await world.answers(user, "De rust", round_=LISTEN)
        await world.answers(user, "De rust op vrijdag", round_=LISTEN)
    await world.until("01-27")
    assert (await world.round("listen")).voices == 12


async def test_a_crash_loses_nobodys_message() -> None:
    world, line = await wired()
    line.before = only(Kind.INVITE, Crash(), person="p007")
    await dies(world, "01-19 12:00")
    line.before = lambda _: None
    await world.until("01-19 12:00")
    assert all(any(LISTEN in one.item for one in user.chat) for user in world.others(30))


async def test_in_doubt_after_its_wave_a_message_is_not_sent_again_and_counts_as_unreachable() -> None:
    world, line = await wired()
    line.after = only(Kind.INVITE, Crash())
    await dies(world, "01-19 12:00")
    line.after = lambda _: None
    # Nobody ticks until the next day: the outage lasted longer than the wave.
    world.clock.move_to(world.now + timedelta(days=1))
    await world.tick()
    assert (await world.item(f"invite/{LISTEN}/p003")).state is Delivery.UNREACHABLE
    assert len(tokens(line)) == 1


async def test_a_message_in_doubt_when_a_round_is_extended_is_not_sent_again_with_another_token() -> None:
    # Closing destroys the key of its day, and the extension begins on that same day.
    world, line = await wired([*staff(), someone("late", workdays=(1,), starts=time(16, 30), ends=time(23, 30))])
    line.before = only(Kind.INVITE, DeliveryFailed(retry_after_s=7 * 86_400.0), person="late")
    await world.until("01-19 20:00")
    line.before = lambda _: None
    line.after = only(Kind.INVITE, DeliveryUncertain(), person="late")
    await world.until("01-26 23:00")
    assert (await world.round("listen")).extended
    assert len(set(tokens(line, "late"))) == 1
    assert (await world.item(f"invite/{LISTEN}/late")).state is Delivery.UNREACHABLE


@pytest.mark.parametrize(
    ("kind", "name", "moment"), [("invite", "p003", "01-19 09:05"), ("welcome", "nina", "01-04 09:05")]
)
async def test_what_is_in_doubt_is_not_sent_again_to_who_stops_and_goes_on_either(
    kind: str, name: str, moment: str
) -> None:
    world, line = await wired()
    waves: list[int] = []

    def arrives_unsaid(item: Item) -> BaseException | None:
        if (item.kind, item.person) != (kind, name):
            return None
        waves.append(item.wave)
        return DeliveryUncertain()

    line.after = arrives_unsaid
    world.chats.join(someone("nina"))
    await world.syncs()
    await world.until(moment)
    await world.user(name).presses(Action.STOP)
    await world.passes(days=1, hours=2)
    await world.user(name).presses(Action.RESUME)
    await world.passes(hours=2)
    assert len(set(waves)) == 1


async def test_refused_by_the_platform_it_is_no_doubt_and_goes_out_in_a_later_wave() -> None:
    world, line = await wired()
    line.before = only(Kind.INVITE, DeliveryFailed(retry_after_s=30 * 3600.0))
    await world.until("01-19 12:00")
    line.before = lambda _: None
    await world.until("01-21 12:00")
    assert len(tokens(line)) == 1
    assert (await world.item(f"invite/{LISTEN}/p003")).wave >= 1
    await world.answers(world.user("p003"), "De rust", round_=LISTEN)


async def test_who_stays_unreachable_is_counted_and_given_up() -> None:
    world, line = await wired()
    line.before = only(Kind.INVITE, Unreachable())
    await world.until("01-27")
    digest_or_too_few = await world.round("listen")
    assert digest_or_too_few.invited == 31
    assert not tokens(line)


async def test_a_waves_key_is_gone_when_its_day_is_over_and_all_of_them_at_the_close() -> None:
    late = [someone(f"late{n}", workdays=(n,)) for n in range(5)]
    world, _ = await wired([*staff(), *late])
    for day in ("19", "20", "21", "22", "25"):
        await world.until(f"01-{day} 12:00")
        waves = [name for name in await world.keys.names() if name.startswith(f"wave.werk.{LISTEN}.")]
        assert len(waves) == 1, day
        number = int(waves[0].rsplit(".", 1)[1])
        assert number == (int(day) - 19)
    await world.until("02-05")
    assert not [name for name in await world.keys.names() if name.startswith(("wave.", "seal.werk.roosters"))]


async def test_later_waves_reach_the_rest_and_not_who_came_after_the_opening() -> None:
    world, line = await wired([*staff(), someone("friday", workdays=(4,), starts=time(9))])
    await world.until("01-19 12:00")
    world.chats.join(someone("nina"))
    await world.syncs()
    await world.until("01-23")
    assert len(tokens(line, "friday")) == 1
    assert not tokens(line, "nina")
    await world.answers(world.user("friday"), "De rust", round_=LISTEN)


async def test_no_two_people_share_a_token_and_none_is_in_the_outbox() -> None:
    world, line = await wired()
    await world.until("01-19 12:00")
    given = [token for _, token in line.arrived]
    assert len(set(given)) == len(given) == 31
    for name in ("p000", "p003"):
        rows = repr(await world.items_of(name))
        assert not any(token in rows for token in given)


async def test_the_invitation_is_not_touched_before_the_close_and_then_has_no_token() -> None:
    world, line = await wired()
    await world.until("01-19 12:00")
    (first,) = (one for one in world.user("p003").chat if LISTEN in one.item)
    await world.answers(world.user("p003"), "De rust", round_=LISTEN)
    await world.until("01-26 16:00")
    (same,) = (one for one in world.user("p003").chat if one.item == first.item)
    assert same.message == first.message
    await world.until("02-05")
    (after,) = (one for one in world.user("p003").chat if one.item == first.item)
    assert tokens(line)[0] not in repr(after.message)
    assert not any(button.action in {Action.ANSWER, Action.OFFER} for button in buttons_on(after.message))
    assert not [name for name in await world.keys.names() if f".{LISTEN}." in name]


async def test_after_an_outage_a_stale_reminder_is_dropped_and_the_rest_goes_out_once() -> None:
    world, _ = await wired()
    await world.until("01-24")
    await world.answered(world.others(12), "De rust op vrijdag {number}", round_=LISTEN)
    world.clock.move_to(world.now + timedelta(days=16))
    await world.tick()
    await world.until("02-20")
    assert not world.user("p000").read("reminder")
    assert len(world.user("p000").read("what_we_heard")) == 1


PRIVATE = ChannelCheck(
    exists=True, private=True, members=frozenset({PersonId("mila"), PersonId("joost")}), foreign=False
)
READ_BY_OTHERS = {
    "somebody else is in it": replace(PRIVATE, members=PRIVATE.members | {PersonId("p000")}),
    "it is not private": replace(PRIVATE, private=False),
    "guests or another organisation are in it": replace(PRIVATE, foreign=True),
    "it is gone": replace(PRIVATE, exists=False),
}


@pytest.mark.parametrize("check", READ_BY_OTHERS.values(), ids=READ_BY_OTHERS)
async def test_the_digest_goes_nowhere_while_others_than_the_core_team_can_read_the_channel(
    check: ChannelCheck,
) -> None:
    world, line = await wired()
    await world.until("01-19 12:00")
    await world.answered(world.others(12), "De rust op vrijdag {number}", round_=LISTEN)
    line.channel = check
    await world.until("01-27")
    assert not world.mila.read("digest")
    line.channel = PRIVATE
    await world.until("01-27 12:00")
    assert world.mila.read("digest")
