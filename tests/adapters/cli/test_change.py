"""`ruimte change`: whole or not at all, and every finding with its line."""

import asyncio
from collections.abc import Sequence

import pytest

from adapters.change_file import dump_change
from bot.change import Change, ChangeState
from storage import migrations
from storage.opening import Storage
from tests.adapters.change_files import SMALLEST, WHOLE, line_of, load
from tests.adapters.cli.conftest import TENANT, CommandLine, meet, moved


async def changes(storage: Storage) -> Sequence[Change]:
    async with storage.store.read(TENANT) as tx:
        return await tx.changes.all()


def test_a_whole_file_is_applied_and_shown_as_it_was_written(ruimte: CommandLine) -> None:
    meet(ruimte)
    result = ruimte("change", "apply", ruimte.file(WHOLE))
    assert (result.exit_code, result.stderr) == (0, "")
    assert "Change zelf-roosteren is in place." in result.stdout
    assert "Listening round, until" in result.stdout
    shown = ruimte("change", "show", "zelf-roosteren")
    again = ruimte("change", "apply", ruimte.file(WHOLE))
    assert "Change zelf-roosteren is in place as it was. Nothing was changed." in again.stdout
    assert "corrected" not in again.stdout
    assert ruimte("change", "show", "zelf-roosteren").stdout == shown.stdout
    (ruimte.folder / "shown.yaml").write_text(shown.stdout, encoding="utf-8")
    assert "Nothing was changed" in ruimte("change", "apply", str(ruimte.folder / "shown.yaml")).stdout
    corrected = ruimte("change", "apply", ruimte.file(WHOLE.replace("channel: c-core", "channel: c-other")))
    assert "Change zelf-roosteren was corrected." in corrected.stdout


def test_the_smallest_file_is_enough(ruimte: CommandLine) -> None:
    result = ruimte("change", "apply", ruimte.file(SMALLEST))
    assert result.exit_code == 0
    assert "Nobody is named to read the answers yet" in result.stderr
    assert [change.id for change in ruimte.stored(changes)] == ["zelf-roosteren"]


def test_a_broken_file_shows_every_finding_with_its_line_and_changes_nothing(ruimte: CommandLine) -> None:
    meet(ruimte)
    text = (
        WHOLE.replace("owner: anna\n", "owner: ana\n")
        .replace("    decided_by: De directie\n", "")
        .replace("[dirk, elsa]", "[dirk]")
        .replace("closes_on: 2026-12-11", "closes_on: 2026-12-05")
    )
    path = ruimte.file(text)
    result = ruimte("change", "apply", path)
    assert result.exit_code == 1
    assert result.stdout == ""
    *found, last = result.stderr.splitlines()
    lines = [int(finding.removeprefix(f"{path}:").partition(":")[0]) for finding in found]
    wrong = ("intended:", "owner: ana", "co_designers: [dirk]", "round: listen")
    assert lines == [line_of(text, part) for part in wrong]
    assert last == "4 findings. Nothing was changed."
    assert not ruimte.stored(changes)


def test_an_unknown_person_is_named_with_who_was_meant(ruimte: CommandLine) -> None:
    meet(ruimte)
    result = ruimte("change", "apply", ruimte.file(WHOLE.replace("[anna, bert]", "[anna, bart]")))
    assert result.exit_code == 1
    assert "there is no person `bart`; did you mean `bert`?" in result.stderr
    assert not ruimte.stored(changes)


def test_people_are_not_checked_before_anyone_is_known(ruimte: CommandLine) -> None:
    result = ruimte("change", "apply", ruimte.file(WHOLE))
    assert result.exit_code == 0
    assert "Nobody is known in main yet" in result.stderr


def test_a_planning_that_asks_too_much_of_people_is_refused_at_its_line(ruimte: CommandLine) -> None:
    meet(ruimte)
    more = "  - round: source\n    opens_on: 2026-12-08\n    closes_on: 2026-12-16\n"
    text = WHOLE.replace("  - round: scenarios\n", f"{more}  - round: scenarios\n")
    path = ruimte.file(text)
    result = ruimte("change", "apply", path)
    assert result.exit_code == 1
    assert result.stderr.startswith(f"{path}:{line_of(text, 'planning:')}: ")
    assert not ruimte.stored(changes)


