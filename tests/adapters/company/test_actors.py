"""People who answer by themselves do it as people do, and the same way for the same seed."""

import random
from collections import Counter
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from adapters.clock import VirtualClock
from adapters.company.actors import Actors, Saying
from adapters.company.answer_book import AnswerBook, load_lines
from adapters.company.chats import Chats
from adapters.company.habits import Habits, answering_moment
from adapters.company.roster import ANSWERS_FILE, PROBES_FILE, load_company
from adapters.company.topics import Topics
from bot.events import Event, Pressed, Submitted
from bot.ids import FieldKey
from bot.messages import Action
from prompts.loader import load_packs
from tests.adapters.company.fakes import Desk, invitation, item

NOW = datetime(2026, 12, 1, 8, tzinfo=UTC)
COMPANY = load_company()
PEOPLE = tuple(person for person in COMPANY.people if not person.guest)
TOPICS = Topics(load_packs())
LINES = (*load_lines(ANSWERS_FILE), *load_lines(PROBES_FILE))
ALWAYS = Habits(answers=1, probe=1, says_more=1, changes=0, withdraws=0, twice=0, offers=0, rumours=0)


class Company:
    """Everyone at the company, invited once."""

    def __init__(self, habits: Habits, *, seed: int = 7) -> None:
        self.desk = Desk()
        self.clock = VirtualClock(NOW)
        self.truth: list[Saying] = []
        self.actors = Actors(
            self.desk, PEOPLE, AnswerBook(LINES), TOPICS, seed=seed, habits=habits, truth=self.truth.append
        )
        self.chats = Chats(PEOPLE, self.clock, channel=COMPANY.channel, members=COMPANY.readers, keep=0)
        self.chats.listen(self.actors.hear)

    async def invite(self, *, shuffled: int = 0) -> None:
        """Send everyone an invitation, in some order."""
        order = list(enumerate(PEOPLE))
        random.Random(shuffled).shuffle(order)
        for number, person in order:
            await self.chats.send(item(number, NOW, person=person.id), invitation(f"r1.{person.id}"), None)

    async def play(self) -> list[tuple[datetime, Event]]:
        """Let everyone do what they have in mind; return what they did and when."""
        done = []
        while (at := self.actors.next_at) is not None:
            self.clock.move_to(at)
            before = len(self.desk.events)
            await self.actors.act()
            done += [(at, event) for event in self.desk.events[before:]]
        return done


async def played(habits: Habits, *, seed: int = 7, shuffled: int = 0) -> tuple[Company, list[tuple[datetime, Event]]]:
    """Play one invitation to everyone."""
    company = Company(habits, seed=seed)
    await company.invite(shuffled=shuffled)
    return company, await company.play()


async def test_the_same_seed_gives_the_same_course_in_whatever_order_messages_arrive() -> None:
    _, one = await played(Habits(), shuffled=1)
    _, other = await played(Habits(), shuffled=2)
    assert one == other
    _, different = await played(Habits(), seed=8)
    assert one != different


async def test_they_answer_with_lines_in_their_own_language_for_that_question() -> None:
    company, _ = await played(ALWAYS)
    people = {person.id: person for person in PEOPLE}
    fitting = {(line.language, line.text) for line in LINES if (line.round, line.question) == ("listen", "lose")}
    given = {
        (people[event.person].language, answer)
        for event in company.desk.sent
        if " lose " in event.state and (answer := dict(event.fields).get(FieldKey("answer")))
    }
    assert given
    assert given <= fitting


async def test_lines_are_used_in_order() -> None:
    company, done = await played(Habits(answers=1, probe=0, says_more=0, changes=0, withdraws=0, twice=0, offers=0))
    wanted = [line.text for line in LINES if (line.language, line.round, line.question) == ("en", "listen", "lose")]
    english = {person.id for person in PEOPLE if person.language == "en"}
    given = [
        dict(event.fields)[FieldKey("answer")]
        for _, event in done
        if isinstance(event, Submitted) and event.person in english and FieldKey("answer") in dict(event.fields)
    ]
    assert given == [wanted[number % len(wanted)] for number in range(len(english))]
    assert [saying.order for saying in company.truth] == list(range(1, len(PEOPLE) + 1))


async def test_the_truth_says_who_said_what_in_which_round() -> None:
    company, done = await played(ALWAYS)
    sent = [
        (event.person, "r1", event.state.split(" ")[1], text)
        for _, event in done
        if isinstance(event, Submitted)
        for key, text in event.fields
        if key != "words"
    ]
    assert [(one.person, one.round, one.question, one.text) for one in company.truth] == sent
    assert len(sent) > 2 * len(PEOPLE)


async def test_someone_whom_a_visitor_plays_does_nothing() -> None:
    company = Company(ALWAYS)
    company.actors.played.add(COMPANY.suggested_employee)
    await company.invite()
    done = await company.play()
    assert COMPANY.suggested_employee not in {event.person for _, event in done}


async def test_a_form_that_is_sent_twice_is_the_same_form() -> None:
    company, _ = await played(Habits(answers=1, twice=1, says_more=0, changes=0, withdraws=0, offers=0))
    events = Counter(company.desk.sent)
    assert set(events.values()) == {2}


async def test_some_change_and_some_withdraw_with_a_newer_form() -> None:
    company, _ = await played(Habits(answers=1, changes=0.5, withdraws=0.5, twice=0, offers=0))
    withdrawn = {event.person: event for event in company.desk.sent if event.action is Action.WITHDRAW}
    assert 10 < len(withdrawn) < 50
    for person, event in withdrawn.items():
        assert all(
            event.stamp > other.stamp for other in company.desk.sent if other.person == person and other != event
        )
    assert {one.person for one in company.truth if not one.text} == set(withdrawn)


async def test_nobody_does_anything_outside_their_working_hours() -> None:
    people = {person.id: person for person in PEOPLE}
    _, done = await played(ALWAYS)
    assert {event.person for _, event in done} == set(people)
    for at, event in done:
        person = people[event.person]
        local = at.astimezone(ZoneInfo(person.zone))
        assert local.weekday() in person.workdays
        assert person.starts <= local.time() <= person.ends


def test_someone_who_is_asked_at_the_end_of_friday_comes_to_it_on_a_working_day() -> None:
    friday = datetime(2026, 12, 4, 15, 58, tzinfo=UTC)
    person = COMPANY.people[0]
    moments = [answering_moment(person, friday, random.Random(number)) for number in range(50)]
    assert all(moment > friday + timedelta(days=2) for moment in moments)


async def test_an_offer_is_made_with_a_choice() -> None:
    company, _ = await played(Habits(answers=0, offers=1))
    assert {event.action for event in company.desk.sent} == {Action.OFFER}
    assert all(dict(event.fields)[FieldKey("wishes")] for event in company.desk.sent)


async def test_whoever_does_not_answer_presses_nothing() -> None:
    company, done = await played(Habits(answers=0, offers=0))
    assert done == []
    assert not [event for event in company.desk.events if isinstance(event, Pressed)]
