"""The tick: at once, again and again, never two at a time, and not cut off at the end."""

import asyncio
import logging
from collections import Counter
from collections.abc import Sequence

import pytest

from adapters.clock import SystemClock
from adapters.scheduler import ticking
from bot.errors import StoreUnavailable
from bot.ids import TenantId

ONE, TWO = TenantId("one"), TenantId("two")


class Service:
    """Counts the ticks of each tenant; some fail."""

    def __init__(self, *, failing: dict[TenantId, Exception] | None = None, enough: int = 1) -> None:
        self.ticks: Counter[TenantId] = Counter()
        self.enough = asyncio.Event()
        self.go_on = asyncio.Event()
        self.go_on.set()
        self.finished = 0
        self.at_once = self.most_at_once = 0
        self._failing = failing or {}
        self._needed = enough

    async def tick(self, tenant: TenantId) -> None:
        self.ticks[tenant] += 1
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        if self.ticks.total() >= self._needed:
            self.enough.set()
        try:
            await self.go_on.wait()
            if tenant in self._failing:
                raise self._failing[tenant]
            self.finished += 1
        finally:
            self.at_once -= 1


async def both() -> Sequence[TenantId]:
    return (ONE, TWO)


async def one() -> Sequence[TenantId]:
    return (ONE,)


async def test_it_ticks_at_once_and_again_for_every_tenant() -> None:
    service = Service(enough=6)
    async with ticking(service, both, clock=SystemClock(), every_s=0.02), asyncio.timeout(10):
        await service.enough.wait()
    assert service.ticks[ONE] >= 3
    assert service.ticks[TWO] >= 2


async def test_a_tick_that_takes_long_is_never_overtaken() -> None:
    service = Service()
    service.go_on.clear()
    async with ticking(service, one, clock=SystemClock(), every_s=0.01), asyncio.timeout(10):
        await service.enough.wait()
        loop = asyncio.get_running_loop()
        many = loop.create_future()
        loop.call_later(0.1, many.set_result, None)
        await many
        service.go_on.set()
    assert service.most_at_once == 1


async def test_a_tick_under_way_is_let_finish_at_the_end() -> None:
    service = Service()
    service.go_on.clear()
    async with ticking(service, one, clock=SystemClock(), every_s=60), asyncio.timeout(10):
        await service.enough.wait()
        asyncio.get_running_loop().call_later(0.05, service.go_on.set)
    assert service.finished == 1


async def test_what_goes_wrong_for_one_tenant_holds_up_no_other() -> None:
    for error in (StoreUnavailable(), ValueError("boom")):
        service = Service(failing={ONE: error}, enough=2)
        async with ticking(service, both, clock=SystemClock(), every_s=60), asyncio.timeout(10):
            await service.enough.wait()
        assert service.finished == 1


async def test_what_went_wrong_for_a_tenant_is_tried_again() -> None:
    service = Service(failing={ONE: ValueError("boom")}, enough=2)
    async with ticking(service, one, clock=SystemClock(), every_s=0.02), asyncio.timeout(10):
        await service.enough.wait()
    assert service.ticks[ONE] >= 2


async def test_no_text_of_an_error_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    service = Service(failing={ONE: ValueError("what somebody wrote")})
    async with ticking(service, one, clock=SystemClock(), every_s=60), asyncio.timeout(10):
        await service.enough.wait()
    assert "ValueError" in caplog.text
    assert "what somebody wrote" not in caplog.text


async def test_tenants_that_cannot_be_asked_for_now_are_asked_at_the_next_tick(
    caplog: pytest.LogCaptureFixture,
) -> None:
    answers = iter((StoreUnavailable(), (ONE,)))

    async def away_at_first() -> Sequence[TenantId]:
        answer = next(answers, (ONE,))
        if isinstance(answer, StoreUnavailable):
            raise answer
        return answer

    service = Service()
    async with ticking(service, away_at_first, clock=SystemClock(), every_s=0.02), asyncio.timeout(10):
        await service.enough.wait()
    assert service.ticks[ONE]
    assert [record.getMessage() for record in caplog.records] == [f"No tick: {StoreUnavailable.code}"]


async def test_a_tenant_that_takes_long_holds_up_no_other() -> None:
    class Slow(Service):
        async def tick(self, tenant: TenantId) -> None:
            self.ticks[tenant] += 1
            if tenant == ONE:
                await self.go_on.wait()
            elif self.ticks[TWO] == 5:
                self.enough.set()

    service = Slow()
    service.go_on.clear()
    async with ticking(service, both, clock=SystemClock(), every_s=0.02), asyncio.timeout(10):
        await service.enough.wait()
        service.go_on.set()
    assert service.ticks[ONE] == 1


async def test_the_end_waits_for_whom_to_tick_for_and_ticks_for_them(caplog: pytest.LogCaptureFixture) -> None:
    service = Service()
    asked, answer = asyncio.Event(), asyncio.Event()

    async def slowly() -> Sequence[TenantId]:
        asked.set()
        await answer.wait()
        return (ONE,)

    async with ticking(service, slowly, clock=SystemClock(), every_s=60), asyncio.timeout(10):
        await asked.wait()
        asyncio.get_running_loop().call_later(0.05, answer.set)
    assert service.finished == 1
    assert not caplog.records


async def test_when_it_is_not_known_whom_to_tick_for_the_log_says_so_without_words_and_it_asks_again(
    caplog: pytest.LogCaptureFixture,
) -> None:
    service, asked = Service(), 0

    async def broken_once() -> Sequence[TenantId]:
        nonlocal asked
        asked += 1
        if asked == 1:
            raise LookupError("words of somebody")
        return (ONE,)

    async with ticking(service, broken_once, clock=SystemClock(), every_s=0.02), asyncio.timeout(10):
        await service.enough.wait()
    assert "No tick: LookupError at test_scheduler.py" in caplog.text
    assert "words of somebody" not in caplog.text