def test_a_group_too_small_to_be_anonymous_is_refused(ruimte: CommandLine) -> None:
    meet(ruimte, strangers=3)
    result = ruimte("change", "apply", ruimte.file(WHOLE))
    assert result.exit_code == 1
    assert not ruimte.stored(changes)


def test_an_open_point_does_not_become_fixed_without_an_outcome(ruimte: CommandLine) -> None:
    ruimte("change", "apply", ruimte.file(WHOLE))
    start, end = WHOLE.index("  - open:"), WHOLE.index("  - together:")
    fixed = "  - fixed: {nl: Noord begint., en: North begins.}\n    key: begin\n    decided_by: Anna\n    why: {nl: Ja., en: Yes.}\n"  # noqa: E501
    text = (WHOLE[:start] + fixed + WHOLE[end:]).replace("point: begin", "point: swaps")
    result = ruimte("change", "apply", ruimte.file(text))
    assert result.exit_code == 1
    (change,) = ruimte.stored(changes)
    assert change.points[2].state == "open"


def test_a_dry_run_checks_everything_and_changes_nothing(ruimte: CommandLine) -> None:
    meet(ruimte)
    result = ruimte("change", "apply", ruimte.file(WHOLE), "--dry-run")
    assert result.exit_code == 0
    assert "has no findings. Nothing was changed" in result.stdout
    assert not ruimte.stored(changes)


def test_a_dry_run_needs_no_database(empty: CommandLine) -> None:
    assert ruimte_says(empty, WHOLE) == 0
    assert ruimte_says(empty, WHOLE.replace("title:", "titel:")) == 1


def ruimte_says(line: CommandLine, text: str) -> int:
    return line("change", "apply", line.file(text), "--dry-run").exit_code


def test_changes_of_one_organisation_are_not_those_of_another(ruimte: CommandLine) -> None:
    ruimte("change", "apply", ruimte.file(SMALLEST), "--tenant", "other")
    assert ruimte("change", "show", "zelf-roosteren").exit_code == 1
    assert ruimte("change", "show", "zelf-roosteren", "--tenant", "other").exit_code == 0


def test_a_change_of_the_sandbox_is_shown_and_nothing_is_applied_there(empty: CommandLine) -> None:
    url = empty.environment["RUIMTE_DATABASE_URL"]
    asyncio.run(migrations.upgrade(url, made_by="sandbox"))
    change = load(SMALLEST, empty.folder)

    async def put(storage: Storage) -> None:
        async with storage.store.write(change.tenant) as tx:
            await tx.changes.put(change)

    empty.stored(put)
    shown = empty("change", "show", "zelf-roosteren", "--tenant", change.tenant)
    assert shown.stdout == dump_change(change)
    assert empty("change", "apply", empty.file(SMALLEST), "--tenant", change.tenant).exit_code == 3


def test_a_change_that_is_not_there_is_named(ruimte: CommandLine) -> None:
    for command in ("show", "close"):
        result = ruimte("change", command, "nothing")
        assert (result.exit_code, result.stdout) == (1, "")
        assert result.stderr == "There is no change 'nothing'.\n"


def test_a_change_with_an_open_point_is_not_closed(ruimte: CommandLine) -> None:
    ruimte("change", "apply", ruimte.file(SMALLEST))
    result = ruimte("change", "close", "zelf-roosteren")
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.strip()
    (change,) = ruimte.stored(changes)
    assert change.state is not ChangeState.CLOSED


@pytest.mark.parametrize("text", ["title: [", "", "a: &a [*a]\n", "&x {title: *x}\n"])
def test_a_file_that_is_no_change_is_a_finding_and_no_stack_trace(ruimte_on_file: CommandLine, text: str) -> None:
    assert ruimte_on_file("change", "apply", ruimte_on_file.file(text)).exit_code == 1


def test_a_file_that_is_not_there_is_a_finding(ruimte_on_file: CommandLine) -> None:
    result = ruimte_on_file("change", "apply", "nowhere.yaml")
    assert result.exit_code == 1
    assert result.stderr.startswith("nowhere.yaml: the file cannot be read: No such file or directory\n")


def test_days_are_moved_to_the_future_for_these_tests() -> None:
    assert moved("on: 2026-12-07") >= "on: 2026-12-07"
