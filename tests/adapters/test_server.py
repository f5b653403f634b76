"""The server: its health, and errors as a status without a word of anyone."""

import logging

import aiohttp
import pytest
from aiohttp import web

from adapters.server import make_app, serving, status_of
from bot.errors import NotAllowed, NotFound, Refused, RoundClosed, RuimteError, StoreUnavailable


async def well() -> None:
    """Be well."""


async def ill() -> None:
    raise StoreUnavailable


def app_that_fails(error: Exception) -> web.Application:
    """Make an application with a route that fails."""

    async def fail(_request: web.Request) -> web.Response:
        raise error

    app = make_app(healthy=well)
    app.router.add_post("/fail", fail)
    return app


async def ask(app: web.Application, path: str, method: str = "GET") -> tuple[int, dict[str, str]]:
    async with (
        serving(app, host="127.0.0.1", port=0) as port,
        aiohttp.ClientSession() as session,
        session.request(method, f"http://127.0.0.1:{port}{path}", data=b"x") as response,
    ):
        return response.status, await response.json()


async def test_it_is_well_while_the_database_answers() -> None:
    assert await ask(make_app(healthy=well), "/healthz") == (200, {"status": "ok"})


async def test_it_is_not_well_while_the_database_does_not_answer() -> None:
    assert await ask(make_app(healthy=ill), "/healthz") == (503, {"error": "store_unavailable"})


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (NotFound(), 404),
        (NotAllowed(), 403),
        (Refused("nothing_open"), 409),
        (RoundClosed(), 409),
        (StoreUnavailable(), 503),
        (RuimteError(), 500),
    ],
)
async def test_an_error_of_ours_is_a_status_and_a_code(error: RuimteError, status: int) -> None:
    app = app_that_fails(error)
    assert await ask(app, "/fail", "POST") == (status, {"error": error.code})
    assert status_of(error) == status


async def test_no_text_of_an_error_reaches_the_log_or_the_answer(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    app = app_that_fails(ValueError("what somebody wrote"))
    assert await ask(app, "/fail", "POST") == (500, {"error": "ruimte"})
    assert "ValueError" in caplog.text
    assert "what somebody wrote" not in caplog.text


async def test_no_request_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    await ask(make_app(healthy=well), "/healthz")
    assert not [record for record in caplog.records if record.name.startswith("aiohttp")]
