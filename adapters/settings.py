"""The configuration, from the environment: the only place that reads it."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from bot.errors import SettingsInvalid
from bot.ids import Language, TenantId

PREFIX = "RUIMTE_"
ANYONE = "*"
"""Among the workspaces that may install it: every one."""
DEFAULT_DATA = "ruimte-data"
DEFAULT_TENANT = TenantId("main")
_PORTS = range(65536)
_LEAST_RATE = 0.1
"""One in ten of the while that a limit is for."""
_LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
_YES_OR_NO = {"yes": True, "true": True, "1": True, "no": False, "false": False, "0": False}


@dataclass(frozen=True, slots=True)
class SlackSettings:
    """What Slack needs; the tokens appear in no text of ours.

    With `app_token` Slack is heard over its socket, else by HTTP, signed with `signing_secret`. One workspace has its
    `bot_token`; with `client_id` and `client_secret` those of `workspaces`, by their ids or that of their organisation,
    may install it by OAuth at `address`; `ANYONE` lets every workspace do so. `api_url` and `authorize_url` are Slack's
    own, but in tests.
    """

    bot_token: str = field(default="", repr=False)
    signing_secret: str = field(default="", repr=False)
    app_token: str = field(default="", repr=False)
    client_id: str = ""
    client_secret: str = field(default="", repr=False)
    address: str = ""
    workspaces: tuple[str, ...] = ()
    messages_a_second: float = 4.0
    edits_a_minute: float = 50.0
    api_url: str = "https://slack.com/api/"
    authorize_url: str = ""


@dataclass(frozen=True, slots=True)
class TeamsSettings:
    """What Teams needs: the app, who it is, and the Microsoft tenants that may use it.

    The app shows its `app_secret`, its `certificate` (a PEM file with its key) or the managed identity of where it
    runs; `app_tenant` is where it is registered. Without `app_id` anybody on this machine is believed, which is for
    `development` only, and for a server that nobody else reaches. `address` is where Teams reaches us, for doctor to
    look. `openid_url` and `login_url` are Microsoft's own, but in tests.
    """

    app_id: str
    app_secret: str = field(repr=False)
    tenants: tuple[TenantId, ...]
    app_tenant: str = ""
    certificate: Path | None = None
    managed_identity: bool = False
    identity_endpoint: str = ""
    identity_header: str = field(default="", repr=False)
    development: bool = False
    messages_a_second: float = 50.0
    address: str = ""
    openid_url: str = "https://login.botframework.com/v1/.well-known/openidconfiguration"
    login_url: str = ""


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that can be set. `database_url` may hold a password, so that it is shown by `database` only.

    `tenant` is the organisation that `ruimte change apply` and the tick work for while no platform says otherwise.
    `languages`: what is spoken, the default first; empty means every language there are texts in.
    """

    data: Path
    database_url: str = field(repr=False)
    keys: Path
    host: str = "127.0.0.1"
    port: int = 8080
    tick_s: float = 15.0
    tenant: TenantId = DEFAULT_TENANT
    languages: tuple[Language, ...] = ()
    zone: str = "Europe/Amsterdam"
    country: str = "NL"
    slack: SlackSettings | None = None
    teams: TeamsSettings | None = None

    @property
    def database_file(self) -> Path | None:
        """The file, where the database is SQLite."""
        scheme, _, path = self.database_url.partition(":///")
        return Path(path.partition("?")[0]) if scheme.startswith("sqlite") else None

    @property
    def platforms(self) -> tuple[str, ...]:
        """The platforms that are configured."""
        return tuple(name for name, there in (("Slack", self.slack), ("Teams", self.teams)) if there is not None)


def load_settings(environment: Mapping[str, str] | None = None) -> Settings:
    """Read the settings from RUIMTE_* of the environment; an empty value counts as none.

    Raises SettingsInvalid naming the variable that is missing or does not work, never its value where that is secret.
    """
    read = _Environment(os.environ if environment is None else environment)
    data, host = Path(read.get("DATA", DEFAULT_DATA)), read.get("HOST", "127.0.0.1")
    slack, teams = _slack(read), _teams(read, host)
    return Settings(
        data=data,
        database_url=_database(read.get("DATABASE_URL"), data),
        keys=Path(read.get("KEYS") or data / "keys"),
        host=host,
        port=_port(read.get("PORT", "8080")),
        tick_s=_number(read, "TICK_SECONDS", "15", 1, 3600),
        tenant=TenantId(read.get("TENANT", _only_tenant(slack, teams))),
        languages=tuple(Language(code) for code in read.words("LANGUAGES")),
        zone=read.get("ZONE", "Europe/Amsterdam"),
        country=read.get("COUNTRY", "NL"),
        slack=slack,
        teams=teams,
    )


