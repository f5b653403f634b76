"""Drafts: what an organiser has typed so far and not applied. No answer is in them, and only their owner sees them.

A draft is a file of its own in a directory beside the database, so that a reload or a restart loses nothing.
"""

from __future__ import annotations

import asyncio
import json
import os
import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

from adapters.web.organiser.shape import Pairs
from bot.ids import ChangeId, PersonId

_ID = re.compile(r"[0-9a-f]{16}")
_KEPT_MAXIMUM = 50
"""Drafts of one person; a further one takes the place of the oldest."""


@dataclass(frozen=True, slots=True)
class Draft:
    """What was typed: `fields` as a browser sent them.

    `change` is the change that it corrects, None for a new one, and `base` that change's form when the draft was begun.
    `judged`: its owner asked what is wrong with it, and sees that from then on.
    """

    id: str
    owner: PersonId
    fields: Pairs
    change: ChangeId | None = None
    base: Pairs = ()
    judged: bool = False


def new_draft(owner: PersonId, fields: Pairs, *, change: ChangeId | None = None, base: Pairs = ()) -> Draft:
    """Begin a draft."""
    return Draft(secrets.token_hex(8), owner, fields, change, base)


class Drafts(Protocol):
    """Where drafts are kept."""

    async def of(self, owner: PersonId) -> Sequence[Draft]:
        """Return someone's drafts, the one that was put last first."""
        ...

    async def get(self, id_: str, owner: PersonId) -> Draft | None:
        """Return a draft of this person; None when it is not theirs or has gone."""
        ...

    async def put(self, draft: Draft) -> None:
        """Keep a new draft; it is on disk when this returns."""
        ...

    async def update(self, draft: Draft) -> None:
        """Keep a draft as it is now; nothing happens when it has gone: what was applied does not come back."""
        ...

    async def remove(self, draft: Draft) -> None:
        """Let a draft go; nothing happens when it has gone."""
        ...


class FileDrafts:
    """Drafts as files that only we can read, in a directory for each person."""

    def __init__(self, directory: Path) -> None:
        """Keep them under this directory, which is made when there is one to keep."""
        self._directory = directory

    async def of(self, owner: PersonId) -> Sequence[Draft]:
        """See `Drafts`."""
        return await asyncio.to_thread(self._of, owner)

    async def get(self, id_: str, owner: PersonId) -> Draft | None:
        """See `Drafts`."""
        if not _ID.fullmatch(id_):
            return None
        return await asyncio.to_thread(_read, self._path(owner, id_))

    async def put(self, draft: Draft) -> None:
        """See `Drafts`."""
        await asyncio.to_thread(self._put, draft)

    async def update(self, draft: Draft) -> None:
        """See `Drafts`."""
        await asyncio.to_thread(self._update, draft)

    async def remove(self, draft: Draft) -> None:
        """See `Drafts`."""
        await asyncio.to_thread(self._path(draft.owner, draft.id).unlink, missing_ok=True)

    def _path(self, owner: PersonId, id_: str) -> Path:
        """Where a draft is; the name of a person's directory says nothing but theirs is unlike any other."""
        return self._directory / owner.encode().hex() / f"{id_}.json"

    def _files(self, owner: PersonId) -> list[Path]:
        """Return the files of someone's drafts, newest first."""
        there = list(self._path(owner, "").parent.glob("*.json"))
        return sorted(there, key=lambda path: (path.stat().st_mtime_ns, path.name), reverse=True)

    def _of(self, owner: PersonId) -> Sequence[Draft]:
        found = (_read(path) for path in self._files(owner) if _ID.fullmatch(path.stem))
        return tuple(draft for draft in found if draft is not None)

    def _update(self, draft: Draft) -> None:
        if self._path(draft.owner, draft.id).exists():
            self._put(draft)

    def _put(self, draft: Draft) -> None:
        path = self._path(draft.owner, draft.id)
        for directory in (self._directory, path.parent):
            directory.mkdir(mode=0o700, exist_ok=True)
        beside = path.with_suffix(f".{secrets.token_hex(4)}")
        handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            json.dump(_written(draft), file, ensure_ascii=False)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
        for old in self._files(draft.owner)[_KEPT_MAXIMUM:]:
            old.unlink(missing_ok=True)


def _written(draft: Draft) -> dict[str, object]:
    return {
        "id": draft.id,
        "owner": draft.owner,
        "fields": draft.fields,
        "change": draft.change,
        "base": draft.base,
        "judged": draft.judged,
    }


def _read(path: Path) -> Draft | None:
    """Read a draft; None where there is none."""
    try:
        raw = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    return Draft(
        id=raw["id"],
        owner=PersonId(raw["owner"]),
        fields=_pairs(raw["fields"]),
        change=ChangeId(raw["change"]) if raw["change"] is not None else None,
        base=_pairs(raw["base"]),
        judged=raw["judged"],
    )


def _pairs(raw: Sequence[Sequence[str]]) -> Pairs:
    return tuple((name, value) for name, value in raw)


def with_fields(draft: Draft, fields: Pairs, *, judged: bool) -> Draft:
    """Put what was typed in a draft; once it was judged it stays so."""
    return replace(draft, fields=fields, judged=draft.judged or judged)
