"""The whole conversation in Teams, from the frame to an outcome, with thirty-four people and a clock that is moved."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from playwright.async_api import Browser, Locator, Page, expect

from adapters.teams.carried import presses
from bot.messages import Action
from prompts.loader import load_texts
from tests.adapters.teams.checking import inputs, pressed, read, submit
from tests.e2e.seed import CHANGED, DONE, MARKER, ONLY, REACTION, REASON, SAID, question
from tests.e2e.teams import office
from tests.e2e.teams.conftest import Stage
from tests.e2e.teams.office import LEA, OTHERS
from tests.e2e.teams.others import Others
from tests.e2e.teams.playground import Playground
from tests.e2e.teams.visitor import Visitor

pytestmark = [
    pytest.mark.timeout(600),
    # Templates, time zones and the database are read while other tests' loops stand still.
    pytest.mark.may_block,
]

PEOPLE = list(OTHERS)[:25]
PROBE = f"Als niemand meer belt {ONLY}."


@dataclass
class Cast:
    """Who plays: Amina and Mila at their Playgrounds, and twenty-five others and Lea without one."""

    stage: Stage
    amina: Visitor
    mila: Visitor
    others: Others


@pytest.fixture
async def cast(stage: Stage, chromium: Browser) -> Cast:
    """Let everyone install us, and apply the change."""
    texts = load_texts()
    amina, mila = [Visitor(await _page(chromium, place), texts) for place in (stage.amina, stage.mila)]
    for visitor in (amina, mila):
        await expect(visitor.page.get_by_text("conversationUpdate 200")).to_be_visible()
    await stage.installed()
    await stage.service.sync(stage.settings.tenant)
    await stage.service.apply(stage.settings.tenant, office.change())
    return Cast(stage, amina, mila, Others(stage.posts, stage.stub))


async def _page(chromium: Browser, place: Playground) -> Page:
    context = await chromium.new_context(viewport={"width": 1400, "height": 1500}, locale="nl-NL")
    context.set_default_timeout(15_000)
    page = await context.new_page()
    await page.goto(place.page)
    return page


async def test_the_seed_is_played_from_frame_to_outcome(cast: Cast) -> None:
    await the_manager_hears_the_frame_first(cast)
    await everyone_hears_the_frame_and_taps(cast)
    await the_manager_asks_their_team(cast)
    await the_employee_answers_and_changes_it(cast)
    await the_others_answer(cast)
    await the_employee_types_and_looks_at_what_is_kept(cast)
    await everyone_is_reminded_in_the_same_words(cast)
    await the_core_team_reads_and_tells(cast)
    await the_scenarios_are_weighed(cast)
    await the_point_is_decided(cast)
    await nothing_of_an_answer_was_ever_in_a_chat(cast)


async def the_manager_hears_the_frame_first(cast: Cast) -> None:
    """One working day before their people."""
    await cast.stage.until("01-11 12:00")
    likely = cast.amina.say("frame.manager_likely")
    assert likely in read(cast.others.read(LEA))
    assert likely not in read(cast.others.read(PEOPLE[0]))


async def everyone_hears_the_frame_and_taps(cast: Cast) -> None:
    """What is fixed and what is open, before any question; then one tap."""
    await cast.stage.until("01-12 12:00")
    amina = cast.amina
    frame = amina.card(amina.say("frame.fixed"))
    await expect(frame).to_contain_text(amina.say("frame.open"))
    await amina.picture("frame", frame)
    await amina.fits_a_phone(frame)
    form = await amina.press(
        amina.say("button.believe"), on=amina.say("frame.fixed"), until=amina.say("form.title_believe")
    )
    await expect(form.get_by_role("radio").first).not_to_be_checked()
    await amina.picture("believe", form)
    await back(amina, on=amina.say("form.title_believe"), until=amina.say("frame.fixed"))
    for number, person in enumerate(PEOPLE[:22]):
        card = await cast.others.presses(person, cast.others.newest(person, Action.ANSWER, of="believe"))
        await cast.others.fills_through(person, card, f"Een tik {ONLY}.", answer="yes" if number % 3 else "no")


async def back(visitor: Visitor, *, on: str, until: str) -> None:
    """Go back to the message that a card took the place of."""
    await visitor.card(on).get_by_role("button", name="←").last.click()
    await expect(visitor.card(until)).to_be_visible()


async def the_manager_asks_their_team(cast: Cast) -> None:
    """What is typed opens the way to a pulse, in one's own chat: first the questions to ask oneself."""
    before = len(cast.others.read(LEA))
    assert await cast.stage.posts.types("Pulse", person=LEA) == 200
    shown = cast.stage.stub.of("a:lea")[before]["attachments"][0]["content"]
    assert cast.amina.say("pulse.rumour") in read(shown)
    cast.stage.stub.messages.popitem()


