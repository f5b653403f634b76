"""`ruimte teams package`: what to upload to Teams to make the app there."""

from __future__ import annotations

from importlib.metadata import version
from pathlib import Path

from adapters.cli.sentences import say
from adapters.settings import load_settings
from adapters.teams.package import Publisher, package, write
from bot.errors import SettingsInvalid


def write_package(output: Path, publisher: Publisher, *, app_id: str) -> None:
    """Write the zip and say where it is. Raises SettingsInvalid for what Teams would not take."""
    settings = load_settings()
    app_id = app_id or (settings.teams.app_id if settings.teams is not None else "")
    if not app_id:
        raise SettingsInvalid("the app id is missing: set RUIMTE_TEAMS_APP_ID, or give --app-id")
    try:
        write(package(app_id, publisher, version=version("ruimte"), languages=settings.languages), output)
    except OSError as error:
        raise SettingsInvalid(f"{output} cannot be written: {error.strerror}") from error
    say(str(output))
