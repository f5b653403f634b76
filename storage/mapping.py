"""Aggregates as JSON documents, read back into the frozen dataclasses that they were."""

from functools import cache
from typing import Any, TypeVar

from pydantic import TypeAdapter
from pydantic_core import from_json
from sqlalchemy import RowMapping

from bot.change import Change
from bot.door import Known
from bot.people import Person
from bot.round import Round

T = TypeVar("T")


@cache
def changes() -> TypeAdapter[Change]:
    """Give the form of a change."""
    return TypeAdapter(Change)


@cache
def rounds() -> TypeAdapter[Round]:
    """Give the form of a round."""
    return TypeAdapter(Round)


@cache
def people() -> TypeAdapter[Person]:
    """Give the form of a person."""
    return TypeAdapter(Person)


@cache
def known() -> TypeAdapter[Known]:
    """Give the form of what is known."""
    return TypeAdapter(Known)


def write(form: TypeAdapter[T], aggregate: T, *, without: frozenset[str] = frozenset()) -> str:
    """Write a document; the fields in `without` have columns of their own and stand there only."""
    return form.dump_json(aggregate, exclude=set(without)).decode()


def read(form: TypeAdapter[T], document: str) -> T:
    """Read a whole document."""
    return form.validate_json(document)


def read_with(form: TypeAdapter[T], row: RowMapping) -> T:
    """Read a row: its `document`, and each further column as the field of its name."""
    columns: dict[str, Any] = dict(row)
    document = from_json(columns.pop("document"))
    return form.validate_python({**document, **columns})
