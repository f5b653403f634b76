"""Released answers and digests in the database, in boxes under their batch's key."""

import asyncio
import secrets
from collections.abc import Iterable, Sequence

from sqlalchemy import Row, delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.answers import Answer
from bot.ids import RoundId, TenantId
from bot.ports import Keys
from storage import box, tables
from storage.contents import pack_answer, unpack_answer
from storage.dialect import insert_into
from storage.portions import PORTION, portions

_ID_BYTES = 16


class SqlAnswers:
    """See `bot.ports.Answers`."""

    def __init__(self, connection: AsyncConnection, tenant: TenantId, keys: Keys) -> None:
        """Belong to a transaction and a tenant."""
        self._connection = connection
        self._tenant = tenant
        self._keys = keys

    async def add(self, round_id: RoundId, answers: Sequence[Answer]) -> None:
        """See `bot.ports.Answers`. The key is on disk before anything is written that needs it.

        The ids are the system's randomness and the rows go in by id, so that no order of arrival is
        left: neither in the file nor in `xmin`.
        """
        key = await self._keys.make(self._key_name(round_id))
        found = tables.answers.c
        await self._connection.execute(
            delete(tables.answers).where(found.tenant == self._tenant, found.round == round_id)
        )
        if not answers:
            return
        ids = sorted(secrets.token_bytes(_ID_BYTES) for _ in answers)
        shuffled = _shuffled(answers)
        for start in range(0, len(ids), PORTION):
            some = slice(start, start + PORTION)
            rows = await asyncio.to_thread(self._sealed, key, round_id, ids[some], shuffled[some])
            await self._connection.execute(tables.answers.insert(), rows)

    def _sealed(
        self, key: bytes, round_id: RoundId, ids: Sequence[bytes], answers: Sequence[Answer]
    ) -> list[dict[str, object]]:
        """The rows of some answers, each under an id of its own."""
        return [
            {
                "tenant": self._tenant,
                "round": round_id,
                "id": id_,
                "box": box.seal(key, pack_answer(answer), self._about(round_id, id_)),
            }
            for id_, answer in zip(ids, answers, strict=True)
        ]

    async def of_round(self, round_id: RoundId) -> Sequence[Answer]:
        """See `bot.ports.Answers`."""
        found = tables.answers.c
        statement = select(found.id, found.box).where(found.tenant == self._tenant, found.round == round_id)
        answers: list[Answer] = []
        async for rows in portions(self._connection, statement, found.id):
            key = await self._keys.get(self._key_name(round_id))
            answers += await asyncio.to_thread(self._opened, key, round_id, rows)
        return answers

    def _opened(self, key: bytes, round_id: RoundId, rows: Iterable[Row[*tuple[bytes, bytes]]]) -> list[Answer]:
        return [unpack_answer(box.unseal(key, sealed, self._about(round_id, id_))) for id_, sealed in rows]

    async def put_digest(self, round_id: RoundId, digest: bytes) -> None:
        """See `bot.ports.Answers`."""
        key = await self._keys.make(self._key_name(round_id))
        insert = insert_into(self._connection, tables.digests).values(
            tenant=self._tenant,
            round=round_id,
            box=box.seal_long(key, digest, self._about(round_id, b"digest")),
        )
        statement = insert.on_conflict_do_update(
            index_elements=[tables.digests.c.tenant, tables.digests.c.round],
            set_={"box": insert.excluded.box},
        )
        await self._connection.execute(statement)

    async def digest(self, round_id: RoundId) -> bytes | None:
        """See `bot.ports.Answers`."""
        digests = tables.digests.c
        statement = select(digests.box).where(digests.tenant == self._tenant, digests.round == round_id)
        sealed = (await self._connection.execute(statement)).scalar_one_or_none()
        if sealed is None:
            return None
        key = await self._keys.get(self._key_name(round_id))
        return box.unseal(key, sealed, self._about(round_id, b"digest"))

    def _key_name(self, round_id: RoundId) -> str:
        return f"batch.{self._tenant}.{round_id}"

    def _about(self, round_id: RoundId, id_: bytes) -> bytes:
        return box.about("answer", self._tenant, round_id, id_)


def _shuffled(answers: Sequence[Answer]) -> list[Answer]:
    """Shuffle with the system's randomness, whatever the caller did."""
    shuffled = list(answers)
    secrets.SystemRandom().shuffle(shuffled)
    return shuffled
