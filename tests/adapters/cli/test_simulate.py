"""`ruimte simulate`: a whole change with a made-up company, on a database of its own."""

import json
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from adapters.company.roster import ANSWERS_FILE
from tests.adapters.cli.conftest import CommandLine

NUMBERS = ["people", "invited", "delivered", "voices", "released", "withheld", "digests", "outcomes", "seconds"]


def _simulate(line: CommandLine, *more: str, answers: str = str(ANSWERS_FILE), code: int = 0) -> Any:  # noqa: ANN401 - JSON or text
    """Play; return the numbers, or what was said where it is refused."""
    given = ("--answers", answers, "--database", line.environment["RUIMTE_DATABASE_URL"], "--keys", str(line.keys))
    result = line("simulate", *given, *more)
    assert result.exit_code == code, result.output
    return json.loads(result.stdout.splitlines()[-1]) if code == 0 else result.stderr


@pytest.mark.timeout(600)
def test_a_change_is_played_the_same_on_both_databases(sqlite_url: str, postgres_url: str, tmp_path: Path) -> None:
    courses: list[dict[str, Any]] = []
    for url in (sqlite_url, postgres_url):
        keys, truth = tmp_path / f"keys-{len(courses)}", tmp_path / "truth.jsonl"
        line = CommandLine({"RUIMTE_DATABASE_URL": url, "RUIMTE_KEYS": str(keys)}, tmp_path)
        numbers = _simulate(line, "--people", "50", "--days", "12", "--truth", str(truth))
        assert numbers["released"] + numbers["withheld"] == len(_last_said(truth))
        courses.append(numbers)
    on_sqlite, on_postgresql = courses
    assert list(on_sqlite) == NUMBERS
    assert on_sqlite["people"] == 50
    assert 0 < on_sqlite["voices"] <= on_sqlite["delivered"] <= on_sqlite["invited"]
    assert on_sqlite["digests"] >= 2
    assert on_sqlite | {"seconds": 0} == on_postgresql | {"seconds": 0}


def _last_said(truth: Path) -> set[tuple[str, str, str]]:
    """Who said something to which question of which round, and did not take it back; in the order of submission."""
    said: set[tuple[str, str, str]] = set()
    for place, line in enumerate(truth.read_text(encoding="utf-8").splitlines(), start=1):
        saying = json.loads(line)
        assert saying["order"] == place
        about = (saying["person"], saying["round"], saying["question"])
        said.add(about) if saying["text"] else said.discard(about)
    return said


def test_the_bar_says_the_days_in_the_language_of_the_command(empty_on_file: CommandLine) -> None:
    given = ("--answers", str(ANSWERS_FILE), "--database", empty_on_file.environment["RUIMTE_DATABASE_URL"])
    short = ("--keys", str(empty_on_file.keys), "--people", "40", "--days", "1", "--progress")
    result = empty_on_file("--language", "nl", "simulate", *given, *short)
    assert result.exit_code == 0, result.output
    assert "dag 1 van 1" in result.stderr


@pytest.mark.timeout(200)
def test_the_same_seed_on_the_same_database_gives_the_same_course_again(empty_on_file: CommandLine) -> None:
    short = ("--people", "40", "--days", "4")
    first, again = (_simulate(empty_on_file, *short) for _ in range(2))
    other = _simulate(empty_on_file, *short, "--seed", "8")
    for numbers in (first, again, other):
        del numbers["seconds"]
    assert first == again
    assert first != other
    assert first["voices"]


@pytest.mark.timeout(200)
def test_every_submission_and_every_release_leaves_a_copy(empty_on_file: CommandLine) -> None:
    copies, truth = empty_on_file.folder / "copies", empty_on_file.folder / "truth.jsonl"
    more = ("--people", "30", "--days", "4", "--copies", str(copies), "--truth", str(truth))
    numbers = _simulate(empty_on_file, *more)
    names = sorted(path.name for path in copies.iterdir())
    submissions = [name for name in names if name.endswith("-submission")]
    assert len(submissions) >= len(truth.read_text(encoding="utf-8").splitlines())
    assert [name for name in names if name.endswith("-release")]
    last = sqlite3.connect(copies / names[-1] / "ruimte.db")
    answers = last.execute("SELECT count(*) FROM answers").fetchone()[0]
    last.close()
    assert answers == numbers["released"] > 0


def test_copies_are_made_of_sqlite_only(empty_on_file: CommandLine) -> None:
    line = CommandLine({**empty_on_file.environment, "RUIMTE_DATABASE_URL": "postgresql://nobody@/no"}, Path())
    assert "only one of SQLite" in _simulate(line, "--copies", "elsewhere", code=3)


def test_copies_do_not_go_among_others(empty_on_file: CommandLine) -> None:
    (empty_on_file.folder / "copies").mkdir()
    (empty_on_file.folder / "copies" / "something").touch()
    said = _simulate(empty_on_file, "--copies", str(empty_on_file.folder / "copies"), code=3)
    assert "is empty or not there yet" in said


def test_a_database_of_the_service_is_refused_and_stays_as_it_is(ruimte: CommandLine) -> None:
    said = _simulate(ruimte, code=3)
    assert "made by service, not by simulation" in said
    assert "made by service" in _simulate(ruimte, code=3)


def test_answers_that_are_not_there_are_said(empty_on_file: CommandLine) -> None:
    assert "nergens.jsonl" in _simulate(empty_on_file, answers="nergens.jsonl", code=3)


def test_every_broken_line_is_named(empty_on_file: CommandLine) -> None:
    broken = empty_on_file.file('{"text": "ja", "lang": "nl"}\n{"text": ""}\nniets\n', "broken.jsonl")
    said = _simulate(empty_on_file, answers=broken, code=1)
    assert f"{broken}:2:" in said
    assert f"{broken}:3:" in said


def test_answers_that_are_no_text_are_said(empty_on_file: CommandLine) -> None:
    path = empty_on_file.folder / "picture.jsonl"
    path.write_bytes(b"\xff\xfe\x00")
    assert "not text" in _simulate(empty_on_file, answers=str(path), code=1)


@pytest.mark.parametrize("url", ["mysql://somewhere", "nothing", ""])
def test_a_url_of_no_database_is_said(empty_on_file: CommandLine, url: str) -> None:
    line = CommandLine({**empty_on_file.environment, "RUIMTE_DATABASE_URL": url}, empty_on_file.folder)
    assert "--database" in _simulate(line, code=3)


def test_a_broken_change_is_refused_with_every_finding(empty_on_file: CommandLine) -> None:
    change = empty_on_file.file("title: Iets\nframe: []\n")
    said = _simulate(empty_on_file, "--change", change, code=1)
    assert f"{change}:" in said
    assert "Nothing was changed" in said


@pytest.mark.timeout(200)
def test_the_smallest_change_is_played_too(empty_on_file: CommandLine) -> None:
    lines = "".join(json.dumps({"text": f"Zo is het {n}", "lang": "nl", "round": "listen"}) + "\n" for n in range(9))
    answers = empty_on_file.file(lines, "answers.jsonl")
    more = ("--people", "40", "--days", "16", "--change", "adapters/company/small.yaml")
    numbers = _simulate(empty_on_file, *more, answers=answers)
    assert numbers["digests"] == 1
    assert numbers["outcomes"] == 1
