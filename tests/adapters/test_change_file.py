"""A change file: what an organiser may write, and every finding with its line."""

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

from adapters.change_file import dump_change, load_change
from bot.change import (
    Change,
    ChangeState,
    Manager,
    Outcome,
    PointState,
    ThemeRef,
    Verdict,
)
from bot.errors import FileInvalid
from bot.ids import Language, PersonId, PointKey, TeamKey
from bot.localised import Localised
from tests.adapters.change_files import SMALLEST, TENANT, WHOLE, against, findings, line_of, load
from tests.adapters.made_up_changes import changes

COMPANY = Path(__file__).parents[2] / "adapters" / "company"


def test_a_whole_file_becomes_the_change_that_it_describes(tmp_path: Path) -> None:
    change = load(WHOLE, tmp_path)
    assert change.title == Localised.of({"nl": "Zelf roosteren", "en": "Our own rota"})
    assert [point.state for point in change.points] == list(PointState)
    assert change.point(PointKey("planning")).advice_on == date(2027, 1, 15)
    assert change.point(PointKey("swaps")).co_designers == ("dirk", "elsa")
    assert change.managers == (Manager(PersonId("carla"), TeamKey("north")),)
    assert [planned.kind for planned in change.planning] == ["believe", "listen", "scenarios", "heard"]
    assert change.planning[1].questions == ("lose", "worry")
    assert change.state is ChangeState.PLANNED


def test_a_scenarios_round_is_about_the_only_point_that_there_are_scenarios_for(tmp_path: Path) -> None:
    assert load(WHOLE, tmp_path).planning[2].point == "begin"


def test_a_title_a_why_an_open_point_a_question_and_a_date_are_enough(tmp_path: Path) -> None:
    change = load(SMALLEST, tmp_path)
    (point,) = change.points
    (planned,) = change.planning
    assert (change.id, change.languages) == ("zelf-roosteren", ("nl",))
    assert (point.state, point.owner) == (PointState.OPEN, None)
    assert planned.pages[0].questions[0].text.in_(Language("nl")) == "Wat moeten we niet kwijtraken?"
    # Monday 7 December; the Friday before it; five working days after it.
    assert (change.frame_on, planned.closes_on) == (date(2026, 12, 4), date(2026, 12, 14))


def test_the_open_point_of_the_shortest_form_belongs_to_the_first_organiser(tmp_path: Path) -> None:
    change = load(SMALLEST + "organisers: [bert, anna]\n", tmp_path)
    assert change.points[0].owner == "bert"


def test_holidays_are_no_working_days_for_the_shortest_form(tmp_path: Path) -> None:
    change = load(SMALLEST.replace("2026-12-07", "2026-12-28"), tmp_path)
    assert change.frame_on == date(2026, 12, 24)
    assert change.planning[0].closes_on == date(2027, 1, 5)


def test_the_languages_of_the_title_are_those_of_the_change_where_the_file_names_none(tmp_path: Path) -> None:
    text = SMALLEST.replace("Zelf roosteren", "{en: Our own rota, nl: Zelf roosteren}")
    found = findings(text, tmp_path)
    assert found == [
        (line, f"{what} is missing in nl") for line, what in ((2, "`why`"), (3, "the open point"), (4, "the question"))
    ]


def test_a_plain_text_is_in_the_first_language_and_a_name_holds_in_all(tmp_path: Path) -> None:
    change = load(WHOLE, tmp_path)
    assert change.point(PointKey("planning")).decided_by == Localised.of({"nl": "De directie"})


def test_a_folded_text_becomes_one_line(tmp_path: Path) -> None:
    text = SMALLEST.replace("why: Omdat het kan.", "why: >-\n  Omdat\n  het kan.")
    assert load(text, tmp_path).why.in_(Language("nl")) == "Omdat het kan."


def test_a_question_of_ones_own_may_have_a_probe_a_hint_and_minutes(tmp_path: Path) -> None:
    text = WHOLE.replace(
        "    questions: [lose, worry]\n",
        "    ask:\n"
        "      - {nl: Wat werkt?, en: What works?}\n"
        "      - question: {nl: Wat niet?, en: What does not?}\n"
        "        probe: {nl: En dan?, en: And then?}\n"
        "        minutes: 3.5\n",
    )
    first, second = load(text, tmp_path).planning[1].pages
    assert (first.key, first.steps, first.minutes) == ("own", 1, 2.0)
    assert (second.key, second.steps, second.minutes) == ("own-2", 2, 3.5)
    assert sum(question.maximum for question in second.questions) == 2000


def change_one(old: str, new: str) -> tuple[str, int]:
    """Return the whole file with one thing changed, and the line where that is."""
    assert WHOLE.count(old) == 1, old
    return WHOLE.replace(old, new), line_of(WHOLE, old.splitlines()[0])


