"""Reading many rows a portion at a time, so that a large round is never in memory as a whole."""

from collections.abc import AsyncIterator, Sequence
from typing import Any

from sqlalchemy import Row, Select
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql.elements import ColumnElement

PORTION = 500
"""Rows: of boxes, 4 MB."""


async def portions(
    connection: AsyncConnection, statement: Select[Any], by: ColumnElement[Any]
) -> AsyncIterator[Sequence[Row[*tuple[Any, ...]]]]:
    """Yield the rows that a statement selects in the order of `by`: its first column, different in every row.

    Each portion is a query of its own; in a reading transaction all of them see one moment.
    """
    following = statement.order_by(by).limit(PORTION)
    rows = (await connection.execute(following)).all()
    while rows:
        yield rows
        rows = (await connection.execute(following.where(by > rows[-1][0]))).all() if len(rows) == PORTION else []
