"""A PostgreSQL of the tests' own: made in a temporary folder, stopped and removed at the end."""

import asyncio
import os
import pwd
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

import asyncpg

# fsync stays on, as in a real installation; the rest keeps a small server small.
_SETTINGS = (
    "listen_addresses=''",
    "shared_buffers=32MB",
    "max_connections=60",
    "autovacuum=off",
    "jit=off",
)


@dataclass(frozen=True, slots=True)
class PostgresCluster:
    """A running server that is reached through a socket in `folder` only."""

    folder: Path
    _runner: asyncio.Runner
    _admin: asyncpg.Connection
    _numbers: Iterator[int] = field(default_factory=count)

    def create_database(self, *, template: str = "template0") -> str:
        """Make an empty database, or a copy of `template`, to which nobody may be connected.

        Returns:
            Its SQLAlchemy URL. `drop_database` takes it back.
        """
        name = f"test_{next(self._numbers)}"
        self._execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        return f"postgresql+asyncpg://postgres@/{name}?host={self.folder}"

    def drop_database(self, url: str) -> None:
        """Remove a database that `create_database` made, with whoever is connected to it."""
        name = url.rpartition("/test_")[2].partition("?")[0]
        self._execute(f'DROP DATABASE "test_{name}" WITH (FORCE)')

    def _execute(self, statement: str) -> None:
        self._runner.run(self._admin.execute(statement))


def postgres_programs() -> Path | None:
    """Return the folder with PostgreSQL's initdb and pg_ctl: those on the PATH, else the newest."""
    found = shutil.which("initdb")
    places = ([Path(found).resolve().parent] if found else []) + sorted(_usual_places(), key=_version, reverse=True)
    return next((place for place in places if (place / "initdb").exists() and (place / "pg_ctl").exists()), None)


def _usual_places() -> Iterator[Path]:
    """Yield where Debian and Homebrew, on either processor, put programs that are not on the PATH."""
    yield from Path("/usr/lib/postgresql").glob("*/bin")
    yield from Path("/opt/homebrew/opt").glob("postgresql*/bin")
    yield from Path("/usr/local/opt").glob("postgresql*/bin")


def _version(place: Path) -> tuple[int, ...]:
    return tuple(map(int, re.findall(r"\d+", place.parent.name)))


@contextmanager
def running_postgres(programs: Path) -> Iterator[PostgresCluster]:
    """Run a fresh server until the block ends; then it is stopped and its folder removed."""
    account = _account()
    folder = Path(tempfile.mkdtemp(prefix="ruimte-pg-"))
    if account is not None:
        os.chown(folder, account.pw_uid, account.pw_gid)
    data = folder / "data"

    def run(program: str, *arguments: str) -> None:
        _run(programs / program, f"--pgdata={data}", *arguments, account=account, folder=folder)

    try:
        run(
            "initdb",
            "--username=postgres",
            "--auth=trust",
            "--encoding=UTF8",
            "--locale=C",
            "--no-sync",
        )
        options = " ".join(f"-c {setting}" for setting in (*_SETTINGS, f"unix_socket_directories={folder}"))
        run("pg_ctl", f"--log={folder / 'log'}", f"--options={options}", "--wait", "start")
        try:
            with asyncio.Runner() as runner:
                admin = runner.run(asyncpg.connect(host=str(folder), user="postgres", database="postgres"))
                yield PostgresCluster(folder, runner, admin)
                runner.run(admin.close())
        finally:
            run("pg_ctl", "--mode=immediate", "--wait", "stop")
    finally:
        shutil.rmtree(folder)


def _account() -> pwd.struct_passwd | None:
    """Return whom the server runs as where the tests run as root, which PostgreSQL refuses."""
    if os.geteuid() != 0:
        return None
    names = {entry.pw_name: entry for entry in pwd.getpwall()}
    return names.get("postgres") or names["nobody"]


def _run(program: Path, *arguments: str, account: pwd.struct_passwd | None, folder: Path) -> None:
    """Run to the end.

    Raises:
        RuntimeError: It failed; the message holds what it printed.
    """
    # A file and not a pipe: the server inherits it from pg_ctl, and a pipe would stay open.
    output = folder / "output"
    with output.open("wb") as sink:
        done = subprocess.run(
            (program, *arguments),
            stdin=subprocess.DEVNULL,
            stdout=sink,
            stderr=subprocess.STDOUT,
            cwd=folder,
            user=account.pw_uid if account else None,
            group=account.pw_gid if account else None,
            extra_groups=() if account else None,
            check=False,
        )
    if done.returncode:
        raise RuntimeError(f"{program.name} failed: {output.read_text(errors='replace')}")
