"""The app package for Teams: a zip with the manifest, its texts in every language and the two icons.

The manifest asks for no permission: no message of anybody is read but those that are written to the bot.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from io import BytesIO
from pathlib import Path
from urllib.parse import urlsplit
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from adapters.teams.carried import Json
from bot.errors import SettingsInvalid
from bot.ids import Language

VERSION = "1.25"
"""The version of the manifest's schema; the first in which a bot may say that it works in private channels."""

SCHEMA = f"https://developer.microsoft.com/json-schemas/teams/v{VERSION}/MicrosoftTeams.schema.json"
COLOR = "color.png"
OUTLINE = "outline.png"
ACCENT = "#14524a"
"""The ground of the icon."""

ZIPPED_AT = (1980, 1, 1, 0, 0, 0)
"""The same package has the same bytes, whenever it is made."""

DEVELOPER_NAME = 32
"""Characters of the name of whoever publishes it (the manifest's schema)."""

_GUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_SEMVER = re.compile(r"\d+\.\d+\.\d+")


@dataclass(frozen=True, slots=True)
class Said:
    """What the manifest says in one language; each command is what somebody types, and what it is for."""

    short: str
    full: str
    commands: tuple[tuple[str, str], ...]


SAID: Mapping[Language, Said] = {
    Language("nl"): Said(
        "Praat op tijd over verandering: eerlijk en anoniem.",
        "Ruimte vertelt wat er bij een verandering vastligt en wat nog open is. Het stelt je op het goede moment één"
        " vraag. Wat je antwoordt, leest niemand voordat de ronde dicht is, en nooit met je naam. Daarna hoor je wat"
        " er gehoord is en wat ermee gedaan is.",
        (
            ("ruimte", "Wat ik over je bewaar, je taal, even rust of stoppen"),
            ("wat speelt er?", "Vraag naar iets wat je hoorde, met of zonder je naam"),
            ("pulse", "Leid je een team? Vraag wat er speelt"),
        ),
    ),
    Language("en"): Said(
        "Talk about change in time: honestly and anonymously.",
        "Ruimte tells you what is fixed in a change and what is still open. It asks you one question at the right"
        " moment. Nobody reads your answer before the round is closed, and never with your name. Then you hear what"
        " was heard and what was done with it.",
        (
            ("ruimte", "What I keep about you, your language, a break or stopping"),
            ("what is going on?", "Ask about something you heard, with or without your name"),
            ("pulse", "Do you lead a team? Ask what is going on"),
        ),
    ),
}


@dataclass(frozen=True, slots=True)
class Publisher:
    """Whoever offers the app to their organisation: a name, and where people read about it."""

    name: str
    website: str
    privacy: str
    terms: str


def package(app_id: str, publisher: Publisher, *, version: str, languages: Sequence[Language] = ()) -> bytes:
    """Return the zip. `languages`: what is spoken, the default first; empty means all there are.

    Raises SettingsInvalid naming what Teams would not take.
    """
    _check(app_id, publisher, version)
    spoken = [one for one in languages if one in SAID] or list(SAID)
    written = {"manifest.json": manifest(app_id, publisher, version=version, languages=spoken)}
    written |= {f"{one}.json": localisation(one) for one in spoken[1:]}
    into = BytesIO()
    with ZipFile(into, "w", ZIP_DEFLATED) as zipped:
        for name, content in written.items():
            _put(zipped, name, json.dumps(content, ensure_ascii=False, indent=2).encode())
        for name in (COLOR, OUTLINE):
            _put(zipped, name, icon(name))
    return into.getvalue()


def manifest(app_id: str, publisher: Publisher, *, version: str, languages: Sequence[Language]) -> Json:
    """Write the manifest in the first of these languages; the others have a file each."""
    default, *others = languages
    said = SAID[default]
    return {
        "$schema": SCHEMA,
        "manifestVersion": VERSION,
        "version": version,
        "id": app_id,
        "developer": {
            "name": publisher.name,
            "websiteUrl": publisher.website,
            "privacyUrl": publisher.privacy,
            "termsOfUseUrl": publisher.terms,
        },
        "name": {"short": "Ruimte", "full": "Ruimte"},
        "description": {"short": said.short, "full": said.full},
        "icons": {"color": COLOR, "outline": OUTLINE},
        "accentColor": ACCENT,
        "localizationInfo": {
            "defaultLanguageTag": str(default),
            "additionalLanguages": [{"languageTag": str(one), "file": f"{one}.json"} for one in others],
        },
        "bots": [
            {
                "botId": app_id,
                "scopes": ["personal", "team"],
                "isNotificationOnly": False,
                "supportsFiles": False,
                "commandLists": [
                    {
                        "scopes": ["personal"],
                        "commands": [{"title": title, "description": what} for title, what in said.commands],
                    }
                ],
            }
        ],
        "defaultInstallScope": "personal",
        "defaultGroupCapability": {"team": "bot"},
        # The core team may read in a private channel.
        "supportsChannelFeatures": "tier1",
        "validDomains": [],
    }


def localisation(language: Language) -> Json:
    """Write what stands in the manifest's place where Teams speaks another language."""
    said = SAID[language]
    where = "bots[0].commandLists[0].commands"
    shown: Json = {
        "$schema": SCHEMA.replace("MicrosoftTeams.schema", "MicrosoftTeams.Localization.schema"),
        "name.short": "Ruimte",
        "name.full": "Ruimte",
        "description.short": said.short,
        "description.full": said.full,
    }
    for number, (title, what) in enumerate(said.commands):
        shown |= {f"{where}[{number}].title": title, f"{where}[{number}].description": what}
    return shown


def icon(name: str) -> bytes:
    """Return an icon; both are drawn from that of the sandbox (tests/adapters/teams/drawing.py)."""
    return files("adapters.teams").joinpath("icons", name).read_bytes()


def write(package_: bytes, to: Path) -> None:
    """Write the zip, and make its folder where there is none."""
    to.parent.mkdir(parents=True, exist_ok=True)
    to.write_bytes(package_)


def _check(app_id: str, publisher: Publisher, version: str) -> None:
    """Raise SettingsInvalid for what Teams would not take."""
    if not _GUID.fullmatch(app_id):
        raise SettingsInvalid(f"the app id should look like 00000000-0000-0000-0000-000000000000, and not {app_id!r}")
    if not 1 <= len(publisher.name) <= DEVELOPER_NAME:
        raise SettingsInvalid(f"the publisher's name should have 1 to {DEVELOPER_NAME} characters: {publisher.name!r}")
    for address in (publisher.website, publisher.privacy, publisher.terms):
        parts = urlsplit(address)
        if parts.scheme != "https" or not parts.hostname:
            raise SettingsInvalid(f"Teams wants an address that begins with https://, and not {address!r}")
    if not _SEMVER.fullmatch(version):
        raise SettingsInvalid(f"the version should be three numbers, 1.2.3, and not {version!r}")


def _put(zipped: ZipFile, name: str, content: bytes) -> None:
    zipped.writestr(ZipInfo(name, ZIPPED_AT), content, ZIP_DEFLATED)
