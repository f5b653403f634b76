"""The organiser's page without a script: making a change, what is refused and where, trying it, applying it."""

from __future__ import annotations

import pytest

from adapters.web.organiser.drafts import FileDrafts
from bot.change import ChangeState, PointState
from bot.ids import Language, PersonId
from bot.messages import Buttons, Note
from tests.adapters.web.organiser.conftest import Studio
from tests.adapters.web.organiser.desk import Desk
from tests.world import texts


async def test_five_things_are_enough_and_become_a_change(desk: Desk, studio: Studio) -> None:
    await desk.begin()
    await desk.fill_in()
    await desk.press("apply")
    assert "Het staat klaar" in desk.says
    change = await studio.change()
    assert [point.state for point in change.points] == [PointState.OPEN]
    assert change.points[0].owner == "p-johanna"
    assert change.planning[0].pages[0].questions[0].text.in_(change.languages[0]) == "Wat mogen we niet kwijtraken?"
    assert (change.organisers, change.core_team) == (("p-johanna",), studio.company.core_team)


async def test_everything_that_is_missing_is_said_at_its_field_and_nothing_is_put_in_place(
    desk: Desk, studio: Studio
) -> None:
    await desk.begin()
    await desk.press("apply")
    assert desk.remarks == {
        "title.nl": ["Geef het een naam."],
        "why.nl": ["Zeg waarom dit verandert."],
        "frame.0.text.nl": ["Schrijf op wat het punt is."],
        "planning.0.ask.0.question.nl": ["Schrijf de vraag op."],
        "planning.0.opens_on": ["Kies de dag waarop de ronde begint."],
    }
    assert "5 dingen kloppen nog niet" in desk.says
    assert await studio.changes() == []


async def test_nothing_is_called_wrong_before_somebody_asks(desk: Desk) -> None:
    await desk.begin()
    assert desk.remarks == {}
    await desk.press("keep")
    assert desk.remarks == {}
    await desk.press("check")
    assert desk.remarks


async def test_with_nothing_open_there_is_nothing_to_ask(desk: Desk) -> None:
    await desk.begin()
    await desk.fill_in()
    desk.type(frame__0__state="fixed", frame__0__decided_by__nl="Pieter", frame__0__why__nl="Daarom.")
    desk.type(planning__0__closes_on="2027-01-26")
    await desk.press("check")
    assert desk.remarks["planning.0.round"] == [
        "Er is niets open, dus er valt niets te vragen. Een ronde zou dan niet eerlijk zijn."
    ]


async def test_what_only_the_engine_can_see_is_said_at_its_field_too(desk: Desk) -> None:
    await desk.begin()
    await desk.fill_in()
    desk.type(("audience", ["kantoor"]), planning__0__ask__0__question__nl="Wat? En wie ben je?")
    await desk.press("check")
    assert desk.remarks["audience"] == [texts().get(Language("nl"), "refused.audience_small", smallest=8)]
    assert len(desk.remarks["planning.0.ask.0.question.nl"]) == 1


async def test_a_planning_that_does_not_fit_is_refused_at_the_planning(desk: Desk) -> None:
    await desk.begin()
    await desk.fill_in()
    desk.type(frame__0__due_on="2027-03-01", planning__0__closes_on="2027-01-26")
    await desk.press("add planning")
    await desk.press("add planning")
    for number, kind in ((1, "source"), (2, "believe")):
        desk.type(
            (f"planning.{number}.round", kind),
            (f"planning.{number}.opens_on", "2027-01-20"),
            (f"planning.{number}.closes_on", "2027-01-27"),
        )
    await desk.press("check")
    assert any("berichten" in text for text in desk.remarks["planning"])


@pytest.mark.parametrize("kind", ["fixed", "intended", "together"])
async def test_what_goes_with_a_point_is_asked_for_at_that_point(desk: Desk, kind: str) -> None:
    await desk.begin()
    await desk.fill_in()
    await desk.press("add frame")
    desk.type(frame__1__state=kind, frame__1__text__nl="Nog een punt.")
    await desk.press("check")
    wanted = {
        "fixed": {"frame.1.decided_by.nl", "frame.1.why.nl"},
        "intended": {"frame.1.decided_by.nl", "frame.1.why.nl", "frame.1.advice_on"},
        "together": {"frame.1.due_on", "frame.1.co_designers"},
    }[kind]
    # Two points no longer fit in the shortest file: the first one needs its own day too.
    assert set(desk.remarks) == wanted | {"frame.0.due_on"}
    assert desk.field("frame.0.owner") == ["p-johanna"]
    assert desk.field("planning.0.closes_on") == [""]


async def test_a_second_language_asks_for_every_text_in_it(desk: Desk) -> None:
    await desk.begin()
    await desk.fill_in()
    desk.type(("languages", ["nl", "en"]))
    await desk.press("check")
    assert set(desk.remarks) == {
        "title.en",
        "why.en",
        "frame.0.text.en",
        "planning.0.ask.0.question.en",
    }
    assert set(map(tuple, desk.remarks.values())) == {("Dit staat er nog niet in het Engels.",)}


