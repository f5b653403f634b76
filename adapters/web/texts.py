"""The words around the messages, one file a language; what the bot says comes from elsewhere."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from ruamel.yaml import YAML

from bot.ids import Language
from prompts.gaps import said

DIRECTORY = Path(__file__).with_name("texts")

DAWN, DUSK = 7, 19
"""The hours between which the clock shows the sun."""


@dataclass(frozen=True, slots=True)
class Words:
    """The words of one language."""

    language: Language
    texts: Mapping[str, str]

    def __call__(self, key: str, **values: object) -> str:
        """Return a text with its gaps filled; with `count` its `.one` or `.other`. Raises KeyError."""
        return said(self.texts, key, values)

    def day(self, moment: datetime, zone: ZoneInfo) -> str:
        """Write the day of a moment, as people in `zone` say it."""
        return self("clock.day", **self._parts(moment.astimezone(zone)))

    def moment(self, moment: datetime, zone: ZoneInfo) -> str:
        """Write a moment, as people in `zone` say it."""
        return self("clock.moment", time=self.time(moment, zone), **self._parts(moment.astimezone(zone)))

    def time(self, moment: datetime, zone: ZoneInfo) -> str:
        """Write the time of day, hours and minutes."""
        return moment.astimezone(zone).strftime("%H:%M")

    def clock(self, moment: datetime, zone: ZoneInfo) -> dict[str, object]:
        """Write what a clock and a calendar show of a moment. `minutes` only grow: one a minute of the local time."""
        local = moment.astimezone(zone)
        return self._parts(local) | {
            "now": self.moment(moment, zone),
            "time": self.time(moment, zone),
            "minutes": (local.toordinal() * 24 + local.hour) * 60 + local.minute,
            "dark": not DAWN <= local.hour < DUSK,
        }

    def _parts(self, local: datetime) -> dict[str, object]:
        return {
            "weekday": self(f"clock.weekday_{local.weekday()}"),
            "day": local.day,
            "month": self(f"clock.month_{local.month}"),
            "year": local.year,
        }


@dataclass(frozen=True, slots=True)
class Chrome:
    """The words of every language, the default first."""

    words: Mapping[Language, Words]

    def of(self, language: str | None) -> Words:
        """Return the words of a language, or of the default where there are none."""
        default = next(iter(self.words.values()))
        return self.words.get(Language(language or ""), default)

    def accepted(self, header: str) -> Words:
        """Return the words that an Accept-Language header asks for first."""
        wished = (part.split(";", 1)[0].strip().split("-", 1)[0].lower() for part in header.split(","))
        return next((self.words[Language(one)] for one in wished if Language(one) in self.words), self.of(None))

    @property
    def languages(self) -> Sequence[tuple[Language, str]]:
        """Every language with its own name."""
        return tuple((language, words("name")) for language, words in self.words.items())


def load_chrome(directory: Path = DIRECTORY, *, first: str = "nl") -> Chrome:
    """Read every language there is. Blocking."""
    files = sorted(directory.glob("*.yaml"), key=lambda path: (path.stem != first, path.stem))
    yaml = YAML(typ="safe", pure=True)
    return Chrome({Language(f.stem): Words(Language(f.stem), dict(_flat(yaml.load(f)))) for f in files})


def _flat(tree: Mapping[str, object], above: str = "") -> Iterator[tuple[str, str]]:
    """Write a tree of texts as dotted keys."""
    for key, value in tree.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{above}{key}.")
        else:
            yield f"{above}{key}", str(value)
