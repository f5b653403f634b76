"""The sandbox as a whole: the make-believe company on the real engine and a real database, behind its page."""

from __future__ import annotations

import asyncio
import logging
import signal
import tempfile
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from aiohttp import web

from adapters.arithmetic import ChildArithmetic
from adapters.change_file import Against, load_change
from adapters.clock import VirtualClock
from adapters.company.actors import Actors
from adapters.company.answer_book import AnswerBook, load_lines
from adapters.company.chats import Chats
from adapters.company.play import Play
from adapters.company.roster import ANSWERS_FILE, PROBES_FILE, Company, load_company
from adapters.company.topics import Topics
from adapters.holidays import LibraryHolidays, countries
from adapters.settings import Settings
from adapters.web.app import LOOPBACK, Site, make_app
from adapters.web.sandbox import Sandbox
from adapters.wiring import build, make_database
from bot.change import Change
from bot.ports import Arithmetic, Packs
from bot.schedule import frame_to_managers_on
from bot.service.ruimte import Ruimte
from prompts.loader import load_packs, load_texts

CHANGE_FILE = Path(__file__).with_name("company") / "change.yaml"

SEED = 7

FIRST_MORNING = time(8)
"""When the play begins, in the company's own zone: before anybody works."""

LAST_EVENING = time(17)

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Script:
    """What is read before the play begins. Blocking."""

    company: Company
    change: Change
    answers: AnswerBook
    topics: Topics
    site: Site
    packs: Packs

    @classmethod
    def read(cls) -> Script:
        """Read everything. Raises FileInvalid."""
        company, packs = load_company(), load_packs()
        against = Against(
            today=date.min,
            packs=packs,
            holidays=LibraryHolidays(),
            languages=load_texts().languages,
            people=frozenset(person.id for person in company.people),
            teams=frozenset(company.team_names),
            countries=countries(),
        )
        change = load_change(CHANGE_FILE, tenant=company.tenant, against=against)
        lines = (*load_lines(ANSWERS_FILE), *load_lines(PROBES_FILE))
        return cls(company, change, AnswerBook(lines), Topics(packs), Site(), packs)


def first_moment(change: Change) -> datetime:
    """Return when the play begins: a week before the frame goes to the managers, in the morning of a weekday.

    Everyone is welcomed then; a week later there is room for two messages again.
    """
    day = frame_to_managers_on(change, LibraryHolidays()) - timedelta(days=8)
    while day.weekday() > 4:  # noqa: PLR2004 -- Friday
        day -= timedelta(days=1)
    return datetime.combine(day, FIRST_MORNING, ZoneInfo(change.zone))


@asynccontextmanager
async def staged(directory: Path, script: Script, *, opened: asyncio.Event | None = None) -> AsyncIterator[Sandbox]:
    """Set the stage in an empty directory, until the block ends: the change is applied, nobody has heard of it.

    When `opened` is set, what makes digests is loaded too; without it that waits for the first digest.
    """
    settings = Settings(
        data=directory, database_url=f"sqlite+aiosqlite:///{directory / 'ruimte.db'}", keys=directory / "keys"
    )
    await make_database(settings, made_by="sandbox")
    company, change = script.company, script.change
    clock = VirtualClock(first_moment(change))
    chats = Chats(company.people, clock, channel=company.channel, members=company.readers)
    async with build(
        settings, messenger=chats, directory=chats, clock=clock, made_by="sandbox", packs=script.packs
    ) as parts:
        service = Ruimte(parts)
        actors = Actors(service, company.people, script.answers, script.topics, seed=SEED)
        actors.played |= {company.suggested_employee, company.suggested_manager, company.suggested_core}
        chats.listen(actors.hear)
        await service.sync(company.tenant)
        await service.apply(company.tenant, change)
        play = Play(service, company.tenant, clock, actors)
        async with _warmed(parts.arithmetic, opened or asyncio.Event()):
            yield Sandbox(service, company, chats, clock, play, actors.played, change.id, change.languages[0])


