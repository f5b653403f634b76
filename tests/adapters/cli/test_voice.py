"""The command line speaks Dutch and English: as the machine is set, or as it is asked to."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer

import adapters
from adapters.cli.main import app
from adapters.cli.voice import languages, load_voice, wished
from adapters.settings import language_of_machine
from bot.ids import Language
from tests.adapters.cli.conftest import CommandLine

ADAPTERS = Path(adapters.__file__).parent
NL, EN = Language("nl"), Language("en")
OF_TYPER = {"help", "install_completion", "show_completion"}
BAD = """\
title: Iets
why: Daarom
frame_on: 2020-01-01
open: Iets
question: Wat dan?
on: 2020-01-02
"""


def speaking(folder: Path, **environment: str) -> CommandLine:
    """Give a command line in an environment with nothing but this."""
    return CommandLine({"RUIMTE_DATA": str(folder), **environment}, folder)


def commands(command: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:  # noqa: ANN401 -- click's
    """Yield every command with its path, the root first."""
    yield path, command
    for name, below in getattr(command, "commands", {}).items():
        yield from commands(below, (*path, name))


@pytest.mark.parametrize("language", languages())
def test_every_command_and_every_option_says_what_it_is_in_every_language(language: Language) -> None:
    voice = load_voice(language)
    for path, command in commands(typer.main.get_command(app)):
        own = "_".join(path) or "root"
        assert voice.has(f"help.{own}.text"), path
        for option in command.params:
            keys = (f"help.{own}.{option.name}", f"help.any.{option.name}")
            assert option.name in OF_TYPER or any(map(voice.has, keys)), (path, option.name)


def test_no_help_is_left_of_what_is_no_command_or_option() -> None:
    there = {"any"} | {"_".join(path) or "root" for path, _ in commands(typer.main.get_command(app))}
    names = {option.name for _, command in commands(typer.main.get_command(app)) for option in command.params}
    for key in load_voice(EN).texts:
        if key.startswith("help."):
            _, own, name = key.split(".")
            assert own in there, key
            assert name in {"text", *names}, key


@pytest.mark.parametrize(
    ("environment", "typed", "said"),
    [
        ({"LC_ALL": "nl_NL.UTF-8"}, (), "Start de proefomgeving"),
        ({"LC_ALL": "C", "LANG": "nl_NL.UTF-8"}, (), "Start the sandbox"),
        ({"LC_ALL": "", "LC_MESSAGES": "", "LANG": "nl"}, (), "Start de proefomgeving"),
        ({"LC_ALL": "fr_FR.UTF-8"}, (), "Start the sandbox"),
        ({"LC_ALL": "nl_NL.UTF-8"}, ("--language", "en"), "Start the sandbox"),
        ({"LC_ALL": "C"}, ("--language=nl",), "Start de proefomgeving"),
    ],
)
def test_it_speaks_as_the_machine_does_unless_it_is_asked_otherwise(
    tmp_path: Path, environment: dict[str, str], typed: tuple[str, ...], said: str
) -> None:
    assert said in speaking(tmp_path, **environment)(*typed, "demo", "--help").stdout


def test_a_language_that_is_not_there_is_wrong_use(tmp_path: Path) -> None:
    result = speaking(tmp_path)("--language", "fr", "version")
    assert result.exit_code == 2
    assert "en, nl" in result.stderr


def test_the_language_of_a_page_is_not_the_one_that_it_speaks(tmp_path: Path) -> None:
    assert wished(("brief", "managers", "--language", "nl"), "en") == EN
    assert wished(("--language", "nl", "brief", "managers", "--language", "en"), "") == NL
    assert wished(("--language",), "nl") == NL


def test_what_doctor_finds_is_said_in_dutch_and_means_the_same(tmp_path: Path) -> None:
    dutch = speaking(tmp_path)("--language", "nl", "doctor")
    english = speaking(tmp_path)("doctor")
    assert dutch.exit_code == english.exit_code == 1
    assert len(dutch.stdout.splitlines()) == len(english.stdout.splitlines())
    assert "DOE   Er is geen platform ingesteld" in dutch.stdout
    assert "DO    No platform is configured" in english.stdout


@pytest.mark.parametrize("platform", ["slack", "teams"])
def test_every_sentence_about_a_platform_is_found_by_its_check_and_is_there_in_every_language(platform: str) -> None:
    files = [ADAPTERS / platform / "checks.py", *(ADAPTERS / "cli").glob(f"doctor_{platform}.py")]
    source = "".join(path.read_text(encoding="utf-8") for path in files)
    found = {re.sub(r"\{.*\}", "*", key) for key in re.findall(r"\b(?:good|know|do)\(\s*f?\"([^\"]+)\"", source)}
    for language in languages():
        texts = {
            key.removeprefix("doctor.") for key in load_voice(language).texts if key.startswith(f"doctor.{platform}.")
        }
        whole = {re.sub(r"\.(one|other)$", "", key) for key in texts}
        said = {key if key in found else re.sub(r"[a-z]+$", "*", key) for key in whole}
        assert said == found, language


def test_what_doctor_finds_in_teams_is_said_in_dutch(tmp_path: Path) -> None:
    teams = {"RUIMTE_TEAMS_TENANTS": "werk", "RUIMTE_TEAMS_DEVELOPMENT": "yes"}
    line = speaking(tmp_path, **teams)
    assert line("db", "upgrade").exit_code == 0
    dutch, english = line("--language", "nl", "doctor").stdout, line("doctor").stdout
    assert "weet  Teams bereikt mij op het messaging endpoint van de bot" in dutch
    assert "DOE   In tenant werk heeft nog niemand de app" in dutch
    assert "Teams reaches me at the bot's messaging endpoint" in english
    assert not set(dutch.splitlines()) & set(english.splitlines())


def test_what_is_wrong_in_a_change_is_said_in_dutch_with_its_line_and_key(tmp_path: Path) -> None:
    path = tmp_path / "change.yaml"
    path.write_text(BAD, encoding="utf-8")
    said = speaking(tmp_path)("--language", "nl", "change", "apply", str(path), "--dry-run").stderr
    assert f"{path}:3: Deze dag is voorbij." in said
    assert "kloppen niet. Er is niets veranderd." in said or "Eén ding klopt niet." in said


def test_an_error_has_its_hint_in_dutch(tmp_path: Path) -> None:
    said = speaking(tmp_path)("--language", "nl", "change", "show", "x").stderr
    assert "`ruimte db upgrade` haar" in said


def test_the_machine_is_read_as_it_names_itself() -> None:
    assert language_of_machine({"LC_ALL": "nl_BE.UTF-8@euro"}) == "nl"
    assert language_of_machine({"LC_ALL": "", "LC_MESSAGES": "en_GB", "LANG": "nl_NL"}) == "en"
    assert language_of_machine({"LANG": "C.UTF-8"}) == "c"
    assert language_of_machine({}) == ""
