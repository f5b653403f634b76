"""Who may be asked together, and what may be shown: k, audiences, languages, splits (section 5 of the design)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace

from bot.change import Change
from bot.errors import Refused
from bot.ids import Language, PersonId, TeamKey
from bot.people import Person
from bot.questions import RoundKind
from bot.round import Round, audience_hash

K_TEXT = 10
K_CHOICE = 5
K_SMALL = 5
SMALL_AUDIENCE = 20
"""Below this many invited only themes are shown."""
SMALLEST_AUDIENCE = 8
SPLITS = frozenset({RoundKind.SOURCE, RoundKind.LISTEN, RoundKind.PULSE})
"""Kinds of which each may be asked one of the questions first."""


def k_for(*, takes_text: bool, invited: int) -> int:
    """Return how many voices a page needs to be read. Raises Refused(`audience_small`) below 8 invited."""
    if invited < SMALLEST_AUDIENCE:
        raise Refused("audience_small", invited=invited, smallest=SMALLEST_AUDIENCE)
    if invited < SMALL_AUDIENCE:
        return K_SMALL
    return K_TEXT if takes_text else K_CHOICE


def audience(
    change: Change, people: Iterable[Person], teams: Sequence[TeamKey] = (), reader: PersonId | None = None
) -> tuple[Person, ...]:
    """Return who belongs to a round of a change: present, in one of its teams, and no reader of it.

    Who stopped, snoozed or cannot be reached belongs to it too, though nobody writes to them: otherwise an audience
    would change by one person, and two readings could be subtracted.
    """
    wanted = frozenset(teams or change.audience)
    readers = change.readers | ({reader} if reader else frozenset())
    return tuple(
        person
        for person in people
        if person.present and person.id not in readers and (not wanted or wanted.intersection(person.teams))
    )


def freeze(round_: Round, chosen: Sequence[Person]) -> Round:
    """Fix what a round promises its audience: k, who belongs to it, which languages are shown, whether it is split.

    Raises Refused(`audience_small`).
    """
    invited = len(chosen)
    k = k_for(takes_text=round_.takes_text, invited=invited)
    return replace(
        round_,
        k=k,
        audience=audience_hash(person.id for person in chosen),
        invited=invited,
        themes_only=invited < SMALL_AUDIENCE,
        showable=showable_languages(chosen, k),
        split=len(round_.pages) > 1 and may_split(round_, invited=invited, k=k),
    )


def may_split(round_: Round, *, invited: int, k: int) -> bool:
    """Say whether each page can be put to at least 3k people; scenarios and further questions are put to everyone."""
    return round_.kind in SPLITS and invited >= 3 * k * len(round_.pages)


def showable_languages(chosen: Iterable[Person], k: int) -> tuple[Language, ...]:
    """Return the languages that at least k of the invited use; words in another are never shown.

    Who cannot be written to says nothing: where nine of ten who use a language are such, the tenth would be alone.
    """
    used = Counter(person.language for person in chosen if person.reachable and not person.stopped)
    return tuple(sorted(language for language, count in used.items() if count >= k))


def segment_of(segments: Sequence[TeamKey], person: Person) -> TeamKey | None:
    """Return the one segment that somebody belongs to, the first that is named; None: none of them."""
    return next((team for team in segments if team in person.teams), None)


def may_show_segments(voices: Iterable[int], k: int) -> bool:
    """Say whether a page may be shown by segment: only where every segment has k voices on it."""
    counts = tuple(voices)
    return len(counts) > 1 and all(count >= k for count in counts)


def roughly(count: int, of: int) -> tuple[str, int]:
    """Say how a count is shown: ("almost_all", 0) where all or nearly all said the same, else ("count", count)."""
    return ("almost_all", 0) if of and count >= 0.9 * of else ("count", count)


def nearly_all_answered(round_: Round) -> bool:
    """Say whether so many of those who were reached answered that a number would say who is left.

    Then no text names how many answered, on a page or in all, how many were not reached, or what these follow from.
    """
    return roughly(round_.voices, max(round_.reached, round_.voices))[0] == "almost_all"