BROKEN = [
    ("why: {nl: Omdat het kan.", "whi: {nl: Omdat het kan.", "a change has no `whi`; did you mean `why`?"),
    ("title: {nl: Zelf roosteren, en: Our own rota}", "title: {nl: Zelf roosteren}", "the title is missing in en"),
    ("title: {nl: Zelf roosteren, en", "title: {nl: Zelf roosteren, fr: Soi, en", "the title is in `fr`, which is not"),
    ("title: {nl: Zelf roosteren, en: Our own rota}", "title: {nl: '', en: Our own rota}", "the title in nl is empty"),
    ("languages: [nl, en]", "languages: [nl, en, fy]", "Ruimte does not speak `fy`; it speaks nl, en"),
    ("zone: Europe/Amsterdam", "zone: Europe/Amsterdan", "the time zone `Europe/Amsterdan` is not known; did you mean"),
    ("country: NL", "country: Holland", "the country `Holland` is not known; write it as NL"),
    ("organisers: [anna]", "organisers: [ana]", "there is no person `ana`; did you mean `anna`?"),
    ("core_team: [anna, bert]", "core_team: [anna, anna]", "`anna` stands here twice"),
    ("{person: carla, team: north}", "{person: carla, team: nort}", "there is no team `nort`; did you mean `north`?"),
    ("{person: carla, team: north}", "{person: carla}", "this manager has no `team`"),
    ("audience: [north, south]", "audience: [noord]", "there is no team `noord`"),
    ("frame_on: 2026-12-01", "frame_on: 2026-11-23", "`frame_on` has passed: 2026-11-23"),
    ("frame_on: 2026-12-01", "frame_on: 1 december", "`frame_on` is no day: `1 december`; write it as 2026-12-31"),
    ("country: NL", "country: NL\ncountry: BE", "`country` stands here twice, first on line 6"),
    ("id: zelf-roosteren", "id: a/b", "`a/b` is no key; write letters, digits and hyphens"),
    ("    key: planning", "    key: app", "point `app` stands here twice, first on line 18"),
    ("  - fixed: {nl: De app", "  - fast: {nl: De app", "a point is none of fixed, intended, open and together"),
    ("  - fixed: {nl: De app", "  - open: x\n    fixed: {nl: De app", "a point is both fixed and open"),
    ("    decided_by: {nl: De directie, en: The board}\n", "", "this fixed point has no `decided_by`: who decided it?"),
    ("    why: {nl: Het oude stopt., en: The old one stops.}\n", "", "this fixed point has no `why`: why is it fixed?"),
    ("    advice_on: 2027-01-15\n", "", "this intended point has no `advice_on`"),
    ("    owner: anna\n", "", "this open point has no `owner`: who takes care of it?"),
    ("    owner: anna\n", "    advice_on: 2027-01-01\n    owner: anna\n", "`advice_on` goes with a point"),
    ("[dirk, elsa]", "[dirk]", "a point that is designed together names at least two `co_designers`"),
    ("[dirk, elsa]", "[dirk, carla]", "co-designers come from the floor, and `carla` is"),
    ("    title: {nl: Tegelijk, en: All at once}\n", "", "this scenario has no `title`"),
    ("  - key: b\n", "  - key: a\n", "scenario `a` stands here twice"),
    ("questions: [lose, worry]", "questions: [lose, wory]", "`listen` have no `wory`; did you mean `worry`?"),
    ("questions: [lose, worry]", "questions: [lose]\n    ask: {nl: a, en: b}", "either `questions` or `ask`"),
    ("  - round: believe", "  - round: pulse", "a pulse is started by a manager, and not planned"),
    ("  - round: believe", "  - round: beleive", "there is no round `beleive`; did you mean `believe`?"),
    ("    closes_on: 2026-12-11", "    closes_on: 2026-12-05", "closes (2026-12-05) before it opens (2026-12-07)"),
    ("    opens_on: 2026-12-07", "    opens_on: 2026-12-01", "frame first"),
    ("    closes_on: 2026-12-11", "    closes_on: 2027-01-04", "2027-01-04, before `listen` has closed"),
    ("    opens_on: 2027-02-01", "    opens_on: 2027-01-08", "2027-01-08, before the last round has closed"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "says"), BROKEN, ids=[says[:60] for _, _, says in BROKEN])
def test_what_is_wrong_is_found_and_named(tmp_path: Path, old: str, new: str, says: str) -> None:
    text, _ = change_one(old, new) if WHOLE.count(old) == 1 else (WHOLE.replace(old, new, 1), 0)
    assert any(says in found for _, found in findings(text, tmp_path))


