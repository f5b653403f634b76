"""The tests' own ground holds: databases, browser, closed network, event loop."""

import socket
import subprocess
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
import pytest_socket
from blockbuster import BlockingError
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

import bot
from tests.conftest import leave_out


async def _answer(url: str, statement: str) -> str:
    engine = create_async_engine(url)
    try:
        async with engine.connect() as connection:
            return str(await connection.scalar(text(statement)))
    finally:
        await engine.dispose()


async def test_both_databases_answer(database_url: str) -> None:
    if database_url.startswith("postgresql"):
        assert (await _answer(database_url, "select version()")).startswith("PostgreSQL ")
    else:
        assert (await _answer(database_url, "select sqlite_version()")).startswith("3.")


@pytest.mark.parametrize("turn", ["first", "second"])
async def test_every_test_gets_an_empty_database(database_url: str, turn: str) -> None:
    engine = create_async_engine(database_url)
    try:
        async with engine.begin() as connection:
            await connection.execute(text("create table left_behind (turn text)"))
            await connection.execute(text("insert into left_behind values (:turn)"), {"turn": turn})
    finally:
        await engine.dispose()
    assert await _answer(database_url, "select turn from left_behind") == turn


async def test_postgresql_writes_through_to_the_disk(postgres_url: str) -> None:
    assert await _answer(postgres_url, "show fsync") == "on"
    assert await _answer(postgres_url, "show synchronous_commit") == "on"


def _ours(body: str) -> Callable[[], Awaitable[None]]:
    """Return a coroutine function with this body, as if it stood in our own code."""
    names: dict[str, Callable[[], Awaitable[None]]] = {}
    source = f"import time\nfrom pathlib import Path\nasync def function():\n    {body}\n"
    exec(compile(source, bot.__file__, "exec"), names)  # noqa: S102 - the line above
    return names["function"]


@pytest.mark.parametrize("body", ["time.sleep(0)", "Path('/dev/null').read_bytes()"])
async def test_our_code_may_not_block_the_event_loop(body: str) -> None:
    with pytest.raises(BlockingError):
        await _ours(body)()


@pytest.mark.may_block
async def test_a_marked_test_may_block() -> None:
    await _ours("time.sleep(0)")()


def test_the_network_is_closed() -> None:
    # 192.0.2.1 belongs to nobody (RFC 5737).
    with (
        pytest.warns(UserWarning, match=r"192\.0\.2\.1"),
        pytest.raises(pytest_socket.SocketConnectBlockedError),
    ):
        socket.create_connection(("192.0.2.1", 80), timeout=1)


def test_loopback_is_open() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        socket.create_connection(server.getsockname(), timeout=1).close()


def test_a_browser_shows_a_page(chromium_path: str, tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text("<script>document.title = 1 + 1; document.write(document.title)</script>")
    shown = subprocess.run(
        (
            chromium_path,
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-background-networking",
            "--disable-component-update",
            f"--user-data-dir={tmp_path / 'profile'}",
            "--dump-dom",
            page.as_uri(),
        ),
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert "<body>2</body>" in shown.stdout


def test_nothing_may_be_left_out_in_ci(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CI", "true")
    with pytest.raises(pytest.fail.Exception, match="nothing may be left out"):
        leave_out("A thing is not installed")
    monkeypatch.setenv("CI", "")
    with pytest.raises(pytest.skip.Exception, match="A thing is not installed"):
        leave_out("A thing is not installed")


def test_a_fresh_clone_can_make_its_environment(tmp_path: Path) -> None:
    root = Path(bot.__file__).parents[1]
    for name in ("Makefile", "requirements.lock", "pyproject.toml"):
        (tmp_path / name).write_bytes((root / name).read_bytes())
    made = subprocess.run(["make", "--dry-run", ".venv"], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert "-m venv .venv" in made.stdout
