"""The sandbox's door: what is said when it cannot be opened, and in which language a play is set on its stage."""

from __future__ import annotations

import re
import socket
from pathlib import Path

import pytest

from adapters.demo import Script, serve_demo
from bot.ids import Language


async def test_a_port_that_is_taken_is_said_with_one_that_is_free(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        taken = other.getsockname()[1]
        with pytest.raises(OSError, match=f"Port {taken} is taken") as refusal:
            await serve_demo(host="127.0.0.1", port=taken, directory=tmp_path, tell=lambda _: None)
    found = re.search(r"--port (\d+)", str(refusal.value))
    assert found
    with socket.create_server(("127.0.0.1", int(found[1]))):
        assert int(found[1]) != taken


def test_a_play_in_a_language_is_read_so_by_the_core_team_and_by_whom_one_begins_as() -> None:
    english = Script.read().speaking(Language("en"))
    assert english.change.languages == ("en", "nl")
    company = english.company
    for key in company.suggested:
        person = company.person(key)
        assert person is not None
        assert person.language == "en"
    assert {person.language for person in company.people} == {"nl", "en"}
