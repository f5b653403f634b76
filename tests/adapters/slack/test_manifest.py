"""The manifest asks for exactly what is used, and never for what people write."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from adapters.slack import app
from adapters.slack.manifest import SCOPES, manifest
from adapters.slack.payload import COMMANDS, SHORTCUT
from tests.adapters.cli.conftest import CommandLine

NEEDS = {
    "apps_connections_open": set(),
    "auth_revoke": set(),
    "auth_teams_list": set(),
    "auth_test": set(),
    "chat_delete": {"chat:write"},
    "chat_getPermalink": set(),
    "chat_postMessage": {"chat:write"},
    "chat_update": {"chat:write"},
    "conversations_info": {"channels:read", "groups:read"},
    "conversations_list": {"channels:read", "groups:read"},
    "conversations_members": {"channels:read", "groups:read"},
    "conversations_open": {"im:write"},
    "usergroups_list": {"usergroups:read"},
    "users_info": {"users:read"},
    "users_list": {"users:read"},
    "views_open": set(),
    "views_publish": set(),
    "views_push": set(),
    "views_update": set(),
}
"""What each method that we call needs (docs.slack.dev, read 2026-11)."""

MODES = [
    manifest(socket=True),
    manifest(socket=False, address="https://ruimte.example.org"),
    manifest(socket=False, address="https://ruimte.example.org", many=True),
]


def called() -> set[str]:
    """Return the methods that our code calls."""
    source = "\n".join(path.read_text() for path in Path(app.__file__).parent.glob("*.py"))
    return set(re.findall(r"client\.([a-z]+_[a-zA-Z_]+)", source)) | set(re.findall(r'"(chat_[a-z]+)"', source))


def test_every_scope_is_used_and_every_use_has_its_scope() -> None:
    assert called() == set(NEEDS)
    assert set.union(*(NEEDS[method] for method in called())) | {"commands"} == set(SCOPES)


def test_no_scope_reads_what_people_write() -> None:
    assert not [scope for scope in SCOPES if scope.endswith(":history") or scope.startswith("im:r")]
    assert not [event for event in (*app.WHO_IS_THERE, *app.GONE) if event.startswith(("message", "app_mention"))]


def test_every_scope_has_a_sentence() -> None:
    assert all(why.endswith(".") and len(why) > 20 for why in SCOPES.values())


@pytest.mark.parametrize("written", MODES)
def test_nobody_can_type_to_the_bot(written: dict[str, dict[str, object]]) -> None:
    home = written["features"]["app_home"]
    assert home == {
        "home_tab_enabled": True,
        "messages_tab_enabled": True,
        "messages_tab_read_only_enabled": True,
    }


@pytest.mark.parametrize("written", MODES)
def test_what_is_registered_is_what_is_handled(written: dict[str, dict[str, object]]) -> None:
    features, settings = written["features"], written["settings"]
    commands = features["slash_commands"]
    assert isinstance(commands, list)
    assert {one["command"] for one in commands} == set(COMMANDS)
    assert str(features["shortcuts"]).count(SHORTCUT) == 1
    events = settings["event_subscriptions"]
    assert isinstance(events, dict)
    assert set(events["bot_events"]) == {"app_home_opened", *app.WHO_IS_THERE, *app.GONE}


def test_socket_mode_has_no_address_and_http_has_one() -> None:
    socket, http, _ = MODES
    assert "https://" not in str(socket)
    assert socket["settings"]["socket_mode_enabled"] is True
    assert str(http).count("https://ruimte.example.org/slack/events") == 4


@pytest.fixture
def line(tmp_path: Path) -> CommandLine:
    """Give a command line in an empty environment."""
    return CommandLine({"RUIMTE_DATA": str(tmp_path)}, tmp_path)


def test_the_command_prints_it_with_a_sentence_for_each_scope(line: CommandLine) -> None:
    result = line("slack", "manifest")
    assert YAML(typ="safe").load(result.stdout) == MODES[0]
    for scope, why in SCOPES.items():
        assert f"# {why}\n      - {scope}" in result.stdout


@pytest.mark.parametrize("wrong", [["--http", "http://x"], ["--http", "https://x/y"], ["--http", "x"], ["--many"]])
def test_an_address_that_slack_would_not_take_is_said(line: CommandLine, wrong: list[str]) -> None:
    result = line("slack", "manifest", *wrong)
    assert result.exit_code == 3
    assert "--http" in result.stderr
