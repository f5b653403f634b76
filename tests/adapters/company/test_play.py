"""Moving the clock does everything at its own moment, in order."""

from datetime import UTC, datetime, timedelta

from adapters.clock import VirtualClock
from adapters.company.play import Play
from bot.ids import TenantId
from tests.adapters.company.fakes import TENANT, Agenda

NOW = datetime(2026, 12, 1, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)


class Diary:
    """Somebody who does something at set moments, and writes down when the clock said it was."""

    def __init__(self, clock: VirtualClock, *moments: datetime) -> None:
        self.clock = clock
        self.moments = sorted(moments)
        self.done: list[datetime] = []

    @property
    def next_at(self) -> datetime | None:
        """Return the next moment."""
        return self.moments[0] if self.moments else None

    async def act(self) -> None:
        """Do the next thing."""
        self.moments.pop(0)
        self.done.append(self.clock.now())


def stage(*due: datetime, acts: tuple[datetime, ...] = ()) -> tuple[Play, VirtualClock, Agenda, Diary]:
    """Set up a play."""
    clock = VirtualClock(NOW)
    agenda = Agenda(*due)
    agenda.now = clock.now
    diary = Diary(clock, *acts)
    return Play(agenda, TENANT, clock, diary), clock, agenda, diary


async def test_the_clock_stops_at_every_moment_at_which_something_is_due() -> None:
    play, clock, agenda, _ = stage(NOW + HOUR, NOW + 2 * HOUR, NOW + 9 * HOUR)
    await play.move_to(NOW + 3 * HOUR)
    assert list(agenda.ticks) == [NOW, NOW + HOUR, NOW + 2 * HOUR]
    assert clock.now() == NOW + 3 * HOUR


async def test_people_act_at_their_own_moments_between_what_is_due() -> None:
    acts = (NOW + HOUR / 2, NOW + HOUR * 1.5, NOW + 5 * HOUR)
    play, _, agenda, diary = stage(NOW + HOUR, acts=acts)
    order: list[str] = []
    agenda.does = lambda _: order.append(f"due after {len(diary.done)}")
    await play.move_to(NOW + 3 * HOUR)
    assert diary.done == [NOW + HOUR / 2, NOW + HOUR * 1.5]
    assert order == ["due after 1"]


async def test_what_someone_starts_happens_before_what_comes_later() -> None:
    play, clock, agenda, diary = stage(acts=(NOW + HOUR, NOW + 2 * HOUR))
    first_act = diary.act

    async def act() -> None:
        await first_act()
        agenda.waiting.append(clock.now())

    diary.act = act  # type: ignore[method-assign]
    await play.move_to(NOW + 3 * HOUR)
    assert list(agenda.ticks) == [NOW, NOW + HOUR, NOW + 2 * HOUR]
    assert agenda.waiting == []


async def test_it_stops_as_soon_as_something_is_reached() -> None:
    play, clock, agenda, _ = stage(NOW + HOUR, NOW + 2 * HOUR, NOW + 3 * HOUR)
    came: list[datetime] = []
    agenda.does = came.append
    assert await play.move_until(lambda: len(came) == 2, limit=NOW + 50 * HOUR)
    assert clock.now() == NOW + 2 * HOUR


async def test_the_clock_stays_where_nothing_more_is_coming() -> None:
    play, clock, _, _ = stage(NOW + HOUR)
    assert not await play.move_until(lambda: False, limit=NOW + 50 * HOUR)
    assert clock.now() == NOW + HOUR


async def test_a_moment_at_which_something_stays_due_does_not_stop_time() -> None:
    play, clock, agenda, _ = stage(NOW + HOUR)

    async def never_done(tenant: TenantId) -> None:
        agenda.ticks[clock.now()] += 1

    agenda.tick = never_done  # type: ignore[method-assign]
    await play.move_to(NOW + HOUR + timedelta(minutes=3))
    assert clock.now() >= NOW + HOUR + timedelta(minutes=3)


async def test_progress_is_told_in_order() -> None:
    play, _, _, _ = stage(NOW + HOUR, NOW + 2 * HOUR)
    told: list[datetime] = []
    await play.move_to(NOW + 3 * HOUR, progress=told.append)
    assert told == sorted(told)
    assert told[0] == NOW + HOUR


async def test_what_follows_within_seconds_has_happened_too() -> None:
    seconds = timedelta(seconds=1)
    play, clock, agenda, _ = stage(NOW + HOUR, NOW + HOUR + seconds, NOW + 2 * HOUR)
    came: list[datetime] = []
    agenda.does = came.append
    assert await play.move_until(lambda: bool(came), limit=NOW + 50 * HOUR)
    assert came == [NOW + HOUR, NOW + HOUR + seconds]
    assert clock.now() == NOW + HOUR + seconds