async def the_employee_answers_and_changes_it(cast: Cast) -> None:
    """A question, its probe, thanks; then the same button, an empty form, and another answer."""
    amina, title, thanks = cast.amina, cast.amina.say("form.title_listen"), cast.amina.say("thanks.title")
    await cast.stage.until("01-19 12:00")
    invitation = amina.card(question())
    await amina.picture("invitation", invitation)
    on = question()
    for answer, probe in ((MARKER, PROBE), (CHANGED, "")):
        form = await amina.press(amina.say("button.answer"), on=on, until=title)
        field = form.get_by_label(question())
        await expect(field).to_have_value("")
        await amina.fill(question(), answer, on=title)
        await how_this_works_is_read_by_keyboard(amina, form)
        await expect(field).to_have_value(answer)
        if probe:
            await form.get_by_role("button", name=amina.say("form.next"), exact=True).click()
            await expect(form).to_contain_text(amina.say("invalid.choose"))
        await amina.choose(amina.say("form.words_yes"), on=title)
        if probe:
            await amina.picture("question", form)
        second = await amina.press(amina.say("form.next"), on=title, until=amina.say("form.probe_intro"))
        await expect(second).not_to_contain_text(answer)
        if probe:
            await second.get_by_role("textbox").fill(probe)
            await amina.picture("probe", second)
        done = await amina.press(amina.say("form.send_probe"), on=amina.say("form.probe_intro"), until=thanks)
        await expect(done).not_to_contain_text(ONLY)
        if probe:
            await amina.picture("thanks", done)
        await back(amina, on=thanks, until=question())
    assert ONLY not in await amina.page.content()


async def how_this_works_is_read_by_keyboard(visitor: Visitor, form: Locator) -> None:
    """It opens in the form and closes again."""
    more = form.get_by_role("button", name=visitor.say("button.explain"), exact=True)
    said = form.get_by_text(visitor.say("explain.sealed"))
    await more.focus()
    await more.press("Enter")
    await expect(said).to_be_visible()
    await expect(more).to_have_attribute("aria-expanded", "true")
    await visitor.fits_a_phone(form)
    await visitor.long_picture("how-it-works", form)
    await more.press("Enter")
    await expect(said).not_to_be_visible()


async def the_others_answer(cast: Cast) -> None:
    """Twenty-four others, and one who takes it back; each step is a page of the same form."""
    others = cast.others
    for number, person in enumerate(PEOPLE[:24]):
        first = await others.presses(person, others.newest(person, Action.ANSWER, of="listen"))
        words = SAID[number % len(SAID)]
        second = await others.presses(person, submit(first) | {"answer": words, "words": "yes"})
        assert submit(second)["stamp"] == submit(first)["stamp"]
        assert words not in read(second)
        done = await others.presses(person, submit(second) | {"probe": "Als er niemand meer belt."})
        assert not inputs(done)
    who = PEOPLE[0]
    first = await others.presses(who, others.newest(who, Action.ANSWER, of="listen"))
    sure = await others.presses(who, pressed(first, "withdraw"))
    done = await others.presses(who, submit(sure))
    assert not inputs(done)


async def the_employee_types_and_looks_at_what_is_kept(cast: Cast) -> None:
    """What is typed is no answer: it is said why. What is kept is the same whether or not somebody answered."""
    amina = cast.amina
    await amina.types("Onze vaste ploeg moet blijven")
    told = amina.card(amina.say("typed.title"))
    await expect(told).to_be_visible()
    await amina.picture("typed", told)
    home = await amina.press(amina.say("button.home"), on=amina.say("typed.title"), until=amina.say("home.kept"))
    await expect(home).to_contain_text("Amina El Idrissi")
    await amina.picture("home", home)
    await amina.fits_a_phone(home)
    shown = await home.inner_text()
    silent = list(OTHERS)[-1]
    card = await cast.others.presses(silent, {"action": "home", "value": ""})
    assert all(line in shown for line in read(card["body"]).splitlines() if office.NAMES[silent] not in line)


async def everyone_is_reminded_in_the_same_words(cast: Cast) -> None:
    """Answered or not, once."""
    await cast.stage.until("01-25 17:00")
    reminders = [cast.others.read(person)[-1] for person in (PEOPLE[0], PEOPLE[1], list(OTHERS)[-1])]
    assert len({read(one) for one in reminders}) == 1
    assert not list(presses(reminders[0]))
    reminded = cast.amina.card(read(reminders[0]["body"]).splitlines()[0])
    await expect(reminded).to_be_visible()
    await cast.amina.picture("reminder", reminded)


