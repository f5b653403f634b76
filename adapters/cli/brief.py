"""`ruimte brief`: a page for the works council or for managers, true to the settings and to a change."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from urllib.parse import urlsplit

from adapters.change_file import Against, read_change
from adapters.cli.opening import opened, run, tenant_of
from adapters.cli.paper import Paper, Section, html, markdown
from adapters.cli.readers import Reader
from adapters.cli.sentences import say
from adapters.clock import SystemClock
from adapters.holidays import LibraryHolidays, countries
from adapters.settings import Settings, load_settings
from adapters.wiring import spoken_texts
from bot.change import Change
from bot.errors import StoreForeign, StoreUnavailable, StoreVersion
from bot.ids import Language, PersonId
from bot.ports import Texts
from bot.privacy import K_CHOICE, K_SMALL, K_TEXT, SMALL_AUDIENCE, SMALLEST_AUDIENCE
from bot.schedule import MESSAGES_A_WEEK, MINUTES_A_CHANGE, frame_to_managers_on, local_day
from bot.wording.words import Words
from prompts.brief_texts import BriefTexts, load_brief
from prompts.loader import load_packs

Names = Mapping[PersonId, str]


SECTIONS: Mapping[Reader, tuple[str, ...]] = {
    Reader.WORKS_COUNCIL: ("does", "cannot", "reads", "kept", "promised", "trust", "agree"),
    Reader.MANAGERS: ("does", "asked", "cannot", "reads", "promised", "trust"),
}
"""What stands on each page, in order; when what happens comes before it, where a change is given."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What a page has to be true to."""

    settings: Settings
    today: date
    texts: Texts
    change: Change | None
    names: Names


def print_brief(reader: Reader, language: str, change: Path | None, output: Path | None) -> None:
    """Print a page as Markdown, or write it to a file: HTML where its name ends in .html, else Markdown."""
    settings = load_settings()
    facts = run(_facts(settings, change))
    texts = load_brief(Language(language) if language else facts.texts.languages[0])
    paper = compose(reader, facts, texts)
    if output is None:
        say(markdown(paper).rstrip())
        return
    output.write_text(html(paper) if output.suffix in {".html", ".htm"} else markdown(paper), encoding="utf-8")


def compose(reader: Reader, facts: Facts, texts: BriefTexts) -> Paper:
    """Put a page together."""
    words = Words(facts.texts, texts.language, facts.settings.zone)
    own = reader.value.replace("-", "_")
    filled = _numbers() | {"platform": _platform(facts.settings, texts)}
    intro = [texts.say(f"{own}.intro", filled)]
    sections = [
        Section(
            texts.say(f"{own}.{name}.title", filled),
            (*texts.lines(f"{own}.{name}.lines", filled), *_further(name, facts, texts)),
        )
        for name in SECTIONS[reader]
    ]
    if facts.change is not None:
        intro.append(texts.say("about_change", {"change": facts.change.title.in_(texts.language)}))
        sections.insert(1, Section(texts.say("change.title", {}), tuple(_when(facts.change, words, texts))))
    day = f"{words.day(facts.today)} {facts.today.year}"
    foot = texts.say("written", {"day": day})
    return Paper(texts.language, texts.say(f"{own}.title", filled), tuple(intro), tuple(sections), foot)


def _numbers() -> dict[str, object]:
    """The numbers that the engine keeps to."""
    return {
        "minutes": int(MINUTES_A_CHANGE),
        "messages": MESSAGES_A_WEEK,
        "k_text": K_TEXT,
        "k_choice": K_CHOICE,
        "k_small": K_SMALL,
        "small": SMALL_AUDIENCE,
        "smallest": SMALLEST_AUDIENCE,
    }


def _further(name: str, facts: Facts, texts: BriefTexts) -> Iterator[str]:
    """What a section says besides, that depends on the settings or on the change."""
    if name == "does":
        yield from _ways(facts, texts)
    elif name == "reads":
        yield from _reads(facts, texts)
    elif name == "kept":
        yield from _places(facts.settings, texts)
    elif name == "promised":
        yield from _adviser(facts.change, texts)


