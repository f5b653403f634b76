"""The sandbox as a whole: the make-believe company on the real engine and a real database, behind its page."""

from __future__ import annotations

import asyncio
import errno
import logging
import socket
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from aiohttp import web

from adapters.arithmetic import ChildArithmetic
from adapters.change_file import Against, load_change
from adapters.clock import VirtualClock
from adapters.collector import settle
from adapters.company.actors import Actors
from adapters.company.answer_book import AnswerBook, load_lines
from adapters.company.chats import Chats
from adapters.company.play import Play, Progress
from adapters.company.roster import ANSWERS_FILE, PROBES_FILE, Company, load_company
from adapters.company.topics import Topics
from adapters.holidays import LibraryHolidays, countries
from adapters.organising import workroom
from adapters.server import shown_host, stop_signal
from adapters.settings import Settings
from adapters.web.app import LIVE, LOOPBACK, Site, make_app
from adapters.web.sandbox import Sandbox
from adapters.wiring import build, make_database, sandbox_rows
from bot.change import Change
from bot.ids import Language
from bot.outbox import Kind
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

    def speaking(self, language: Language) -> Script:
        """Return the same play, in which the core team and those as whom a visitor begins read this language."""
        others = tuple(one for one in self.change.languages if one != language)
        change = replace(self.change, languages=(language, *others))
        return replace(self, company=self.company.speaking(language), change=change)


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
        actors.played |= set(company.suggested)
        chats.listen(actors.hear)
        await service.sync(company.tenant)
        await service.apply(company.tenant, change)
        play = Play(service, company.tenant, clock, actors)
        async with _warmed(parts.arithmetic, opened or asyncio.Event()), sandbox_rows(settings) as rows:
            room, first = workroom(parts, service, company, directory / "drafts"), change.languages[0]
            yield Sandbox(
                service, company, chats, clock, play, actors.played, change.id, first, organiser=room, rows=rows
            )


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


async def open_curtain(sandbox: Sandbox, change: Change, *, progress: Progress | None = None) -> None:
    """Play until the suggested employee has heard the frame, so that the first page already has something to read."""
    employee = sandbox.company.suggested_employee
    evening = datetime.combine(change.frame_on, LAST_EVENING, ZoneInfo(change.zone))

    def heard() -> bool:
        return any(message.kind is Kind.FRAME for message in sandbox.chats.messages(employee))

    await sandbox.play.move_until(heard, limit=evening, progress=progress)


async def serve_demo(*, host: str, port: int, directory: Path, tell: Callable[[str], None]) -> None:
    """Serve the sandbox until Ctrl-C or SIGTERM.

    Every play, and a visitor may begin it again, has a database and keys in a new directory under `directory`, that go
    with it, because the chats with the tokens are in memory only. `tell` is given the address, once.
    Raises OSError where the address cannot be had.
    """
    with _listening(host, port) as door:
        script = await asyncio.to_thread(Script.read)
        stop = stop_signal()
        bound = int(door.getsockname()[1])

        def told() -> None:
            tell(f"http://{shown_host(host)}:{bound}")

        language: Language | None = script.change.languages[0]
        while language is not None:
            with _new_directory(directory) as place:
                language = await _play(script.speaking(language), Path(place), door, host, told, stop)
            told = _silence


def _silence() -> None:
    """The address was told already."""


async def _play(
    script: Script, place: Path, door: socket.socket, host: str, told: Callable[[], None], stop: asyncio.Event
) -> Language | None:
    """Play until `stop`, and return None; or until somebody begins again, and return the language to do it in.

    Who asks for a page while the next play is set on its stage waits at the door, which stays open.
    """
    opened = asyncio.Event()
    again: asyncio.Future[Language] = asyncio.get_running_loop().create_future()

    def begin_again(language: Language) -> None:
        if not again.done():
            again.set_result(language)

    async with staged(place, script, opened=opened) as sandbox:
        app = make_app(sandbox, script.site, hosts=LOOPBACK | {host}, begin_again=begin_again)
        async with _served(app, door):
            # Whoever is there already sees it happen.
            live = app[LIVE]
            await open_curtain(
                sandbox, script.change, progress=lambda _: live.tell_clock({"moving": True, "progress": 50})
            )
            live.tell_clock({"moving": False, "progress": 100})
            opened.set()
            settle()
            told()
            stopped = asyncio.ensure_future(stop.wait())
            await asyncio.wait((stopped, again), return_when=asyncio.FIRST_COMPLETED)
            stopped.cancel()
    return again.result() if again.done() and not stop.is_set() else None


@contextmanager
def _listening(host: str, port: int) -> Iterator[socket.socket]:
    """Listen until the block ends. Raises OSError that says what to do where the address cannot be had."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        door = socket.create_server((host, port), family=family, backlog=128)
    except OSError as error:
        if error.errno != errno.EADDRINUSE:
            raise
        sentence = (
            f"Port {port} is taken, perhaps by a sandbox that runs already: look at http://{shown_host(host)}:{port}, "
            f"or start another beside it with `ruimte demo --port {_free_after(host, port)}`"
        )
        raise OSError(errno.EADDRINUSE, sentence) from error
    with door:
        yield door


def _free_after(host: str, port: int) -> int:
    """Return the first port above this one that is free now; 0, which lets the system choose, where none is near."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    for one in range(port + 1, min(port + 50, 65536)):
        with suppress(OSError), socket.create_server((host, one), family=family):
            return one
    return 0


def _new_directory(above: Path) -> tempfile.TemporaryDirectory[str]:
    """Make a directory of our own, that only we can read and that goes when the block ends."""
    above.mkdir(parents=True, exist_ok=True, mode=0o700)
    return tempfile.TemporaryDirectory(prefix="sandbox-", dir=above, ignore_cleanup_errors=True)


@asynccontextmanager
async def _served(app: web.Application, door: socket.socket) -> AsyncIterator[None]:
    """Serve until the block ends; the door stays open. No access log: it would say when somebody answered."""
    runner = web.AppRunner(app, access_log=None, logger=_silent(), shutdown_timeout=2.0)
    await runner.setup()
    try:
        await web.SockSite(runner, door.dup()).start()
        yield
    finally:
        await runner.cleanup()


def _silent() -> logging.Logger:
    """A logger that says nothing: aiohttp quotes a malformed request, which may hold what somebody wrote."""
    silent = logging.getLogger(f"{__name__}.requests")
    silent.propagate = False
    silent.addHandler(logging.NullHandler())
    return silent
