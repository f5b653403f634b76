"""The one statement that SQLAlchemy names twice: an insert that says what happens when the row exists."""

from typing import cast

from sqlalchemy import Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection


def insert_into(connection: AsyncConnection, table: Table) -> postgresql.Insert:
    """Begin an insert with `on_conflict_do_update` and `on_conflict_do_nothing`, which both databases have alike."""
    if connection.dialect.name == "sqlite":
        return cast("postgresql.Insert", sqlite.insert(table))
    return postgresql.insert(table)
