"""Who is in a workspace, and in which teams."""

from __future__ import annotations

from typing import Any

import pytest
from aiohttp import web

from adapters.slack.directory import Defaults, SlackDirectory, load_zones
from adapters.slack.workspaces import OneWorkspace
from bot.errors import DeliveryFailed
from bot.ids import Language
from bot.people import Person
from tests.adapters.slack.stub import TENANT, Stub, connected

ZONES = load_zones()
DEFAULTS = Defaults((Language("nl"), Language("en")), "Europe/Amsterdam", "NL")


async def people(workspaces: OneWorkspace) -> dict[str, Person]:
    found = await SlackDirectory(workspaces, DEFAULTS, ZONES).people(TENANT)
    return {person.id: person for person in found}


async def looked(stub: Stub) -> dict[str, Person]:
    async with connected(stub) as workspaces:
        return await people(workspaces)


async def test_everyone_is_found_over_many_pages() -> None:
    stub = Stub()
    for number in range(950):
        stub.person(f"U{number:04}")
    found = await looked(stub)
    assert len(found) == 950
    assert {call["limit"] for call in stub.called("users.list")} == {"200"}
    assert len(stub.called("users.list")) == 5


@pytest.mark.parametrize("gone", [{"deleted": True}, {"is_bot": True}, {"id": "USLACKBOT"}])
async def test_bots_and_those_who_were_deactivated_are_left_out(gone: dict[str, Any]) -> None:
    stub = Stub()
    stub.person("U1", **gone)
    stub.person("U2")
    assert set(await looked(stub)) == {"U2"}


@pytest.mark.parametrize("kind", ["is_restricted", "is_ultra_restricted", "is_stranger", "is_invited_user"])
async def test_guests_are_known_and_do_not_take_part(kind: str) -> None:
    stub = Stub()
    stub.person("U1", **{kind: True})
    assert not (await looked(stub))["U1"].present


@pytest.mark.parametrize(
    ("locale", "language"), [("nl-NL", "nl"), ("nl-BE", "nl"), ("en-GB", "en"), ("de-DE", "nl"), ("", "nl")]
)
async def test_somebody_is_spoken_to_in_their_language_where_we_speak_it(locale: str, language: str) -> None:
    stub = Stub()
    stub.person("U1", locale=locale)
    assert (await looked(stub))["U1"].language == language
    assert stub.called("users.list")[0]["include_locale"] in {"1", "true", "True"}


@pytest.mark.parametrize(
    ("zone", "known", "region"),
    [
        ("Europe/Amsterdam", "Europe/Amsterdam", "NL"),
        ("Europe/Brussels", "Europe/Brussels", "BE"),
        ("America/New_York", "America/New_York", "US"),
        ("Mars/Olympus", "Europe/Amsterdam", "NL"),
        (None, "Europe/Amsterdam", "NL"),
        ("Etc/UTC", "Etc/UTC", "NL"),
    ],
)
async def test_somebody_works_where_their_time_zone_is(zone: str | None, known: str, region: str) -> None:
    stub = Stub()
    stub.person("U1", tz=zone)
    person = (await looked(stub))["U1"]
    assert (person.zone, person.region) == (known, region)


async def test_teams_are_the_channels_we_were_invited_to_and_the_user_groups() -> None:
    stub = Stub(groups=[{"id": "S1", "handle": "nachtploeg", "users": ["U2"]}])
    stub.person("U1")
    stub.person("U2")
    stub.channel("C1", ["U1", "U2"], name="team-noord", is_private=False)
    stub.channel("C2", ["U1"], name="elders", is_member=False)
    stub.channel("C3", ["U1"], name="klanten", is_ext_shared=True)
    found = await looked(stub)
    assert found["U1"].teams == ("team-noord",)
    assert found["U2"].teams == ("nachtploeg", "team-noord")


async def test_without_user_groups_channels_are_the_teams() -> None:
    stub = Stub(groups=None)
    stub.person("U1")
    stub.channel("C1", ["U1"], name="team-noord")
    assert (await looked(stub))["U1"].teams == ("team-noord",)


async def test_half_a_list_is_never_taken_for_everyone() -> None:
    stub = Stub(page=2)
    for number in range(5):
        stub.person(f"U{number}")

    def second_page_fails(method: str, given: dict[str, Any]) -> web.Response | None:
        refused = {"ok": False, "error": "invalid_cursor"}
        return web.json_response(refused) if method == "users.list" and given.get("cursor") else None

    stub.fault = second_page_fails
    with pytest.raises(DeliveryFailed):
        await looked(stub)


async def test_an_organisation_as_a_whole_is_looked_up_in_each_of_its_workspaces() -> None:
    stub = Stub(team={"team_id": "T1", "enterprise_id": "E1", "is_enterprise_install": True})
    stub.person("W1", team_id="T1")
    stub.person("W2", team_id="T2")
    assert set(await looked(stub)) == {"W1", "W2"}
    assert [call["team_id"] for call in stub.called("users.list")] == ["T1", "T2"]


async def test_nothing_more_of_somebody_is_taken_over_than_is_needed() -> None:
    stub = Stub()
    stub.person("U1", profile={"real_name": "Ana", "email": "ana@example.org", "phone": "06"}, is_admin=True)
    assert "example.org" not in repr((await looked(stub))["U1"])
