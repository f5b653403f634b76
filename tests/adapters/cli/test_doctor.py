"""`ruimte doctor`: what is wrong in plain words, and 1 when something must be done."""

from dataclasses import replace

import pytest
from typer.testing import Result

from adapters.cli.doctor import Level
from bot.round import RoundState
from bot.service.keyring import seal
from tests.adapters.cli.conftest import TENANT, CommandLine
from tests.adapters.cli.test_environment import set_version
from tests.adapters.cli.test_reading import ROUND, keep

# By OAuth, so that Slack itself is not asked: tests/adapters/slack has that.
SLACK = {
    "RUIMTE_SLACK_CLIENT_ID": "1.2",
    "RUIMTE_SLACK_CLIENT_SECRET": "s3cret",
    "RUIMTE_SLACK_SIGNING_SECRET": "s3cret",
    "RUIMTE_SLACK_ADDRESS": "https://ruimte.example.org",
    "RUIMTE_SLACK_WORKSPACES": "T0123",
}
TEAMS = {"RUIMTE_TEAMS_APP_ID": "app", "RUIMTE_TEAMS_APP_SECRET": "s3cret", "RUIMTE_TEAMS_TENANTS": "one"}


def with_(line: CommandLine, **more: str) -> CommandLine:
    """Set more, or otherwise, in the environment."""
    return replace(line, environment={**line.environment, **more})


def to_do(result: Result) -> list[str]:
    """Return what must be done."""
    return [line for line in result.stdout.splitlines() if line.startswith(Level.WRONG)]


def test_nothing_must_be_done_where_everything_is_right(ruimte: CommandLine) -> None:
    result = with_(ruimte, **SLACK)("doctor")
    assert to_do(result) == []
    assert result.exit_code == 0
    assert "s3cret" not in result.stdout


def test_a_fresh_machine_is_told_about_its_database_and_platform(empty: CommandLine) -> None:
    result = empty("doctor")
    assert result.exit_code == 1
    database, platform = to_do(result)
    assert "`ruimte db upgrade`" in database
    assert "No platform is configured" in platform
    assert "RUIMTE_SLACK_BOT_TOKEN" in platform


def test_it_changes_nothing(empty: CommandLine) -> None:
    before = sorted(empty.folder.rglob("*"))
    empty("doctor")
    assert sorted(empty.folder.rglob("*")) == before


def test_a_database_of_another_version_must_be_upgraded(ruimte: CommandLine) -> None:
    set_version(ruimte, "9999")
    result = with_(ruimte, **SLACK)("doctor")
    assert result.exit_code == 1
    assert len(to_do(result)) == 1
    assert "9999" in result.stdout


@pytest.mark.parametrize("name", ["", "seal.main.x"])
def test_keys_that_others_may_use_must_be_closed_to_them(ruimte_on_file: CommandLine, name: str) -> None:
    ruimte_on_file.keys.mkdir(mode=0o700)
    key = ruimte_on_file.keys / "seal.main.x"
    key.write_bytes(b"k" * 32)
    key.chmod(0o600)
    line = with_(ruimte_on_file, **SLACK)
    assert line("doctor").exit_code == 0
    (ruimte_on_file.keys / name).chmod(0o750)
    result = line("doctor")
    assert result.exit_code == 1
    assert "chmod 700" in to_do(result)[0]


def test_keys_beside_the_database_would_be_copied_with_it(ruimte_on_file: CommandLine) -> None:
    assert "directory of the database" in ruimte_on_file("doctor").stdout


@pytest.mark.parametrize("place", ["backups", "Dropbox/ruimte", "My OneDrive"])
def test_keys_are_not_kept_where_something_copies_them(ruimte_on_file: CommandLine, place: str) -> None:
    elsewhere = ruimte_on_file.folder.parent / f"elsewhere-{ruimte_on_file.folder.name}" / place
    result = with_(ruimte_on_file, RUIMTE_KEYS=str(elsewhere))("doctor")
    assert "looks like a place that is copied" in result.stdout


@pytest.mark.parametrize("state", [RoundState.OPEN, RoundState.RELEASING])
def test_the_key_of_an_open_round_must_be_there(ruimte: CommandLine, state: RoundState) -> None:
    keep(ruimte, state)
    line = with_(ruimte, **SLACK)
    result = line("doctor")
    assert result.exit_code == 1
    assert f"The keys of {ROUND} are not in" in to_do(result)[0]
    assert "restored without its keys has lost what was not released" in result.stdout
    ruimte.keys.mkdir(mode=0o700)
    (ruimte.keys / seal(TENANT, ROUND)).write_bytes(b"k" * 32)
    (ruimte.keys / seal(TENANT, ROUND)).chmod(0o600)
    assert line("doctor").exit_code == 0


def test_the_key_of_what_was_released_must_be_there(ruimte_on_file: CommandLine) -> None:
    keep(ruimte_on_file, RoundState.RELEASED)
    line = with_(ruimte_on_file, **SLACK)
    assert line("doctor").exit_code == 0
    for key in ruimte_on_file.keys.iterdir():
        key.unlink()
    assert f"The keys of {ROUND} are not in" in to_do(line("doctor"))[0]


def test_a_time_zone_that_nobody_knows_must_be_corrected(ruimte_on_file: CommandLine) -> None:
    result = with_(ruimte_on_file, RUIMTE_ZONE="Mars/Olympus", **SLACK)("doctor")
    assert "RUIMTE_ZONE is no time zone: Mars/Olympus" in to_do(result)[0]


def test_who_uses_teams_is_told_that_microsoft_ended_its_support(ruimte_on_file: CommandLine) -> None:
    result = with_(ruimte_on_file, **TEAMS)("doctor")
    assert "31 December 2025" in result.stdout


@pytest.mark.postgres
def test_postgresql_is_asked_whether_it_keeps_the_time_of_commits(postgres_url: str, empty: CommandLine) -> None:
    line = with_(empty, RUIMTE_DATABASE_URL=postgres_url)
    assert line("db", "upgrade").exit_code == 0
    assert "PostgreSQL does not keep the time of commits." in line("doctor").stdout
    assert "PostgreSQL does not log statements." in line("doctor").stdout