def _ways(facts: Facts, texts: BriefTexts) -> Iterator[str]:
    """In which languages, and where people get their messages."""
    names = [facts.texts.get(language, "language.own") for language in facts.texts.languages]
    yield texts.say("facts.languages", {"languages": _listed(names, texts)})
    if facts.settings.platforms:
        yield texts.say("facts.platform", {"platform": _platform(facts.settings, texts)})
    else:
        yield texts.say("facts.platform_none", {})


def _reads(facts: Facts, texts: BriefTexts) -> Iterator[str]:
    change = facts.change
    if change is None or not change.readers:
        yield texts.say("facts.reads_core_unknown", {})
    else:
        names = sorted(facts.names.get(person, person) for person in change.readers)
        yield texts.say("facts.reads_core", {"readers": _listed(names, texts)})
    yield texts.say("facts.reads_readers", {})
    yield texts.say("facts.reads_quotes", {})
    yield texts.say("facts.reads_everyone", {})
    some = change is not None and any(planned.segments for planned in change.planning)
    yield texts.say("facts.segments_some" if some else "facts.segments_none", {})


def _places(settings: Settings, texts: BriefTexts) -> Iterator[str]:
    """Where the database and the keys are; of a server its name, never what one logs in with."""
    keys, file = settings.keys.resolve(), settings.database_file
    if file is not None:
        yield texts.say("facts.database_file", {"database": file.resolve()})
    else:
        host = urlsplit(settings.database_url).hostname or texts.say("facts.server_here", {})
        yield texts.say("facts.database_server", {"database": host})
    beside = file is not None and file.resolve().parent in {keys, *keys.parents}
    yield texts.say("facts.keys_beside" if beside else "facts.keys", {"keys": keys})


def _adviser(change: Change | None, texts: BriefTexts) -> Iterator[str]:
    if change is None or change.adviser is None:
        yield texts.say("facts.adviser_none", {})
    else:
        yield texts.say("facts.adviser", {"adviser": change.adviser.in_(texts.language)})


def _when(change: Change, words: Words, texts: BriefTexts) -> Iterator[str]:
    """When what happens, and who heard of it before."""
    if change.council_told_on is None:
        yield texts.say("change.council_not_told", {})
    else:
        yield texts.say("change.council_told", {"day": words.day(change.council_told_on)})
    if change.managers_told_on is not None:
        yield texts.say("change.managers_told", {"day": words.day(change.managers_told_on)})
    if change.managers:
        early = frame_to_managers_on(change, LibraryHolidays())
        yield texts.say("change.frame_managers", {"day": words.day(early)})
    yield texts.say("change.frame", {"day": words.day(change.frame_on)})
    for planned in change.planning:
        days = {"opens": words.day(planned.opens_on), "closes": words.day(planned.closes_on)}
        yield texts.say("change.round", {"kind": words.say(f"kind.{planned.kind}")} | days)


def _platform(settings: Settings, texts: BriefTexts) -> str:
    """Where people get their messages; both where none is set up yet."""
    return _listed(settings.platforms, texts) if settings.platforms else texts.say("facts.any_platform", {})


def _listed(names: list[str] | tuple[str, ...], texts: BriefTexts) -> str:
    """Write names one after the other, as people say it."""
    *some, last = names
    return texts.say("facts.and", {"some": ", ".join(some), "last": last}) if some else last


async def _facts(settings: Settings, file: Path | None) -> Facts:
    """Gather what a page has to be true to; names of people where the database knows them. Raises FileInvalid."""
    today = local_day(SystemClock().now(), settings.zone)
    texts = spoken_texts(settings)
    if file is None:
        return Facts(settings, today, texts, None, {})
    against = Against(
        today=date.min,
        packs=load_packs(),
        holidays=LibraryHolidays(),
        languages=texts.languages,
        countries=countries(),
        zone=settings.zone,
        country=settings.country,
    )
    change = read_change(file, tenant=tenant_of("", settings), against=against).change
    return Facts(settings, today, texts, change, await _names(settings))


async def _names(settings: Settings) -> Names:
    """Return the names of everyone that the database knows; none where there is no database yet."""
    try:
        async with opened(settings) as parts, parts.store.read(settings.tenant) as tx:
            return {person.id: person.name for person in await tx.people.all()}
    except (StoreUnavailable, StoreVersion, StoreForeign):
        return {}