async def the_core_team_reads_and_tells(cast: Cast) -> None:
    """A digest as a thread in the core team's channel: heard, ask on, link to a point; then everyone hears."""
    mila = cast.mila
    await mila.goes_to("Zelf roosteren")
    page = await mila.page.content()
    assert not any(said in page for said in (MARKER, CHANGED, *SAID)), "nobody reads while a round is open"
    await cast.stage.until("01-27 10:00")
    theme = mila.cards.filter(has=mila.page.get_by_role("button", name=mila.say("button.ask_on"), exact=True)).first
    await expect(theme).to_be_visible()
    await mila.picture("digest")
    await mila.picture("theme", theme)
    await mila.fits_a_phone(theme)
    heading = await theme.get_by_role("heading").first.inner_text()
    heard = mila.say("notice.heard", theme="").strip()
    await mila.press(mila.say("button.heard"), on=heading, until=heard)
    await back(mila, on=heard, until=heading)
    form = await mila.press(mila.say("button.ask_on"), on=heading, until=mila.say("core.ask_on_intro"))
    await form.get_by_role("textbox").first.fill("Wanneer is dat het lastigst?")
    await sends(mila, "form.send", on="core.ask_on_intro", until="notice.asked_on_title")
    await back(mila, on=mila.say("notice.asked_on_title"), until=heading)
    await mila.press(mila.say("button.link_point"), on=heading, until=mila.say("core.link_field"))
    await mila.choose("Wie met wie ruilt", on=mila.say("core.link_field"))
    await sends(mila, "form.save", on="core.link_field", until="notice.linked_title")
    await back(mila, on=mila.say("notice.linked_title"), until=heading)
    tell = mila.cards.filter(has=mila.page.get_by_role("button", name=mila.say("button.tell_heard"), exact=True)).last
    await tell.get_by_role("button", name=mila.say("button.tell_heard"), exact=True).click()
    form = mila.card(mila.say("core.heard_intro"))
    await form.get_by_role("textbox").first.fill(REACTION)
    await sends(mila, "form.publish", on="core.heard_intro", until="notice.told_title")
    await cast.stage.until("01-28 12:00")
    await expect(mila.card(DONE)).to_be_visible()
    told = cast.amina.card(REACTION)
    await expect(told).to_be_visible()
    await cast.amina.picture("what-we-heard", told)
    for person in PEOPLE:
        found = [one for card in cast.others.read(person) for one in presses(card)]
        assert not [one for one in found if "listen" in str(one["data"].get("value")) and one["verb"] == "answer"], (
            "after the close no message carries a token of that round"
        )


async def sends(visitor: Visitor, label: str, *, on: str, until: str) -> None:
    """Send the form that says this; what comes says that. All are keys of texts."""
    await visitor.press(visitor.say(label), on=visitor.say(on), until=visitor.say(until))


async def the_scenarios_are_weighed(cast: Cast) -> None:
    """Every scenario gets the same questions; the core team reads them together."""
    await cast.stage.until("03-02 16:00")
    for person in PEOPLE[:14]:
        card = await cast.others.presses(person, cast.others.newest(person, Action.ANSWER, of="scenarios"))
        await cast.others.fills_through(person, card, "Ik kan afkijken hoe een ander het doet.")
    await cast.stage.until("03-10 12:00")
    digest = cast.mila.card("Vaste maatjes")
    await expect(digest).to_be_visible()
    await cast.mila.picture("scenarios-digest", digest)


async def the_point_is_decided(cast: Cast) -> None:
    """The outcome goes back to everyone, with the reason, also what was not done."""
    mila = cast.mila
    desk = mila.cards.filter(has=mila.page.get_by_role("button", name=mila.say("button.core"), exact=True)).last
    await desk.get_by_role("button", name=mila.say("button.core"), exact=True).click()
    title = mila.say("core.desk_title")
    await mila.picture("desk", mila.card(title))
    intro = mila.say("core.outcome_intro")
    form = await mila.press(mila.say("button.outcome"), on=title, until=intro)
    await mila.choose(mila.say("verdict.adapted"), on=intro)
    await mila.choose("Vrij ruilen", on=intro)
    for label in map(mila.say, ("core.field_reason", "core.field_others", "core.field_another")):
        await form.get_by_label(f"{label} (Nederlands)").fill(REASON)
    await mila.long_picture("deciding", form)
    await sends(mila, "form.publish", on="core.outcome_intro", until="notice.decided_title")
    await cast.stage.until("03-11 12:00")
    for person in (PEOPLE[0], list(OTHERS)[-1]):
        assert REASON in read(cast.others.read(person))
    outcome = cast.amina.card(REASON)
    await expect(outcome).to_be_visible()
    await cast.amina.picture("outcome", outcome)


async def nothing_of_an_answer_was_ever_in_a_chat(cast: Cast) -> None:
    """What somebody wrote went to the bot only, and what they took back or changed stands nowhere."""
    assert ONLY not in str(cast.stage.stub.messages)
    assert ONLY not in await cast.amina.page.content()
    assert MARKER not in await cast.mila.page.content()
