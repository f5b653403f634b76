"""Measures the planning of 100,000 invitations, beside one APScheduler job per person on its SQLAlchemy store."""

from __future__ import annotations

import asyncio
import tempfile
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from apscheduler.jobstores.sqlalchemy import SQLAlchemyJobStore
from apscheduler.schedulers.background import BackgroundScheduler

from adapters.company.roster import load_company, roster
from adapters.holidays import LibraryHolidays
from bot.service.items import invitations
from storage.keys import FileKeys
from storage.migrations import upgrade
from storage.opening import open_storage
from tests.examples import ROUND, TENANT, a_change, a_round

PEOPLE = 100_000
"""As many jobs as invitations, though it takes minutes: a thousand jobs are planned faster each than so many."""


def measure() -> dict[str, float]:
    """Measure both."""
    with tempfile.TemporaryDirectory() as folder:
        ours = asyncio.run(_ours(Path(folder)))
        theirs = _theirs(Path(folder))
    return {
        "invitations_per_s": round(ours),
        "apscheduler_jobs_per_s": round(theirs),
        "times_apscheduler": round(ours / theirs, 1),
    }


async def _ours(folder: Path) -> float:
    """Reckon everyone's own working moment, and write it down, in one transaction."""
    people = [replace(one, tenant=TENANT) for one in roster(load_company(), PEOPLE, seed=7)]
    url = f"sqlite+aiosqlite:///{folder / 'planned.db'}"
    await upgrade(url, made_by="simulation")
    now = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
    async with await open_storage(url, FileKeys(folder / "keys"), made_by="simulation") as storage:
        started_s = time.perf_counter()
        planned = invitations(a_round(), a_change(), people, now, LibraryHolidays(), after_frame=True)
        async with storage.store.write(TENANT) as tx:
            await tx.outbox.mail(planned)
        took_s = time.perf_counter() - started_s
        async with storage.store.read(TENANT) as tx:
            assert sum((await tx.outbox.counts(ROUND)).values()) == PEOPLE
        return PEOPLE / took_s


def _theirs(folder: Path) -> float:
    """Plan a job for each person, as its own documentation does."""
    scheduler = BackgroundScheduler(jobstores={"default": SQLAlchemyJobStore(url=f"sqlite:///{folder / 'jobs.db'}")})
    scheduler.start(paused=True)
    runs_at = datetime.now(UTC) + timedelta(days=1)
    started_s = time.perf_counter()
    for number in range(PEOPLE):
        scheduler.add_job(_invite, "date", run_date=runs_at, args=[number])
    took_s = time.perf_counter() - started_s
    scheduler.shutdown(wait=False)
    return PEOPLE / took_s


def _invite(number: int) -> None:
    """Stand in for sending an invitation."""
