"""What every test can ask for: databases, a browser, an event loop that must not block."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import NoReturn

import pytest
from blockbuster import BlockBuster, blockbuster_ctx
from hypothesis import settings

from tests.databases import PostgresCluster, postgres_programs, running_postgres

_BROWSERS = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
)
_CODE = ("bot", "adapters", "prompts", "storage")
_MAY_BLOCK = (
    # A first import, and the source lines in a traceback.
    ("<frozen importlib._bootstrap>", {"_find_and_load"}),
    ("linecache.py", {"updatecache", "checkcache"}),
    # A time zone's file, the names of holidays.
    ("gettext.py", {"translation"}),
    ("zoneinfo/_common.py", {"load_data", "load_tzdata"}),
    ("zoneinfo/_tzpath.py", {"find_tzfile"}),
    # Which plugins are installed, once.
    ("pydantic/plugin/_loader.py", {"get_plugins"}),
    # ~/.pgpass and certificates, on connecting.
    ("asyncpg/connect_utils.py", {"_parse_connect_arguments"}),
)

# A busy machine is no finding: how long something takes is measured by `make bench`.
settings.register_profile("ruimte", deadline=None)
settings.load_profile("ruimte")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        fixtures = getattr(item, "fixturenames", ())
        if "chromium_path" in fixtures:
            item.add_marker("browser")
        if "postgres" in fixtures:
            item.add_marker("postgres")


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresCluster]:
    """Give a real PostgreSQL server, one for each xdist worker."""
    programs = postgres_programs()
    if programs is None:
        leave_out("PostgreSQL's server is not installed (initdb and pg_ctl)")
    with running_postgres(programs) as cluster:
        yield cluster


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    """Give the URL of a SQLite file that is not there yet."""
    return f"sqlite+aiosqlite:///{tmp_path / 'ruimte.db'}"


@pytest.fixture
def postgres_url(postgres: PostgresCluster) -> Iterator[str]:
    """Give the URL of an empty PostgreSQL database."""
    url = postgres.create_database()
    yield url
    postgres.drop_database(url)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def database_url(request: pytest.FixtureRequest) -> str:
    """Give the URL of an empty database; the test runs once on each kind."""
    kind = {"sqlite": "sqlite_url", "postgresql": "postgres_url"}[request.param]
    url: str = request.getfixturevalue(kind)
    return url


@pytest.fixture(scope="session")
def chromium_path() -> str:
    """Give the path of a Chromium to run headless; as root it needs `--no-sandbox`."""
    found = next(filter(None, map(shutil.which, _BROWSERS)), None)
    if found is None:
        leave_out("Chromium is not installed")
    return found


@pytest.fixture(autouse=True)
def event_loop_is_not_blocked(request: pytest.FixtureRequest) -> Iterator[None]:
    """Fail an asynchronous test in which our own code blocks the event loop."""
    if request.node.get_closest_marker("asyncio") is None or request.node.get_closest_marker("may_block"):
        yield
        return
    with blockbuster_ctx(list(_CODE)) as blockbuster:
        _allow_known(blockbuster)
        yield


def _allow_known(blockbuster: BlockBuster) -> None:
    """Let through what Python and the libraries read once, from local files of their own."""
    # These ask the kernel for a name, not the disk.
    for name in ("os.getcwd", "os.path.abspath"):
        blockbuster.functions[name].deactivate()
    for function in blockbuster.functions.values():
        for filename, names in _MAY_BLOCK:
            function.can_block_in(filename, names)


def leave_out(reason: str) -> NoReturn:
    """Skip, or fail where nothing may be left out."""
    if os.environ.get("CI") == "true":
        pytest.fail(f"{reason}, and with CI=true nothing may be left out")
    pytest.skip(reason)
