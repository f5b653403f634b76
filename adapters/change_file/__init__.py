"""A change as an organiser writes it: a YAML file, read with every finding at once, and written back without loss.

    title: Zelf roosteren
    why: Nu krijgt iedereen zijn rooster van bovenaf.
    open: Wie er in het weekend werkt.
    question: Wat moeten we hierbij niet kwijtraken?
    on: 2026-12-07

is enough. The round opens `on` that day and closes five working days later; everyone hears the frame on the working day
before it opens. `adapters/company/change.yaml` shows everything else that a file can hold.
"""

from adapters.change_file.load import (
    ChangeFile,
    Reading,
    id_in,
    load_change,
    peek_id,
    read_change,
    read_text,
)
from adapters.change_file.whole import Against
from adapters.change_file.write import dump_change

__all__ = [
    "Against",
    "ChangeFile",
    "Reading",
    "dump_change",
    "id_in",
    "load_change",
    "peek_id",
    "read_change",
    "read_text",
]
