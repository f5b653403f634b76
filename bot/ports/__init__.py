"""What the engine needs of the world, as roles. Each has a contract suite in tests/contracts."""

from bot.ports.arithmetic import Arithmetic, DigestRequest
from bot.ports.outbox import Outbox
from bot.ports.platform import ChannelCheck, Directory, Messenger, Paced
from bot.ports.records import Answers, Changes, Door, People, Rounds
from bot.ports.sealed import Keys, Spool
from bot.ports.store import Store, Transaction
from bot.ports.world import Clock, Holidays, Packs, Texts

__all__ = [
    "Answers",
    "Arithmetic",
    "Changes",
    "ChannelCheck",
    "Clock",
    "DigestRequest",
    "Directory",
    "Door",
    "Holidays",
    "Keys",
    "Messenger",
    "Outbox",
    "Paced",
    "Packs",
    "People",
    "Rounds",
    "Spool",
    "Store",
    "Texts",
    "Transaction",
]
