"""`ruimte forget` and `ruimte serve`."""

import http.client
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from bot.ids import PersonId
from storage.opening import Storage
from tests.adapters.change_files import SMALLEST
from tests.adapters.cli.conftest import TENANT, CommandLine, meet

RUIMTE = Path(sys.executable).with_name("ruimte")


async def people(storage: Storage) -> set[PersonId]:
    async with storage.store.read(TENANT) as tx:
        return {person.id for person in await tx.people.all()}


def test_someone_who_is_forgotten_is_gone_and_nobody_else(ruimte: CommandLine) -> None:
    meet(ruimte)
    before = ruimte.stored(people)
    assert ruimte("forget", "anna", "--yes").exit_code == 0
    assert ruimte.stored(people) == before - {"anna"}


def test_someone_nobody_knows_is_named(ruimte: CommandLine) -> None:
    meet(ruimte)
    result = ruimte("forget", "zoe", "--yes")
    assert (result.exit_code, result.stderr) == (1, "There is no person 'zoe'.\n")


def test_nobody_is_forgotten_without_a_yes(ruimte_on_file: CommandLine) -> None:
    meet(ruimte_on_file)
    assert ruimte_on_file("forget", "anna", typed="n\n").exit_code == 1
    assert "anna" in ruimte_on_file.stored(people)
    assert ruimte_on_file("forget", "anna", typed="y\n").exit_code == 0
    assert "anna" not in ruimte_on_file.stored(people)


@contextmanager
def serving(line: CommandLine, *words: str) -> Iterator[tuple[subprocess.Popen[str], int]]:
    """Run `ruimte serve` until the block ends; give it and its port."""
    environment = {**os.environ, **line.environment, "RUIMTE_PORT": "0", "PYTHONUNBUFFERED": "1"}
    process = subprocess.Popen(
        (RUIMTE, "serve", *words), env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout is not None
        first = process.stdout.readline()
        yield process, int(first.partition("127.0.0.1:")[2].partition(";")[0])
    finally:
        process.kill()
        process.communicate()


def health(port: int) -> tuple[int, bytes]:
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=10)) as connection:
        connection.request("GET", "/healthz")
        response = connection.getresponse()
        return response.status, response.read()


@pytest.mark.parametrize("told", [signal.SIGTERM, signal.SIGINT])
def test_it_serves_without_a_platform_says_so_and_stops_when_told(
    empty_on_file: CommandLine, told: signal.Signals
) -> None:
    with serving(empty_on_file, "--upgrade") as (process, port):
        assert health(port) == (200, b'{"status": "ok"}')
        process.send_signal(told)
        output, errors = process.communicate(timeout=30)
    assert process.returncode == 0
    assert "No platform is configured" in errors
    assert "Traceback" not in errors
    assert "stops when what is under way is done" in output


def test_commands_work_while_it_serves(ruimte: CommandLine) -> None:
    with serving(ruimte) as (_, port):
        assert ruimte("change", "apply", ruimte.file(SMALLEST)).exit_code == 0
        assert health(port)[0] == 200


def test_an_address_that_is_taken_is_said_in_a_sentence(ruimte_on_file: CommandLine) -> None:
    with serving(ruimte_on_file) as (_, port):
        taken = CommandLine({**ruimte_on_file.environment, "RUIMTE_PORT": str(port)}, ruimte_on_file.folder)
        result = taken("serve")
    assert result.exit_code == 3
    assert f"RUIMTE_PORT {port} cannot be had" in result.stderr
