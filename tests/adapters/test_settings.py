"""The settings: what holds without any, and an error that names what is missing."""

from pathlib import Path

import pytest

from adapters.settings import ANYONE, load_settings
from bot.errors import SettingsInvalid


def test_without_any_variable_there_is_a_file_under_one_directory() -> None:
    settings = load_settings({})
    assert settings.database_url == "sqlite+aiosqlite:///ruimte-data/database/ruimte.db"
    assert settings.database_file == Path("ruimte-data/database/ruimte.db")
    assert settings.keys == Path("ruimte-data/keys")
    assert (settings.host, settings.port, settings.platforms) == ("127.0.0.1", 8080, ())


def test_keys_are_not_kept_in_the_directory_of_the_database() -> None:
    settings = load_settings({"RUIMTE_DATA": "/data"})
    assert settings.database_file is not None
    assert settings.database_file.parent not in {settings.keys, *settings.keys.parents}


def test_an_empty_variable_counts_as_none() -> None:
    assert load_settings({"RUIMTE_PORT": " ", "RUIMTE_KEYS": ""}) == load_settings({})


@pytest.mark.parametrize(
    ("given", "used"),
    [
        ("postgresql://u@h/n", "postgresql+asyncpg://u@h/n"),
        ("postgres://u@h/n", "postgresql+asyncpg://u@h/n"),
        ("sqlite:////var/r.db", "sqlite+aiosqlite:////var/r.db"),
    ],
)
def test_a_database_gets_its_asynchronous_driver(given: str, used: str) -> None:
    assert load_settings({"RUIMTE_DATABASE_URL": given}).database_url == used


def test_languages_may_be_divided_by_commas_or_spaces() -> None:
    assert load_settings({"RUIMTE_LANGUAGES": "en, nl"}).languages == ("en", "nl")


SLACK = {"RUIMTE_SLACK_BOT_TOKEN": "xoxb-1", "RUIMTE_SLACK_SIGNING_SECRET": "s3cret"}
TEAMS = {"RUIMTE_TEAMS_APP_ID": "app", "RUIMTE_TEAMS_APP_SECRET": "s3cret", "RUIMTE_TEAMS_TENANTS": "one two"}


@pytest.mark.parametrize("missing", [*SLACK, *TEAMS])
def test_a_platform_that_is_half_configured_names_the_variable_that_is_missing(missing: str) -> None:
    given = SLACK if missing in SLACK else TEAMS
    with pytest.raises(SettingsInvalid, match=f"{missing} is missing"):
        load_settings({name: value for name, value in given.items() if name != missing})


def test_platforms_are_configured_by_all_of_their_variables() -> None:
    settings = load_settings(SLACK | TEAMS)
    assert settings.platforms == ("Slack", "Teams")
    assert settings.teams is not None
    assert settings.teams.tenants == ("one", "two")


def test_no_secret_is_written_with_the_settings() -> None:
    settings = load_settings(SLACK | TEAMS | {"RUIMTE_DATABASE_URL": "postgresql://u:s3cret@h/n"})
    assert "s3cret" not in repr(settings)
    assert "xoxb" not in repr(settings)


@pytest.mark.parametrize(
    ("name", "value"),
    [("PORT", "http"), ("PORT", "70000"), ("PORT", "-1"), ("TICK_SECONDS", "0"), ("TICK_SECONDS", "soon")],
)
def test_a_value_that_does_not_work_is_named(name: str, value: str) -> None:
    with pytest.raises(SettingsInvalid, match=f"RUIMTE_{name} .*{value}"):
        load_settings({f"RUIMTE_{name}": value})


def test_a_database_that_nobody_knows_is_named_without_its_password() -> None:
    with pytest.raises(SettingsInvalid, match="RUIMTE_DATABASE_URL begins with `mysql`") as caught:
        load_settings({"RUIMTE_DATABASE_URL": "mysql://u:s3cret@h/n"})
    assert "s3cret" not in str(caught.value)


OAUTH = {
    "RUIMTE_SLACK_CLIENT_ID": "1.2",
    "RUIMTE_SLACK_CLIENT_SECRET": "s3cret",
    "RUIMTE_SLACK_SIGNING_SECRET": "s3cret",
    "RUIMTE_SLACK_ADDRESS": "https://ruimte.example.org",
}