async def test_rows_come_go_and_change_places(desk: Desk) -> None:
    await desk.begin()
    desk.type(frame__0__text__nl="Een")
    await desk.press("add frame")
    desk.type(frame__1__text__nl="Twee")
    await desk.press("up frame.1")
    assert [desk.field(f"frame.{number}.text.nl") for number in range(2)] == [["Twee"], ["Een"]]
    await desk.press("remove frame.0")
    assert desk.field("frame.0.text.nl") == ["Een"]
    assert desk.field("frame.1.text.nl") == []


async def test_what_was_typed_is_there_after_a_reload_and_only_for_its_owner(desk: Desk, studio: Studio) -> None:
    await desk.begin()
    desk.type(title__nl="Half af <b>&amp;", why__nl="Regel een\nregel twee")
    await desk.press("keep")
    await desk.open(desk.path)
    assert desk.field("title.nl") == ["Half af <b>&amp;"]
    assert desk.field("why.nl") == ["Regel een\nregel twee"]
    again = FileDrafts(studio.room.drafts._directory)  # type: ignore[attr-defined]
    assert len(await again.of(PersonId("p-johanna"))) == 1
    other = Desk(desk.client, person="p-dewi")
    await other.open(desk.path.replace("p-johanna", "p-dewi"))
    assert other.status == 404


async def test_a_draft_can_be_thrown_away(desk: Desk, studio: Studio) -> None:
    await desk.begin()
    await desk.press("discard")
    assert await studio.room.drafts.of(PersonId("p-johanna")) == ()


async def test_a_try_comes_to_the_organiser_alone_and_leaves_no_trace(desk: Desk, studio: Studio) -> None:
    await desk.begin()
    await desk.fill_in()
    await desk.press("try")
    assert "3 berichten naar je toe" in desk.says
    got = studio.chats.messages(PersonId("p-johanna"))
    assert len(got) == 3
    for one in got:
        assert one.message.summary.startswith("Proef: ")
        assert isinstance(one.message.blocks[0], Note)
        carried = [
            button.value for block in one.message.blocks if isinstance(block, Buttons) for button in block.buttons
        ]
        assert set(carried) <= {""}
    assert studio.chats.messages(PersonId("p-amina")) == ()
    assert await studio.changes() == []
    await desk.press("try invite-0")
    assert "1 bericht naar je toe" in desk.says


async def test_the_messages_are_shown_here_in_slack_and_in_teams_in_each_language(desk: Desk) -> None:
    await desk.begin()
    await desk.fill_in()
    desk.type(
        ("languages", ["nl", "en"]),
        title__en="A new office",
        why__en="The old one is too small.",
        frame__0__text__en="Who sits where.",
        planning__0__ask__0__question__en="What should we not lose?",
    )
    await desk.press("messages")
    form = desk.path
    for look, mark in (("here", "here-look"), ("slack", "slack-look"), ("teams", "teams-look")):
        for language, question in (("nl", "Wat mogen we niet kwijtraken?"), ("en", "What should we not lose?")):
            await desk.open(f"{form}?look={look}&language={language}")
            assert desk.html.count(f'class="{mark}"') == len(desk.page.ids & PREVIEWED)
            assert desk.says.count(question) >= 2, (look, language)
    await desk.open(f"{form}?look=all&language=en")
    assert [f'class="{mark}-look"' in desk.html for mark in ("here", "slack", "teams")] == [True] * 3


PREVIEWED = {
    f"message-{one}"
    for one in ("frame_manager", "frame", "invite-0", "core_opened-0", "reminder-0", "round_over-0", "too_few-0")
}


async def test_messages_that_cannot_be_made_yet_lead_to_what_is_missing(desk: Desk) -> None:
    await desk.begin()
    await desk.press("messages")
    assert "5 dingen kloppen nog niet" in desk.says


async def test_the_calendar_and_the_groups_say_what_it_asks(desk: Desk) -> None:
    await desk.begin()
    await desk.fill_in()
    await desk.press("keep")
    assert "57 mensen krijgen de vragen." in desk.says
    assert "5 lezen de antwoorden en krijgen daarom geen vragen." in desk.says
    assert "Het kleinste team is Kantoor: 3 mensen." in desk.says
    assert "Week van 18 januari" in desk.says
    assert "Uitnodiging: Luisterronde (57)" in desk.says
    assert "2 berichten en 2 min. per persoon" in desk.says
    assert "119 berichten en 114 min. van iedereen samen" in desk.says


async def test_a_file_that_is_pasted_becomes_the_form_and_what_is_wrong_in_it_has_its_line(desk: Desk) -> None:
    await desk.open()
    desk.type(file="title: Uit een bestand\nwhy: Daarom.\nopne: Iets.\nquestion: Wat?\non: 2027-01-19\n")
    await desk.press("file")
    assert "Regel 3: a change has no `opne`; did you mean `open`?" in desk.says
    desk.type(file="title: Uit een bestand\nwhy: Daarom.\nopen: Iets.\nquestion: Wat?\non: 2027-01-19\n")
    await desk.press("file")
    assert desk.field("title.nl") == ["Uit een bestand"]
    await desk.press("check")
    assert desk.remarks == {}


