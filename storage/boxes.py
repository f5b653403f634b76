"""The rows of the spool while rounds are open: new boxes in one statement, and those that are there, read and held."""

import json
from collections.abc import Collection, Mapping

from sqlalchemy import Connection, bindparam, select, text, update

from bot.round import RoundState
from storage import tables
from storage.box import BOX_BYTES
from storage.sealing import Place, Terms

TAG_BYTES = 32

NewBoxes = Mapping[Terms, Mapping[bytes, bytes]]
"""Boxes by their tags, of rounds by the terms that they were sealed under."""

_rounds, _spool = tables.rounds.c, tables.spool.c

# Each in one statement, whatever their number and their rounds: it can be a transaction by itself, of one trip to the
# server, and on SQLite of one wait for Python's lock, where row by row each row has one.
_NEW_ON_POSTGRESQL = text(
    """
    INSERT INTO spool (tenant, round, tag, box)
    SELECT rounds.tenant, rounds.id, new.tag, new.box
    FROM unnest(
        CAST(:tenants AS text[]), CAST(:rounds AS text[]), CAST(:ks AS integer[]), CAST(:audiences AS text[]),
        CAST(:tags AS bytea[]), CAST(:boxes AS bytea[])
    ) AS new (tenant, round, k, audience, tag, box)
    JOIN rounds ON rounds.tenant = new.tenant AND rounds.id = new.round AND rounds.state = :state
        AND rounds.k = new.k AND rounds.audience = new.audience
    ORDER BY new.tag
    FOR SHARE OF rounds
    ON CONFLICT DO NOTHING
    """
)
# SQLite has no arrays: tags and boxes are two long values, which are cut, and JSON says whose each is.
_NEW_ON_SQLITE = text(
    f"""
    INSERT INTO spool (tenant, round, tag, box)
    SELECT rounds.tenant, rounds.id,
        substr(:tags, {TAG_BYTES} * new.key + 1, {TAG_BYTES}), substr(:boxes, {BOX_BYTES} * new.key + 1, {BOX_BYTES})
    FROM json_each(:of) AS new
    CROSS JOIN rounds ON rounds.tenant = json_extract(new.value, '$[0]') AND rounds.id = json_extract(new.value, '$[1]')
        AND rounds.state = :state
        AND rounds.k = json_extract(new.value, '$[2]') AND rounds.audience = json_extract(new.value, '$[3]')
    WHERE true
    ON CONFLICT DO NOTHING
    """  # noqa: S608 -- two numbers of ours
)

_OPEN = (
    select(_rounds.k, _rounds.audience)
    .where(
        _rounds.tenant == bindparam("its_tenant"),
        _rounds.id == bindparam("its_round"),
        _rounds.state == RoundState.OPEN,
    )
    .with_for_update(read=True)
)
_OF_ROUND = (_spool.tenant == bindparam("its_tenant")) & (_spool.round == bindparam("its_round"))
_HELD = (
    select(_spool.tag, _spool.box)
    .where(_OF_ROUND, _spool.tag.in_(bindparam("tags", expanding=True)))
    .order_by(_spool.tag)
    .with_for_update()
)
_CHANGED = update(tables.spool).where(_OF_ROUND, _spool.tag == bindparam("its_tag")).values(box=bindparam("its_box"))


def insert_new(connection: Connection, new: NewBoxes) -> bool:
    """Write boxes in the order of their tags, and say whether all were: each of a new tag, each round open as it was.

    Another replica that writes one of these tags waits for us.
    """
    rows = sorted((tag, box, terms) for terms, boxes in new.items() for tag, box in boxes.items())
    if not rows:
        return True
    tags, boxes = [tag for tag, _, _ in rows], [box for _, box, _ in rows]
    of = [(terms.tenant, terms.round, terms.k, terms.audience) for _, _, terms in rows]
    state = RoundState.OPEN.value
    if connection.dialect.name == "sqlite":
        joined = {"tags": b"".join(tags), "boxes": b"".join(boxes), "of": json.dumps(of), "state": state}
        return connection.execute(_NEW_ON_SQLITE, joined).rowcount == len(rows)
    tenants, rounds, ks, audiences = (list(column) for column in zip(*of, strict=True))
    lists = {"tenants": tenants, "rounds": rounds, "ks": ks, "audiences": audiences, "tags": tags, "boxes": boxes}
    return connection.execute(_NEW_ON_POSTGRESQL, lists | {"state": state}).rowcount == len(rows)


def terms_while_open(connection: Connection, place: Place) -> Terms | None:
    """Hold the round's row, so that it does not close before the commit. None when the round is not open."""
    tenant, round_id = place
    row = connection.execute(_OPEN, {"its_tenant": tenant, "its_round": round_id}).one_or_none()
    return None if row is None else Terms(tenant, round_id, row.k, row.audience)


def held(connection: Connection, place: Place, tags: Collection[bytes]) -> Mapping[bytes, bytes]:
    """Read the boxes of these tags, and hold them: in the order of their tags, so that nobody waits in a circle."""
    tenant, round_id = place
    rows = connection.execute(_HELD, {"its_tenant": tenant, "its_round": round_id, "tags": sorted(tags)})
    return {row.tag: row.box for row in rows}


def put_changed(connection: Connection, place: Place, boxes: Mapping[bytes, bytes]) -> None:
    """Write boxes in the place of those of the same tags, which are held."""
    if not boxes:
        return
    tenant, round_id = place
    of_round = {"its_tenant": tenant, "its_round": round_id}
    connection.execute(_CHANGED, [of_round | {"its_tag": tag, "its_box": boxes[tag]} for tag in sorted(boxes)])
