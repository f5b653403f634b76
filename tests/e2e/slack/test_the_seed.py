"""The whole conversation in Slack, from the frame to an outcome, with thirty people and a clock that is moved."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from adapters.slack.views import Carried
from bot.messages import Action
from prompts.loader import load_texts
from tests.adapters.slack.checking import check_message, check_view, read
from tests.e2e.seed import CHANGED, DONE, MARKER, ONLY, REACTION, REASON, SAID, question
from tests.e2e.slack import office
from tests.e2e.slack.conftest import Stage, staged
from tests.e2e.slack.local_slack import Json, find_button, has_button
from tests.e2e.slack.office import AMINA, CORE_CHANNEL, JOOST, LEA, MILA, OTHERS
from tests.e2e.slack.visitor import Visitor

pytestmark = [
    pytest.mark.timeout(600),
    # Templates, time zones and the database are read while other tests' loops stand still.
    pytest.mark.may_block,
]


@pytest.mark.parametrize("mode", ["socket", "http"])
async def test_the_seed_is_played_from_frame_to_outcome(mode: str, program: Path, tmp_path: Path, page: Page) -> None:
    async with staged(mode, program, tmp_path) as stage:
        await page.goto(stage.slack.address)
        visitor = Visitor(page, load_texts(), mode)
        await stage.service.apply(stage.settings.tenant, office.change())
        await the_manager_hears_the_frame_first(stage, visitor)
        await everyone_hears_the_frame_and_taps(stage, visitor)
        await the_manager_asks_their_team(stage, visitor)
        await the_employee_answers_and_changes_it(stage, visitor)
        await the_others_answer(stage)
        await the_employee_looks_at_their_home_page(stage, visitor)
        await everyone_is_reminded_in_the_same_words(stage, visitor)
        await the_core_team_reads_and_tells(stage, visitor)
        await the_scenarios_are_weighed(stage, visitor)
        await the_point_is_decided(stage, visitor)
        await nothing_of_an_answer_was_ever_in_a_chat(stage)


async def newest(stage: Stage, person: str, action: Action, *, of: str = "") -> tuple[str, Json]:
    """Return somebody's newest message with such a button, and where it stands."""
    channel = await stage.slack.conversation(person)
    found = [one for one in await stage.slack.messages(channel) if has_button(one, action, of=of)]
    assert found, f"{person} has no button {action}"
    return channel, found[-1]


async def opens(stage: Stage, person: str, action: Action, *, of: str = "") -> Json:
    """Press a button of somebody's newest message that has it; return the modal that opens."""
    await stage.slack.close_modal(person)
    channel, message = await newest(stage, person, action, of=of)
    await stage.slack.press(person, channel, message, action, of=of)
    view = await stage.slack.modal_where(lambda shown: shown["callback_id"] != "ruimte-waiting")
    check_view({key: view[key] for key in ("type", "title", "blocks", "submit", "private_metadata") if key in view})
    return view


async def the_manager_hears_the_frame_first(stage: Stage, visitor: Visitor) -> None:
    """One working day before their people."""
    await stage.until("01-11 12:00")
    await visitor.be(LEA)
    await expect(visitor.message(visitor.say("frame.manager_likely"))).to_be_visible()
    await visitor.picture("manager-hears-first")
    assert not [one for one in await stage.slack.chat(AMINA) if has_button(one, Action.PAGE)]


async def everyone_hears_the_frame_and_taps(stage: Stage, visitor: Visitor) -> None:
    """What is fixed and what is open, before any question; then one tap."""
    await stage.until("01-12 12:00")
    for person in office.NAMES:
        for message in await stage.slack.chat(person):
            check_message({"text": message["text"], "blocks": message["blocks"]})
    await visitor.be(AMINA)
    frame = visitor.message(visitor.say("frame.fixed"))
    await expect(frame).to_contain_text(visitor.say("frame.open"))
    await visitor.picture("frame")
    await visitor.press(visitor.say("button.believe"), within=frame)
    await stage.slack.close_modal(AMINA)
    for number, person in enumerate((AMINA, *OTHERS[:22])):
        view = await opens(stage, person, Action.ANSWER, of="believe")
        done = await stage.slack.submit(person, view, answer="yes" if number % 3 else "no")
        assert "submit" not in done, read(done)
    await stage.slack.close_modal(AMINA)


async def the_manager_asks_their_team(stage: Stage, visitor: Visitor) -> None:
    """A command opens the way to a pulse: first the questions to ask oneself."""
    await visitor.be(LEA, "noord")
    await visitor.types("/pulse")
    await expect(visitor.modal).to_contain_text(visitor.say("pulse.rumour"))
    await visitor.picture("pulse")
    await visitor.close()
    assert [one for one in await stage.slack.messages("C1NOORD") if one["user"] == office.BOT] == []


