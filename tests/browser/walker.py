"""Walks the seven steps of the sandbox's path, as its page says to, each on the real engine."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Locator, expect

from adapters.company.roster import load_company
from adapters.web.path import Deed
from adapters.web.texts import Words
from tests.browser.visitor import MOVES, Visitor

STEPS = len(Deed)

SAID = {
    "nl": "Vorige keer hoorde het planbureau het op vrijdag. Vraag ons eerst, dan zie je wat er misgaat.",
    "en": "Last time the planning office heard it on a Friday. Ask us first, then you see what goes wrong.",
}
HEARD = {
    "nl": "We hoorden dat jullie het eerder willen weten. Dat klopt, en daarom vragen we het nu.",
    "en": "We heard that you want to know earlier. You are right, and that is why we ask now.",
}
DECISION = {
    "nl": "Ieder team verdeelt zijn avonden zelf, met een grens van twee per week.",
    "en": "Each team shares its evenings itself, with a limit of two a week.",
}
REASON = {
    "nl": "Dit hoorden we het meest, en het kan met de mensen die er zijn.",
    "en": "This is what we heard most, and it can be done with the people there are.",
}

Look = Callable[[str], None]
"""Told what is on the screen now."""


def _see_nothing(_: str) -> None:
    """Nobody looks."""


class Walker:
    """Someone on the path. `look` is called with a name whenever there is something to see."""

    def __init__(self, visitor: Visitor, words: Words, look: Look = _see_nothing) -> None:
        self.visitor = visitor
        self.words = words
        self.page = visitor.page
        self.path = visitor.page.locator("#path")
        self.look = look
        company = load_company()
        self.employee, _, self.core = (
            person.name.split()[0] for key in company.suggested if (person := company.person(key))
        )

    def walk(self) -> None:
        """From the first page to the last step."""
        self.begin()
        for step in (self.tap, self.answer, self.look_for_it, self.read, self.tell, self.decide, self.hear):
            step()
        expect(self.path).to_contain_text(self.words("path.end_title"))

    def stands_at(self, number: int) -> None:
        """The path says which step this is."""
        expect(self.path.locator("#path-count")).to_have_text(self.words("path.step", number=number, count=STEPS))

    def begin(self) -> None:
        """Begin on the first page; in another language than the play's own the stage is set anew."""
        self.page.goto("/")
        self.look("first")
        self.visitor.use(self.page.locator(".hero-ways .primary"))
        self.page.wait_for_url("**/as/p-*")
        self.stands_at(1)

    def tap(self) -> None:
        """Read what is fixed and what is open, and say whether you believe it."""
        # It is there from the beginning; right after the stage is set it comes by itself.
        frame = self.visitor.last(self.visitor.say("frame.fixed"))
        expect(frame).to_be_visible(timeout=30_000)
        frame.evaluate("message => message.scrollIntoView({block: 'start'})")
        self.look("frame")
        self.visitor.press(self.visitor.say("button.believe"), within=frame)
        self.visitor.choose(answer="unsure")
        self.look("tap")
        self._done(until=self.visitor.say("thanks.title"))
        self.stands_at(2)

    def answer(self) -> None:
        """Wait for a question, see who reads it, answer, and hear what happens next and when."""
        self.visitor.move_until(self._answers())
        self.look("question")
        self.visitor.press(self.visitor.say("button.answer"))
        facts = self.visitor.dialog.locator(".facts > div")
        expect(facts).to_have_count(4)
        self.look("promise")
        self.visitor.fill(answer=SAID[self.visitor.language])
        self.visitor.choose(words="yes")
        self.look("answer")
        self.visitor.send(until=self.visitor.say("form.probe_intro"))
        self.visitor.send_on()
        self._say_the_rest()
        self.look("thanks")
        self.visitor.close()
        self.stands_at(3)

    def look_for_it(self) -> None:
        """Open the same form again: it is empty."""
        self.visitor.press(self.visitor.say("button.answer"))
        expect(self.visitor.dialog.locator('[name="f.answer"]')).to_have_value("")
        self.look("empty")
        self.visitor.close()
        self.stands_at(4)

    def read(self) -> None:
        """Be of the core team, and wait until there is something to read."""
        self._be(self.core)
        self.look("nothing-yet")
        told = self._tells()
        self.visitor.move_until(told)
        digest = self.visitor.messages.locator("li.message:has(details[open])").last
        digest.evaluate("message => message.scrollIntoView({block: 'start'})")
        self.look("digest")
        self.stands_at(5)

    def tell(self) -> None:
        """Tell everyone what was heard."""
        self.visitor.use(self._tells().last)
        self._write_all("reaction", HEARD)
        self.look("tell")
        self.visitor.send_last()
        self.visitor.close()
        self.stands_at(6)
        self.look("told")

    def decide(self) -> None:
        """Decide one point, and say why."""
        self.visitor.command(self.words("commands.core"))
        self.look("desk")
        decide = self.visitor.dialog.get_by_role("button", name=self.visitor.say("button.outcome"), exact=True)
        self.visitor.use(decide.nth(1))
        expect(self.visitor.dialog.locator('[name="f.verdict"]').first).to_be_visible()
        self.visitor.choose(verdict="adapted")
        self._write_all("decision", DECISION)
        self._write_all("reason", REASON)
        self.look("decide")
        self.visitor.send_last()
        self.visitor.close()
        self.stands_at(7)

    def hear(self) -> None:
        """Be the employee again, and hear what came of it."""
        self._be(self.employee)
        end = self.path.get_by_text(self.words("path.end_title"))
        for _ in range(MOVES):
            if end.count():
                break
            self.visitor.move()
            expect(self.path.locator("h2")).to_be_visible()
        heard = self.visitor.messages.get_by_text(REASON[self.visitor.language]).last
        heard.evaluate("reason => reason.scrollIntoView({block: 'center'})")
        expect(heard).to_be_in_viewport()
        self.look("heard")

    def _say_the_rest(self) -> None:
        """Answer the other questions of the form, until the thanks."""
        thanks = self.visitor.dialog.get_by_text(self.visitor.say("thanks.title"), exact=True)
        further = self.visitor.dialog.locator('[name="f.answer"]')
        for _ in range(MOVES):
            expect(thanks.or_(further)).to_be_visible()
            if thanks.count():
                return
            self.visitor.fill(answer=SAID[self.visitor.language])
            self.visitor.choose(words="no")
            self.visitor.send(until=self.visitor.say("form.probe_intro"))
            self.visitor.send_on()

    def _be(self, name: str) -> None:
        """Follow the path to somebody."""
        self.visitor.use(self.path.get_by_role("link", name=self.words("path.be", name=name)))
        expect(self.page.locator(".me strong")).to_contain_text(name)

    def _done(self, *, until: str) -> None:
        self.visitor.send(until=until)
        self.visitor.close()

    def _answers(self) -> Locator:
        return self.visitor.messages.get_by_role("button", name=self.visitor.say("button.answer"), exact=True)

    def _tells(self) -> Locator:
        """The buttons under the digest of what people said; that of the one tap comes before it."""
        title = self.visitor.say("kind.source")
        digest = self.visitor.messages.locator("li.message:has(details)", has_text=f"{title},")
        return digest.get_by_role("button", name=self.visitor.say("button.tell_heard"), exact=True)

    def _write_all(self, key: str, texts: dict[str, str]) -> None:
        for language, text in texts.items():
            self.visitor.fill(**{f"{key}_{language}": text})
