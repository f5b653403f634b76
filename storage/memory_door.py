"""The open door of the twin in memory."""

from collections.abc import Sequence

from bot.door import Entry, Known, Offer
from bot.ids import ChangeId, PersonId
from storage.kept import Kept, one_of


class MemoryDoor:
    """See `bot.ports.Door`."""

    def __init__(self, kept: Kept) -> None:
        """Work on these dictionaries."""
        self._kept = kept

    async def add_entries(self, entries: Sequence[Entry]) -> None:
        """See `bot.ports.Door`."""
        for entry in entries:
            self._kept.entries.setdefault(entry.id, entry)

    async def entry(self, entry: str) -> Entry:
        """See `bot.ports.Door`."""
        return one_of(self._kept.entries, entry, "rumour or question")

    async def entries(self) -> Sequence[Entry]:
        """See `bot.ports.Door`."""
        return sorted(self._kept.entries.values(), key=lambda entry: entry.id)

    async def put_entry(self, entry: Entry) -> None:
        """See `bot.ports.Door`."""
        one_of(self._kept.entries, entry.id, "rumour or question")
        self._kept.entries[entry.id] = entry

    async def by_receipt(self, receipt: bytes) -> Entry | None:
        """See `bot.ports.Door`."""
        found = (one for one in self._kept.entries.values() if receipt and one.receipt == receipt)
        return next(found, None)

    async def add_known(self, known: Known) -> None:
        """See `bot.ports.Door`."""
        self._kept.known.setdefault(known.id, known)

    async def known(self) -> Sequence[Known]:
        """See `bot.ports.Door`."""
        by_id = sorted(self._kept.known.values(), key=lambda one: one.id)
        return sorted(by_id, key=lambda one: one.published_at, reverse=True)

    async def add_offers(self, offers: Sequence[Offer]) -> None:
        """See `bot.ports.Door`."""
        for offer in offers:
            self._kept.offers.setdefault(offer.id, offer)

    async def offer(self, offer: str) -> Offer:
        """See `bot.ports.Door`."""
        return one_of(self._kept.offers, offer, "offer")

    async def offers(self, change: ChangeId) -> Sequence[Offer]:
        """See `bot.ports.Door`."""
        found = [offer for offer in self._kept.offers.values() if offer.change == change]
        return sorted(found, key=lambda offer: offer.id)

    async def put_offer(self, offer: Offer) -> None:
        """See `bot.ports.Door`."""
        one_of(self._kept.offers, offer.id, "offer")
        self._kept.offers[offer.id] = offer

    async def forget(self, person: PersonId) -> None:
        """See `bot.ports.Door`."""
        for entry in [one for one in self._kept.entries.values() if one.person == person]:
            del self._kept.entries[entry.id]
        for offer in [one for one in self._kept.offers.values() if one.person == person]:
            del self._kept.offers[offer.id]
