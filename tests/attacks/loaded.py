"""Loads, when it is imported, all that a dying child needs; each child is then a copy of a process that has it."""

import bot.digest.themes  # noqa: F401 -- a second of loading
from tests.attacks import dying
from tests.world import packs, texts

__all__ = ["dying"]

# Read once, here: what is read is kept, and a child has it from the start.
packs()
texts()
