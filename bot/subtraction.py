"""What two readings would tell if one is taken from the other: audiences that differ by too few (section 5)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import combinations

from bot.errors import Refused
from bot.ids import PersonId
from bot.people import Person

COMPARED = timedelta(days=90)
"""How far back an audience is compared with earlier ones of the same readers."""
MOST_GROUPS = 8
"""So many groups may be read beside each other: of any number of them the sum is an audience too."""

Groups = Sequence[frozenset[PersonId]]
"""Those whose answers can be read apart: a whole audience, or its segments. Nobody is in two of them."""

_Cells = Mapping[tuple[int, int], int]
"""How many are in a group now and in one earlier, by their numbers, -1 for none of them."""


@dataclass(frozen=True, slots=True)
class Earlier:
    """An audience of an earlier round, when it was frozen and how many voices it was promised.

    `readers` can read it now; `former` could once, and may have.
    """

    groups: Groups
    readers: frozenset[PersonId]
    frozen_at: datetime
    k: int = 0
    former: frozenset[PersonId] = frozenset()


def check_difference(
    groups: Groups,
    everyone: Iterable[Person],
    earlier: Iterable[Earlier],
    *,
    readers: frozenset[PersonId],
    k: int,
    now: datetime,
) -> None:
    """Refuse groups of which some together differ by 1 to k-1 people from some together of the same readers earlier.

    Compared over those who were in the organisation at both openings and are readers of neither. Where the earlier
    audience was promised more voices, that holds. Raises Refused(`audience_differs`).
    """
    there = {person.id: person for person in everyone if person.left_at is None}
    for other in earlier:
        if other.frozen_at < now - COMPARED or not readers & (other.readers | other.former):
            continue
        invited = frozenset().union(*other.groups)
        # Who was invited was there, whatever the roster says of them since.
        comparable = {id_ for id_, one in there.items() if id_ in invited or one.was_there(other.frozen_at)}
        cells = _cells(groups, other.groups, comparable - readers - other.readers)
        for difference in _differences(cells, len(groups), len(other.groups)):
            if 1 <= difference < max(k, other.k):
                raise Refused("audience_differs", difference=difference)


def _cells(now: Groups, before: Groups, comparable: Iterable[PersonId]) -> _Cells:
    """Count the people who can be compared by where they are now and where they were."""
    is_in = {id_: number for number, group in enumerate(now) for id_ in group}
    was_in = {id_: number for number, group in enumerate(before) for id_ in group}
    return Counter((is_in.get(id_, -1), was_in.get(id_, -1)) for id_ in comparable)


def _differences(cells: _Cells, now: int, before: int) -> Iterator[int]:
    """Yield for any of the groups together by how many people they differ at least from any of the earlier ones."""
    for some in (one for size in range(1, now + 1) for one in combinations(range(now), size)):
        with_it = [sum(cells.get((is_in, was_in), 0) for is_in in some) for was_in in range(before)]
        without = [
            sum(cells.get((is_in, was_in), 0) for is_in in range(-1, now) if is_in not in some)
            for was_in in range(before)
        ]
        only_now = sum(cells.get((is_in, -1), 0) for is_in in some)
        yield only_now + _least(with_it, without)


def _least(inside: Sequence[int], outside: Sequence[int]) -> int:
    """Choose at least one of the earlier groups, so that the fewest are on one side only."""
    costs = [out - in_ for in_, out in zip(inside, outside, strict=True)]
    better = [cost for cost in costs if cost < 0]
    return sum(inside) + (sum(better) if better else min(costs, default=0))
