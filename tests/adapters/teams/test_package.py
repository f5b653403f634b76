"""The app package is one that Teams takes, in every language, with icons that are ours."""

from __future__ import annotations

import base64
import json
import struct
from collections.abc import AsyncIterator
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from playwright.async_api import Browser, async_playwright

from adapters.teams import package as packaging
from adapters.teams.package import SAID, Publisher, package
from adapters.teams.payload import COMMANDS
from bot.errors import SettingsInvalid
from bot.ids import Language
from tests.adapters.cli.conftest import CommandLine
from tests.adapters.teams.drawing import SIZES, draw
from tests.adapters.teams.manifest_schemas import problems

APP = "11111111-2222-3333-4444-555555555555"
PLACE = "https://ruimte.example.org"
US = Publisher("De Linde", PLACE, f"{PLACE}/privacy", f"{PLACE}/terms")
NL, EN = Language("nl"), Language("en")
COMMAND = "bots[0].commandLists[0].commands"


def unzipped(content: bytes) -> dict[str, Any]:
    """Return what is in a package: documents read, icons as they are."""
    with ZipFile(BytesIO(content)) as zipped:
        return {
            name: json.loads(zipped.read(name)) if name.endswith(".json") else zipped.read(name)
            for name in zipped.namelist()
        }


def made(*languages: Language) -> dict[str, Any]:
    """Make a package and open it."""
    return unzipped(package(APP, US, version="1.2.3", languages=languages))


@pytest.mark.parametrize("languages", [(), (EN, NL), (NL,), (EN,)])
def test_everything_is_as_microsofts_schemas_want_it(languages: tuple[Language, ...]) -> None:
    for name, content in made(*languages).items():
        assert not name.endswith(".json") or problems(content) == []


@pytest.mark.parametrize(
    ("where", "wrong"),
    [
        (("description", "short"), "x" * 81),
        (("name", "short"), "x" * 31),
        (("developer", "websiteUrl"), "ruimte.example.org"),
        (("bots", 0, "botId"), "ruimte"),
        (("bots", 0, "scopes"), ["everywhere"]),
        (("bots", 0, "commandLists", 0, "commands", 0, "title"), "x" * 129),
        (("accentColor",), "green"),
        (("sent",), "nowhere"),
        (("id",), None),
    ],
)
def test_the_schema_finds_what_teams_would_not_take(where: tuple[str | int, ...], wrong: object) -> None:
    manifest = made()["manifest.json"]
    *way, last = where
    place: Any = manifest
    for step in way:
        place = place[step]
    place[last] = wrong
    assert len(problems(manifest)) >= 1


def test_the_schema_finds_a_text_of_another_language_that_has_no_place() -> None:
    assert problems(made()["en.json"] | {"bots[0].commandLists[0].commands[0].label": "x"})


def test_everything_that_the_manifest_names_is_in_the_package() -> None:
    content = made()
    manifest = content["manifest.json"]
    others = [one["file"] for one in manifest["localizationInfo"]["additionalLanguages"]]
    assert set(content) == {"manifest.json", *manifest["icons"].values(), *others}
    assert others == ["en.json"]


def test_the_app_is_its_bot_for_persons_and_teams_and_asks_for_no_permission() -> None:
    manifest = made()["manifest.json"]
    (bot,) = manifest["bots"]
    assert (manifest["id"], bot["botId"], manifest["version"]) == (APP, APP, "1.2.3")
    assert bot["scopes"] == ["personal", "team"]
    assert not {"authorization", "permissions", "webApplicationInfo", "devicePermissions"} & set(manifest)
    assert manifest["validDomains"] == []


@pytest.mark.parametrize(("languages", "default"), [((), NL), ((EN, NL), EN), ((NL,), NL), ((Language("de"), EN), EN)])
def test_the_default_language_is_the_first_that_is_spoken(languages: tuple[Language, ...], default: Language) -> None:
    content = made(*languages)
    manifest = content["manifest.json"]
    assert manifest["localizationInfo"]["defaultLanguageTag"] == default
    assert manifest["description"]["full"] == SAID[default].full


def test_another_language_says_everything_that_the_manifest_says() -> None:
    content = made(NL, EN)
    commands = content["manifest.json"]["bots"][0]["commandLists"][0]["commands"]
    english = content["en.json"]
    for number in range(len(commands)):
        assert english[f"{COMMAND}[{number}].title"] == SAID[EN].commands[number][0]
        assert english[f"{COMMAND}[{number}].description"] == SAID[EN].commands[number][1]
    assert f"{COMMAND}[{len(commands)}].title" not in english
    assert english["description.short"] != content["manifest.json"]["description"]["short"]


@pytest.mark.parametrize("language", SAID)
def test_every_command_of_the_list_is_one_that_is_answered(language: Language) -> None:
    assert {title.rstrip("?") for title, _ in SAID[language].commands} <= set(COMMANDS)
    assert {COMMANDS[title.rstrip("?")] for title, _ in SAID[language].commands} == set(COMMANDS.values())


@pytest.mark.parametrize("language", SAID)
def test_every_text_is_as_short_as_teams_wants_it(language: Language) -> None:
    """As short as every version of the schema wants it: that of 1.19 gives a command 32 and 128 characters."""
    said = SAID[language]
    assert len(said.short) <= 80
    assert len(said.full) <= 4000
    assert len(said.commands) <= 10
    assert all(len(title) <= 32 and len(what) <= 128 for title, what in said.commands)
    assert not any("!" in text for text in (said.short, said.full, *(what for _, what in said.commands)))


