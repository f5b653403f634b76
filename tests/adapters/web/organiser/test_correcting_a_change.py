"""The organiser's page without a script: a change that is in place is corrected, by those whose it is."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from adapters.change_file import dump_change
from bot.change import ChangeState, PointState
from bot.ids import ChangeId
from tests.adapters.web.organiser.conftest import Studio
from tests.adapters.web.organiser.desk import Desk


async def test_a_change_in_place_is_corrected_and_the_file_of_the_page_is_what_show_prints(
    desk: Desk, studio: Studio
) -> None:
    await desk.begin()
    await desk.fill_in()
    await desk.press("apply")
    change = await studio.change()
    await desk.open(f"/as/p-johanna/changes/of/{change.id}/file")
    assert desk.html == await asyncio.to_thread(dump_change, change)
    await desk.open()
    await desk.press(f"open {change.id}")
    draft = desk.path
    await desk.open(f"{draft}/file")
    assert desk.html == await asyncio.to_thread(dump_change, change)
    await desk.open(draft)
    desk.type(why__nl="Het oude is veel te klein.")
    await desk.press("apply")
    assert "De verandering is bijgewerkt" in desk.says
    assert (await studio.change()).why.in_(change.languages[0]) == "Het oude is veel te klein."


async def test_an_open_point_does_not_become_fixed_without_an_outcome(desk: Desk, studio: Studio) -> None:
    await desk.begin()
    await desk.fill_in()
    await desk.press("apply")
    await desk.open()
    await desk.press("open een-nieuw-kantoor")
    await desk.press("add frame")
    desk.type(
        frame__0__state="fixed",
        frame__0__decided_by__nl="Pieter",
        frame__0__why__nl="Daarom.",
        frame__1__state="open",
        frame__1__text__nl="Iets anders.",
        frame__1__due_on="2027-03-01",
    )
    await desk.press("apply")
    assert list(desk.remarks) == ["frame.0.state"]
    assert (await studio.change()).points[0].state is PointState.OPEN


async def test_a_correction_that_changes_nothing_says_so(desk: Desk, studio: Studio) -> None:
    await desk.begin()
    await desk.fill_in()
    await desk.press("apply")
    await desk.open()
    await desk.press("open een-nieuw-kantoor")
    await desk.press("apply")
    assert "Alles stond al zo" in desk.says


async def test_a_name_that_another_change_has_is_refused(desk: Desk, studio: Studio) -> None:
    for _ in range(2):
        await desk.begin()
        await desk.fill_in()
        await desk.press("apply")
    assert desk.remarks == {"title.nl": ["Er is al een verandering die zo heet. Kies een andere naam."]}
    assert (await studio.change()).version == 1


async def test_who_corrects_what_somebody_else_just_corrected_is_told(desk: Desk, studio: Studio) -> None:
    await desk.begin()
    await desk.fill_in()
    await desk.press("apply")
    await desk.open()
    await desk.press("open een-nieuw-kantoor")
    mine = desk.path
    other = Desk(desk.client)
    await other.open()
    await other.press("open een-nieuw-kantoor")
    other.type(why__nl="Anders.")
    await other.press("apply")
    await desk.open(mine)
    assert "Iemand anders heeft deze verandering intussen bijgewerkt." in desk.says


async def test_only_the_core_team_makes_a_change_and_only_its_organisers_correct_it(desk: Desk, studio: Studio) -> None:
    await desk.begin()
    await desk.fill_in()
    await desk.press("apply")
    amina = Desk(desk.client, person="p-amina")
    await amina.open()
    assert amina.status == 403
    assert "Dit is niet jouw verandering" in amina.says
    assert "Johanna" in amina.says
    dewi = Desk(desk.client, person="p-dewi")
    await dewi.open()
    assert dewi.status == 200
    assert "open een-nieuw-kantoor" not in dewi.page.buttons
    await dewi.open("/as/p-dewi/changes/of/een-nieuw-kantoor/file")
    assert dewi.status == 403


async def test_a_name_in_any_script_is_put_in_place_and_found_again(desk: Desk, studio: Studio) -> None:
    await desk.begin()
    await desk.fill_in()
    desk.type(title__nl="Über ons café 中文 & meer")
    await desk.press("apply")
    assert "Het staat klaar" in desk.says
    (id_,) = await studio.changes()
    assert id_ == "über-ons-café-中文-meer"
    assert "Bekijk wat er klaarstaat, als bestand" in desk.says
    await desk.open(f"/as/p-johanna/changes/of/{id_}/file")
    assert desk.html.startswith(f"id: {id_}\n")
    await desk.open()
    await desk.press(f"open {id_}")
    assert desk.field("title.nl") == ["Über ons café 中文 & meer"]
    await desk.open(f"/as/p-johanna/changes/of/{id_}/file")
    assert f"id: {id_}\n" in desk.html


async def test_a_change_that_was_finished_meanwhile_is_not_corrected_and_the_draft_stays(
    desk: Desk, studio: Studio
) -> None:
    await desk.begin()
    await desk.fill_in()
    await desk.press("apply")
    await desk.open()
    await desk.press("open een-nieuw-kantoor")
    async with studio.storage.store.write(studio.company.tenant) as tx:
        change = await tx.changes.get(ChangeId("een-nieuw-kantoor"))
        await tx.changes.put(replace(change, state=ChangeState.CLOSED))
    desk.type(why__nl="Toch anders.")
    await desk.press("apply")
    assert desk.status == 409
    assert "Deze verandering is intussen afgerond." in desk.says
    assert desk.field("why.nl") == ["Toch anders."]
    await desk.open()
    assert "open een-nieuw-kantoor" not in desk.page.buttons


async def test_a_correction_of_what_people_were_told_says_that_everyone_hears_it_again(
    desk: Desk, studio: Studio
) -> None:
    await desk.begin()
    await desk.fill_in()
    await desk.press("apply")
    await studio.play.move_to(studio.sandbox.tomorrow(16))
    await desk.open()
    await desk.press("open een-nieuw-kantoor")
    desk.type(why__nl="Het is echt te klein.")
    await desk.press("check")
    assert "dan hoort iedereen dat meteen" in desk.says
    await desk.press("apply")
    assert "iedereen hoort het opnieuw" in desk.says
