"""`ruimte digest` and `ruimte export`: what a digest shows, and nothing beside it."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from bot.answers import Answer
from bot.change import Change, Point, PointState
from bot.digest.digest import make
from bot.ids import ChangeId, Language, PageKey, PersonId, PointKey, RoundId
from bot.localised import Localised
from bot.ports import DigestRequest
from bot.questions import RoundKind
from bot.round import PageCount, Round, RoundState
from prompts.loader import load_packs
from storage.opening import Storage
from tests.adapters.cli.conftest import TENANT, CommandLine

CHANGE = ChangeId("roosters")
ROUND = RoundId("roosters-listen-1")
CLOSED = datetime(2026, 12, 11, 16, tzinfo=UTC)
SECRET = "Hippopotamus"
QUOTED = "Ik wil mijn vaste cliënten houden"


def a_change() -> Change:
    """Give a change with one open point."""
    nl = Localised.of({"nl": "Roosters"})
    point = Point(PointKey("p"), PointState.OPEN, nl, owner=PersonId("anna"))
    return Change(TENANT, CHANGE, nl, nl, (Language("nl"),), (point,), date(2026, 12, 1), "Europe/Amsterdam")


def a_round(state: RoundState, *, reached: int = 40) -> Round:
    """Give a listening round of two questions, one of which too few answered."""
    pages = load_packs().of(RoundKind.LISTEN).pages[:2]
    round_ = Round(
        TENANT, ROUND, CHANGE, RoundKind.LISTEN, pages, datetime(2026, 12, 7, tzinfo=UTC), CLOSED, state=state
    )
    counts = (PageCount(PageKey("lose"), 14, withheld=False), PageCount(PageKey("hope"), 3, withheld=True))
    return replace(round_, k=10, invited=40, reached=reached, voices=15, showable=(Language("nl"),), counts=counts)


def answers(*others: str) -> tuple[Answer, ...]:
    """Give what fourteen voices said, half of whom may be quoted, and what others did."""
    said = [(f"{QUOTED}, dat is nummer {number}", True) for number in range(7)]
    said += [(f"Vaste gezichten en {SECRET} {number}", False) for number in range(7)]
    said += [(text, False) for text in others]
    return tuple(Answer(PageKey("lose"), (("answer", text),), "nl", quotable=may) for text, may in said)


def keep(line: CommandLine, state: RoundState, *others: str, reached: int = 40) -> None:
    """Store the change and its round; a released one with its answers and its digest."""
    packs = load_packs()
    round_ = a_round(state, reached=reached)

    async def put(storage: Storage) -> None:
        async with storage.store.write(TENANT) as tx:
            await tx.changes.put(a_change())
            await tx.rounds.put(round_)
            if state is RoundState.RELEASED:
                await tx.answers.add(ROUND, answers(*others))
                codebook = packs.codebook(packs.of(RoundKind.LISTEN).codebook)
                await tx.answers.put_digest(ROUND, make(DigestRequest(round_, answers(*others), codebook, (), None)))

    line.stored(put)


def test_a_digest_is_printed_as_text_with_the_words_of_those_who_allowed_it(ruimte: CommandLine) -> None:
    keep(ruimte, RoundState.RELEASED)
    result = ruimte("digest", ROUND)
    assert (result.exit_code, result.stderr) == (0, "")
    assert QUOTED in result.stdout
    assert SECRET not in result.stdout


def test_a_digest_is_printed_in_the_language_that_is_asked_for(ruimte_on_file: CommandLine) -> None:
    keep(ruimte_on_file, RoundState.RELEASED)
    own = ruimte_on_file("digest", ROUND).stdout
    assert ruimte_on_file("digest", ROUND, "--language", "nl").stdout == own
    assert ruimte_on_file("digest", ROUND, "--language", "en").stdout != own


@pytest.mark.parametrize(
    ("state", "says"),
    [
        (RoundState.PLANNED, "has not opened yet"),
        (RoundState.OPEN, "Nobody can read anything before"),
        (RoundState.RELEASING, "Nobody can read anything before"),
        (RoundState.DESTROYED, "was destroyed, and nobody read it"),
        (RoundState.CANCELLED, "was called off"),
    ],
)
def test_what_was_not_released_cannot_be_read(ruimte_on_file: CommandLine, state: RoundState, says: str) -> None:
    keep(ruimte_on_file, state)
    result = ruimte_on_file("digest", ROUND)
    assert (result.exit_code, result.stdout) == (1, "")
    assert says in result.stderr
    exported = ruimte_on_file("export", CHANGE)
    assert (exported.exit_code, exported.stdout) == (0, "")


def test_a_round_that_is_not_there_is_named(ruimte_on_file: CommandLine) -> None:
    result = ruimte_on_file("digest", "nothing")
    assert (result.exit_code, result.stderr) == (1, "There is no round 'nothing'.\n")


def test_an_export_holds_the_themes_and_quotes_of_the_digest_and_nothing_else(ruimte: CommandLine) -> None:
    keep(ruimte, RoundState.RELEASED)
    result = ruimte("export", CHANGE)
    lines = [json.loads(line) for line in result.stdout.splitlines()]
    digest = ruimte("digest", ROUND).stdout
    quotes = [quote for line in lines for quote in line.get("quotes", ())]
    assert quotes
    assert all(quote in digest for quote in quotes)
    assert SECRET not in result.stdout
    assert ROUND not in result.stdout
    known = {"change", "round", "closed_on", "invited", "question", "withheld", "theme", "voices", "of", "quotes"}
    assert {key for line in lines for key in line} <= known


def test_a_question_that_too_few_answered_is_exported_as_withheld_without_a_number(ruimte_on_file: CommandLine) -> None:
    keep(ruimte_on_file, RoundState.RELEASED)
    lines = [json.loads(line) for line in ruimte_on_file("export", CHANGE).stdout.splitlines()]
    (withheld,) = (line for line in lines if line.get("withheld"))
    assert "voices" not in withheld


def test_a_theme_that_nearly_all_have_is_exported_as_almost_all(ruimte_on_file: CommandLine) -> None:
    keep(ruimte_on_file, RoundState.RELEASED)
    lines = [json.loads(line) for line in ruimte_on_file("export", CHANGE).stdout.splitlines()]
    sizes = {line["voices"] for line in lines if "voices" in line}
    assert "almost all" in sizes
    assert 14 not in sizes


def test_beside_almost_all_no_number_says_how_many_are_left(ruimte_on_file: CommandLine) -> None:
    keep(ruimte_on_file, RoundState.RELEASED, "Zonnebloemen")
    lines = [json.loads(line) for line in ruimte_on_file("export", CHANGE).stdout.splitlines()]
    assert {line["voices"] for line in lines if "voices" in line} == {"almost all", "some"}


def test_where_nearly_all_answered_an_export_says_of_nothing_of_how_many(ruimte_on_file: CommandLine) -> None:
    keep(ruimte_on_file, RoundState.RELEASED, reached=16)
    lines = [json.loads(line) for line in ruimte_on_file("export", CHANGE).stdout.splitlines()]
    assert any("theme" in line for line in lines)
    assert not any("of" in line for line in lines)
