"""What binds a slip to its round: the name of the round's key, the associated data, and merging inside the box."""

from dataclasses import dataclass, replace

from bot import token
from bot.ids import RoundId, TenantId
from bot.slip import Slip, merge
from storage import box
from storage.contents import pack_slip, unpack_slip

Place = tuple[TenantId, RoundId]
"""A round of a tenant."""


@dataclass(frozen=True, slots=True)
class Terms:
    """What the boxes of a round are bound to: a swapped box, or a lowered k, is refused."""

    tenant: TenantId
    round: RoundId
    k: int
    audience: str

    def about(self, tag: bytes) -> bytes:
        """Write the associated data of one box."""
        return box.about("slip", tag, self.tenant, self.round, self.k, self.audience)


def seal_name(tenant: TenantId, round_id: RoundId) -> str:
    """Name the key of a round's boxes, `K_seal`."""
    return f"seal.{tenant}.{round_id}"


@dataclass(frozen=True, slots=True)
class Merged:
    """A box after something arrived. `replaced`: a newer form put away what lay there, changed or taken back."""

    box: bytes
    replaced: bool


def merged(slip: Slip, sealed: bytes | None, *, key: bytes, terms: Terms, tag: bytes, nonce: bytes) -> Merged | None:
    """Return the box after `slip` arrived, or None when it stays as it is.

    The voice is named in it, unless the slip was made by name.

    Raises:
        BoxBroken: The box that is there does not open.
        SlipTooLarge: The two together do not fit.
    """
    about = terms.about(tag)
    old = None if sealed is None else unpack_slip(box.unseal(key, sealed, about))
    voice = token.voice(key, nonce) if slip.named is None else b""
    new = merge(old, replace(slip, voice=voice))
    if new == old:
        return None
    return Merged(box.seal(key, pack_slip(new), about), replaced=old is not None and new.stamp > old.stamp)
