"""The rows of the spool while rounds are open: new boxes in one statement, and those that are there, read and held."""

import json
from collections.abc import Collection, Mapping
from collections.abc import Set as AbstractSet

from sqlalchemy import ARRAY, BigInteger, Connection, LargeBinary, any_, bindparam, func, literal, select, text, update

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
    ORDER BY new.tenant, new.round, new.tag
    FOR SHARE OF rounds
    ON CONFLICT DO NOTHING
    RETURNING tag
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
_CHANGED = update(tables.spool).where(_OF_ROUND, _spool.tag == bindparam("its_tag")).values(box=bindparam("its_box"))


def insert_new(connection: Connection, new: NewBoxes) -> AbstractSet[bytes]:
    """Write boxes by round and tag, and return the tags of those that were: new ones, of rounds that are open as said.

    Another replica that writes one of these tags at this moment is waited for.
    """
    rows = sorted(
        (terms.tenant, terms.round, tag, boxes[tag], terms.k, terms.audience)
        for terms, boxes in new.items()
        for tag in boxes
    )
    if not rows:
        return frozenset()
    tenants, rounds, tags, boxes, ks, audiences = (list(column) for column in zip(*rows, strict=True))
    state = RoundState.OPEN.value
    if connection.dialect.name != "sqlite":
        lists = {"tenants": tenants, "rounds": rounds, "ks": ks, "audiences": audiences, "tags": tags, "boxes": boxes}
        return frozenset(connection.execute(_NEW_ON_POSTGRESQL, lists | {"state": state}).scalars())
    of = json.dumps(list(zip(tenants, rounds, ks, audiences, strict=True)))
    joined = {"tags": b"".join(tags), "boxes": b"".join(boxes), "of": of, "state": state}
    if connection.execute(_NEW_ON_SQLITE, joined).rowcount == len(rows):
        return frozenset(tags)
    # RETURNING would be one more step for each of them, every time. A box that is ours has our bytes.
    return {
        tag
        for terms, ours in new.items()
        for tag, there in read(connection, (terms.tenant, terms.round), ours).items()
        if there == ours[tag]
    }


def terms_while_open(connection: Connection, place: Place) -> Terms | None:
    """Hold the round's row, so that it does not close before the commit. None when the round is not open."""
    tenant, round_id = place
    row = connection.execute(_OPEN, {"its_tenant": tenant, "its_round": round_id}).one_or_none()
    return None if row is None else Terms(tenant, round_id, row.k, row.audience)


def hold(connection: Connection, tags: Collection[bytes]) -> None:
    """Let other replicas wait that change the boxes of these tags, until the commit. On SQLite one writes at a time.

    They are held in their order, so that nobody waits in a circle. A lock of the rows themselves would leave a mark on
    each, also where what arrived changes nothing.
    """
    if connection.dialect.name == "postgresql":
        names = sorted(int.from_bytes(tag[:8], "big", signed=True) for tag in tags)
        connection.execute(select(func.pg_advisory_xact_lock(func.unnest(literal(names, ARRAY(BigInteger))))))


def read(connection: Connection, place: Place, tags: Collection[bytes]) -> Mapping[bytes, bytes]:
    """Read the boxes that are there, by their tags: in a statement after `hold`, which sees what was waited for.

    The tags are one value where that can be, so that it is the same statement for any number of them.
    """
    tenant, round_id = place
    if connection.dialect.name == "postgresql":
        among = _spool.tag == any_(literal(list(tags), ARRAY(LargeBinary)))
    else:
        among = _spool.tag.in_(tags)
    statement = select(_spool.tag, _spool.box).where(_OF_ROUND, among)
    rows = connection.execute(statement, {"its_tenant": tenant, "its_round": round_id})
    return {row.tag: row.box for row in rows}


def put_changed(connection: Connection, place: Place, boxes: Mapping[bytes, bytes]) -> None:
    """Write boxes in the place of those of the same tags, which are held."""
    if not boxes:
        return
    tenant, round_id = place
    of_round = {"its_tenant": tenant, "its_round": round_id}
    connection.execute(_CHANGED, [of_round | {"its_tag": tag, "its_box": boxes[tag]} for tag in sorted(boxes)])