async def test_a_form_from_elsewhere_does_nothing(desk: Desk, studio: Studio) -> None:
    await desk.begin()
    await desk.fill_in()
    desk.type(csrf="0" * 64)
    await desk.press("apply")
    assert desk.status == 403
    assert await studio.changes() == []


async def test_the_page_is_in_the_language_of_the_visit(desk: Desk) -> None:
    desk.client.session.headers["Accept-Language"] = "en"
    await desk.begin()
    await desk.press("check")
    assert desk.remarks["title.en"] == ["Give it a name."]


async def test_a_change_that_is_applied_runs_like_any_other(desk: Desk, studio: Studio) -> None:
    await desk.begin()
    await desk.fill_in()
    await desk.press("apply")
    await studio.play.move_to(studio.sandbox.tomorrow(16))
    assert (await studio.change()).state is ChangeState.RUNNING
    chat = studio.chats.messages(PersonId("p-amina"))
    assert any("Wat mogen we niet kwijtraken?" in str(one.message.blocks) for one in chat)


async def test_what_is_allowed_and_worth_a_thought_is_said_at_its_field(desk: Desk) -> None:
    await desk.begin()
    await desk.fill_in()
    desk.type(("organisers", ["p-dewi"]), council_told_on="2027-01-25", managers_told_on="2027-01-25", channel="")
    desk.type(("audience", ["noord", "zuid"]))
    await desk.press("check")
    assert desk.remarks == {}
    for text in (
        "Je staat er zelf niet bij.",
        "Dat is eerder dan de ondernemingsraad.",
        "Leidinggevenden horen het liever eerder.",
        "Er is nog geen kanaal om in te lezen.",
        "Wie Engels leest, krijgt jouw teksten in het Nederlands.",
        "Minder dan 10 mensen schrijven Engels. Die woorden laten we nooit zien.",
    ):
        assert text in desk.says, text


async def test_an_address_that_somebody_made_up_is_answered_in_a_sentence(desk: Desk) -> None:
    await desk.open("/as/p-johanna/changes?applied=<b>&how=nonsense")
    assert desk.status == 200
    assert "<b>&" not in desk.html
    for path in ("/as/p-johanna/changes/0", "/as/p-johanna/changes/of/nothing/file", "/as/nobody/changes"):
        await desk.open(path)
        assert desk.status == 404
        assert "Deze pagina is er niet." in desk.says


async def test_a_last_day_that_was_left_empty_moves_along_with_the_first(desk: Desk) -> None:
    await desk.begin()
    await desk.fill_in()
    desk.type(frame__0__due_on="2027-03-01")
    await desk.press("check")
    desk.type(planning__0__opens_on="2027-02-02")
    await desk.press("check")
    assert desk.remarks == {}
    await desk.press("apply")
    assert "Luisterronde: van dinsdag 2 februari tot en met dinsdag 9 februari." in desk.says


async def test_an_owner_outside_the_core_team_is_remarked_on_and_nothing_waits_for_it(desk: Desk) -> None:
    await desk.begin()
    await desk.fill_in()
    desk.type(frame__0__owner="p-ilse", frame__0__due_on="2027-03-01")
    await desk.press("check")
    assert "Ilse Vermeer zit niet in het kernteam, en kan het besluit dus niet zelf vertellen." in desk.says
    desk.type(frame__0__owner="p-dewi")
    await desk.press("check")
    assert "zit niet in het kernteam, en kan" not in desk.says


async def test_who_gets_nothing_of_it_is_not_counted_among_those_who_read_another_language_and_few_are_not_counted(
    desk: Desk,
) -> None:
    await desk.begin()
    await desk.fill_in()
    await desk.press("check")
    assert "19 mensen lezen Engels." in desk.says
    desk.type(("audience", ["zuid"]))
    await desk.press("check")
    assert "lezen Engels." not in desk.says
    assert "Wie Engels leest, krijgt jouw teksten in het Nederlands." in desk.says


async def test_a_change_to_the_same_people_in_the_same_weeks_is_named(desk: Desk) -> None:
    await desk.begin()
    await desk.fill_in()
    await desk.press("apply")
    await desk.begin()
    await desk.fill_in()
    desk.type(title__nl="Nog een verandering")
    await desk.press("check")
    assert "In dezelfde weken loopt ook: Een nieuw kantoor." in desk.says
    assert desk.remarks == {}
    desk.type(planning__0__opens_on="2027-03-09")
    await desk.press("check")
    assert "In dezelfde weken loopt ook" not in desk.says


async def test_a_group_that_is_too_small_is_told_how_many_it_takes(desk: Desk) -> None:
    await desk.begin()
    await desk.fill_in()
    desk.type(("audience", ["kantoor"]))
    await desk.press("check")
    assert "Er zijn er minstens 8 nodig." in desk.says