def _only_tenant(slack: SlackSettings | None, teams: TeamsSettings | None) -> TenantId:
    """Return the tenant that is meant where none is named: the one of Teams, where there is no other."""
    return teams.tenants[0] if slack is None and teams is not None and len(teams.tenants) == 1 else DEFAULT_TENANT


def language_of_machine(environment: Mapping[str, str] | None = None) -> str:
    """Return the language that the machine is set to, as ISO 639-1 writes it; "" where it is set to none."""
    read = os.environ if environment is None else environment
    named = next((value for name in ("LC_ALL", "LC_MESSAGES", "LANG") if (value := read.get(name, ""))), "")
    return re.split(r"[_.@-]", named, maxsplit=1)[0].lower()


class _Environment:
    """The environment, as far as it is ours."""

    def __init__(self, variables: Mapping[str, str]) -> None:
        self._variables = variables

    def get(self, name: str, default: str = "") -> str:
        """Return the value of RUIMTE_<name>."""
        return self._variables.get(PREFIX + name, "").strip() or default

    def plain(self, name: str) -> str:
        """Return the value of a variable that is not ours: Azure sets it."""
        return self._variables.get(name, "").strip()

    def words(self, name: str) -> tuple[str, ...]:
        """Return the words of RUIMTE_<name>, divided by commas or spaces."""
        return tuple(self.get(name).replace(",", " ").split())

    def needed(self, name: str, because: str) -> str:
        """Return a value that has to be there. Raises SettingsInvalid."""
        value = self.get(name)
        if not value:
            raise SettingsInvalid(f"{PREFIX}{name} is missing, and {because}")
        return value


def _database(url: str, data: Path) -> str:
    """Return the database's URL with its asynchronous driver; without one, a SQLite file under `data`."""
    if not url:
        return f"sqlite+aiosqlite:///{data / 'database' / 'ruimte.db'}"
    scheme, separator, rest = url.partition("://")
    drivers = {
        "sqlite": "sqlite+aiosqlite",
        "sqlite+aiosqlite": "sqlite+aiosqlite",
        "postgres": "postgresql+asyncpg",
        "postgresql": "postgresql+asyncpg",
        "postgresql+asyncpg": "postgresql+asyncpg",
    }
    if not separator or scheme not in drivers:
        # The rest may hold a password.
        raise SettingsInvalid(
            f"{PREFIX}DATABASE_URL begins with `{scheme if separator else '?'}`; it should be"
            " sqlite:///a/path.db or postgresql://user@host/name"
        )
    return f"{drivers[scheme]}://{rest}"


def _port(text: str) -> int:
    """Read a port."""
    if not text.isdecimal() or int(text) not in _PORTS:
        raise SettingsInvalid(f"{PREFIX}PORT is no port: {text!r}")
    return int(text)


def _slack(read: _Environment) -> SlackSettings | None:
    """Read what Slack needs, if any of it is there."""
    names = ("BOT_TOKEN", "SIGNING_SECRET", "APP_TOKEN", "CLIENT_ID", "CLIENT_SECRET")
    if not any(read.get(f"SLACK_{name}") for name in names):
        return None
    many = bool(read.get("SLACK_CLIENT_ID") or read.get("SLACK_CLIENT_SECRET"))
    because = "Slack is to be installed by OAuth" if many else "Slack is configured"

    def needed(name: str, *, if_: bool) -> str:
        return read.needed(f"SLACK_{name}", because) if if_ else read.get(f"SLACK_{name}")

    return SlackSettings(
        bot_token=needed("BOT_TOKEN", if_=not many),
        signing_secret=needed("SIGNING_SECRET", if_=not read.get("SLACK_APP_TOKEN")),
        app_token=read.get("SLACK_APP_TOKEN"),
        client_id=needed("CLIENT_ID", if_=many),
        client_secret=needed("CLIENT_SECRET", if_=many),
        address=needed("ADDRESS", if_=many).rstrip("/"),
        workspaces=_workspaces(read) if many else (),
        messages_a_second=_number(read, "SLACK_MESSAGES_A_SECOND", "4", _LEAST_RATE, 1000),
        edits_a_minute=_number(read, "SLACK_EDITS_A_MINUTE", "50", _LEAST_RATE, 60_000),
        api_url=read.get("SLACK_API_URL", "https://slack.com/api/"),
        authorize_url=read.get("SLACK_AUTHORIZE_URL"),
    )