def test_the_same_package_has_the_same_bytes() -> None:
    assert package(APP, US, version="1.2.3") == package(APP, US, version="1.2.3")


@pytest.mark.parametrize(
    ("app", "publisher", "version"),
    [
        ("ruimte", US, "1.2.3"),
        (APP, Publisher("", PLACE, PLACE, PLACE), "1.2.3"),
        (APP, Publisher("x" * 33, PLACE, PLACE, PLACE), "1.2.3"),
        (APP, Publisher("x", "http://x.example", PLACE, PLACE), "1.2.3"),
        (APP, Publisher("x", PLACE, "https://", PLACE), "1.2.3"),
        (APP, Publisher("x", PLACE, PLACE, "javascript:alert(1)"), "1.2.3"),
        (APP, US, "1.2"),
    ],
)
def test_what_teams_would_not_take_is_said(app: str, publisher: Publisher, version: str) -> None:
    with pytest.raises(SettingsInvalid):
        package(app, publisher, version=version)


# The icons


@pytest.mark.parametrize("name", SIZES)
def test_an_icon_has_the_size_that_teams_wants(name: str) -> None:
    header = packaging.icon(name)[:26]
    assert header[:8] == b"\x89PNG\r\n\x1a\n"
    assert struct.unpack(">II", header[16:24]) == (SIZES[name], SIZES[name])


@pytest.fixture
async def browser(chromium_path: str) -> AsyncIterator[Browser]:
    """Give a Chromium."""
    async with async_playwright() as playwright:
        started = await playwright.chromium.launch(
            executable_path=chromium_path, args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        )
        yield started
        await started.close()


PIXELS = """async (png) => {
    const picture = await createImageBitmap(await (await fetch('data:image/png;base64,' + png)).blob());
    const canvas = new OffscreenCanvas(picture.width, picture.height);
    const context = canvas.getContext('2d');
    context.drawImage(picture, 0, 0);
    return Array.from(context.getImageData(0, 0, picture.width, picture.height).data);
}"""


async def pixels(browser: Browser, png: bytes) -> list[tuple[int, ...]]:
    """Return red, green, blue and opacity of every pixel."""
    page = await browser.new_page()
    flat = await page.evaluate(PIXELS, base64.b64encode(png).decode())
    await page.close()
    return list(zip(*(flat[start::4] for start in range(4)), strict=True))


@pytest.mark.may_block(reason="reads the drawing")
@pytest.mark.parametrize("name", SIZES)
async def test_an_icon_is_drawn_from_the_drawing_of_the_page(browser: Browser, name: str) -> None:
    ours, fresh = [await pixels(browser, png) for png in (packaging.icon(name), await draw(browser, name))]
    unlike = sum(
        max(abs(a - b) for a, b in zip(one, other, strict=True)) > 32 for one, other in zip(ours, fresh, strict=True)
    )
    assert unlike < len(ours) / 100, "draw them anew: python -m tests.adapters.teams.drawing"


@pytest.mark.may_block(reason="reads the icons")
async def test_the_outline_is_white_on_nothing_and_the_other_has_a_ground(browser: Browser) -> None:
    outline = await pixels(browser, packaging.icon("outline.png"))
    assert {one[:3] for one in outline if one[3] > 128} == {(255, 255, 255)}
    assert min(one[3] for one in outline) == 0
    color = await pixels(browser, packaging.icon("color.png"))
    assert {one[3] for one in color} == {255}


# The command


@pytest.fixture
def line(tmp_path: Path) -> CommandLine:
    """Give a command line in an empty environment."""
    return CommandLine({"RUIMTE_DATA": str(tmp_path / "data")}, tmp_path)


def test_the_command_writes_the_package_and_says_where(line: CommandLine, tmp_path: Path) -> None:
    to = tmp_path / "new" / "ruimte.zip"
    result = line(
        "teams", "package", "--app-id", APP, "--publisher", "De Linde", "--website", PLACE, "--output", str(to)
    )
    assert result.exit_code == 0, result.stderr
    assert result.stdout.strip().endswith(str(to))
    manifest = unzipped(to.read_bytes())["manifest.json"]
    assert manifest["developer"] == {
        "name": "De Linde",
        "websiteUrl": PLACE,
        "privacyUrl": PLACE,
        "termsOfUseUrl": PLACE,
    }


def test_the_command_takes_the_app_that_is_configured(tmp_path: Path) -> None:
    environment = {
        "RUIMTE_DATA": str(tmp_path),
        "RUIMTE_TEAMS_APP_ID": APP,
        "RUIMTE_TEAMS_APP_SECRET": "s",
        "RUIMTE_TEAMS_TENANTS": "t1",
        "RUIMTE_LANGUAGES": "en",
    }
    to = tmp_path / "ruimte.zip"
    line = CommandLine(environment, tmp_path)
    result = line("teams", "package", "--publisher", "De Linde", "--website", PLACE, "--output", str(to))
    assert result.exit_code == 0, result.stderr
    content = unzipped(to.read_bytes())
    assert content["manifest.json"]["id"] == APP
    assert set(content) == {"manifest.json", "color.png", "outline.png"}


def test_without_an_app_the_command_says_what_is_missing(line: CommandLine, tmp_path: Path) -> None:
    result = line("teams", "package", "--publisher", "x", "--website", PLACE, "--output", str(tmp_path / "x.zip"))
    assert result.exit_code == 3
    assert "RUIMTE_TEAMS_APP_ID" in result.stderr
