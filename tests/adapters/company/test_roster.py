"""Who works at De Brug."""

from collections import Counter

import pytest

from adapters.company.roster import Company, load_company, roster


@pytest.fixture(scope="module")
def company() -> Company:
    """Give the company of the file."""
    return load_company()


def test_about_sixty_people_work_there_two_thirds_of_them_in_dutch(company: Company) -> None:
    languages = Counter(str(person.language) for person in company.people)
    assert 55 <= len(company.people) <= 65
    assert 0.6 <= languages["nl"] / len(company.people) <= 0.75
    assert set(languages) == {"nl", "en"}


def test_everyone_has_an_id_and_a_name_of_their_own(company: Company) -> None:
    assert len({person.id for person in company.people}) == len(company.people)
    assert len({person.name for person in company.people}) == len(company.people)


def test_those_with_a_task_work_there_and_are_no_guests(company: Company) -> None:
    tasks = company.readers | {manager.person for manager in company.managers}
    tasks |= {company.suggested_employee, company.suggested_manager, company.suggested_core}
    people = {person.id: person for person in company.people}
    assert all(not people[key].guest for key in tasks)
    assert len(company.readers) == 5


def test_every_managers_team_is_large_enough_for_a_pulse(company: Company) -> None:
    assert company.managers
    for manager in company.managers:
        invited = [
            person
            for person in company.people
            if manager.team in person.teams and person.id != manager.person and person.id not in company.readers
        ]
        assert len(invited) >= 8, manager.team


def test_a_large_roster_is_the_same_for_the_same_seed(company: Company) -> None:
    assert roster(company, 500, seed=7) == roster(company, 500, seed=7)
    assert roster(company, 500, seed=7) != roster(company, 500, seed=8)


def test_a_large_roster_has_as_many_people_as_are_asked_for(company: Company) -> None:
    people = roster(company, 500, seed=7)
    assert len({person.id for person in people}) == 500
    assert people[: len(company.people)] == company.people


def test_a_small_roster_keeps_those_who_have_a_task(company: Company) -> None:
    people = {person.id for person in roster(company, 20, seed=7)}
    assert len(people) == 20
    assert company.readers <= people