async def the_employee_answers_and_changes_it(stage: Stage, visitor: Visitor) -> None:
    """A question, its probe, thanks; then the same button, an empty form, and another answer."""
    await stage.until("01-19 12:00")
    await visitor.be(AMINA)
    invitation = visitor.message(question())
    await visitor.picture("invitation")
    for answer, probe in ((MARKER, "Als niemand meer belt."), (CHANGED, "")):
        await visitor.press(visitor.say("button.answer"), within=invitation)
        field = visitor.modal.locator(".bk-plain-input").first
        await expect(field).to_have_value("")
        await visitor.fill(question(), answer)
        await visitor.choose(visitor.say("form.words_yes"))
        if probe:
            await visitor.picture("question")
        await visitor.send(until=visitor.say("form.probe_intro"))
        if probe:
            await visitor.modal.locator(".bk-plain-input").first.fill(probe)
            await visitor.picture("probe")
        await visitor.send(until=visitor.say("thanks.title"))
        if probe:
            await visitor.picture("thanks")
        await visitor.close()
    view = await opens(stage, AMINA, Action.ANSWER, of="listen")
    assert MARKER not in str(view)
    assert CHANGED not in str(view)
    await stage.slack.close_modal(AMINA)


async def the_others_answer(stage: Stage) -> None:
    """Twenty-four others, and one who takes it back; each step is a page of the same form."""
    for number, person in enumerate(OTHERS[:24]):
        first = await opens(stage, person, Action.ANSWER, of="listen")
        second = await stage.slack.submit(person, first, answer=SAID[number % len(SAID)], words="yes")
        stamps = {Carried.parse(view["private_metadata"]).stamp for view in (first, second)}
        assert len(stamps) == 1
        done = await stage.slack.submit(person, second, probe="Als er niemand meer belt.")
        assert "submit" not in done, read(done)
    first = await opens(stage, OTHERS[0], Action.ANSWER, of="listen")
    button = find_button(first["blocks"], Action.WITHDRAW)
    await stage.slack.post("/interact", {"channel": "x", "messageTs": "x", "user": OTHERS[0], "action": button})
    sure = await stage.slack.modal_where(lambda shown: shown["id"] != first["id"])
    done = await stage.slack.submit(OTHERS[0], sure)
    assert "submit" not in done
    await stage.slack.close_modal(OTHERS[0])


async def the_employee_looks_at_their_home_page(stage: Stage, visitor: Visitor) -> None:
    """It looks the same whether or not somebody answered."""
    await visitor.page.locator(".actas select").select_option(AMINA)
    await visitor.page.locator(".sidebar-item", has_text="Ruimte").last.click()
    home = visitor.page.locator(".home")
    await expect(home).to_contain_text(visitor.say("home.kept"))
    await expect(home).to_contain_text("Amina El Idrissi")
    await visitor.picture("home")
    shown = await home.inner_text()
    silent = OTHERS[-1]
    await visitor.page.locator(".actas select").select_option(silent)
    await expect(home).to_contain_text(office.NAMES[silent])
    assert (await home.inner_text()).replace(office.NAMES[silent], "") == shown.replace("Amina El Idrissi", "")


async def everyone_is_reminded_in_the_same_words(stage: Stage, visitor: Visitor) -> None:
    """Answered or not, once, with a link to the first message."""
    await stage.until("01-25 17:00")
    reminders = {}
    for person in (AMINA, OTHERS[0], OTHERS[-1]):
        found = [one for one in await stage.slack.chat(person) if "/archives/" in str(one["blocks"])]
        reminders[person] = found
        assert len(found) == 1
    texts = {read(found[0]["blocks"]).split("|")[-1] for found in reminders.values()}
    assert len(texts) == 1
    await visitor.be(AMINA)
    await visitor.picture("reminder")