def test_a_finding_stands_at_the_line_of_the_key_also_where_the_value_is_empty(tmp_path: Path) -> None:
    text, line = change_one("    due_on: 2027-01-20\n  - together", "    due_on:\n  - together")
    assert (line_of(text, "due_on:"), "`due_on` is empty") in findings(text, tmp_path)
    assert line == line_of(WHOLE, "due_on")


def test_one_scenario_is_no_choice(tmp_path: Path) -> None:
    start, end = WHOLE.index("  - key: b\n"), WHOLE.index("planning:\n")
    text = WHOLE[:start] + WHOLE[end:]
    assert findings(text, tmp_path) == [
        (line_of(text, "- key: a"), "point `begin` has 1 scenario(s); give it two or three")
    ]


def test_there_is_nothing_to_choose_about_what_is_fixed(tmp_path: Path) -> None:
    text = WHOLE.replace("    point: begin\n", "    point: app\n")
    assert (line_of(text, "- key: a"), "point `app` is fixed: there is nothing to choose") in findings(text, tmp_path)


def test_scenarios_come_after_listening(tmp_path: Path) -> None:
    text = WHOLE.replace("round: listen", "round: source").replace("[lose, worry]", "[lessons]")
    line = line_of(text, "round: scenarios")
    assert findings(text, tmp_path) == [
        (line, "scenarios come after listening, and no `listen` round opens before them")
    ]


def test_a_scenarios_round_needs_scenarios(tmp_path: Path) -> None:
    start, end = WHOLE.index("scenarios:\n"), WHOLE.index("planning:\n")
    text = WHOLE[:start] + WHOLE[end:]
    line = line_of(text, "round: scenarios")
    assert findings(text, tmp_path) == [(line, "this round is about scenarios, and the file has none")]


@pytest.mark.parametrize("kind", ["believe", "source", "listen"])
def test_nothing_is_asked_about_a_change_in_which_nothing_is_open(tmp_path: Path, kind: str) -> None:
    text = f"""\
        title: Nieuw logo
        why: Omdat het kan.
        frame:
          - fixed: Het wordt blauw.
            decided_by: De directie
            why: Mooi.
        frame_on: 2026-12-01
        planning:
          - round: {kind}
            opens_on: 2026-12-02
            closes_on: 2026-12-09
        """
    assert findings(text, tmp_path) == [(9, f"nothing is open, so `{kind}` has nothing to ask: that would be a sham")]


def test_a_change_in_which_nothing_is_open_can_be_announced(tmp_path: Path) -> None:
    text = """\
        title: Nieuw logo
        why: Omdat het kan.
        frame:
          - fixed: Het wordt blauw.
            decided_by: De directie
            why: Mooi.
        frame_on: 2026-12-01
        """
    assert not load(text, tmp_path).asks


def test_everything_that_is_wrong_is_found_at_once_in_the_order_of_the_file(tmp_path: Path) -> None:
    text = """\
        titel: Zelf roosteren
        why:
        languages: [nl, xx]
        zone: Mars/Olympus
        organisers: [nobody]
        frame:
          - fixed: De app komt er.
          - together: Afspraken.
            owner: anna
            due_on: 2020-01-01
            co_designers: [dirk]
        planning:
          - round: listen
            opens_on: 2026-12-07
            closes_on: gisteren
            questions: [lose, love]
        why: Nog eens.
        """
    assert [line for line, _ in findings(text, tmp_path)] == [1, 1, 2, 3, 4, 5, 7, 7, 10, 11, 15, 16, 17]


def test_the_shortest_form_is_not_mixed_with_the_long_one(tmp_path: Path) -> None:
    found = findings(SMALLEST + "planning: []\n", tmp_path)
    assert found == [(6, "give either `open`, the shortest form, or `planning`, not both")]


def test_the_frame_of_the_shortest_form_may_not_have_to_go_out_yesterday(tmp_path: Path) -> None:
    ((line, text),) = findings(SMALLEST.replace("2026-12-07", "2026-11-24"), tmp_path)
    assert line == 5
    assert "the frame would go out on 2026-11-23" in text


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        ("", 1, "the file is empty"),
        ("# nothing\n", 1, "the file is empty"),
        ("just words\n", 1, "a change file should be keys with values"),
        ("- a\n- b\n", 1, "a change file should be keys with values"),
        ("title: x\nwhy: [a\nopen: b\n", 3, "this is not YAML"),
        ("title: x\n\tb: c\n", 2, "this is not YAML"),
        ("title: x\n---\ntitle: y\n", 2, "this is not YAML"),
        ("title: \x07\n", 1, "this is not YAML"),
    ],
)
def test_what_is_no_change_file_is_said_in_a_sentence(tmp_path: Path, text: str, line: int, says: str) -> None:
    ((number, found),) = findings(text, tmp_path)
    assert number == line
    assert says in found


