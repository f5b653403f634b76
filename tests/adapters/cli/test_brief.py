"""Paper for those who decide: true to the settings and to the change, in both languages, printable by itself."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from adapters.cli.paper import Paper, Section, html, markdown
from bot.ids import Language, PersonId, TenantId
from bot.people import Person
from bot.privacy import K_CHOICE, K_TEXT, SMALLEST_AUDIENCE
from prompts.brief_texts import DIRECTORY, brief_languages, load_brief
from storage import migrations
from tests.adapters.cli.conftest import CommandLine

CHANGE = Path("adapters/company/change.yaml")
READERS = ("works-council", "managers")
LANGUAGES = ("nl", "en")


def a_line(folder: Path, **settings: str) -> CommandLine:
    """Give a command line with these settings, and a folder for everything."""
    return CommandLine({"RUIMTE_DATA": str(folder), "COLUMNS": "120", **settings}, folder)


@pytest.fixture
def line(tmp_path: Path) -> CommandLine:
    return a_line(tmp_path)


def printed(line: CommandLine, *words: str) -> str:
    """Print a page, and return what stands on it."""
    result = line("brief", *words)
    assert result.exit_code == 0, result.stderr
    return result.stdout


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_is_printed_without_a_gap_that_stayed_open(line: CommandLine, reader: str, language: str) -> None:
    page = printed(line, reader, "--language", language, "--change", str(CHANGE))
    assert page.startswith("# Ruimte, ")
    assert re.search(r"\{[a-z_]+\}", page) is None
    assert page.count("\n## ") >= 6


def test_the_numbers_are_those_that_the_engine_keeps_to(line: CommandLine) -> None:
    page = printed(line, "works-council", "--language", "nl")
    assert f"vanaf {K_TEXT} antwoorden, een keuze vanaf {K_CHOICE}" in page
    assert f"minder dan {SMALLEST_AUDIENCE} mensen" in page


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({}, "Er is nog geen platform ingesteld"),
        ({"RUIMTE_SLACK_BOT_TOKEN": "xoxb-1", "RUIMTE_SLACK_APP_TOKEN": "xapp-1"}, "hun berichten in Slack."),
        ({"RUIMTE_LANGUAGES": "nl"}, "Ruimte spreekt hier: Nederlands."),
        ({"RUIMTE_LANGUAGES": "en nl"}, "Ruimte spreekt hier: English en Nederlands."),
        ({"RUIMTE_DATABASE_URL": "postgresql://u:secret@db.example.org/r"}, "PostgreSQL, op db.example.org."),
        ({"RUIMTE_KEYS": "/srv/keys"}, "De sleutels liggen apart, in /srv/keys."),
    ],
)
def test_it_is_true_to_the_settings(tmp_path: Path, settings: Mapping[str, str], said: str) -> None:
    page = printed(a_line(tmp_path, **settings), "works-council", "--language", "nl")
    assert said in page
    assert "secret" not in page
    assert "xoxb" not in page


def test_keys_beside_the_database_are_said(tmp_path: Path) -> None:
    settings = {"RUIMTE_DATABASE_URL": f"sqlite:///{tmp_path}/here/r.db", "RUIMTE_KEYS": str(tmp_path / "here")}
    page = printed(a_line(tmp_path, **settings), "works-council", "--language", "en")
    assert "the keys now lie beside the database" in page


def test_with_a_change_it_names_who_reads_when_and_the_adviser(line: CommandLine) -> None:
    page = printed(line, "works-council", "--language", "en", "--change", str(CHANGE))
    assert "This page is about: Making our rota together." in page
    assert "They are: p-dewi, p-johanna, p-lotte, p-pieter and p-tomasz." in page
    assert "Tuesday 12 January" in page
    assert "Margriet Hoekstra, the confidential adviser" in page


def test_without_a_change_it_says_what_is_not_known_yet(line: CommandLine) -> None:
    page = printed(line, "managers", "--language", "nl")
    assert "Wie dat zijn, staat in het bestand van de verandering." in page
    assert "nog niet ingevuld wie de vertrouwenspersoon is" in page
    assert "Wanneer wat gebeurt" not in page


def test_people_have_their_names_where_the_database_knows_them(ruimte_on_file: CommandLine) -> None:
    tenant = TenantId("main")
    known = Person(tenant, PersonId("p-johanna"), "Johanna de Wit", Language("nl"), "Europe/Amsterdam")

    async def put(storage: Any) -> None:  # noqa: ANN401 -- whatever the fixture opens
        async with storage.store.write(tenant) as tx:
            await tx.people.put([known])

    ruimte_on_file.stored(put)
    page = printed(ruimte_on_file, "managers", "--language", "en", "--change", str(CHANGE))
    assert "They are: Johanna de Wit, p-dewi, p-lotte, p-pieter and p-tomasz." in page


def test_segments_of_a_round_are_said(line: CommandLine, tmp_path: Path) -> None:
    text = CHANGE.read_text(encoding="utf-8")
    assert "segments" not in text.replace("# ", "").split("planning:")[0]
    assert "Antwoorden worden niet per team geteld." in printed(line, "managers", "--language", "nl")
    changed = re.sub(r"(- round: listen\n)", r"\1    segments: [noord, zuid]\n", text)
    assert changed != text
    path = tmp_path / "change.yaml"
    path.write_text(changed, encoding="utf-8")
    assert "Antwoorden kunnen per team geteld worden," in printed(
        line, "managers", "--language", "nl", "--change", str(path)
    )


def test_what_is_written_to_an_html_file_needs_nothing_else(line: CommandLine, tmp_path: Path) -> None:
    out = tmp_path / "page.html"
    assert printed(line, "managers", "--language", "nl", "--output", str(out)) == ""
    page = out.read_text(encoding="utf-8")
    assert page.startswith("<!doctype html>")
    assert '<html lang="nl">' in page
    assert "@media print" in page
    assert "<code>/pulse</code>" in page
    assert re.search(r"(src|href|url\()", page) is None


def test_what_is_written_to_another_file_is_markdown(line: CommandLine, tmp_path: Path) -> None:
    out = tmp_path / "page.md"
    printed(line, "managers", "--language", "nl", "--output", str(out))
    assert out.read_text(encoding="utf-8").startswith("# Ruimte, voor leidinggevenden\n")


def test_a_language_without_paper_and_a_reader_that_is_none_are_refused(line: CommandLine) -> None:
    result = line("brief", "managers", "--language", "fr")
    assert result.exit_code == 1
    assert "there is one in en, nl" in result.stderr
    assert line("brief", "neighbours").exit_code == 2


def test_what_comes_from_a_file_stays_text() -> None:
    paper = Paper(Language("en"), "<b>", ("*not bold* <script>",), (Section("#1", ("[a](b) `ruimte demo`",)),), "_end_")
    assert "<script>" not in html(paper)
    assert "&lt;b&gt;" in html(paper)
    assert "<code>ruimte demo</code>" in html(paper)
    assert markdown(paper).splitlines()[0] == r"# \<b\>"
    assert r"\*not bold\*" in markdown(paper)
    assert r"- \[a\](b) `ruimte demo`" in markdown(paper)


def test_every_text_of_the_paper_is_said_on_some_page() -> None:
    texts = load_brief(Language("nl"))
    source = Path("adapters/cli/brief.py").read_text(encoding="utf-8")
    for key in texts.flat.texts:
        area, _, rest = key.partition(".")
        if area in {"facts", "change"}:
            assert f'"{key}"' in source, key
        elif rest:
            assert f'"{rest.split(".")[0]}"' in source or rest in {"title", "intro"}, key
    assert set(brief_languages(DIRECTORY)) == set(LANGUAGES)


def test_a_database_that_is_not_there_is_no_reason_to_stop(tmp_path: Path) -> None:
    line = a_line(tmp_path, RUIMTE_DATABASE_URL=f"sqlite:///{tmp_path}/none.db")
    assert "p-johanna" in printed(line, "managers", "--language", "nl", "--change", str(CHANGE))
    assert not (tmp_path / "none.db").exists()


def test_a_database_of_a_sandbox_is_left_alone(tmp_path: Path) -> None:
    url = f"sqlite+aiosqlite:///{tmp_path}/sandbox.db"
    asyncio.run(migrations.upgrade(url, made_by="sandbox"))
    line = a_line(tmp_path, RUIMTE_DATABASE_URL=url)
    assert "p-johanna" in printed(line, "managers", "--language", "nl", "--change", str(CHANGE))