async def the_core_team_reads_and_tells(stage: Stage, visitor: Visitor) -> None:
    """A digest as a thread in the core team's channel: heard, ask on, link to a point; then everyone hears."""
    before = await stage.slack.messages(CORE_CHANNEL)
    assert not any(said in str(before) for said in (MARKER, CHANGED, *SAID)), "nobody reads while a round is open"
    await stage.until("01-27 10:00")
    posted = await stage.slack.messages(CORE_CHANNEL)
    digest = [one for one in posted if has_button(one, Action.HEARD, of="listen")]
    assert len({one["thread_ts"] for one in digest}) == 1
    for message in posted:
        check_message({"text": message["text"], "blocks": message["blocks"]})
    await visitor.be(MILA, "kernteam")
    await visitor.page.locator(".messages").get_by_text("replies").last.click()
    thread = visitor.page.locator(".thread-pane")
    theme = thread.locator(".msg", has=visitor.page.get_by_role("button", name=visitor.say("button.ask_on"))).first
    await expect(theme).to_be_visible()
    await visitor.picture("digest")
    await visitor.press(visitor.say("button.heard"), within=theme)
    await visitor.close()
    await visitor.press(visitor.say("button.ask_on"), within=theme)
    await visitor.modal.locator(".bk-plain-input").first.fill("Wanneer is dat het lastigst?")
    await visitor.send(until=visitor.say("notice.asked_on_title")[:12])
    await visitor.close()
    await visitor.press(visitor.say("button.link_point"), within=theme)
    await visitor.choose("Wie met wie ruilt")
    await visitor.send(until=visitor.say("notice.linked_title")[:12])
    await visitor.close()
    await visitor.press(visitor.say("button.tell_heard"), within=thread)
    await visitor.modal.locator(".bk-plain-input").first.fill(REACTION)
    await visitor.send(until=visitor.say("notice.told_title")[:12])
    await visitor.close()
    await stage.until("01-28 12:00")
    await expect(thread.get_by_text(DONE)).to_be_visible()
    await visitor.be(AMINA)
    await expect(visitor.message(REACTION)).to_be_visible()
    await visitor.picture("what-we-heard")
    _, over = await newest(stage, AMINA, Action.PAGE, of="")
    assert over
    first = [one for one in await stage.slack.chat(AMINA) if has_button(one, Action.ANSWER, of="listen")]
    assert not first, "after the close no message carries a token of that round"


def everything(view: Json, words: str) -> dict[str, str]:
    """Fill in every field of a view that wants something: in words, or with its last option."""
    given = {}
    for block in view["blocks"]:
        if block["type"] == "input" and not block["optional"]:
            options = block["element"].get("options")
            given[block["block_id"].partition("@")[0].replace("-", "_")] = options[-1]["value"] if options else words
    return given


async def the_scenarios_are_weighed(stage: Stage, visitor: Visitor) -> None:
    """Every scenario gets the same questions; the core team reads them together."""
    await stage.until("03-02 16:00")
    for person in OTHERS[:14]:
        shown = await opens(stage, person, Action.ANSWER, of="scenarios")
        while "submit" in shown:
            shown = await stage.slack.submit(
                person, shown, **everything(shown, "Ik kan afkijken hoe een ander het doet.")
            )
    await stage.slack.close_modal(AMINA)
    await visitor.be(AMINA)
    await stage.until("03-10 12:00")
    await stage.slack.close_modal(MILA)
    await visitor.be(MILA, "kernteam")
    await visitor.picture("scenarios-digest")


async def the_point_is_decided(stage: Stage, visitor: Visitor) -> None:
    """The outcome goes back to everyone, with the reason, also what was not done."""
    posted = await stage.slack.messages(CORE_CHANNEL)
    desk = next(one for one in reversed(posted) if has_button(one, Action.CORE))
    await stage.slack.press(MILA, CORE_CHANNEL, desk, Action.CORE)
    shown = await stage.slack.modal_where(lambda view: bool(view.get("blocks")) and "actions" in str(view["blocks"]))
    check_view({key: shown[key] for key in ("type", "title", "blocks")})
    await visitor.picture("desk")
    button = find_button(shown["blocks"], Action.OUTCOME)
    await stage.slack.post("/interact", {"channel": "x", "messageTs": "x", "user": MILA, "action": button})
    await expect(visitor.modal).to_contain_text(visitor.say("outcome.verdict"))
    view = await stage.slack.modal()
    assert view is not None
    await visitor.choose(visitor.say("verdict.adapted"))
    await visitor.choose("Vrij ruilen")
    for label in (visitor.say("core.field_reason"), visitor.say("core.field_others")):
        await visitor.fill(f"{label} (Nederlands)", REASON)
    await visitor.picture("deciding")
    await visitor.send(until=visitor.say("notice.decided_title")[:12])
    await visitor.close()
    await stage.until("03-11 12:00")
    for person in (AMINA, OTHERS[-1]):
        assert REASON in str(await stage.slack.chat(person))
    await visitor.be(AMINA)
    await expect(visitor.message(REASON)).to_be_visible()
    await visitor.picture("outcome")


async def nothing_of_an_answer_was_ever_in_a_chat(stage: Stage) -> None:
    """What somebody wrote went to the bot only, and what they took back or changed stands nowhere."""
    log = str(await stage.slack.get("/log"))
    assert log
    for person in office.NAMES:
        assert ONLY not in str(await stage.slack.chat(person))
    core = str(await stage.slack.messages(CORE_CHANNEL))
    assert MARKER not in core
    assert JOOST not in core
