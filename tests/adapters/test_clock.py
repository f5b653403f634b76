"""The clocks: the machine's, and one that is moved."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from adapters.clock import SystemClock, VirtualClock

START = datetime(2027, 1, 11, 8, tzinfo=UTC)


def test_the_machines_clock_is_in_utc_and_goes_on() -> None:
    clock = SystemClock()
    first = clock.now()
    assert first.tzinfo is UTC
    assert clock.now() >= first


def test_a_virtual_clock_stands_still_until_it_is_moved() -> None:
    clock = VirtualClock(START)
    assert clock.now() == clock.now() == START
    clock.move_to(START + timedelta(days=28))
    assert clock.now() == START + timedelta(days=28)


def test_a_virtual_clock_turns_every_zone_into_utc() -> None:
    clock = VirtualClock(START.astimezone(timezone(timedelta(hours=2))))
    assert clock.now().tzinfo is UTC


def test_a_virtual_clock_does_not_go_back() -> None:
    clock = VirtualClock(START)
    with pytest.raises(ValueError, match="does not go back"):
        clock.move_to(START - timedelta(seconds=1))
    assert clock.now() == START


def test_a_moment_without_a_zone_is_no_moment() -> None:
    with pytest.raises(ValueError, match="without a zone"):
        VirtualClock(START.replace(tzinfo=None))
