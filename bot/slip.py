"""A slip: what one form says on one page, before it is sealed, and how a later one changes it."""

from __future__ import annotations

from dataclasses import dataclass, replace

from bot.ids import FieldKey, Language, PageKey, PersonId, TeamKey

Fields = tuple[tuple[FieldKey, str], ...]


@dataclass(frozen=True, slots=True)
class Slip:
    """What lies in one box.

    `stamp` is the platform's own stamp of the form (it only grows, for one person): the two steps of one form share it,
    and it never leaves the box. `quotable` None: this step did not ask. `voice` names the voice within its
    round (empty for what is not counted, an offer).
    `named` is only set for an offer, which is made by name. `receipt` is a hash, for an anonymous rumour or question.
    A slip without fields is one that was withdrawn.
    """

    page: PageKey
    fields: Fields
    language: Language
    quotable: bool | None
    stamp: int
    voice: bytes = b""
    segment: TeamKey | None = None
    named: PersonId | None = None
    receipt: bytes = b""

    @property
    def withdrawn(self) -> bool:
        """Whether nothing is left of it."""
        return not any(text.strip() for _, text in self.fields)


def merge(old: Slip | None, new: Slip) -> Slip:
    """Say what lies in the box after `new` arrived: what arrives twice, late or out of order changes nothing.

    The same stamp is the same form, of which a further step adds its fields; a newer form takes the place of the old
    one whole; an older form is not written.
    """
    if old is None or new.stamp > old.stamp:
        return new
    if new.stamp < old.stamp or old.withdrawn:
        return old
    fields = dict(old.fields) | dict(new.fields)
    return replace(new, fields=tuple(fields.items()), quotable=old.quotable if new.quotable is None else new.quotable)