def test_who_may_install_it_by_oauth_has_to_be_said() -> None:
    with pytest.raises(SettingsInvalid, match="RUIMTE_SLACK_WORKSPACES is missing"):
        load_settings(OAUTH)
    slack = load_settings(OAUTH | {"RUIMTE_SLACK_WORKSPACES": "T0123, E0456"}).slack
    assert slack is not None
    assert slack.workspaces == ("T0123", "E0456")
    anyone = load_settings(OAUTH | {"RUIMTE_SLACK_WORKSPACES": "*"}).slack
    assert anyone is not None
    assert anyone.workspaces == (ANYONE,)


@pytest.mark.parametrize("wrong", ["werk", "T0123 U0ANA", "https://werk.slack.com"])
def test_a_workspace_that_is_none_is_named(wrong: str) -> None:
    with pytest.raises(SettingsInvalid, match=r"T\.\.\."):
        load_settings(OAUTH | {"RUIMTE_SLACK_WORKSPACES": wrong})


@pytest.mark.parametrize("name", ["RUIMTE_SLACK_MESSAGES_A_SECOND", "RUIMTE_SLACK_EDITS_A_MINUTE"])
@pytest.mark.parametrize("wrong", ["0", "fast", "nan", "1e9"])
def test_a_rate_that_is_none_is_named(name: str, wrong: str) -> None:
    with pytest.raises(SettingsInvalid, match=name):
        load_settings(SLACK | {name: wrong})


def test_teams_has_one_way_to_say_who_it_is() -> None:
    only = {name: value for name, value in TEAMS.items() if name != "RUIMTE_TEAMS_APP_SECRET"}
    certified = load_settings(only | {"RUIMTE_TEAMS_CERTIFICATE": "/etc/ruimte/app.pem"}).teams
    managed = load_settings(
        only | {"RUIMTE_TEAMS_MANAGED_IDENTITY": "yes", "IDENTITY_ENDPOINT": "http://x/msi", "IDENTITY_HEADER": "h"}
    ).teams
    assert certified is not None
    assert certified.certificate == Path("/etc/ruimte/app.pem")
    assert managed is not None
    assert (managed.managed_identity, managed.identity_endpoint, managed.identity_header) == (True, "http://x/msi", "h")
    with pytest.raises(SettingsInvalid, match="set one of them"):
        load_settings(TEAMS | {"RUIMTE_TEAMS_MANAGED_IDENTITY": "yes"})


def test_the_app_is_registered_in_the_first_tenant_unless_it_is_said() -> None:
    assert load_settings(TEAMS).teams.app_tenant == "one"  # type: ignore[union-attr]
    assert load_settings(TEAMS | {"RUIMTE_TEAMS_APP_TENANT": "home"}).teams.app_tenant == "home"  # type: ignore[union-attr]


def test_the_address_at_which_teams_reaches_us_has_no_slash_at_its_end() -> None:
    assert load_settings(TEAMS).teams.address == ""  # type: ignore[union-attr]
    named = load_settings(TEAMS | {"RUIMTE_TEAMS_ADDRESS": "https://ruimte.example.org/"}).teams
    assert named is not None
    assert named.address == "https://ruimte.example.org"


def test_the_only_tenant_of_teams_is_meant_where_none_is_named() -> None:
    one = TEAMS | {"RUIMTE_TEAMS_TENANTS": "ONE"}
    assert load_settings(one).tenant == "one"
    assert load_settings(one | {"RUIMTE_TENANT": "werk"}).tenant == "werk"
    assert load_settings(TEAMS).tenant == "main"
    assert load_settings(one | SLACK).tenant == "main"


def test_an_app_that_is_not_checked_is_for_development_on_this_machine_only() -> None:
    open_ = {"RUIMTE_TEAMS_DEVELOPMENT": "yes", "RUIMTE_TEAMS_TENANTS": "one"}
    teams = load_settings(open_).teams
    assert teams is not None
    assert (teams.app_id, teams.development) == ("", True)
    for host in ("0.0.0.0", "192.168.1.2", "::"):  # noqa: S104 -- compared, not bound
        with pytest.raises(SettingsInvalid, match=r"RUIMTE_TEAMS_DEVELOPMENT .*RUIMTE_HOST"):
            load_settings(open_ | {"RUIMTE_HOST": host})
    with pytest.raises(SettingsInvalid, match="RUIMTE_TEAMS_APP_ID is missing"):
        load_settings({"RUIMTE_TEAMS_TENANTS": "one"})
    with pytest.raises(SettingsInvalid, match=r"RUIMTE_TEAMS_DEVELOPMENT .*maybe"):
        load_settings(open_ | {"RUIMTE_TEAMS_DEVELOPMENT": "maybe"})
