"""What SQLAlchemy names once per database."""

import json
from collections.abc import Sequence
from typing import cast

from sqlalchemy import ARRAY, Connection, Table, column, func, literal
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql.elements import ColumnElement

from storage.tables import NAME


def insert_into(connection: AsyncConnection | Connection, table: Table) -> postgresql.Insert:
    """Begin an insert with `on_conflict_do_update` and `on_conflict_do_nothing`, which both databases have alike."""
    if connection.dialect.name == "sqlite":
        return cast("postgresql.Insert", sqlite.insert(table))
    return postgresql.insert(table)


def each(connection: AsyncConnection, words: Sequence[str]) -> ColumnElement[str]:
    """Give a column of these words: one value in the statement, however many they are."""
    if connection.dialect.name == "sqlite":
        return func.json_each(json.dumps(words)).table_valued(column("value", NAME)).c.value
    return func.unnest(literal(words, ARRAY(NAME))).column_valued()
