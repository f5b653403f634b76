"""Those who have no Playground: what they were sent stands in the stub, and what they do is posted to our route."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from itertools import count

from adapters.teams.carried import presses
from bot.messages import Action
from tests.adapters.teams.checking import check_activity, check_card, inputs, submit
from tests.adapters.teams.stub import Json, Stub, conversation_of
from tests.adapters.teams.teams_posts import Posts

FIRST_AT = datetime(2027, 1, 4, 8, tzinfo=UTC)


class Others:
    """They press, fill in and send. Each press is later than the one before."""

    def __init__(self, posts: Posts, stub: Stub) -> None:
        """Look at this stub, and post there."""
        self._posts = posts
        self._stub = stub
        self._moments = count(1)

    def read(self, person: str) -> list[Json]:
        """Return the cards that somebody was sent, oldest first."""
        return [check_activity(_message(one)) for one in self._stub.of(conversation_of(person))]

    def newest(self, person: str, action: Action, *, of: str = "") -> Json:
        """Return the data of the newest button that somebody has for an action."""
        found = [
            one["data"]
            for card in reversed(self.read(person))
            for one in presses(card)
            if one["data"]["action"] == action and of in str(one["data"].get("value"))
        ]
        assert found, f"{person} has no button {action}"
        data: Json = found[0]
        return data

    async def presses(self, person: str, data: Json) -> Json:
        """Press a button; return the card that takes the place of the one that was pressed."""
        at = FIRST_AT + timedelta(seconds=next(self._moments))
        status, answer = await self._posts.presses(data, person=person, timestamp=at.isoformat())
        assert status == 200
        assert answer["statusCode"] == 200, answer
        card: Json = answer["value"]
        check_card(card)
        return card

    async def fills_through(self, person: str, card: Json, words: str, **given: str) -> Json:
        """Fill in a form and those that follow; return what comes after them. The last option is chosen."""
        while inputs(card):
            typed = {one["id"]: given.get(one["id"], _filled(one, words)) for one in inputs(card)}
            card = await self.presses(person, submit(card) | typed)
            assert words not in json.dumps(card, ensure_ascii=False)
        return card


def _filled(one: Json, words: str) -> str:
    return str(one["choices"][-1]["value"]) if one["type"] == "Input.ChoiceSet" else words


def _message(activity: Json) -> Json:
    """Return what we wrote of an activity, without what the connector's library wrote."""
    return {name: activity[name] for name in ("type", "summary", "attachments")}