def _workspaces(read: _Environment) -> tuple[str, ...]:
    """Read who may install it. Raises SettingsInvalid."""
    read.needed("SLACK_WORKSPACES", f"without it anyone could install this app; {ANYONE} says that anyone may")
    found = read.words("SLACK_WORKSPACES")
    wrong = next((name for name in found if name != ANYONE and not (name[:1] in "TE" and name.isalnum())), None)
    if wrong is not None:
        raise SettingsInvalid(f"{PREFIX}SLACK_WORKSPACES has {wrong!r}; a workspace is T..., an organisation E...")
    return found


def _number(read: _Environment, name: str, default: str, least: float, most: int) -> float:
    """Read a number in a range. Raises SettingsInvalid."""
    text = read.get(name, default)
    try:
        number = float(text)
    except ValueError:
        number = 0.0
    if not least <= number <= most:
        raise SettingsInvalid(f"{PREFIX}{name} should be from {least} to {most}, and not {text!r}")
    return number


def _teams(read: _Environment, host: str) -> TeamsSettings | None:
    """Read what Teams needs, if any of it is there."""
    names = ("APP_ID", "APP_SECRET", "CERTIFICATE", "MANAGED_IDENTITY", "TENANTS", "DEVELOPMENT")
    if not any(read.get(f"TEAMS_{name}") for name in names):
        return None
    development = _yes(read, "TEAMS_DEVELOPMENT")
    if development and host not in _LOOPBACK:
        raise SettingsInvalid(
            f"{PREFIX}TEAMS_DEVELOPMENT believes whoever is on this machine: {PREFIX}HOST has to be 127.0.0.1 or"
            f" ::1, and not {host}"
        )
    read.needed("TEAMS_TENANTS", "without it anyone's organisation could use this app")
    tenants = tuple(TenantId(tenant.lower()) for tenant in read.words("TEAMS_TENANTS"))
    app_id = read.get("TEAMS_APP_ID") if development else read.needed("TEAMS_APP_ID", "Teams is configured")
    certificate = read.get("TEAMS_CERTIFICATE")
    managed = _yes(read, "TEAMS_MANAGED_IDENTITY")
    _one_credential(read, app_id=app_id, certificate=certificate, managed=managed)
    return TeamsSettings(
        app_id,
        read.get("TEAMS_APP_SECRET"),
        tenants,
        app_tenant=read.get("TEAMS_APP_TENANT", tenants[0]),
        certificate=Path(certificate) if certificate else None,
        managed_identity=managed,
        identity_endpoint=read.plain("IDENTITY_ENDPOINT") if managed else "",
        identity_header=read.plain("IDENTITY_HEADER") if managed else "",
        development=development,
        messages_a_second=_number(read, "TEAMS_MESSAGES_A_SECOND", "50", _LEAST_RATE, 1000),
        address=read.get("TEAMS_ADDRESS").rstrip("/"),
    )


def _one_credential(read: _Environment, *, app_id: str, certificate: str, managed: bool) -> None:
    """See that an app has one way to say who it is. Raises SettingsInvalid."""
    given = sum((bool(read.get("TEAMS_APP_SECRET")), bool(certificate), managed))
    if app_id and given == 0:
        read.needed("TEAMS_APP_SECRET", "neither is TEAMS_CERTIFICATE or TEAMS_MANAGED_IDENTITY there")
    if given > 1:
        raise SettingsInvalid(
            f"{PREFIX}TEAMS_APP_SECRET, {PREFIX}TEAMS_CERTIFICATE and {PREFIX}TEAMS_MANAGED_IDENTITY are three ways to"
            " say who the app is: set one of them"
        )


def _yes(read: _Environment, name: str) -> bool:
    """Read a yes or a no; nothing is a no. Raises SettingsInvalid."""
    text = read.get(name, "no").lower()
    if text not in _YES_OR_NO:
        raise SettingsInvalid(f"{PREFIX}{name} should be yes or no, and not {text!r}")
    return _YES_OR_NO[text]
