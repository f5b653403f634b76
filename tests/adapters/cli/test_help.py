"""Help that explains, and wrong use that is said."""

from collections.abc import Iterator, Mapping
from typing import Any

import pytest
import typer

from adapters.cli.main import app
from tests.adapters.cli.conftest import CommandLine


def commands(group: Any = None, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:  # noqa: ANN401 -- click's
    """Yield every command and group of commands."""
    group = group or typer.main.get_command(app)
    below: Mapping[str, Any] = getattr(group, "commands", {})
    for name, command in below.items():
        yield (*path, name)
        yield from commands(command, (*path, name))


@pytest.fixture
def line(tmp_path: Any) -> CommandLine:  # noqa: ANN401 -- pytest's
    """Give a command line in an empty environment."""
    return CommandLine({"RUIMTE_DATA": str(tmp_path)}, tmp_path)


@pytest.mark.parametrize("command", list(commands()), ids=" ".join)
def test_every_command_explains_itself_in_a_sentence(line: CommandLine, command: tuple[str, ...]) -> None:
    result = line(*command, "--help")
    assert result.exit_code == 0
    explained = result.stdout.split("Usage:")[1].split("╭")[0].splitlines()[2:]
    assert " ".join(explained).strip().rstrip().endswith(".")


def test_all_commands_are_there() -> None:
    found = {" ".join(command) for command in commands()}
    wanted = (
        "demo,serve,change apply,change show,change close,digest,packs check,db upgrade,doctor,forget,export,version"
    )
    assert set(wanted.split(",")) <= found


@pytest.mark.parametrize(
    "words", [("change", "apply"), ("digest",), ("nothing",), ("serve", "--nothing")], ids=" ".join
)
def test_wrong_use_is_said_and_ends_with_2(line: CommandLine, words: tuple[str, ...]) -> None:
    result = line(*words)
    assert result.exit_code == 2
    assert "Usage:" in result.stderr


def test_the_version_is_printed(line: CommandLine) -> None:
    assert line("version").stdout.strip().count(".") == 2


def test_the_packs_that_come_with_it_have_no_findings(line: CommandLine) -> None:
    result = line("packs", "check")
    assert result.exit_code == 0, result.stderr