@asynccontextmanager
async def _warmed(arithmetic: Arithmetic, after: asyncio.Event) -> AsyncIterator[None]:
    """Load what makes digests once the first page is there, so that nobody waits for it at the first digest."""

    async def warm() -> None:
        await after.wait()
        if isinstance(arithmetic, ChildArithmetic):
            await arithmetic.warm()

    warming = asyncio.create_task(warm())
    try:
        yield
    finally:
        if not after.is_set():
            warming.cancel()
        await asyncio.wait((warming,))


async def open_curtain(sandbox: Sandbox, change: Change) -> None:
    """Play until the suggested employee has heard the frame, so that the first page already has something to read."""
    employee = sandbox.company.suggested_employee
    evening = datetime.combine(change.frame_on, LAST_EVENING, ZoneInfo(change.zone))
    morning = datetime.combine(change.frame_on, FIRST_MORNING, ZoneInfo(change.zone))
    await sandbox.play.move_to(morning)
    before = sandbox.chats.arrived(employee)
    await sandbox.play.move_until(lambda: sandbox.chats.arrived(employee) > before, limit=evening)


async def serve_demo(
    *,
    host: str,
    port: int,
    directory: Path | None,
    tell: Callable[[str], None] = print,
    stop: asyncio.Event | None = None,
) -> None:
    """Serve the sandbox until Ctrl-C, SIGTERM or `stop`.

    Every start is a new play: its database and keys stand in a new directory under `directory` (None: the system's own
    for temporary files), and go with it, because the chats with the tokens are in memory only.
    Raises OSError where the address cannot be had.
    """
    script = await asyncio.to_thread(Script.read)
    stop = stop or _stop_signal()
    with _new_directory(directory) as place:
        opened = asyncio.Event()
        async with staged(Path(place), script, opened=opened) as sandbox:
            app = make_app(sandbox, script.site, hosts=LOOPBACK | {host})
            async with _served(app, host, port) as bound:
                # Whoever is there already sees it happen.
                await open_curtain(sandbox, script.change)
                opened.set()
                tell(f"Ruimte's sandbox is at http://{_shown(host)}:{bound}  (Ctrl-C stops it)")
                tell("  1. Be Amina, an employee: press the button under her message, and answer.")
                tell("  2. Move the clock with the buttons below: the other sixty answer by themselves.")
                tell("  3. Be Rachid and ask for a /pulse; be Johanna and read in the channel what was said.")
                await stop.wait()


def _new_directory(above: Path | None) -> tempfile.TemporaryDirectory[str]:
    """Make a directory of our own, that only we can read and that goes when the block ends."""
    if above is not None:
        above.mkdir(parents=True, exist_ok=True, mode=0o700)
    return tempfile.TemporaryDirectory(prefix="sandbox-", dir=above, ignore_cleanup_errors=True)


@asynccontextmanager
async def _served(app: web.Application, host: str, port: int) -> AsyncIterator[int]:
    """Serve until the block ends; give the port. No access log: it would say when somebody answered."""
    runner = web.AppRunner(app, access_log=None, logger=_silent(), shutdown_timeout=2.0)
    await runner.setup()
    try:
        await web.TCPSite(runner, host, port).start()
        yield int(runner.addresses[0][1])
    finally:
        await runner.cleanup()


def _silent() -> logging.Logger:
    """A logger that says nothing: aiohttp quotes a malformed request, which may hold what somebody wrote."""
    silent = logging.getLogger(f"{__name__}.requests")
    silent.propagate = False
    silent.addHandler(logging.NullHandler())
    return silent


def _stop_signal() -> asyncio.Event:
    """Return an event that is set when the process is told to stop."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        with suppress(NotImplementedError):
            loop.add_signal_handler(number, stop.set)
    return stop


def _shown(host: str) -> str:
    """Return how the host is reached from this machine."""
    if host in {"0.0.0.0", "::"}:  # noqa: S104 -- compared, not bound
        return "127.0.0.1"
    return f"[{host}]" if ":" in host else host