@pytest.mark.parametrize(
    ("wrong", "meant", "line"),
    [("opne", "open", 3), ("titel", "title", 1), ("qeustion", "question", 4), ("oepn", "open", 3)],
)
def test_a_misspelt_key_is_named_with_the_one_that_was_meant(tmp_path: Path, wrong: str, meant: str, line: int) -> None:
    found = findings(SMALLEST.replace(f"{meant}:", f"{wrong}:"), tmp_path)
    assert (line, f"a change has no `{wrong}`; did you mean `{meant}`?") in found


def test_what_is_no_theme_is_a_finding_at_its_line(tmp_path: Path) -> None:
    text = WHOLE.replace("  - key: a\n", "  - key: a\n    rests_on: [round/page/theme, something]\n")
    assert findings(text, tmp_path) == [
        (line_of(text, "rests_on"), "`something` is no theme; write it as round/page/theme")
    ]


def test_a_finding_about_the_whole_file_names_no_line(tmp_path: Path) -> None:
    with pytest.raises(FileInvalid) as caught:
        load_change(tmp_path / "nowhere.yaml", tenant=TENANT, against=against())
    assert str(caught.value).startswith(f"{tmp_path / 'nowhere.yaml'}: the file cannot be read")


def test_when_the_works_council_and_the_managers_heard_of_it_is_read_also_when_it_has_passed(tmp_path: Path) -> None:
    change = load(WHOLE, tmp_path)
    assert (change.council_told_on, change.managers_told_on) == (date(2026, 11, 20), date(2026, 11, 27))
    found = findings(WHOLE.replace("2026-11-20", "ooit"), tmp_path)
    assert found == [(line_of(WHOLE, "council_told_on"), "`council_told_on` is no day: `ooit`; write it as 2026-12-31")]


def test_a_file_that_is_not_there_or_not_text_is_a_finding(tmp_path: Path) -> None:
    path = tmp_path / "change.yaml"
    for content in (None, b"title: \xff\xfe"):
        if content is not None:
            path.write_bytes(content)
        with pytest.raises(FileInvalid) as caught:
            load_change(path, tenant=TENANT, against=against())
        assert caught.value.findings[0].line == 0


def test_days_that_were_set_before_may_have_passed(tmp_path: Path) -> None:
    change = load(WHOLE, tmp_path)
    later = date(2026, 12, 9)
    assert findings(WHOLE, tmp_path, today=later)
    assert load(WHOLE, tmp_path, today=later, before=change) == change


def test_what_the_shortest_form_left_out_may_stay_out_when_it_is_applied_again(tmp_path: Path) -> None:
    change = load(SMALLEST, tmp_path)
    assert load(dump_change(change), tmp_path, before=change) == change


def test_people_and_teams_are_not_checked_where_nobody_knows_them(tmp_path: Path) -> None:
    text = WHOLE.replace("anna", "zoe").replace("north", "west")
    assert findings(text, tmp_path)
    assert not findings(text, tmp_path, people=None, teams=None)


@pytest.mark.parametrize("name", ["change.yaml", "small.yaml"])
def test_the_examples_have_no_findings_and_are_written_back_without_loss(tmp_path: Path, name: str) -> None:
    text = (COMPANY / name).read_text(encoding="utf-8")
    change = load(text, tmp_path, people=None, teams=None)
    assert load(dump_change(change), tmp_path, people=None, teams=None, before=change) == change


def test_what_became_of_a_change_is_written_in_comments_only(tmp_path: Path) -> None:
    planned = load(WHOLE, tmp_path)
    outcome = Outcome(
        Verdict.ADAPTED,
        Localised.of({"nl": "Eerst\nnoord"}),
        datetime(2027, 1, 20, tzinfo=UTC),
        decision=Localised.of({"nl": "Samen ruilen"}),
    )
    points = tuple(
        replace(point, outcome=outcome, linked=(ThemeRef("r", "lose", ":care"),)) if point.asks else point
        for point in planned.points
    )
    # Just after midnight in Amsterdam, where the change is.
    moment = datetime(2026, 11, 30, 23, 5, tzinfo=UTC)
    change = replace(planned, points=points, state=ChangeState.RUNNING, frame_told_at=moment, version=3)
    text = dump_change(change)
    assert text.startswith("# running; everyone was told the frame on 2026-12-01\n")
    assert "# adapted on 2027-01-20:" in text
    assert text.index("# Samen ruilen") < text.index("# Eerst")
    assert load(text, tmp_path) == planned


# --- whatever can be planned is written back without loss -----------------------------------------------------------


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60)
@given(change=changes())
def test_whatever_can_be_planned_is_written_and_read_back_without_loss(tmp_path: Path, change: Change) -> None:
    assert load(dump_change(change), tmp_path, people=None, teams=None) == change
